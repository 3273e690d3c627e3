/** Jobs that run a slice. */
import { showSize, symbol, type Shape } from '../facts/shape.js';
import type { AttributeValue } from '../ops/row.js';
import { mapOperands, type Node } from '../program/node.js';
import { roleOf } from '../program/tensorflow/number-roles.js';
import type { Finding } from '../rule/finding.js';
import { Apart } from './apart.js';
import type { Job, NamedInput, SliceNode, SliceUnit } from './job.js';
import { likelyShapes } from './likely-shapes.js';
import { factorsOf } from './sizes.js';
import { isSlot, operandIsConstant, sliceAlong, slotName, taken } from './slice.js';
import { type JobOptions, commonParts } from './job-of-finding.js';
import { type Shown, tensorForm, numberForm, ORDINARY_COUNT } from './input-forms.js';

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
  return {
    ...commonParts(finding, how),
    settledBy: operandIsConstant(finding) ? 'operand' : undefined,
    unit,
    inputs: [...inputs, ...apart.inputs(), ...sizes],
  };
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

function toSliceNode(node: Node, way: 'first' | 'last', apart: Apart): SliceNode {
  const operands =
    node.op === 'join' ? { alternatives: [taken(node, way).id] } : mapOperands(node.operands, ({ id }) => id);
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
