/** A condition on the only number of a tensor is a condition on the tensor. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const scaled = (body: string): readonly string[] =>
  found(`export async function f(v: tf.Tensor1D, w: tf.Tensor1D) {\n  ${body}\n}`);

const DIVIDED = 'division-near-zero warning: v.div(length)';

describe('a divisor that was read before', () => {
  it.each([
    'const length = v.norm(); if (length.dataSync()[0] === 0) return v; return v.div(length);',
    'const length = v.norm(); if (length.arraySync() < 1e-8) return v; return v.div(length);',
    'const length = v.norm(); const [size] = await length.data(); return size > 0 ? v.div(length) : v;',
    'const length = v.norm(); const size = length.dataSync()[0]; if (!size) return v; return v.div(length);',
    'let u = v; for (let i = 0; i < 9; i++) { const length = u.norm(); if (length.dataSync()[0] < 1e-9) break; u = u.div(length); } return u;',
    'if (v.norm().dataSync()[0] === 0) return v; return v.div(v.norm());',
    'const p = v.square(); if (p.sum().dataSync()[0] === 0) return p; return p.div(p.sum());',
  ])('%s', (body) => {
    expect(scaled(body)).toEqual([]);
  });
});

describe('nothing is known', () => {
  it('where the condition only prints', () => {
    expect(
      scaled(
        "const length = v.norm(); if (length.dataSync()[0] === 0) console.log('silent'); return v.div(length);",
      ),
    ).toContain(DIVIDED);
  });

  it('of another tensor', () => {
    expect(
      scaled('const length = v.norm(); if (w.norm().dataSync()[0] === 0) return v; return v.div(length);'),
    ).toContain(DIVIDED);
  });

  it('where two ways meet of which only one asked', () => {
    expect(
      scaled(
        'const length = v.norm(); let by = length; if (w.size > 3) { if (length.dataSync()[0] === 0) return v; by = length; } return v.div(by);',
      ),
    ).toContain('division-near-zero warning: v.div(by)');
  });

  it('of the other elements, where the first of several is read', () => {
    expect(
      scaled('const length = v.square(); if (length.dataSync()[0] === 0) return v; return v.div(length);'),
    ).toContain('division-near-zero info: v.div(length)');
  });

  it('of another draw', () => {
    expect(
      scaled(
        'if (v.add(tf.randomNormal([3])).norm().dataSync()[0] === 0) return v; return v.div(v.add(tf.randomNormal([3])).norm());',
      ),
    ).toHaveLength(1);
  });
});

it('of all elements, where the least of them is read', () => {
  const logarithm = (guard: string): readonly string[] => scaled(`${guard} return tf.log(v.square());`);
  expect(logarithm('')).toEqual(['log-of-zero info: tf.log(v.square())']);
  expect(
    logarithm('if (v.square().min().dataSync()[0] <= 0) throw new Error("positive numbers only");'),
  ).toEqual([]);
});
