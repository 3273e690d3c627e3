import type { ts } from '../source/typescript.js';
import { UNDEFINED, type Value } from './values.js';

/** A lexical scope. Reads and writes go through the journal, so that branches can be tried and taken back. */
export class Scope {
  readonly variables = new Map<string, Value>();

  constructor(
    readonly parent: Scope | undefined,
    /** The function whose body this scope belongs to; undefined for module scopes. */
    readonly owner: ts.Node | undefined,
  ) {}

  /** The scope that declares `name`. */
  find(name: string): Scope | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.variables.has(name)) return scope;
    }
    return undefined;
  }
}

interface Write {
  readonly map: Map<string, Value>;
  readonly key: string;
  readonly before: Value | undefined;
}

export type Changes = Map<Map<string, Value>, Map<string, Value | undefined>>;

/**
 * Records writes to variables, fields and array contents while branches are tried. Arrays keep their contents under
 * two keys of a map made for them, so that one mechanism serves all.
 */
export class Journal {
  private writes: Write[] = [];
  private depth = 0;

  /** Whether what is being run may be taken back, or run more than once. */
  get isTrying(): boolean {
    return this.depth > 0;
  }

  write(map: Map<string, Value>, key: string, value: Value): void {
    if (this.depth > 0) this.writes.push({ map, key, before: map.get(key) });
    map.set(key, value);
  }

  /** Runs `body`, takes its writes back, and returns what they were. */
  attempt(body: () => void): Changes {
    const start = this.writes.length;
    this.depth += 1;
    try {
      body();
    } finally {
      this.depth -= 1;
    }
    const changes: Changes = new Map();
    for (const { map, key } of this.writes.slice(start)) {
      const keys = changes.get(map) ?? new Map<string, Value | undefined>();
      keys.set(key, map.get(key));
      changes.set(map, keys);
    }
    while (this.writes.length > start) {
      const { map, key, before } = this.writes.pop()!;
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    }
    return changes;
  }

  apply(changes: Changes): void {
    for (const [map, keys] of changes) for (const [key, value] of keys) if (value !== undefined) this.write(map, key, value);
  }

  /** After two branches: each changed place holds the join of what the branches left there. */
  merge(one: Changes, other: Changes, join: (a: Value, b: Value) => Value): void {
    const maps = new Set([...one.keys(), ...other.keys()]);
    for (const map of maps) {
      const keys = new Set([...(one.get(map)?.keys() ?? []), ...(other.get(map)?.keys() ?? [])]);
      for (const key of keys) {
        const before = map.get(key);
        const a = one.get(map)?.get(key) ?? before;
        const b = other.get(map)?.get(key) ?? before;
        if (a === undefined && b === undefined) continue;
        this.write(map, key, a === undefined || b === undefined ? (a ?? b ?? UNDEFINED) : join(a, b));
      }
    }
  }
}
