/** Sizes that are a number more or less than another one: the `steps - 1` differences of a series of `steps`. */
import { alternativesOf, isSymbolic, showSize, symbol, type Size, type SymbolicSize } from './shape.js';

export interface Offset {
  readonly base: SymbolicSize;
  readonly by: number;
}

/** The size, so many more; undefined where it would be below 0, or its name too long for anybody to mean it. */
export function offsetBy(size: Size, by: number): Size | undefined {
  if (!Number.isInteger(by)) return undefined;
  if (!isSymbolic(size)) return size + by < 0 ? undefined : size + by;
  const { base, by: before } = offsetOf(size);
  if (before + by === 0) return base;
  const name = nameOf(size, by);
  return name.length > MAX_LENGTH ? undefined : symbol(name);
}

const MAX_LENGTH = 200;

/** How a size is made of another one; of one that is not, it is itself and 0 more. */
export function offsetOf(size: SymbolicSize): Offset {
  const [name, ...others] = size.symbols;
  const told = size.coefficient === 1 && others.length === 0 ? OFFSET.exec(name!) : null;
  const base = told && isBalanced(told[1]!) ? productOf(told[1]!) : undefined;
  return base === undefined ? { base: size, by: 0 } : { base, by: Number(`${told![2]}${told![3]}`) };
}

const OFFSET = /^\((.+) ([+-]) (\d+)\)$/;

/** Whether one of two sizes is a number more than the other. */
export function differByNumber(a: Size, b: Size): boolean {
  if (!isSymbolic(a) || !isSymbolic(b)) return false;
  const [one, other] = [offsetOf(a), offsetOf(b)];
  return one.by !== other.by && showSize(one.base) === showSize(other.base);
}

/** Of a size that was broadcast against another one each is so many more: `(a|b)` and one less are `((a - 1)|(b - 1))`. */
function nameOf(size: SymbolicSize, by: number): string {
  const [name, ...others] = size.symbols;
  const alternatives = size.coefficient === 1 && others.length === 0 ? alternativesOf(name!) : [];
  if (alternatives.length > 1) return `(${alternatives.map((one) => nameOf(symbol(one), by)).join('|')})`;
  const { base, by: before } = offsetOf(size);
  const total = before + by;
  const shown = showSize(base).replaceAll('·', '*');
  return total === 0 ? shown : `(${shown} ${total < 0 ? '-' : '+'} ${Math.abs(total)})`;
}

/** `2*B*T`, without the sign that stands between the factors of a size, for that sign separates its names. */
function productOf(text: string): SymbolicSize {
  const factors = isBalanced(text) && !text.startsWith('(') ? text.split('*') : [text];
  const [first, ...others] = factors;
  const coefficient = /^\d+$/.test(first!) ? Number(first) : 1;
  return { coefficient, symbols: /^\d+$/.test(first!) ? others : factors };
}

/** Whether every parenthesis is closed, and none before it is opened: `a - 1)|(b` is no name. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
