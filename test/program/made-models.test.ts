/** Models that are handed in, and taken for the one that a function of the file makes. */
import { describe, expect, it } from 'vitest';
import { reported } from './lower.js';

const TENSORFLOW = `import * as tf from '@tensorflow/tfjs';\n`;

const BUILD = `export function buildModel(inputs: number) {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 8, inputShape: [inputs] }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  return model;
}\n`;

const ERROR = `export function error(model: tf.LayersModel, x: tf.Tensor2D, y: tf.Tensor1D) {
  return y.sub(model.predict(x) as tf.Tensor).square().mean();
}\n`;

/** Of a model that is not known only its batch is. */
const UNKNOWN = ['axis-mismatch in error'];

const found = (code: string): string[] =>
  reported({ 'main.ts': TENSORFLOW + code }).map(({ rule, function: unit }) => `${rule} in ${unit}`);

describe('a model that is handed in', () => {
  it('is taken for the only one that the file makes, wherever that stands', () => {
    expect(found(BUILD + ERROR)).toEqual(['silent-broadcast in error']);
    expect(found(ERROR + BUILD)).toEqual(['silent-broadcast in error']);
  });

  it('is anything where no function makes one, or two do', () => {
    expect(found(ERROR)).toEqual(UNKNOWN);
    expect(
      found(BUILD + BUILD.replace('buildModel', 'buildOther').replace('units: 1 ', 'units: 3 ') + ERROR),
    ).toEqual(UNKNOWN);
  });

  it('is the one of its name among several', () => {
    const critic = BUILD.replace('buildModel', 'buildCritic');
    const actor = BUILD.replace('buildModel', 'makeActor').replace('units: 1 ', 'units: 3 ');
    expect(found(critic + actor + ERROR.replaceAll('model', 'critic'))).toEqual([
      'silent-broadcast in error',
    ]);
    expect(found(critic + actor + ERROR.replaceAll('model', 'encoder'))).toEqual(UNKNOWN);
  });

  it('is no graph model', () => {
    expect(found(BUILD + ERROR.replace('LayersModel', 'GraphModel'))).toEqual(UNKNOWN);
  });

  it('learns from targets of its own shape', () => {
    const fit = (
      target: string,
    ): string => `export const learn = (model: tf.LayersModel, rows: { x: number[]; price: number }[]) =>
  model.fitDataset(tf.data.zip({ xs: tf.data.array(rows.map(({ x }) => x)), ys: tf.data.array(rows.map(({ price }) => ${target})) }).batch(8), { epochs: 2 });\n`;
    expect(found(BUILD + fit('price'))).toEqual(['loss-shape in learn']);
    expect(found(BUILD + fit('[price]'))).toEqual([]);
    expect(found(BUILD.replace('meanSquaredError', 'poisson') + fit('price'))).toEqual([
      'loss-shape in learn',
    ]);
  });
});

describe('a file that imports the one that makes a model', () => {
  const files = (path: string): Record<string, string> => ({
    [path]: TENSORFLOW + BUILD,
    'train/main.ts': `${TENSORFLOW}import { buildModel } from './model';\n${ERROR}`,
  });

  it('has it, and not that of another folder', () => {
    expect(reported(files('train/model.ts')).map(({ rule }) => rule)).toEqual(['silent-broadcast']);
    expect(reported(files('other/model.ts')).map(({ rule }) => rule)).toEqual(['axis-mismatch']);
  });
});

describe('what speaks against a model', () => {
  const BEST = `export const best = (model: tf.LayersModel, x: tf.Tensor2D) => (model.predict(x) as tf.Tensor).argMax(-1);\n`;

  it('is that it has a role of its own', () => {
    expect(found(BUILD.replace('buildModel', 'buildCritic') + ERROR)).toEqual(UNKNOWN);
  });

  it('is that the best of its one number is asked for, or that it takes other data', () => {
    expect(found(BUILD + BEST)).toEqual([]);
    expect(found(BUILD + ERROR.replace('x: tf.Tensor2D', 'x: tf.Tensor4D'))).toEqual(UNKNOWN);
  });

  it('is that its maker is called with other sizes', () => {
    const build = BUILD.replace('inputs: number', 'outputs: number')
      .replace('[inputs]', '[4]')
      .replace('units: 1 ', 'units: outputs ');
    const calls = 'export const [actor, critic] = [buildModel(3), buildModel(1)];\n';
    expect(found(build + calls + ERROR)).toEqual(UNKNOWN);
  });
});
