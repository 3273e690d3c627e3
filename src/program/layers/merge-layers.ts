/** Layers that merge several tensors, as the ops that they come to: tfjs-layers/src/layers/merge.ts. */
import { opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import type { LayerValue, Value } from '../values.js';
import { spanOf } from '../../source/span.js';

const ELEMENTWISE: Readonly<Record<string, string>> = {
  'layers.add': 'add',
  'layers.multiply': 'mul',
  'layers.average': 'add',
  'layers.maximum': 'maximum',
  'layers.minimum': 'minimum',
};

/** What a merge layer makes of tensors of several ranks; undefined where they have one, or one is not known. */
export function merged(
  lowering: Lowering,
  layer: LayerValue,
  given: readonly (Node | undefined)[],
  place: ts.Node,
): Value | undefined {
  const span = spanOf(place);
  if (!given.every((node): node is Node => node?.shape !== undefined)) return undefined;
  const op = ELEMENTWISE[layer.type];
  const { builder } = lowering;
  const attributes = { implied: layer.type };
  const ranks = given.map(({ shape }) => shape!.length);
  const rank = Math.max(...ranks);
  if (op === undefined || ranks.every((one) => one === rank)) return undefined;
  const sum = given
    .map((node) => raised(lowering, node, rank, place))
    .reduce((a, b) => builder.op(opNamed(op)!, { a, b }, attributes, span));
  if (layer.type !== 'layers.average') return { kind: 'tensor', node: sum };
  const count = builder.constant(given.length, 'float32', span);
  return { kind: 'tensor', node: builder.op(opNamed('div')!, { a: sum, b: count }, attributes, span) };
}

/** Keras puts the axes that are missing behind the batch, where ops put them in front. */
function raised(lowering: Lowering, node: Node, rank: number, place: ts.Node): Node {
  let result = node;
  while (result.shape !== undefined && result.shape.length < rank)
    result = lowering.builder.op(
      opNamed('expandDims')!,
      { x: result },
      { axis: 1, implied: 'layers' },
      spanOf(place),
    );
  return result;
}
