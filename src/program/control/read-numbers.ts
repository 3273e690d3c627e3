/** What conditions tell of tensors whose only number they read: `if (norm.dataSync()[0] === 0) return x`. */
import type { ts } from '../../source/typescript.js';
import { unwrapped } from '../../source/wrappings.js';
import { identity, learn, sizeKey, type Known } from './known.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import { flatSource } from '../read-back.js';
import type { Value } from '../values.js';

/** What the side of a comparison was when that was asked last. */
const compared = new WeakMap<ts.Expression, Value>();

/** Notes the side of a comparison, if that tells of more than itself. */
export function noteCompared(side: ts.Expression, value: Value): void {
  const place = unwrapped(side);
  const isPlace = value.kind === 'number' && value.learnAbsence !== undefined;
  if (isPlace || sizeKey(value) !== undefined || tensorRead(value) !== undefined) compared.set(place, value);
  else compared.delete(place);
}

export const comparedValue = (side: ts.Expression): Value | undefined => compared.get(side);

/** What holds of a number that was read from a tensor without another one holds of the tensor. */
export function learnOfTensor(
  lowering: Lowering,
  number: Value | undefined,
  known: Known,
  limit: number,
): void {
  const tensor = tensorRead(number);
  if (tensor === undefined || tensor.shape?.every(({ size }) => size === 1) !== true) return;
  learn(lowering, identity({ kind: 'tensor', node: tensor }), known, limit);
  const bounds = BOUNDS[tensor.op];
  // All elements are above what their least is above.
  if (bounds?.includes(known.relation) === true)
    learn(lowering, identity({ kind: 'tensor', node: tensor.operands['x'] as Node }), known, limit);
}

const BOUNDS: Readonly<Record<string, readonly Known['relation'][]>> = {
  min: ['>', '>='],
  max: ['<', '<='],
};

function tensorRead(value: Value | undefined): Node | undefined {
  if (value?.kind !== 'number') return undefined;
  const { node } = value;
  return flatSource(node) ?? (node.op === 'js.element' ? (node.operands['x'] as Node) : undefined);
}
