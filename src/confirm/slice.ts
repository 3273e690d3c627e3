/** The part of a tensor program that feeds a site, down to what the search may choose freely. */
import type { AttributeValue } from '../ops/row.js';
import { declaredName } from '../program/declared-name.js';
import { operandNodes, type Node } from '../program/node.js';
import type { Finding } from '../rule/finding.js';

/**
 * What the search may choose freely: inputs, what could not be followed, tensors made of that, variables, which training
 * changes, and random draws, which may come out anyhow.
 */
export const isSlot = (node: Node): boolean =>
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

/** Whether the suspected operand is computed of what the program writes down: one run shows what it is. */
export function operandIsConstant({ site, danger }: Finding): boolean {
  const operand = danger.region && site.operands[danger.region.operand];
  if (operand === undefined || 'length' in operand || danger.implied === true) return false;
  return sliceAlong(operand, 'first').every(isFixed);
}

const isFixed = (node: Node): boolean =>
  !isSlot(node) && node.op !== 'join' && !isDraw(node) && Object.values(node.attributes).every(isWritten);

function isWritten(value: AttributeValue): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return !('unknown' in value) && Object.values(value).every(isWritten);
}

const isDraw = ({ op }: Node): boolean => /random|truncatedNormal|multinomial|dropout/i.test(op);

/** Whether the slice has a join at all: if not, both ways are one. */
export function hasWays(finding: Finding): boolean {
  return (
    sliceAlong(finding.site, 'first').length !== sliceAlong(finding.site, 'last').length ||
    sliceAlong(finding.site, 'first').some((node) => node.op === 'join')
  );
}

export function slotName(node: Node): string {
  const { path, cause } = node.attributes;
  if (typeof path === 'string') return path;
  if (node.op === 'variable') return declaredName(node) ?? 'a variable';
  if (isOfUnknownData(node)) return `the data of ${node.op}`;
  return typeof cause === 'string' ? `a value (${cause})` : `a draw of ${node.op}`;
}

/**
 * Whether a slice would choose what the function itself computes, in a loop, behind a branch, as the element of a list: that
 * the one fails there does not tell that the other comes to it. `all`: it would choose nothing else.
 */
export function choosesComputed({ site }: Finding): 'all' | 'some' | 'none' {
  const slots = [...sliceAlong(site, 'first'), ...sliceAlong(site, 'last')].filter(isSlot);
  if (slots.length > 0 && slots.every(isFilledList)) return 'all';
  return slots.some((slot) => isComputed(slot) || isFilledList(slot)) ? 'some' : 'none';
}

const isComputed = ({ op, attributes }: Node): boolean =>
  op === 'unknown' && attributes['cause'] !== undefined;

/** `tf.tensor1d(mask)` of a list that the code fills with zeros and ones: data from outside may be anything. */
const isFilledList = (node: Node): boolean =>
  isOfUnknownData(node) && Number.isFinite(node.range.low) && Number.isFinite(node.range.high);

/** Operands first; of a join only the way that is taken. */
export function sliceAlong(site: Node, way: 'first' | 'last'): Node[] {
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

export function taken(join: Node, way: 'first' | 'last'): Node {
  const alternatives = join.operands['alternatives'] as readonly Node[];
  return alternatives.at(way === 'first' ? 0 : -1)!;
}
