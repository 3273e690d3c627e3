import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clamp, contains, highest, lowest } from '../../../src/confirm/search/domain.js';
import {
  fromOrdinal,
  ordinal,
  roundBeyond,
  shortest,
  ulps,
  withDigits,
} from '../../../src/confirm/search/float32.js';
import { xorshift32 } from '../../../src/random.js';
import { describe as written, layouts } from '../../../src/confirm/search/shapes.js';
import type { Domain, Slot } from '../../../src/confirm/search/slots.js';
import { proposals, samples } from '../../../src/confirm/search/values.js';
import { elementName, nest, opName } from '../../../src/confirm/search/witness.js';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('float32 as a line of integers', () => {
  it('goes there and back, in order', () => {
    fc.assert(fc.property(float32, (x) => fromOrdinal(ordinal(x)) === x));
    fc.assert(fc.property(float32, float32, (x, y) => x >= y === ordinal(x) >= ordinal(y)));
  });

  it('neighbours are neighbours across zero', () => {
    expect(ulps(0, 1)).toBe(2 ** -149);
    expect(ulps(2 ** -149, -2)).toBe(-(2 ** -149));
    expect(ulps(1, 1)).toBe(1 + 2 ** -23);
  });
});

describe('float32 as decimals', () => {
  it('the shortest that names the number', () => {
    expect(shortest(Math.fround(0.1))).toBe(0.1);
    expect(shortest(Math.fround(2e19))).toBe(2e19);
    fc.assert(fc.property(float32, (x) => Math.fround(shortest(x)) === x));
  });

  it('a round number a little beyond an edge', () => {
    expect(roundBeyond(88.7228, 100)).toBe(89);
    expect(roundBeyond(-103.97, -1000)).toBe(-104);
    expect(roundBeyond(1.845e19, 1e30)).toBe(2e19);
    expect(roundBeyond(5.42e-20, 1e-30)).toBe(5e-20);
    expect(roundBeyond(0.3, -2)).toBe(0);
  });

  it('rounds away from zero or towards it', () => {
    expect(withDigits(88.72284, 4, true)).toBe(88.73);
    expect(withDigits(-88.72284, 4, false)).toBe(-88.72);
    expect(withDigits(0.00003, 1, true)).toBe(0.00003);
  });
});

describe('domains', () => {
  const anyDomain = fc
    .tuple(float32, float32, fc.boolean())
    .map(([a, b]): Domain => ({ low: Math.min(a, b), high: Math.max(a, b), integer: false, single: true }));

  it('are never left', () => {
    fc.assert(
      fc.property(anyDomain, fc.double(), (domain, value) => {
        const inside = clamp(value, domain);
        return inside >= domain.low && inside <= domain.high && contains(inside, domain);
      }),
    );
  });

  it('end at numbers that float32 has', () => {
    const domain = { low: 0.1, high: 0.3, integer: false, single: true };
    expect(lowest(domain)).toBeGreaterThanOrEqual(0.1);
    expect(highest(domain)).toBeLessThanOrEqual(0.3);
  });
});

const slot = (name: string, dims: Slot['dims'], claimedRank?: number): Slot => ({
  node: name.charCodeAt(0),
  name,
  kind: 'tensor',
  dims,
  claimedRank,
  dtype: 'float32',
  domain: { low: -1, high: 1, integer: false, single: true },
});

describe('shapes', () => {
  it('equal names get equal sizes, different names different ones', () => {
    const [first] = layouts([slot('x', ['B', 'N']), slot('y', ['N', 4])]);
    expect(written(first!)).toBe('x [2, 3], y [3, 4]');
  });

  it('a size that is written elsewhere is tried for a name', () => {
    const all = [...layouts([slot('x', ['B', 'N']), slot('w', [6, 2])])].map(written);
    expect(all).toContain('x [2, 6], w [6, 2]');
  });

  it('an unknown rank is the claimed one first, and there is an end to trying', () => {
    const all = [...layouts([slot('x', undefined, 1), slot('y', undefined), slot('z', undefined)])].map(
      written,
    );
    expect(all[0]).toBe('x [2], y [2, 2], z [2, 2]');
    expect(all).toContain('x [3], y [3], z [3]');
    expect(all).toHaveLength(40);
  });

  it('of a million elements are not tried', () => {
    expect([...layouts([slot('x', [5000, 5000])])]).toEqual([]);
  });
});

describe('values', () => {
  const layout = [...layouts([slot('x', ['B', 'N']), slot('y', ['N'])])][0]!;
  const site = { op: 'div', harm: 'value', failures: ['infinity'] } as const;

  it('have the sizes of their slots', () => {
    const sizes = (values: readonly (readonly number[])[]): number[] => values.map(({ length }) => length);
    const sampled = samples(layout, xorshift32(1), () => undefined);
    const some = Array.from({ length: 50 }, () => sampled.next().value as number[][]);
    for (const values of [...proposals(layout, site), ...some]) expect(sizes(values)).toEqual([6, 3]);
  });

  it('are the same for the same seed', () => {
    const draw = (seed: number): unknown => samples(layout, xorshift32(seed), () => undefined).next().value;
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });
});

describe('witnesses', () => {
  it('nest flat values', () => {
    expect(nest([1, 2, 3, 4, 5, 6], [2, 3])).toEqual([[1, 2, 3], [4, 5, 6]]); // prettier-ignore
    expect(nest([1], [])).toBe(1);
  });

  it('name elements and ops as a reader would', () => {
    expect(elementName('x', [2, 3], 4)).toBe('x[1][1]');
    expect(elementName('x', [], 0)).toBe('x');
    expect(opName('js.log')).toBe('Math.log');
    expect(opName('js.sub')).toBe('-');
    expect(opName('log')).toBe('tf.log');
  });
});
