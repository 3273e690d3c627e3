/** What code only counts up, in a field or in a variable around a closure, is 1 at least behind its step. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const adam = (step: string, decay: string, more = ''): readonly string[] =>
  found(`export class Adam {
    private t = 0;
    private m: tf.Tensor;
    constructor(shape: number[], private readonly beta = 0.9) { this.m = tf.zeros(shape); }
    step(g: tf.Tensor): tf.Tensor {
      ${step}
      this.m = this.m.mul(this.beta).add(g.mul(1 - this.beta));
      return this.m.div(${decay});
    }
    ${more}
  }`);

const NOTE = (decay: string): readonly string[] => [`division-near-zero info: this.m.div(${decay})`];

describe('the correction of a moving average', () => {
  it.each([
    ['this.t += 1;', '1 - this.beta ** this.t'],
    ['this.t++;', '1 - Math.pow(this.beta, this.t)'],
    ['this.t = this.t + 1;', '1 - this.beta ** this.t'],
    ['const t = ++this.t;', '1 - this.beta ** t'],
  ])('behind %s', (step, decay) => {
    expect(adam(step, decay)).toEqual([]);
    expect(adam(step, decay, 'reset(): void { this.t = 0; }')).toEqual([]);
  });

  it('is 0 in the first step where the count comes later', () => {
    const decay = '1 - this.beta ** this.t';
    expect(adam('', decay, 'next(): void { this.t += 1; }')).toEqual(NOTE(decay));
  });

  it('is certain to be 0 in the first step where nothing else counts', () => {
    const decay = '1 - this.beta ** this.t';
    // What a condition decides may be set together with the count.
    expect(adam('if (g.rank > 1) this.t += 1;', decay)).toEqual(NOTE(decay));
    expect(adam('const before = this.t; this.t += 1;', '1 - this.beta ** before')).toEqual([
      'division-near-zero warning: this.m.div(1 - this.beta ** before)',
    ]);
    expect(
      adam('const before = this.t++;', '1 - this.beta ** before', 'skip(): void { this.t += 1; }'),
    ).toEqual(NOTE('1 - this.beta ** before'));
  });

  it.each([
    'back(): void { this.t -= 1; }',
    'back(): void { this.t--; }',
    'load(steps: number): void { this.t = steps; }',
    'load(state: { t: number }): void { ({ t: this.t } = state); }',
  ])('may be anything with %s', (more) => {
    const decay = '1 - this.beta ** this.t';
    expect(adam('this.t += 1;', decay, more)).toEqual(NOTE(decay));
  });
});

it('in a variable around a closure', () => {
  const averaged = (step: string): readonly string[] =>
    found(`export function running() {
      let count = 0;
      return (sum: tf.Tensor) => { ${step} return sum.div(count); };
    }`);
  expect(averaged('count += 1;')).toEqual([]);
  expect(averaged('if (sum.rank === 0) count += 1;')).toEqual(['division-near-zero info: sum.div(count)']);
});

it('in an object that callers keep', () => {
  const corrected = (step: string): readonly string[] =>
    found(`export function correct(state: { t: number }, m: tf.Tensor): tf.Tensor {
      ${step}
      return m.div(1 - 0.9 ** state.t);
    }`);
  expect(corrected('state.t += 1;')).toEqual([]);
  expect(corrected('state.t -= 1;')).toEqual(['division-near-zero info: m.div(1 - 0.9 ** state.t)']);
});

it('in a class that this one extends, which raises it before it asks for the step', () => {
  const optimizer = (parent: string): readonly string[] =>
    found(`abstract class Slots {
      protected t = 0;
      protected abstract delta(g: tf.Tensor): tf.Tensor;
      apply(weights: tf.Variable[], gradients: tf.Tensor[]) {
        this.t++;
        weights.forEach((w, i) => w.assign(w.sub(this.delta(gradients[i]))));
      }
    }
    export class Momentum ${parent} {
      protected delta(g: tf.Tensor): tf.Tensor { return g.div(1 - Math.pow(0.9, this.t)); }
    }`);
  expect(optimizer('extends Slots')).toEqual([]);
});
