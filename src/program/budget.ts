import type { ts } from '../source/typescript.js';

/** How far calls are followed. Past these the result is unknown, and counted. */
export const MAX_DEPTH = 8;

/**
 * Expressions that a unit may evaluate before calls of long functions are no longer followed and its loops no longer gone
 * round; as many of its own text do not count. What it has in its own text still counts then; at three
 * times as many in all it ends, and all that stands behind is not known.
 */
export const STEPS_PER_UNIT = 1000;

/** Lists no longer than this are gone through one by one; of others an element stands for all. */
export const MAX_UNROLLED = 8;

/** As many elements of a tensor, or of a list that is filled, are told apart. */
export const MAX_ELEMENTS = 64;

/** Of a list that others are put into, and is longer than both this and their number, an element stands for all. */
export const MAX_LENGTH = 1024;

/** The longest text that is put together, in characters. */
export const MAX_TEXT = 65_536;

/** Functions so short are run wherever they are called: they give constants and sizes. */
const SHORT = 160;

export function isShort(declaration: ts.Node): boolean {
  const { body } = declaration as Partial<ts.FunctionLikeDeclaration>;
  return body !== undefined && body.end - body.pos <= SHORT;
}
