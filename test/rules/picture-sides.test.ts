import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';

/** Pictures that are given their width before their height, by the names of both. */

const root = path.resolve(import.meta.dirname, '../..');

interface Told {
  readonly severity: string;
  readonly message: string;
}

function told(code: string): Told[] {
  const file = path.join(root, 'program.ts');
  const text = `import * as tf from '@tensorflow/tfjs'; ${code}`;
  const analyser = new Analyser(root, { readFile: (name) => (name === file ? text : undefined) });
  return analyser
    .report(analyser.analyse([file]), new Map())
    .map(({ severity, message }) => ({ severity, message }));
}

describe('the sides of a picture', () => {
  it('are exchanged where they are read from data', () => {
    const code = `export function loadMask(mask: { pixels: number[], width: number, height: number }, size: { width: number, height: number }) {
      const picture = tf.tensor3d(mask.pixels, [mask.width, mask.height, 1]);
      return tf.image.resizeNearestNeighbor(picture, [size.height, size.width]);
    }`;
    expect(told(code)).toEqual([
      {
        severity: 'warning',
        message:
          '`tf.image.resizeNearestNeighbor(picture, [size.height, siz...])` reads a picture of [mask.width, mask.height, 1]: pictures have their height first, [height, width, channels], and `mask.width` and `mask.height` are exchanged by their names. Beside it `size.height` and `size.width` stand in the other order. Nothing tells until a picture is not square: then its rows are torn, or it is stretched. Write `[mask.height, mask.width]`.',
      },
    ]);
  });

  it('are exchanged where another size is asked for', () => {
    const code = `export const scaled = (video: HTMLVideoElement, targetWidth: number, targetHeight: number) =>
      tf.image.resizeBilinear(tf.browser.fromPixels(video).toFloat(), [targetWidth, targetHeight]);`;
    expect(told(code)).toEqual([
      {
        severity: 'warning',
        message:
          '`tf.image.resizeBilinear(tf.browser.fromPixels(video).toFl...)` makes a picture of [targetWidth, targetHeight, 3]: pictures have their height first, [height, width, channels], and `targetWidth` and `targetHeight` are exchanged by their names. `tf.browser.fromPixels(video).toFloat()` has its height first, as `tf.browser.fromPixels` gives it. Nothing tells until a picture is not square: then its rows are torn, or it is stretched. Write `[targetHeight, targetWidth]`.',
      },
    ]);
  });

  it('are a note where nothing else says how the picture lies', () => {
    const code = `const WIDTH = 320; const HEIGHT = 240;
      export const scaled = (picture: tf.Tensor3D) => tf.image.resizeBilinear(picture, [WIDTH, HEIGHT]);`;
    expect(told(code).map(({ severity }) => severity)).toEqual(['info']);
  });

  it.each([
    ['where they stand in their order', 'rows: number, cols: number', '[rows, cols, 3]', '[9, 16]'],
    ['where both are exchanged: the picture lies on its side', 'w: number, h: number', '[w, h, 3]', '[w, h]'],
    ['where a single name tells nothing', 'width: number, n: number', '[width, n, 3]', '[9, 16]'],
    [
      'where they are those of two things',
      'imageWidth: number, boxHeight: number',
      '[imageWidth, boxHeight, 3]',
      '[9, 16]',
    ],
  ])('are left alone %s', (_, parameters, shape, size) => {
    const code = `export const scaled = (data: number[], ${parameters}) => tf.image.resizeBilinear(tf.tensor3d(data, ${shape}), ${size});`;
    expect(told(code)).toEqual([]);
  });

  it('are left alone in a square', () => {
    const code = `const WIDTH = 224; const HEIGHT = 224;
      export const scaled = (picture: tf.Tensor3D) => tf.image.resizeBilinear(picture, [WIDTH, HEIGHT]);`;
    expect(told(code)).toEqual([]);
  });
});
