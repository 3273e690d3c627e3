/** The version of TensorFlow.js that a project asks for decides what can be said of it. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis.js';
import { declaredVersion } from '../../src/source/declared-version.js';
import { folder } from '../folder.js';

const asking = (version: string): string => JSON.stringify({ dependencies: { '@tensorflow/tfjs': version } });

test.each([
  ['^1.7.0', { major: 1, minor: Infinity }],
  ['3.9.0', { major: 3, minor: 9 }],
  ['~3.9', { major: 3, minor: 9 }],
  ['>=2', { major: Infinity, minor: Infinity }],
  ['latest', undefined],
])('%s', (written, expected) => {
  const root = folder({ 'package.json': asking(written), 'src/model.ts': '' });
  expect(declaredVersion(path.join(root, 'src'))).toEqual(expected);
});

test('an int32 picture in a convolution is only refused since 3.10', async () => {
  const program = `import * as tf from '@tensorflow/tfjs';\nexport const edges = (image: ImageData) => tf.conv2d(tf.browser.fromPixels(image), tf.ones([3, 3, 3, 1]), 1, 'same');\n`;
  const rules = async (version: string): Promise<string[]> => {
    const root = folder({ 'package.json': asking(version), 'edges.ts': program });
    const { report } = await analyse({ root, paths: [], confirm: 'off' });
    return report.findings.map(({ rule }) => rule);
  };
  expect(await rules('^1.7.0')).toEqual([]);
  expect(await rules('^4.22.0')).toEqual(['incompatible-shapes']);
});
