/** Loops that change the shape of what they carry: a second round, run as it stands, tells whether they go on doing so. */
import { sameSize, type Shape } from '../../facts/shape.js';
import type { Lowering } from '../lowering.js';
import { operandNodes, slice, type Node } from '../node.js';
import type { Changes } from '../scope.js';
import type { Value } from '../values.js';

/** A variable that holds a tensor, before the loop and after one round of it. */
interface Carried {
  readonly name: string;
  readonly before: Node;
  readonly after: Node;
  readonly now: () => Value | undefined;
}

/**
 * Leaves a marker `loop` for each tensor of which every round changes the rank, or makes an axis longer that something
 * takes to be of fixed size. `from` is where the nodes of the first round begin.
 */
export function noteChangingShapes(
  lowering: Lowering,
  once: Changes,
  from: number,
  runRound: () => void,
): void {
  const carried = carriedBy(once);
  if (carried.length === 0 || lowering.isSpent) return;
  const { builder, journal } = lowering;
  const ofFirst = builder.nodes.slice(from);
  const forget = lowering.checkpoint();
  const start = builder.nodes.length;
  const found: Found[] = [];
  journal.attempt(() => {
    journal.apply(once);
    runRound();
    const ofSecond = builder.nodes.slice(start);
    for (const one of carried) {
      const change = changeOf(one, [...ofFirst, ...ofSecond]) ?? refusedBy(one, ofSecond);
      if (change !== undefined) found.push(change);
    }
  });
  forget();
  for (const { at, operands, name } of found)
    builder.nodes.push({ ...builder.marker('loop', operands, at.span), attributes: { name } });
}

interface Found {
  readonly name: string;
  /** The op that changes the shape. */
  readonly at: Node;
  readonly operands: Node['operands'];
}

function carriedBy(once: Changes): Carried[] {
  const carried: Carried[] = [];
  for (const [place, keys] of once) {
    for (const [name, after] of keys) {
      const before = place.get(name);
      if (before?.kind !== 'tensor' || after?.kind !== 'tensor') continue;
      if (sameShape(before.node.shape, after.node.shape) !== false) continue;
      carried.push({ name, before: before.node, after: after.node, now: () => place.get(name) });
    }
  }
  return carried;
}

/** Undefined where one of them is not known. */
function sameShape(a: Shape | undefined, b: Shape | undefined): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a.length === b.length && a.every(({ size }, axis) => sameSize(size, b[axis]!.size));
}

function changeOf({ name, before, after, now }: Carried, nodes: readonly Node[]): Found | undefined {
  const again = now();
  if (again?.kind !== 'tensor') return undefined;
  const [first, second, third] = [before.shape!, after.shape!, again.node.shape];
  if (third === undefined || sameShape(second, third) !== false) return undefined;
  const rank = Math.sign(second.length - first.length);
  if (rank !== Math.sign(third.length - second.length)) return undefined;
  const path = pathTo(after, before);
  const at = path.find((node, index) => changes(node, path[index + 1] ?? before, rank !== 0));
  if (at === undefined) return undefined;
  const operands = { before, after, again: again.node, at };
  // A loop that only adds axes brings something to the rank that is wanted.
  if (rank !== 0) return path.some(computes) ? { name, at, operands } : undefined;
  const reader = nodes.find((node) => node.throws !== undefined && feeds(at, node));
  return reader === undefined ? undefined : { name, at, operands: { ...operands, reader } };
}

/** The second round throws: an op of it does not take what the first one made of another rank. */
function refusedBy({ name, before, after }: Carried, ofSecond: readonly Node[]): Found | undefined {
  if (before.shape!.length === after.shape!.length) return undefined;
  const path = pathTo(after, before);
  const at = path.find((node, index) => changes(node, path[index + 1] ?? before, true));
  const reader = ofSecond.find((node) => node.throws !== undefined && slice(node).includes(after));
  return at === undefined || reader === undefined
    ? undefined
    : { name, at, operands: { before, after, again: reader, at, reader } };
}

/** The ops between a value and the one it was made of, the last one first. */
function pathTo(node: Node, origin: Node): Node[] {
  if (node === origin) return [];
  const next = operandNodes(node).find((operand) => operand === origin || slice(operand).includes(origin));
  return next === undefined ? [] : [node, ...pathTo(next, origin)];
}

function changes(node: Node, operand: Node, rank: boolean): boolean {
  if (node.shape === undefined || operand.shape === undefined) return false;
  return rank ? node.shape.length !== operand.shape.length : node.op.startsWith('concat');
}

/** It does more than to arrange axes. */
const computes = ({ op }: Node): boolean => !ARRANGING.has(op);

const ARRANGING: ReadonlySet<string> = new Set([
  'expandDims',
  'reshape',
  'squeeze',
  'stack',
  'clone',
  'cast',
]);

/** Whether the op, in this round or another one, is among what the reader is made of. */
const feeds = (at: Node, reader: Node): boolean =>
  slice(reader).some(
    ({ span }) => span.start === at.span.start && span.end === at.span.end && span.file === at.span.file,
  );
