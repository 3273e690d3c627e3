/** Lists of sizes that are a shape of unknown rank: `x.shape`, `x.shape.slice(0, -1)`, `[...x.shape, 10]`. */
import { withoutBack, withoutFront, type OpenShape } from '../../facts/open-shape.js';
import { dim, type Dim } from '../../facts/shape.js';
import type { ArrayValue, Value } from '../values.js';

/** With what the list held then: once it was written to, it is another one. */
const noted = new WeakMap<ArrayValue, Pick<ArrayValue, 'elements' | 'rest'> & { form: OpenShape }>();

/** The list, of which is known that it is the shape of something. */
export function withSizes<List extends ArrayValue>(list: List, form: OpenShape | undefined): List {
  if (form !== undefined) noted.set(list, { form, elements: list.elements, rest: list.rest });
  return list;
}

export function openSizesOf(value: Value): OpenShape | undefined {
  if (value.kind !== 'array' || value.rest === undefined) return undefined;
  const known = noted.get(value);
  return known?.elements === value.elements && known.rest === value.rest ? known.form : undefined;
}

/** `sizes.slice(from, to)`, where nothing is taken out of the middle. */
export function slicedSizes(
  list: Value,
  from: number | undefined,
  to: number | undefined,
): OpenShape | undefined {
  const form = openSizesOf(list);
  if (form === undefined || from === undefined || from < 0 || (to !== undefined && to >= 0)) return undefined;
  const behind = withoutFront(form, from);
  return behind && withoutBack(behind, -(to ?? 0));
}

/** `[B, ...sizes, 10]`: one list of sizes of unknown length, and sizes before and behind it. */
export function joinedSizes(
  parts: readonly { readonly spread: boolean; readonly value: Value }[],
): OpenShape | undefined {
  const at = parts.findIndex(({ spread, value }) => spread && openSizesOf(value) !== undefined);
  if (at < 0) return undefined;
  const before = sizesOf(parts.slice(0, at));
  const behind = sizesOf(parts.slice(at + 1));
  const form = openSizesOf(parts[at]!.value)!;
  return before && behind && { ...form, front: [...before, ...form.front], back: [...form.back, ...behind] };
}

function sizesOf(parts: readonly { readonly spread: boolean; readonly value: Value }[]): Dim[] | undefined {
  const dims = parts.flatMap(({ spread, value }): (Dim | undefined)[] => {
    if (!spread) return [dimOf(value)];
    return value.kind === 'array' && value.rest === undefined ? value.elements.map(dimOf) : [undefined];
  });
  return dims.every((d) => d !== undefined) ? dims : undefined;
}

function dimOf(value: Value): Dim | undefined {
  if (value.kind === 'number') return value.size === undefined ? undefined : dim(value.size);
  if (value.kind !== 'constant' || typeof value.value !== 'number') return undefined;
  return dim(value.value, value.value === 1 ? { one: 'explicit' } : { axis: value.axis });
}
