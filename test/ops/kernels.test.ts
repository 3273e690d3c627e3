/** The table of kernels beside the kernels that TensorFlow.js runs. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { runOp } from '../../src/ops/call.js';
import { opOfKernel } from '../../src/ops/kernels.js';
import type { Attributes } from '../../src/ops/row.js';

/** Shapes that some call of the table fits. */
const SHAPES: readonly (readonly number[])[] = [
  [2, 3],
  [2, 2],
  [1, 4, 4, 1],
  [1, 4, 4, 4, 1],
  [2],
  [1, 1, 1],
  [1, 1, 1, 1],
  [1, 1, 1, 1, 1],
];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The names of the inputs of the kernel, as often as this call runs it. */
function inputsOf(kernel: string, shape: readonly number[], call: number): string[][] {
  const { row, calls, vectors } = opOfKernel(kernel)!;
  const attributes = Object.fromEntries(Object.entries(calls).map(([name, values]) => [name, values[call]]));
  const tensors = row.parameters.filter(({ kind }) => kind === 'tensor');
  const operands = Object.fromEntries(
    tensors.map(({ name }) => {
      const axis = vectors[name];
      const own = axis === undefined ? shape : [shape.at(axis)!];
      const dtype = name === 'condition' ? 'bool' : /indices|Ids|boxInd/.test(name) ? 'int32' : 'float32';
      return [name, tf.zeros([...own], dtype)];
    }),
  );
  const seen: string[][] = [];
  const config = tf.getKernel(kernel, 'cpu');
  tf.unregisterKernel(kernel, 'cpu');
  tf.registerKernel({
    ...config,
    kernelFunc: (given) => {
      seen.push(Object.keys(given.inputs).filter((name) => given.inputs[name] !== undefined));
      return config.kernelFunc(given);
    },
  });
  try {
    runOp(tf, row, { operands, attributes: attributes as Attributes });
  } catch {
    // Not every call fits every shape.
  } finally {
    tf.unregisterKernel(kernel, 'cpu');
    tf.registerKernel(config);
  }
  return seen;
}

const kernels = [...new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName))].filter(
  (name) => tf.getGradient(name) !== undefined && opOfKernel(name) !== undefined,
);

test('most kernels with a gradient are in the table', () => {
  expect(kernels.length).toBeGreaterThan(85);
});

test.each(kernels)('%s is run by its op, with the inputs that the table says', (kernel) => {
  const { row, parameterOf } = opOfKernel(kernel)!;
  const names = row.parameters.map(({ name }) => name);
  const seen = SHAPES.flatMap((shape) => [0, 1, 2, 3].flatMap((call) => inputsOf(kernel, shape, call)));
  expect(seen.length).toBeGreaterThan(0);
  for (const inputs of seen) expect(names).toEqual(expect.arrayContaining(inputs.map(parameterOf)));
});
