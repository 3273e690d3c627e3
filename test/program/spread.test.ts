/** How far numbers of JavaScript lie apart is 0 for data that are all alike, whoever passes them. */
import { describe, expect, it } from 'vitest';
import { facts, found } from './lower.js';

const column = (body: string): readonly string[] =>
  found(`const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
function deviation(v: number[]) {
  const m = mean(v);
  return Math.sqrt(v.reduce((sum, x) => sum + Math.pow(x - m, 2), 0) / v.length);
}
export function f(v: number[]) {\n  ${body}\n}`);

describe('scaling by', () => {
  it.each([
    [
      'a deviation',
      'const s = deviation(v); const m = mean(v); return tf.tensor1d(v.map((x) => (x - m) / s));',
    ],
    [
      'a sum of squares that a loop adds up',
      'const m = mean(v); let sum = 0; for (const x of v) sum += (x - m) * (x - m); const s = Math.sqrt(sum / v.length); return tf.tensor1d(v.map((x) => (x - m) / s));',
    ],
    [
      'the largest less the smallest',
      'const low = Math.min(...v); const s = Math.max(...v) - low; return tf.tensor1d(v.map((x) => (x - low) / s));',
    ],
    [
      'extremes that a loop keeps',
      'let [low, high] = [Infinity, -Infinity]; for (const x of v) { low = Math.min(low, x); high = Math.max(high, x); } const s = high - low; return tf.tensor1d(v.map((x) => (x - low) / s));',
    ],
    [
      'extremes by reduce',
      'const low = v.reduce((a, b) => Math.min(a, b)); const s = v.reduce((a, b) => Math.max(a, b)) - low; return tf.tensor1d(v.map((x) => (x - low) / s));',
    ],
    [
      'a deviation of as many as are drawn',
      'const drawn = tf.randomNormal([40, v.length]).arraySync() as number[][]; const w = drawn.map((_, i) => v[i]); const m = w.reduce((a, b) => a + b, 0) / w.length; const s = Math.sqrt(w.reduce((a, x) => a + (x - m) ** 2, 0) / w.length); return tf.tensor1d(w.map((x) => (x - m) / s));',
    ],
  ])('%s', (_, body) => {
    expect(column(body).filter((one) => one.includes('/ s'))).toEqual([
      expect.stringMatching(/^division-near-zero warning: \(x - (m|low)\) \/ s$/),
    ]);
  });
});

describe('of the weights of a softmax by hand the largest may be left out', () => {
  const E = 'const most = Math.max(...v); const e = v.map((x) => Math.exp((x - most) / 0.01));';
  it.each([
    ['by a filter', `${E} const s = e.filter((_, i) => i !== k).reduce((a, b) => a + b, 0);`],
    ['by a slice', `${E} let s = 0; for (const x of e.slice(1)) s += x;`],
    ['by a loop that starts later', `${E} let s = 0; for (let i = k; i < v.length; i++) s += e[i];`],
    ['by a loop that skips', `${E} let s = 0; for (const x of e) { if (x === k) continue; s += x; }`],
    ['by a condition', `${E} let s = 0; e.forEach((x, i) => { if (i !== k) s += x; });`],
    ['by places', `${E} const s = [k, 1].concat(v).reduce((a, i) => a + e[i], 0);`],
    [
      'by places of which the scores are taken',
      'const most = Math.max(...v); const ids = v.filter((i) => i !== k); let s = 0; for (const i of ids) s += Math.exp((v[i] - most) * 50); const e = v;',
    ],
    ['by what a list loses', `${E} e.pop(); const s = e.reduce((a, b) => a + b, 0);`],
  ])('%s', (_, body) => {
    const program = `export function f(v: number[], k: number) {\n  ${body}\n  return tf.tensor1d(e.map((x) => x / s));\n}`;
    expect(found(program)).toEqual(['division-near-zero warning: x / s']);
  });
});

