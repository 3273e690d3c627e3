import { describe, expect, it } from 'vitest';
import { formulas, found, lower } from './lower.js';

/** A property that is computed when it is read is code like that of a method, whoever reads it. */

const MODEL = `
  export class Model {
    private y!: tf.Tensor2D;
    constructor(readonly labels: tf.Tensor2D, readonly W: tf.Tensor2D) {}
    build(x: tf.Tensor2D): this { this.y = tf.softmax(x.matMul(this.W)); return this; }
    get loss() { return this.labels.mul(tf.log(this.y)).sum().neg(); }
  }`;

describe('a getter', () => {
  it('that nothing reads is looked at by itself', () => {
    expect(found(MODEL)).toEqual(['unstable-composite warning: tf.log(this.y)']);
  });

  it('reads what methods leave in the fields', () => {
    expect(formulas(MODEL, 'Model.loss')).toContain('softmax(');
  });

  it('that is static reads the class', () => {
    const program = `class Model {
      static readonly W = tf.variable(tf.zeros([2, 3]));
      static get entropy() { return Model.W.softmax().log().mean(); }
    }`;
    expect(found(program)).toEqual(['unstable-composite warning: Model.W.softmax().log()']);
  });

  it('that a method reads is part of the method', () => {
    const program = `export class Model {
      constructor(readonly W: tf.Tensor2D) {}
      get prediction() { return tf.softmax(this.W); }
      loss() { return this.prediction.log().sum(); }
    }`;
    expect(found(program)).toEqual(['unstable-composite warning: this.prediction.log()']);
  });
});

it('a getter that objects of two classes have is not called like a method of both', () => {
  const { lowered } = lower(`
class A { get scale() { return 2; } run(x: tf.Tensor) { return x.relu(); } }
class B { get scale() { return 3; } run(x: tf.Tensor) { return x.abs(); } }
function f(x: tf.Tensor1D, p: boolean) { const step = p ? new A() : new B(); return tf.mul(step.run(x), step.scale); }`);
  const causes = lowered.units.flatMap(({ nodes }) => nodes.map(({ attributes }) => attributes['cause']));
  expect(causes).not.toContain('not a tensor');
});
