/**
 * What sums of products are where one factor is no more than 1 in all: an average of values lies among them, and vectors
 * of length 1 have a cosine. An interval alone counts as many whole values as there are terms.
 */
import { intersectRanges, interval, reached, reachedBy, type Range } from '../../facts/range.js';
import { sameSize } from '../../facts/shape.js';
import type { OpCall, Operand } from '../row.js';
import { booleanOf, operand } from '../build.js';
import { fromEnd, slicesOf, type AxisFromEnd } from './along.js';
import { inverseNormOf, normOf, SQUARES_UNDERFLOW, type Norm } from './norms.js';
import { alignedReduction, type namedAxes } from './reduced.js';
import { FEW_ROUNDINGS, input } from './same.js';
import { isIdentity } from './identity.js';
import { squareRoot } from './squares.js';

/** A dot product along an axis of each of two tensors. */
interface Dot {
  readonly a: Operand;
  readonly b: Operand;
  readonly alongA: AxisFromEnd;
  readonly alongB: AxisFromEnd;
  /** Each term is a product of one element of each: nothing was broadcast along the axis. */
  readonly paired: boolean;
}

/** The sum of `a * b` along axes, and of squares. */
export function sumOfProduct(x: Operand, axes: ReturnType<typeof namedAxes>, range: Range): Range {
  const root = squareRoot(x);
  const [a, b] = root ? [root, root] : x.op === 'mul' ? [input(x, 'a'), input(x, 'b')] : [];
  if (a === undefined || b === undefined || axes === 'unknown') return range;
  const rank = x.shape?.length;
  const axis = axes === undefined ? (rank === 1 ? -1 : undefined) : axes.length === 1 ? axes[0] : undefined;
  if (axis === undefined) return range;
  const along = fromEnd(axis, rank);
  const [sizeOfA, sizeOfB] = [a, b].map(({ shape }) => shape?.at(along)?.size);
  const alike = sizeOfA !== undefined && sizeOfB !== undefined && sameSize(sizeOfA, sizeOfB);
  const paired = alike || a === b;
  return dotRelation({ a, b, alongA: along, alongB: along, paired }, range);
}

/** Elements of `matMul(a, b)`. */
export function averageProduct(call: OpCall, range: Range): Range {
  const [transposeA, transposeB] = [booleanOf(call, 'transposeA'), booleanOf(call, 'transposeB')];
  if (transposeA === undefined || transposeB === undefined) return range;
  const [a, b] = [operand(call, 'a'), operand(call, 'b')];
  return dotRelation(
    { a, b, alongA: transposeA ? -2 : -1, alongB: transposeB ? -1 : -2, paired: true },
    range,
  );
}

function dotRelation(dot: Dot, range: Range): Range {
  const { a, b, alongA, alongB } = dot;
  // Of shares of which a label picks one, both are weights of the other: the nearer values tell more.
  const averages = [averageOf(a, alongA, b, dot, range), averageOf(b, alongB, a, dot, range)];
  const [average] = averages.filter((one) => one !== undefined).sort(nearerFirst);
  if (average !== undefined) return average;
  const [ofA, ofB] = [unitAlong(a, alongA), unitAlong(b, alongB)];
  if (ofA === undefined || ofB === undefined) return range;
  const end = 1 + 4 * FEW_ROUNDINGS;
  const cosine = interval(-end, end, 'attained', { mayBeNaN: range.mayBeNaN });
  return narrowed(range, cosine, dot.paired && ofA && ofB);
}

function nearerFirst(one: Range, other: Range): number {
  const [a, b] = [reached(one), reached(other)];
  return b.low - a.low || a.high - b.high;
}

