import type { Argv } from 'yargs';
import type { BackendName } from '../facts/backend.js';
import { UsageError } from '../errors.js';
import { preconditionsText } from '../report/render/preconditions.js';
import { comparePositions, type Precondition, type ReportedFinding } from '../report/report.js';
import { inFileOrder } from '../report/render/order.js';
import { stylishFinding } from '../report/render/stylish.js';
import { wrap } from '../report/render/terminal-text.js';
import type { Example, Rule } from '../rule/rule.js';
import { backendOption } from './backend-option.js';
import type { Command } from './command.js';
import { lowerFunction } from './lowered-function.js';
import { functionIn, parsePlace } from './place.js';
import { renderContext } from './rendering.js';
import type { Terminal } from './terminal.js';

interface ExplainOptions {
  readonly what: string;
  readonly backend: BackendName;
}

export const explainCommand: Command<ExplainOptions> = {
  usage: 'explain <what>',
  summary: 'Explain a rule, or what a function relies on: `explain file.ts#function`',
  options: (parser: Argv) =>
    parser
      .positional('what', {
        type: 'string',
        demandOption: true,
        describe: 'A rule, or file.ts#function',
      })
      .option('backend', backendOption),
  run: ({ what, backend }, terminal, root) =>
    what.includes('#') ? explainFunction(what, backend, terminal, root) : explainRule(what, terminal),
};

const ABOUT_UNUSED =
  'A comment silences findings where there are none: the code was mended, or the comment names another rule. Remove it, or the next finding there stays unseen. Told with --report-unused-suppressions only.';

async function explainRule(name: string, terminal: Terminal): Promise<number> {
  const { UNUSED } = await import('../comments.js');
  if (name === UNUSED) {
    terminal.out(`${[UNUSED, '', ...wrap(ABOUT_UNUSED, Math.min(terminal.width, 100))].join('\n')}\n`);
    return 0;
  }
  const { allRules } = await import('../../rules/index.js');
  const rule = allRules.find((candidate) => candidate.name === name);
  if (rule === undefined) throw unknownRule(name, allRules);
  const { default: picocolors } = await import('picocolors');
  const { bold, dim, red, green } = picocolors.createColors(terminal.colour);
  const paragraph = (text: string): string[] => [...wrap(text, Math.min(terminal.width, 100)), ''];
  const example = (mark: string, { title, code }: Example): string[] => [
    `${mark} ${title}`,
    '',
    ...code.split('\n').map((line) => `    ${line}`),
    '',
  ];
  const lines = [
    `${bold(rule.name)}  ${dim(rule.category)}`,
    '',
    ...paragraph(rule.claim),
    ...paragraph(rule.reason),
    ...paragraph(rule.remedy),
    ...rule.examples.hazardous.flatMap((each) => example(red('breaks'), each)),
    ...rule.examples.safe.flatMap((each) => example(green('holds '), each)),
  ];
  terminal.out(`${lines.join('\n')}\n`);
  return 0;
}

function unknownRule(name: string, rules: readonly Rule[]): UsageError {
  const words = new Set(name.split('-'));
  const near = rules.filter((rule) => rule.name.split('-').some((word) => words.has(word)));
  const hint = near.length === 0 ? '' : `Did you mean ${near.map((rule) => rule.name).join(' or ')}? `;
  return new UsageError(`There is no rule ${name}.`, `${hint}\`gradlint rules\` lists them.`);
}

/** What is said of a function, and what it asks of its callers, whether or not these keep to it. */
async function explainFunction(
  what: string,
  backend: BackendName,
  terminal: Terminal,
  root: string,
): Promise<number> {
  const place = parsePlace(what, root);
  const [{ analyse }, { Analyser }] = await Promise.all([import('../analysis.js'), import('../analyser.js')]);
  const { report } = await analyse({ root, paths: [place.file], confirm: 'off', backend });
  const { project, found } = await lowerFunction(place, root, backend, { everything: true });
  const preconditions = new Analyser(root, { backend }).preconditionsOf(found, project);
  // What rests on nothing but a precondition is told among these.
  const findings = report.findings.filter(
    (finding) => functionIn(place, finding.function) && !preconditions.some((one) => isOf(one, finding)),
  );
  if (findings.length > 0) {
    const context = await renderContext({ root, terminal });
    terminal.out(
      inFileOrder(findings)
        .map((finding) => stylishFinding(finding, context))
        .join('\n'),
    );
  }
  if (preconditions.length > 0) terminal.out(preconditionsText(preconditions));
  if (findings.length === 0 && preconditions.length === 0)
    terminal.out(
      `Nothing is known to break in ${place.function}, and it relies on nothing that is not written down.\n`,
    );
  return report.problems.length > 0 ? 3 : 0;
}

const isOf = (one: Precondition, { severity, rule, file, start }: ReportedFinding): boolean =>
  severity === 'info' && rule === one.rule && file === one.file && comparePositions(start, one.start) === 0;
