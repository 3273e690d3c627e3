/** Where a program says of a tensor which rank it has, and the ops that made it say otherwise. */
import { isClaimed } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import type { DocumentedParameter } from './documentation.js';
import type { Value } from '../values.js';
import { spanOf } from '../../source/span.js';

/** Their declared result has the rank of an operand, whatever the real one is (facts of TensorFlow.js 4.22). */
export const WRONGLY_TYPED: ReadonlySet<string> = new Set([
  'prod',
  'all',
  'any',
  'logSumExp',
  'euclideanNorm',
  'gather',
  'where',
  'concat',
  'prelu',
]);

/** Leaves a marker `claim` at what contradicts the shape that is known of a tensor. */
export function noteClaim(
  lowering: Lowering,
  { node }: { readonly node: Node },
  rank: number,
  place: ts.Node,
): void {
  const { shape } = node;
  if (shape === undefined || shape.length === rank || isClaimed(shape) || node.throws !== undefined) return;
  if (WRONGLY_TYPED.has(node.op)) return;
  const claimed = Array.from({ length: rank }, () => '?');
  leave(lowering, node, { claimed, text: place.getText().slice(0, 60) }, place);
}

/** `@shape x [B, 3]` above a function that is called with something else. */
export function noteDocumented(
  lowering: Lowering,
  value: Value,
  documented: DocumentedParameter | undefined,
  place: ts.Node,
): void {
  if (value.kind !== 'tensor' || documented?.shape === undefined) return;
  const { node } = value;
  const sizes = documented.shape;
  const { shape } = node;
  if (shape === undefined || isClaimed(shape) || node.throws !== undefined) return;
  const differs =
    shape.length !== sizes.length ||
    shape.some(
      ({ size }, axis) => typeof size === 'number' && typeof sizes[axis] === 'number' && size !== sizes[axis],
    );
  if (differs) leave(lowering, node, { claimed: sizes, text: `@shape [${sizes.join(', ')}]` }, place);
}

function leave(lowering: Lowering, x: Node, attributes: Node['attributes'], place: ts.Node): void {
  const marker = lowering.builder.marker('claim', { x }, spanOf(place));
  lowering.builder.nodes.push({ ...marker, attributes });
}
