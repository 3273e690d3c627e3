/** The losses under `tf.losses`: one number for each element, weighted and reduced. */
import {
  absolute,
  add,
  divide,
  larger,
  multiply,
  negated,
  smaller,
  squared,
  subtract,
  sumOver,
} from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import { log, power, softplus } from '../facts/functions.js';
import { constantRange, interval, joinRanges, stored, unknownRange, type Range } from '../facts/range.js';
import { broadcastShapes, dim, normaliseAxis, type Shape, type Size } from '../facts/shape.js';
import {
  attributeRange,
  booleanOf,
  danger,
  isThrown,
  isUnknown,
  numberOf,
  operand,
  optional,
  optionalOperand,
  optionalTensor,
  refusal,
  required,
  tensor,
  tensorRange,
  tensorType,
  widerType,
  throws,
} from './build.js';
import type { DangerRegion, OpCall, OpRow, Parameter, ShapeResult } from './row.js';
import { mustMatch } from './shapes/arrange.js';
import {
  MEAN,
  NONE,
  reducedRange,
  reducedShape,
  reducedType,
  reduction,
  reductionOf,
  SUM_BY_NONZERO_WEIGHTS,
} from './loss-reduction.js';

const one = constantRange(1);

/** 0 / 0 when no weight counts. */
const noWeights: DangerRegion = {
  ...danger('weights', 'value', 'nan', [0, 0], 'all weights are 0'),
  when: (call) =>
    call.operands['weights'] !== undefined &&
    [MEAN, SUM_BY_NONZERO_WEIGHTS].includes(reductionOf(call) ?? NONE),
};

interface LossRow {
  readonly name: string;
  /** Names of the two operands that are compared. */
  readonly of?: readonly [string, string];
  /** Parameters before the weights, and between them and the reduction. */
  readonly before?: readonly Parameter[];
  readonly more?: readonly Parameter[];
  /** The loss of one element. */
  readonly range: (labels: Range, predictions: Range, call: OpCall) => Range;
  /** The shape of the losses, where it is not that of the predictions. */
  readonly losses?: (call: OpCall, shape: Shape) => ShapeResult;
  /** True when integers give integers. */
  readonly keepsType?: boolean;
  readonly dangers?: readonly DangerRegion[];
}

function knownShape(shape: ShapeResult): Shape | undefined {
  return isThrown(shape) ? undefined : shape;
}

/** Differentiating the weights throws: they are counted with notEqual, which has no gradient (tfjs issue 7710). */
function loss(row: LossRow): OpRow {
  const [labels, predictions] = row.of ?? ['labels', 'predictions'];
  const lossType = (call: OpCall): DType | undefined =>
    row.keepsType
      ? widerType(tensorType(operand(call, labels)), tensorType(operand(call, predictions)))
      : 'float32';
  const lossShape = (call: OpCall): ShapeResult => {
    const [a, b] = [operand(call, labels), operand(call, predictions)];
    const reason = refusal(a, 'numeric') ?? refusal(b, 'numeric');
    if (reason !== undefined) return throws(reason);
    const mismatch = mustMatch(a.shape, b.shape, `${labels} and ${predictions}`);
    if (mismatch) return mismatch;
    const shape = b.shape ?? a.shape;
    return shape && row.losses ? row.losses(call, shape) : shape;
  };
  return {
    name: `losses.${row.name}`,
    parameters: [
      tensor(labels),
      tensor(predictions),
      ...(row.before ?? []),
      optionalTensor('weights'),
      ...(row.more ?? []),
      reduction,
    ],
    shape: (call) => {
      const losses = lossShape(call);
      return losses && 'throws' in losses ? losses : reducedShape(call, losses);
    },
    dtype: (call) => reducedType(call, lossType(call), knownShape(lossShape(call))),
    range: (call) => {
      const losses = lossShape(call);
      const values = row.range(
        tensorRange(operand(call, labels)),
        tensorRange(operand(call, predictions)),
        call,
      );
      return reducedRange(call, values, knownShape(losses), lossType(call));
    },
    gradient: { [labels]: 'flows', [predictions]: 'flows', weights: 'throws' },
    dangers: [...(row.dangers ?? []), noWeights],
  };
}

