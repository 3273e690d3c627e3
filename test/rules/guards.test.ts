import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';

/** Guards are judged by what they do, wherever they stand: in a condition, in the caller, in another file. */

const root = path.resolve(import.meta.dirname, '../..');

/** The rules that find something in a program of these files, above a note. The first one is looked at. */
function rulesRaised(code: string, settings = ''): string[] {
  const texts = new Map([
    [path.join(root, 'program.ts'), `import * as tf from '@tensorflow/tfjs';\n${code}`],
    [path.join(root, 'settings.ts'), settings],
  ]);
  const analyser = new Analyser(root, { readFile: (file) => texts.get(file) });
  const findings = analyser.analyse([...texts.keys()]);
  return analyser
    .report(findings, new Map())
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);
}

/** A function whose `deviation` is 0 for a constant batch. */
const withDeviation = (rest: string): string => `export function standardise(x: tf.Tensor1D) {
  let deviation = tf.moments(x).variance.sqrt().dataSync()[0];
  ${rest}
}`;

describe('a number that a condition keeps away from 0', () => {
  it.each([
    'if (deviation < 1e-8) return x; return x.div(deviation);',
    'if (deviation === 0) deviation = 1; return x.div(deviation);',
    'if (deviation <= Number.EPSILON) return x; return x.div(deviation);',
    'if (!deviation) { return x; } return x.div(deviation);',
    'if (!(deviation > 0)) return x; return x.div(deviation);',
    'if (deviation == 0 || isNaN(deviation)) return x; return x.div(deviation);',
    "if (Math.abs(deviation) < 1e-6) throw new Error('a constant batch'); return x.div(deviation);",
    'return deviation === 0 ? x : x.div(deviation);',
    'return deviation && x.div(deviation);',
    'return x.div(deviation || 1);',
    'return x.div(Math.max(deviation, 1e-8));',
    'const inverse = deviation > 0 ? 1 / deviation : 0; return x.mul(inverse);',
    'const isConstant = deviation === 0; if (isConstant) return x; return x.div(deviation);',
    "tf.util.assert(deviation > 0, () => 'a constant batch'); return x.div(deviation);",
    'while (deviation > 0) return x.div(deviation); return x;',
    'switch (deviation) { case 0: return x; default: return x.div(deviation); }',
    'switch (deviation) { case 0: return x; } return x.div(deviation);',
    'switch (deviation) { case 1: case 0: deviation = 1; } return x.div(deviation);',
    'switch (true) { case deviation < 1e-8: return x; default: return x.div(deviation); }',
    'switch (false) { case deviation > 0: return x; default: return x.div(deviation); }',
    'switch (deviation > 0) { case true: return x.div(deviation); default: return x; }',
  ])('%s', (rest) => {
    expect(rulesRaised(withDeviation(rest))).toEqual([]);
  });

  it('asserted by a function', () => {
    const code = `function assert(holds: boolean) { if (!holds) throw new Error('broken'); }
      ${withDeviation('assert(deviation > 0); return x.div(deviation);')}`;
    expect(rulesRaised(code)).toEqual([]);
  });

  it('asked by a function', () => {
    const code = `const isTiny = (size: number) => Math.abs(size) < 1e-8;
      ${withDeviation('if (isTiny(deviation)) return x; return x.div(deviation);')}`;
    expect(rulesRaised(code)).toEqual([]);
  });

  it('held in a field, or in an array', () => {
    const read = 'const statistics = { deviation: tf.moments(x).variance.sqrt().dataSync() };';
    const code = `export function standardise(x: tf.Tensor1D) {
      ${read}
      return statistics.deviation[0] > 1e-8 ? x.div(statistics.deviation[0]) : x;
    }`;
    expect(rulesRaised(code)).toEqual([]);
  });

  it('a difference, by the order of its sides', () => {
    const read = 'const low = Math.min(...x.dataSync()), high = Math.max(...x.dataSync());';
    for (const rest of [
      'if (low === high) return x; return x.sub(low).div(high - low);',
      'return high > low ? x.sub(low).div(high - low) : x;',
      'if (high - low < 1e-6) return x; return x.sub(low).div(high - low);',
    ])
      expect(rulesRaised(`export function scale(x: tf.Tensor1D) { ${read} ${rest} }`)).toEqual([]);
  });
});

