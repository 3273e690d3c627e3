/**
 * Records of tensors that functions of the project give, `return { states, rewards, alive }`: a parameter that nobody is seen
 * to hand over, and of which the same fields are read, is taken for one of them. As with a type, this is a claim.
 */
import {
  asClaimed,
  dim,
  sameSize,
  symbol,
  type Dim,
  type Shape,
  type Size,
  type SymbolicSize,
} from '../../facts/shape.js';
import { forEachChild, isIdentifier, isPropertyAccessExpression, ts } from '../../source/typescript.js';
import type { Value } from '../values.js';
import type { DocumentedParameter } from './documentation.js';

/** The fields of one record; undefined where it holds no tensor, or tensors of several ranks. */
type Fields = Map<string, Shape | undefined>;

/** Fewer names say too little: anything may have an `x`. */
const FEWEST_NAMES = 2;

export class Records {
  private readonly known = new Map<string, Fields>();

  /** Notes what a function gave, and the type that it says it gives. */
  note(value: Value, type: ts.TypeNode | undefined): void {
    if (value.kind !== 'object' || value.prototype !== undefined || value.fields.size < FEWEST_NAMES) return;
    const shapes = [...value.fields].map(([name, field]) => [name, shapeOf(field)] as const);
    if (shapes.every(([, shape]) => shape === undefined)) return;
    const named = nameOfType(type);
    this.add([...value.fields.keys()].join(), shapes);
    if (named !== undefined) this.add(keyOfType(named), shapes);
  }

  private add(key: string, shapes: readonly Field[]): void {
    const before = this.known.get(key);
    const both = (name: string, shape: Shape | undefined): Shape | undefined =>
      before === undefined ? shape : common(name, before.get(name), shape);
    this.known.set(key, new Map(shapes.map(([name, shape]) => [name, both(name, shape)])));
  }

  /** The shapes of what is read of the parameters of a function, by the path that comments use: `batch.rewards`. */
  describe(declaration: ts.FunctionLikeDeclaration): ReadonlyMap<string, DocumentedParameter> {
    const described = new Map<string, DocumentedParameter>();
    if (this.known.size === 0) return described;
    for (const record of recordsTaken(declaration))
      for (const [field, shape] of this.shapesOf(record))
        if (shape !== undefined)
          described.set(record.name === '' ? field : `${record.name}.${field}`, {
            recorded: asClaimed(shape),
          });
    return described;
  }

  /** What the record of its type has, or what all records agree about that have these fields. */
  private shapesOf({ fields: names, type }: TakenRecord): readonly Field[] {
    const typed = type === undefined ? undefined : this.known.get(keyOfType(type));
    if (typed !== undefined) return renamed(withSameRows([...typed]));
    if (names.size < FEWEST_NAMES) return [];
    const [first, ...others] = [...this.known.values()].filter((fields) =>
      [...names].every((name) => fields.has(name)),
    );
    if (first === undefined) return [];
    const fields = withSameRows([...first]).filter(([name]) => names.has(name));
    return renamed(
      fields.map(([name, shape]) => [
        name,
        others.reduce((seen, other) => common(name, seen, other.get(name)), shape),
      ]),
    );
  }
}

type Field = readonly [name: string, shape: Shape | undefined];

const keyOfType = (name: string): string => `type ${name}`;

/** `Minibatch`, and of `Promise<Minibatch>` the same. */
function nameOfType(type: ts.TypeNode | undefined): string | undefined {
  if (type === undefined || !ts.isTypeReferenceNode(type) || !isIdentifier(type.typeName)) return undefined;
  const { text } = type.typeName;
  return text === 'Promise' || text === 'Readonly' ? nameOfType(type.typeArguments?.[0]) : text;
}

/** Sizes that are not known have the name of the first field that has them: they are no longer those of the other function. */
function renamed(fields: readonly Field[]): readonly Field[] {
  const names = new Map<string, SymbolicSize>();
  const nameOf = (size: SymbolicSize, here: string): SymbolicSize => {
    const key = `${size.coefficient} ${size.symbols.join(' ')}`;
    const known = names.get(key) ?? symbol(here);
    names.set(key, known);
    return known;
  };
  return fields.map(([name, shape]) => {
    const dims = shape?.map((one, axis) =>
      typeof one.size === 'number' ? one : { ...one, size: nameOf(one.size, `${name}.${axis}`) },
    );
    return [name, dims];
  });
}