/** The values of `of`, where the weights sum to 1 along the axis. */
function averageOf(
  weights: Operand,
  axis: AxisFromEnd,
  { range: values }: Operand,
  { paired }: Dot,
  range: Range,
): Range | undefined {
  // The diagonal of the table that it is beside.
  if (isIdentity(weights) && MATRIX_AXES.has(axis))
    return narrowed(range, { ...amongValues(reached(values)), mayBeNaN: range.mayBeNaN }, false);
  const slices = slicesOf(weights, weightsAlong);
  if (slices?.axis !== axis || !slices.whole) return undefined;
  const among = { ...amongValues(values), mayBeNaN: range.mayBeNaN };
  // An index beyond all classes leaves out everything.
  if (isOneHot(weights) || !paired) return narrowed(range, among, false);
  const reach = values.reach ? reachedBy(amongValues(values.reach), among) : {};
  return { ...narrowed(range, among, true), ...reach };
}

/** Counted from the end, or from the front where the rank is not known. */
const MATRIX_AXES: ReadonlySet<AxisFromEnd> = new Set([-1, -2, 0, 1]);

/** Between the least and the largest, but for the rounding of the weights. */
function amongValues({ low, high, lowBy, highBy }: Range): Range {
  const slack = Math.max(Math.abs(low), Math.abs(high)) * FEW_ROUNDINGS + UNDERFLOW;
  return interval(
    low >= 0 ? Math.max(0, low * (1 - FEW_ROUNDINGS) - UNDERFLOW) : low - slack,
    high <= 0 ? Math.min(0, high * (1 - FEW_ROUNDINGS) + UNDERFLOW) : high + slack,
    [lowBy, highBy],
  );
}

/** Products of weights and values as small as this lose all their digits. */
const UNDERFLOW = 2 ** -120;

/** The range as narrow as the relation says, which is certain, or holds for all ordinary inputs. */
function narrowed(range: Range, by: Range, certain: boolean): Range {
  const reach = intersectRanges({ ...range, reach: undefined }, by);
  if (reach === undefined) return range;
  return certain ? reach : { ...range, lowBy: 'bound', highBy: 'bound', reach };
}

const isOneHot = (weights: Operand): boolean =>
  weights.op === 'oneHot' || (input(weights, 'x') !== undefined && isOneHot(input(weights, 'x')!));

/** The axis along which the values sum to 1: of a softmax, of shares of a sum, of one class in each row. */
function weightsAlong(x: Operand): AxisFromEnd | undefined {
  if (x.op === 'softmax') return -1;
  if (x.op === 'oneHot') {
    const { onValue, offValue } = x.attributes;
    return (onValue ?? 1) === 1 && (offValue ?? 0) === 0 ? -1 : undefined;
  }
  const [part, whole] = x.op === 'div' ? [input(x, 'a'), input(x, 'b')] : [];
  const total = part && whole && alignedReduction(part, whole, 'sum');
  if (total === undefined || part!.range.low < 0 || whole!.range.low < 1e-30) return undefined;
  return total.axes?.length === 1 ? fromEnd(total.axes[0]!, x.shape?.length) : undefined;
}

/** Whether all slices along the axis are no longer than 1, and whether that is certain; undefined where it is not known. */
function unitAlong(x: Operand, axis: AxisFromEnd): boolean | undefined {
  let certain = true;
  const slices = slicesOf(x, (made) => {
    const norm = lengthOf(made);
    if (norm === undefined) return undefined;
    certain &&= norm.least >= SQUARES_UNDERFLOW;
    const rank = made.shape?.length;
    if (norm.axes?.length !== 1) return rank === 1 ? -1 : undefined;
    const found = fromEnd(norm.axes[0]!, rank);
    // Of a rank that is not known the second axis is the last one, more often than not.
    if (found !== 1) return found;
    certain = false;
    return -1;
  });
  return slices?.axis === axis || (axis === 1 && slices?.axis === -1) ? certain : undefined;
}

/** What a vector was divided by, if that was its own length. */
function lengthOf(x: Operand): Norm | undefined {
  const [a, b] = [input(x, 'a'), input(x, 'b')];
  if (a === undefined || b === undefined) return undefined;
  if (x.op === 'div') return normOf(a, b);
  return x.op === 'mul' ? (inverseNormOf(a, b) ?? inverseNormOf(b, a)) : undefined;
}
