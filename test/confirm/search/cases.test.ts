import { describe, expect, it } from 'vitest';
import { DIRECTED } from './cases/directed.js';
import { SAFE } from './cases/safe.js';
import { TYPICAL } from './cases/typical.js';
import { confirm } from './closures.js';

/** Search alone, so that the numbers are those of finding and not of shrinking. */
const FINDING_ONLY = { search: 260, shrink: 0, threshold: 0, milliseconds: 10_000 };

const table = (cases: object): string[] => Object.keys(cases);

describe('typical hazards', () => {
  it.each(table(TYPICAL))('%s', async (name) => {
    const { status, reason } = await confirm(TYPICAL[name]!);
    expect({ status, reason }).toEqual({ status: 'confirmed', reason: undefined });
  });

  it('are found within 30 inputs, nearly all of them', async () => {
    const points: number[] = [];
    for (const hazard of Object.values(TYPICAL)) points.push((await confirm(hazard, FINDING_ONLY)).points);
    const quick = points.filter((count) => count <= 30).length;
    expect(quick / points.length).toBeGreaterThan(0.9);
  });
});

describe('hazards at no boundary constant', () => {
  it.each(table(DIRECTED))('%s', async (name) => {
    const { status, reason } = await confirm(DIRECTED[name]!);
    expect({ status, reason }).toEqual({ status: 'confirmed', reason: undefined });
  });
});

describe('what holds is not confirmed', () => {
  it.each(table(SAFE))('%s', async (name) => {
    const { status, witness, reason } = await confirm(SAFE[name]!);
    expect({ status, witness }).toEqual({ status: 'not-reproduced', witness: undefined });
    expect(reason).not.toBe('');
  });
});
