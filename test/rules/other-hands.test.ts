/** What programs by other hands showed: places that look like a hazard and are none, and hazards beside them. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string, file = 'main.ts'): string[] =>
  reported({ [file]: `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, start }) => `${rule} ${start.line}`);

describe('counts of whatever comes', () => {
  const shares = (
    count: string,
    total = 'Math.max(...counts)',
  ): string => `export function shares(x: tf.Tensor1D) {
  const counts: number[] = new Array(16).fill(0);
  for (const value of x.toInt().dataSync()) ${count};
  const whole = ${total};
  return counts.map((one) => one / whole);
}`;

  it('are not all 0', () => {
    expect(told(shares('counts[value]++'))).toEqual([]);
    expect(told(shares('counts[value] += 1', 'counts.slice().sort().reduce((a, b) => a + b, 0)'))).toEqual(
      [],
    );
  });

  it('may all be 0 where a condition leaves some out', () => {
    expect(told(shares('if (value > 3) counts[value]++'))).toEqual(['division-near-zero 6']);
    expect(told(shares('{ if (value < 1) continue; counts[value]++; }'))).toEqual(['division-near-zero 6']);
  });
});

describe('sums of what is above 0', () => {
  const scaled = (guard: string): string => `export function scaled(lengths: number[], x: tf.Tensor1D) {
  ${guard}
  return x.div(lengths.reduce((sum, length) => sum + length, 0));
}`;

  it('are above 0 over a list that callers hand in', () => {
    expect(
      told(scaled("if (lengths.some((length) => !(length > 0))) throw new RangeError('no length');")),
    ).toEqual([]);
  });

  it('are 0 where the numbers may be', () => {
    expect(
      told(scaled("if (lengths.some((length) => length < 0)) throw new RangeError('no length');")),
    ).toEqual(['division-near-zero 4']);
  });
});

describe('what only asks who is nearest', () => {
  it('loses no digits that count', () => {
    expect(
      told(`export function nearest(x: tf.Tensor2D) {
  const squares = x.square().sum(1, true);
  const d2 = squares.add(squares.transpose()).sub(tf.matMul(x, x, false, true).mul(2));
  return d2.add(tf.eye(x.shape[0]).mul(1e6)).argMin(1);
}`),
    ).toEqual([]);
  });
});

describe('the scaler of a file without types', () => {
  it('divides by a deviation that a constant column has', () => {
    expect(
      told(
        `export class Scaler {
  fit(values) {
    this.mean = values.reduce((a, b) => a + b, 0) / values.length;
    this.std = Math.sqrt(values.reduce((a, b) => a + (b - this.mean) ** 2, 0) / values.length);
    return this;
  }
  transform(values) {
    return tf.tensor1d(values.map((value) => (value - this.mean) / this.std));
  }
}`,
        'scaler.js',
      ),
    ).toEqual(['division-near-zero 9']);
  });
});

describe('a promise in a comment', () => {
  const surprisal = (comment: string): string => `/** ${comment} */
export const surprisal = (p: tf.Tensor1D) => tf.log(p).neg();
export const ofZeros = () => surprisal(tf.zeros([3]));`;

  it('is broken at the call that hands over something else', () => {
    expect(told(surprisal('@range p (0, 1]'))).toEqual(['log-of-zero 4']);
    expect(told(surprisal('@range p [0.001, 1]'))).toEqual(['log-of-zero 4']);
  });

  it('is none where it holds nothing', () => {
    expect(told(surprisal('@range p [1, 0]'))).toEqual(['log-of-zero 3']);
  });
});

describe('behind a large table', () => {
  it('functions are read as before it', () => {
    const rows = Array.from({ length: 1500 }, (_, at) => `[${at}, ${at + 1}, 0.5]`).join(',\n');
    expect(
      told(
        `export const ROWS = [${rows}];\nexport const surprisal = (x: tf.Tensor2D) => tf.log(tf.softmax(x));`,
      ),
    ).toEqual(['unstable-composite 1502']);
  });
});

describe('setters', () => {
  it('are read as methods are', () => {
    expect(
      told(`export class Head {
  private kept?: tf.Tensor;
  set logits(x: tf.Tensor2D) {
    this.kept = tf.log(tf.softmax(x));
  }
}`),
    ).toEqual(['unstable-composite 5']);
  });
});

describe('a list of samples through a model that is handed in', () => {
  const scores = (
    read: string,
  ): string => `export async function scores(model: tf.LayersModel, samples: number[][]) {
  const given = tf.stack(samples.map((sample) => tf.tensor1d(sample)));
  return await (model.predict(given) as tf.Tensor).squeeze().${read}();
}`;

  it('loses its batch where it is a single one', () => {
    expect(told(scores('array'))).toEqual(['squeeze-batch 4']);
    expect(told(scores('data'))).toEqual([]);
  });
});
