/** Jobs that call the unit of a finding. */
import { concreteShape } from '../facts/shape.js';
import type { CallShapes } from '../program/custom-calls.js';
import { slice, type Node } from '../program/node.js';
import type { Unit, UnitInputForm } from '../program/unit.js';
import type { Finding } from '../rule/finding.js';
import type { Span } from '../source/span.js';
import type { FunctionUnit, Job, NamedInput, ShapesByNode } from './job.js';
import { likelyShapes } from './likely-shapes.js';
import { operandIsConstant, sliceAlong, slotName } from './slice.js';
import { type JobOptions, commonParts } from './job-of-finding.js';
import { type Shown, ORDINARY_LENGTH, toForm, tensorForm } from './input-forms.js';

/** A job that calls the unit of a finding; `bundled` is the unit made callable. */
export function functionJob(finding: Finding, bundled: FunctionUnit, how: JobOptions, choice = 0): Job {
  const given = tensorInputs(finding);
  const shown: Shown = {
    nodes: sliceAlong(finding.site, 'first'),
    shapes: likelyShapes(given, finding.nodes),
    choice,
    inNumbers: finding.site.op.startsWith('js.'),
    rounds: finding.danger.expansion === 'grows' ? ORDINARY_LENGTH : undefined,
    handsInWeights: handsInWeights(finding, given),
  };
  const inputs = finding.unit.inputs.map(({ name, source, form }): NamedInput => ({
    name,
    source,
    form: toForm(form, shown),
  }));
  const variables = moduleVariables(finding, given).map((node): NamedInput => ({
    name: slotName(node),
    source: 'variable',
    form: tensorForm(node, shown),
  }));
  const calls = finding.unit.calls?.map((shapes) => shapesByNode(inputs, shapes));
  const settledBy = isHandedNothing(finding) ? 'unit' : operandIsConstant(finding) ? 'operand' : undefined;
  return { ...commonParts(finding, how), settledBy, unit: bundled, inputs: [...inputs, ...variables], calls };
}

/** A module runs once, as it stands; what a function captured another one may have changed. */
const isHandedNothing = ({ unit, danger }: Finding): boolean =>
  unit.kind === 'module' && unit.inputs.length === 0 && danger.implied !== true;

/** Weights that are typed as tensors, `Record<string, tf.Tensor>`, and trained: a variable is a tensor too. */
function handsInWeights({ site, nodes, unit }: Finding, given: readonly Node[]): boolean {
  return (
    site.gradient?.by === 'variables' &&
    unit.inputs.every(({ source }) => source === 'parameter') &&
    !given.some(({ attributes }) => attributes['trained'] === true) &&
    ![...nodes, ...slice(site)].some(({ op }) => op === 'variable')
  );
}

/** The shapes of a call belong to the parameters, in their order. */
function shapesByNode(inputs: readonly NamedInput[], shapes: CallShapes): ShapesByNode {
  const parameters = inputs.filter(({ source }) => source === 'parameter');
  return shapes.flatMap((shape, index) => {
    const form = parameters[index]?.form;
    return form?.kind === 'tensor' ? [[form.node, shape] as const] : [];
  });
}

/** How many choices of constants are to be tried: as many as the input with the most of them has. */
export function choicesOf({ unit }: Finding): number {
  const most = (form: UnitInputForm): number =>
    form.kind === 'choice' ? form.values.length : Math.max(1, ...formsIn(form).map(most));
  return Math.min(MOST_CHOICES, Math.max(1, ...unit.inputs.map(({ form }) => most(form))));
}

const MOST_CHOICES = 4;

function formsIn(form: UnitInputForm): readonly UnitInputForm[] {
  if (form.kind === 'object') return Object.values(form.fields);
  if (form.kind === 'list') return form.elements;
  return form.kind === 'model' ? form.answers : [];
}

/** The parameters of a unit, in order, as what the caller has to provide. */
export function parameterForms(unit: Unit, nodes: readonly Node[]): NamedInput[] {
  const shown: Shown = { nodes, shapes: likelyShapes(tensorInputs({ unit }), nodes) };
  return unit.inputs
    .filter(({ source }) => source === 'parameter')
    .map(({ name, source, form }) => ({ name, source, form: toForm(form, shown) }));
}

/**
 * Variables that exist before the unit is called: its module made them, training has changed them since. In the order in
 * which the source makes them, by which they are told apart.
 */
function moduleVariables({ site, unit }: Finding, inputs: readonly Node[]): Node[] {
  if (unit.kind === 'module') return [];
  return slice(site)
    .filter((node) => {
      if (node.op !== 'variable' || concreteShape(node.shape) === undefined || inputs.includes(node))
        return false;
      const { file, start, end } = placeOf(node);
      return file !== unit.span.file || start < unit.span.start || end > unit.span.end;
    })
    .sort((a, b) => placeOf(a).start - placeOf(b).start);
}

const placeOf = ({ chain, span }: Node): Span => chain[0] ?? span;

/** The tensors that the caller provides. */
function tensorInputs({ unit }: { readonly unit: Unit }): Node[] {
  const free = new Set<Node>();
  const visit = (form: UnitInputForm): void => {
    if (form.kind === 'tensor') free.add(form.node);
    else formsIn(form).forEach(visit);
  };
  for (const { form } of unit.inputs) visit(form);
  return [...free];
}
