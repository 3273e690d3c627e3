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

test('what throws because a type says so is a note: casts of TensorFlow.js are not checked by anyone', () => {
  const program = `${LOADED} export const f = () => tf.add(load() as tf.Tensor4D, load() as number) as tf.Tensor3D;`;
  expect(
    found(`${program} export const g = () => tf.squeeze(f(), [0, 3]).sub(tf.transpose(f(), [0, 1]));`),
  ).toEqual([
    'incompatible-shapes info: tf.squeeze(f(), [0, 3])',
    'incompatible-shapes info: tf.transpose(f(), [0, 1])',
  ]);
});

test('squeeze may drop any axis of a tensor of which only a type tells the rank', () => {
  expect(facts(`${LOADED} const f = () => tf.squeeze(load() as tf.Tensor3D);`)).toBe('[?] any');
});

test('an image or a tensor of images: where it is a tensor it has the rank that its type says', () => {
  const crop = (image: string): string => `
    export function crop(input: ImageData | HTMLImageElement | tf.Tensor3D) {
      const image = input instanceof tf.Tensor ? input : tf.browser.fromPixels(input);
      return tf.image.cropAndResize(${image}, [[0, 0, 1, 1]], [0], [8, 8]);
    }`;
  expect(found(crop('image'))).toEqual([
    'incompatible-shapes error: tf.image.cropAndResize(image, [[0, 0, 1, 1]], [0], [8, 8])',
  ]);
  expect(found(crop('tf.expandDims(image)'))).toEqual([]);
});

test('nobody squeezes what has nothing to drop: of sizes that nothing is known of, one may be 1', () => {
  const program = `export const output = (state: tf.Tensor3D, kernel: tf.Tensor2D) => tf.matMul(state.squeeze(), kernel);`;
  expect(found(program)).toEqual([]);
  expect(facts(`const f = (x: tf.Tensor3D) => tf.squeeze(x) as tf.Tensor2D;`)).toBe('[?1, ?2] [-100, 100]');
});

test('a class that is called as the type of a stream is that class', () => {
  const program = `class Generator { sample(z: tf.Tensor2D) { return z.neg(); } }\nfunction f(generator: Generator, z: tf.Tensor2D) { return generator.sample(z).neg(); }`;
  expect(facts(program)).toBe('[z.0, z.1] [-100, 100]');
});
