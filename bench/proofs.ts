import { allRules, ExampleRunner } from '../test/support/examples.js';
import { auditModels, findingFor, planted, unplanted } from '../test/support/models.js';
import { mean, quantile, table } from './table.js';

/** Examples of the rules and bugs of the model programs: found, confirmed, and how long a confirmation takes. */
export async function proofs(): Promise<string> {
  const times: number[] = [];
  const fixTimes: number[] = [];
  const fixes = { offered: 0, proven: 0, equal: 0, alive: 0 };
  const runner = new ExampleRunner();
  const rows: (string | number)[][] = [];
  for (const rule of allRules) {
    let [confirmed, offered, proven] = [0, 0, 0];
    for (const example of rule.examples.hazardous) {
      const [finding] = runner
        .analyse(rule, example)
        .manifest.filter((candidate) => candidate.rule === rule.name);
      if (finding === undefined) continue;
      const started = performance.now();
      const verdict = await runner.confirm(finding);
      times.push(performance.now() - started);
      if (verdict.status === 'confirmed') confirmed += 1;
      const before = performance.now();
      const tried = await runner.prove(finding, verdict);
      if (tried.length === 0) continue;
      fixTimes.push(performance.now() - before);
      const best = tried.find(({ proof }) => proof !== undefined)?.proof;
      offered += 1;
      if (best !== undefined) proven += 1;
      if (best?.equal === true) fixes.equal += 1;
      if (best?.gradientAlive === true) fixes.alive += 1;
    }
    fixes.offered += offered;
    fixes.proven += proven;
    const alarms = rule.examples.safe.filter(
      (example) => runner.analyse(rule, example).reported.length > 0,
    ).length;
    rows.push([
      rule.name,
      `${confirmed} of ${rule.examples.hazardous.length}`,
      `${proven} of ${offered}`,
      `${alarms} of ${rule.examples.safe.length}`,
    ]);
  }
  runner.close();
  const findings = await auditModels('function');
  const found = planted.filter((bug) => findingFor(bug, findings) !== undefined);
  const confirmed = found.filter((bug) => findingFor(bug, findings)!.verdict.status === 'confirmed');
  // The first confirmation starts the realms; the rest find them warm.
  const warm = times.slice(1);
  return [
    '## Rules: hazardous examples confirmed, safe examples with a finding\n',
    table(['rule', 'confirmed', 'fixes proven', 'false alarms'], rows),
    '\n## Model programs\n',
    table(
      ['planted', 'found', 'confirmed', 'other errors and warnings'],
      [[planted.length, found.length, confirmed.length, unplanted(findings).length]],
    ),
    '\n## Confirmation, warm realms\n',
    table(
      ['findings', 'mean', 'median', '95 %', 'budget (mean)'],
      [[warm.length, ms(mean(warm)), ms(quantile(warm, 0.5)), ms(quantile(warm, 0.95)), '100 ms']],
    ),
    '\n## Fixes, each run beside the original\n',
    table(
      ['examples with a fix', 'fixes proven', 'equal', 'gradient alive', 'mean', 'median', '95 %'],
      [
        [
          fixes.offered,
          `${fixes.proven} of ${fixes.offered}`,
          fixes.equal,
          fixes.alive,
          ms(mean(fixTimes)),
          ms(quantile(fixTimes, 0.5)),
          ms(quantile(fixTimes, 0.95)),
        ],
      ],
    ),
  ].join('\n');
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
