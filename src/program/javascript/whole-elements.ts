/** What typed arrays of whole numbers make of a number that is put into them. */
import { highEnd, interval, joinRanges, lowEnd, type Range } from '../../facts/range.js';
import { opNamed } from '../../ops/table.js';
import { spanOf } from '../../source/span.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { ArrayValue, TypedArrayName, Value } from '../values.js';
import { withFacts } from '../node.js';

const NAME = /^((Float|Int|Uint)(8|16|32|64)|Uint8Clamped)Array$/;

export const isTypedArray = (name: string): name is TypedArrayName => NAME.test(name);

/** The type of a tensor that is made of such an array. */
export const elementType = (typed: TypedArrayName): 'float32' | 'int32' =>
  typed.startsWith('Float') ? 'float32' : 'int32';

/** Of other typed arrays TensorFlow.js makes no tensor (`isTypedArrayBrowser` of tfjs-core): it throws. */
export const isRefused = ({ typed }: ArrayValue): boolean => typed !== undefined && !TAKEN.has(typed);

const TAKEN: ReadonlySet<TypedArrayName> = new Set([
  'Float32Array',
  'Int32Array',
  'Uint8Array',
  'Uint8ClampedArray',
]);

/**
 * The number as an array of this type keeps it: whole types cut off what is behind the point, pixels are rounded. What is in
 * the array already was kept before.
 */
export function asKept(lowering: Lowering, typed: TypedArrayName, value: Value, place: ts.Node): Value {
  if (elementType(typed) === 'float32') return value;
  if (value.kind === 'constant')
    return typeof value.value === 'number' ? { ...value, value: keptAs(typed, value.value) } : value;
  if (value.kind !== 'number' || value.node.range.integer) return value;
  const row = opNamed(typed === 'Uint8ClampedArray' ? 'js.pixel' : 'js.cut')!;
  const node = lowering.builder.op(row, { x: value.node }, {}, spanOf(place));
  const range = isAssumed(value.node.range) ? joinRanges(node.range, ABOUT_0) : node.range;
  return { kind: 'number', node: withFacts(node, { range: withinEnds(typed, range) }) };
}

/** Numbers that are put into a list, as it keeps them: where it is no typed array, as they are. */
export const putInto = (
  lowering: Lowering,
  { typed }: ArrayValue,
  values: readonly Value[],
  place: ts.Node,
): readonly Value[] =>
  typed === undefined ? values : values.map((value) => asKept(lowering, typed, value, place));

/** How far inputs go is a guess, and a guess is not what makes 0 of every one of them. */
const isAssumed = (range: Range): boolean =>
  [lowEnd(range), highEnd(range)].some(({ by }) => by === 'assumed');

const ABOUT_0 = interval(-1, 1, 'assumed', { integer: true });

/** Beyond the ends of the type numbers wrap. */
function withinEnds(typed: TypedArrayName, range: Range): Range {
  const [low, high] = ENDS.get(typed) ?? [-Infinity, Infinity];
  return range.low >= low && range.high <= high ? range : interval(low, high, 'bound', { integer: true });
}

/** The ends of a whole type that is short enough for the end to mean something, as that of pixels does. */
export const shortEnds = (typed: TypedArrayName): readonly [number, number] | undefined =>
  /8|16/.test(typed) ? ENDS.get(typed) : undefined;

const ENDS: ReadonlyMap<TypedArrayName, readonly [number, number]> = new Map([
  ['Uint8Array', [0, 255]],
  ['Uint8ClampedArray', [0, 255]],
  ['Int8Array', [-128, 127]],
  ['Int16Array', [-32_768, 32_767]],
  ['Uint16Array', [0, 65_535]],
  ['Int32Array', [-(2 ** 31), 2 ** 31 - 1]],
  ['Uint32Array', [0, 2 ** 32 - 1]],
] as const);

function keptAs(typed: TypedArrayName, number: number): number {
  const ArrayOfType = (globalThis as unknown as Record<string, { of(number: number): ArrayLike<number> }>)[
    typed
  ]!;
  return typed.includes('64') ? Math.trunc(number) : ArrayOfType.of(number)[0]!;
}
