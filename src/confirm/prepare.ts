import type { Range } from '../facts/range.js';
import { concreteShape, showSize, symbol, type Shape } from '../facts/shape.js';
import type { AttributeValue } from '../ops/row.js';
import type { CallShapes } from '../program/custom-calls.js';
import { declaredName } from '../program/declared-name.js';
import { operandNodes, slice, type Node } from '../program/node.js';
import { roleOf } from '../program/tensorflow/number-roles.js';
import { numberOfSize } from '../program/shapes/size-formulas.js';
import type { NumberRole, Unit, UnitInputForm } from '../program/unit.js';
import type { Finding } from '../rule/finding.js';
import { sharesIn } from '../rule/mixtures.js';
import { Apart } from './apart.js';
import type { FunctionUnit, InputForm, Job, NamedInput, ShapesByNode, SliceNode, SliceUnit } from './job.js';
import { likelyShapes, type LikelyShapes } from './likely-shapes.js';
import { keyOfClass } from './input-classes.js';
import { indexLimit, meetsIntegers } from './integer-inputs.js';
import { factorsOf } from './sizes.js';

/** The default domain of what nobody described. */
const DEFAULT_LIMIT = 100;

/** A depth of 1 is refused by oneHot, and tells little anywhere. */
const ORDINARY_COUNT = 2;

/** What a job is told beside the finding. */
export type JobOptions = Pick<Job, 'seed' | 'backend'>;

/** Sums of two numbers are halved without an error: three show what more would. */
const ORDINARY_LENGTH = 3;

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
  return { ...commonParts(finding, how), unit: bundled, inputs: [...inputs, ...variables], calls };
}

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

/** Variables that exist before the unit is called: its module made them, training has changed them since. */
function moduleVariables({ site, unit }: Finding, inputs: readonly Node[]): Node[] {
  if (unit.kind === 'module') return [];
  return slice(site).filter((node) => {
    if (node.op !== 'variable' || concreteShape(node.shape) === undefined || inputs.includes(node))
      return false;
    const { file, start, end } = node.chain[0] ?? node.span;
    return file !== unit.span.file || start < unit.span.start || end > unit.span.end;
  });
}

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

/** What the ops that feed the site, or all of the unit, show of its inputs. */
interface Shown {
  readonly nodes: readonly Node[];
  readonly shapes: LikelyShapes;
  readonly apart?: Apart;
  /** Which of the constants is chosen where conditions ask for one of several. */
  readonly choice?: number | undefined;
  /** The site is arithmetic on JavaScript numbers. */
  readonly inNumbers?: boolean | undefined;
  /** A gradient is taken by variables, and no variable is in sight: the weights are among the tensors that are handed in. */
  readonly handsInWeights?: boolean | undefined;
  /** A list of which nothing tells the length has as many elements: loops go round it more than once. */
  readonly rounds?: number | undefined;
}

/**
 * A job that runs the part of the tensor program that feeds the site. Where ways join, `way` says which one is taken:
 * the first or the last.
 */
export function sliceJob(finding: Finding, how: JobOptions, way: 'first' | 'last'): Job {
  const nodes = sliceAlong(finding.site, way);
  const slots = nodes.filter(isSlot);
  const apart = new Apart(finding.danger.apart ?? [], finding.danger.apartAt);
  const shown: Shown = { nodes, shapes: likelyShapes(slots, nodes), apart };
  const unit: SliceUnit = {
    kind: 'slice',
    nodes: nodes.filter((node) => !slots.includes(node)).map((node) => toSliceNode(node, way, apart)),
  };
  const inputs = slots.map((node): NamedInput => ({
    name: slotName(node),
    source: 'slot',
    form: node.dtype === 'number' ? numberForm(node, shown, roleOf(node)) : tensorForm(node, shown),
  }));
  const sizes = freeSizes(unit, inputs).map((name, index) => sizeInput(name, index, shown));
  return { ...commonParts(finding, how), unit, inputs: [...inputs, ...apart.inputs(), ...sizes] };
}

/** Names of sizes that ops of the slice are given and that no input of it has. */
function freeSizes({ nodes }: SliceUnit, inputs: readonly NamedInput[]): string[] {
  const bound = new Set(inputs.flatMap(({ form }) => (form.kind === 'tensor' ? (form.dims ?? []) : [])));
  const given = nodes.flatMap(({ attributes }) => Object.values(attributes).flatMap(sizesGiven));
  return [...new Set(given.flatMap(factorsOf))].filter((name) => !bound.has(name) && !MADE.test(name));
}

/** Sizes of what an op makes are not chosen: they come out. */
const MADE = /^\?|\|/;

function sizesGiven(attribute: unknown): string[] {
  if (typeof attribute !== 'object' || attribute === null || !('shape' in attribute)) return [];
  return (attribute.shape as readonly (number | string)[]).filter((size) => typeof size === 'string');
}

