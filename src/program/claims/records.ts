/**
 * Records of tensors that functions of the project give, `return { states, rewards, alive }`: a parameter that nobody is seen
 * to hand over, and of which the same fields are read, is taken for one of them. As with a type, this is a claim.
 */
import { dirname, join } from 'node:path/posix';
import { joinRanges, type Range } from '../../facts/range.js';
import {
  asClaimed,
  dim,
  sameSize,
  symbol,
  type Dim,
  type Shape,
  type SymbolicSize,
} from '../../facts/shape.js';
import { isIdentifier, ts } from '../../source/typescript.js';
import { FEWEST_NAMES, recordsTaken, type TakenRecord } from './taken-records.js';
import type { Node } from '../node.js';
import type { Value } from '../values.js';
import { typeNamed, type NamedType } from './type-names.js';
import { asPattern } from '../../source/words.js';
import type { DocumentedParameter } from './documentation.js';

/** What is known of a field; neither where it holds no tensor, no shape where it holds tensors of several ranks. */
interface Held {
  readonly shape: Shape | undefined;
  readonly range: Range | undefined;
}

type Fields = ReadonlyMap<string, Held>;

type Field = readonly [name: string, held: Held];

/** So many names say enough wherever they stand. Of fewer, `xs` and `ys`, every file may have its own. */
const TELLING_NAMES = 3;

export class Records {
  /** By the fields, of each file. */
  private readonly known = new Map<ts.SourceFile, Map<string, Fields>>();
  private readonly byType = new Map<NamedType, Fields>();

  /** Notes what a function gave, or what a variable of a type is declared with. */
  note(value: Value, declaration: ts.FunctionLikeDeclaration | ts.VariableDeclaration): void {
    if (value.kind !== 'object' || value.prototype !== undefined || value.fields.size < FEWEST_NAMES) return;
    const fields = [...value.fields].map(([name, field]) => [name, heldIn(field)] as const);
    if (fields.every(([, { shape, range }]) => shape === undefined && range === undefined)) return;
    const source = declaration.getSourceFile();
    const ofFile = this.known.get(source) ?? new Map<string, Fields>();
    this.known.set(source, ofFile);
    const key = [...value.fields.keys()].join();
    ofFile.set(key, merged(ofFile.get(key), fields));
    const named = typeOf(declaration.type, source);
    if (named !== undefined) this.byType.set(named, merged(this.byType.get(named), fields));
  }

  /** What is known of the fields of the parameters of a function, by the path that comments use: `batch.rewards`. */
  describe(declaration: ts.FunctionLikeDeclaration): ReadonlyMap<string, DocumentedParameter> {
    const described = new Map<string, DocumentedParameter>();
    if (this.known.size === 0) return described;
    for (const record of recordsTaken(declaration))
      for (const [field, { shape, range }] of this.fieldsOf(record, declaration.getSourceFile()))
        described.set(record.name === '' ? field : `${record.name}.${field}`, {
          recorded: shape && asClaimed(shape),
          recordedRange: range,
        });
    return described;
  }

  /** What the record of its type has, or what all records agree about that have these fields. */
  private fieldsOf({ fields: names, type }: TakenRecord, source: ts.SourceFile): readonly Field[] {
    const named = typeOf(type, source);
    const typed = named && this.byType.get(named);
    if (typed !== undefined) return renamed([...typed]);
    if (names.size < FEWEST_NAMES) return [];
    const matching = [...this.known].flatMap(([file, records]) =>
      [...records.values()]
        .filter((fields) => [...names].every((name) => fields.has(name)))
        .map((fields) => ({ file, fields })),
    );
    const [first, ...others] = matching.map(({ fields }) => fields);
    const isNear = names.size >= TELLING_NAMES || matching.some(({ file }) => areBeside(file, source));
    if (first === undefined || !isNear) return [];
    const fields = [...first].filter(([name]) => names.has(name));
    return renamed(
      fields.map(([name, { shape }]) => [
        name,
        // That the fields have the same names says less than a type: enough for their shapes.
        {
          shape: others.reduce((seen, other) => common(name, seen, other.get(name)?.shape), shape),
          range: undefined,
        },
      ]),
    );
  }
}

