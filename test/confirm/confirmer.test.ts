import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';

const root = path.resolve(import.meta.dirname, '../..');
const programs: Readonly<Record<string, string>> = {
  'stops-while-it-loads.ts': `import * as tf from '@tensorflow/tfjs';
process.exit(3);
export const compress = (x: tf.Tensor) => tf.log(tf.relu(x));
`,
  // Each row of a softmax adds up to 1, and so do the probabilities that it is multiplied by, however often.
  'stays-above-zero.ts': `import * as tf from '@tensorflow/tfjs';
export function stationary(logits: tf.Tensor2D) {
  const transition = tf.softmax(logits);
  let p: tf.Tensor2D = tf.fill([1, transition.shape[0]], 1 / transition.shape[0]);
  for (let i = 0; i < 200; i++) p = p.matMul(transition);
  return p.div(p.sum());
}
`,
  // Nothing but the tensor uses the numbers.
  'numbers-in-a-list.ts': `import * as tf from '@tensorflow/tfjs';
export const inverse = (a: number, b: number) => tf.div(1, tf.tensor1d([a, b]).square().sum());
`,
};
const readFile = (file: string): string | undefined => programs[path.relative(root, file)];
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });

const verdictOf = (program: string) => {
  const [finding] = new Analyser(root, { readFile }).analyse([path.join(root, program)]);
  return confirmer.confirm(finding!);
};

afterAll(() => confirmer.close());

it('confirms by the slice what cannot be called because its module stops while it loads', async () => {
  const verdict = await verdictOf('stops-while-it-loads.ts');
  expect(verdict).toMatchObject({ status: 'confirmed', evidence: 'slice', failure: 'infinity' });
  expect(verdict.reason).toContain('process.exit');
});

it('does not believe a slice that chooses what a loop computes, where the function never fails', async () => {
  const verdict = await verdictOf('stays-above-zero.ts');
  expect(verdict).toMatchObject({ status: 'not-reproduced', evidence: 'function' });
  expect(verdict.reason).toMatch(/^the operand stayed outside the danger region \(\d{3}\);/);
});

it('chooses numbers that stand in a list by themselves', async () => {
  const { status, witness } = await verdictOf('numbers-in-a-list.ts');
  expect(status).toBe('confirmed');
  expect(witness?.inputs).toEqual([
    { name: 'a', value: 0 },
    { name: 'b', value: 0 },
  ]);
});
