import type { Position } from '../report.js';

/** Lines of code around a place; all columns are offsets in `text`. */
export interface Frame {
  readonly lines: readonly FrameLine[];
}

export interface FrameLine {
  readonly number: number;
  readonly text: string;
  /** The part of the line that belongs to the place. */
  readonly marked?: { readonly from: number; readonly to: number } | undefined;
  /** Lines of the place were left out after this one. */
  readonly gap?: boolean | undefined;
}

const CONTEXT = 1;
/** Of a place that is longer, the first and last lines are shown. */
const LONGEST = 6;
const TAB = '  ';

/** The code at a place, with a line of context; undefined where the text has no such place. */
export function frame(text: string, start: Position, end: Position, width = 160): Frame | undefined {
  const source = text.split(/\r\n|[\n\r\u2028\u2029]/);
  if (start.line > source.length || end.line > source.length || end.line < start.line) return undefined;
  const first = Math.max(1, start.line - CONTEXT);
  const last = Math.min(source.length, end.line + CONTEXT);
  const lines: FrameLine[] = [];
  for (let number = first; number <= last; number++) {
    const line = source[number - 1]!;
    const inside = number >= start.line && number <= end.line;
    const from = number === start.line ? start.column - 1 : line.length - line.trimStart().length;
    const to = number === end.line ? end.column - 1 : line.length;
    lines.push(clip(number, line, inside && to > from ? { from, to } : undefined, width));
  }
  return { lines: trimBlank(shorten(lines, start.line, end.line)) };
}

/** Tabs become spaces, and a line that is wider than `width` is cut around what is marked. */
function clip(number: number, line: string, marked: FrameLine['marked'], width: number): FrameLine {
  const expand = (part: string): string => part.replaceAll('\t', TAB);
  const text = expand(line);
  const from = marked === undefined ? 0 : expand(line.slice(0, marked.from)).length;
  const to = marked === undefined ? 0 : expand(line.slice(0, marked.to)).length;
  if (text.length <= width) return { number, text, marked: marked && { from, to } };
  const cut = to < width ? 0 : Math.max(0, Math.min(from - Math.floor(width / 4), text.length - width));
  const head = cut > 0 ? '…' : '';
  const tail = cut + width < text.length ? '…' : '';
  const visible = head + text.slice(cut + head.length, cut + width - tail.length) + tail;
  return {
    number,
    text: visible,
    marked: marked && { from: from - cut, to: Math.min(to - cut, visible.length) },
  };
}

function shorten(lines: readonly FrameLine[], start: number, end: number): FrameLine[] {
  if (end - start + 1 <= LONGEST) return [...lines];
  const kept = LONGEST / 2;
  return lines
    .filter(({ number }) => number < start + kept || number > end - kept)
    .map((line) => (line.number === start + kept - 1 ? { ...line, gap: true } : line));
}

/** Context that is empty shows nothing. */
function trimBlank(lines: readonly FrameLine[]): FrameLine[] {
  const isBlank = ({ text, marked }: FrameLine): boolean => marked === undefined && text.trim() === '';
  const from = lines.findIndex((line) => !isBlank(line));
  const to = lines.findLastIndex((line) => !isBlank(line));
  return lines.slice(from, to + 1);
}

/** The frame as plain text: `^~~~` under a place within a line; of a longer one only under the first, with a bar at its side. */
export function frameText({ lines }: Frame, paint: FramePaint = PLAIN): string[] {
  const gutter = String(lines.at(-1)?.number ?? 0).length;
  const first = lines.find(({ marked }) => marked !== undefined);
  const isLong = lines.some((line) => line.marked !== undefined && line !== first);
  return lines.flatMap((line) => {
    const bar = isLong && line.marked !== undefined ? paint.mark('┃') : paint.gutter('│');
    const row = (number: string, text: string): string =>
      `${paint.gutter(number.padStart(gutter))} ${bar} ${text}`.trimEnd();
    const shown = [row(String(line.number), paint.code(line.text))];
    if (line.marked !== undefined && line === first) {
      const { from, to } = line.marked;
      shown.push(row('', ' '.repeat(from) + paint.mark(`^${'~'.repeat(Math.max(0, to - from - 1))}`)));
    }
    if (line.gap === true) shown.push(row('⋮', ''));
    return shown;
  });
}

export interface FramePaint {
  readonly gutter: (text: string) => string;
  readonly code: (text: string) => string;
  readonly mark: (text: string) => string;
}

const same = (text: string): string => text;
const PLAIN: FramePaint = { gutter: same, code: same, mark: same };