const computeWeightedLoss: OpRow = {
  name: 'losses.computeWeightedLoss',
  parameters: [tensor('losses'), optionalTensor('weights'), reduction],
  shape: (call) => {
    const losses = operand(call, 'losses');
    const reason = refusal(losses, 'numeric');
    return reason === undefined ? reducedShape(call, losses.shape) : throws(reason);
  },
  dtype: (call) => reducedType(call, tensorType(operand(call, 'losses')), operand(call, 'losses').shape),
  range: (call) =>
    reducedRange(
      call,
      tensorRange(operand(call, 'losses')),
      operand(call, 'losses').shape,
      tensorType(operand(call, 'losses')),
    ),
  gradient: { losses: 'flows', weights: 'throws' },
  dangers: [noWeights],
};

/** Number of elements along the axis that a loss sums over. */
function lengthAlong(call: OpCall, name: string, axis: number | undefined): Size | undefined {
  const { shape } = operand(call, name);
  const at = shape && axis !== undefined ? normaliseAxis(axis, shape.length) : undefined;
  return at === undefined ? undefined : shape![at]!.size;
}

/** The type that labels and predictions are computed with: what leaves int32, or bool, wraps around. */
const comparedType = (call: OpCall): DType | undefined =>
  widerType(tensorType(operand(call, 'labels')), tensorType(operand(call, 'predictions')));

const cosineDistance = loss({
  name: 'cosineDistance',
  before: [required('axis', 'integer')],
  losses: (call, shape) => {
    const axis = numberOf(call, 'axis');
    if (axis === undefined)
      return call.attributes['axis'] === undefined ? shape.map(() => dim(1, { one: 'explicit' })) : undefined;
    const at = normaliseAxis(axis, shape.length);
    if (at === undefined) return throws(`axis ${axis} is outside [-${shape.length}, ${shape.length})`);
    return shape.map((d, index) => (index === at ? dim(1, { axis: d.axis, one: 'explicit' }) : d));
  },
  range: (labels, predictions, call) => {
    const dtype = comparedType(call);
    const sum = sumOver(
      stored(multiply(labels, predictions), dtype),
      lengthAlong(call, 'predictions', numberOf(call, 'axis')),
    );
    return subtract(one, stored(sum, dtype));
  },
});

const smoothing = optional('labelSmoothing', 'number', 0);

/** Labels moved towards a constant. */
function smoothed(call: OpCall, labels: Range, towards: Range): Range {
  const part = attributeRange(call, 'labelSmoothing');
  if (part.low === 0 && part.high === 0) return labels;
  const loose = add(multiply(labels, subtract(one, part)), multiply(towards, part));
  const slack = (end: number): number => (Number.isFinite(end) ? Math.abs(end) * 1e-6 : 0);
  return interval(loose.low - slack(loose.low), loose.high + slack(loose.high), 'bound', {
    mayBeNaN: loose.mayBeNaN,
  });
}

/** max(x, 0) - x z + log(1 + exp(-|x|)): each term is stored before the next. */
const sigmoidCrossEntropy = loss({
  name: 'sigmoidCrossEntropy',
  of: ['multiClassLabels', 'logits'],
  more: [smoothing],
  range: (labels, logits, call) => {
    // Negated bools wrap around to 255, and the lowest int32 is its own negative.
    const type = tensorType(operand(call, 'logits'));
    if (type === 'bool' || (type === 'int32' && logits.low <= -(2 ** 31))) return unknownRange();
    const targets = smoothed(call, labels, constantRange(0.5));
    const linear = subtract(larger(logits, constantRange(0)), stored(multiply(logits, targets), 'float32'));
    const sum = add(stored(linear, 'float32'), softplus(negated(absolute(logits))));
    if (!Number.isFinite(logits.low + logits.high)) return sum;
    const slack = absolute(logits).high * 1e-6;
    // With labels in [0, 1] it is the softplus of something: never below 0, but for a rounding.
    if (targets.low < 0 || targets.high > 1) return { ...sum, low: sum.low - slack, high: sum.high + slack };
    return { ...sum, low: Math.max(sum.low * (1 - 1e-6), -slack), lowBy: 'bound' };
  },
});

