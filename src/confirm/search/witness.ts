import { operatorByRow } from '../../ops/operators.js';
import type { JsonNumber, Witness, WitnessInput } from '../../report/report.js';
import type { NumericTensor, Observation, SiteCall } from '../evaluation.js';
import { backendOf } from '../digits.js';
import { writtenIn } from './domain.js';
import { shortest } from './float32.js';
import { isInNumbers, nameOfElement, type InputForm, type NamedInput } from '../job.js';
import type { Failed } from './judgement.js';
import type { Trial, Trials } from './trials.js';
import { isFloat } from './slots.js';

/** JavaScript numbers are doubles, and their reference has no name but that. */
const OF_NUMBERS = ['float64', 'exact'] as const;

/** Tensors with more elements are shown by the element that fails. */
const MOST_SHOWN = 16;

/** The input that fails, and what came out at the site: enough for a reader to check the verdict by hand. */
export async function witnessOf(trials: Trials, trial: Trial): Promise<Witness> {
  const failed = trial.judgement as Failed;
  const { job } = trials;
  const { float32, float64 } = await bothRuns(trials, trial);
  const observed: Record<string, JsonNumber> = {};
  const op = opName(job.site.op);
  const operandName = (name: string): string =>
    job.site.op === 'js.ofTensor' ? 'the tensor' : `${name} of ${op}`;
  const [format, reference] = isInNumbers(job.site) ? OF_NUMBERS : [backendOf(job).format, 'float64'];
  const call = float32.siteCalls[failed.call];
  const atGradient = failed.node !== undefined;
  if (call) {
    const exact = float64?.siteCalls[failed.call];
    for (const [name, operand] of Object.entries(call.operands)) {
      const element = sourceElement(call, operand, failed, atGradient);
      observed[`${operandName(name)} in ${format}`] = show(operand, element);
      const same = exact?.operands[name];
      if (same) observed[`${operandName(name)} in ${reference}`] = show(same, element);
    }
    const element = atGradient ? 0 : failed.element;
    observed[`${op} in ${format}`] = show(call.output, element);
    if (exact) observed[`${op} in ${reference}`] = show(exact.output, element);
  }
  showThrown(observed, float32);
  showResults(observed, format, float32, float64, call);
  showWithout(observed, trial, failed);
  if (job.gradient) showGradients(observed, format, trial, failed, float32, float64);
  return { inputs: inputsOf(trial), observed };
}

/** Both precisions with the gradient; what the search has seen, if the evaluator has no time left for it. */
async function bothRuns(
  trials: Trials,
  { layout, values, evidence }: Trial,
): Promise<{ float32: Observation; float64: Observation | undefined }> {
  try {
    const { gradient } = trials.job;
    const float32 = await trials.evaluate(layout, values, 'float32', gradient);
    return { float32, float64: await trials.evaluate(layout, values, 'float64', gradient) };
  } catch {
    return { float32: evidence.float32, float64: evidence.float64 };
  }
}

/** The constants that decide which way is taken, where callers may give others. */
export function chosenConstants(inputs: readonly NamedInput[]): WitnessInput[] {
  const chosen: WitnessInput[] = [];
  const visit = (name: string, form: InputForm): void => {
    if (form.kind === 'constant' && form.chosen === true && form.value !== undefined)
      chosen.push({ name, value: form.value });
    else if (form.kind === 'object')
      for (const [field, inner] of Object.entries(form.fields)) visit(`${name}.${field}`, inner);
    else if (form.kind === 'list')
      form.elements.forEach((inner, index) => visit(nameOfElement(name, index), inner));
  };
  for (const { name, form } of inputs) visit(name, form);
  return chosen;
}

/** The inputs of a trial, as a witness shows them. */
export function inputsOf({ layout, values }: Trial): WitnessInput[] {
  return layout.map(({ slot, shape }, index): WitnessInput => {
    const written = values[index]!.map((value) => writtenIn(value, slot.domain));
    if (slot.kind === 'number') return { name: slot.name, value: written[0]! };
    return { name: slot.name, value: nest(written, shape), shape, dtype: slot.dtype };
  });
}

