import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'stops-while-it-loads.ts');
const text = `import * as tf from '@tensorflow/tfjs';
process.exit(3);
export const compress = (x: tf.Tensor) => tf.log(tf.relu(x));
`;
const readFile = (path: string): string | undefined => (path === file ? text : undefined);
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });

afterAll(() => confirmer.close());

it('confirms by the slice what cannot be called because its module stops while it loads', async () => {
  const [finding] = new Analyser(root, { readFile }).analyse([file]);
  const verdict = await confirmer.confirm(finding!);
  expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'slice', failure: 'infinity' });
  expect(verdict.reason).toContain('process.exit');
});
