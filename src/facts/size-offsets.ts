/** Sizes that are a number more or less than another one: the `steps - 1` differences of a series of `steps`. */
import { isSymbolic, showSize, symbol, type Size, type SymbolicSize } from './shape.js';

interface Offset {
  readonly base: SymbolicSize;
  readonly by: number;
}

const offsets = new Map<string, Offset>();

/** The size, so many more; undefined where it would be below 0, or its name too long for anybody to mean it. */
export function offsetBy(size: Size, by: number): Size | undefined {
  if (!Number.isInteger(by)) return undefined;
  if (!isSymbolic(size)) return size + by < 0 ? undefined : size + by;
  const { base, by: before } = offsetOf(size);
  const total = before + by;
  if (total === 0) return base;
  const name = nameOf(base, total);
  if (name.length > MAX_LENGTH) return undefined;
  offsets.set(name, { base, by: total });
  return symbol(name);
}

const MAX_LENGTH = 200;

/** Without the sign that stands between the factors of a size. What begins with a question mark has no name in the program. */
function nameOf(base: SymbolicSize, by: number): string {
  const shown = showSize(base).replaceAll('·', '*');
  const text = `${shown} ${by < 0 ? '-' : '+'} ${Math.abs(by)}`;
  return shown.startsWith('?') ? text : `(${text})`;
}

/** How a size is made of another one; of one that is not, it is itself and 0 more. */
export function offsetOf(size: SymbolicSize): Offset {
  const [name, ...others] = size.symbols;
  const known = size.coefficient === 1 && others.length === 0 ? offsets.get(name!) : undefined;
  return known ?? { base: size, by: 0 };
}

/** Whether one of two sizes is a number more than the other. */
export function differByNumber(a: Size, b: Size): boolean {
  if (!isSymbolic(a) || !isSymbolic(b)) return false;
  const [one, other] = [offsetOf(a), offsetOf(b)];
  return one.by !== other.by && showSize(one.base) === showSize(other.base);
}
