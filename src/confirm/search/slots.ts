import { elementsIn } from '../../facts/concrete-shape.js';
import { CPU, type Backend } from '../../facts/backend.js';
import type { ConcreteInputs, NumericTensor } from '../evaluation.js';
import { nameOfElement, type InputForm, type NamedInput } from '../job.js';
import { sizeNamed, sizesIn } from '../sizes.js';

/** An input that the search may choose: a tensor, or a number, wherever it lies in objects and lists. */
export interface Slot {
  readonly node: number;
  /** As the reader knows it: `x`, `config.epsilon`, `layers[0]`. */
  readonly name: string;
  readonly kind: 'tensor' | 'number';
  readonly dims: readonly (number | string)[] | undefined;
  readonly claimedRank: number | undefined;
  /** The shape to try first; of a number that is a size, the size. */
  readonly likely?: readonly number[] | undefined;
  readonly dtype: string;
  readonly domain: Domain;
  /** Of a number that is a size of tensors: which, as it is named among their `dims`. */
  readonly measures?: string | undefined;
  /** Of a number: it names an axis of a tensor. */
  readonly isAxis?: boolean | undefined;
}

/** The values that the caller promised, or that are assumed where nobody promised anything. */
export interface Domain {
  readonly low: number;
  readonly high: number;
  readonly integer: boolean;
  /** Tensors hold float32 numbers; a JavaScript number is a double. */
  readonly single: boolean;
  /** Whose numbers these are; absent: those of the cpu. */
  readonly backend?: Backend | undefined;
}

/** Slots with their shapes chosen. */
export type Layout = readonly PlacedSlot[];

export interface PlacedSlot {
  readonly slot: Slot;
  readonly shape: readonly number[];
  readonly size: number;
  /** Of a number that is a size or names an axis: which one was chosen. */
  readonly number?: number | undefined;
}

/** Flat values, slot by slot, in the order of the layout. */
export type Values = readonly (readonly number[])[];

export function slotsOf(inputs: readonly NamedInput[], backend: Backend = CPU): Slot[] {
  const slots = new Map<number, Slot>();
  const visit = (name: string, form: InputForm): void => {
    switch (form.kind) {
      case 'tensor':
      case 'number':
        // One node is one value, under whatever names it is handed over.
        if (!slots.has(form.node)) slots.set(form.node, slotOf(name, form, backend));
        return;
      case 'object':
        for (const [field, inner] of Object.entries(form.fields)) visit(`${name}.${field}`, inner);
        return;
      case 'list':
        form.elements.forEach((inner, index) => visit(nameOfElement(name, index), inner));
        return;
      case 'model':
        for (const answer of form.answers) visit(answer.name, answer.form);
        return;
    }
  };
  for (const input of inputs) visit(input.name, input.form);
  return [...slots.values()];
}

function slotOf(
  name: string,
  form: Extract<InputForm, { kind: 'tensor' | 'number' }>,
  backend: Backend,
): Slot {
  if (form.kind === 'number') {
    const domain = { low: form.low, high: form.high, integer: form.integer, single: false };
    return {
      node: form.node,
      name,
      kind: 'number',
      dims: [],
      claimedRank: 0,
      dtype: 'float32',
      domain,
      measures: form.size,
      likely: form.likely === undefined ? undefined : [form.likely],
      isAxis: form.axis,
    };
  }
  const bool = form.dtype === 'bool';
  const domain = {
    low: bool ? Math.max(0, form.low) : form.low,
    high: bool ? Math.min(1, form.high) : form.high,
    integer: form.integer || bool || form.dtype === 'int32',
    single: form.double !== true,
    backend,
  };
  return {
    node: form.node,
    name,
    kind: 'tensor',
    dims: form.dims,
    claimedRank: form.claimedRank,
    likely: form.likely,
    dtype: form.dtype,
    domain,
  };
}

export function place(slot: Slot, shape: readonly number[], number?: number): PlacedSlot {
  return { slot, shape, size: elementsIn(shape), number };
}

/** Numbers that are sizes or axes. */
export const isChosenWithShapes = ({ measures, isAxis }: Slot): boolean =>
  measures !== undefined || isAxis === true;

const settled = new WeakMap<Layout, ReadonlyMap<PlacedSlot, number>>();

/** Numbers that are not free once the shapes are chosen: sizes and axes. */
export function settledBy(layout: Layout): ReadonlyMap<PlacedSlot, number> {
  const known = settled.get(layout);
  if (known !== undefined) return known;
  // Of an input whose rank is not known the code may ask by place: `x.shape[0]` is `x.0`.
  const sizes = sizesIn(
    layout.map(({ slot: { name, dims }, shape }) => ({
      dims: dims ?? shape.map((_, axis) => `${name}.${axis}`),
      shape,
    })),
  );
  const numbers = layout.flatMap((placed): [PlacedSlot, number][] => {
    const { measures } = placed.slot;
    const number = (measures === undefined ? undefined : sizeNamed(measures, sizes)) ?? placed.number;
    return number === undefined ? [] : [[placed, number]];
  });
  settled.set(layout, new Map(numbers));
  return settled.get(layout)!;
}

export function concrete(layout: Layout, values: Values): ConcreteInputs {
  const inputs = new Map<number, NumericTensor>();
  layout.forEach(({ slot, shape }, index) => {
    inputs.set(slot.node, { shape, dtype: slot.dtype, values: values[index]! });
  });
  return inputs;
}

export function isFloat(dtype: string): boolean {
  // `number`: a JavaScript number among the results of a unit.
  return dtype === 'float32' || dtype === 'number' || dtype === 'float64' || dtype === 'float16';
}