describe('a column whose range is 0', () => {
  const scaledBy = (range: string): string => `export function scale(x: tf.Tensor2D) {
    const low = x.min(0);
    const range = x.max(0).sub(low);
    return x.sub(low).div(${range});
  }`;

  it.each(['range.add(range.equal(0))', 'range.add(tf.equal(0, range).toFloat())', 'range.maximum(1e-7)'])(
    'divides by %s',
    (range) => expect(rulesRaised(scaledBy(range))).toEqual([]),
  );

  it.each(['range', 'range.add(range.equal(1))', 'range.add(low.equal(0))'])('but not by %s', (range) =>
    expect(rulesRaised(scaledBy(range))).toEqual(['division-near-zero']),
  );
});

describe('a condition that does not keep it away', () => {
  it.each([
    'if (deviation < 0) return x; return x.div(deviation);',
    "if (deviation === 0) console.warn('a constant batch'); return x.div(deviation);",
    'return x.div(deviation >= 0 ? deviation : 1);',
    'return x.div(deviation ?? 1);',
    'switch (deviation) { case 1: return x; default: return x.div(deviation); }',
    'switch (deviation) { case 0: x.print(); default: return x.div(deviation); }',
    'switch (true) { case deviation < 0: return x; default: return x.div(deviation); }',
    'switch (true) { case deviation >= 0: return x.div(deviation); default: return x; }',
    'return x.div(Math.max(deviation, 0));',
    'const isConstant = deviation !== 0; if (isConstant) return x; return x.div(deviation);',
    'if (deviation > 0) { x.print(); } return x.div(deviation);',
    'if (deviation === 0) return x; deviation = tf.moments(x).variance.dataSync()[0]; return x.div(deviation);',
  ])('%s', (rest) => {
    expect(rulesRaised(withDeviation(rest))).toEqual(['division-near-zero']);
  });

  it('about another element', () => {
    const code = `export function entropy(logits: tf.Tensor1D, i: number, j: number) {
      const p = tf.softmax(logits).dataSync();
      return p[i] > 0 ? p[j] * Math.log(p[j]) : 0;
    }`;
    expect(rulesRaised(code)).toEqual(['log-of-zero']);
  });

  it('about an index that has moved on', () => {
    const code = `export function surprise(logits: tf.Tensor1D, from: number) {
      const p = tf.softmax(logits).dataSync();
      let i = from;
      if (p[i] === 0) return 0;
      i += 1;
      return -Math.log(p[i]);
    }`;
    expect(rulesRaised(code)).toEqual(['log-of-zero']);
  });
});

describe('probabilities that are asked one by one', () => {
  const entropy = (rest: string): string => `export function entropy(logits: tf.Tensor1D) {
    const p = tf.softmax(logits).dataSync();
    let sum = 0;
    ${rest}
    return -sum;
  }`;

  it.each([
    'for (let i = 0; i < p.length; i++) if (p[i] > 0) sum += p[i] * Math.log(p[i]);',
    'for (const one of p) { if (one === 0) continue; sum += one * Math.log(one); }',
    'p.forEach((one) => { if (one > 1e-12) sum += one * Math.log(one); });',
    'sum = Array.from(p).filter((one) => one > 0).reduce((all, one) => all + one * Math.log(one), 0);',
    'sum = p.reduce((all, one) => all + (one > 0 ? one * Math.log(one) : 0), 0);',
    'sum = p.reduce((all, one) => all + one * Math.log(one + 1e-12), 0);',
  ])('%s', (rest) => {
    expect(rulesRaised(entropy(rest))).toEqual([]);
  });

  it.each([
    'for (const one of p) if (one >= 0) sum += one * Math.log(one);',
    'sum = Array.from(p).filter((one) => one < 1).reduce((all, one) => all + one * Math.log(one), 0);',
  ])('%s does not help', (rest) => {
    expect(rulesRaised(entropy(rest))).toEqual(['log-of-zero']);
  });
});

