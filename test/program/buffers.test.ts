/** Typed arrays and lists of zeros: what they hold once code that is followed, or is not, has written into them. */
import { describe, expect, it } from 'vitest';
import { analyse, facts, reported } from './lower.js';

/** The shape and the range of the tensor that a function with this body gives. */
const held = (body: string): string =>
  facts(`function f(x: Float32Array, rows: Float32Array[], bytes: ArrayBuffer, n: number) { ${body} }`);

describe('a typed array', () => {
  it.each([
    ['a length', 'const out = new Float32Array(3); return tf.tensor1d(out);', '[3] [0, 0]'],
    ['a length of callers', 'const out = new Float32Array(n); return tf.tensor1d(out);', '[n] [0, 0]'],
    ['numbers', 'const out = new Float32Array([1, 2]); return tf.tensor1d(out);', '[2] whole [1, 2]'],
    ['a buffer', 'const out = new Float32Array(bytes); return tf.tensor1d(out);', '[?1] any'],
    ['a part of a buffer', 'const out = new Float32Array(bytes, 8, 4); return tf.tensor1d(out);', '[4] any'],
    ['pixels', 'const out = new Uint8Array(bytes); return tf.tensor1d(out);', '[?1] whole [0, 255]'],
    [
      'what is asked for',
      'const out = new Float32Array(fetch("/weights").arrayBuffer()); return tf.tensor1d(out);',
      '[?1] any',
    ],
  ])('is made of %s', (_what, body, expected) => {
    expect(held(body)).toBe(expected);
  });

  it.each([
    ['n', 'zeros'],
    ['MAX_TOKENS', 'zeros'],
    ['numSamples', 'zeros'],
    ['batchSize', 'zeros'],
    ['hiddenUnits', 'zeros'],
    ['samples', 'numbers'],
    ['event.data', 'numbers'],
    ['network', 'numbers'],
    ['k', 'zeros'],
    ['b', 'numbers'],
    ['dims', 'numbers'],
    ['shape', 'numbers'],
  ])(
    'is made of a length or of numbers, where only the name tells: new Float32Array(%s)',
    (name, expected) => {
      const range = facts(
        `function f(${name.split('.')[0]}) { return tf.tensor1d(new Float32Array(${name})); }`,
      );
      expect(range.endsWith(' [0, 0]') ? 'zeros' : 'numbers').toBe(expected);
    },
  );

  it.each([
    ['an element', 'out[1] = 7;', '[3] whole [0, 7]'],
    ['an element by an index that is not known', 'out[n] = 7;', '[3] whole [0, 7]'],
    ['a list', 'out.set([4, 5], 1);', '[3] whole [0, 5]'],
    ['a list at a place that is not known', 'out.set([4, 5], n);', '[3] whole [0, 5]'],
    ['all of another', 'out.set(x);', '[3] [-100, 100]'],
    ['a part that shares its numbers', 'const part = out.subarray(0, 2); part[0] = 7;', '[3] whole [0, 7]'],
    ['one number all over', 'out.fill(2);', '[3] [2, 2]'],
    ['a library', 'new FFT(3).transform(out, x);', '[3] any'],
    ['a library, in an object', 'decode({ target: out });', '[3] any'],
    ['nothing, where it is only shown', 'console.log(out);', '[3] [0, 0]'],
  ])('holds what was written into it: %s', (_what, write, expected) => {
    expect(held(`const out = new Float32Array(3); ${write} return tf.tensor1d(out);`)).toBe(expected);
  });

  it('is one of several rows', () => {
    expect(
      held(`
const all: Float32Array[] = [];
for (let i = 0; i < n; i++) all.push(new Float32Array(2));
for (let i = 0; i < n; i++) all[i].set(rows[i]);
return tf.tensor2d(all);`),
    ).toBe('[n, 2] [-100, 100]');
  });
});

describe('zeros that are written over are no hazard', () => {
  const divided = (fill: string): string[] =>
    reported(`
function fillIn(out: Float32Array) { for (let i = 0; i < out.length; i++) out[i] = 1 + i; }
export function f(x: tf.Tensor1D, rows: number[], n: number) { ${fill} return x.div(tf.tensor1d(out)); }`).map(
      ({ rule }) => rule,
    );

  it.each([
    ['a loop', 'const out = new Float32Array(n); for (let i = 0; i < n; i++) out[i] = 1 + i;'],
    [
      'a known number of rounds',
      'const out = new Float32Array(4); for (let i = 0; i < 4; i++) out[i] = 1 + i;',
    ],
    ['a list', 'const out = new Array(n).fill(0); for (let i = 0; i < n; i++) out[i] = 1 + i;'],
    ['a callback', 'const out = new Float32Array(n); rows.forEach((row, i) => { out[i] = 1 + row * row; });'],
    ['parts', 'const out = new Float32Array(2 * n); for (let i = 0; i < n; i++) out.set([1, 2], 2 * i);'],
    [
      'rows at an offset',
      'const out = new Float32Array(n); for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) out[i * n + j + rows.length] = 1;',
    ],
    ['a function of the file', 'const out = new Float32Array(n); fillIn(out);'],
  ])('by %s', (_how, fill) => {
    expect(divided(fill)).toEqual([]);
  });

  it.each([
    [
      'are the rows of classes that are read',
      'const out = new Float32Array(n * 3); rows.forEach((row, i) => { out[i * 3 + row] = 1; });',
    ],
    ['are left', 'const out = new Float32Array(n);'],
    [
      'are counts of what is read',
      'const out = new Float32Array(n); for (const row of rows) out[row]! += 1;',
    ],
  ])('unless they %s', (_what, fill) => {
    expect(divided(fill)).toEqual(['division-near-zero']);
  });
});

