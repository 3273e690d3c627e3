import { describe, expect, it } from 'vitest';
import { facts, found } from './lower.js';

const CLASSES = `
  interface Step { forward(x: tf.Tensor2D): tf.Tensor2D }
  class Scale implements Step {
    constructor(readonly by: number) {}
    forward(x: tf.Tensor2D): tf.Tensor2D { return x.clipByValue(-1, 1).mul(this.by); }
  }
  class Squash implements Step { forward(x: tf.Tensor2D): tf.Tensor2D { return x.sigmoid().mul(2).sub(1); } }
  class Flip extends Squash { override forward(x: tf.Tensor2D): tf.Tensor2D { return super.forward(x).neg(); } }`;

/** A method of what is an object of one class or of another is that of each. */
describe('objects of several classes', () => {
  it.each([
    [
      'by a condition',
      'function f(x: tf.Tensor2D, deep: boolean) { return (deep ? new Scale(3) : new Squash()).forward(x); }',
      '[x.0, x.1] [-3, 3]',
    ],
    [
      'in a list that a loop fills',
      `function f(x: tf.Tensor2D, depth: number) {
        const steps: Step[] = [];
        for (let i = 0; i < depth; i++) { steps.push(new Scale(3)); steps.push(new Flip()); }
        return steps[depth]!.forward(x);
      }`,
      '[x.0, x.1] [-3, 3]',
    ],
    [
      'of which two are of one class',
      `function f(x: tf.Tensor2D, i: number) {
        const steps: Step[] = [new Scale(2), new Squash(), new Scale(4)];
        return steps[i]!.forward(x);
      }`,
      '[x.0, x.1] [-4, 4]',
    ],
  ])('%s', (_, program, expected) => {
    expect(facts(`${CLASSES}${program}`)).toBe(expected);
  });

  it('one after the other, in a loop', () => {
    const program = `${CLASSES}
      export class Chain {
        private readonly steps: Step[] = [];
        constructor(depth: number) {
          for (let i = 0; i < depth; i++) this.steps.push(new Scale(3), new Squash());
        }
        energy(x: tf.Tensor2D) {
          let h = x;
          for (const step of this.steps) h = step.forward(h);
          return h.sum(1).sub(h.sum(1, true)).mean();
        }
      }`;
    expect(found(program).map((line) => line.split(' ')[0])).toEqual(['silent-broadcast']);
  });

  it('with methods that are bound to the object', () => {
    const names = Array.from({ length: 16 }, (_, index) => `bound${index}`);
    const program = `
      class Part {
        ${names.map((name) => `${name}: (x: tf.Tensor2D) => tf.Tensor2D;`).join(' ')}
        constructor(readonly by: number) { ${names.map((name) => `this.${name} = this.scaled.bind(this);`).join(' ')} }
        scaled(x: tf.Tensor2D): tf.Tensor2D { return x.clipByValue(-1, 1).mul(this.by); }
      }
      function f(x: tf.Tensor2D, wide: boolean) {
        const part = wide ? new Part(4) : new Part(2);
        return part.bound3(x);
      }`;
    expect(facts(program)).toBe('[x.0, x.1] [-4, 4]');
  });
});
