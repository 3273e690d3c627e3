import type { Attributes, OpRow } from './row.js';

/** What a call leaves out. */
export const defaultsOf = ({ parameters }: OpRow): Attributes =>
  Object.fromEntries(
    parameters.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
  );
