import type { Span } from '../source/span.js';
import type { SourceEdit } from './write.js';

/** The texts of files with edits made that do not overlap. */
export function applyEdits(
  edits: readonly SourceEdit[],
  textOf: (file: string) => string,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { span, text } of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    const before = texts.get(span.file) ?? textOf(span.file);
    texts.set(span.file, before.slice(0, span.start) + text + before.slice(span.end));
  }
  return texts;
}

/** Where a span is after the edits; one that is replaced itself becomes the new expression, without its comments. */
export function movedSpan({ file, start, end }: Span, edits: readonly SourceEdit[]): Span {
  let [from, to] = [start, end];
  for (const { span, text, lead } of edits) {
    if (span.file !== file) continue;
    const growth = text.length - (span.end - span.start);
    if (span.start === start && span.end === end) {
      from += lead;
      to += growth;
    } else if (span.end <= start) {
      from += growth;
      to += growth;
    } else if (span.start >= start && span.end <= end) to += growth;
    else if (span.start <= start && span.end >= end) return movedInto(span, text, lead, edits);
  }
  return { file, start: from, end: to };
}

/** What lay inside a replaced expression is gone: the new expression stands for it. */
function movedInto(outer: Span, text: string, lead: number, edits: readonly SourceEdit[]): Span {
  const shift = edits
    .filter(({ span }) => span.file === outer.file && span.end <= outer.start)
    .reduce((sum, { span, text: inserted }) => sum + inserted.length - (span.end - span.start), 0);
  return { file: outer.file, start: outer.start + shift + lead, end: outer.start + shift + text.length };
}