describe('nothing is said where', () => {
  it.each([
    [
      'a loop by places adds up all weights',
      'const most = Math.max(...v); const e = v.map((x) => x); let s = 0; for (let i = 0; i < v.length; i++) { e[i] = Math.exp((v[i] - most) / 0.1); s += e[i]; } return tf.tensor1d(e.map((x) => x / s));',
    ],
    [
      'a loop finds the largest',
      'let most = -Infinity; for (const x of v) most = Math.max(most, x); const e = v.map((x) => Math.exp((x - most) / 0.1)); let s = 0; for (const x of e) s += x; return tf.tensor1d(e.map((x) => x / s));',
    ],
    [
      'a weight has a name before it is added',
      'const most = Math.max(...v); let s = 0; const e = v.map((x) => { const w = Math.exp((x - most) / 0.1); s += w; return w; }); return tf.tensor1d(e.map((x) => x / s));',
    ],
    [
      'one of the weights is 1',
      'const most = Math.max(...v); const e = v.map((x) => Math.exp((x - most) / 0.1)); const s = e.reduce((a, b) => a + b, 0); return tf.tensor1d(e.map((x) => x / s));',
    ],
    [
      'one of the weights that a loop adds up is 1',
      'const most = Math.max(...v); const e = v.map((x) => Math.exp(20 * (x - most))); let s = 0; for (const x of e) s += x; return tf.tensor1d(e.map((x) => x / s));',
    ],
    ['it is replaced', 'const s = deviation(v) || 1; return tf.tensor1d(v.map((x) => x / s));'],
    ['it has a floor', 'const s = Math.max(deviation(v), 1e-8); return tf.tensor1d(v.map((x) => x / s));'],
    ['it is asked', 'const s = deviation(v); return tf.tensor1d(v.map((x) => (s === 0 ? 0 : x / s)));'],
    [
      'the extremes are compared',
      'const low = Math.min(...v); const high = Math.max(...v); if (high === low) return; return tf.tensor1d(v.map((x) => (x - low) / (high - low)));',
    ],
    [
      'it is the distance of extremes of two lists',
      'const s = Math.max(...v) - Math.min(...v.slice(1)); return tf.tensor1d(v.map((x) => x / s));',
    ],
    [
      'it is the distance of two numbers',
      'const [a, b] = [v[0]!, v[1]!]; const s = Math.max(a, b) - Math.min(a, b); return tf.tensor1d(v.map((x) => x / s));',
    ],
    [
      'a loop computes something else than a sum',
      'let a = 1; for (const x of v) a = a + x / a; const s = (v[0]! - a / 3) ** 2; return tf.tensor1d(v.map((x) => x / s));',
    ],
    [
      'it reaches to 0',
      'const high = Math.max(v[0]!, 0); const low = Math.min(v[1]!, 0); return tf.tensor1d(v.map((x) => x / (high - low)));',
    ],
  ])('%s', (_, body) => {
    expect(column(body)).toEqual([]);
  });
});

describe('an element beside the extreme of its list', () => {
  it.each([
    'scaled.map((value) => Math.exp(value - most))',
    'scaled.map((_, i) => Math.exp(scaled[i] - most))',
    'scaled.map((value) => Math.exp(-(most - value)))',
  ])('is nowhere above the largest: %s', (weights) => {
    const program = `
export function soft(scores: number[], temperature: number) {
  if (temperature === 0) return tf.scalar(0);
  const scaled = scores.map((score) => score / temperature);
  const most = Math.max(...scaled);
  return tf.tensor1d(${weights});
}`;
    expect(found(program)).toEqual([]);
    expect(
      found(program.replaceAll('- most', '- scores[0]').replaceAll('most -', 'scores[0] -')),
    ).toHaveLength(1);
  });
});

