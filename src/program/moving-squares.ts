/**
 * The slots in which an optimizer keeps the running average of its squared gradients: never below 0, and 0 where every
 * gradient was 0 so far. Their range says neither, for nothing ties what a slot holds to what it is given next.
 */
import type { Node } from './node.js';

const assigned = new WeakMap<Node, Node>();

/** Of an element of a list, the one that stands for all of them. */
const typical = new WeakMap<Node, Node>();

/** Notes what a variable is given; one of a list stands for all. */
export function noteAssigned(variable: Node, value: Node): void {
  assigned.set(typical.get(variable) ?? variable, value);
}

/** Whether the program gives a variable other values by itself: it keeps something, and is no weight. */
export const isAssigned = (variable: Node): boolean => assigned.has(typical.get(variable) ?? variable);

/** Notes that a tensor is an element like another one. */
export function noteElement(element: Node, like: Node): void {
  typical.set(element, typical.get(like) ?? like);
}

/** Whether it is such an average, perhaps divided by a number for the steps that it lacks. */
export function isMovingSquare(node: Node, depth = 0): boolean {
  if (depth > 4) return false;
  const given = assigned.get(typical.get(node) ?? node);
  if (given !== undefined && given !== node) return isAverage(given);
  if (node.op === 'join') {
    const ways = node.operands['alternatives'] as readonly Node[];
    return (
      ways.some((way) => isMovingSquare(way, depth + 1)) &&
      ways.every((way) => way.range.low >= 0 || isMovingSquare(way, depth + 1))
    );
  }
  const [a, b] = [node.operands['a'] as Node | undefined, node.operands['b'] as Node | undefined];
  if (node.op === 'div' && a !== undefined && isScale(b)) return isMovingSquare(a, depth + 1);
  return isAverage(node);
}

/** `v.mul(decay).add(g.square().mul(1 - decay))`. */
function isAverage({ op, operands }: Node): boolean {
  if (op !== 'add') return false;
  const [a, b] = [operands['a'] as Node, operands['b'] as Node];
  return (isKept(a) && isShareOfSquare(b)) || (isKept(b) && isShareOfSquare(a));
}

/** What was kept so far, less of it. Any other tensor beside a square may be negative, `x.mul(b).add(x.square().mul(a))`. */
const isKept = (node: Node): boolean => {
  const of = scaled(node);
  return of !== undefined && isSlot(of);
};

/** What is given a value later, or is carried from one round to the next. */
const isSlot = (node: Node): boolean =>
  assigned.has(typical.get(node) ?? node) ||
  (node.op === 'unknown' && node.attributes['cause'] === 'loop-carried value') ||
  (node.op === 'join' && (node.operands['alternatives'] as readonly Node[]).some(isSlot));

const isShareOfSquare = (node: Node): boolean => {
  const of = scaled(node);
  return of !== undefined && isSquare(of);
};

const isSquare = ({ op, operands }: Node): boolean =>
  op === 'square' ||
  (op === 'mul' && operands['a'] === operands['b']) ||
  (op === 'pow' && (operands['exp'] as Node).range.low === 2 && (operands['exp'] as Node).range.high === 2);

/** The x of `x.mul(c)`, for a number c that is not above 1 as far as that is known. */
function scaled({ op, operands }: Node): Node | undefined {
  if (op !== 'mul') return undefined;
  const [a, b] = [operands['a'] as Node, operands['b'] as Node];
  if (isDecay(b)) return a;
  return isDecay(a) ? b : undefined;
}

const isDecay = (node: Node): boolean => isScale(node) && node.range.low < 1 && node.range.high > 0;

/** A number of JavaScript, or a tensor of one. */
function isScale(node: Node | undefined): boolean {
  if (node === undefined) return false;
  return (
    node.dtype === 'number' || node.op === 'constant' || (node.op === 'scalar' && node.shape?.length === 0)
  );
}
