import type { InputForm } from './job.js';
import type { GradientInput } from '../gradcheck/index.js';
import { parameterForms } from './function-job.js';
import type { CallArguments } from './realm-messages.js';
import { layouts } from './search/shapes.js';
import { slotsOf } from './search/slots.js';
import { ordinaryValues } from './search/values.js';
import type { LoweredUnit } from '../program/lowered-unit.js';

/**
 * Ordinary arguments for a function, from its types, its JSDoc (`@shape`, `@range`) and what it does with them: the
 * likeliest shapes first. Nothing where a parameter is neither tensor nor number nor constant.
 */
export function* ordinaryArguments({ unit, nodes }: LoweredUnit): Generator<CallArguments> {
  const forms = parameterForms(unit, nodes);
  if (forms.some(({ form }) => !isSimple(form))) return;
  const slots = slotsOf(forms);
  for (const layout of layouts(slots)) {
    const values = ordinaryValues(layout);
    const tensors: GradientInput[] = [];
    const parameters = forms.map(({ form }): NonNullable<CallArguments['parameters']>[number] => {
      if (form.kind === 'constant') return { value: form.value };
      if (form.kind !== 'tensor' && form.kind !== 'number') return { value: undefined };
      const at = layout.findIndex(({ slot }) => slot.node === form.node);
      const { shape } = layout[at]!;
      if (form.kind === 'number') return { value: values[at]![0] };
      tensors.push(nested(values[at]!, shape) as GradientInput);
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