describe('a guard that stands elsewhere', () => {
  it('in the caller: it clips, the callee takes the logarithm', () => {
    const code = `function surprise(p: tf.Tensor) { return tf.log(p).neg(); }
      export const loss = (x: tf.Tensor) => surprise(tf.relu(x).clipByValue(1e-7, 1));`;
    expect(rulesRaised(code)).toEqual([]);
    expect(rulesRaised(code.replace('.clipByValue(1e-7, 1)', ''))).toEqual(['log-of-zero']);
  });

  it('in a constant of another file, and in an object of settings', () => {
    const code = `import { EPSILON, settings } from './settings';
      export const compress = (x: tf.Tensor) => tf.log(tf.relu(x).add(EPSILON));
      export const sharpen = (x: tf.Tensor) => tf.log(tf.relu(x).maximum(settings.floor));
      export function survival(x: tf.Tensor) {
        return tf.log(tf.sub(1, tf.sigmoid(x).clipByValue(settings.floor, 1 - settings.floor)));
      }`;
    const sound = 'export const EPSILON = 1e-7; export const settings = { floor: 1e-6 };';
    const broken = 'export const EPSILON = 1e-7; export const settings = { floor: 1e-9 };';
    expect(rulesRaised(code, sound)).toEqual([]);
    expect(rulesRaised(code, broken)).toEqual(['ineffective-guard']);
  });

  it('in a default, an option or a field', () => {
    const code = `export const a = (x: tf.Tensor, { epsilon = 1e-7 } = {}) => tf.log(tf.relu(x).add(epsilon));
      export const b = (x: tf.Tensor, options: { floor?: number } = {}) => tf.log(tf.relu(x).add(options.floor ?? 1e-6));
      export const c = (x: tf.Tensor) => tf.log(tf.relu(x).add(tf.backend().epsilon()));
      export class Compressor {
        private readonly floor = 1e-6;
        apply(x: tf.Tensor) { return tf.log(tf.relu(x).maximum(this.floor)); }
      }`;
    expect(rulesRaised(code)).toEqual([]);
  });

  it('in a function of its own that is handed too little', () => {
    const code = (epsilon: string): string => `
      const clip = (p: tf.Tensor, epsilon: number) => p.clipByValue(epsilon, 1 - epsilon);
      export const survival = (x: tf.Tensor) => tf.log(tf.sub(1, clip(tf.sigmoid(x), ${epsilon})));`;
    expect(rulesRaised(code('1e-6'))).toEqual([]);
    expect(rulesRaised(code('1e-9'))).toEqual(['ineffective-guard']);
  });

  it('absorbed by the 1 that it is added to', () => {
    const code = `const EPSILON = 1e-12;
      export const survival = (x: tf.Tensor) => tf.log(tf.sub(1, tf.sigmoid(x).add(EPSILON)));`;
    expect(rulesRaised(code)).toEqual(['ineffective-guard']);
  });
});

/** A number that may be NaN is not 0 where a condition excludes it: NaN stays NaN, and no division makes it. */
describe('a deviation of what may be NaN', () => {
  const standardise = (replaced: string): string => `export function standardise(rows: number[][]) {
    const x = tf.tensor2d(rows).log();
    const deviation = tf.moments(x, 0).variance.sqrt();
    return x.div(tf.where(${replaced}));
  }`;

  it('is kept away from 0', () => {
    expect(rulesRaised(standardise('deviation.less(1e-6), tf.onesLike(deviation), deviation'))).toEqual([]);
    expect(rulesRaised(standardise('deviation.greater(1e-6), deviation, tf.onesLike(deviation)'))).toEqual(
      [],
    );
  });

  it('is not where the wrong way is taken', () => {
    const found = rulesRaised(standardise('deviation.greater(1e-6), tf.onesLike(deviation), deviation'));
    expect(found).toEqual(['division-near-zero']);
  });
});

/** How wide a bound is that callers choose only they know: whoever bounds an exponent has thought of it. */
describe('an exponent that is bounded by what callers choose', () => {
  it.each([
    'x.clipByValue(low, high)',
    'x.minimum(high)',
    'tf.minimum(high, x)',
    'x.clipByValue(...([low, high] as [number, number]))',
  ])('%s', (exponent) => {
    const code = `export const f = (x: tf.Tensor2D, low: number, high: number) => tf.exp(${exponent});`;
    expect(rulesRaised(code)).toEqual([]);
  });

  it('is not where the bound that is written down is too wide, or a tensor', () => {
    expect(
      rulesRaised('export const f = (x: tf.Tensor2D, low: number) => x.clipByValue(low, 200).exp();'),
    ).toEqual(['exp-overflow']);
    expect(
      rulesRaised('export const f = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.minimum(x, y).exp();'),
    ).toEqual(['exp-overflow']);
  });
});