/** Its own gradient is wrong for labels that do not sum to 1, and for the labels themselves (docs/library-gradients.md). */
const softmaxCrossEntropy = loss({
  name: 'softmaxCrossEntropy',
  of: ['onehotLabels', 'logits'],
  more: [smoothing],
  losses: (call, shape) => {
    if (shape.length === 0) return throws('a scalar has no classes');
    // The number of classes is taken from axis 1, whatever the rank.
    const smooth = numberOf(call, 'labelSmoothing') ?? 0;
    return shape.length === 1 && smooth > 0
      ? throws('labels of rank 1 cannot be smoothed')
      : shape.slice(0, -1);
  },
  range: (labels, logits, call) => {
    // Differences of bools wrap around to 255, whose exponential is Infinity; so do those of large integers.
    const wraps = { bool: 1, int32: 2 ** 31 }[String(tensorType(operand(call, 'logits')))] ?? Infinity;
    if (logits.high - logits.low >= wraps) return unknownRange();
    const classes = lengthAlong(call, 'logits', -1);
    const towards = typeof classes === 'number' ? constantRange(0, 1) : interval(0, 1, 'bound');
    const targets = smoothed(call, labels, towards);
    // log softmax: at most 0, and no further below than the logits lie apart, and log n.
    const apart = logits.high - logits.low;
    const spread = typeof classes === 'number' ? (apart + Math.log(classes)) * (1 + 1e-5) + 1e-5 : Infinity;
    const finite = Number.isFinite(Math.fround(apart)) && !logits.mayBeNaN;
    const slack = absolute(logits).high * 3e-7 + 1e-6;
    const costs = interval(finite ? -slack : -Infinity, finite ? spread + slack : Infinity, 'bound', {
      mayBeNaN: !finite,
    });
    return sumOver(stored(multiply(targets, costs), 'float32'), classes);
  },
});

/** Without an epsilon the logarithms are those of 0. */
function unguarded(call: OpCall): boolean {
  return numberOf(call, 'epsilon') === 0;
}

const logLoss = loss({
  name: 'logLoss',
  more: [optional('epsilon', 'number', 1e-7)],
  range: (labels, predictions, call) => {
    const epsilon = isUnknown(call.attributes['epsilon'])
      ? attributeRange(call, 'epsilon')
      : stored(attributeRange(call, 'epsilon'), 'float32');
    const logOf = (p: Range): Range => stored(log(stored(add(p, epsilon), 'float32')), 'float32');
    const rest = stored(subtract(one, predictions), 'float32');
    const first = negated(stored(multiply(labels, logOf(predictions)), 'float32'));
    const second = stored(multiply(stored(subtract(one, labels), 'float32'), logOf(rest)), 'float32');
    return subtract(first, second);
  },
  dangers: [
    danger('predictions', 'value', 'nan', [-Infinity, -1.0000001e-7], 'predictions < -epsilon'),
    danger('predictions', 'value', 'nan', [1.0000002, Infinity], 'predictions > 1 + epsilon'),
    { ...danger('predictions', 'value', 'infinity', [0, 0], 'predictions = 0'), when: unguarded },
    { ...danger('predictions', 'value', 'infinity', [1, 1], 'predictions = 1'), when: unguarded },
  ],
});

