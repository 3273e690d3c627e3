/**
 * Sizes that are computed from others and are no product of them: `classes + 5`, `units / 2`. Such a size has a name of its
 * own, which says how it is computed: the same name is the same size wherever it is used.
 */
import { isSymbolic, multiplySizes, showSize, symbol, type Size } from '../../facts/shape.js';
import { offsetBy, offsetOf } from '../../facts/size-offsets.js';
import { operatorByRow } from '../../ops/operators.js';

interface Formula {
  readonly row: string;
  readonly terms: readonly Size[];
}

const formulas = new Map<string, Formula>();

/** Rows of one argument that make whole numbers of others. */
const ROUNDINGS: Readonly<Record<string, (value: number) => number>> = {
  'js.floor': Math.floor,
  'js.ceil': Math.ceil,
  'js.round': Math.round,
  'js.trunc': Math.trunc,
  'js.sqrt': Math.sqrt,
};

/** What a row of JavaScript arithmetic makes of sizes; undefined for rows that make no sizes. */
export function computedSize(row: string, terms: readonly Size[]): Size | undefined {
  const run = runOf(row);
  if (run === undefined) return undefined;
  if (row === 'js.mul') return productOf(terms);
  if (terms.every((term) => !isSymbolic(term))) return counted(run(...(terms as number[])));
  const offset = offsetFrom(row, terms);
  if (offset !== undefined) return offset;
  const name = nameOf(row, terms);
  if (name.length > MAX_LENGTH) return undefined;
  formulas.set(name, { row, terms });
  return symbol(name);
}

/** `steps - 1`, `1 + classes`. */
function offsetFrom(row: string, [a, b]: readonly Size[]): Size | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (row === 'js.sub') return isSymbolic(b) ? undefined : offsetBy(a, -b);
  if (row !== 'js.add') return undefined;
  return isSymbolic(b) ? (isSymbolic(a) ? undefined : offsetBy(b, a)) : offsetBy(a, b);
}

function productOf(sizes: readonly Size[]): Size | undefined {
  const product = multiplySizes(sizes);
  return typeof product === 'number' || product.symbols.length <= MAX_FACTORS ? product : undefined;
}

/** Nobody means more: `n = n * n` has twice as many with each line. */
const MAX_FACTORS = 16;

/** Nobody means a longer one: the name of `n + n` is twice as long as that of n. */
const MAX_LENGTH = 200;

const counted = (value: number): number | undefined =>
  Number.isInteger(value) && value >= 0 ? value : undefined;

const runOf = (row: string): ((...values: number[]) => number) | undefined =>
  ROUNDINGS[row] ?? (operatorByRow.get(row)?.run as ((...values: number[]) => number) | undefined);

/** In parentheses, and without the sign that stands between the factors of a size. */
function nameOf(row: string, terms: readonly Size[]): string {
  const shown = terms.map((term) => showSize(term).replaceAll('·', '*'));
  const sign = operatorByRow.get(row)?.sign;
  return sign === undefined ? `${row.slice('js.'.length)}(${shown[0]})` : `(${shown.join(` ${sign} `)})`;
}

/** The two sizes that a name is the quotient of, rounded or not: `(features / 2)`. */
export function quotientOf(name: string): readonly [Size, Size] | undefined {
  const { row, terms } = formulas.get(name) ?? {};
  const [of, by] = terms ?? [];
  if (of === undefined || row === undefined) return undefined;
  if (row === 'js.div' && by !== undefined) return [of, by];
  return row in ROUNDINGS && row !== 'js.sqrt' ? [of, 1] : undefined;
}

/** The names that somebody has to choose before the size is known: `classes` of `(classes + 5)`. */
export function freeNames(size: Size): readonly string[] {
  return isSymbolic(size) ? size.symbols.flatMap((name) => termsOf(name)?.flatMap(freeNames) ?? [name]) : [];
}

/** The sizes that a name is computed from; undefined for one that is chosen. */
function termsOf(name: string): readonly Size[] | undefined {
  const { base, by } = offsetOf(symbol(name));
  return by === 0 ? formulas.get(name)?.terms : [base];
}

/** The number that a size is where its names are these; it need not be a whole one. Undefined where a name has no number. */
export function numberOfSize(size: Size, sizes: ReadonlyMap<string, number>): number | undefined {
  if (!isSymbolic(size)) return size;
  let product = size.coefficient;
  for (const name of size.symbols) {
    const factor = sizes.get(name) ?? numberOfFormula(name, sizes);
    if (factor === undefined) return undefined;
    product *= factor;
  }
  return product;
}

function numberOfFormula(name: string, sizes: ReadonlyMap<string, number>): number | undefined {
  const { base, by } = offsetOf(symbol(name));
  if (by !== 0) {
    const number = numberOfSize(base, sizes);
    return number === undefined ? undefined : number + by;
  }
  const formula = formulas.get(name);
  const terms = formula?.terms.map((term) => numberOfSize(term, sizes));
  return terms?.every((term) => term !== undefined) === true ? runOf(formula!.row)!(...terms) : undefined;
}
