/** Ops that refuse the element type of an operand: what to say of it, and of which versions. */
import { wantedType } from '../ops/build.js';
import { operandNodes, type Node } from '../program/node.js';
import type { Danger } from './finding.js';

/** Indices had to be int32, and conditions bool, since early on; an int32 tensor was taken for float32 until 3.10. */
export function versionThatRefuses(reason: string): Danger['since'] {
  const wanted = wantedType(reason);
  if (wanted === undefined) return undefined;
  return wanted === 'float32' ? { major: 3, minor: 10 } : { major: 0, minor: 10 };
}

/** The reasons of the table that shapes give show them, or speak of their parts. */
const OF_SHAPES = /\[|\b(?:rank|axis|axes|sizes?|shapes?|scalar|matrix|matrices|rows?|elements)\b/;

/** Sizes have to be made to fit, types have to be cast, and other arguments have to be changed. */
export function whatToDo(reason: string): string {
  const wanted = wantedType(reason);
  if (wanted !== undefined)
    return `Cast it before this line, or make it of that type: \`cast('${wanted}')\`.`;
  return OF_SHAPES.test(reason) ? 'Make the shapes fit before this line.' : 'Change the arguments.';
}

/** The operand is made of numbers that nothing is known of but that they are no int32. */
export const isOfNumbers = (node: Node, reason: string): boolean =>
  wantedType(reason) !== undefined &&
  operandNodes(node).some(({ op, dtype }) => op === 'tensor1d' && dtype === undefined);

/** The operand that is refused, where it is made of what callers hand over: of numbers, or of an Int32Array. */
export function mayBeWholeNumbers(node: Node, reason: string): Node | undefined {
  if (wantedType(reason) !== 'int32') return undefined;
  return operandNodes(node).find(({ op, dtype }) => op === 'input' && dtype === 'float32');
}