describe('a field of records beside the largest of all', () => {
  const UP_TO_ONE = '[0, 1] or NaN';
  const ANY = '[0, inf] or NaN';
  const weights = (largest: string, weight: string): string =>
    facts(`function f(model: { label: string; prior: number; logs: number[] }[], tokens: number[]) {
      const scores = model.map(({ label, prior, logs }) => {
        let value = Math.log(prior);
        for (const token of tokens) value += logs[token];
        return { label, value, bias: logs[0] };
      });
      ${largest}
      return tf.tensor1d(scores.map(${weight}));
    }`).replace(/^\[\S*\] /, '');

  it.each([
    'const top = Math.max(...scores.map((s) => s.value));',
    'const top = Math.max(...scores.map(({ value }) => value));',
    'const values = scores.map((s) => s.value); const top = Math.max(...values);',
    'const top = scores.reduce((most, s) => Math.max(most, s.value), -Infinity);',
    'const top = scores.map((s) => s.value).reduce((a, b) => Math.max(a, b));',
    'let top = -Infinity; for (const s of scores) top = Math.max(top, s.value);',
    'let top = -Infinity; scores.forEach(({ value }) => { top = Math.max(top, value); });',
  ])('is nowhere above it: %s', (largest) => {
    expect(weights(largest, '(s) => Math.exp(s.value - top)')).toBe(UP_TO_ONE);
    expect(weights(largest, '({ value }) => Math.exp(value - top)')).toBe(UP_TO_ONE);
    expect(weights(largest, '(_, i) => Math.exp(scores[i].value - top)')).toBe(UP_TO_ONE);
  });

  it.each([
    ['another field', 'const top = Math.max(...scores.map((s) => s.bias));'],
    ['some of them', 'const top = Math.max(...scores.slice(1).map((s) => s.value));'],
    ['another list', 'const top = Math.max(...model.map((s) => s.logs[0]));'],
    [
      'a list of that name',
      'const most = (scores: number[][]) => Math.max(...scores.map((s) => s[0])); const top = most([tokens]);',
    ],
  ])('may be above that of %s', (_, largest) => {
    expect(weights(largest, '(s) => Math.exp(s.value - top)')).toBe(ANY);
  });

  it('is nowhere below the smallest', () => {
    const smallest = 'const top = Math.min(...scores.map((s) => s.value));';
    expect(weights(smallest, '(s) => Math.exp(s.value - top)')).toBe('[1, inf] or NaN');
  });

  it.each([
    [
      'that are yet to come',
      'let top = 0; const w = []; for (const s of scores) { w.push(Math.exp(s.value - top)); top = Math.max(top, s.value); } return tf.tensor1d(w);',
    ],
    [
      'that are left out',
      'let top = 0; for (const s of scores) { if (s.label === "") continue; top = Math.max(top, s.value); }',
    ],
    [
      'that are left out by reduce',
      'const top = scores.reduce((most, s) => (s.label === "" ? most : Math.max(most, s.value)), 0);',
    ],
  ])('may be above the largest of others, for some %s', (_, largest) => {
    expect(weights(largest, '(s) => Math.exp(s.value - top)')).toBe(ANY);
  });
});

describe('a number that a written bound holds is at that bound', () => {
  const slerp = (guard: string): readonly string[] =>
    found(`export function slerp(a: number, b: number, dot: number, t: number) {
      const omega = Math.acos(Math.min(1, Math.max(-1, dot)));
      const sine = Math.sin(omega);
      ${guard}
      return tf.scalar((Math.sin((1 - t) * omega) / sine) * a);
    }`);

  it('the angle of parallel vectors', () => {
    expect(slerp('')).toEqual(['division-near-zero warning: Math.sin((1 - t) * omega) / sine']);
    expect(slerp('if (sine < 1e-6) return tf.scalar(a);')).toEqual([]);
  });

  it('a floor of 0', () => {
    const share = (floor: string): readonly string[] =>
      found(`export const share = (n: number, k: number) => tf.scalar(n / Math.max(${floor}, k));`);
    expect(share('0')).toEqual(['division-near-zero warning: n / Math.max(0, k)']);
    expect(share('1e-6')).toEqual([]);
  });
});
