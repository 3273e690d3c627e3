import { afterAll, describe, expect, it } from 'vitest';
import { allRules, ExampleRunner } from '../support/examples.js';

/** The proof of every rule: its hazardous examples fail when they are run, its fixes do not, its safe ones raise nothing. */

const runner = new ExampleRunner();

afterAll(() => runner.close());

for (const rule of allRules) {
  describe(rule.name, () => {
    it.each(rule.examples.hazardous)('confirms, and proves the fix of: $title', async (example) => {
      const { manifest } = runner.analyse(rule, example);
      const raised = manifest.filter((finding) => finding.advice === (rule.severity === 'info'));
      expect(raised.map((finding) => finding.rule)).toEqual([rule.name]);
      const verdict = await runner.confirm(raised[0]!);
      const { status, reason } = verdict;
      expect({ status, reason: status === 'confirmed' ? undefined : reason }).toEqual({
        status: 'confirmed',
        reason: undefined,
      });
      const tried = await runner.prove(raised[0]!, verdict);
      const unproven = tried.filter(({ proof }) => proof === undefined);
      const proven = tried.some(({ proof }) => proof !== undefined);
      // The best candidate that is proven is offered; where no function was run there is nothing to edit and run again,
      // and the shapes of an example without inputs are what they are.
      const excuses = ['no function was run', 'nothing was found that both can take'];
      if (!proven) for (const { reason } of unproven) expect(excuses).toContain(reason);
    });

    it.each(rule.examples.safe)('says nothing of: $title', async (example) => {
      const { manifest, reported } = runner.analyse(rule, example);
      expect(reported).toEqual([]);
      // What is only told when a run confirms it must not be confirmed.
      for (const finding of manifest.filter(({ candidate }) => candidate === true))
        expect((await runner.confirm(finding)).status).not.toBe('confirmed');
      // Advice is never more than a note: it must not be given at all.
      if (rule.severity === 'info') expect(manifest).toEqual([]);
    });
  });
}
