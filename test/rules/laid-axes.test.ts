/** Where an axis lies by hand in one place of a program, it is told where another place lays it along another axis. */
import { expect, test } from 'vitest';
import { found, reported } from '../program/lower.js';

const variance = (weighted: string): string => `
  export function mean(points: tf.Tensor2D, w: tf.Tensor1D) {
    return w.expandDims(1).mul(points).sum(0);
  }
  export function variance(points: tf.Tensor2D, w: tf.Tensor1D) {
    const d = points.sub(mean(points, w)).square();
    return ${weighted}.sum(0);
  }`;

test('weights that a called function lays along the rows', () => {
  expect(found(variance('d.mul(w)'))).toEqual(['axis-mismatch warning: d.mul(w)']);
  expect(reported(variance('d.mul(w)'))[0]!.message).toBe(
    '`d.mul(w)` lays `w`, [w.0], along `d`, [points.0, points.1], so that its w.0 meet points.1; `w.expandDims(1).mul(points)` lays them along points.0, of which there are as many. It throws, or where both have one size every element meets one that belongs to another. Lay it along the same axis: `reshape([w.0, 1])`.',
  );
  expect(found(variance('d.mul(w.expandDims(1))'))).toEqual([]);
});

test('shares of pictures, laid along their classes', () => {
  const mixed = (share: string): string => `
    // x: [B, H, W, C], y: one-hot [B, K]
    export function mixed(x, y, lambda) {
      const share = tf.tensor1d(lambda);
      return [x.mul(share.reshape([-1, 1, 1, 1])), tf.mul(y, ${share})];
    }`;
  expect(found(mixed('share'))).toEqual(['axis-mismatch warning: tf.mul(y, share)']);
  expect(found(mixed('share.expandDims(1)'))).toEqual([]);
});

const masked = (first: string, second: string): string => `
  export const mean = (h: tf.Tensor3D, mask: tf.Tensor2D) => h.mul(mask.${first}).sum(1);
  export const most = (h: tf.Tensor3D, mask: tf.Tensor2D) => h.add(mask.sub(1).mul(1e9).${second}).max(1);`;

test('a mask that another function of the file lays along the axis which both reduce', () => {
  expect(found(masked('expandDims(-1)', 'expandDims(1)'))).toEqual([
    'axis-mismatch info: h.add(mask.sub(1).mul(1e9).expandDims(1))',
  ]);
  expect(found(masked('expandDims(-1)', 'expandDims(2)'))).toEqual([]);
});

test.each([
  [
    'both sides of one table are scaled',
    `export const scaled = (links: tf.Tensor2D, s: tf.Tensor1D) => links.mul(s.expandDims(1)).mul(s);`,
  ],
  [
    'either side of one table is scaled',
    `export const scaled = (links: tf.Tensor2D, s: tf.Tensor1D) => [links.mul(s.expandDims(1)), links.mul(s)];`,
  ],
  [
    'the table is square',
    `export function scaled(links: tf.Tensor2D, x: tf.Tensor2D, s: tf.Tensor1D) {
      const both = links.add(links.transpose());
      return [s.expandDims(1).mul(x), both.matMul(x).add(links.square().mul(s).matMul(x))];
    }`,
  ],
  [
    'it lies along either axis by hand',
    `export const scaled = (links: tf.Tensor2D, x: tf.Tensor2D, s: tf.Tensor1D) =>
      [s.expandDims(1).mul(x), s.expandDims(0).mul(x).neg(), x.square().add(1).mul(s)];`,
  ],
  [
    'what it lies along is another table',
    `export const scaled = (x: tf.Tensor2D, y: tf.Tensor2D, s: tf.Tensor1D) => [s.expandDims(1).mul(x), y.mul(s)];`,
  ],
  [
    'other functions of the file reduce nothing of it',
    `export const rows = (scores: tf.Tensor3D, mask: tf.Tensor2D) => scores.mul(mask.expandDims(2));
     export const columns = (scores: tf.Tensor3D, mask: tf.Tensor2D) => scores.add(mask.expandDims(1)).softmax();`,
  ],
])('silent where %s', (_, program) => {
  expect(found(program)).toEqual([]);
});
