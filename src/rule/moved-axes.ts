/** An axis that `reshape` is to bring from one end to the other: rows that were stacked become columns. */
import { formOf } from '../program/shapes/open-shape.js';
import { isOpen } from '../facts/open-shape.js';
import {
  isSymbolic,
  sameSize,
  showShape,
  showSize,
  type Dim,
  type Shape,
  type Size,
} from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { alignedOperands, sameAxes } from './axes.js';
import { isOp, operandOf } from './patterns.js';
import { misfit } from './reshaped-axes.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

export function movedAxis(site: Site): Suspicion | undefined {
  const [x, target] = [site.operand('x'), site.node.shape];
  if (x === undefined || target === undefined) return undefined;
  return stackedRows(site, x, target) ?? namedAxisMoved(site, x, target);
}

/** `table.reshape([-1, window, names.length])` of [names.length, steps]: the axis of a name, and no part of another one, is moved. */
function namedAxisMoved(site: Site, x: Node, target: Shape): Suspicion | undefined {
  const from = (x.shape ?? []).filter(isLong);
  const to = target.filter(isLong);
  if (from.length < 2 || to.length < 2) return undefined;
  const isMoved = isAtOtherEnd(from, to) || isAtOtherEnd([...from].reverse(), [...to].reverse());
  if (!isMoved) return undefined;
  const [before, after] = [showShape(x.shape), showShape(target)];
  return {
    message: `\`${site.text()}\` reads ${before} as ${after}: \`reshape\` keeps the values in their order and moves no axis, so that a row of the result holds values of several rows. Move the axis first, by \`transpose\`, and then split or merge the others.`,
    danger: misfit(`${before} is read as ${after}`),
    manifest: true,
    related: [{ node: x, message: `${before} comes from here` }],
  };
}

const isLong = ({ size }: Dim): boolean => size !== 1;

/** Whether the first axis becomes the last one, and has nothing to do with any other. */
function isAtOtherEnd([moved, ...left]: Shape, to: Shape): boolean {
  const { size } = moved!;
  if (!isSymbolic(size) || size.coefficient !== 1 || size.symbols.length !== 1) return false;
  const [name] = size.symbols;
  return (
    sameSize(size, to.at(-1)!.size) && ![...left, ...to.slice(0, -1)].some((d) => mentions(d.size, name!))
  );
}

/** Sizes that are computed from others hold their names. */
const mentions = (size: Size, name: string): boolean =>
  isSymbolic(size) &&
  size.symbols.some((symbol) => namesWithin(symbol).includes(name) || symbol.includes('|'));

const namesWithin = (symbol: string): string[] => symbol.split(/[\s()|·]+/);

/** `tf.stack([a, b, c, d]).reshape([-1, 4])`: the four are rows, and are to be columns. */
function stackedRows(site: Site, x: Node, target: Shape): Suspicion | undefined {
  const stack = sameAxes(x).find(({ op }) => op === 'stack');
  const parts = stack === undefined ? [] : stackedParts(stack);
  const [count, last] = [parts.length, target.at(-1)?.size];
  if (stack === undefined || count < 2 || last !== count || target.filter(isLong).length !== 2)
    return undefined;
  const areColumns = parts.some((part) => isColumn(part));
  if (!parts.every(isVector) && !areColumns) return undefined;
  if (parts.some((part) => part.shape?.[0]?.size === count || part.shape?.[0]?.size === 1)) return undefined;
  const length = vectorLength(parts);
  const from = `[${count}, ${length}]`;
  const back = `stack(…, 1)`;
  return {
    message: `\`${site.text()}\` lays ${count} tensors on each other, ${from}, and reads them as ${showShape(target)}: \`reshape\` keeps the values in their order, and a row of the result holds ${count} values of one of them instead of one of each. Stack them along the last axis: \`${back}\`, without the \`reshape\`.`,
    danger: misfit(`${from} is read as ${showShape(target)}`),
    // Two lists of coordinates, x and y in turn, make rows of two in this way.
    manifest: areColumns || count > 2,
    related: [{ node: stack, message: `${from} comes from here` }],
  };
}

const vectorLength = (parts: readonly Node[]): string => {
  const size = parts.find(isVector)?.shape?.[0]?.size;
  return size === undefined ? 'N' : showSize(size);
};

const stackedParts = (stack: Node): readonly Node[] => {
  const { axis } = stack.attributes;
  const parts = operandNodes(stack);
  const areListed = parts.every(({ attributes }) => attributes['cause'] !== 'a list of unknown length');
  return (axis === undefined || axis === 0) && areListed ? parts : [];
};

const isVector = ({ shape }: Node): boolean => shape?.length === 1;

/** Computed, element by element, from what rows were taken apart into: a value of each row. */
function isColumn(part: Node, depth = 0): boolean {
  if (part.op === 'unstack') return part.attributes['axis'] === 1 || part.attributes['axis'] === -1;
  const form = formOf(part);
  if (form !== undefined && !isOpen(form) && form.length !== 1) return false;
  if (isOp(part, 'squeeze', 'reshape') && operandOf(part, 'x')?.shape?.at(-1)?.one === 'sliced') return true;
  return depth < MOST_STEPS && alignedOperands(part).some((operand) => isColumn(operand, depth + 1));
}

/** Ops between a column of a table and what is stacked: the corners of boxes by centres and sizes. */
const MOST_STEPS = 8;