/** `tf.log`, or `Math.log` and `a - b` where the site is arithmetic on JavaScript numbers, or what a call does in all. */
export function opName(op: string): string {
  if (op === 'optimizer.descent') return 'the loss after training';
  if (!op.startsWith('js.')) return `tf.${op}`;
  if (op === 'js.onTensor') return 'the operator';
  if (op === 'js.ofTensor') return 'what JavaScript reads';
  if (op === 'js.cut' || op === 'js.pixel') return 'the array is given';
  return operatorByRow.get(op)?.sign ?? `Math.${op.slice(3)}`;
}

/** `x[1]`, `x[0][2]`; the name alone for a scalar. */
export function elementName(name: string, shape: readonly number[], element: number): string {
  let rest = element;
  let index = '';
  for (const size of shape.toReversed()) {
    index = `[${rest % size}]${index}`;
    rest = Math.floor(rest / size);
  }
  return name + index;
}

export function toJson(value: number): JsonNumber {
  if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
  return String(value);
}

/** Flat values as nested arrays of that shape. */
export function nest<T>(values: readonly T[], shape: readonly number[]): unknown {
  if (shape.length === 0) return values[0];
  const [size, ...rest] = shape as [number, ...number[]];
  const block = values.length / Math.max(1, size);
  return Array.from({ length: size }, (_, index) =>
    nest(values.slice(index * block, (index + 1) * block), rest),
  );
}

function show({ shape, values, dtype }: NumericTensor, element: number): JsonNumber {
  // Nine digits name a float32 number, twelve are plenty of a float64 one.
  const written = (value: number): JsonNumber =>
    toJson(isFloat(dtype) && Number.isFinite(value) ? Number(shortest(value).toPrecision(12)) : value);
  if (values.length > MOST_SHOWN) return written(values[element] ?? NaN);
  return nest(values.map(written), shape) as JsonNumber;
}

function sourceElement(call: SiteCall, operand: NumericTensor, failed: Failed, atGradient: boolean): number {
  return !atGradient && operand.values.length === call.output.values.length ? failed.element : 0;
}

function showThrown(observed: Record<string, JsonNumber>, { thrown }: Observation): void {
  if (thrown) observed[thrown.during === 'backward' ? 'the gradient throws' : 'throws'] = thrown.message;
}

/** Whether the failure reached the result of the unit, unless the site is the result. */
function showResults(
  observed: Record<string, JsonNumber>,
  format: string,
  { outputs }: Observation,
  float64: Observation | undefined,
  call: SiteCall | undefined,
): void {
  if (outputs.length !== 1 || !call) return;
  const [result] = outputs as [NumericTensor];
  const same =
    result.values.length === call.output.values.length &&
    result.values.every((value, index) => Object.is(value, call.output.values[index]));
  if (same) return;
  observed[`result in ${format}`] = show(result, 0);
  const [exact] = float64?.outputs ?? [];
  if (exact && format !== 'float64') observed['result in float64'] = show(exact, 0);
}

/** What the gradient would be without the site. */
function showWithout(
  observed: Record<string, JsonNumber>,
  { layout, evidence }: Trial,
  failed: Failed,
): void {
  const slot = layout.find(({ slot }) => slot.node === failed.node)?.slot;
  const gradient = slot && evidence.without?.gradients.get(slot.node);
  if (slot !== undefined && gradient !== undefined)
    observed[`gradient of ${slot.name} without it, in float64`] = show(gradient, failed.element);
}

function showGradients(
  observed: Record<string, JsonNumber>,
  format: string,
  { layout }: Trial,
  failed: Failed,
  float32: Observation,
  float64: Observation | undefined,
): void {
  for (const { slot } of layout) {
    const element = slot.node === failed.node ? failed.element : 0;
    const single = float32.gradients.get(slot.node);
    if (!single) continue;
    observed[`gradient of ${slot.name} in ${format}`] = show(single, element);
    const exact = float64?.gradients.get(slot.node);
    if (exact && format !== 'float64') observed[`gradient of ${slot.name} in float64`] = show(exact, element);
  }
}
