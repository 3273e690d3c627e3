import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';

/** A formula that is written over several lines is told where it is complete, with the lines that it comes from. */

const root = path.resolve(import.meta.dirname, '../..');

/** Lines of the only finding of a program: its own, then those of the places beside it. */
function linesOf(code: string): number[] {
  const file = path.join(root, 'program.ts');
  const text = `import * as tf from '@tensorflow/tfjs'; ${code}`;
  const analyser = new Analyser(root, { readFile: (name) => (name === file ? text : undefined) });
  const [finding, ...others] = analyser.report(analyser.analyse([file]), new Map());
  expect(others).toEqual([]);
  return [finding!.start.line, ...finding!.related.map(({ start }) => start.line)];
}

describe('what overflows', () => {
  it('is named where it stands on a line of its own', () => {
    const code = `export function freeEnergy(x: tf.Tensor2D) {
      const e = tf.exp(x);
      return tf.log(e.add(1)).sum(1);
    }`;
    expect(linesOf(code)).toEqual([3, 2]);
  });

  it('is named on both sides of a quotient', () => {
    const code = `export function squash(x: tf.Tensor2D) {
      const up = tf.exp(x);
      const down = tf.exp(x.neg());
      return up.sub(down).div(up.add(down));
    }`;
    expect(linesOf(code)).toEqual([4, 2, 3]);
  });

  it('is not named where it stands in the formula', () => {
    expect(linesOf('export const softplus = (x: tf.Tensor) => tf.log(tf.exp(x).add(1));')).toEqual([1]);
  });
});
