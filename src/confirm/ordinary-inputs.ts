import type { LoweredUnit } from '../program/lowering.js';
import type { InputForm } from './job.js';
import { parameterForms } from './prepare.js';
import { layouts } from './search/shapes.js';
import { slotsOf } from './search/slots.js';
import { ordinaryValues } from './search/values.js';

/** Arguments for a call: float tensors to differentiate by, and what else the function takes. */
export interface OrdinaryArguments {
  /** One a parameter; `tensor` is the place among `tensors`. */
  readonly parameters: readonly ({ readonly tensor: number } | { readonly value: unknown })[];
  /** Nested arrays. */
  readonly tensors: readonly unknown[];
}

/**
 * Ordinary arguments for a function, from its types, its JSDoc (`@shape`, `@range`) and what it does with them: the
 * likeliest shapes first. Nothing where a parameter is neither tensor nor number nor constant.
 */
export function* ordinaryArguments({ unit, nodes }: LoweredUnit): Generator<OrdinaryArguments> {
  const forms = parameterForms(unit, nodes);
  if (forms.some(({ form }) => !isSimple(form))) return;
  const slots = slotsOf(forms);
  for (const layout of layouts(slots)) {
    const values = ordinaryValues(layout);
    const tensors: unknown[] = [];
    const parameters = forms.map(({ form }): OrdinaryArguments['parameters'][number] => {
      if (form.kind === 'constant') return { value: form.value };
      if (form.kind !== 'tensor' && form.kind !== 'number') return { value: undefined };
      const at = layout.findIndex(({ slot }) => slot.node === form.node);
      const { shape } = layout[at]!;
      if (form.kind === 'number') return { value: values[at]![0] };
      tensors.push(nested(values[at]!, shape));
      return { tensor: tensors.length - 1 };
    });
    yield { parameters, tensors };
  }
}

const isSimple = (form: InputForm): boolean =>
  form.kind === 'number' ||
  form.kind === 'constant' ||
  form.kind === 'unused' ||
  (form.kind === 'tensor' && form.as === undefined && form.dtype === 'float32');

function nested(values: readonly number[], shape: readonly number[]): unknown {
  let level: unknown[] = [...values];
  for (const size of shape.slice(1).reverse())
    level = Array.from({ length: level.length / size }, (_, at) => level.slice(at * size, (at + 1) * size));
  return shape.length === 0 ? level[0] : level;
}
