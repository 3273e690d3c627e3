/** What `some`, `every` and searches in a list tell of all its elements. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const inverses = (guard: string): readonly string[] =>
  found(`export function f(x: tf.Tensor1D) {
    const values = Array.from(x.relu().dataSync());
    ${guard}
    return values.map((value) => 1 / value);
  }`);

const DIVIDED = ['division-near-zero warning: 1 / value'];

it('without a condition', () => {
  expect(inverses('')).toEqual(DIVIDED);
});

describe('behind a condition that holds of all elements', () => {
  it.each([
    'if (values.some((value) => value === 0)) return [];',
    'if (values.some((value) => value <= 0)) throw new Error("positive numbers only");',
    'if (!values.every((value) => value > 0)) return [];',
    'const isPositive = values.every((value) => { return value > 0; }); if (!isPositive) return [];',
    'const at = values.findIndex((value) => value === 0); if (at >= 0) return [at];',
    'if (values.indexOf(0) !== -1) return [];',
    'const at = values.indexOf(0); if (at > -1) return [at];',
    'if (values.includes(0)) return [];',
  ])('%s', (guard) => {
    expect(inverses(guard)).toEqual([]);
  });
});

describe('behind one that holds of some', () => {
  it.each([
    'if (!values.some((value) => value > 0)) return [];',
    'if (values.every((value) => value === 0)) return [];',
    'if (values.findIndex((value) => value === 0) < 0) return [];',
    'if (values.indexOf(1) !== -1) return [];',
    'if (values.includes(0)) console.log("a zero");',
    'if (values.includes(0)) return []; values.push(0);',
    'let limit = 0; const isLow = values.some((value) => value <= limit); limit = -1; if (isLow) return [];',
  ])('%s', (guard) => {
    expect(inverses(guard)).toEqual(DIVIDED);
  });
});

describe('records in a field', () => {
  const bandit = (guard: string): readonly string[] =>
    found(`export class Bandit {
      readonly arms: Arm[];
      private total = 0;
      constructor(count: number) {
        this.arms = Array.from({ length: count }, () => ({ pulls: 0, reward: 0 }));
      }
      choose(): number {
        ${guard}
        const scores = this.arms.map((arm) => arm.reward / arm.pulls + Math.sqrt(this.total / arm.pulls));
        return scores.indexOf(Math.max(...scores));
      }
      update(index: number, reward: number) {
        this.arms[index].pulls += 1;
        this.arms[index].reward += reward;
        this.total += 1;
      }
    }`);

  it('are what they began as', () => {
    expect(bandit('')).toContain('division-near-zero warning: arm.reward / arm.pulls');
  });

  it.each([
    'if (this.arms.some((arm) => arm.pulls === 0)) return -1;',
    'const untried = this.arms.findIndex((arm) => arm.pulls === 0); if (untried >= 0) return untried;',
  ])('are not behind %s', (guard) => {
    expect(bandit(guard)).toEqual([]);
  });
});
