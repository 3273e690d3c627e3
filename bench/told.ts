import type { ReportedFinding } from '../src/report/report.js';

/** What is told of code with a bug, beside what is told of the same code without it. */
export interface Told {
  /** What is told with the bug alone: by another rule, at another place, or with more weight. */
  readonly anew: readonly ReportedFinding[];
  /** Whether something is told of the place both with and without it. */
  readonly alike: boolean;
}

export type Score = 'loud' | 'note' | 'alike' | 'silent';

export function scoreOf({ anew, alike }: Told): Score {
  if (anew.some(({ severity }) => severity !== 'info')) return 'loud';
  if (anew.length > 0) return 'note';
  return alike ? 'alike' : 'silent';
}

/** The scores in the words of a table; `alike` depends on which of the two came first. */
export const scoreNames = (alike: string): Readonly<Record<Score, string>> => ({
  loud: 'told as error or warning',
  note: 'told as note',
  alike,
  silent: 'silent',
});

const SCORES: readonly Score[] = ['loud', 'note', 'alike', 'silent'];

/** How many have each score, in the order of `scoreNames`. */
export const counted = (scores: readonly Score[]): number[] =>
  SCORES.map((score) => scores.filter((one) => one === score).length);

/** A finding as a line of a list. */
export const findingLine = ({
  severity,
  rule,
  file,
  start,
  message,
  verdict: { status },
}: ReportedFinding): string =>
  `    ${severity} ${rule} ${file}:${start.line} (${status}) ${onOneLine(message)}`;

export const onOneLine = (text: string): string => text.replace(/\s+/g, ' ');