const huberLoss = loss({
  name: 'huberLoss',
  more: [optional('delta', 'number', 1)],
  range: (labels, predictions, call) => {
    const delta = stored(attributeRange(call, 'delta'), 'float32');
    const error = absolute(stored(subtract(predictions, labels), comparedType(call)));
    const quadratic = smaller(error, delta);
    const linear = stored(subtract(error, quadratic), 'float32');
    return add(
      multiply(constantRange(0.5), stored(squared(quadratic), 'float32')),
      stored(multiply(delta, larger(linear, constantRange(0))), 'float32'),
    );
  },
});

const hingeLoss = loss({
  name: 'hingeLoss',
  range: (labels, predictions) => {
    const signs = stored(subtract(stored(multiply(constantRange(2), labels), 'float32'), one), 'float32');
    return larger(subtract(one, stored(multiply(signs, predictions), 'float32')), constantRange(0));
  },
});

/** v + (x - v) (1 - decay) / (1 - decay^step); without `zeroDebias` the last factor is 1. */
const movingAverage: OpRow = {
  name: 'movingAverage',
  parameters: ['v', 'x', 'decay']
    .map(tensor)
    .concat(optionalTensor('step'), optional('zeroDebias', 'boolean', true)),
  shape: (call) => {
    const [v, x] = [operand(call, 'v'), operand(call, 'x')];
    const unbiased = call.attributes['zeroDebias'];
    const powers = unbiased === true ? ['decay', 'step'] : [];
    const given = ['v', 'x', ...powers].flatMap((name) => optionalOperand(call, name) ?? []);
    const [reason] = given.flatMap((each) => refusal(each, 'numeric') ?? []);
    if (reason !== undefined) return throws(reason);
    const types = [tensorType(v), tensorType(x)];
    if (types[0] && types[1] && types[0] !== types[1])
      return throws(`the average is ${types[0]}, the values are ${types[1]}`);
    const mismatch = mustMatch(v.shape, x.shape, 'the average and the values');
    if (mismatch) return mismatch;
    const step = optionalOperand(call, 'step');
    if (unbiased === true && step === undefined) return throws('zeroDebias needs a step');
    if (typeof unbiased !== 'boolean') return undefined;
    const factors = [operand(call, 'decay'), ...(unbiased ? [step!] : [])];
    let shape: ShapeResult = v.shape ?? x.shape;
    for (const factor of factors) {
      if (shape === undefined || 'throws' in shape || factor.shape === undefined)
        return isThrown(shape) ? shape : undefined;
      shape = broadcastShapes(shape, factor.shape);
    }
    return shape;
  },
  dtype: (call) => widerType('float32', tensorType(operand(call, 'decay'))),
  range: (call) => {
    const [v, x, decay] = [
      tensorRange(operand(call, 'v')),
      tensorRange(operand(call, 'x')),
      tensorRange(operand(call, 'decay')),
    ];
    const fresh = stored(subtract(one, decay), 'float32');
    const update = stored(multiply(stored(subtract(x, v), 'float32'), fresh), 'float32');
    const step = optionalOperand(call, 'step');
    const plain = stored(add(v, update), 'float32');
    const age = step
      ? stored(subtract(one, stored(power(decay, tensorRange(step)), 'float32')), 'float32')
      : unknownRange();
    const corrected = stored(add(v, stored(divide(update, age), 'float32')), 'float32');
    const unbiased = booleanOf(call, 'zeroDebias');
    return unbiased === undefined ? joinRanges(plain, corrected) : unbiased ? corrected : plain;
  },
  gradient: 'flows',
  dangers: [danger('step', 'value', 'nan', [0, 0], 'step = 0')],
};

export const losses: readonly OpRow[] = [
  movingAverage,
  loss({
    name: 'absoluteDifference',
    keepsType: true,
    range: (labels, predictions, call) => {
      const dtype = comparedType(call);
      return stored(absolute(stored(subtract(labels, predictions), dtype)), dtype);
    },
  }),
  loss({
    name: 'meanSquaredError',
    keepsType: true,
    range: (labels, predictions) => squared(subtract(labels, predictions)),
  }),
  computeWeightedLoss,
  cosineDistance,
  hingeLoss,
  huberLoss,
  logLoss,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
];
