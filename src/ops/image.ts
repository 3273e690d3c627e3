/** Ops on images: resized, cropped, flipped, turned, in other colours. */
import {
  constantRange,
  interval,
  indexRange,
  joinRanges,
  rearranged,
  selected,
  stored,
  withNaN,
  type Range,
} from '../facts/range.js';
import { dim, showShape, type Shape } from '../facts/shape.js';
import {
  attributeRange,
  booleanOf,
  operand,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensorType,
  throws,
  type Accepts,
} from './build.js';
import { contraction } from './contraction.js';
import { moving, noBackward, wrongBackward } from './moving.js';
import type { OpCall, OpRow, ShapeResult } from './row.js';
import { batched } from './shapes/convolution.js';
import { computed, dimsOf, replaceAt, sizeOf, sizesDiffer } from './shapes/sizes.js';

/** Values between those of neighbouring pixels; the difference of infinite ones is NaN. */
function blended(values: Range): Range {
  return withNaN(
    { ...selected(values), integer: false },
    !(Number.isFinite(values.low) && Number.isFinite(values.high)),
  );
}

/** The height and the width that an attribute asks for. */
function sideSizes(call: OpCall, name: string): Shape | { readonly throws: string } {
  const sides = dimsOf(call, name) ?? [dim(call.freshSize('height')), dim(call.freshSize('width'))];
  return sides.length === 2
    ? sides
    : throws(`${name} must be a height and a width, ${showShape(sides)} is not`);
}

function resize(
  name: string,
  range: (x: Range) => Range,
  dtype: OpRow['dtype'],
  notBool = false,
  dangers: OpRow['dangers'] = [],
): OpRow {
  return moving({
    name: `image.${name}`,
    of: 'images',
    accepts: 'numeric',
    // The backward kernels do not know of half pixel centers.
    dangers: [
      ...dangers,
      wrongBackward(
        'images',
        'halfPixelCenters is true',
        (call) => booleanOf(call, 'halfPixelCenters') === true,
      ),
    ],
    more: [
      required('size', 'shape'),
      optional('alignCorners', 'boolean', false),
      optional('halfPixelCenters', 'boolean', false),
    ],
    chained: true,
    dtype,
    range: (call) => stored(stored(range(tensorRange(operand(call, 'images'))), 'float32'), dtype(call)),
    shape: (call, x) => {
      const sides = sideSizes(call, 'size');
      if ('throws' in sides) return sides;
      if (notBool && tensorType(operand(call, 'images')) === 'bool') return throws('images cannot be bool');
      if (booleanOf(call, 'alignCorners') && booleanOf(call, 'halfPixelCenters'))
        return throws('alignCorners and halfPixelCenters exclude each other');
      return batched(x, 4, 'the images', ([batch, , , depth]) => [batch!, ...sides, depth!]);
    },
  });
}

function notSquare(call: OpCall): boolean {
  const [height, width] = operand(call, 'images').shape?.slice(-3) ?? [];
  return height !== undefined && width !== undefined && sizesDiffer(height.size, width.size);
}

/** An op on a batch of images of any kind of pixels that keeps their shape. */
function sameImage(
  name: string,
  more: OpRow['parameters'],
  range: OpRow['range'],
  gradient: OpRow['gradient'],
): OpRow {
  return moving({
    name: `image.${name}`,
    of: 'image',
    accepts: 'float32',
    more,
    range,
    gradient,
    shape: (_, x) =>
      x.length === 4 ? x : throws(`a batch of images must have rank 4, ${showShape(x)} has not`),
  });
}

const pixels = (call: OpCall): Range => tensorRange(operand(call, 'image'), 'float32');

/** What is put where there is no image: one number, or one for each channel. */
function fillRange(call: OpCall, name: string): Range {
  const value = call.attributes[name];
  if (!Array.isArray(value)) return attributeRange(call, name);
  const channels = (value as readonly unknown[]).filter((each) => typeof each === 'number');
  return interval(Math.min(...channels), Math.max(...channels), 'attained');
}

