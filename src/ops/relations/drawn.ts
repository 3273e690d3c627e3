/** Random draws: of several no two are equal. */
import { onlyValue, type Range } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { input, DEPTH } from './same.js';

const DRAWN = /^(randomNormal|randomStandardNormal|randomUniform|randomGamma|truncatedNormal)$/;

/** Whether random draws set the elements apart: of several no two are equal, and not all are 0. */
export function isDrawn(x: Operand | undefined, depth: number = DEPTH): boolean {
  if (x === undefined || depth === 0) return false;
  if (DRAWN.test(x.op)) return x.range.low < x.range.high;
  const [a, b] = [input(x, 'a'), input(x, 'b')];
  const scaled =
    (x.op === 'mul' || x.op === 'div') &&
    [a, b].some((factor) => factor !== undefined && onlyValue(factor.range) !== undefined);
  if (x.op === 'add' || x.op === 'sub' || scaled) return isDrawn(a, depth - 1) || isDrawn(b, depth - 1);
  return x.op === 'neg' || x.op === 'reshape' ? isDrawn(input(x, 'x'), depth - 1) : false;
}

/** The same range; but where its low end would take equal draws, nothing gets there. */
export function unlessDrawn(x: Operand, range: Range): Range {
  if (!isDrawn(x)) return range;
  return { ...range, lowBy: 'bound', ...(range.reach ? { reach: { ...range.reach, lowBy: 'bound' } } : {}) };
}
