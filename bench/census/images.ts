import { operand, type Case } from './case.js';

const picture = operand('images', [1, 3, 3, 2]);
const box = [[0.1, 0.1, 0.8, 0.9]];

function resizing(): Case[] {
  return ['resizeBilinear', 'resizeNearestNeighbor'].flatMap((op) =>
    (
      [
        [5, 4],
        [2, 2],
      ] as const
    ).flatMap((size) => [
      { op: `image.${op}`, title: `to [${size.join(', ')}]`, operands: [picture], run: (tf, x) => tf.image[op](x, size) } satisfies Case, // prettier-ignore
      { op: `image.${op}`, title: `to [${size.join(', ')}], alignCorners`, operands: [picture], run: (tf, x) => tf.image[op](x, size, true) } satisfies Case, // prettier-ignore
      { op: `image.${op}`, title: `to [${size.join(', ')}], halfPixelCenters`, condition: 'half pixel centers', operands: [picture], run: (tf, x) => tf.image[op](x, size, false, true) } satisfies Case, // prettier-ignore
    ]),
  );
}

export const images = (): Case[] => [
  ...resizing(),
  { op: 'image.resizeBilinear', title: 'rank 3, to [5, 4]', condition: 'rank 3', operands: [operand('images', [3, 3, 2])], run: (tf, x) => tf.image.resizeBilinear(x, [5, 4]) }, // prettier-ignore
  { op: 'image.resizeNearestNeighbor', title: 'rank 3, to [5, 4]', condition: 'rank 3', operands: [operand('images', [3, 3, 2])], run: (tf, x) => tf.image.resizeNearestNeighbor(x, [5, 4]) }, // prettier-ignore
  { op: 'image.flipLeftRight', title: '[1, 3, 3, 2]', operands: [picture], run: (tf, x) => tf.image.flipLeftRight(x) }, // prettier-ignore
  { op: 'image.cropAndResize', title: 'one box', operands: [operand('image', [1, 4, 4, 1])], run: (tf, x) => tf.image.cropAndResize(x, tf.tensor2d(box), tf.tensor1d([0], 'int32'), [2, 2]) }, // prettier-ignore
  { op: 'image.rotateWithOffset', title: 'by 0.3', operands: [operand('image', [1, 4, 4, 3])], run: (tf, x) => tf.image.rotateWithOffset(x, 0.3) }, // prettier-ignore
  { op: 'image.transform', title: 'shifted', operands: [operand('image', [1, 4, 4, 1])], run: (tf, x) => tf.image.transform(x, tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]])) }, // prettier-ignore
  { op: 'image.grayscaleToRGB', title: '[2, 2, 1]', operands: [operand('image', [2, 2, 1])], run: (tf, x) => tf.image.grayscaleToRGB(x) }, // prettier-ignore
  { op: 'image.rgbToGrayscale', title: '[2, 2, 3]', operands: [operand('image', [2, 2, 3])], run: (tf, x) => tf.image.rgbToGrayscale(x) }, // prettier-ignore
];
