/**
 * The op table beside TensorFlow.js over random calls and random programs. `GRADLINT_ORACLE_RUNS` sets the calls per
 * row, `GRADLINT_ORACLE_SEED` another seed; a seed that fails once belongs here as a test of its own.
 */
import { expect, test } from 'vitest';
import { compareRandomCalls } from './random-calls.js';
import { compareRandomPrograms } from './random-programs.js';

const RUNS = Number(process.env['GRADLINT_ORACLE_RUNS'] ?? 30);
const SEED = Number(process.env['GRADLINT_ORACLE_SEED'] ?? 1);

test(`${RUNS} random calls of every row: throws, shape, element type and values are as the table says`, async () => {
  const { compared, agreed, disagreements } = await compareRandomCalls(RUNS, SEED);
  expect(disagreements.map(({ op, reason, call }) => `${op}: ${reason}\n    ${call}`)).toEqual([]);
  expect(agreed).toBe(compared);
});

test(`${RUNS * 100} random programs: the relations between operands hold`, async () => {
  const { compared, agreed, disagreements } = await compareRandomPrograms(RUNS * 100, SEED);
  expect(disagreements.map(({ op, reason, call }) => `${op}: ${reason}\n    ${call}`)).toEqual([]);
  expect(agreed).toBe(compared);
});
