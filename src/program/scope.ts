import type { ts } from '../source/typescript.js';
import type { ArrayValue, LayerValue, List, Value } from './values.js';

/** A lexical scope. Writes go through the journal, so that branches can be tried and taken back. */
export class Scope {
  readonly variables = new Variables();

  constructor(
    readonly parent: Scope | undefined,
    /** The function whose body this scope belongs to; undefined for module scopes. */
    readonly owner: ts.Node | undefined,
  ) {}

  /** The scope that declares `name`. */
  find(name: string): Scope | undefined {
    return this.variables.has(name) ? this : this.parent?.find(name);
  }

  /** What a name stands for. */
  lookUp(name: string): Value | undefined {
    return this.find(name)?.variables.get(name);
  }

  /** The scope of the whole function body, or of the module: `var` declares there. */
  get ofFunction(): Scope {
    return this.parent !== undefined && this.parent.owner === this.owner ? this.parent.ofFunction : this;
  }
}

/** Values under names. They are numbered as they are made, so that what is new can be told from what was there. */
class Named extends Map<string, Value> {
  readonly number = nextNumber();
}

let made = 0;

export const nextNumber = (): number => made++;

/** What is made from now on has this number or a higher one. */
export const numberToCome = (): number => made;

/** The variables of a scope. */
export class Variables extends Named {}

/** The fields of an object. */
export class Fields extends Named {}

/** Whether a place is not older than this number. */
export const isMadeSince = (place: Place, since: number): boolean => (place.number ?? -1) >= since;

interface Write {
  readonly place: Place;
  readonly key: string;
  readonly before: Value | undefined;
}

/** What holds values under keys and can be written: variables, fields, the contents of an array. */
export type Place = Pick<Map<string, Value>, 'get' | 'set' | 'delete'> & {
  readonly number?: number | undefined;
};

export interface Written {
  readonly place: Place;
  readonly key: string;
  readonly value: Value;
}

/** `way`: the number of the one that leaves `b`; what those before it leave is joined in `a`. */
export type JoinOfWays = (a: Value, b: Value, way: number) => Value;

/** What some code left in the places it wrote to. */
export type Changes = ReadonlyMap<Place, ReadonlyMap<string, Value | undefined>>;

/** Records writes to variables, fields and array contents, so that several ways on can be tried and then joined. */
export class Journal {
  private writes: Write[] = [];
  private watched: Written[] | undefined;
  private depth = 0;
  /** What is made in the innermost attempt, and for it alone, has this number or a higher one. */
  private own = 0;
  /** What was made apart lasts, whatever is taken back: it has a lower number. */
  private lasting = 0;

  write(place: Place, key: string, value: Value): void {
    this.watched?.push({ place, key, value });
    // What the attempt made itself, nothing around it knows: there is nothing to take back, and nothing to join.
    if (this.depth > 0 && !isMadeSince(place, this.own))
      this.writes.push({ place, key, before: place.get(key) });
    place.set(key, value);
  }

  writeArray(array: ArrayValue, { elements, rest, size, filling }: List): void {
    this.write(contentsOf(array), CONTENTS, { kind: 'array', elements, rest, size, filling });
  }

  /** What `add` makes of a model. */
  writeLayers(model: LayerValue, layers: readonly Value[]): void {
    this.write(layersOf(model), LAYERS, { ...model, layers });
  }

  /** Where the writes that come next will stand; see `since`. */
  get mark(): number {
    return this.writes.length;
  }

  /** What was written since the mark, as it stands now. */
  since(mark: number): Changes {
    if (mark === this.writes.length) return Journal.UNCHANGED;
    const changes = new Map<Place, Map<string, Value | undefined>>();
    for (let index = mark; index < this.writes.length; index += 1) {
      const { place, key } = this.writes[index]!;
      const keys = changes.get(place) ?? new Map<string, Value | undefined>();
      keys.set(key, place.get(key));
      changes.set(place, keys);
    }
    return changes;
  }

  /** Runs `body`, and returns every value that it wrote anywhere, in branches that ended early too. */
  watch(body: () => void): readonly Written[] {
    const outer = this.watched;
    const written: Written[] = [];
    this.watched = written;
    try {
      body();
    } finally {
      this.watched = outer;
      for (const one of written) outer?.push(one);
    }
    return written;
  }