describe('a list that a library is handed', () => {
  it.each([
    ['of zeros may be filled', 'const out = [0, 0]; fillIn(out); return tf.tensor1d(out);', '[2] any'],
    ['of data is read', 'const out = [3, 4]; plot(out); return tf.tensor1d(out);', '[2] whole [3, 4]'],
  ])('%s', (_what, body, expected) => {
    expect(held(body)).toBe(expected);
  });
});

describe('the halves of programs that an editor holds', () => {
  it.each([
    ['a loop without a name', 'function f(xs) { for (const of xs) tf.log(xs); }'],
    ['a model in itself', 'const m = tf.sequential(); m.add(m); m.add(tf.layers.dense({ units: 1 }));'],
  ])('do not stop the analysis: %s', (_what, program) => {
    const analyser = analyse(program);
    expect(analyser.problems.filter(({ message }) => message.includes('gradlint failed'))).toEqual([]);
  });
});

it('an operand that only a constant reaches is told by the name it has', () => {
  const program = `
function raised(row: Float32Array, power: number) { return row.map((v) => Math.pow(v, power)); }
export const f = (p: boolean) => tf.tensor1d(raised(new Float32Array(2), p ? -1 : -2));`;
  const [finding] = reported(program);
  expect(finding?.message).toBe(
    '`Math.pow(v, power)` is NaN or Infinity when `v = 0`, which the code itself reaches. Keep it inside: `Math.max(v, 1e-6)`.',
  );
});

describe('a typed array of whole numbers', () => {
  it.each([
    [
      'cuts off what is behind the point',
      'return tf.tensor1d(new Int32Array([0.7, 2.9]));',
      '[2] whole [0, 2]',
    ],
    ['wraps beyond its ends', 'return tf.tensor1d(new Uint8Array([300, 2]));', '[2] whole [2, 44]'],
    [
      'of pixels rounds, and stops at its ends',
      'return tf.tensor1d(Uint8ClampedArray.of(300, 2.6));',
      '[2] whole [3, 255]',
    ],
    [
      'keeps 0 of a number from 0 to 1',
      'const out = new Int32Array(2); out[0] = Math.random(); return tf.tensor1d(out);',
      '[2] [0, 0]',
    ],
    [
      'keeps what is whole',
      'const out = new Int32Array(2); out[0] = Math.floor(9 * Math.random()); return tf.tensor1d(out);',
      '[2] whole [0, 8]',
    ],
    [
      'may be made of a list',
      'return tf.tensor1d(Int32Array.from([1.5, 2], (v) => 2 * v));',
      '[2] whole [3, 4]',
    ],
    ['does so with what fills it', 'return tf.tensor1d(new Uint8Array(2).fill(257.5));', '[2] [1, 1]'],
    [
      'and with what is copied into it',
      'const out = new Uint8Array(3); out.set([1.5, 256]); return tf.tensor1d(out);',
      '[3] whole [0, 1]',
    ],
    [
      'and with what each of its elements becomes',
      'return tf.tensor1d(new Uint8Array([200, 3]).map((v) => 2 * v));',
      '[2] whole [6, 144]',
    ],
  ])('%s', (_what, body, expected) => {
    expect(held(body)).toBe(expected);
  });

  it('of which another one is made keeps the fractions of floats', () => {
    expect(held('return tf.tensor1d(Float32Array.from(rows.map(() => 0.5)));')).toBe('[rows.0] [0.5, 0.5]');
  });
});

describe('a typed array that TensorFlow.js makes no tensor of', () => {
  const refused = (name: string): string =>
    `TensorFlow.js takes no ${name}: make a Float32Array, an Int32Array or a list of it first`;

  it.each([
    ['as data', 'return tf.tensor1d(new Float64Array([1, 2]));', 'Float64Array'],
    ['as an operand', 'return tf.ones([2]).add(new Uint16Array(2));', 'Uint16Array'],
    [
      'as indices',
      'return tf.gather(tf.ones([4, 2]), tf.util.createShuffledIndices(4).slice(0, 2));',
      'Uint32Array',
    ],
  ])('throws %s', (_what, body, name) => {
    const messages = reported(`export function f() { ${body} }`).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(refused(name))]);
  });

  it.each([
    ['a list of it', 'return tf.tensor1d(Array.from(new Float64Array([1, 2])));'],
    ['its elements', 'return tf.tensor1d([...new Float64Array([1, 2])]);'],
    ['another array of it', 'return tf.tensor1d(new Float32Array(new Float64Array([1, 2])));'],
  ])('is taken as %s', (_what, body) => {
    expect(held(body)).toBe('[2] whole [1, 2]');
  });
});
