import { describe, expect, it } from 'vitest';
import { textWith } from '../../../src/confirm/edits.js';
import { instrumentNumbers } from '../../../src/confirm/wide/instrument.js';
import { Shadows } from '../../../src/confirm/wide/shadows.js';
import { parse } from '../../../src/source/typescript.js';

/** JavaScript arithmetic, run beside the same with 50 digits: what the site comes to, in float64 and exactly. */

interface Seen {
  readonly float64: number;
  readonly exact: number;
  readonly result: unknown;
}

/** `code` makes `f`; `site` is the expression that is watched. */
function seen(code: string, site: string, ...args: readonly unknown[]): Seen {
  const text = instrumented(code, site);
  const run = (numbers: 'exact' | undefined): { output: number; result: unknown } => {
    let output = NaN;
    const shadows = new Shadows((_, value) => (output = value));
    const f = new Function('__gradlintShadows', `${text}; return f;`)(shadows) as (
      ...given: unknown[]
    ) => unknown;
    shadows.begin({ precision: 'float32', numbers });
    const result = f(...args);
    return { output, result };
  };
  const [float64, exact] = [run(undefined), run('exact')];
  expect(exact.result).toEqual(float64.result); // what the code itself computes is what it always did
  return { float64: float64.output, exact: exact.output, result: float64.result };
}

function instrumented(code: string, site: string): string {
  const source = parse('program.js', code);
  const start = code.indexOf(site);
  const span = { file: 'program.js', start, end: start + site.length };
  const edits = instrumentNumbers(source, span, { file: 'program.js', start: 0, end: code.length });
  return textWith(source, 0, code.length, edits!);
}

describe('what is written in place of arithmetic', () => {
  it('an operation knows its place, and where its operands come from; the site is place 0', () => {
    expect(instrumented('let s = 0; s += x * x; Math.log(1 + s)', 'Math.log(1 + s)')).toBe(
      'let s = __gradlintShadows.keep("s", 0, undefined); ' +
        '(s = __gradlintShadows.keep("s", __gradlintShadows.op(1, "js.add", [s, __gradlintShadows.op(2, "js.mul", [x, x], ["x", "x"])], ["s", 2]), 1)); ' +
        '__gradlintShadows.op(0, "js.log", [__gradlintShadows.op(3, "js.add", [1, s], [undefined, "s"])], [3])',
    );
  });

  it('a site that is no arithmetic is left to others', () => {
    const source = parse('program.js', 'f(x)');
    const all = { file: 'program.js', start: 0, end: 4 };
    expect(instrumentNumbers(source, all, all)).toBeUndefined();
  });
});

describe('what the site would come to without rounding', () => {
  it('in one expression', () => {
    const { float64, exact } = seen('const f = (x) => Math.exp(x) - 1;', 'Math.exp(x) - 1', 1e-20);
    expect([float64, exact]).toEqual([0, 1e-20]);
  });

  it('through variables', () => {
    const code = 'function f(x) { const one = Math.cos(x); let rest = 1 - one; return rest; }';
    expect(seen(code, '1 - one', 1e-9)).toMatchObject({ float64: 0, exact: 5e-19 });
  });

  it('through sums of a loop', () => {
    const code = `function f(xs) {
      let [s, q] = [0, 0];
      for (const x of xs) { s += x; q += x * x; }
      const mean = s / xs.length;
      return q / xs.length - mean ** 2;
    }`;
    const { float64, exact } = seen(code, 'q / xs.length - mean ** 2', [0.1, 0.1, 0.1]);
    expect(float64).toBe(-1.734723475976807e-18);
    expect(Math.abs(exact)).toBeLessThan(1e-48);
  });

  it('through reduce, and a function of its own', () => {
    const code = `const average = (xs, of) => xs.reduce((sum, x) => sum + of(x), 0) / xs.length;
      const f = (xs) => { const m = average(xs, (x) => x); return average(xs, (x) => x * x) - m * m; };`;
    const { float64, exact } = seen(code, 'average(xs, (x) => x * x) - m * m', [1e8, 1e8 + 1, 1e8 + 2]);
    expect(float64).toBe(2); // of squares near 1e16 there are only even ones
    expect(exact).toBeCloseTo(2 / 3, 12);
  });

  it('through fields', () => {
    const code = `class Running {
        sum = 0; squares = 0; count = 0;
        add(x) { this.sum += x; this.squares += x * x; this.count++; }
        get variance() { return this.squares / this.count - (this.sum / this.count) ** 2; }
      }
      function f(xs) { const all = new Running(); for (const x of xs) all.add(x); return all.variance; }`;
    const site = 'this.squares / this.count - (this.sum / this.count) ** 2';
    const { exact } = seen(code, site, [1e8, 1e8 + 1, 1e8 + 2]);
    expect(exact).toBeCloseTo(2 / 3, 12);
  });

  it('a number that comes from elsewhere is what it is', () => {
    const code = 'function f(x) { let y = 1 + x; y = JSON.parse(JSON.stringify(y)) * 1; return y - 1; }';
    expect(seen(code, 'y - 1', 1e-20)).toMatchObject({ float64: 0, exact: 0 });
  });
});

describe('everything else stays as it is', () => {
  it.each([
    ['texts', "const f = (a) => { let t = 'a' + a; t += '!'; return [t, 1 - a]; };", ['a2!', -1]],
    [
      'patterns',
      'const f = (a) => { let p, q; [p = 1 + a, q] = [, 2 * a]; return [p, q, 1 - a]; };',
      [3, 4, -1],
    ],
    [
      'names of functions',
      'const f = (a) => { const g = (x) => x + a; return [g.name, g(1), 1 - a]; };',
      ['g', 3, -1],
    ],
    [
      'optional chains',
      'const f = (a) => { const n = undefined; return [n?.at(0).x, 1 - a]; };',
      [undefined, -1],
    ],
    ['returns without a semicolon', 'function f(a) {\n  return [1 - a]\n}', [-1]],
  ])('%s', (_, code, result) => {
    expect(seen(code, '1 - a', 2).result).toEqual(result);
  });
});
