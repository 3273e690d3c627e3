import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

describe('what two masks share of both is between 0 and 1', () => {
  const share = (index: string, end: string): string =>
    found(`export function loss(probs: tf.Tensor2D, mask: tf.Tensor2D) {
      const both = probs.mul(mask).sum(1);
      const [missed, wrong] = [mask.sub(probs.mul(mask)).sum(1), probs.mul(tf.sub(1, mask)).sum(1)];
      const [p, y] = [probs.sum(1), mask.sum(1)];
      return tf.sub(1, ${index}).mean()${end};
    }`)
      .filter((one) => !one.startsWith('division-near-zero'))
      .join('; ');

  const dice = 'both.mul(2).add(1).div(p.add(y).add(1))';
  const jaccard = 'both.add(1).div(p.add(y).sub(both).add(1))';
  const tversky = 'both.add(1).div(both.add(missed.mul(0.7)).add(wrong.mul(0.3)).add(1))';

  it.each([
    ['of Dice', dice],
    ['of Jaccard', jaccard],
    ['of Tversky', tversky],
  ])('%s, so that its cosh does not overflow', (_, index) => {
    expect(share(index, '.cosh().log()')).toBe('');
  });

  it.each([dice, jaccard, tversky])('and is 1 where they agree: %s', (index) => {
    expect(share(index, '.sqrt()')).toContain('sqrt-at-zero');
  });

  it('of something else it may be anything', () => {
    expect(share('both.mul(2).add(1).div(p.add(p).add(1))', '.cosh().log()')).toContain('unstable-composite');
  });
});
