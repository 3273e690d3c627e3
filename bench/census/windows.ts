import { operand, type Case } from './case.js';

const image = operand('x', [1, 4, 4, 2]);
const odd = operand('x', [1, 5, 5, 1]);
const filter = operand('filter', [2, 2, 2, 3], undefined, 1);
const small = operand('filter', [3, 3, 1, 2], undefined, 1);
const volume = operand('x', [1, 3, 3, 3, 1]);

type Padding = 'same' | 'valid' | number;
const paddings: readonly Padding[] = ['valid', 'same', 1];

function convolutions(): Case[] {
  return paddings.flatMap((pad) =>
    [1, 2].flatMap((stride): Case[] => [
      {
        op: 'conv2d',
        title: `strides ${stride}, padding ${pad}`,
        operands: [image, filter],
        run: (tf, x, f) => tf.conv2d(x, f, stride, pad, 'NHWC', [1, 1], pad === 1 ? 'floor' : undefined),
      },
      {
        op: 'depthwiseConv2d',
        title: `strides ${stride}, padding ${pad}`,
        operands: [image, operand('filter', [2, 2, 2, 2], undefined, 1)],
        run: (tf, x, f) => tf.depthwiseConv2d(x, f, stride, pad, 'NHWC', [1, 1], pad === 1 ? 'floor' : undefined), // prettier-ignore
      },
      ...(typeof pad === 'number'
        ? []
        : ([
            { op: 'conv1d', title: `stride ${stride}, padding ${pad}`, operands: [operand('x', [1, 5, 2]), operand('filter', [2, 2, 2], undefined, 1)], run: (tf, x, f) => tf.conv1d(x, f, stride, pad) }, // prettier-ignore
            { op: 'separableConv2d', title: `strides ${stride}, padding ${pad}`, operands: [image, operand('depthwiseFilter', [2, 2, 2, 1], undefined, 1), operand('pointwiseFilter', [1, 1, 2, 2], undefined, 2)], run: (tf, x, f, g) => tf.separableConv2d(x, f, g, stride, pad) }, // prettier-ignore
            { op: 'conv3d', title: `strides ${stride}, padding ${pad}`, operands: [volume, operand('filter', [2, 2, 2, 1, 1], undefined, 1)], run: (tf, x, f) => tf.conv3d(x, f, stride, pad) }, // prettier-ignore
          ] satisfies Case[])),
    ]),
  );
}

function dilated(): Case[] {
  return [
    { op: 'conv2d', title: 'dilations 2', condition: 'dilated', operands: [odd, operand('filter', [2, 2, 1, 2], undefined, 1)], run: (tf, x, f) => tf.conv2d(x, f, 1, 'valid', 'NHWC', 2) }, // prettier-ignore
    { op: 'conv1d', title: 'dilation 2', condition: 'dilated', operands: [operand('x', [1, 6, 2]), operand('filter', [2, 2, 2], undefined, 1)], run: (tf, x, f) => tf.conv1d(x, f, 1, 'valid', 'NWC', 2) }, // prettier-ignore
    { op: 'depthwiseConv2d', title: 'dilations 2', condition: 'dilated', operands: [odd, operand('filter', [2, 2, 1, 1], undefined, 1)], run: (tf, x, f) => tf.depthwiseConv2d(x, f, 1, 'valid', 'NHWC', 2) }, // prettier-ignore
    { op: 'separableConv2d', title: 'dilation 2', condition: 'dilated', operands: [odd, operand('depthwiseFilter', [2, 2, 1, 1], undefined, 1), operand('pointwiseFilter', [1, 1, 1, 2], undefined, 2)], run: (tf, x, f, g) => tf.separableConv2d(x, f, g, 1, 'valid', 2) }, // prettier-ignore
  ];
}

function transposed(): Case[] {
  return [1, 2].flatMap((stride) => [
    { op: 'conv2dTranspose', title: `strides ${stride}`, operands: [operand('x', [1, 2, 2, 2]), operand('filter', [2, 2, 1, 2], undefined, 1)], run: (tf, x, f) => tf.conv2dTranspose(x, f, [1, 2 * stride, 2 * stride, 1], stride, 'same') } satisfies Case, // prettier-ignore
    { op: 'conv3dTranspose', title: `strides ${stride}`, operands: [operand('x', [1, 2, 2, 2, 1]), operand('filter', [2, 2, 2, 1, 1], undefined, 1)], run: (tf, x, f) => tf.conv3dTranspose(x, f, [1, 2 * stride, 2 * stride, 2 * stride, 1], stride, 'same') } satisfies Case, // prettier-ignore
  ]);
}

