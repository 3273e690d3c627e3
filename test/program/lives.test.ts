import { describe, expect, it } from 'vitest';
import { analyse, facts, formulas, lower } from './lower.js';

/** A method that is looked at on its own finds in the fields of its object what other methods leave there. */

const scaler = (fields: string, fit: string): string => `
  class Scaler {
    ${fields}
    fit(x: tf.Tensor2D) { ${fit} }
    transform(x: tf.Tensor2D) { return x.sub(this.mean).div(this.deviation); }
  }`;

const FIT = `this.mean = x.mean(0); this.deviation = x.sub(this.mean).square().mean(0).sqrt();`;

const FITTED = 'div(sub(x, mean(x)), sqrt(mean(square(sub(x, mean(x))))))';

describe('fields that another method fills', () => {
  it.each([
    ['not declared', scaler('', FIT)],
    ['declared', scaler('mean!: tf.Tensor; private deviation?: tf.Tensor;', FIT)],
    ['null at first', scaler('mean = null; deviation = null;', FIT)],
    [
      'by an arrow function',
      scaler('', '').replace('fit(x: tf.Tensor2D) {', `fit = (x: tf.Tensor2D) => { ${FIT}`),
    ],
    [
      'of a class above',
      scaler('', FIT).replace('transform', 'again') +
        'class Next extends Scaler { transform(x: tf.Tensor2D) { return x.sub(this.mean).div(this.deviation); } }',
    ],
  ])('%s', (_, program) => {
    const name = program.includes('Next') ? 'Next.transform' : 'Scaler.transform';
    expect(formulas(program, name)).toBe(FITTED);
  });

  it('keeps what the constructor put there as one of two ways', () => {
    const program = scaler('mean = tf.scalar(0); deviation = tf.scalar(1);', FIT);
    expect(formulas(program, 'Scaler.transform')).toContain('div(sub(x, either(');
  });

  it('does not know whether they are filled', () => {
    const program = scaler('', FIT).replace(
      'return x.sub',
      'if (this.mean === undefined) return tf.exp(x); return x.sub',
    );
    expect(formulas(program, 'Scaler.transform')).toBe(`either(${FITTED}, exp(x))`);
  });

  it('is none the wiser for what is read from a file', () => {
    const program = `
      class Net {
        private weights!: tf.Tensor2D;
        async load() { this.weights = (await (await fetch('net.json')).json()).weights; }
        apply(x: tf.Tensor2D) { return tf.matMul(x, this.weights); }
      }`;
    expect(formulas(program, 'Net.apply')).toBe('matMul(x, this.weights)');
  });
});

describe('fields that methods change again and again', () => {
  it('a moving average of squares is never negative', () => {
    const program = `
      class Average {
        value = tf.zeros([3]);
        step(x: tf.Tensor1D) { this.value = this.value.mul(0.9).add(x.square().mul(0.1)); }
        read() { return this.value; }
      }`;
    expect(facts(program, 'Average.read')).toContain('[0, inf]');
  });

  it('a weight that is trained is not the zeros that it starts with', () => {
    const program = `
      class Regression {
        constructor(x: tf.Tensor2D) { this.weights = tf.zeros([2, 1]); }
        step(slopes: tf.Tensor2D) { this.weights = this.weights.sub(slopes.mul(0.1)); }
        predict(x: tf.Tensor2D) { return tf.sigmoid(x.matMul(this.weights)); }
      }`;
    expect(facts(program, 'Regression.predict')).toContain('[0, 1]');
  });
});

describe('constructors', () => {
  it('take defaults from variables that change', () => {
    const { problems } = analyse(`
      let size = 2;
      export function resize(to: number) { size = to; }
      export class Noise {
        private readonly scale: tf.Tensor;
        constructor(n = size) { this.scale = tf.zeros([n]).exp(); }
      }`);
    expect(problems).toEqual([]);
  });

  it('are units of their own, where nobody is seen to make an object', () => {
    const program = `
      class Data {
        constructor(rows: tf.Tensor2D) { this.rows = tf.log(rows); }
        read() { return tf.exp(this.rows); }
      }`;
    const made = lower(program).lowered.units.map(({ unit, nodes }) => [
      unit.name,
      nodes.map(({ op }) => op),
    ]);
    expect(made).toContainEqual(['Data.constructor', ['log']]);
    expect(made).toContainEqual(['Data.read', ['exp']]);
    expect(formulas(program, 'Data.read')).toBe('exp(log(rows))');
  });

  it('have defaults that the module names', () => {
    const program = `
      const RATE = 0.5;
      export class Data {
        constructor(rows: tf.Tensor2D, rate = RATE) { this.rows = rows.mul(rate); }
        read() { return this.rows; }
      }`;
    expect(formulas(program, 'Data.read')).toBe('mul(rows, 0.5)');
    expect(lower(program).lowered.failures).toEqual([]);
  });

  it('are judged where they are called', () => {
    const program = `
      class Data { constructor(rows: tf.Tensor2D) { this.rows = tf.log(rows); } }
      function f(a: tf.Tensor2D) { return new Data(tf.abs(a)).rows; }`;
    expect(formulas(program)).toBe('log(abs(a))');
  });
});