function sizeInput(name: string, index: number, shown: Shown): NamedInput {
  const node = { id: -2 - index, range: { low: -Infinity, high: Infinity, integer: true } };
  return {
    name: /^node \d+$/.test(name) ? 'a size' : name,
    source: 'slot',
    form: numberForm(node, shown, { kind: 'size', size: symbol(name) }),
  };
}

/**
 * What the search may choose freely: inputs, what could not be followed, tensors made of that, variables, which training
 * changes, and random draws, which may come out anyhow.
 */
const isSlot = (node: Node): boolean =>
  node.op === 'input' ||
  node.op === 'unknown' ||
  node.op === 'variable' ||
  isOfUnknownData(node) ||
  (/^random|^truncatedNormal$|^js\.random$/.test(node.op) &&
    Number.isFinite(node.range.low) &&
    Number.isFinite(node.range.high));

/** `tf.tensor1d(field.value.split(',').map(Number))`, a picture from a page: data from outside. */
function isOfUnknownData({ attributes }: Node): boolean {
  const data = attributes['values'] ?? attributes['pixels'];
  return typeof data === 'object' && data !== null && 'unknown' in data;
}

/** Whether the slice has a join at all: if not, both ways are one. */
export function hasWays(finding: Finding): boolean {
  return (
    sliceAlong(finding.site, 'first').length !== sliceAlong(finding.site, 'last').length ||
    sliceAlong(finding.site, 'first').some((node) => node.op === 'join')
  );
}

function commonParts(
  finding: Finding,
  { seed, backend }: JobOptions,
): Omit<Job, 'unit' | 'inputs' | 'calls'> {
  const { danger, site } = finding;
  const by = site.gradient?.by;
  return {
    id: `${finding.rule} ${site.span.file}:${site.span.start}`,
    site: {
      op: site.op,
      region: danger.region,
      harm: danger.harm,
      failures: danger.failures,
      expansion: danger.expansion,
      claimed: danger.claimed,
      without: danger.without,
      formula: danger.formula,
    },
    gradient: danger.harm === 'gradient' || (danger.harm !== 'shape' && site.differentiated !== 'no'),
    by: Array.isArray(by) ? (by as readonly Node[]).map(({ id }) => id) : undefined,
    seed,
    backend,
  };
}

function slotName(node: Node): string {
  const { path, cause } = node.attributes;
  if (typeof path === 'string') return path;
  if (node.op === 'variable') return declaredName(node) ?? 'a variable';
  if (isOfUnknownData(node)) return `the data of ${node.op}`;
  return typeof cause === 'string' ? `a value (${cause})` : `a draw of ${node.op}`;
}

/** Operands first; of a join only the way that is taken. */
function sliceAlong(site: Node, way: 'first' | 'last'): Node[] {
  const ordered: Node[] = [];
  const seen = new Set<number>();
  const visit = (node: Node): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    if (isSlot(node)) {
      ordered.push(node);
      return;
    }
    for (const operand of node.op === 'join' ? [taken(node, way)] : operandNodes(node)) visit(operand);
    ordered.push(node);
  };
  visit(site);
  return ordered;
}

function taken(join: Node, way: 'first' | 'last'): Node {
  const alternatives = join.operands['alternatives'] as readonly Node[];
  return alternatives.at(way === 'first' ? 0 : -1)!;
}

function toSliceNode(node: Node, way: 'first' | 'last', apart: Apart): SliceNode {
  const operands =
    node.op === 'join'
      ? { alternatives: [taken(node, way).id] }
      : Object.fromEntries(
          Object.entries(node.operands).map(([name, operand]) => [
            name,
            Array.isArray(operand) ? operand.map(({ id }: Node) => id) : (operand as Node).id,
          ]),
        );
  return {
    id: node.id,
    op: node.op,
    operands,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => [
        name,
        apart.written(toPlain(value), node.named?.[name], name === 'shape' ? node : undefined),
      ]),
    ),
    output: node.output,
  };
}

/** Sizes by name; a number that is not known becomes an ordinary one of its range. */
function toPlain(value: AttributeValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if ('shape' in value)
    return {
      shape: (value.shape as Shape).map((d) => (typeof d.size === 'number' ? d.size : showSize(d.size))),
    };
  if ('unknown' in value)
    return ordinaryNumber(value as { range?: { low: number; high: number; integer: boolean } }) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, toPlain(field as AttributeValue)]),
  );
}

function ordinaryNumber({
  range,
}: {
  range?: { low: number; high: number; integer: boolean };
}): number | undefined {
  if (range === undefined) return undefined;
  return Math.min(Math.max(range.integer ? ORDINARY_COUNT : 1, range.low), range.high);
}

