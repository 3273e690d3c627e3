/** Running averages of squared gradients are 0 at first and never negative; any other tensor beside a square may be both. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const severities = (program: string): readonly string[] => found(program).map((line) => line.split(':')[0]!);

describe('a share of a square', () => {
  it('beside what a variable kept so far', () => {
    const program = `
      export function step(weight: tf.Variable, slot: tf.Variable, gradient: tf.Tensor1D) {
        const next = slot.mul(0.9).add(gradient.square().mul(0.1));
        slot.assign(next as tf.Tensor1D);
        weight.assign(weight.sub(gradient.div(next.sqrt())) as tf.Tensor1D);
      }`;
    expect(severities(program)).toEqual(['division-near-zero warning']);
  });

  it.each([
    ['is divided by', 'z.div(x.mul(0.5).add(y.square().mul(0.3)))', 'division-near-zero info'],
    ['is taken the root of', 'tf.sqrt(x.mul(0.5).add(y.square().mul(0.3)))', 'sqrt-at-zero info'],
  ])('beside any other tensor, which %s', (_, formula, expected) => {
    const program = `export const f = (x: tf.Tensor1D, y: tf.Tensor1D, z: tf.Tensor1D) => ${formula};`;
    expect(severities(program)).toEqual([expected]);
  });
});

it.each([
  [
    'in an object',
    '{}',
    'if (!this.slots[v.name]) this.slots[v.name] = MADE; const s = this.slots[v.name];',
    's',
  ],
  [
    'in an object, where it is missing',
    '{}',
    'const s = (this.slots[v.name] = this.slots[v.name] || MADE);',
    's',
  ],
  ['in a list', '[]', 'if (this.slots[i] == null) this.slots[i] = MADE; const s = this.slots[i];', 's'],
  [
    'in a Map',
    'new Map()',
    'if (!this.slots.has(v)) this.slots.set(v, MADE); const s = this.slots.get(v);',
    's',
  ],
  ['in records of an object', '{}', 'const slot = (this.slots[v.name] ??= { s: MADE });', 'slot.s'],
  [
    'in records of a Map',
    'new Map()',
    'const slot = this.slots.get(v) ?? { s: MADE }; this.slots.set(v, slot);',
    'slot.s',
  ],
])('the slots that an own optimizer keeps for each variable, %s', (_, slots, find, slot) => {
  const made = find.replaceAll('MADE', 'tf.variable(tf.zerosLike(v), false)');
  const program = (epsilon: string): string => `
    export class Scaled {
      slots = ${slots};
      apply(variables, gradients) {
        variables.forEach((v, i) => {
          ${made}
          ${slot}.assign(${slot}.mul(0.9).add(gradients[i].square().mul(0.1)));
          v.assign(v.sub(gradients[i].div(${slot}.sqrt()${epsilon})));
        });
      }
    }`;
  expect(severities(program(''))).toEqual(['division-near-zero warning']);
  expect(severities(program('.add(1e-7)'))).toEqual([]);
});
