/** Plain numbers belong to a program with tensors where they stand beside one or import one: metrics, decoders, features. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { audit, lintText } from '../../src/index.js';
import { folder, type Files } from '../folder.js';

const METRICS = `export function scale(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return values.map((value) => (value - low) / (high - low));
}`;
const MODEL = `import * as tf from '@tensorflow/tfjs';\nexport const model = tf.sequential();`;
const PAGE = `import { model } from '../model/model.js';\nimport { scale } from './scale.js';\nexport const run = () => scale(model.weights);`;

async function told(files: Files): Promise<string[]> {
  const root = folder(files);
  const { findings } = await audit([root], { root, confirm: 'off' });
  return findings.map(({ rule, file }) => `${rule} in ${path.basename(file)}`);
}

const TOLD = ['division-near-zero in scale.js'];

describe('a file that does not name TensorFlow.js is read', () => {
  it('beside one that does', async () => {
    expect(await told({ 'app/model.js': MODEL, 'app/scale.js': METRICS })).toEqual(TOLD);
  });

  it('that imports one that does', async () => {
    const importing = `import { model } from '../model/model.js';\nexport const weights = model.weights;\n${METRICS}`;
    expect(await told({ 'model/model.js': MODEL, 'app/scale.js': importing })).toEqual(TOLD);
  });

  it('that a file nearby imports which names it, or stands next to one', async () => {
    const user = `import * as tf from '@tensorflow/tfjs';\nimport { scale } from '../utils/scale.js';\nexport const x = tf.tensor1d(scale([1, 2]));`;
    const passing = `import { scale } from '../utils/scale.js';\nexport const scaled = (values) => scale(values);`;
    const unused = `${METRICS}\nexport const other = 1;`;
    expect(
      await told({ 'model/model.js': user, 'utils/scale.js': unused, 'more/scale.js': METRICS }),
    ).toEqual(TOLD);
    expect(await told({ 'app/model.js': MODEL, 'app/read.js': passing, 'utils/scale.js': METRICS })).toEqual(
      TOLD,
    );
    expect(await told({ 'model/model.js': MODEL, 'app/page.js': PAGE, 'app/scale.js': METRICS })).toEqual(
      TOLD,
    );
  });

  it('nowhere else', async () => {
    expect(await told({ 'model/model.js': MODEL, 'app/scale.js': METRICS })).toEqual([]);
    expect(await told({ 'app/scale.js': METRICS })).toEqual([]);
  });

  it('unless it is a bundle, or only a bundle beside it names TensorFlow.js', async () => {
    const bundle = `${METRICS.replaceAll('\n', '')}var text="${'x'.repeat(9000)}";`;
    expect(await told({ 'app/model.js': MODEL, 'app/scale.js': bundle })).toEqual([]);
    expect(await told({ 'app/model.min.js': MODEL, 'app/scale.js': METRICS })).toEqual([]);
  });
});

it('an editor that holds one file sees the same', async () => {
  const root = folder({ 'app/model.js': MODEL, 'app/scale.js': METRICS, 'page/scale.js': METRICS });
  const rules = async (file: string): Promise<string[]> =>
    (await lintText(METRICS, path.join(root, file))).map(({ rule }) => rule);
  expect(await rules('app/scale.js')).toEqual(['division-near-zero']);
  expect(await rules('page/scale.js')).toEqual([]);
});
