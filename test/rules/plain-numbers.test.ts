/** Formulas that programs work out in JavaScript numbers, element by element, and each beside what keeps it. */
import { describe, expect, it } from 'vitest';
import { found } from '../program/lower.js';

const TENSORS = 'export const used = tf.scalar(1);\n';
const told = (code: string): string[] => found(TENSORS + code);
const warned = (code: string): string[] => told(code).filter((one) => !one.includes(' info:'));

describe('a softmax by hand', () => {
  const shares = (exponent: string, before = ''): string => `
export function shares(scores: number[], temperature: number) {
  ${before}
  const exps = scores.map((score) => Math.exp(${exponent}));
  const total = exps.reduce((sum, one) => sum + one, 0);
  return exps.map((one) => one / total);
}`;

  it('overflows where the exponent is scaled', () => {
    expect(warned(shares('score / temperature'))).toEqual([
      'exp-overflow warning: Math.exp(score / temperature)',
    ]);
  });

  it('is a note of scores as they are handed in', () => {
    expect(told(shares('score'))).toEqual(['unstable-composite info: one / total']);
    expect(told(shares('score').replace('(score) => Math.exp(score)', 'Math.exp'))).toEqual([
      'unstable-composite info: one / total',
    ]);
  });

  it('underflows where nothing is above 0', () => {
    expect(warned(shares('-0.5 * score * score'))).toEqual(['unstable-composite warning: one / total']);
  });

  it.each([
    ['the largest is taken from all', shares('score - top', 'const top = Math.max(...scores);')],
    [
      'it is scaled then',
      shares('(score - top) / Math.max(temperature, 1e-3)', 'const top = Math.max(...scores);'),
    ],
    [
      'the exponent is capped and the total lifted',
      shares('Math.min(score, 50)').replace(', 0);', ', 1e-9);'),
    ],
    [
      'what falls with the place begins with 1',
      `export function weights(count: number, halfLife: number) {
  const raw = Array.from({ length: count }, (_, i) => Math.exp(-i / Math.max(halfLife, 1)));
  const total = raw.reduce((sum, one) => sum + one, 0);
  return raw.map((one) => one / total);
}`,
    ],
  ])('is kept where %s', (_, code) => {
    expect(warned(code)).toEqual([]);
  });
});

describe('the logarithm of a sum of exponentials', () => {
  const evidence = (term: string): string => `
export function evidence(distances: number[]) {
  let sum = 0;
  for (const distance of distances) sum += ${term};
  return Math.log(sum);
}`;

  it('is -Infinity where all of them are far off', () => {
    expect(warned(evidence('Math.exp(-(distance ** 2))'))).toEqual([
      'unstable-composite warning: Math.log(sum)',
    ]);
    expect(warned(evidence('0.1 * Math.exp(-(distance ** 2))'))).toEqual([
      'unstable-composite warning: Math.log(sum)',
    ]);
  });

  it('is kept by a floor', () => {
    expect(warned(evidence('Math.exp(-Math.min(distance ** 2, 100))'))).toEqual([]);
  });
});

describe('an entropy', () => {
  const entropy = (term: string, keep = ''): string => `
export function entropy(counts: number[]) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  let bits = 0;
  for (const c of counts) {
    ${keep}
    bits -= ${term};
  }
  return bits;
}`;

  it.each(['(c / total) * Math.log2(c / total)', 'c * Math.log(c)', 'c * (Math.log(c) - 1)'])(
    'is NaN for what there is none of: %s',
    (term) => {
      expect(warned(entropy(term))).toEqual([expect.stringMatching(/^log-of-zero warning: Math\.log/)]);
    },
  );

  it('leaves out what there is none of', () => {
    expect(warned(entropy('(c / total) * Math.log2(c / total)', 'if (c === 0) continue;'))).toEqual([]);
    expect(warned(entropy('c > 0 ? c * Math.log(c / total) : 0'))).toEqual([]);
  });
});

describe('a product of many numbers', () => {
  it.each([
    ['its logarithm', 'const score = (probs: number[]) => Math.log(probs.reduce((a, p) => a * p, 1));'],
    [
      'its shares',
      `export function posterior(prior: number[], rows: number[][]) {
  const joint = rows.map((row, k) => row.reduce((a, p) => a * p, prior[k]!));
  const total = joint.reduce((a, b) => a + b, 0);
  return joint.map((one) => one / total);
}`,
    ],
    [
      'the logarithm of a factorial',
      'const logFactorial = (n: number) => { let f = 1; for (let i = 2; i <= n; i++) f *= i; return Math.log(f); };',
    ],
  ])('leaves float64: %s', (_, code) => {
    expect(warned(code.startsWith('const') ? `export ${code}` : code)).toEqual([
      expect.stringMatching(/^probability-product warning/),
    ]);
  });

  it('stays around 1 where each is near it', () => {
    expect(
      warned('export const growth = (rates: number[]) => Math.log(rates.reduce((a, r) => a * (1 + r), 1));'),
    ).toEqual([]);
  });
});

describe('gains and losses', () => {
  const index = (loss: string): string => `
export function index(changes: number[]) {
  let gain = 0;
  let loss = 0;
  for (const d of changes) {
    if (d >= 0) gain += d;
    else ${loss};
  }
  return gain / loss;
}`;

  it('are 0 where there are none, however they are added up', () => {
    for (const loss of ['loss -= d', 'loss += -d', 'loss += Math.abs(d)'])
      expect(warned(index(loss))).toEqual(['division-near-zero warning: gain / loss']);
  });
});