function merged(before: Fields | undefined, fields: readonly Field[]): Fields {
  if (before === undefined) return new Map(fields);
  return new Map(
    fields.map(([name, { shape, range }]) => {
      const known = before.get(name);
      const both =
        known?.range === undefined || range === undefined ? undefined : joinRanges(known.range, range);
      return [name, { shape: common(name, known?.shape, shape), range: both }];
    }),
  );
}

/** `Minibatch`, and of `Promise<Minibatch>` the same, as it is declared. */
function typeOf(type: ts.TypeNode | undefined, source: ts.SourceFile): NamedType | undefined {
  if (type === undefined || !ts.isTypeReferenceNode(type) || !isIdentifier(type.typeName)) return undefined;
  const { text } = type.typeName;
  return text === 'Promise' || text === 'Readonly'
    ? typeOf(type.typeArguments?.[0], source)
    : typeNamed(text, source);
}

/** Whether it is one file, or one of them names the other. */
export const areBeside = (one: ts.SourceFile, other: ts.SourceFile): boolean =>
  one === other || namesFile(one, other) || namesFile(other, one);

/** `'./model'`, `"../data/batches.js"`. */
const namesFile = ({ text, fileName }: ts.SourceFile, other: ts.SourceFile): boolean => {
  const [, stem = ''] = /([^/]+?)(?:\.[cm]?[jt]sx?)$/.exec(other.fileName) ?? [];
  if (stem === '' || !text.includes(`/${stem}`)) return false;
  const named = text.matchAll(
    new RegExp(String.raw`['"](\.{1,2}/(?:[^'"\n]*/)?${asPattern(stem)})(?:\.\w+)?['"]`, 'g'),
  );
  const wanted = join(dirname(other.fileName), stem);
  return [...named].some(([, path]) => join(dirname(fileName), path!) === wanted);
};

/** Sizes that are not known have the name of the first field that has them: they are no longer those of the other function. */
function renamed(fields: readonly Field[]): readonly Field[] {
  const names = new Map<string, SymbolicSize>();
  const nameOf = (size: SymbolicSize, here: string): SymbolicSize => {
    const key = `${size.coefficient} ${size.symbols.join(' ')}`;
    const known = names.get(key) ?? symbol(here);
    names.set(key, known);
    return known;
  };
  return fields.map(([name, { shape, range }]) => {
    const dims = shape?.map((one, axis) =>
      typeof one.size === 'number' ? one : { ...one, size: nameOf(one.size, `${name}.${axis}`) },
    );
    return [name, { shape: dims, range }];
  });
}

function heldIn(value: Value): Held {
  if (value.kind !== 'tensor') return { shape: undefined, range: undefined };
  const { shape, range } = value.node;
  return { shape, range: isBound(value.node) ? { ...range, mayBeNaN: false, holds: undefined } : undefined };
}

/**
 * Whether an op holds the values between ends: a softmax, a clip. What a record starts with, `tf.zeros([8])`, says nothing of
 * what is in it later on.
 */
function isBound(node: Node | undefined): boolean {
  if (node === undefined) return false;
  return BOUNDING.has(node.op) || (MOVING.has(node.op) && isBound(node.operands['x'] as Node | undefined));
}

const BOUNDING: ReadonlySet<string> = new Set(
  'clipByValue maximum minimum relu relu6 sigmoid tanh softmax logSoftmax logSigmoid softplus abs square exp greater greaterEqual less lessEqual equal notEqual logicalAnd logicalOr logicalNot oneHot'.split(
    ' ',
  ),
);

const MOVING: ReadonlySet<string> = new Set(
  'cast reshape squeeze expandDims transpose flatten slice gather clone'.split(' '),
);

/** The shape of both; undefined where they have not as many axes. */
function common(name: string, a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((one, axis) => (sameSize(one.size, b[axis]!.size) ? one : anySize(name, axis)));
}

const anySize = (name: string, axis: number): Dim => dim(symbol(`${name}.${axis}`));