const cropAndResize: OpRow = {
  name: 'image.cropAndResize',
  parameters: [
    ...['image', 'boxes', 'boxInd'].map(tensor),
    required('cropSize', 'shape'),
    optional('method', 'string', 'bilinear'),
    optional('extrapolationValue', 'number', 0),
  ],
  shape: (call) => {
    const [image, boxes, indices] = ['image', 'boxes', 'boxInd'].map((name) => operand(call, name).shape);
    const reason =
      refusal(operand(call, 'image'), 'numeric') ??
      refusal(operand(call, 'boxes'), 'float32') ??
      refusal(operand(call, 'boxInd'), 'int32');
    if (reason !== undefined) return throws(reason);
    if (image && image.length !== 4)
      return throws(`the images must have rank 4, ${showShape(image)} has not`);
    if (boxes && (boxes.length !== 2 || sizesDiffer(boxes[1]!.size, 4)))
      return throws(`a box has 4 numbers, ${showShape(boxes)} is no list of boxes`);
    const uneven =
      indices && (indices.length !== 1 || (boxes && sizesDiffer(boxes[0]!.size, indices[0]!.size)));
    if (uneven) return throws(`${showShape(indices)} images are named for ${showShape(boxes)} boxes`);
    const sides = sideSizes(call, 'cropSize');
    if ('throws' in sides) return sides;
    if (sides.some(({ size }) => typeof size === 'number' && size < 1))
      return throws(`${showShape(sides)} is no size of a crop`);
    const method = stringOf(call, 'method');
    if (method !== undefined && method !== 'bilinear' && method !== 'nearest')
      return throws(`'${method}' is no method`);
    const count = (boxes ?? indices)?.[0] ?? dim(call.freshSize('boxes'));
    return [count, ...sides, image?.[3] ?? dim(call.freshSize('depth'))];
  },
  dtype: () => 'float32',
  range: (call) => {
    const boxes = tensorRange(operand(call, 'boxes'));
    const unplaced = boxes.mayBeNaN || !Number.isFinite(boxes.low) || !Number.isFinite(boxes.high);
    const values = joinRanges(
      blended(tensorRange(operand(call, 'image'))),
      attributeRange(call, 'extrapolationValue'),
    );
    // Of an image that is not in the batch nothing is cut.
    const count = operand(call, 'image').shape?.[0]?.size;
    const missing = typeof count !== 'number' || operand(call, 'boxInd').range.high >= count;
    return stored(withNaN(missing ? joinRanges(values, constantRange(0)) : values, unplaced), 'float32');
  },
  gradient: 'throws',
  dangers: [],
};

const transform: OpRow = {
  name: 'image.transform',
  parameters: [
    tensor('image'),
    tensor('transforms'),
    optional('interpolation', 'string', 'nearest'),
    optional('fillMode', 'string', 'constant'),
    optional('fillValue', 'number', 0),
    optional('outputShape', 'shape'),
  ],
  shape: (call) => {
    const [image, transforms] = [operand(call, 'image').shape, operand(call, 'transforms').shape];
    const reason =
      refusal(operand(call, 'image'), 'float32') ?? refusal(operand(call, 'transforms'), 'float32');
    if (reason !== undefined) return throws(reason);
    if (image && image.length !== 4)
      return throws(`the images must have rank 4, ${showShape(image)} has not`);
    const [count, numbers] = transforms ?? [];
    const each = count && image && count.size !== 1 && sizesDiffer(count.size, image[0]!.size);
    if (transforms && (transforms.length !== 2 || sizesDiffer(numbers!.size, 8) || each))
      return throws(`${showShape(transforms)} are no transforms of 8 numbers`);
    if (image === undefined) return undefined;
    const given = call.attributes['outputShape'];
    if (given === undefined || given === null) return image;
    const sides = sideSizes(call, 'outputShape');
    return 'throws' in sides ? sides : [image[0]!, ...sides, image[3]!];
  },
  dtype: () => 'float32',
  // A projection may divide 0 by 0, and far away the weights of all neighbours are 0.
  range: (call) =>
    withNaN(joinRanges(blended(pixels(call)), attributeRange(call, 'fillValue'), constantRange(0))),
  gradient: 'throws',
  dangers: [],
};

