/**
 * What functions ask of the numbers that callers hand over: listed always, a note where the code says that the number gets
 * there in ordinary use, a warning at the call that hands it over.
 */
import { describe, expect, it } from 'vitest';
import { analyse, type Files, found, reported } from '../program/lower.js';

const listed = (program: string | Files): string[] =>
  analyse(program).preconditions.map(({ function: name, requires }) => `${name}: ${requires}`);

describe('a number that something is divided by', () => {
  it('is listed, and no finding: of a width nobody wants to hear that it is not 0', () => {
    const program = `export const ratio = (x: tf.Tensor, width: number, height: number) => x.mul((2 * width) / height);`;
    expect(found(program)).toEqual([]);
    expect(listed(program)).toEqual(['ratio: height != 0']);
  });

  it.each([
    [
      'which scales an exponent',
      'scores.map((score) => Math.exp(Math.min(score / temperature, 50)))',
      'score / temperature',
      ' It scales an exponent, as a temperature does, of which 0 is the sharpest.',
    ],
    [
      'which scales an exponent, upside down',
      'tf.softmax(tf.tensor1d(scores).mul(1 / temperature))',
      '1 / temperature',
      ' It scales an exponent, as a temperature does, of which 0 is the sharpest.',
    ],
    [
      'which scales what was shifted',
      'scores.map((score) => (score - low) / temperature)',
      '(score - low) / temperature',
      ' It is 0 where all values are alike, or where there is one.',
    ],
  ])('%s', (_, body, expression, why) => {
    const program = `export const f = (x: tf.Tensor, scores: number[], temperature: number, low: number) => [x.square(), ${body}];`;
    expect(reported(program).map(({ severity, message }) => [severity, message])).toEqual([
      [
        'info',
        `\`${expression}\` is Infinity or NaN when \`temperature = 0\`, which nothing here excludes. Divide by a guard that keeps its sign.${why}`,
      ],
    ]);
    expect(listed(program)).toEqual(['f: temperature != 0']);
  });

  const METER = (other: string): string => `
export class Meter {
  constructor(private readonly every: number) {}
  ${other}
  rate(x: tf.Tensor) {
    return x.mul(10 / this.every);
  }
}`;

  it.each([
    ['if (this.every === 0) return x;', 'line 5'],
    ['if (this.every > 0) return x;', 'line 5'],
    ['const every = this.every || 1;', 'line 5'],
    ['const every = Math.max(this.every, 1e-3);', 'line 5'],
  ])('which is asked for elsewhere: %s', (question) => {
    const [finding] = reported(METER(`scaled(x: tf.Tensor) { ${question} return x; }`));
    expect(finding?.message).toBe(
      '`10 / this.every` is Infinity or NaN when `this.every = 0`, which nothing here excludes. Divide by a guard that keeps its sign. Line 5 asks whether `every` is 0.',
    );
  });

  it.each([
    ['a field', 'n = 0;\n  add() { this.n += 1; }', 'this.n', 'Line 5 starts `n` at 0.'],
    [
      'a field that the constructor sets',
      'constructor() { this.n = 0; }\n  add() { this.n++; }',
      'this.n',
      'Line 5 starts `n` at 0.',
    ],
    ['a variable', 'add() { seen++; }', 'seen', 'Line 3 starts `seen` at 0.'],
  ])('which starts at 0: %s', (_, body, divisor, why) => {
    const program = `
let seen = 0;
export class Mean {
  ${body}
  of(x: tf.Tensor) { return x.mul(10 / ${divisor}); }
}`;
    expect(reported(program).map(({ message }) => message)).toEqual([
      `\`10 / ${divisor}\` is Infinity or NaN when \`${divisor} = 0\`, which nothing here excludes. Divide by \`Math.max(${divisor}, 1)\`. ${why}`,
    ]);
  });

  it('but not where the name is a letter, which is another number in each function', () => {
    const program = `
export const share = (x: tf.Tensor, n: number) => x.mul(10 / n);
export const mean = (x: tf.Tensor, n: number) => (n > 0 ? x.mul(1 / n) : x);`;
    expect(found(program)).toEqual([]);
    expect(listed(program)).toEqual(['share: n != 0']);
  });

  it('nor where a number that is written down is raised to it, as in a schedule', () => {
    const program = `export const rate = (x: tf.Tensor, step: number, every: number) => x.mul(0.5 ** (step / every));`;
    expect(found(program)).toEqual([]);
    expect(listed(program)).toEqual(['rate: every != 0']);
  });

  it('but not where it is refused', () => {
    const refused = `check() { if (this.every === 0) throw new Error('never'); }`;
    expect(found(METER(refused))).toEqual([]);
    expect(listed(METER(refused))).toEqual(['Meter.rate: this.every != 0']);
  });

  it('of which the comment says that 0 is among its values', () => {
    const program = `
/**
 * @param x What is scaled.
 * @param every How often; 0 for never.
 */
export const rate = (x: tf.Tensor, every: number) => x.mul(10 / every);`;
    expect(reported(program).map(({ message }) => message)).toEqual([
      '`10 / every` is Infinity or NaN when `every = 0`, which nothing here excludes. Divide by a guard that keeps its sign. The comment on `every` has 0 among its values.',
    ]);
  });

  it('whose name has a dollar', () => {
    const program = `
/** @param $every How often; 0 for never. */
export const rate = (x: tf.Tensor, $every: number) => x.mul(10 / $every);`;
    expect(reported(program).map(({ message }) => message)).toEqual([
      '`10 / $every` is Infinity or NaN when `$every = 0`, which nothing here excludes. Divide by a guard that keeps its sign. The comment on `$every` has 0 among its values.',
    ]);
  });

  it('which was asked is known', () => {
    const program = `export const rate = (x: tf.Tensor, every: number) => (every === 0 ? x : x.mul(10 / Math.abs(every)));`;
    expect(listed(program)).toEqual([]);
  });
});

