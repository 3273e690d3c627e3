/** Types that stand in other files, and what they say of fields, methods and functions. */
import { expect, test } from 'vitest';
import { facts } from './lower.js';

const TYPES = `import * as tf from '@tensorflow/tfjs';
  export interface Sized { size: tf.Tensor1D }
  export interface Batch extends Sized { labels: tf.Tensor1D; inputs: tf.Tensor2D }
  export type Weights = tf.Tensor3D;
  export interface Step { forward(x: tf.Tensor2D): { y: tf.Tensor2D; logDet: tf.Tensor1D }; inverse: (y: tf.Tensor2D) => tf.Tensor4D }
  export type { Hidden as Shown } from './hidden';
  export * from './more';`;

const program = (imports: string, code: string): Record<string, string> => ({
  'main.ts': `import * as tf from '@tensorflow/tfjs'; import ${imports} from './types'; ${code}`,
  'types.ts': TYPES,
  'hidden.ts': `import type * as tf from '@tensorflow/tfjs'; export interface Hidden { h: tf.Tensor5D }`,
  // Types may name each other in a circle.
  'more.ts': `import type * as tf from '@tensorflow/tfjs'; import type { Batch } from './types'; export type Many = Batch[]; export * from './types';`,
});

test.each([
  ['a field', '{ Batch }', `const f = (b: Batch) => b.inputs.neg();`, '[b.inputs.0, b.inputs.1]'],
  ['a field of the interface above', '{ Batch }', `const f = (b: Batch) => b.size.neg();`, '[b.size.0]'],
  ['another name', 'type { Batch as B }', `const f = (b: B) => b.labels.neg();`, '[b.labels.0]'],
  ['an alias', 'type { Weights }', `const f = (w: Weights) => w.neg();`, '[w.0, w.1, w.2]'],
  ['a namespace', 'type * as types', `const f = (b: types.Batch) => b.labels.neg();`, '[b.labels.0]'],
  [
    'what is exported again',
    '{ Shown }',
    `const f = (s: Shown) => s.h.neg();`,
    '[s.h.0, s.h.1, s.h.2, s.h.3, s.h.4]',
  ],
  ['a list of them', '{ Many }', `const f = (m: Many) => m[0].labels.neg();`, '[m[0].labels.0]'],
  [
    'an intersection',
    '{ Batch }',
    `const f = (b: Batch & { weights: tf.Tensor3D }) => b.weights.neg();`,
    '[b.weights.0, b.weights.1, b.weights.2]',
  ],
  [
    'a record',
    '{ Step }',
    `const f = (w: Record<string, tf.Tensor2D>) => w.kernel.neg();`,
    '[w.kernel.0, w.kernel.1]',
  ],
  [
    'the values of a record',
    '{ Step }',
    `const f = (w: { [name: string]: tf.Tensor2D }) => Object.values(w).map((x) => x.neg());`,
    '[w[].0, w[].1]',
  ],
  [
    'a record by any key',
    '{ Step }',
    `const f = (w: Record<string, tf.Tensor2D>, key: string) => w[key].neg();`,
    '[w[].0, w[].1]',
  ],
  ['a method', '{ Step }', `const f = (s: Step, x: tf.Tensor2D) => s.forward(x).logDet.neg();`, '[?1]'],
  [
    'a method as a field',
    '{ Step }',
    `const f = (s: Step, x: tf.Tensor2D) => s.inverse(x).neg();`,
    '[?1, ?2, ?3, ?4]',
  ],
  [
    'a function',
    '{ Step }',
    `const f = (g: (x: tf.Tensor) => tf.Tensor1D, x: tf.Tensor) => g(x).neg();`,
    '[?1]',
  ],
])('%s', (_, imports, code, expected) => {
  const sizes = new Map<string, string>();
  const numbered = facts(program(imports, code))
    .replace(/ (any|\[-100, 100\])$/, '')
    .replace(/\?\d+/g, (name) => {
      if (!sizes.has(name)) sizes.set(name, `?${sizes.size + 1}`);
      return sizes.get(name)!;
    });
  expect(numbered).toBe(expected);
});

test('an object with a method of the name of an op is no tensor', () => {
  const code = `interface Clock { step(x: tf.Tensor2D): tf.Tensor1D } const f = (c: Clock, x: tf.Tensor2D) => c.step(x).neg();`;
  expect(facts(code)).toMatch(/^\[\?\d+\] \[-100, 100\]$/);
});
