/** A contraction, a bias and an activation in one: `tf.fused`. */
import type { DType } from '../facts/dtype.js';
import { add } from '../facts/arithmetic.js';
import { constantRange, stored, type Range } from '../facts/range.js';
import { broadcastShapes, dim, elementCount, multiplySizes, showShape, type Shape } from '../facts/shape.js';
import { activation } from './activation.js';
import {
  isThrown,
  isUnknown,
  operand,
  optional,
  optionalOperand,
  optionalTensor,
  stringOf,
  tensorRange,
  throws,
} from './build.js';
import { matMul } from './linear-algebra.js';
import type { AttributeValue, OpCall, OpRow, Operand, ShapeResult } from './row.js';
import { conv2d, depthwiseConv2d } from './spatial.js';
import { sizesDiffer } from './shapes/sizes.js';

/** The rows of the activations that can be fused, by their names here. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  prelu: 'prelu',
  leakyrelu: 'leakyRelu',
  sigmoid: 'sigmoid',
};

/** The row of `contraction`, followed by a bias and an activation. A gradient needs `linear` or `relu`. */
function fused(name: string, contraction: OpRow): OpRow {
  const row: OpRow = {
    name,
    parameters: [
      ...contraction.parameters,
      optionalTensor('bias'),
      optional('activation', 'string', 'linear'),
      optionalTensor('preluActivationWeights'),
      optional('leakyreluAlpha', 'number', 0.2),
    ],
    shape: (call) => {
      const shape = contraction.shape(call);
      const kind = activationOf(call);
      if (kind !== undefined && kind !== 'linear' && !(kind in ACTIVATIONS))
        return throws(`'${kind}' is no activation`);
      if (isThrown(shape) || shape === undefined) return shape;
      if (contraction !== matMul) return withBias(call, shape);
      return biasMismatch(call, shape) ?? batchMismatch(call) ?? biasMismatch(call, asBatch(shape)) ?? shape;
    },
    dtype: (call) =>
      optionalOperand(call, 'bias')?.dtype === 'complex64'
        ? 'complex64'
        : activatedType(call, contraction.dtype(call)),
    range: (call) => {
      const product = contraction.range(call);
      const bias = optionalOperand(call, 'bias');
      const dtype = contraction.dtype(call);
      return activated(call, bias ? stored(add(product, tensorRange(bias)), dtype) : product, row);
    },
    gradient: contraction.gradient,
    dangers: [],
    run: (tf, { operands, attributes }) =>
      tf.fused[name.replace('fused.', '')]({ ...attributes, ...operands }),
  };
  return row;
}

function activationOf(call: OpCall): string | undefined {
  const value: AttributeValue = call.attributes['activation'];
  return value === null || value === '' ? 'linear' : stringOf(call, 'activation');
}

/** A slope makes whole numbers float32. */
function activatedType(call: OpCall, dtype: DType | undefined): DType | undefined {
  if (dtype === 'float32') return dtype;
  if (isUnknown(call.attributes['activation'])) return undefined;
  return activationOf(call) === 'prelu' ? 'float32' : dtype;
}

/** The matrices of all batch axes in one row, as the kernel adds the bias to them. */
function asBatch(shape: Shape): Shape {
  return [dim(multiplySizes(shape.slice(0, -2).map(({ size }) => size))), ...shape.slice(-2)];
}

/** Batches are flattened before they broadcast: [3, 2] matrices and 2 do not, although they do in matMul. */
function batchMismatch(call: OpCall): ShapeResult {
  const [a, b] = ['a', 'b'].map((name) =>
    operand(call, name)
      .shape?.slice(0, -2)
      .map(({ size }) => size),
  );
  const [left, right] = [a && multiplySizes(a), b && multiplySizes(b)];
  const differ =
    left !== undefined && right !== undefined && left !== 1 && right !== 1 && sizesDiffer(left, right);
  return differ ? throws('the flattened batches of the operands differ') : undefined;
}

/** A bias is added to the batch that a convolution makes of one picture too: it may enlarge the result. */
function withBias(call: OpCall, shape: Shape): ShapeResult {
  const bias = optionalOperand(call, 'bias')?.shape;
  if (bias === undefined || stringOf(call, 'dataFormat') === 'NCHW') return shape;
  const isOne = shape.length === 3;
  const joined = broadcastShapes(isOne ? [dim(1), ...shape] : shape, bias);
  if ('throws' in joined)
    return throws(`a bias of shape ${showShape(bias)} does not fit ${showShape(shape)}`);
  return isOne ? joined.slice(1) : joined;
}

/** A bias broadcasts to the product of matrices, and must not enlarge it. */
function biasMismatch(call: OpCall, shape: Shape): ShapeResult {
  const bias = optionalOperand(call, 'bias')?.shape;
  if (bias === undefined) return undefined;
  const joined = broadcastShapes(shape, bias);
  const fits = !('throws' in joined) && !sizesDiffer(elementCount(joined), elementCount(shape));
  return fits ? undefined : throws(`a bias of shape ${showShape(bias)} does not fit ${showShape(shape)}`);
}

/** The range of the activation of a value, as its own row has it. */
function activated(call: OpCall, range: Range, row: OpRow): Range {
  const kind = activationOf(call);
  if (kind === undefined || isUnknown(call.attributes['activation']))
    return { ...range, low: -Infinity, high: Infinity, lowBy: 'bound', highBy: 'bound', integer: false };
  const found = activation.find(({ name }) => name === ACTIVATIONS[kind]);
  if (found === undefined) return range;
  const x: Operand = {
    op: row.name,
    operands: call.operands,
    attributes: call.attributes,
    shape: undefined,
    dtype: row.dtype(call),
    range,
  };
  const alpha = optionalOperand(call, 'preluActivationWeights') ?? {
    ...operand(call, row.parameters[0]!.name),
    range: constantRange(0),
  };
  return found.range({
    ...call,
    operands: { x, alpha },
    attributes: { alpha: call.attributes['leakyreluAlpha'] },
  });
}

export const fusions: readonly OpRow[] = [
  fused('fused.matMul', matMul),
  fused('fused.conv2d', conv2d),
  fused('fused.depthwiseConv2d', depthwiseConv2d),
];
