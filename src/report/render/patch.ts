import { comparePositions, type Edit, type Position } from '../report.js';

/** Lines that a fix changes, before and after. */
export interface Hunk {
  /** Of the first removed line. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** The edits of a fix, file by file. */
export function editsByFile(edits: readonly Edit[]): [file: string, edits: Edit[]][] {
  const files = [...new Set(edits.map(({ file }) => file))];
  return files.map((file) => [file, edits.filter((edit) => edit.file === file)]);
}

/** What edits of one file do to its lines; undefined where they do not fit the text. */
export function hunks(text: string, edits: readonly Edit[]): Hunk[] | undefined {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const inOrder = [...edits].sort((a, b) => comparePositions(a.start, b.start));
  const made: Hunk[] = [];
  for (let i = 0; i < inOrder.length;) {
    const first = inOrder[i]!.start.line;
    let last = first;
    let built = '';
    let at: Position = { line: first, column: 1 };
    // Edits that touch one line belong to one hunk.
    for (; i < inOrder.length && inOrder[i]!.start.line <= last; i++) {
      const { start, end, text: replacement } = inOrder[i]!;
      if (end.line > lines.length || comparePositions(start, at) < 0 || comparePositions(end, start) < 0)
        return undefined;
      built += between(lines, at, start) + replacement;
      at = end;
      last = end.line;
    }
    built += lines[last - 1]!.slice(at.column - 1);
    made.push({ line: first, removed: lines.slice(first - 1, last), added: built.split('\n') });
  }
  return made;
}

function between(lines: readonly string[], from: Position, to: Position): string {
  if (from.line === to.line) return lines[from.line - 1]!.slice(from.column - 1, to.column - 1);
  const inside = lines.slice(from.line, to.line - 1);
  return [
    lines[from.line - 1]!.slice(from.column - 1),
    ...inside,
    lines[to.line - 1]!.slice(0, to.column - 1),
  ].join('\n');
}
