import { describe, expect, test } from 'vitest';
import { sarif } from '../../src/report/render/sarif.js';
import type { Report } from '../../src/report/report.js';
import { context, finding, report, sample } from './sample.js';

// What GitHub requires: "SARIF support for code scanning" in its documentation.
function run(of: Report = sample, prefix = '') {
  const log = JSON.parse(sarif(of, { ...context, prefix }));
  expect(log.version).toBe('2.1.0');
  expect(log.$schema).toContain('sarif-2.1.0');
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

test('the sample', async () => {
  await expect(sarif(sample, context)).toMatchFileSnapshot('__snapshots__/report.sarif');
});

describe('GitHub gets', () => {
  test('rules with the texts it shows, only of what was found', () => {
    const { driver } = run().tool;
    expect(driver.name).toBe('gradlint');
    expect(driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'log-of-zero',
      'log-near-one',
      'exp-overflow',
      'silent-broadcast',
    ]);
    for (const rule of driver.rules) {
      expect(rule.shortDescription.text.length).toBeLessThanOrEqual(1024);
      expect(rule.fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(rule.help.text).not.toBe('');
      expect(rule.help.markdown).not.toBe('');
    }
  });

  test('results with all that it requires', () => {
    const { results, tool } = run();
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(artifactLocation.uri).not.toMatch(/^\/|\\/);
      for (const part of ['startLine', 'startColumn', 'endLine', 'endColumn'])
        expect(region[part]).toBeGreaterThan(0);
      expect(result.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]+:1$/);
    }
  });

  test('no suppressed finding: it would come back as an alert', () => {
    const rules = run().results.map(({ ruleId }: { ruleId: string }) => ruleId);
    expect(rules).not.toContain('cancellation');
    expect(rules).toHaveLength(4);
  });

  test('a first line that stands alone, and links to related places only', () => {
    const { message, relatedLocations } = run().results[0];
    expect(message.text.split('\n')[0]).toMatch(
      /^`tf\.exp\(tf\.sub\(newLogProbs, oldLogProbs\)\)` overflows to Infinity/,
    );
    expect(message.text).toContain('See [bounds the result, not the exponent](1).');
    expect(message.text).toContain(String.raw`See [reaches the loss \[here\]](2).`);
    expect(relatedLocations.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
    const indexed = run(report([finding({ message: '`losses[0](x)` overflows.' })])).results[0];
    expect(indexed.message.text).not.toContain('](');
  });

  test('paths from the root of the repository, encoded', () => {
    const { uri } = run(report([finding({ file: 'src/a b#c.ts' })]), 'packages/x/').results[0].locations[0]
      .physicalLocation.artifactLocation;
    expect(uri).toBe('packages/x/src/a%20b%23c.ts');
  });

  test('fixes as replacements', () => {
    const [result] = run().results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'log-near-one');
    expect(result.fixes[0].artifactChanges[0].replacements[0]).toEqual({
      deletedRegion: { startLine: 10, startColumn: 11, endLine: 10, endColumn: 42 },
      insertedContent: { text: 'tf.log1p(this.penalty)' },
    });
  });

  test('an incomplete audit as such', () => {
    const [invocation] = run().invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications).toHaveLength(2);
  });
});
