/** The metrics under `tf.metrics`. Unlike losses they compare no shapes: targets and predictions broadcast. */
import {
  absolute,
  add,
  clip,
  divide,
  larger,
  meanOver,
  multiply,
  negated,
  squared,
  subtract,
  sumOver,
} from '../facts/arithmetic.js';
import { log, softplus } from '../facts/functions.js';
import { constantRange, interval, stored, TRUTH, withNaN, type Range } from '../facts/range.js';
import { broadcastShapes, showShape, type Shape, type Size } from '../facts/shape.js';
import { danger, isTensorLike, operand, refusal, tensor, tensorRange, tensorType, throws } from './build.js';
import type { DangerRegion, OpCall, Operand, OpRow, ShapeResult } from './row.js';
import { mustMatch } from './shapes/arrange.js';
import { sizesDiffer } from './shapes/sizes.js';

/** `tf.backend().epsilon()` of the float32 backends, and the largest clipped probability. */
const EPSILON = Math.fround(1e-7);
const ALMOST_ONE = Math.fround(1 - 1e-7);
const probability = interval(EPSILON, ALMOST_ONE, 'attained');

type Shapes = readonly [Shape | undefined, Shape | undefined];

interface MetricRow {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly shape: (shapes: Shapes) => ShapeResult;
  /** `count`: the number of values that each number of the result averages. */
  readonly range: (yTrue: Range, yPred: Range, count: Size | undefined, call: OpCall) => Range;
  /** What the operands must be beyond numbers. */
  readonly refuses?: (yTrue: Operand, yPred: Operand) => string | undefined;
  readonly gradient?: OpRow['gradient'];
  readonly dangers?: readonly DangerRegion[];
}

function metric(row: MetricRow): OpRow {
  const shapes = (call: OpCall): Shapes => [operand(call, 'yTrue').shape, operand(call, 'yPred').shape];
  return {
    name: `metrics.${row.name}`,
    aliases: row.aliases?.map((alias) => `metrics.${alias}`),
    parameters: [tensor('yTrue'), tensor('yPred')],
    shape: (call) => {
      const [yTrue, yPred] = [operand(call, 'yTrue'), operand(call, 'yPred')];
      const reason = refusal(yTrue, 'numeric') ?? refusal(yPred, 'numeric') ?? row.refuses?.(yTrue, yPred);
      return reason === undefined ? row.shape(shapes(call)) : throws(reason);
    },
    dtype: () => 'float32',
    range: (call) => {
      const all = broadcast(shapes(call));
      const count = all && !('throws' in all) ? all.at(-1)?.size : undefined;
      return stored(
        row.range(tensorRange(operand(call, 'yTrue')), tensorRange(operand(call, 'yPred')), count, call),
        'float32',
      );
    },
    gradient: row.gradient ?? 'flows',
    dangers: row.dangers ?? [],
  };
}

function broadcast([a, b]: Shapes): ShapeResult {
  return a && b && broadcastShapes(a, b);
}

/** Without the last axis, over which a mean or a sum is taken. */
function rows(shape: ShapeResult): ShapeResult {
  if (shape === undefined || 'throws' in shape) return shape;
  return shape.length === 0 ? throws('a scalar has no last axis') : shape.slice(0, -1);
}

function scalarOf(shape: ShapeResult): ShapeResult {
  return shape && 'throws' in shape ? shape : [];
}

/** Both without the last axis, over which each takes its largest. */
function rowsOfBoth([a, b]: Shapes): ShapeResult {
  const flat = [a, b].find((shape) => shape?.length === 0);
  if (flat) return throws('a scalar has no last axis');
  return broadcast([a?.slice(0, -1), b?.slice(0, -1)]);
}

/** The column of class numbers, squeezed where it has the rank of the predictions, against the classes found. */
function sparseRows([a, b]: Shapes): ShapeResult {
  if (a === undefined || b === undefined) return undefined;
  const last = a.at(-1);
  const column = a.length === b.length;
  if (column && last && sizesDiffer(last.size, 1)) return throws(`the last axis of ${showShape(a)} is not 1`);
  if (b.length === 0) return throws('a scalar has no last axis');
  return broadcast([column ? a.slice(0, -1) : a, b.slice(0, -1)]);
}

/** The mean of something that is stored at every step. */
function meanOf(elements: Range, count: Size | undefined): Range {
  return meanOver(stored(elements, 'float32'), count);
}

/** Some metrics ask the targets for their type or their shape, which numbers and arrays have not. */
function literalTargets(yTrue: Operand): string | undefined {
  return isTensorLike(yTrue) ? 'the targets must be a tensor' : undefined;
}

const difference = (a: Range, b: Range): Range => stored(subtract(a, b), 'float32');

const meanSquaredError = metric({
  name: 'meanSquaredError',
  aliases: ['mse', 'MSE'],
  shape: (shapes) => rows(broadcast(shapes)),
  range: (yTrue, yPred, count) => meanOf(squared(difference(yPred, yTrue)), count),
});

const meanAbsoluteError = metric({
  name: 'meanAbsoluteError',
  shape: (shapes) => rows(broadcast(shapes)),
  range: (yTrue, yPred, count) => meanOf(absolute(difference(yPred, yTrue)), count),
});

