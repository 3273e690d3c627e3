import { showSize, symbol } from '../facts/shape.js';
import { offsetOf } from '../facts/size-offsets.js';
import { isShapeAttribute } from '../ops/build.js';
import type { Attributes, AttributeValue } from '../ops/row.js';
import type { ConcreteInputs } from './evaluation.js';
import type { NamedInput } from './job.js';
import { NotRunnable } from './not-runnable.js';

/** The numbers that were chosen for symbolic sizes, by name. */
export type Sizes = ReadonlyMap<string, number>;

/** Sizes are chosen with the shapes of the inputs, or are inputs themselves. */
export function bindSizes(inputs: readonly NamedInput[], concrete: ConcreteInputs): Sizes {
  const shaped: Shaped[] = inputs.flatMap(({ form }) => {
    if (form.kind !== 'tensor' && form.kind !== 'number') return [];
    const value = concrete.get(form.node);
    if (form.kind === 'tensor') return [{ dims: form.dims, shape: value?.shape ?? [] }];
    return form.size === undefined ? [] : [{ dims: [form.size], shape: value?.values ?? [] }];
  });
  return sizesIn(shaped);
}

/** A shape, and the names of its sizes. */
export interface Shaped {
  readonly dims: readonly (number | string)[] | undefined;
  readonly shape: readonly number[];
}

/** What the names in `dims` stand for; of a product with one factor that is not known otherwise, what is left for it. */
export function sizesIn(shaped: Iterable<Shaped>): Sizes {
  const sizes = new Map<string, number>();
  const products: (readonly [string, number])[] = [];
  for (const { dims, shape } of shaped) {
    dims?.forEach((dim, axis) => {
      const size = shape[axis];
      if (typeof dim !== 'string' || size === undefined) return;
      sizes.set(dim, size);
      if (dim.includes(TIMES)) products.push([dim, size]);
    });
  }
  for (const [product, size] of products) {
    const unknown = factorsOf(product).filter((factor) => !sizes.has(factor));
    if (unknown.length !== 1) continue;
    const others = productOf(product, new Map([...sizes, [unknown[0]!, 1]]))!;
    if (size % others === 0) sizes.set(unknown[0]!, size / others);
  }
  return sizes;
}

const TIMES = '·';

/** The names that a size is made of: `B` and `T` of `2·B·T`, and `T` of `(T - 1)`. */
export const factorsOf = (dim: string): string[] =>
  dim
    .split(TIMES)
    .filter((factor) => !/^\d+$/.test(factor))
    .flatMap((factor) => {
      const { base, by } = offsetOf(symbol(factor));
      return by === 0 ? [factor] : factorsOf(showSize(base));
    });

/** Attributes as TensorFlow.js takes them: sizes put in, attributes that are not known left out. */
export function withSizes(attributes: Readonly<Record<string, unknown>>, sizes: Sizes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, resolve(name, value, sizes)]),
  );
}

function resolve(name: string, value: unknown, sizes: Sizes): AttributeValue {
  if (typeof value === 'string') return sizeNamed(value, sizes) ?? value;
  if (Array.isArray(value)) return value.map((item: unknown) => resolve(name, item, sizes));
  if (typeof value !== 'object' || value === null) return value as AttributeValue;
  if ('unknown' in value)
    throw new NotRunnable(`the value of \`${name}\` at an op that feeds the site could not be followed`);
  if (isShapeAttribute(value)) return value.shape.map((dim: unknown) => dimSize(name, dim, sizes));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(name, item, sizes)]));
}

function dimSize(name: string, dim: unknown, sizes: Sizes): number {
  const written = typeof dim === 'object' && dim !== null && 'size' in dim ? dim.size : dim;
  if (typeof written === 'number') return written;
  const size = typeof written === 'string' ? sizeNamed(written, sizes) : undefined;
  if (size === undefined)
    throw new NotRunnable(
      `a size in \`${name}\` at an op that feeds the site is not known: ${String(written)}`,
    );
  return size;
}

/** `B`, or a product as `showSize` writes it: `2·B·T`. */
export function sizeNamed(text: string, sizes: Sizes): number | undefined {
  return sizes.get(text) ?? (text.includes(TIMES) ? productOf(text, sizes) : offsetNamed(text, sizes));
}

/** `(T - 1)`. */
function offsetNamed(text: string, sizes: Sizes): number | undefined {
  const { base, by } = offsetOf(symbol(text));
  const number = by === 0 ? undefined : sizeNamed(showSize(base), sizes);
  return number === undefined ? undefined : number + by;
}

function productOf(text: string, sizes: Sizes): number | undefined {
  let product = 1;
  for (const factor of text.split(TIMES)) {
    const size = /^\d+$/.test(factor) ? Number(factor) : (sizes.get(factor) ?? offsetNamed(factor, sizes));
    if (size === undefined) return undefined;
    product *= size;
  }
  return product;
}
