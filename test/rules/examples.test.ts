import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allRules } from '../../rules/index.js';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { Example } from '../../src/rule/rule.js';

/** The proof of every rule: its hazardous examples fail when they are run, its safe ones raise nothing. */

const root = path.resolve(import.meta.dirname, '../..');
const texts = new Map<string, string>();
const readFile = (file: string): string | undefined => texts.get(file);
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });

afterAll(() => confirmer.close());

function analyse(name: string, example: Example) {
  const file = path.join(root, `${name.replace(/\W+/g, '-')}.ts`);
  texts.set(file, `import * as tf from '@tensorflow/tfjs';\n\n${example.code}\n`);
  const analyser = new Analyser(root, { readFile });
  return { analyser, findings: analyser.analyse([file]) };
}

for (const rule of allRules) {
  describe(rule.name, () => {
    it.each(rule.examples.hazardous)('confirms: $title', async (example) => {
      const { findings } = analyse(`${rule.name} ${example.title}`, example);
      const raised = findings.filter((finding) => finding.manifest);
      expect(raised.map((finding) => finding.rule)).toEqual([rule.name]);
      const verdict = await confirmer.confirm(raised[0]!);
      expect({ status: verdict.status, reason: verdict.status === 'confirmed' ? undefined : verdict.reason }).toEqual({ status: 'confirmed', reason: undefined });
    });

    it.each(rule.examples.safe)('says nothing of: $title', (example) => {
      const { analyser, findings } = analyse(`${rule.name} safe ${example.title}`, example);
      const reported = analyser.report(findings, new Map()).filter(({ severity }) => severity !== 'info');
      expect(reported.map(({ rule: name, message }) => ({ name, message }))).toEqual([]);
    });
  });
}
