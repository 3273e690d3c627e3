import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

/** What sums of products are, of which an interval alone would count a whole value for each term. */
const told = (program: string): string => found(program).join('; ');

describe('an average lies among the values that it is of', () => {
  it.each([
    [
      'the probability of the action that was taken',
      `export const f = (logits: tf.Tensor2D, actions: tf.Tensor1D) =>
        tf.softmax(logits).clipByValue(1e-6, 1).mul(tf.oneHot(actions.toInt(), 4)).sum(1).log();`,
    ],
    [
      'values that attention picks',
      `export const f = (q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D) =>
        tf.matMul(tf.softmax(q.matMul(k.transpose())), v.sigmoid().mul(80)).exp();`,
    ],
    [
      'the mean of a distribution over atoms',
      `export const f = (logits: tf.Tensor2D) =>
        tf.softmax(logits).mul(tf.range(0, 51).mul(0.4).sub(10)).sum(-1).mul(8).exp();`,
    ],
  ])('%s', (_, program) => {
    expect(told(program)).toBe('');
  });

  it('what may be 0 among the values may be the average', () => {
    const program = `export const f = (logits: tf.Tensor2D, actions: tf.Tensor1D) =>
      tf.softmax(logits).mul(tf.oneHot(actions.toInt(), 4)).sum(1).log();`;
    expect(told(program)).toContain('log-of-zero');
  });

  it('a sum along another axis is no average', () => {
    const program = `export const f = (logits: tf.Tensor2D) => tf.softmax(logits.reshape([8, 4])).mul(80).sum(0).exp();`;
    expect(told(program)).toContain('exp-overflow');
  });
});

describe('vectors of length 1 have a cosine', () => {
  const unit = `const unit = (x: tf.Tensor2D) => x.mul(tf.rsqrt(x.square().sum(-1, true).maximum(1e-12)));`;

  it.each([
    ['a table of all pairs', 'tf.matMul(unit(a), unit(b), false, true)'],
    ['one that is transposed', 'unit(a).matMul(unit(b).transpose())'],
    ['of both views of a batch', 'tf.matMul(tf.concat([unit(a), unit(b)], 0), unit(b), false, true)'],
    ['each with its own', 'unit(a).mul(unit(b)).sum(1)'],
  ])('%s', (_, cosines) => {
    const program = (temperature: number): string =>
      `${unit} export const f = (a: tf.Tensor2D, b: tf.Tensor2D) => ${cosines}.div(${temperature}).exp();`;
    expect(told(program(0.05))).toBe('');
    expect(told(program(0.01))).toContain('exp-overflow');
  });

  it('the share of its own pair is above 0', () => {
    const share = (own: string): string =>
      told(`${unit} export const f = (a: tf.Tensor2D, b: tf.Tensor2D) => {
        const e = tf.matMul(unit(a), unit(b), false, true).div(0.07).exp();
        return ${own}.div(e.sum(1)).log().neg().mean();
      };`);
    expect(share('tf.eye(a.shape[0]).mul(e).sum(1)')).toBe('');
    expect(share('tf.randomUniform([4, 4]).greater(0.5).toFloat().mul(e).sum(1)')).toContain('log-of-zero');
  });

  it('the rows of a table are no columns', () => {
    const program = `${unit} export const f = (a: tf.Tensor2D) => tf.matMul(unit(a.reshape([8, 4])), unit(a.reshape([8, 4])), true).mul(80).exp();`;
    expect(told(program)).toContain('exp-overflow');
  });
});

describe('a row without its own element', () => {
  const contrast = (mask: string): string =>
    `export const f = (x: tf.Tensor2D) => {
      const z = x.div(x.norm(2, -1, true));
      return tf.matMul(z, z, false, true).div(0.1).exp().mul(${mask}).sum(1).log();
    };`;

  it.each(['tf.sub(1, tf.eye(z.shape[0]))', 'tf.eye(z.shape[0]).cast("bool").logicalNot().toFloat()'])(
    'has others: %s',
    (mask) => {
      expect(told(contrast(mask))).not.toContain('log-of-zero');
    },
  );

  it('is none where the sum goes over the batch', () => {
    const program = `/** @range e [1, 2] */
      export const f = (e: tf.Tensor3D) => tf.log(e.mul(tf.sub(1, tf.eye(4))).sum(0));`;
    expect(told(program)).toContain('log-of-zero');
  });

  it('may have no other of its own class', () => {
    expect(told(contrast('tf.randomUniform([4, 4]).greater(0.5).toFloat()'))).toContain('log-of-zero');
  });
});

describe('a squared distance that is written out is negative by rounding alone', () => {
  const kernel = (distance: string): string =>
    `export const f = (a: tf.Tensor2D, b: tf.Tensor2D) => {
      const [x, y] = [a.square().sum(1, true), b.square().sum(1, true).transpose()];
      return ${distance}.mul(-2).exp();
    };`;

  it('so that a kernel does not overflow', () => {
    const program = kernel('x.add(y).sub(tf.matMul(a, b, false, true).mul(2))');
    expect(told(program)).toContain('cancellation');
    expect(told(program)).not.toContain('exp-overflow');
  });

  it('so that its root is NaN, unless something keeps it from that', () => {
    const root = (guard: string): string =>
      told(kernel(`x.add(y).sub(tf.matMul(a, b, false, true).mul(2))${guard}.sqrt()`));
    expect(root('')).toContain('sqrt-at-zero warning');
    expect(root('.add(1e-8)')).toContain('sqrt-at-zero warning');
    expect(root('.relu().add(1e-8)')).not.toContain('sqrt-at-zero');
  });

  it('of other points it is none', () => {
    expect(told(kernel('x.add(y).sub(tf.matMul(a, a, false, true).mul(2))'))).toContain('exp-overflow');
  });
});

describe('numbers of JavaScript', () => {
  it.each(['s ** 2', 'Math.pow(s, 2)', 's * s', 'Math.abs(s)'])(
    'a width that nobody described is not said to be 0: %s',
    (width) => {
      const program = `export const f = (x: tf.Tensor2D, s: number) => x.relu().div(${width}).neg().exp();`;
      expect(told(program)).not.toMatch(/warning|error/);
    },
  );
});

describe('sequences and products', () => {
  it('what is counted up is nowhere below its start', () => {
    const program = `export const f = (x: tf.Tensor1D) => x.div(tf.log(tf.range(2, x.shape[0] + 2)));`;
    expect(told(program)).toBe('');
  });

  it('the areas of two boxes of which nobody knows how many sides they have', () => {
    const program = `export const f = (a: tf.Tensor, b: tf.Tensor, shared: tf.Tensor) =>
      shared.div(a.prod(-1).add(b.prod(-1)).sub(shared));`;
    expect(told(program)).toContain('division-near-zero');
  });
});

describe('sizes that were broadcast against each other are one', () => {
  it('a row of what was made with the labels meets a column of them', () => {
    const program = `export const f = (logits: tf.Tensor3D, labels: tf.Tensor2D, classes: number) =>
      tf.logSoftmax(logits).mul(tf.oneHot(labels.toInt(), classes)).sum(-1).sum(1).div(labels.sum(1, true).maximum(1));`;
    expect(told(program)).toContain('silent-broadcast');
  });
});