/** What is gone through is data: nothing is differentiated by it, though a gradient is taken around it. */
describe('a guard on the value of what is read from data', () => {
  const trains = (input: string): string => `
    export class Trainer {
      private readonly model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [8] })] });
      async fit(batches: () => AsyncIterable<{ x: tf.Tensor2D }>) {
        for await (const { x } of batches()) {
          tf.train.sgd(0.1).minimize(() => {
            const given = ${input};
            const deviation = tf.moments(given, 1, true).variance.sqrt().maximum(0.1);
            return (this.model.apply(x.div(deviation.mean())) as tf.Tensor).square().mean() as tf.Scalar;
          });
        }
      }
    }`;

  it('is enough', () => {
    expect(rulesRaised(trains('x'))).toEqual([]);
  });

  it('is not where the model stands before it', () => {
    expect(rulesRaised(trains('this.model.apply(x) as tf.Tensor2D'))).toEqual(['ineffective-guard']);
  });
});

/** What could not be followed is one and the same, however often it is used: its own maximum is taken from it. */
describe('a softmax by hand of what could not be followed', () => {
  const weigh = (shifted: string): string => `export function weigh(text: string) {
      const costs = JSON.parse(text);
      const weights = ${shifted}.div(-2).exp();
      return weights.div(weights.sum());
    }`;

  it('shifted by its least', () => {
    expect(rulesRaised(weigh('tf.sub(costs, tf.min(costs))'))).toEqual([]);
  });

  it('as it is', () => {
    expect(rulesRaised(weigh('costs.mul(1).mul(2)'))).toEqual(['unstable-composite']);
  });
});

/** What `tf.where` does not take does no harm to the value; a gradient goes through it all the same. */
describe('a quotient that tf.where takes where it is finite', () => {
  const scaled = (chosen: string): string => `export function scaled(values: number[], limit: number) {
    const x = tf.tensor1d(values);
    const norm = x.norm();
    const unit = x.div(norm).mul(2);
    return ${chosen};
  }`;

  it.each([
    'tf.where(norm.greater(0), unit, x)',
    'tf.where(tf.equal(norm, 0), tf.zerosLike(unit), unit.add(1))',
    'unit.where(norm.notEqual(0).expandDims(0), x)',
    'tf.where(norm.square().greater(0).logicalAnd(x.greater(1)), unit, 1)',
    'tf.where(norm.greater(limit), unit, x)',
    'tf.where(norm.greater(0), unit.sum(), 0)',
    'tf.where(tf.isNaN(unit), 0, unit)',
  ])('is fine: %s', (chosen) => {
    expect(rulesRaised(scaled(chosen))).toEqual([]);
  });

  it.each([
    'tf.where(norm.greater(0), x, unit)',
    'tf.where(norm.less(3), unit, x)',
    'tf.where(x.greater(0), unit, x)',
    'tf.where(norm.greater(-1), unit, x)',
    'tf.where(norm.greater(0).logicalOr(x.greater(1)), unit, x)',
    '[unit, tf.where(norm.greater(0), unit, x)]',
    'tf.where(norm.greaterEqual(norm.mean()), unit, x)',
    'tf.where(norm.greaterEqual(limit), unit, x)',
  ])('is not: %s', (chosen) => {
    expect(rulesRaised(scaled(chosen))).toEqual(['division-near-zero']);
  });

  const table = (chosen: string): string => `export function shares(rows: number[][], other: number[]) {
    const x = tf.relu(tf.tensor2d(rows, [3, 5]));
    const totals = x.sum(1);
    const shares = x.div(totals.expandDims(1));
    const y = tf.tensor1d(other);
    return ${chosen};
  }`;

  it.each([
    ['the condition lies along the other axis', 'tf.where(tf.tensor1d(other).greater(0), shares, 0)'],
    ['the totals are asked along the other axis', 'tf.where(totals.greater(0), shares, 0)'],
    ['what is asked is turned round', 'tf.where(y.reverse().greater(0), tf.div(1, y.relu()), 0)'],
    ['Infinity is no NaN', 'tf.where(tf.isNaN(y.relu().reciprocal()), 0, y.relu().reciprocal())'],
    [
      'the parts are not 0 together',
      'tf.where(y.sub(y.min()).div(y.mean().relu()).isNaN(), 0, y.sub(y.min()).div(y.mean().relu()))',
    ],
    ['a bound that may be negative', 'tf.where(y.relu().greater(y.min()), tf.div(1, y.relu()), 0)'],
  ])('is not where %s', (_, chosen) => {
    expect(rulesRaised(table(chosen))).toContain('division-near-zero');
  });

  it('is where the condition lies along its axis', () => {
    expect(rulesRaised(table('tf.where(totals.expandDims(1).greater(0), shares, 0)'))).toEqual([]);
  });

  it('breaks the gradient of other ops too', () => {
    const code = `const scale = tf.variable(tf.scalar(1));
      export const step = (y: tf.Tensor1D) => tf.train.sgd(0.1).minimize(() =>
        tf.where(tf.less(y, 20), y.mul(scale).exp().mul(2), y).mean() as tf.Scalar);`;
    expect(rulesRaised(code)).toEqual(['exp-overflow']);
  });

  it('breaks the gradient, through ops behind it too', () => {
    const code = `const scale = tf.variable(tf.scalar(1));
      export const step = (truth: tf.Tensor1D, x: tf.Tensor1D) => tf.train.sgd(0.1).minimize(() => {
        const errors = x.mul(scale).sub(truth).div(truth);
        return tf.where(tf.notEqual(truth, 0), errors.abs(), tf.zerosLike(truth)).mean() as tf.Scalar;
      });`;
    expect(rulesRaised(code)).toEqual(['ineffective-guard']);
  });
});

