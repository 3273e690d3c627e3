import { MAX_TEXT } from '../budget.js';
import type { Lowering } from '../lowering.js';
import { constant, type Value } from '../values.js';

/** Texts one behind the other, as `+` and templates put them: of one that grows past all bounds nothing is known. */
export function joinedText(lowering: Lowering, parts: readonly unknown[]): Value {
  const texts = parts.map(String);
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  return length > MAX_TEXT ? lowering.unknown('unmodelled syntax') : constant(texts.join(''));
}
