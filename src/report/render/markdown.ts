import type { Edit, Precondition, Report, ReportedFinding } from '../report.js';
import type { RenderContext } from './context.js';
import { frame, frameText } from './frame.js';
import { observations, precisionsOf } from './observations.js';
import { active, byFile, worstFirst } from './order.js';
import { editsByFile, hunks } from './patch.js';
import {
  count,
  capitalised,
  duration,
  fixText,
  headline,
  inputText,
  inputType,
  scope,
  suppressedText,
  verdictText,
} from './words.js';

/** Rows of the overview; the sections below have everything. */
const OVERVIEW = 50;

/** The report for a pull request comment, a job summary or a wiki. */
export function markdown(report: Report, context: RenderContext): string {
  const findings = active(report).filter(({ severity }) => !context.quiet || severity === 'error');
  const suppressed = report.findings.length - active(report).length;
  const parts = [
    '# gradlint',
    `**${headline(report)}.** ${sentence(`${scope(report)}, ${duration(report.summary.elapsedMs)}`)}`,
    ...(suppressed === 0 ? [] : [sentence(suppressedText(report))]),
    ...problems(report),
    ...overview(worstFirst(findings.filter(({ severity }) => severity !== 'info'))),
    ...byFile(findings).flatMap(([file, inFile]) => [`## ${prose(file)}`, ...fileParts(inFile, context)]),
    ...preconditionParts(report.preconditions ?? []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const sentence = (text: string): string => `${capitalised(text)}.`;

function problems({ problems: found }: Report): string[] {
  if (found.length === 0) return [];
  const lines = found.map(
    ({ file, message }) => `- ${file === '' ? '' : `${code(file)}: `}${prose(message)}`,
  );
  return [`**The audit is incomplete.**`, lines.join('\n')];
}

function overview(findings: readonly ReportedFinding[]): string[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, OVERVIEW).map(({ severity, rule, file, start, danger, verdict }) => {
    const place = cell(code(`${file}:${start.line}`));
    return `| ${severity} | ${code(rule)} | ${place} | ${cell(code(danger))} | ${verdict.status} |`;
  });
  const rest = findings.length - rows.length;
  const table = [
    '| severity | rule | where | breaks when | verdict |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return rest > 0 ? [table, `And ${count(rest, 'finding')} more below.`] : [table];
}

/** Folded: no finding, and long for a code base that computes much. */
function preconditionParts(preconditions: readonly Precondition[]): string[] {
  if (preconditions.length === 0) return [];
  const rows = preconditions.map(
    ({ function: name, requires, file, start }) =>
      `| ${cell(code(name))} | ${cell(code(requires))} | ${cell(code(`${file}:${start.line}`))} |`,
  );
  return [
    `<details><summary>${capitalised(count(preconditions.length, 'precondition'))} of functions, which callers have to keep</summary>`,
    ['| function | requires | where |', '| --- | --- | --- |', ...rows].join('\n'),
    '</details>',
  ];
}

function fileParts(findings: readonly ReportedFinding[], context: RenderContext): string[] {
  const notes = findings.filter(({ severity }) => severity === 'info');
  const lines = notes.map(
    ({ start, rule, message }) => `- Line ${start.line}, ${code(rule)}: ${prose(message)}`,
  );
  return [
    ...findings.filter(({ severity }) => severity !== 'info').flatMap((finding) => section(finding, context)),
    ...(notes.length === 0 ? [] : ['### Notes', lines.join('\n')]),
  ];
}

function section(finding: ReportedFinding, { readText }: RenderContext): string[] {
  const { rule, severity, start, end, file, message, verdict, related, fixes } = finding;
  const text = readText(file);
  const shown = text === undefined ? undefined : frame(text, start, end);
  const facts: string[] = [];
  for (const input of verdict.witness?.inputs ?? []) {
    const type = inputType(input);
    facts.push(`Input: ${code(inputText(input))}${type === '' ? '' : ` (${type})`}`);
  }
  if (verdict.threshold !== undefined) facts.push(`Limit: ${prose(verdict.threshold)}`);
  facts.push(`Proof: ${prose(verdictText(finding))}`);
  for (const place of related)
    facts.push(`See ${code(`${place.file}:${place.start.line}`)}: ${prose(place.message)}`);
  if (verdict.status === 'confirmed') facts.push(`Replay: ${code(`gradlint replay ${finding.id}`)}`);
  return [
    `### Line ${start.line}: ${severity} ${code(rule)}`,
    prose(message),
    ...(shown === undefined ? [] : [fenced('text', frameText(shown))]),
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...observed(finding),
    ...fixes.flatMap((fix) => [`**Fix.** ${prose(fixText(fix))}`, ...diff(fix.edits, readText)]),
  ];
}

function observed({ verdict }: ReportedFinding): string[] {
  if (verdict.witness === undefined) return [];
  const rows = observations(verdict.witness).map(
    ({ name, computed = '', reference = '', said }) =>
      `| ${cell(prose(name))} | ${cell(prose(said ?? computed))} | ${cell(reference)} |`,
  );
  return rows.length === 0
    ? []
    : [
        [`| observed | ${precisionsOf(verdict.witness).join(' | ')} |`, '| --- | --- | --- |', ...rows].join(
          '\n',
        ),
      ];
}

function diff(edits: readonly Edit[], readText: RenderContext['readText']): string[] {
  return editsByFile(edits).flatMap(([file, inFile]) => {
    const text = readText(file);
    const changed = text === undefined ? undefined : hunks(text, inFile);
    if (changed === undefined) return [];
    const lines = changed.flatMap(({ removed, added }) => [
      ...removed.map((line) => `-${line}`),
      ...added.map((line) => `+${line}`),
    ]);
    return [fenced('diff', lines)];
  });
}

/** A fence that is longer than any in the text cannot be closed by it. */
function fenced(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [fence + language, ...lines, fence].join('\n');
}

function code(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return ticks + space + line + space + ticks;
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** Text as text: no markup, no images, one line. Code in backticks stays code. */
function prose(text: string): string {
  const parts = text.replace(/\s*\n\s*/g, ' ').split(/(`[^`]+`)/);
  const escaped = (part: string): string =>
    part
      .replaceAll('<', '&lt;')
      .replaceAll('](', String.raw`]\(`)
      .replaceAll('`', String.raw`\``);
  return parts.map((part, i) => (i % 2 === 1 ? part : escaped(part))).join('');
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
