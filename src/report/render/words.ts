import type { Failure } from '../../ops/row.js';
import type { Fix, Proof, Report, ReportedFinding, Severity, WitnessInput } from '../report.js';
import { active, countBySeverity, SEVERITIES, withoutReason } from './order.js';
import { value } from './value.js';

/** The words that the renderers share, so that they all say the same. */

const FAILURES: Readonly<Record<Failure, string>> = {
  overflow: 'the value overflows',
  underflow: 'the value underflows to 0',
  nan: 'the value is NaN',
  infinity: 'the value is infinite',
  'nan-gradient': 'the gradient is NaN',
  'inf-gradient': 'the gradient is infinite',
  'vanished-gradient': 'the gradient is 0 and should not be',
  cancellation: 'digits are lost',
  'wrong-shape': 'the shape is not the one meant',
  'wrong-value': 'the value is wrong',
  throws: 'it throws',
};

export const failureText = (seen: Failure): string => FAILURES[seen];

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What was run, and what came of it. */
export function verdictText({ function: name, verdict }: ReportedFinding): string {
  const because = verdict.reason === undefined ? '' : `: ${verdict.reason}`;
  switch (verdict.status) {
    case 'confirmed': {
      const { ran: run = name } = verdict;
      const unit = run === '<module>' ? 'the module' : run;
      const ran = verdict.evidence === 'slice' ? `the part of ${unit} that feeds this place` : unit;
      const seen = verdict.failure === undefined ? '' : `: ${failureText(verdict.failure)}`;
      const aside = verdict.reason === undefined ? '' : `; ${verdict.reason}`;
      return `ran ${ran}${seen}${cost(verdict)}${aside}`;
    }
    case 'not-reproduced':
      return `not reproduced${because}${cost(verdict)}`;
    case 'refuted':
      return `refuted${because}${cost(verdict)}`;
    case 'not-run':
      return `not run${because}`;
  }
}

function cost({ points, elapsedMs }: ReportedFinding['verdict']): string {
  const parts = [
    points === undefined ? '' : count(points, 'input'),
    elapsedMs === undefined ? '' : duration(elapsedMs),
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

export const inputText = ({ name, value: given }: WitnessInput): string => `${name} = ${value(given)}`;

/** `float32 [2, 3]`; empty for what is no tensor. */
export function inputType({ shape, dtype }: WitnessInput): string {
  return [dtype ?? '', shape === undefined ? '' : `[${shape.join(', ')}]`].filter(Boolean).join(' ');
}

export function fixText({ title, proof }: Fix): string {
  const does = title.replace(/\.$/, '');
  return proof === null ? `${does} (not proven)` : `${does} (proof: ${proofText(proof)})`;
}

/** `equal to 3e-13 at 32 points; gradient alive at the witness`. */
export function proofText(proof: Proof): string {
  const { equal, maxRelativeError, gradientAlive, points } = proof;
  const at = points === undefined ? '' : ` at ${count(points, 'point')}`;
  return [
    equal ? `equal to ${value(maxRelativeError, 2)}${at}` : changes(proof, at),
    gradientAlive ? 'gradient alive at the witness' : 'no gradient at the witness',
  ].join('; ');
}

/** What a guard does to results on which the original is healthy. */
function changes({ maxRelativeError: most, extreme }: Proof, at: string): string {
  // Another axis, another shape: how far the numbers lie apart says nothing.
  if (most >= 1) return `gives other values than before${at}`;
  const ordinary = at === '' ? '' : `${at} of ordinary size`;
  const does =
    most === 0
      ? `leaves results as they are${ordinary}`
      : `changes results by at most ${value(most, 2)}${ordinary}`;
  if (extreme === undefined || extreme.changed === 0) return does;
  const there = `${extreme.changed} of ${count(extreme.points, 'extreme one')}`;
  return most === 0 ? `${does}, but not at ${there}` : `${does}, and by more at ${there}`;
}

const NOUNS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** `2 errors, 1 warning`; empty without findings. */
export function tally(findings: readonly ReportedFinding[]): string {
  const counts = countBySeverity(findings);
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0);
  return parts.map((severity) => count(counts[severity], NOUNS[severity])).join(', ');
}

/** What the audit says, in a sentence: for heads and ends of reports. */
export function headline(report: Report): string {
  const findings = active(report);
  const confirmed = findings.filter(({ verdict }) => verdict.status === 'confirmed').length;
  if (findings.length === 0) return 'Nothing found';
  return `${tally(findings)}${confirmed === 0 ? '' : `, ${confirmed === findings.length ? 'all' : confirmed} confirmed by running the code`}`;
}

/** `3 findings suppressed in the source, 1 of them without a reason`. */
export function suppressedText(report: Report): string {
  const suppressed = report.findings.length - active(report).length;
  const silent = withoutReason(report);
  const aside =
    silent === 0
      ? ''
      : `, ${silent === suppressed ? 'none with a reason' : `${silent} of them without a reason`}`;
  return `${count(suppressed, 'finding')} suppressed in the source${aside}`;
}

/** What was looked at. */
export function scope({ summary, backend = 'cpu' }: Report): string {
  const { files, tensorFiles, functions, sites } = summary;
  if (tensorFiles === 0) return `${count(files, 'file')}, none with TensorFlow.js code`;
  const code = `${count(functions, 'function')} and ${count(sites, 'tensor operation')}`;
  const where = tensorFiles === files ? count(files, 'file') : `${tensorFiles} of ${count(files, 'file')}`;
  return `${code} in ${where}${backend === 'cpu' ? '' : `, for the backend ${backend}`}`;
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
