/** What conditions tell of fields and of elements that are handed in, and until when. */
import { describe, expect, it } from 'vitest';
import { found, lower } from './lower.js';

const ASKED = ['log-of-zero info: Math.log(p[i])'];

const logarithm = (body: string): readonly string[] =>
  found(`const ZERO = 0;
    export function f(x: tf.Tensor, p: number[], i: number, j: number) { ${body} return x; }`);

describe('an element of a list that is handed in', () => {
  it.each([
    'if (p[i] > 0) return x.mul(Math.log(p[i]));',
    'if (p[i] > ZERO) return x.mul(Math.log(p[i]));',
    'if (!(p[i] > 0)) return x; return x.mul(Math.log(p[i]));',
    'let sum = 0; for (let i = 0; i < p.length; i++) if (p[i] > ZERO) sum += Math.log(p[i]); return x.mul(sum);',
  ])('is above 0: %s', (body) => {
    expect(logarithm(body)).toEqual([]);
  });

  it.each([
    'return x.mul(Math.log(p[i]));',
    'if (p[j] > 0) return x.mul(Math.log(p[i]));',
    'if (p[i] > 0) { p[i] -= 1; return x.mul(Math.log(p[i])); }',
    'if (p[i] > 0) { p[j] -= 1; return x.mul(Math.log(p[i])); }',
    'if (p[i] > 0) { p.shift(); return x.mul(Math.log(p[i])); }',
  ])('may be 0: %s', (body) => {
    expect(logarithm(body)).toEqual(ASKED);
  });
});

describe('a field', () => {
  /** The least that its logarithm may be. */
  const least = (body: string): number | undefined => {
    const { nodes } = lower(`export class Tally {
      private left: number;
      constructor(count: number) { this.left = count; }
      share(x: tf.Tensor) { ${body} return x; }
    }`).unit('Tally.share');
    return nodes.find(({ op }) => op === 'js.log')?.range.low;
  };

  it('is what a condition says that it is', () => {
    expect(least('if (this.left > 0) return x.mul(Math.log(this.left));')).toBeGreaterThan(-745);
  });

  it.each(['this.left -= 1;', 'this.left--;', 'this.left = 0;', 'this["left"] -= 1;'])(
    'is no longer what a condition said behind %s',
    (assignment) => {
      expect(least(`if (this.left > 0) { ${assignment} return x.mul(Math.log(this.left)); }`)).toBe(
        -Infinity,
      );
    },
  );
});

it('a constant is itself on both ways of a comparison', () => {
  expect(
    found(`const ZERO = 0;
      export function entropy(logits: tf.Tensor1D) {
        const p = tf.softmax(logits).dataSync();
        let sum = 0;
        for (let i = 0; i < p.length; i++) if (p[i] > ZERO) sum -= p[i] * Math.log(p[i]);
        return sum;
      }`),
  ).toEqual([]);
});
