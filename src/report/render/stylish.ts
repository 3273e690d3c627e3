import picocolors from 'picocolors';
import type { RelatedPlace, Report, ReportedFinding, Severity, Witness } from '../report.js';
import type { RenderContext } from './context.js';
import { frame, frameText } from './frame.js';
import { observations, precisionsOf } from './observations.js';
import { active, byFile } from './order.js';
import { printable, table, wrap } from './terminal-text.js';
import { value } from './value.js';
import {
  count,
  duration,
  fixText,
  headline,
  inputType,
  scope,
  tally,
  suppressedText,
  verdictText,
} from './words.js';

type Colours = ReturnType<typeof picocolors.createColors>;

const INDENT = '    ';
const LABEL = 10;
/** Prose is hard to read in lines that are longer. */
const WIDEST = 110;

/** The report for a person at a terminal. */
export function stylish(report: Report, context: RenderContext): string {
  const colours = picocolors.createColors(context.colour);
  const shown = active(report).filter(({ severity }) => !context.quiet || severity === 'error');
  const lines = byFile(shown).flatMap(([file, findings]) => fileLines(file, findings, context, colours));
  return `${[...lines, ...problemLines(report, colours), ...summaryLines(report, shown, colours)].join('\n')}\n`;
}

/** One finding with all its numbers. */
export function stylishFinding(finding: ReportedFinding, context: RenderContext): string {
  return `${findingLines(finding, context, picocolors.createColors(context.colour)).join('\n')}\n`;
}

function fileLines(
  file: string,
  findings: readonly ReportedFinding[],
  context: RenderContext,
  colours: Colours,
): string[] {
  const notes = findings.filter(({ severity }) => severity === 'info');
  const others = findings.filter(({ severity }) => severity !== 'info');
  return [
    colours.underline(colours.bold(printable(file))),
    '',
    ...others.flatMap((finding) => [...findingLines(finding, context, colours), '']),
    ...noteLines(notes, colours),
  ];
}

function findingLines(finding: ReportedFinding, context: RenderContext, colours: Colours): string[] {
  const { rule, severity, start, verdict, related, fixes } = finding;
  const width = Math.min(context.width, WIDEST) - INDENT.length;
  const paint = severityPaint(severity, colours);
  const where = `${finding.file}:${start.line}:${start.column}`;
  const unit = finding.function === '<module>' ? '' : ` in ${finding.function}`;
  const lines = [
    `  ${paint(colours.bold(severity))}  ${colours.bold(rule)}${colours.dim(`  ${printable(`${where}${unit}`)}`)}`,
  ];
  lines.push(...code(wrap(printable(finding.message), width), colours).map((line) => `${INDENT}${line}`), '');

  const text = context.readText(finding.file);
  const shown = text === undefined ? undefined : frame(text, start, finding.end, width - 8);
  if (shown !== undefined) {
    const painted = frameText(shown, { gutter: colours.dim, code: printable, mark: paint });
    lines.push(...painted.map((line) => `${INDENT}${line}`), '');
  }

  const field = (label: string, values: readonly string[]): void => {
    values.forEach((text, i) =>
      lines.push(`${INDENT}${colours.dim((i === 0 ? label : '').padEnd(LABEL))}${text}`),
    );
  };
  const prose = (text: string): string[] => wrap(printable(text), width - LABEL);
  if (verdict.witness !== undefined) {
    const inputs = verdict.witness.inputs.map((input) => [
      printable(input.name),
      inputType(input),
      printable(`= ${value(input.value)}`),
    ]);
    field('input', table(inputs));
    field('observed', observedLines(verdict.witness, width - LABEL, colours));
  }
  if (verdict.threshold !== undefined) field('limit', prose(verdict.threshold));
  field('proof', prose(verdictText(finding)));
  for (const place of related) field('see', prose(`${placeText(place, finding)}: ${place.message}`));
  for (const fix of fixes)
    field(
      'fix',
      prose(fixText(fix)).map((line) => colours.green(line)),
    );
  if (verdict.status === 'confirmed') field('replay', [colours.dim(`gradlint replay ${finding.id}`)]);
  return lines;
}

function placeText({ file, start }: RelatedPlace, finding: ReportedFinding): string {
  return file === finding.file ? `line ${start.line}` : `${file}:${start.line}:${start.column}`;
}

function observedLines(witness: Witness, width: number, colours: Colours): string[] {
  const seen = observations(witness);
  const measured = seen.filter(({ said }) => said === undefined);
  const rows = measured.map(({ name, computed = '', reference = '' }) =>
    [name, computed, reference].map(printable),
  );
  const [head, ...lines] = table([['', ...precisionsOf(witness)], ...rows]);
  const painted = lines.map((line) =>
    line.replace(/-?\b(?:NaN|Infinity)\b/g, (number) => colours.red(number)),
  );
  const words = seen.flatMap(({ name, said }) =>
    said === undefined ? [] : wrap(printable(`${name}: ${said}`), width),
  );
  return [...(rows.length === 0 ? [] : [colours.dim(head!), ...painted]), ...words];
}

/** Notes are about what nobody wrote down: a line each, so that they do not drown what is certain. */
function noteLines(notes: readonly ReportedFinding[], colours: Colours): string[] {
  if (notes.length === 0) return [];
  const rows = notes.map(({ start, rule, danger, function: unit }) => [
    `${start.line}:${start.column}`,
    rule,
    printable(`if ${danger}`),
    printable(unit === '<module>' ? '' : `in ${unit}`),
  ]);
  return [...table(rows).map((line) => `  ${colours.cyan('note')}  ${line}`), ''];
}

function problemLines({ problems }: Report, colours: Colours): string[] {
  if (problems.length === 0) return [];
  return [
    colours.bold('Not analysed'),
    '',
    ...problems.map(
      ({ file, message }) =>
        `  ${colours.yellow('problem')}  ${printable([file, message].filter(Boolean).join(': '))}`,
    ),
    '',
  ];
}

function summaryLines(report: Report, shown: readonly ReportedFinding[], colours: Colours): string[] {
  const all = active(report);
  const errors = all.some(({ severity }) => severity === 'error');
  const clean = all.length === 0 && report.problems.length === 0;
  const mark = errors ? colours.red('✖') : clean ? colours.green('✔') : colours.yellow('!');
  const hidden = all.filter((finding) => !shown.includes(finding));
  const suppressed = report.findings.length - all.length;
  const asides = [
    hidden.length === 0 ? '' : `not shown: ${tally(hidden)}`,
    suppressed === 0 ? '' : suppressedText(report),
    report.problems.length === 0 ? '' : `incomplete: ${count(report.problems.length, 'problem')}`,
  ].filter(Boolean);
  return [
    `${mark} ${colours.bold(headline(report))}`,
    ...asides.map((aside) => `  ${aside}`),
    `  ${colours.dim(`${scope(report)}, ${duration(report.summary.elapsedMs)}`)}`,
  ];
}

/** Code in a message stands out from the words around it, also where it goes on in the next line. */
function code(lines: readonly string[], colours: Colours): string[] {
  const paint = (quoted: string): string =>
    quoted
      .split('\n')
      .map((part) => colours.cyan(part))
      .join('\n');
  return lines
    .join('\n')
    .replace(/`[^`]+`/g, paint)
    .split('\n');
}

function severityPaint(severity: Severity, colours: Colours): (text: string) => string {
  return { error: colours.red, warning: colours.yellow, info: colours.cyan }[severity];
}