describe('a norm above a limit is not 0', () => {
  const clipped = (parameter: string, limit: string, divisor = 'norm'): string[] =>
    rulesRaised(`export function clipped(x: tf.Tensor1D, ${parameter}) {
      const norm = x.norm().arraySync() as number;
      return norm > ${limit} ? x.div(${divisor}) : x;
    }`);

  it.each([
    ['limit: number', 'limit'],
    ['options: { limit: number }', 'options.limit'],
  ])('that callers choose, (%s)', (parameter, limit) => {
    expect(clipped(parameter, limit)).toEqual([]);
  });

  it.each([
    ['limit = -1', 'limit'],
    ['{ limit = -1 }: { limit?: number }', 'limit'],
    ['limit?: number', '(limit ?? -1)'],
    ['limits: number[]', 'limits[0]'],
    ['count: number', 'count - 1'],
  ])('unless that may be negative, (%s)', (parameter, limit) => {
    expect(clipped(parameter, limit)).toEqual(['division-near-zero']);
  });

  it('unless a comment, a call or a field says that it may be', () => {
    const commented = `/** @range limit [-9, 1] */\nexport const f = (x: tf.Tensor1D, limit: number) => { const norm = x.norm().arraySync() as number; return norm > limit ? x.div(norm) : x; };`;
    const called = `const f = (x: tf.Tensor1D, limit: number) => { const norm = x.norm().arraySync() as number; return norm > limit ? x.div(norm) : x; };\nexport const g = (x: tf.Tensor1D) => f(x, -5);`;
    const kept = `export class Best { private best = -Infinity; set(best: number) { this.best = best; }\n  f(x: tf.Tensor1D) { const norm = x.norm().arraySync() as number; return norm > this.best ? x.div(norm) : x; } }`;
    expect([commented, called, kept].map((code) => rulesRaised(code))).toEqual([
      ['division-near-zero'],
      ['division-near-zero'],
      ['division-near-zero'],
    ]);
  });
});

describe('a scale that Math.min caps', () => {
  const scaled = (given: string): string[] =>
    rulesRaised(`export function clipped(x: tf.Tensor1D, limit: number) {
      const scale = limit / (x.norm().arraySync() as number);
      const clipped = x.mul(Math.min(1, scale));
      return ${given};
    }`);

  it('is nowhere Infinity', () => {
    expect(scaled('clipped')).toEqual([]);
    expect(scaled('{ clipped, scale: Math.min(1, scale) }')).toEqual([]);
  });

  it('is Infinity where it is given back as it is', () => {
    expect(scaled('{ clipped, scale }')).toEqual(['division-near-zero']);
    expect(scaled('[clipped, scale]')).toEqual(['division-near-zero']);
  });
});

it('a cap on decibels is one on the quotient that they are of', () => {
  const level = (result: string) => `export function psnr(a: tf.Tensor, b: tf.Tensor, peak = 1, cap = 100) {
    const error = a.sub(b).square().mean().dataSync()[0];
    return ${result};
  }`;
  expect(rulesRaised(level('Math.min(cap, 10 * Math.log10((peak * peak) / error))'))).toEqual([]);
  expect(rulesRaised(level('10 * Math.log10((peak * peak) / error)'))).toEqual(['division-near-zero']);
});