/** Relative to a target that is kept at 1e-7 or above. */
const meanAbsolutePercentageError = metric({
  name: 'meanAbsolutePercentageError',
  aliases: ['MAPE', 'mape'],
  shape: (shapes) => rows(broadcast(shapes)),
  range: (yTrue, yPred, count, call) => {
    // Whole targets stay whole: the guard is lost, and 0 is divided by.
    const clipped = stored(
      larger(absolute(yTrue), constantRange(EPSILON)),
      tensorType(operand(call, 'yTrue')),
    );
    const relative = absolute(stored(divide(difference(yTrue, yPred), clipped), 'float32'));
    return multiply(constantRange(100), stored(meanOf(relative, count), 'float32'));
  },
  dangers: [danger('yTrue', 'value', 'wrong-value', [0, 0], 'yTrue = 0: the error is divided by 1e-7')],
});

const binaryAccuracy = metric({
  name: 'binaryAccuracy',
  refuses: literalTargets,
  shape: (shapes) => rows(broadcast(shapes)),
  range: (_, __, count) => meanOf(TRUTH, count),
  gradient: 'throws',
});

const binaryCrossentropy = metric({
  name: 'binaryCrossentropy',
  refuses: literalTargets,
  shape: ([yTrue, yPred]) => mustMatch(yTrue, yPred, 'targets and predictions') ?? rows(yPred ?? yTrue),
  range: (yTrue, yPred, count, call) => {
    const p = stored(
      clip(yPred, constantRange(EPSILON), constantRange(ALMOST_ONE)),
      tensorType(operand(call, 'yPred')),
    );
    const odds = stored(divide(p, stored(subtract(constantRange(1), p), 'float32')), 'float32');
    const logits = stored(log(odds), 'float32');
    const linear = subtract(larger(logits, constantRange(0)), stored(multiply(logits, yTrue), 'float32'));
    const losses = add(stored(linear, 'float32'), softplus(negated(absolute(logits))));
    return meanOf(
      yTrue.low >= 0 && yTrue.high <= 1
        ? { ...losses, low: Math.max(losses.low, -1e-5), lowBy: 'bound' }
        : losses,
      count,
    );
  },
});

/** The predictions are divided by their sum and clipped: only a sum of 0 or Infinity leaves NaN. */
const categoricalCrossentropy = metric({
  name: 'categoricalCrossentropy',
  refuses: (_, yPred) =>
    refusal(yPred, 'float32') ?? (isTensorLike(yPred) ? 'the predictions must be a tensor' : undefined),
  shape: ([yTrue, yPred]) => {
    const all = broadcast([yTrue, yPred]);
    if (all === undefined || 'throws' in all || yPred === undefined) return all;
    if (yPred.length === 0) return throws('a scalar has no last axis');
    return all.filter((_, axis) => axis !== yPred.length - 1);
  },
  range: (yTrue, yPred, _, call) => {
    const costs = stored(multiply(yTrue, negated(stored(log(probability), 'float32'))), 'float32');
    const positive = yPred.low > 0 && yPred.high < 1e30 && !yPred.mayBeNaN;
    const [targets, { shape: predictions }] = [operand(call, 'yTrue').shape, operand(call, 'yPred')];
    const all = broadcast([targets, predictions]);
    const classes = all && !('throws' in all) ? all[predictions!.length - 1]?.size : undefined;
    const sum = sumOver(costs, classes);
    return withNaN(sum, !positive);
  },
  dangers: [danger('yPred', 'value', 'nan', [0, 0], 'all of a row of yPred is 0')],
});

const categoricalAccuracy = metric({
  name: 'categoricalAccuracy',
  shape: rowsOfBoth,
  range: () => TRUTH,
  gradient: 'throws',
});

const sparseCategoricalAccuracy = metric({
  name: 'sparseCategoricalAccuracy',
  refuses: literalTargets,
  shape: sparseRows,
  range: () => TRUTH,
  gradient: 'throws',
});

/** Shares of hits; 0 where there is nothing to share. */
function share(name: string): OpRow {
  return metric({
    name,
    shape: (shapes) => scalarOf(broadcast(shapes)),
    range: () => interval(0, 1, 'attained'),
    gradient: 'throws',
  });
}

/** The cosine between rows, negated; rows are divided by their length, or by the root of 1e-7. */
const cosineProximity = metric({
  name: 'cosineProximity',
  shape: ([a, b]) => {
    const flat = [a, b].find((shape) => shape?.length === 0);
    return flat ? throws('a scalar has no last axis') : rows(broadcast([a, b]));
  },
  range: (yTrue, yPred, count) => {
    const length = (x: Range): number =>
      absolute(x).high * Math.sqrt(typeof count === 'number' ? count : 1e9);
    const overflow = !(length(yTrue) < 1e19 && length(yPred) < 1e19);
    const stretched = typeof count === 'number' ? count : Infinity;
    return interval(-stretched, stretched, 'bound', {
      mayBeNaN: overflow || yTrue.mayBeNaN || yPred.mayBeNaN,
    });
  },
});

/** 1 - residual / total: NaN where all targets are equal and met. */
const r2Score = metric({
  name: 'r2Score',
  refuses: literalTargets,
  shape: (shapes) => scalarOf(broadcast(shapes)),
  range: () => interval(-Infinity, 1, 'bound', { mayBeNaN: true }),
});

export const metrics: readonly OpRow[] = [
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  binaryAccuracy,
  binaryCrossentropy,
  categoricalAccuracy,
  categoricalCrossentropy,
  sparseCategoricalAccuracy,
  share('precision'),
  share('recall'),
  cosineProximity,
  r2Score,
];
