/** Edits as a unified diff, in the lines of git: only `\n` ends one, and what stands before it, `\r` too, belongs to it. */
import type { Edit } from '../report/report.js';
import { edited, offsetsIn } from './plan.js';

/** Lines around a change, without which `git apply` takes it at the end of a file only. */
const CONTEXT = 3;

interface Change {
  /** The lines from `from` up to `to`, which is not one of them, counted from 0. */
  readonly from: number;
  readonly to: number;
  readonly edits: readonly Edit[];
}

/** What edits that do not overlap do to a file. */
export function unifiedDiff(file: string, text: string, edits: readonly Edit[]): string {
  const lines = linesOf(text);
  // Behind a name with a space git expects a tab.
  const name = /\s/.test(file) ? `${file}\t` : file;
  let growth = 0;
  const hunks = together(changesOf(lines, text, edits)).map(({ from, to, edits: made }) => {
    const start = Math.max(0, from - CONTEXT);
    const end = Math.min(lines.length, to + CONTEXT);
    const removed = lines.slice(from, to);
    const added = linesOf(addedText(text, lines, { from, to, edits: made }));
    const body = [
      ...lines.slice(start, from).map((line) => ` ${line}`),
      ...changedLines(removed, added),
      ...lines.slice(to, end).map((line) => ` ${line}`),
    ];
    const grown = added.length - removed.length;
    const head = `@@ -${start + 1},${end - start} +${start + 1 + growth},${end - start + grown} @@\n`;
    growth += grown;
    return head + body.map(ended).join('');
  });
  return `--- a/${name}\n+++ b/${name}\n${hunks.join('')}`;
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const ended = (line: string): string =>
  line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;

/** Each edit with the lines it touches, in their order. */
function changesOf(lines: readonly string[], text: string, edits: readonly Edit[]): readonly Change[] {
  const offset = offsetsIn(text);
  const starts = startsOf(lines);
  const lineAt = (at: number): number =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= at),
    );
  return edits
    .map((edit): Change => {
      const [from, to] = [lineAt(offset(edit.start)), lineAt(offset(edit.end)) + 1];
      return { from, to, edits: [edit] };
    })
    .sort((a, b) => a.from - b.from);
}

/** Changes whose lines around them meet are told as one. */
function together(changes: readonly Change[]): readonly Change[] {
  const merged: Change[] = [];
  for (const change of changes) {
    const last = merged.at(-1);
    if (last === undefined || change.from > last.to + 2 * CONTEXT) merged.push(change);
    else
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, change.to),
        edits: [...last.edits, ...change.edits],
      };
  }
  return merged;
}

/** What these lines become. */
function addedText(text: string, lines: readonly string[], { from, to, edits }: Change): string {
  const starts = startsOf(lines);
  const behind = text.length - (starts[to] ?? text.length);
  const after = edited(text, edits);
  return after.slice(starts[from] ?? 0, after.length - behind);
}

/** Where each line begins. */
function startsOf(lines: readonly string[]): readonly number[] {
  let at = 0;
  return [0, ...lines.map((line) => (at += line.length))].slice(0, Math.max(1, lines.length));
}

/** Lines that are the same in the middle stay: of changes that were put together most are. */
function changedLines(removed: readonly string[], added: readonly string[]): readonly string[] {
  if (removed.length !== added.length)
    return [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return removed.flatMap((line, i) => (line === added[i] ? [` ${line}`] : [`-${line}`, `+${added[i]!}`]));
}