function toForm(form: UnitInputForm, shown: Shown): InputForm {
  switch (form.kind) {
    case 'tensor':
      return {
        ...tensorForm(form.node, shown),
        claimedRank: form.claimedRank,
        as: form.as,
        ...(form.as === 'array' && shown.inNumbers === true ? asDoubles(form.node) : {}),
      };
    case 'number':
      return numberForm(form.node, shown, form.role);
    case 'numbers':
      return numbersForm(form);
    case 'object':
      return {
        kind: 'object',
        fields: Object.fromEntries(
          Object.entries(form.fields).map(([name, field]) => [name, toForm(field, shown)]),
        ),
        of: form.of && keyOfClass(form.of),
      };
    case 'list':
      return {
        kind: 'list',
        elements: repeated(form.elements, shown).map((element) => toForm(element, shown)),
      };
    case 'choice': {
      const chosen = (shown.choice ?? 0) % form.values.length;
      return { kind: 'constant', value: form.values[chosen], chosen: true };
    }
    case 'model':
      return {
        kind: 'model',
        answers: form.answers.map((answer) => ({ name: answerName(answer), form: toForm(answer, shown) })),
      };
    default:
      return form;
  }
}

/** The one element that stands for any of a list, once for each round of a loop. */
const repeated = (elements: readonly UnitInputForm[], { rounds }: Shown): readonly UnitInputForm[] =>
  elements.length === 1 && rounds !== undefined
    ? Array.from({ length: rounds }, () => elements[0]!)
    : elements;

/** `this.actor.predict(observation)`: the call that gave it. */
const answerName = (answer: UnitInputForm): string =>
  answer.kind === 'tensor'
    ? slotName(answer.node)
    : answer.kind === 'list' && answer.elements[0] !== undefined
      ? answerName(answer.elements[0]).replace(/\[\d+\]$/, '')
      : 'a result';

function tensorForm(node: Node, shown: Shown): InputForm & { kind: 'tensor' } {
  const { nodes, shapes, apart } = shown;
  const { range, shape } = node;
  const depth = indexLimit(node, nodes, shapes);
  const dtype = depth !== undefined || meetsIntegers(node, nodes) ? 'int32' : (node.dtype ?? 'float32');
  const isShare = range.lowBy === 'assumed' && range.highBy === 'assumed' && sharesIn(nodes).has(node.id);
  const isTrained =
    node.attributes['trained'] === true || (shown.handsInWeights === true && dtype === 'float32');
  return {
    kind: 'tensor',
    node: node.id,
    likely: shapes.shapes.get(node.id),
    dims: shape?.map(
      (d, axis) =>
        apart?.nameAt(node, axis) ??
        apart?.nameOf(d.axis) ??
        (typeof d.size === 'number' ? d.size : showSize(d.size)),
    ),
    dtype,
    low: isShare ? 0 : depth === undefined ? limited(range.low, -DEFAULT_LIMIT) : 0,
    high: isShare ? 1 : depth === undefined ? limited(range.high, DEFAULT_LIMIT) : depth - 1,
    integer: depth !== undefined || range.integer,
    ...(isTrained ? { trained: true } : {}),
  };
}

function numberForm(
  node: { readonly id: number; readonly range: Pick<Range, 'low' | 'high' | 'integer'> },
  { shapes }: Shown,
  role?: NumberRole,
): InputForm & { kind: 'number' } {
  const { low, high, integer } = node.range;
  const whole = integer || role !== undefined;
  const [least, most] = whole ? WHOLE[role?.kind ?? 'size'] : [-DEFAULT_LIMIT, DEFAULT_LIMIT];
  return {
    kind: 'number',
    node: node.id,
    low: whole ? Math.max(least, limited(low, least)) : limited(low, least),
    high: whole ? Math.min(most, limited(high, most)) : limited(high, most),
    integer: whole,
    ...(role?.kind === 'size'
      ? { size: showSize(role.size), likely: numberOfSize(role.size, shapes.sizes) }
      : {}),
    ...(role?.kind === 'axis' ? { axis: true } : {}),
  };
}

/** Whole numbers that an op asks for are counts and depths; axes and indices are those of small tensors. */
const WHOLE: Readonly<Record<NumberRole['kind'], readonly [number, number]>> = {
  size: [ORDINARY_COUNT, 2 ** 3],
  axis: [0, 3],
  index: [0, 0],
};

/** Numbers that have not been stored in a tensor yet. */
const DOUBLE = { dtype: 'float64', double: true } as const;

const asDoubles = ({ shape }: Node): Partial<InputForm & { kind: 'tensor' }> =>
  shape?.length === 1 && typeof shape[0]!.size !== 'number'
    ? { ...DOUBLE, likely: [ORDINARY_LENGTH] }
    : DOUBLE;

/** As many as any other list of numbers of the unit has: what goes through two of them goes through both. */
function numbersForm({ node, atLeast }: UnitInputForm & { kind: 'numbers' }): InputForm & { kind: 'tensor' } {
  const { low, high, integer } = node.range;
  return {
    kind: 'tensor',
    node: node.id,
    dims: ['numbers'],
    likely: [Math.max(ORDINARY_LENGTH, atLeast)],
    low: limited(low, -DEFAULT_LIMIT),
    high: limited(high, DEFAULT_LIMIT),
    integer,
    as: 'array',
    ...DOUBLE,
  };
}

const limited = (value: number, fallback: number): number => (Number.isFinite(value) ? value : fallback);
