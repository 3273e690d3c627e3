import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

describe('the haversine of an angle lies between 0 and 1', () => {
  const haversine = (end: string, factor = 'a.cos().mul(b.cos())'): string =>
    found(`export function angle(a: tf.Tensor1D, b: tf.Tensor1D, c: tf.Tensor1D, d: tf.Tensor1D) {
      const h = b.sub(a).div(2).sin().square().add(${factor}.mul(d.sub(c).mul(0.5).sin().square()));
      return ${end};
    }`).join('; ');

  it('so that an epsilon keeps its root from 0', () => {
    expect(haversine('tf.atan2(h.add(1e-12).sqrt(), tf.sub(1, h).relu().add(1e-12).sqrt())')).toBe('');
  });

  it('and is 0 where both places are one, the root of which has no gradient', () => {
    expect(haversine('h.sqrt().mul(0.5).asin()')).toContain('sqrt-at-zero');
  });

  it('with the cosine of another angle it is none', () => {
    expect(haversine('h.add(1e-12).sqrt()', 'a.cos().mul(c.cos())')).toContain('sqrt-at-zero');
  });
});
