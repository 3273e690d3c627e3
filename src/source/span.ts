/** A place in a source file. `start` and `end` are offsets in UTF-16 units; lines and columns are derived for reports. */
export interface Span {
  /** Absolute path. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A place as a key: two spans of one place have the same. */
export const placeOf = ({ file, start, end }: Span): string => `${file}:${start}-${end}`;
