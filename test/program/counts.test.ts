/** What is counted up from 0 may be 0 behind a loop: by the code itself, whatever callers pass. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const divided = (body: string): readonly string[] =>
  found(`export function f(x: tf.Tensor1D, labels: number[]) {\n  const p = x.dataSync();\n  ${body}\n}`);

describe('a divisor that some rounds add to', () => {
  it.each([
    'if (p[i] > 0.5) n++;',
    'if (p[i] > 0.5) n += labels[i] * labels[i] + 1;',
    'if (p[i] <= 0.5) continue; n += 1;',
    'n += p[i] > 0.5 ? 1 : 0;',
    'if (labels[i] === 1) { if (p[i] > 0.5) ++n; }',
    'for (const label of labels) if (label > p[i]) n++;',
    'switch (labels[i]) { case 1: n++; break; case 2: n += 2; }',
  ])('%s', (round) => {
    const program = `let n = 0; for (let i = 0; i < labels.length; i++) { ${round} } return 1 / n;`;
    expect(divided(program)).toEqual(['division-near-zero warning: 1 / n']);
  });

  it('in a callback', () => {
    const program = 'let n = 0; labels.forEach((label, i) => { if (label === 1) n++; }); return 1 / n;';
    expect(divided(program)).toEqual(['division-near-zero warning: 1 / n']);
  });

  it('in a callback that a dataset is handed', () => {
    const rate = (round: string): readonly string[] =>
      found(
        `export async function f(rows: tf.data.CSVDataset) { let [n, hits] = [0, 0]; await rows.forEachAsync((row: any) => { ${round} }); return hits / n; }`,
      );
    expect(rate('if (row.y > 0) { n++; if (row.x > 0) hits++; }')).toEqual([
      'division-near-zero warning: hits / n',
    ]);
    expect(rate('n++; if (row.x > 0) hits++;')).toEqual([]);
  });

  it('gathered by reduce', () => {
    const program = 'const n = labels.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0); return 1 / n;';
    expect(divided(program)).toEqual(['division-near-zero warning: 1 / n']);
  });

  it('as a field', () => {
    const program =
      'const seen = { n: 0 }; for (const one of labels) if (one > 0) seen.n += 1; return 1 / seen.n;';
    expect(divided(program)).toEqual(['division-near-zero warning: 1 / seen.n']);
  });

  it('in a formula: of precision and recall the sum is 0 without a hit', () => {
    const program = `
  let [tp, fp, fn] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (p[i] > 0.5 && labels[i] > 0) tp++;
    else if (p[i] > 0.5) fp++;
    else if (labels[i] > 0) fn++;
  }
  const precision = tp + fp > 0 ? tp / (tp + fp) : 0;
  const recall = tp + fn > 0 ? tp / (tp + fn) : 0;
  return (2 * precision * recall) / (precision + recall);`;
    expect(divided(program)).toEqual([
      'division-near-zero warning: (2 * precision * recall) / (precision + recall)',
    ]);
  });

  it('for each class, of which some may not occur', () => {
    const program = `
  const counts = Array(4).fill(0);
  for (const label of labels) counts[label] += 1;
  return counts.map((n, i) => p[i] / n);`;
    expect(divided(program)).toEqual(['division-near-zero warning: p[i] / n']);
  });

  it('as the number of those that passed a test', () => {
    expect(divided('const kept = labels.filter((one) => one > 0); return p[0] / kept.length;')).toEqual([
      'division-near-zero warning: p[0] / kept.length',
    ]);
  });
});

describe('a divisor that the code itself has at 0', () => {
  it('in the first round of a loop', () => {
    const program =
      'const rates = []; for (let i = 0; i < labels.length; i++) rates.push(p[i] / Math.sqrt(i)); return rates;';
    expect(divided(program)).toEqual(['division-near-zero warning: p[i] / Math.sqrt(i)']);
  });

  it('handed to a function that a loop calls', () => {
    const program =
      'const rate = (step: number) => 0.1 / step; for (let i = 0; i < labels.length; i++) labels[i] = rate(i); return labels;';
    expect(divided(program)).toEqual(['division-near-zero warning: 0.1 / step']);
  });
});

describe('a divisor that is the place of something, counted from 1', () => {
  it.each([
    'const rank = labels.indexOf(3) + 1; return 1 / rank;',
    'return labels.map((one) => 1 / (1 + labels.findIndex((other) => other > one)));',
  ])('%s', (body) => {
    expect(divided(body)).toEqual([expect.stringMatching(/^division-near-zero warning: 1 \/ /)]);
  });

  it.each([
    'const at = labels.indexOf(3); return at === -1 ? 0 : 1 / (at + 1);',
    'const at = labels.indexOf(3); if (at < 0) return 0; return 1 / (at + 1);',
    'const at = labels.indexOf(3); if (at !== -1) return 1 / (at + 1);',
    'const rank = labels.indexOf(3) + 1; return rank ? 1 / rank : 0;',
    'const rank = labels.indexOf(3) + 1; return rank > 0 ? 1 / rank : 0;',
  ])('not where that is asked: %s', (body) => {
    expect(divided(body)).toEqual([]);
  });
});

describe('is not told of a divisor', () => {
  it.each([
    ['that every round adds to', 'let n = 0; for (const one of labels) n++; return 1 / n;'],
    ['that is asked', 'let n = 0; for (const one of labels) if (one > 0) n++; return n > 0 ? 1 / n : 0;'],
    ['that has another start', 'let n = 1; for (const one of labels) if (one > 0) n++; return 1 / n;'],
    [
      'that has another number for 0',
      'let n = 0; for (const one of labels) if (one > 0) n++; return 1 / (n || 1);',
    ],
    [
      'of two, of which one has grown',
      'let [n, m] = [0, 0]; for (const one of labels) if (one > 0) n++; else m++; return n / (n + m);',
    ],
    [
      'of four, of which one has grown',
      'let [a, b, c, d] = [0, 0, 0, 0]; for (const one of labels) { if (one > 0) { if (one > 1) a++; else b++; } else if (one < -1) c++; else d++; } return (a + d) / (a + b + c + d);',
    ],
    [
      'that the first round adds to',
      'let n = 0; labels.forEach((one, i) => { if (i % 2 === 0) n++; }); return 1 / n;',
    ],
    [
      'of a list of which each element has its turn',
      'const n = Array(4).fill(0); for (let i = 0; i < labels.length; i++) n[i] += 1; return labels.map((one, i) => one / n[i]);',
    ],
    [
      'that is an index',
      'let last = 0; for (let i = 1; i < labels.length; i++) if (labels[i] > 0) last = i; return 1 / last;',
    ],
    [
      'in a branch that is not taken at 0',
      'for (let i = 0; i < 9; i++) if (i > 0) labels[i] = 1 / i; return labels;',
    ],
    [
      'that is an element of rows that were filled since',
      'const m = labels.map((one) => labels.map(() => 0)); for (let i = 0; i < 9; i++) { m[i][i] = Math.sqrt(i + 1); labels[i] = 1 / m[i][i]; } return labels;',
    ],
    [
      'of which a default is asked',
      'const rate = (step: number, warmup = 0) => (step < warmup ? step / warmup : 1); for (let i = 0; i < 9; i++) labels[i] = rate(i); return labels;',
    ],
    ['that callers pass', 'return 1 / labels.length;'],
    [
      'of what something was put into since',
      'const kept = labels.filter((one) => one > 0); kept.push(1); return 1 / kept.length;',
    ],
  ])('%s', (_, program) => {
    expect(divided(program)).toEqual([]);
  });
});

it('what is counted in a function of its own, and guarded the wrong way round', () => {
  const program = (guard: string): string => `
function confusion(labels: number[], guesses: number[]) {
  let [hits, alarms] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (guesses[i] === 1 && labels[i] === 1) hits++;
    else if (guesses[i] === 1) alarms++;
  }
  return { hits, alarms };
}
function precision(labels: number[], guesses: number[]) {
  const { hits, alarms } = confusion(labels, guesses);
  const all = hits + alarms;
  return ${guard};
}
export const evaluate = (model: tf.LayersModel, x: tf.Tensor, labels: number[]) =>
  precision(labels, Array.from((model.predict(x) as tf.Tensor).greater(0.5).dataSync()));`;
  expect(found(program('all > 0 ? 0 : hits / all'))).toEqual(['division-near-zero warning: hits / all']);
  expect(found(program('all > 0 ? hits / all : 0'))).toEqual([]);
});

it('a list of JavaScript without types, of which a call takes none', () => {
  const program = (warmup: number): string => `
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
export function centred(rewards) {
  const start = mean(rewards.slice(0, settings.warmup));
  return tf.tensor1d(rewards.map((reward) => reward - start));
}
const settings = { warmup: ${warmup} };`;
  const files = (warmup: number) => ({
    'main.js': `import * as tf from '@tensorflow/tfjs';${program(warmup)}`,
  });
  expect(found(files(0))).toEqual([
    'division-near-zero warning: list.reduce((a, b) => a + b, 0) / list.length',
  ]);
  expect(found(files(5))).toEqual([]);
});

it('a count of which callers say how many there have to be', () => {
  const program = (guard: string): string => `
export class Tracker {
  constructor(private readonly least: number) {}
  similarity(model: tf.LayersModel, x: tf.Tensor) {
    let [total, valid] = [0, 0];
    for (const score of (model.predict(x) as tf.Tensor).dataSync()) {
      if (score < 0.5) continue;
      valid += 1;
      total += score;
    }
    ${guard}
    return total / valid;
  }
}`;
  expect(found(program(''))).toEqual(['division-near-zero warning: total / valid']);
  expect(found(program('if (valid < this.least) return 0;'))).toEqual([]);
  expect(found(program('if (valid > this.least) return 0;'))).toEqual([
    'division-near-zero warning: total / valid',
  ]);
});
