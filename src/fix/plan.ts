/** Which proven fixes can be made together, and the texts that come of it. Writes nothing. */
import { comparePositions, type Edit, type Position, type ReportedFinding } from '../report/report.js';

export interface FixPlan {
  /** New texts by the `file` field of the report. */
  readonly texts: ReadonlyMap<string, string>;
  readonly edits: readonly Edit[];
  /** Findings that are fixed by them. */
  readonly fixed: readonly ReportedFinding[];
}

/**
 * The fixes that are proven equal, one a finding, in the order of the report. One that overlaps another waits for the
 * next run; one whose file is not to be touched, or no longer is what was judged, is left out.
 */
export function planFixes(
  findings: readonly ReportedFinding[],
  textOf: (file: string) => string | undefined,
): FixPlan {
  const edits: Edit[] = [];
  const fixed: ReportedFinding[] = [];
  for (const finding of findings) {
    const fix =
      finding.suppressed === null ? finding.fixes.find(({ proof }) => proof?.equal === true) : undefined;
    if (fix === undefined || !fix.edits.every(({ file }) => textOf(file) !== undefined)) continue;
    const fresh = fix.edits.filter((edit) => !edits.some((other) => isSame(edit, other)));
    if (fresh.some((edit) => edits.some((other) => overlap(edit, other)))) continue;
    edits.push(...fresh);
    fixed.push(finding);
  }
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const inFile = edits.filter((edit) => edit.file === file);
    texts.set(file, edited(textOf(file)!, inFile));
  }
  return { texts, edits, fixed };
}

/** Makes edits that do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const offset = offsetsIn(text);
  return [...edits]
    .sort((a, b) => comparePositions(b.start, a.start))
    .reduce(
      (made, { start, end, text: by }) => made.slice(0, offset(start)) + by + made.slice(offset(end)),
      text,
    );
}

/** Where a position is in the text. */
export function offsetsIn(text: string): (position: Position) => number {
  const starts = lineStarts(text);
  return ({ line, column }) => (starts[line - 1] ?? text.length) + column - 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g))
    starts.push(index + ending.length);
  return starts;
}

const isSame = (a: Edit, b: Edit): boolean =>
  a.file === b.file &&
  a.text === b.text &&
  comparePositions(a.start, b.start) === 0 &&
  comparePositions(a.end, b.end) === 0;

/** Insertions at one place would come out in an order that nobody chose. */
function overlap(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false;
  if (comparePositions(a.start, b.start) === 0) return true;
  return comparePositions(a.start, b.end) < 0 && comparePositions(b.start, a.end) < 0;
}