/**
 * Where several tensors are made of lists of which nobody knows how long they are, these are as long as each other: the steps
 * of an episode, the rows of a batch.
 */
function withSameRows(fields: readonly Field[]): readonly Field[] {
  const sizes = fields.flatMap(([, shape]) =>
    shape?.[0] !== undefined && isNameless(shape[0].size) ? [shape[0].size] : [],
  );
  const [rows] = sizes;
  if (rows === undefined || sizes.length < FEWEST_LISTS) return fields;
  return fields.map(([name, shape]) =>
    shape?.[0] !== undefined && isNameless(shape[0].size)
      ? [name, [{ ...shape[0], size: rows }, ...shape.slice(1)]]
      : [name, shape],
  );
}

/** Two sets of points are two lists; three lists in one record are mostly of one set. */
const FEWEST_LISTS = 3;

/** `?7`, or `this.rewards.0`: as many as there are. */
const isNameless = (size: Size): boolean =>
  typeof size !== 'number' && size.symbols.every((name) => name.startsWith('?') || name.endsWith('.0'));

const shapeOf = (value: Value): Shape | undefined => (value.kind === 'tensor' ? value.node.shape : undefined);

/** The shape of both; undefined where they have not as many axes. */
function common(name: string, a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((one, axis) => (sameSize(one.size, b[axis]!.size) ? one : anySize(name, axis)));
}

const anySize = (name: string, axis: number): Dim => dim(symbol(`${name}.${axis}`));

/** A parameter of which several fields are read, or one of a type with a name; without a name itself where it is a pattern. */
interface TakenRecord {
  readonly name: string;
  readonly fields: ReadonlySet<string>;
  readonly type: string | undefined;
}

const taken = new WeakMap<ts.Node, readonly TakenRecord[]>();

/** Whether what other functions give may tell something of its parameters. */
export const takesRecord = (declaration: ts.FunctionLikeDeclaration): boolean =>
  recordsTaken(declaration).length > 0;

function recordsTaken(declaration: ts.FunctionLikeDeclaration): readonly TakenRecord[] {
  const known = taken.get(declaration) ?? readRecordsTaken(declaration);
  taken.set(declaration, known);
  return known;
}

function readRecordsTaken({ parameters, body }: ts.FunctionLikeDeclaration): readonly TakenRecord[] {
  if (body === undefined) return [];
  return parameters.flatMap(({ name, type }) => {
    const fields = isIdentifier(name) ? fieldsReadOf(name.text, body) : fieldsTaken(name);
    const record = { name: isIdentifier(name) ? name.text : '', fields, type: nameOfType(type) };
    return fields.size < (record.type === undefined ? FEWEST_NAMES : 1) ? [] : [record];
  });
}

/** `{ states, rewards: r }`: the names of the fields; none where the rest is taken too. */
function fieldsTaken(pattern: ts.BindingPattern): ReadonlySet<string> {
  if (!ts.isObjectBindingPattern(pattern)) return new Set();
  const names = pattern.elements.map(({ name, propertyName, dotDotDotToken, initializer }) => {
    const field = propertyName ?? name;
    return dotDotDotToken === undefined && initializer === undefined && isIdentifier(field) ? field.text : '';
  });
  return new Set(names.includes('') ? [] : names);
}

/** The fields that a function reads of a parameter; none where it calls one as a method. */
function fieldsReadOf(parameter: string, body: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  let isObject = true;
  const visit = (node: ts.Node): void => {
    if (
      isPropertyAccessExpression(node) &&
      isIdentifier(node.expression) &&
      node.expression.text === parameter
    ) {
      names.add(node.name.text);
      isObject &&= !(ts.isCallExpression(node.parent) && node.parent.expression === node);
    } else if (
      ts.isVariableDeclaration(node) &&
      node.initializer !== undefined &&
      isIdentifier(node.initializer) &&
      node.initializer.text === parameter
    ) {
      if (!isIdentifier(node.name)) for (const name of fieldsTaken(node.name)) names.add(name);
    }
    forEachChild(node, visit);
  };
  visit(body);
  return isObject ? names : new Set();
}
