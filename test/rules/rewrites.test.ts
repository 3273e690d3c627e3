import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleNamed } from '../../rules/index.js';
import { Analyser } from '../../src/analyser.js';
import { UNSTABLE, type Unstable } from './rewrites.js';

/** Every unstable formula of the catalogue is caught by a rule. */

const root = path.resolve(import.meta.dirname, '../..');

function saidOf({ code }: Unstable): { rule: string; severity: string }[] {
  const file = path.join(root, 'unstable.ts');
  const analyser = new Analyser(root, {
    readFile: (name) => (name === file ? `import * as tf from '@tensorflow/tfjs';\n\n${code}\n` : undefined),
  });
  const findings = analyser.analyse([file]);
  return analyser.report(findings, new Map()).map(({ rule, severity }) => ({ rule, severity }));
}

describe('the catalogue of unstable formulas', () => {
  it('has 56 entries', () => {
    expect(Object.keys(UNSTABLE)).toHaveLength(56);
  });

  // A formula whose rule is still to be written is shown as skipped.
  for (const [id, unstable] of Object.entries(UNSTABLE))
    it.skipIf(ruleNamed(unstable.rule) === undefined)(id, () => {
      const severities = unstable.note ? ['info'] : ['warning', 'error'];
      expect(
        saidOf(unstable)
          .filter(({ severity }) => severities.includes(severity))
          .map(({ rule }) => rule),
      ).toContain(unstable.rule);
    });
});