describe('a guard in a function of its own', () => {
  const drawdown = (guard: string): string => `
function asked(value: number) { ${guard} }
export function drawdown(closes: number[]) {
  let [peak, worst] = [0, 0];
  for (const close of closes) {
    asked(close);
    peak = Math.max(peak, close);
    worst = Math.max(worst, (peak - close) / peak);
  }
  return worst;
}`;

  it('tells what it refuses, one thing or several', () => {
    expect(warned(drawdown('if (!(value > 0)) throw new Error();'))).toEqual([]);
    expect(warned(drawdown('if (!(value > 0) || !Number.isFinite(value)) throw new Error();'))).toEqual([]);
    expect(warned(drawdown('if (!(value >= 0) || !Number.isFinite(value)) throw new Error();'))).toEqual([
      'division-near-zero warning: (peak - close) / peak',
    ]);
  });
});

describe('a sum in which one number stands twice', () => {
  it('goes to no end of the range of its terms', () => {
    const gamma = (terms: string): string => `
export function logGamma(x: number) {
  if (!(x >= 0.5)) throw new RangeError();
  return Math.log(${terms});
}`;
    expect(warned(gamma('1 + 676.5 / x - 1259.1 / (x + 1) + 771.3 / (x + 2)'))).toEqual([]);
    expect(warned(gamma('1 - 1 / (2 * x)'))).toEqual([expect.stringMatching(/^log-of-zero warning/)]);
  });
});

describe('what looks like such a formula', () => {
  it.each([
    [
      'a list that the largest was taken from before',
      `export function shares(scores: number[], t: number) {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const shifted = scores.map((score) => (score - top) / t);
  const exps = shifted.map(Math.exp);
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((one) => one / total);
}`,
    ],
    [
      'the size of a shape',
      'export const bits = (shape: number[]) => Math.log2(shape.reduce((a, b) => a * b, 1));',
    ],
    ['the steps of an algorithm', 'export const steps = (n: number) => n * Math.log2(n);'],
    [
      'counts in a map, each of which was counted once',
      `export function entropy(counts: Map<string, number>, total: number) {
  let bits = 0;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits;
}`,
    ],
    [
      'odds of what the comment keeps between its ends',
      '/** @param p a probability in (0, 1) */\nexport const logit = (p: number) => Math.log(p / (1 - p));',
    ],
    [
      'a statistic of counts and what was expected',
      `export const chiSquare = (observed: tf.Tensor1D, expected: tf.Tensor1D) =>
  observed.sub(expected).square().div(expected).sum();`,
    ],
    [
      'the same guard on both sides',
      'export const ratio = (x: tf.Tensor1D, y: tf.Tensor1D) => x.add(1e-6).sub(y.add(1e-6)).div(1e-6);',
    ],
  ])('is left alone: %s', (_, code) => {
    expect(warned(code)).toEqual([]);
  });

  it('asks for the log odds of what is handed in to be clipped', () => {
    expect(warned('export const logit = (p: tf.Tensor) => tf.log(p.div(tf.sub(1, p)));')).toEqual([
      'log-of-zero warning: tf.log(p.div(tf.sub(1, p)))',
    ]);
  });

  it('divides by a variance that may be 0 where the covariance is not', () => {
    const correlation = `
export function correlation(x: number[], y: number[], mx: number, my: number) {
  let [sxy, sxx, syy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    sxy += x[i]! * y[i]!;
    sxx += (x[i]! - mx) ** 2;
    syy += (y[i]! - my) ** 2;
  }
  return sxy === 0 ? 0 : sxy / (Math.sqrt(sxx) * Math.sqrt(syy));
}`;
    expect(warned(correlation)).toEqual([expect.stringMatching(/^division-near-zero warning/)]);
  });
});

describe('two logarithms that are added as numbers', () => {
  const added = (name: string, [a, b]: readonly [string, string]): string =>
    `export const ${name} = (${a}: number, ${b}: number) => Math.log(Math.exp(${a}) + Math.exp(${b}));`;

  it('underflow, by the name of the function or their own', () => {
    const warning = (a: string, b: string): string =>
      `unstable-composite warning: Math.log(Math.exp(${a}) + Math.exp(${b}))`;
    expect(warned(added('logAdd', ['a', 'b']))).toEqual([warning('a', 'b')]);
    expect(warned(added('either', ['logP', 'logQ']))).toEqual([warning('logP', 'logQ')]);
  });

  it('are a note of other numbers', () => {
    expect(told(added('blended', ['low', 'high']))).toEqual([
      'unstable-composite info: Math.log(Math.exp(low) + Math.exp(high))',
    ]);
  });

  it('are kept by the larger one', () => {
    expect(
      told(`export function logAdd(a: number, b: number) {
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}`),
    ).toEqual([]);
  });
});

it('what `Math.exp` is handed are numbers, also the sum of two that nobody described', () => {
  expect(
    warned(`export function posterior(priors, logLik) {
  const joint = priors.map((prior, i) => Math.exp(prior + logLik[i]));
  const total = joint.reduce((sum, one) => sum + one, 0);
  return joint.map((one) => one / total);
}`),
  ).toEqual(['unstable-composite warning: one / total']);
});