function pooling(): Case[] {
  return ['avgPool', 'maxPool'].flatMap((op) => [
    ...paddings.flatMap((pad) =>
      [1, 2].map((stride): Case => ({
        op,
        title: `window 2, strides ${stride}, padding ${pad}`,
        condition: op === 'avgPool' && pad !== 'valid' ? 'padding' : undefined,
        operands: [odd],
        run: (tf, x) => tf[op](x, 2, stride, pad, pad === 1 ? 'floor' : undefined),
      })),
    ),
    ...(['valid', 'same'] as const).map((pad): Case => ({
      op: `${op}3d`,
      title: `window 2, strides 1, padding ${pad}`,
      condition: op === 'avgPool' && pad !== 'valid' ? 'padding' : undefined,
      operands: [volume],
      run: (tf, x) => tf[`${op}3d`](x, 2, 1, pad),
    })),
  ]);
}

function pools(): Case[] {
  return (['avg', 'max'] as const).flatMap((type) =>
    (['valid', 'same'] as const).map((pad): Case => ({
      op: 'pool',
      title: `${type}, window 2, padding ${pad}`,
      condition: type === 'avg' && pad !== 'valid' ? 'padding' : undefined,
      operands: [odd],
      run: (tf, x) => tf.pool(x, [2, 2], type, pad),
    })),
  );
}

export const windows = (): Case[] => [
  ...convolutions(),
  ...dilated(),
  ...transposed(),
  ...pooling(),
  ...pools(),
  { op: 'maxPool', title: 'equal elements in a window', condition: 'equal elements', operands: [{ name: 'x', shape: [1, 2, 2, 1], values: [2, 2, 1, 0] }], run: (tf, x) => tf.maxPool(x, 2, 1, 'valid') }, // prettier-ignore
  { op: 'maxPoolWithArgmax', title: 'window 2', operands: [odd], run: (tf, x) => tf.maxPoolWithArgmax(x, 2, 2, 'valid').result }, // prettier-ignore
  { op: 'dilation2d', title: 'valid', operands: [odd, operand('filter', [2, 2, 1], undefined, 1)], run: (tf, x, f) => tf.dilation2d(x, f, 1, 'valid') }, // prettier-ignore
  { op: 'dilation2d', title: 'same', operands: [odd, operand('filter', [2, 2, 1], undefined, 1)], run: (tf, x, f) => tf.dilation2d(x, f, 1, 'same') }, // prettier-ignore
  { op: 'fused.conv2d', title: 'relu, bias', operands: [odd, small, operand('bias', [2], undefined, 2)], run: (tf, x, f, bias) => tf.fused.conv2d({ x, filter: f, strides: 1, pad: 'same', bias, activation: 'relu' }) }, // prettier-ignore
  { op: 'fused.depthwiseConv2d', title: 'relu', operands: [odd, operand('filter', [2, 2, 1, 1], undefined, 1)], run: (tf, x, f) => tf.fused.depthwiseConv2d({ x, filter: f, strides: 1, pad: 'same', activation: 'relu' }) }, // prettier-ignore
  { op: 'batchNorm', title: 'all parts', operands: [operand('x', [2, 3]), operand('mean', [3], undefined, 1), operand('variance', [3], [0.5, 2], 2), operand('offset', [3], undefined, 3), operand('scale', [3], undefined, 4)], run: (tf, x, mean, variance, offset, scale) => tf.batchNorm(x, mean, variance, offset, scale, 1e-3) }, // prettier-ignore
  { op: 'batchNorm', title: 'rank 4, neither offset nor scale', condition: 'without scale', operands: [operand('x', [1, 2, 2, 2]), operand('mean', [2], undefined, 1), operand('variance', [2], [0.5, 2], 2)], run: (tf, x, mean, variance) => tf.batchNorm(x, mean, variance, undefined, undefined, 1e-3) }, // prettier-ignore
  { op: 'localResponseNormalization', title: 'radius 1', operands: [operand('x', [1, 1, 2, 4], [0.2, 1.5])], run: (tf, x) => tf.localResponseNormalization(x, 1, 1, 0.5, 0.5) }, // prettier-ignore
];
