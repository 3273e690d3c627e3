/** How losses are weighted, and reduced to one number: `computeWeightedLoss` of TensorFlow.js. */
import { divide, meanOver, multiply, sumOver } from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import {
  constantRange,
  contains,
  interval,
  joinRanges,
  stored,
  unknownRange,
  withNaN,
  type Range,
} from '../facts/range.js';
import {
  broadcastShapes,
  certainlyDiffer,
  elementCount,
  sameSize,
  type Shape,
  type Size,
} from '../facts/shape.js';
import {
  numberOf,
  optional,
  optionalOperand,
  refusal,
  tensorRange,
  tensorType,
  widerType,
  throws,
} from './build.js';
import type { OpCall, ShapeResult } from './row.js';

/** `tf.Reduction`. */
export const NONE = 0;
export const MEAN = 1;
export const SUM = 2;
export const SUM_BY_NONZERO_WEIGHTS = 3;

export const reduction = optional('reduction', 'integer', SUM_BY_NONZERO_WEIGHTS);

export function reductionOf(call: OpCall): number | undefined {
  return call.attributes['reduction'] === undefined ? SUM_BY_NONZERO_WEIGHTS : numberOf(call, 'reduction');
}

/** Labels and predictions are compared, weights are not: they broadcast against the losses, and may enlarge them. */
export function reducedShape(call: OpCall, losses: Shape | undefined): ShapeResult {
  const weights = optionalOperand(call, 'weights');
  const kind = reductionOf(call);
  const known = kind !== undefined && [NONE, MEAN, SUM, SUM_BY_NONZERO_WEIGHTS].includes(kind);
  if (kind !== undefined && !known) return throws(`${kind} is no reduction`);
  const reason = weights && refusal(weights, 'numeric');
  if (reason !== undefined) return throws(reason);
  const weighted =
    weights?.shape && losses ? broadcastShapes(losses, weights.shape) : weights ? undefined : losses;
  if (weighted && 'throws' in weighted) return throws(`the weights do not fit: ${weighted.throws}`);
  return kind === NONE ? weighted : kind === undefined ? undefined : [];
}

export function reducedRange(
  call: OpCall,
  losses: Range,
  shape: Shape | undefined,
  dtype: DType | undefined,
): Range {
  const given = optionalOperand(call, 'weights');
  const kind = reductionOf(call);
  const count = shape && elementCount(shape);
  if (kind === undefined) return unknownRange();
  const each = stored(losses, dtype);
  if (given === undefined)
    return stored(unweighted(kind, each, count, dtype), reducedType(call, dtype, shape));
  const weights = tensorRange(given);
  const weighted = stored(multiply(each, weights), widerType(dtype, tensorType(given)));
  if (kind === NONE) return weighted;
  const all = given.shape && shape ? broadcastShapes(shape, given.shape) : undefined;
  const terms = all && !('throws' in all) ? elementCount(all) : undefined;
  // No losses at all add up to 0, whatever the shape of the weights is.
  const some = count === 0 ? joinRanges(weighted, constantRange(0)) : weighted;
  if (kind === SUM) return stored(sumOver(some, terms), reducedType(call, dtype, shape));
  const sums = [
    [weights, tensorType(given)],
    [weighted, widerType(dtype, tensorType(given))],
  ] as const;
  if (sums.some(([range, type]) => type !== 'float32' && !fitsInt(range, terms))) return unknownRange();
  return stored(
    weightedMean(kind, each, weights, weighted, given.shape, shape),
    reducedType(call, dtype, shape),
  );
}

function unweighted(kind: number, losses: Range, count: Size | undefined, dtype: DType | undefined): Range {
  if (kind === NONE) return losses;
  if (kind === SUM) return sumOver(losses, count);
  if (kind === MEAN) return meanOver(losses, count);
  // The sum is stored, and may overflow, before it is divided by the number of losses.
  if (typeof count !== 'number') {
    const mean = meanOver(losses, count);
    if (dtype === 'float32' || dtype === undefined) return overflowing(losses, mean);
    return { ...interval(-(2 ** 31), 2 ** 31, 'bound'), reach: mean };
  }
  const sum = stored(sumOver(losses, count), dtype === 'bool' ? 'int32' : dtype);
  return count === 0 ? withNaN(losses) : divide(sum, constantRange(count));
}

