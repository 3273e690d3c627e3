/** What is run at all: only what may reach a site, or give one its numbers. */
import { describe, expect, it } from 'vitest';
import { lower } from './lower.js';

const unitsOf = (program: string): string[] =>
  lower(program, { everything: false }).lowered.units.flatMap(({ unit }) =>
    unit.kind === 'module' ? [] : [unit.name],
  );

describe('a function that only makes an object', () => {
  const scale = `forward(x) { return x.div(this.rate); }`;

  it('is not run: methods have units of their own', () =>
    expect(
      unitsOf(`class Scale { constructor(rate) { this.rate = rate; } ${scale} }
        export function scale(rate) { return new Scale(rate); }
        export const scaled = (rate) => new Scale(rate);`),
    ).toEqual(['Scale.forward']));

  it('is run where the constructor makes tensors', () =>
    expect(
      unitsOf(`class Scale { constructor(rate) { this.rate = tf.scalar(rate).log(); } ${scale} }
        export function scale(rate) { return new Scale(rate); }`),
    ).toEqual(['scale', 'Scale.forward']));

  it('is run where the constructor calls a method', () =>
    expect(
      unitsOf(`class Scale { constructor(rate) { this.load(rate); } load(rate) { this.rate = tf.scalar(rate).log(); } ${scale} }
        export function scale(rate) { return new Scale(rate); }`),
    ).toContain('scale'));

  it('is run where a parameter is computed', () =>
    expect(
      unitsOf(`class Scale { constructor(rate) { this.rate = rate; } ${scale} }
        export function scale(x, rate = tf.log(x)) { return new Scale(rate); }`),
    ).toContain('scale'));

  it('is run where the constructor calls a method of the class above', () =>
    expect(
      unitsOf(`class Base { load(rate) { this.rate = tf.scalar(rate).log(); } ${scale} }
        class Scale extends Base { constructor(rate) { super(); super.load(rate); } }
        export function scale(rate) { return new Scale(rate); }`),
    ).toContain('scale'));

  it('is run where a class above makes them, or a field', () =>
    expect(
      unitsOf(`class Base { rate = tf.scalar(2).log(); ${scale} }
        class Scale extends Base { constructor(name) { super(); this.name = name; } }
        export function scale(name) { return new Scale(name); }`),
    ).toEqual(['scale', 'Base.forward']));

  it('is run where it asks the object for something', () =>
    expect(
      unitsOf(`class Scale { constructor(rate) { this.rate = rate; } ${scale} }
        export function scaled(rate, x) { return new Scale(rate).forward(x); }`),
    ).toEqual(['scaled']));
});

describe('a quotient of plain numbers is run', () => {
  it.each([
    [
      'by the distance of two extremes',
      'const low = Math.min(...xs); const high = Math.max(...xs);',
      '(high - low)',
    ],
    [
      'by a range',
      'const low = Math.min(...xs); const high = Math.max(...xs); const range = high - low;',
      'range',
    ],
    [
      'by an extreme that a loop finds',
      'let top = -Infinity; for (const x of xs) if (x > top) top = x;',
      'top',
    ],
    ['by extremes that are written there', '', '(Math.max(...xs) - Math.min(...xs))'],
    ['by what starts at 0', 'let level = 0; if (xs[0] > 1) level = xs[0];', 'level'],
    ['by how many a test leaves', '', 'xs.filter((x) => x > 0).length'],
  ])('%s', (_, before, divisor) => {
    expect(unitsOf(`export function f(xs) { ${before} return 1 / ${divisor}; }`)).toEqual(['f']);
  });

  it('but not by what nobody counts', () =>
    expect(unitsOf(`export function f(xs, n) { return xs[0] / n; }`)).toEqual([]));
});
