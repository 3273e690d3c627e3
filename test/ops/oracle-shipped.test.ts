/**
 * The op table beside the calls that TensorFlow.js tests itself with: see `shipped-calls.ts`. They are few beside the
 * random calls of the other oracle, but someone thought about each of them.
 */
import { beforeAll, expect, test } from 'vitest';
import { compareShippedCalls, type CallDisagreement, type ShippedCalls } from './shipped-calls.js';
import { EXPLAINED } from './shipped-explained.js';

let shipped: ShippedCalls;

beforeAll(async () => {
  shipped = await compareShippedCalls();
});

test('every test file that ships with tfjs-core runs here, and passes while its calls are watched', () => {
  const { files, skippedFiles, testsPassed, testsFailed } = shipped;
  expect({ files, skippedFiles, testsFailed }).toEqual({ files: 265, skippedFiles: {}, testsFailed: 0 });
  expect(testsPassed).toBeGreaterThan(4_000);
});

test('the table agrees with every call: throws, shape, element type and values', () => {
  const unexplained = shipped.disagreements.filter(
    ({ actual }) => !EXPLAINED.some(([pattern]) => pattern.test(actual)),
  );
  expect(unexplained.map(show)).toEqual([]);
  expect(shipped.compared).toBeGreaterThan(10_000);
});

test('no explanation is left over', () => {
  const idle = EXPLAINED.filter(
    ([pattern]) => !shipped.disagreements.some(({ actual }) => pattern.test(actual)),
  );
  expect(idle).toEqual([]);
});

test('the table knows the shape of every result, down to sizes that depend on values, but for that of functions', () => {
  expect(shipped.unknownShape).toEqual({ multiRNNCell: 1 });
});

test('every op that the tests call is in the table', () => {
  expect(shipped.uncovered).toEqual({});
});

function show({ op, file, arguments: args, predicted, actual }: CallDisagreement): string {
  return `${op}(${args}): the table says ${predicted}, TensorFlow.js ${actual}    ${file}`;
}
