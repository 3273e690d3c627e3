/** What a sum adds up, and how often. */
import { onlyValue } from '../../facts/range.js';
import type { Operand } from '../row.js';
import { DEPTH, input } from './same.js';

export interface Term {
  readonly factor: number;
  readonly of: Operand;
}

/** The terms of a sum, with the numbers that they are multiplied by. */
export function termsOf(operand: Operand, factor: number, depth = DEPTH): readonly Term[] {
  const [a, b] = [input(operand, 'a'), input(operand, 'b')];
  if (depth > 0 && a !== undefined && b !== undefined) {
    if (operand.op === 'add' || operand.op === 'sub') {
      const second = operand.op === 'add' ? factor : -factor;
      return [...termsOf(a, factor, depth - 1), ...termsOf(b, second, depth - 1)];
    }
    if (operand.op === 'mul') {
      const [by, of] = onlyValue(a.range) === undefined ? [b, a] : [a, b];
      const number = onlyValue(by.range);
      if (number !== undefined) return termsOf(of, factor * number, depth - 1);
    }
  }
  return [{ factor, of: operand }];
}
