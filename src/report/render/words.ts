import type { Failure } from '../../ops/row.js';
import type { Fix, Report, ReportedFinding, Severity, Witness, WitnessInput } from '../report.js';
import { active, countBySeverity, SEVERITIES } from './order.js';
import { value } from './value.js';

/** The sentences that all renderers share, so that they say the same thing. */

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

export const failure = (seen: Failure): string => FAILURES[seen];

/** What was run, and what came of it. */
export function verdictSentence({ function: name, verdict }: ReportedFinding): string {
  const tried = verdict.points === undefined ? '' : count(verdict.points, 'input');
  const cost = [tried, verdict.elapsedMs === undefined ? '' : duration(verdict.elapsedMs)];
  const because = verdict.reason === undefined ? '' : `: ${verdict.reason}`;
  const unit = name === '<module>' ? 'the module' : name;
  switch (verdict.status) {
    case 'confirmed': {
      const ran = verdict.evidence === 'slice' ? `the part of ${unit} that feeds this place` : unit;
      const seen = verdict.failure === undefined ? '' : `: ${failure(verdict.failure)}`;
      return `ran ${ran}${seen}${inParentheses(cost)}`;
    }
    case 'not-reproduced':
      return `not reproduced${because}${inParentheses(cost)}`;
    case 'refuted':
      return `refuted${because}${inParentheses(cost)}`;
    case 'not-run':
      return `not run${because}`;
  }
}

export const inputText = (input: WitnessInput): string => `${input.name} = ${value(input.value)}${inputType(input)}`;

function inputType({ shape, dtype }: WitnessInput): string {
  const type = [dtype ?? '', shape === undefined ? '' : `[${shape.join(', ')}]`].filter(Boolean).join(' ');
  return type === '' ? '' : `  ${type}`;
}

export const observedText = ({ observed }: Witness): string[] =>
  Object.entries(observed).map(([name, seen]) => `${name} ${value(seen, 6)}`);

export function fixText({ title, proof }: Fix): string {
  return `${title.replace(/\.$/, '')}${proof === null ? ' (not proven)' : `: ${proofText(proof)}`}`;
}

export function proofText(proof: NonNullable<Fix['proof']>): string {
  return [
    proof.equal ? 'equal wherever the original is right' : 'not equal to the original',
    `relative error at most ${value(proof.maxRelativeError, 2)}`,
    proof.gradientAlive ? 'gradient alive' : 'no gradient',
  ].join(', ');
}

/** `2 errors, 1 warning`; empty without findings. */
export function tally(report: Report, severities: readonly Severity[] = SEVERITIES): string {
  const counts = countBySeverity(active(report));
  const nouns: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'precondition' };
  const parts = severities.filter((severity) => counts[severity] > 0);
  return parts.map((severity) => count(counts[severity], nouns[severity])).join(', ');
}

/** What was looked at. */
export function scope({ summary }: Report): string {
  const { files, tensorFiles, functions, sites } = summary;
  if (tensorFiles === 0) return `${count(files, 'file')}, none with TensorFlow.js code`;
  const code = `${count(functions, 'function')} and ${count(sites, 'tensor operation')}`;
  return `${code} in ${tensorFiles} of ${count(files, 'file')}`;
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function inParentheses(parts: readonly string[]): string {
  const said = parts.filter(Boolean);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
