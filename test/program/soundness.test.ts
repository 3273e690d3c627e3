import { expect, it } from 'vitest';
import { compareRandomPrograms } from './random-programs.js';

/** `GRADLINT_PROGRAMS` makes the run longer. */
const PROGRAMS = Number(process.env['GRADLINT_PROGRAMS'] ?? 150);
const SEED = Number(process.env['GRADLINT_SEED'] ?? 20_260_101);

it('random programs stay within the shapes and ranges that the front end gives them', async () => {
  const { counts, violations } = await compareRandomPrograms(PROGRAMS, SEED);
  expect(violations).toEqual([]);
  expect(counts.compared).toBeGreaterThan(20 * PROGRAMS);
}, 300_000);
