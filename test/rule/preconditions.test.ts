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

  it('which was asked is known', () => {
    const program = `export const rate = (x: tf.Tensor, every: number) => (every === 0 ? x : x.mul(10 / Math.abs(every)));`;
    expect(listed(program)).toEqual([]);
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
