import type { ts } from './typescript.js';

/** A place in a source file. `start` and `end` are offsets in UTF-16 units; lines and columns are derived for reports. */
export interface Span {
  /** Absolute path. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The place of what no source wrote: a size that has to have a name, a number that two ways agree on. */
export const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** A place as a key: two spans of one place have the same. */
export const placeOf = ({ file, start, end }: Span): string => `${file}:${start}-${end}`;

export function spanOf(node: ts.Node): Span {
  const file = node.getSourceFile();
  return { file: file.fileName, start: node.getStart(file), end: node.end };
}
