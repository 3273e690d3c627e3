import { elementsIn } from '../facts/concrete-shape.js';
import type { Witness } from '../report/report.js';
import type { NumericTensor } from './evaluation.js';
import type { Job } from './job.js';
import type { Inputs } from './realm-messages.js';
import { slotsOf } from './search/slots.js';

/** The inputs that a witness shows, as a realm takes them; undefined where the witness does not show them all. */
export function inputsOf(job: Job, witness: Witness): Inputs | undefined {
  const shown = new Map(witness.inputs.map((input) => [input.name, input]));
  const inputs: [number, NumericTensor][] = [];
  for (const slot of slotsOf(job.inputs)) {
    const input = shown.get(slot.name);
    if (input === undefined) return undefined;
    const values = [input.value].flat(Infinity).map(Number);
    const shape = input.shape ?? shapeOf(input.value);
    if (values.length !== elementsIn(shape)) return undefined;
    inputs.push([slot.node, { shape, dtype: slot.dtype, values }]);
  }
  return inputs;
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}
