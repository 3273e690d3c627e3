import type { Attributes, AttributeValue } from '../ops/row.js';
import type { ConcreteInputs } from './evaluation.js';
import type { NamedInput } from './job.js';
import { NotRunnable } from './not-runnable.js';

/** The numbers that were chosen for the symbolic sizes of a slice, by name. */
export type Sizes = ReadonlyMap<string, number>;

/** Sizes are chosen with the shapes of the inputs. */
export function bindSizes(inputs: readonly NamedInput[], concrete: ConcreteInputs): Sizes {
  const sizes = new Map<string, number>();
  for (const { form } of inputs) {
    if (form.kind !== 'tensor' || form.dims === undefined) continue;
    const shape = concrete.get(form.node)?.shape ?? [];
    form.dims.forEach((dim, axis) => {
      const size = shape[axis];
      if (typeof dim === 'string' && size !== undefined) sizes.set(dim, size);
    });
  }
  return sizes;
}

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
  if ('shape' in value && Array.isArray(value.shape))
    return value.shape.map((dim: unknown) => dimSize(name, dim, sizes));
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
function sizeNamed(text: string, sizes: Sizes): number | undefined {
  const whole = sizes.get(text);
  if (whole !== undefined) return whole;
  if (!text.includes('·')) return undefined;
  let product = 1;
  for (const factor of text.split('·')) {
    const size = sizes.get(factor) ?? (/^\d+$/.test(factor) ? Number(factor) : undefined);
    if (size === undefined) return undefined;
    product *= size;
  }
  return product;
}
