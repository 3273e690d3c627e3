/** Functions under `tf.util`: what they give, and what they do to the lists that they are handed. */
import { elementsIn } from '../../facts/concrete-shape.js';
import { indexRange } from '../../facts/range.js';
import type { ts } from '../../source/typescript.js';
import { listed, mixed } from '../javascript/array-contents.js';
import { count, repeated, rewrite } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import { asNumber, constant, UNDEFINED, type ArrayValue, type Value } from '../values.js';
import { asSize } from './number-roles.js';

type Utility = (lowering: Lowering, args: readonly Value[], place: ts.Node) => Value;

export const UTILITIES: Readonly<Record<string, Utility>> = {
  'util.assert': () => UNDEFINED,
  'util.assertShapesMatch': () => UNDEFINED,
  'util.now': (lowering, _, place) => count(lowering, place),
  'util.sizeFromShape': (lowering, [shape], place) => elementsOf(shape) ?? count(lowering, place),
  'util.createShuffledIndices': (lowering, [length = constant(0)], place) =>
    indicesBelow(lowering, length, place),
  'util.shuffle': (lowering, lists, place) => mix(lowering, lists, place),
  'util.shuffleCombo': (lowering, lists, place) => mix(lowering, lists, place),
};

/** How many elements a tensor of this shape has. */
function elementsOf(shape: Value | undefined): Value | undefined {
  if (shape?.kind !== 'array' || shape.rest !== undefined) return undefined;
  const sizes = shape.elements.map(asNumber);
  if (sizes.includes(undefined)) return undefined;
  return constant(elementsIn(sizes as number[]));
}

/** The whole numbers from 0 to below the length, each once, in an order that is drawn. */
function indicesBelow(lowering: Lowering, length: Value, place: ts.Node): ArrayValue {
  const size = asSize(lowering, length);
  const known = asNumber(length);
  const range = known === undefined || known < 1 ? indexRange(2 ** 30, 'bound') : indexRange(known - 1);
  const index: Value = { kind: 'number', node: { ...count(lowering, place).node, range } };
  return { ...listed(repeated(size, index)), typed: 'Uint32Array' };
}

/** Lists are put into another order where they stand. */
function mix(lowering: Lowering, lists: readonly Value[], place: ts.Node): Value {
  for (const list of lists)
    if (list.kind === 'array') rewrite(lowering, list, mixed({ lowering, list, args: [], place }));
  return UNDEFINED;
}
