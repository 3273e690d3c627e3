/** Which operands of an op broadcast, and whether that was meant. */
import { sameSize, type Dim, type Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { isOp, operandOf, producer } from './patterns.js';

/** Ops that broadcast their operands against each other, with the names of the operands that do. */
export const BROADCASTING: Readonly<Record<string, readonly string[]>> = {
  add: ['a', 'b'],
  sub: ['a', 'b'],
  mul: ['a', 'b'],
  div: ['a', 'b'],
  pow: ['base', 'exp'],
  squaredDifference: ['a', 'b'],
  maximum: ['a', 'b'],
  minimum: ['a', 'b'],
  equal: ['a', 'b'],
  notEqual: ['a', 'b'],
  greater: ['a', 'b'],
  greaterEqual: ['a', 'b'],
  less: ['a', 'b'],
  lessEqual: ['a', 'b'],
  logicalAnd: ['a', 'b'],
  logicalOr: ['a', 'b'],
  atan2: ['a', 'b'],
  floorDiv: ['a', 'b'],
  mod: ['a', 'b'],
  logicalXor: ['a', 'b'],
  where: ['condition', 'a', 'b'],
};

export interface Growth {
  /** The dim of one operand that is 1 or missing, beside the dim of the other that it grows to. */
  readonly ofA: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
  readonly ofB: readonly { readonly from: Dim | undefined; readonly to: Dim }[];
}

/** The axes along which each operand is certain to grow; undefined unless both do. */
export function mutualGrowth(a: Shape, b: Shape): Growth | undefined {
  const ofA: { from: Dim | undefined; to: Dim }[] = [];
  const ofB: { from: Dim | undefined; to: Dim }[] = [];
  for (let fromEnd = 1; fromEnd <= Math.max(a.length, b.length); fromEnd += 1) {
    const left = a[a.length - fromEnd];
    const right = b[b.length - fromEnd];
    if (grows(left, right)) ofA.push({ from: left, to: right! });
    if (grows(right, left)) ofB.push({ from: right, to: left! });
  }
  return ofA.length > 0 && ofB.length > 0 ? { ofA, ofB } : undefined;
}

/** A size that is a name may be 1: it grows nothing unless it stands beside a written 1. */
function grows(from: Dim | undefined, to: Dim | undefined): boolean {
  if (to === undefined || to.size === 1) return false;
  return from === undefined || from.size === 1;
}

/** All pairs of two sets, written as such: both ones by hand, or one by hand and the sets differ. */
export function isMeant(growth: Growth, a: Node, b: Node): boolean {
  const ones = [...growth.ofA, ...growth.ofB].map(({ from }) => from);
  const explicit = (from: Dim | undefined): boolean => from?.one === 'explicit';
  const allByHand =
    growth.ofA.every(({ from }) => explicit(from)) && growth.ofB.every(({ from }) => explicit(from));
  if (allByHand) return true;
  if (isExpansionOf(a, b) || isExpansionOf(b, a)) return true;
  const targets = [...growth.ofA, ...growth.ofB].map(({ to }) => to);
  const equal = targets.every((to) => sameSize(to.size, targets[0]!.size));
  if (equal) return false;
  // Different sizes: a table of two sets if one axis was made by hand; an accident if the one comes from the data.
  const byHand = ones.some(explicit);
  const accidental = ones.some((from) => from?.one === 'structural' || from?.one === 'data');
  return byHand || !accidental;
}

/** The column is made of the very row it meets: differences within one set. */
function isExpansionOf(column: Node, row: Node): boolean {
  return isOp(column, 'expandDims', 'reshape') && producer(operandOf(column, 'x')) === producer(row);
}
