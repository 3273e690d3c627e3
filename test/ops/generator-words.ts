/** Small words that random calls are drawn with: now and then each gives something that does not fit. */
import fc from 'fast-check';
import type { AttributeValue, OpRow } from '../../src/ops/row.js';
import {
  count,
  float32,
  tensorOf,
  type Draw,
  type DrawnCall,
  type DrawnTensor,
  type DrawnType,
} from './random-values.js';

export type OwnGenerator = (g: Draw, row: OpRow) => DrawnCall;

export const integer = (g: Draw, min: number, max: number): number =>
  g(fc.integer, { min, max: Math.max(min, max) });
export const oneIn = (g: Draw, n: number): boolean => integer(g, 1, n) === 1;
export function pick<T>(g: Draw, ...values: readonly T[]): T {
  return values[integer(g, 0, values.length - 1)]!;
}

/** Numbers of a list, now and then one too few or too many. */
export function list(g: Draw, length: number, min: number, max: number): number[] {
  const actual = oneIn(g, 25) ? Math.max(0, length + pick(g, -1, 1)) : length;
  return Array.from({ length: actual }, () => integer(g, min, max));
}

export function shapeOfRank(g: Draw, rank: number, least = 0): number[] {
  return Array.from({ length: oneIn(g, 25) ? rank + 1 : rank }, () =>
    oneIn(g, 20) ? least : integer(g, 1, 4),
  );
}

export function type(g: Draw, likely: DrawnType = 'float32'): DrawnType {
  return oneIn(g, 8) ? pick<DrawnType>(g, 'int32', 'bool', 'float32', 'number') : likely;
}

export function tensor(g: Draw, shape: readonly number[], likely: DrawnType = 'float32'): DrawnTensor {
  const dtype = type(g, likely);
  return dtype === 'number' ? tensorOf(g, [], 'number') : tensorOf(g, shape, dtype);
}

/** Indices that mostly lie in [0, bound). */
export function indices(g: Draw, shape: readonly number[], bound: number): DrawnTensor {
  const highest = oneIn(g, 15) ? bound : Math.max(0, bound - 1);
  const values = Array.from({ length: count(shape) }, () => integer(g, 0, highest));
  return { shape, dtype: oneIn(g, 15) ? 'float32' : 'int32', values, width: 'exact' };
}

/** A call with these arguments; what is left out takes its default. */
export function made(
  row: OpRow,
  operands: DrawnCall['operands'],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): DrawnCall {
  const all: Record<string, AttributeValue> = {};
  for (const parameter of row.parameters) {
    if (parameter.kind === 'tensor' || parameter.kind === 'tensors') continue;
    all[parameter.name] = attributes[parameter.name] ?? parameter.default;
  }
  return { operands, attributes: all };
}

export function permutation(g: Draw, length: number): number[] {
  const rest = Array.from({ length }, (_, index) => index);
  return Array.from({ length }, () => rest.splice(integer(g, 0, rest.length - 1), 1)[0]!);
}

/** Sizes with this product, some of them -1. */
export function factors(g: Draw, total: number): number[] {
  if (oneIn(g, 10)) return list(g, 2, 0, 4);
  const sizes: number[] = [];
  let rest = total;
  while (rest > 1 && sizes.length < 3) {
    const size = pick(g, ...[1, 2, 3, 4, rest].filter((candidate) => rest % candidate === 0));
    sizes.push(size);
    rest /= size;
  }
  sizes.push(rest);
  if (oneIn(g, 3)) sizes[integer(g, 0, sizes.length - 1)] = -1;
  return sizes;
}

export const reduction = (g: Draw): number => integer(g, 0, 3);

export function nested(g: Draw, shape: readonly number[]): AttributeValue {
  const [length, ...rest] = shape;
  if (length === undefined) return g(() => float32);
  return Array.from({ length }, () => nested(g, rest));
}

/** The attributes that the row has. */
export function only(row: OpRow, attributes: Record<string, AttributeValue>): Record<string, AttributeValue> {
  const names = row.parameters.map(({ name }) => name);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}
