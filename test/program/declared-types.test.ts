/** What casts and declared types say of a tensor of which nothing else tells the rank. */
import { expect, test } from 'vitest';
import { facts, found } from './lower.js';

const LOADED = `import { load } from 'elsewhere';`;

test.each([
  ['a cast', `${LOADED} const f = async () => ((await load()) as tf.Tensor2D).neg();`, '[?1, ?2] any'],
  [
    'a variable',
    `${LOADED} const f = () => { const x: tf.Tensor3D = load(); return x.neg(); };`,
    '[?1, ?2, ?3] any',
  ],
  [
    'what a function returns',
    `${LOADED} async function read(): Promise<tf.Tensor1D> { return load(); } const f = async () => (await read()).neg();`,
    '[?1] any',
  ],
  [
    'a rank by its name',
    `${LOADED} const f = () => (load() as tf.Tensor<tf.Rank.R4>).neg();`,
    '[?1, ?2, ?3, ?4] any',
  ],
  [
    'the outputs of a model, one by one',
    `async function f(x: tf.Tensor2D) { const m = await tf.loadGraphModel('m'); const [, v] = m.predict(x) as [tf.Tensor4D, tf.Tensor1D]; return v; }`,
    '[?5] [-100, 100]',
  ],
])('%s gives the rank', (_, program, expected) => {
  expect(facts(program)).toBe(expected);
});

test('where the shape is known a cast says nothing', () => {
  expect(facts(`const f = () => tf.ones([2, 3]) as tf.Tensor1D;`)).toBe('[2, 3] [1, 1]');
});

test('nothing is certain to throw because a type says so: casts of TensorFlow.js are not checked by anyone', () => {
  const program = `${LOADED} export const f = () => tf.add(load() as tf.Tensor4D, load() as number) as tf.Tensor3D;`;
  expect(
    found(`${program} export const g = () => tf.squeeze(f(), [0, 3]).sub(tf.transpose(f(), [0, 1]));`),
  ).toEqual([]);
});

test('squeeze may drop any axis of a tensor of which only a type tells the rank', () => {
  expect(facts(`${LOADED} const f = () => tf.squeeze(load() as tf.Tensor3D);`)).toBe('[?] any');
});