  /**
   * Runs `body`, takes its writes back, and returns what they were, but for those to places that only it knows: those
   * made since `from`.
   */
  attempt(body: () => void, from = numberToCome()): Changes {
    const start = this.mark;
    const outer = this.own;
    this.own = Math.max(from, this.lasting);
    this.depth += 1;
    try {
      body();
      return this.since(start);
    } finally {
      this.depth -= 1;
      this.own = Math.max(outer, this.lasting);
      this.takeBack(start);
    }
  }

  private takeBack(mark: number): void {
    while (this.writes.length > mark) {
      const { place, key, before } = this.writes.pop()!;
      if (before === undefined) place.delete(key);
      else place.set(key, before);
    }
  }

  /** Runs what happens once, whichever way led to it: the top level of a module that a branch is the first to need. */
  apart<T>(body: () => T): T {
    const outer = { writes: this.writes, depth: this.depth };
    this.writes = [];
    this.depth = 0;
    try {
      return body();
    } finally {
      this.writes = outer.writes;
      this.depth = outer.depth;
      this.own = this.lasting = numberToCome();
    }
  }

  apply(changes: Changes): void {
    for (const [place, keys] of changes)
      for (const [key, value] of keys) if (value !== undefined) this.write(place, key, value);
  }

  /** Where several ways meet: each place that one of them changed holds the join of what the ways leave there. */
  combine(ways: readonly Changes[], join: JoinOfWays): void {
    if (ways.length === 1) return this.apply(ways[0]!);
    ways.forEach((way, index) => {
      for (const [place, keys] of way) {
        for (const key of keys.keys()) {
          const isJoined = ways.some(
            (other, earlier) => earlier < index && other.get(place)?.has(key) === true,
          );
          if (!isJoined) this.meet(place, key, ways, join);
        }
      }
    });
  }

  private meet(place: Place, key: string, ways: readonly Changes[], join: JoinOfWays): void {
    const before = place.get(key);
    let met: Value | undefined;
    for (const [number, way] of ways.entries()) {
      const left = way.get(place)?.get(key) ?? before;
      if (left !== undefined) met = met === undefined ? left : join(met, left, number);
    }
    if (met !== undefined) this.write(place, key, met);
  }

  /** What no way changed: a way of its own where others meet it. */
  static readonly UNCHANGED: Changes = new Map();
}

/** What some code leaves that other code runs behind. */
export function overlaid(first: Changes, second: Changes): Changes {
  const both = new Map(first);
  for (const [place, keys] of second) both.set(place, new Map([...(first.get(place) ?? []), ...keys]));
  return both;
}

/** The key of all that a list holds, in the place that it is. */
export const CONTENTS = 'contents';

/** The contents of an array as a place that can be written and taken back: what it holds is a copy. */
export const contentsOf = (array: ArrayValue): Place =>
  placeOf(array, {
    get: () => {
      const { elements, rest, size, filling } = array;
      return { kind: 'array', elements, rest, size, filling };
    },
    set: (value) => {
      // A join of two lists is a list; of anything else nothing is known, and that is what the list then holds.
      array.elements = value.kind === 'array' ? value.elements : [];
      array.rest = value.kind === 'array' ? value.rest : value;
      array.size = value.kind === 'array' ? value.size : undefined;
      array.filling = value.kind === 'array' ? value.filling : undefined;
    },
  });

const LAYERS = 'layers';

/** The layers of a model as a place that can be written and taken back: what it holds is the model as it is then. */
const layersOf = (model: LayerValue): Place =>
  placeOf(model, {
    get: () => ({ ...model }),
    set: (value) => {
      // A model in the place of one layer: one of two, or one of which nothing is known.
      const isWhole = value.kind === 'layer' && value.type === model.type;
      model.layers = isWhole ? value.layers : [value];
    },
  });

const places = new WeakMap<Value, Place>();

/** What a value holds as a place, always the same one. */
function placeOf(
  value: ArrayValue | LayerValue,
  { get, set }: { get(): Value; set(value: Value): void },
): Place {
  const known = places.get(value);
  if (known !== undefined) return known;
  const place: Place = {
    number: value.made,
    get,
    set(_, written) {
      set(written);
      return this as Map<string, Value>;
    },
    delete: () => false,
  };
  places.set(value, place);
  return place;
}