describe('a number that is asked about before anything shows that it is one', () => {
  const METHOD = (body: string): string =>
    `export class Mean {\n  private total = 0;\n  private n = 0;\n  add(value: number) { this.total += value; this.n++; }\n  get value() { ${body} }\n}`;

  it.each([
    'return tf.scalar(this.n > 0 ? this.total / this.n : 0);',
    'return tf.scalar(this.n === 0 ? 0 : this.total / this.n);',
    'if (this.n === 0) return tf.scalar(0); return tf.scalar(this.total / this.n);',
    'if (!this.n) return tf.scalar(0); return tf.scalar(this.total / this.n);',
    "if (this.n === 0) throw new Error('none yet'); return tf.scalar(this.total / this.n);",
  ])('a field: %s', (body) => {
    expect(found(METHOD(body))).toEqual([]);
    expect(listed(METHOD(body))).toEqual([]);
  });

  it.each([
    'if (!options.by) return x; return x.div(tf.scalar(options.by));',
    'return options.by === 0 ? x : x.div(tf.scalar(options.by));',
    'return options.by ? x.div(options.by) : x;',
  ])('an option: %s', (body) => {
    expect(found(`export function scaled(x: tf.Tensor, options: { by: number }) { ${body} }`)).toEqual([]);
  });

  it('a parameter that nobody described', () => {
    const program = `export function mean(total, n) { if (!n) return tf.scalar(0); return tf.scalar(total / n); }`;
    expect(listed(program)).toEqual([]);
  });

  it('and is told where it is asked about too late, or something else is', () => {
    const late = 'const mean = this.total / this.n; return this.n > 0 ? tf.scalar(mean) : tf.scalar(0);';
    const other = 'return tf.scalar(this.total > 0 ? this.total / this.n : 0);';
    for (const body of [late, other]) expect(listed(METHOD(body))).toEqual(['Mean.value: this.n != 0']);
  });
});

describe('a number outside a domain', () => {
  it.each([
    ['1 + Math.log(p)', 'p > 0', 'log-of-zero'],
    ['1 + Math.log2(p)', 'p > 0', 'log-of-zero'],
    ['1 + Math.acos(p)', 'p <= 1', 'domain-edge'],
    ['1 + Math.atanh(p)', 'p < 1', 'domain-edge'],
    ['1 + Math.sqrt(1 - p * p)', '1 - p * p >= 0', 'domain-edge'],
  ])('%s', (body, requires, rule) => {
    const program = `export const f = (x: tf.Tensor, p: number) => x.mul(${body});`;
    expect(reported(program).map(({ rule, severity }) => [rule, severity])).toEqual([[rule, 'info']]);
    expect(listed(program)).toEqual([`f: ${requires}`]);
  });

  it('of a root is only listed: callers know', () => {
    const program = `export const f = (x: tf.Tensor, size: number) => x.mul(Math.sqrt(size));`;
    expect(found(program)).toEqual([]);
    expect(listed(program)).toEqual(['f: size >= 0']);
  });

  it('of a function that is the op is that of the op', () => {
    const program = `export const log = (x: number) => Math.log(x);\nexport const f = (x: tf.Tensor) => x.square();`;
    expect(found(program)).toEqual([]);
  });

  it('is told where the author wrote that it gets there', () => {
    const program = `/** @range p [0, 1] */\nexport const f = (x: tf.Tensor, p: number) => x.mul(Math.log(p));`;
    expect(found(program)).toEqual(['log-of-zero warning: Math.log(p)']);
    for (const range of ['(0, 1]', '(0, 1)', '[0.1, 1]'])
      expect(found(program.replace('[0, 1]', range))).toEqual([]);
  });
});

describe('the call that breaks it', () => {
  const scaling = `
export const scaled = (values: number[], by: number) => values.map((value) => value / by);
export const halved = (values: number[], options: { by?: number } = {}) => scaled(values, options.by ?? 2);`;
  const program = (call: string): Files => ({
    'scaling.ts': scaling,
    'main.ts': `import * as tf from '@tensorflow/tfjs';\nimport { halved, scaled } from './scaling';\nexport const f = (values: number[]) => tf.tensor1d(${call});`,
  });

  it.each(['scaled(values, 0)', 'halved(values, { by: 0 })', 'scaled(values, [].length)'])('%s', (call) => {
    expect(found(program(call))).toEqual([`division-near-zero warning: ${call}`]);
  });

  it('through several calls, with the chain', () => {
    const [finding] = reported(program('halved(values, { by: 0 })'));
    expect(finding?.related.map(({ file, start, message }) => `${file}:${start.line} ${message}`)).toEqual([
      'scaling.ts:3 through this call',
      'scaling.ts:2 breaks here',
    ]);
  });

  it('is none where it keeps it', () => expect(found(program('halved(values, { by: 3 })'))).toEqual([]));
});