/** The mean of a number of losses that is not known: of enough large ones the sum overflows first. */
function overflowing(losses: Range, mean: Range): Range {
  if (fitsFloat(losses, MOST_LOSSES)) return mean;
  const [low, high] = [losses.low < 0 ? -Infinity : mean.low, losses.high > 0 ? Infinity : mean.high];
  const mayBeNaN = mean.mayBeNaN || (low === -Infinity && high === Infinity);
  return { ...interval(low, high, 'bound', { mayBeNaN }), reach: mean };
}

/** Longer sums than of this many losses do not fit into memory. */
const MOST_LOSSES = 2 ** 32;

/** NaN where no weight counts; else within the losses, as long as weights are positive and do not stretch them. */
function weightedMean(
  kind: number,
  losses: Range,
  weights: Range,
  weighted: Range,
  of: Shape | undefined,
  shape: Shape | undefined,
): Range {
  if (of === undefined || shape === undefined || !fitsInto(of, shape)) return unknownRange();
  const counts = [of, shape].map(elementCount);
  const most = Math.max(...counts.map((count) => (typeof count === 'number' ? count : MOST_LOSSES)));
  if (!fitsFloat(weighted, most) || (kind === MEAN && weights.low < 0)) return unknownRange();
  // Fewer weights than losses: the quotient is divided by how many share one, and may have overflowed before.
  if (kind === MEAN && !fitsFloat(losses, most)) return unknownRange();
  const none = contains(weights, 0) || weights.mayBeNaN || counts.includes(0);
  const mean = kind === MEAN ? losses : weighted;
  // No losses at all add up to 0, whatever the weights are.
  const some = counts.includes(0) ? joinRanges(mean, constantRange(0)) : mean;
  const tight = loosened(some, none || losses.mayBeNaN || weighted.mayBeNaN);
  // Of tiny weights the products lose their digits, and the sum of weights does not.
  const tiny = kind === MEAN && !weights.integer && weights.low < 2 ** -60;
  return tiny ? joinRanges(tight, constantRange(0), doubled(tight)) : tight;
}

/** As many roundings as there are terms; but a mean of positive losses stays positive. */
function loosened(mean: Range, mayBeNaN: boolean): Range {
  const slack = Math.max(Math.abs(mean.low), Math.abs(mean.high)) * 1e-4 + 1e-37;
  const low = mean.low >= 0 ? Math.max(0, mean.low - slack) : mean.low - slack;
  const high = mean.high <= 0 ? Math.min(0, mean.high + slack) : mean.high + slack;
  return interval(low, high, [mean.lowBy, mean.highBy], { mayBeNaN });
}

function doubled(mean: Range): Range {
  return interval(2 * mean.low, 2 * mean.high, 'bound', { mayBeNaN: mean.mayBeNaN });
}

/** Whether integer weights can be added up without wrapping around. */
function fitsInt(x: Range, count: Size | undefined): boolean {
  return typeof count === 'number' && Math.max(Math.abs(x.low), Math.abs(x.high)) * count < 2 ** 31;
}

function fitsFloat(x: Range, count: number): boolean {
  return Math.max(Math.abs(x.low), Math.abs(x.high)) * count < 3.4e38;
}

function sameLength(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, axis) => d.size === b[axis]!.size);
}

/** Whether `a` broadcasts to `b` without changing b. */
function fitsInto(a: Shape, b: Shape): boolean {
  const joined = broadcastShapes(a, b);
  return !('throws' in joined) && sameLength(joined, b);
}

/** Whole losses stay whole where they are only weighted and added up. */
export function reducedType(
  call: OpCall,
  losses: DType | undefined,
  shape: Shape | undefined,
): DType | undefined {
  const weights = optionalOperand(call, 'weights');
  const weighted = weights ? widerType(losses, tensorType(weights)) : losses;
  const kind = reductionOf(call);
  if (kind === NONE) return weighted;
  if (kind === SUM) return weighted === 'bool' ? 'int32' : weighted;
  if (weighted === 'float32' || kind === SUM_BY_NONZERO_WEIGHTS || weights === undefined) {
    return kind === undefined && weighted !== 'float32' ? undefined : 'float32';
  }
  // Whole sums give a whole quotient, which is divided once more where the weights are fewer than the losses.
  if (kind !== MEAN || weighted === undefined || !shape || !weights.shape) return undefined;
  const counts = [elementCount(shape), elementCount(weights.shape)] as const;
  if (sameSize(...counts)) return 'int32';
  return certainlyDiffer(...counts) ? 'float32' : undefined;
}
