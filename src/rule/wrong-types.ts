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

/** Sizes have to be made to fit, types have to be cast. */
export function whatToDo(reason: string): string {
  const wanted = wantedType(reason);
  return wanted === undefined
    ? 'Make the shapes fit before this line.'
    : `Cast it before this line, or make it of that type: \`cast('${wanted}')\`.`;
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