/** One grey channel to three equal ones. */
const grayscaleToRGB = moving({
  name: 'image.grayscaleToRGB',
  of: 'image',
  accepts: 'numeric',
  shape: (_, x) => {
    const last = x.at(-1);
    if (last === undefined || x.length < 2) return throws(`${showShape(x)} is no image`);
    return sizesDiffer(last.size, 1)
      ? throws(`a grey image has one channel, ${showShape(x)} has more`)
      : replaceAt(x, x.length - 1, dim(3));
  },
});

/** 0.2989 R + 0.587 G + 0.114 B, by way of einsum, for which no gradient is registered. */
const rgbToGrayscale = moving({
  name: 'image.rgbToGrayscale',
  of: 'image',
  accepts: 'numeric',
  gradient: 'throws',
  range: (call) => {
    const image = operand(call, 'image');
    const weights = interval(0.114, 0.587, 'bound');
    const sum = contraction({ a: tensorRange(image), b: weights, count: 3, block: 1, dtype: 'float32' });
    // The weights sum to 0.9999: no result is beyond the brightest or the darkest channel, but for a rounding of tiny ones.
    const { low, high } = tensorRange(image);
    const bounded = {
      ...sum,
      low: Math.max(sum.low, Math.min(low, low * 0.9998) - 1e-43),
      high: Math.min(sum.high, Math.max(high, high * 0.9998) + 1e-43),
    };
    return stored({ ...bounded, lowBy: 'bound', highBy: 'bound' }, tensorType(image));
  },
  shape: (_, x): ShapeResult => {
    const last = x.at(-1);
    if (last === undefined || x.length < 2 || x.length > 6) return throws(`${showShape(x)} is no image`);
    if (sizesDiffer(last.size, 3))
      return throws(`a colour image has three channels, ${showShape(x)} has not`);
    return replaceAt(x, x.length - 1, dim(1, { one: 'structural' }));
  },
});

const threshold: OpRow = {
  name: 'image.threshold',
  parameters: [
    tensor('image'),
    optional('method', 'string', 'binary'),
    optional('inverted', 'boolean', false),
    optional('threshValue', 'number', 0.5),
  ],
  shape: (call) => {
    const image = operand(call, 'image');
    const dtype = tensorType(image);
    const method = stringOf(call, 'method');
    if (dtype !== undefined && dtype !== 'int32' && dtype !== 'float32')
      return throws(`an image cannot be ${dtype}`);
    if (method !== undefined && method !== 'otsu' && method !== 'binary')
      return throws(`'${method}' is no method`);
    if (image.shape === undefined) return undefined;
    const [height, width, depth] = image.shape;
    // Otsu counts the brightnesses.
    const { low, lowBy } = image.range;
    const dark = low >= -(2 ** 31) && Math.round(low) < 0 && lowBy === 'attained';
    const allDark = image.range.high < -1 && low > -(2 ** 31);
    if (method === 'otsu' && ((dark && depth?.size === 1) || allDark))
      return throws('negative brightnesses cannot be counted');
    if (image.shape.length !== 3)
      return throws(`an image must have rank 3, ${showShape(image.shape)} has not`);
    const odd = typeof depth!.size === 'number' && depth!.size !== 3 && depth!.size !== 1;
    return odd
      ? throws(`${showShape(image.shape)} has neither 1 nor 3 channels`)
      : [height!, width!, dim(1, { one: 'structural' })];
  },
  dtype: () => 'int32',
  range: () => indexRange(255),
  gradient: 'zero',
  dangers: [],
};

