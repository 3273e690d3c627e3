/**
 * Every kernel keeps float64: random calls of every op, forward and backward, in this process and in a float64 realm, where
 * all of TensorFlow.js is float64.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Float64Backend } from '../../src/float64/backend.js';
import type { KernelArguments, KernelConfig, TensorInfo } from '../../src/float64/engine.js';
import { registerFloat64 } from '../../src/float64/index.js';
import { runCalls, type CallResult } from './calls.js';

const RUNS = Number(process.env['GRADLINT_FLOAT64_RUNS'] ?? 3);
const SEED = Number(process.env['GRADLINT_FLOAT64_SEED'] ?? 1);

function inRealm(): Promise<CallResult[]> {
  const child = fork(
    fileURLToPath(new URL('realm-calls.ts', import.meta.url)),
    [String(RUNS), String(SEED)],
    {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    },
  );
  return new Promise((resolve, reject) => {
    child.on('message', resolve);
    child.on('exit', (code) => {
      if (code !== 0) reject(new Error(`the realm ended with ${code}`));
    });
  });
}

describe('every kernel keeps float64', () => {
  const ran = new Set<string>();
  let here: CallResult[] = [];
  let there: CallResult[] = [];

  beforeAll(async () => {
    registerFloat64(tf);
    const realm = inRealm();
    await tf.setBackend('float64');
    noteKernels(ran);
    here = await runCalls(tf, RUNS, SEED);
    there = await realm;
  });
  afterAll(() => tf.setBackend('cpu'));

  test('the results are those of the realm', () => {
    expect(here.length).toBe(there.length);
    expect(here.length).toBeGreaterThan(200 * RUNS);
    const differing = here
      .map((mine, index) => difference(mine, there[index]!))
      .filter((each) => each !== undefined);
    expect(differing).toEqual([]);
  });

  test('all kernels on floats ran, but one that draws at random and one that paints a canvas', () => {
    const kernels = (tf.getKernelsForBackend('float64') as KernelConfig[]).map(
      ({ kernelName }) => kernelName,
    );
    const strings = /^String|^StaticRegexReplace$/;
    const integers = ['BitwiseAnd', 'BroadcastArgs', 'SparseReshape'];
    const missed = kernels.filter((kernel) => !ran.has(kernel) && !strings.test(kernel));
    expect(missed.filter((kernel) => !integers.includes(kernel))).toEqual(['Draw', 'Multinomial']);
  });
});

/** Which kernels run. They are called through the registry. */
function noteKernels(ran: Set<string>): void {
  for (const config of tf.getKernelsForBackend('float64') as KernelConfig[]) {
    tf.unregisterKernel(config.kernelName, 'float64');
    const kernelFunc = (args: KernelArguments): TensorInfo | TensorInfo[] => {
      ran.add(config.kernelName);
      return config.kernelFunc(args);
    };
    tf.registerKernel({ ...config, kernelFunc } as unknown as tf.KernelConfig);
  }
}

function difference(mine: CallResult, realm: CallResult): string | undefined {
  const found = compare(mine.values, realm.values) ?? compare(mine.gradients, realm.gradients);
  return found === undefined ? undefined : `${mine.op}: ${found}`;
}

function compare(mine: CallResult['values'], realm: CallResult['values']): string | undefined {
  if (typeof mine === 'string' || typeof realm === 'string')
    return mine === realm
      ? undefined
      : `${String(mine).slice(0, 150)} here, ${String(realm).slice(0, 150)} in the realm`;
  const at = realm.findIndex((value, index) => !Object.is(value, mine[index]) && value !== mine[index]);
  if (at < 0 && mine.length === realm.length) return undefined;
  return `${mine[at]} here, ${realm[at]} in the realm`;
}

test('the backend is found once an engine', () => {
  expect(Float64Backend.of(tf as never)).toBe(Float64Backend.of(tf as never));
});
