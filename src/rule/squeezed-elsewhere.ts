/** A matrix beside a vector, of which another line says that it is a column: `rates.squeeze([1])` throws for anything else. */
import { showShape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { alignedOperands } from './axes.js';
import { BROADCASTING } from './broadcast.js';
import { isOp, operandOf, producer } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

export function besideSqueezed(site: Site): Suspicion | undefined {
  const [a, b] = BROADCASTING[site.node.op]!.map((name) => site.operand(name));
  return a === undefined || b === undefined
    ? undefined
    : (besideColumn(site, a, b) ?? besideColumn(site, b, a));
}

function besideColumn(site: Site, column: Node, row: Node): Suspicion | undefined {
  if (column.shape?.length !== 2 || row.shape?.length !== 1) return undefined;
  if (column.shape[1]!.size === 1 || row.shape[0]!.size === 1) return undefined;
  const squeezed = site.nodes.find(
    (node) => isOp(node, 'squeeze') && dropsColumn(node) && haveOneShape(operandOf(node, 'x'), column),
  );
  if (squeezed === undefined) return undefined;
  const [name, of] = [site.text(row), site.text(column)];
  return {
    message: `\`${site.text()}\` broadcasts to a table of all pairs: \`${site.text(squeezed)}\` says that ${showShape(column.shape)} is a column, and \`${name}\` is a row, ${showShape(row.shape)}. Drop the column here too, \`${of}.squeeze([1])\`.`,
    danger: {
      text: `${of} is a column`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'both-expand',
    },
    manifest: true,
    related: [{ node: squeezed, message: 'is a column, or this throws' }],
  };
}

function dropsColumn(node: Node): boolean {
  const axes: readonly unknown[] = [node.attributes['axis']].flat();
  const isMatrix = operandOf(node, 'x')?.shape?.length === 2;
  return isMatrix && axes.length === 1 && (axes[0] === 1 || axes[0] === -1);
}

/** Ops on the way from what both were made of. */
const MOST_STEPS = 6;

/** Whether both were computed element by element from one tensor, and from numbers. */
function haveOneShape(a: Node | undefined, b: Node): boolean {
  const [one, other] = [sourceOf(a), sourceOf(b)];
  return one !== undefined && one.id === other?.id;
}

function sourceOf(node: Node | undefined): Node | undefined {
  let made = producer(node);
  for (let step = 0; made !== undefined && step < MOST_STEPS; step += 1) {
    const operands = alignedOperands(made).filter(({ shape }) => shape?.length !== 0);
    if (operands.length !== 1) return made;
    made = producer(operands[0]);
  }
  return made;
}