/** Which of the boxes to keep: no more than asked for, best first. */
function suppression(
  name: string,
  more: OpRow['parameters'] = [],
  other?: string,
  accepts: Accepts = 'numeric',
): OpRow {
  const chosen = 'selectedIndices';
  return {
    name: `image.${name}`,
    aliases: other === undefined ? [] : [`image.${name}Async`],
    parameters: [
      tensor('boxes'),
      tensor('scores'),
      required('maxOutputSize', 'integer'),
      optional('iouThreshold', 'number', 0.5),
      optional('scoreThreshold', 'number', -Infinity),
      ...more,
    ],
    result: other === undefined ? 'one' : { record: [chosen, other] },
    shape: (call) => {
      const [boxes, scores] = [operand(call, 'boxes').shape, operand(call, 'scores').shape];
      const [reason] = ['boxes', 'scores'].flatMap((each) => refusal(operand(call, each), accepts) ?? []);
      if (reason !== undefined) return throws(reason);
      if (boxes && (boxes.length !== 2 || sizesDiffer(boxes[1]!.size, 4)))
        return throws(`a box has 4 numbers, ${showShape(boxes)} is no list of boxes`);
      if (scores && (scores.length !== 1 || (boxes && sizesDiffer(scores[0]!.size, boxes[0]!.size)))) {
        return throws(`${showShape(scores)} scores are given for ${showShape(boxes)} boxes`);
      }
      const threshold = attributeRange(call, 'iouThreshold');
      if (threshold.high < 0 || threshold.low > 1) return throws('the threshold must be between 0 and 1');
      if (call.output === 'validOutputs') return [];
      const filled = booleanOf(call, 'padToMaxOutputSize') === true && call.output === chosen;
      const most = computed(
        call,
        'most',
        [sizeOf(call, 'maxOutputSize'), boxes?.[0]?.size ?? call.freshSize('boxes')],
        Math.min,
      );
      return [dim(filled ? most : call.freshSize('kept'))];
    },
    dtype: (call) => (call.output === 'selectedScores' ? 'float32' : 'int32'),
    range: (call) => {
      if (call.output === 'selectedScores')
        return stored(joinRanges(interval(0, 0, 'bound'), tensorRange(operand(call, 'scores'))), 'float32');
      const boxes = operand(call, 'boxes').shape?.[0]?.size;
      const most = typeof boxes === 'number' ? boxes : 2 ** 31 - 1;
      return indexRange(call.output === 'validOutputs' ? most : Math.max(0, most - 1), 'bound');
    },
    gradient: 'none',
    dangers: [],
  };
}

export const image: readonly OpRow[] = [
  // Its backward kernel on the cpu swaps height and width.
  resize('resizeBilinear', blended, () => 'float32', false, [
    noBackward('images', 'the images are not square (cpu backend)', notSquare),
  ]),
  resize('resizeNearestNeighbor', selected, (call) => tensorType(operand(call, 'images')), true),
  sameImage('flipLeftRight', [], (call) => rearranged(pixels(call)), 'throws'),
  sameImage(
    'rotateWithOffset',
    [required('radians', 'number'), optional('fillValue', 'any', 0), optional('center', 'any', 0.5)],
    (call) => joinRanges(selected(pixels(call)), fillRange(call, 'fillValue')),
    'throws',
  ),
  cropAndResize,
  transform,
  grayscaleToRGB,
  rgbToGrayscale,
  threshold,
  suppression('nonMaxSuppression', [], undefined, 'float32'),
  suppression('nonMaxSuppressionAsync'),
  suppression('nonMaxSuppressionWithScore', [optional('softNmsSigma', 'number', 0)], 'selectedScores'),
  suppression('nonMaxSuppressionPadded', [optional('padToMaxOutputSize', 'boolean', false)], 'validOutputs'),
];
