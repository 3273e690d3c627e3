/** Values that were lost on the way, and are tensors by how they are used. */
import type { Span } from '../../source/span.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import type { UnknownValue } from '../values.js';

const lost = new WeakMap<UnknownValue, Node>();

/** The tensor that such a value is: one and the same, however often it is used. */
export function usedAsTensor(lowering: Lowering, value: UnknownValue, span: Span): Node {
  const node = lost.get(value) ?? lowering.builder.unknown(value.cause, span);
  lost.set(value, node);
  return node;
}
