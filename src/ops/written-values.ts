/** The numbers that a tensor holds, where the program writes them down. */
import { constantRange } from '../facts/range.js';
import { symbol } from '../facts/shape.js';
import { writtenNumbers } from './shapes/literals.js';
import type { Operand } from './row.js';
import { opNamed } from './table.js';

/** More numbers than anybody writes down. */
const MAX_VALUES = 10_000;

/** Ops that only lay the numbers out in another way. */
const LAID_OUT: ReadonlySet<string> = new Set(['reshape', 'expandDims', 'squeeze', 'clone', 'cast']);

/**
 * As a literal, counted by `linspace` or `range`, or made of such numbers one by one: `tf.linspace(0, 20, 50).square()`.
 * Undefined of everything else.
 */
export function writtenValues(x: Operand): readonly number[] | undefined {
  const before = known.get(x);
  if (before !== undefined) return before ?? undefined;
  const values = found(x);
  known.set(x, values ?? null);
  return values;
}

/** Of a tensor that stands twice in the next, there are twice as many ways to the first with each line: each is gone once. */
const known = new WeakMap<Operand, readonly number[] | null>();

function found(x: Operand): readonly number[] | undefined {
  const written = writtenNumbers(x) ?? counted(x);
  if (written !== undefined) return written.length <= MAX_VALUES ? written : undefined;
  if (LAID_OUT.has(x.op)) return writtenValues(x.operands['x'] as Operand);
  return x.op === 'scalar' ? writtenValues(x.operands['value'] as Operand) : oneByOne(x);
}

function counted({ op, attributes }: Operand): readonly number[] | undefined {
  const { start, stop, num, step = 1 } = attributes as Readonly<Record<string, unknown>>;
  if (typeof start !== 'number' || typeof stop !== 'number') return undefined;
  if (op === 'linspace' && typeof num === 'number')
    return listed(num, (index) => start + ((stop - start) * index) / Math.max(1, num - 1));
  if (op === 'range' && typeof step === 'number' && step !== 0)
    return listed(Math.ceil((stop - start) / step), (index) => start + step * index);
  return undefined;
}

const listed = (length: number, at: (index: number) => number): readonly number[] | undefined =>
  length <= MAX_VALUES ? Array.from({ length: Math.max(0, length) }, (_, index) => at(index)) : undefined;

/** What the row gives for the range of a single number is that of its value. */
function oneByOne(x: Operand): readonly number[] | undefined {
  const row = opNamed(x.op);
  const names = row?.aligned?.filter((name) => name in x.operands);
  if (row === undefined || names === undefined || names.length === 0 || x.output !== undefined)
    return undefined;
  const given = names.map((name) => writtenValues(x.operands[name] as Operand));
  const length = Math.max(...given.map((values) => values?.length ?? 0));
  if (!given.every((values) => values?.length === length || values?.length === 1)) return undefined;

  const values = Array.from({ length }, (_, index): number => {
    const operands = names.map((name, position) => {
      const numbers = given[position]!;
      const number = numbers.length === 1 ? numbers[0]! : numbers[index]!;
      return [name, { ...(x.operands[name] as Operand), range: constantRange(number) }] as const;
    });
    const { low, high, mayBeNaN } = row.range({
      operands: { ...x.operands, ...Object.fromEntries(operands) },
      attributes: x.attributes,
      freshSize: () => symbol('a size'),
    });
    return mayBeNaN ? Number.NaN : (low + high) / 2;
  });
  return values.every(Number.isFinite) ? values : undefined;
}
