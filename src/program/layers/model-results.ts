/**
 * What models gave. A model of several outputs gives a list of tensors, and until it is used as one nothing tells it from a
 * tensor.
 */
import type { ts } from '../../source/typescript.js';
import type { NodeMaker, ValueMaker } from '../builder.js';
import { isMadeFrom, type Node } from '../node.js';
import type { TensorValue, Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import type { Range } from '../../facts/range.js';
import type { Shape } from '../../facts/shape.js';

/** What comes out of a layer or model, as far as its configuration tells. */
export interface Output {
  readonly shape: Shape | undefined;
  readonly range: Range;
  /** What a linear layer gives as it is: negative as often as positive. */
  readonly score?: boolean | undefined;
  /** The probabilities of a softmax, along the last axis. */
  readonly shares?: boolean | undefined;
}

/** What models gave, with what was asked for by its place where that is a list. */
const modelResults = new WeakMap<Node, (Node | undefined)[]>();

/** The tensor that a layer or model gives. */
export function resultOf(
  lowering: NodeMaker,
  { shape, range, score, shares }: Output,
  operand: Node | readonly Node[] | undefined,
  place: ts.Node,
  trained = true,
): TensorValue {
  const path = place.getText().slice(0, 60);
  const node = lowering.builder.input(path, { shape, dtype: 'float32', range }, spanOf(place), {
    trained,
    score,
    shares,
    from: operand,
  });
  modelResults.set(node, []);
  return { kind: 'tensor', node: lowering.builder.made(node) };
}

/** Whether it is the result of a model or layer that makes it with its weights. */
export const isOfModel = (node: Node): boolean => modelResults.has(node) || isMadeFrom(node);

/** Whether a gradient gets to the weights that made it. */
export const isOfTrainedModel = (node: Node): boolean =>
  isOfModel(node) && node.attributes['trained'] !== false;

/** The same tensor, of which more is known. */
export function noteSameResult(node: Node, described: Node): void {
  const known = modelResults.get(node);
  if (known !== undefined) modelResults.set(described, known);
}

/** The tensors of a list that a model gave; none where it gave a single tensor. */
export const elementsOfResult = (node: Node): readonly (Node | undefined)[] => modelResults.get(node) ?? [];

/** Whether a tensor is what a model gave: it may be a list of them. */
export const isLayerResult = (node: Node): boolean => modelResults.has(node);

/** A model of several outputs gives a list: what is asked for one by one is a list, whatever it was taken for. */
export function outputOfModel(lowering: ValueMaker, { node }: TensorValue, index: number | undefined): Value {
  const elements = modelResults.get(node);
  if (elements === undefined) return lowering.unknown('not a tensor');
  const path = `${String(node.attributes['path'])}[${index ?? ''}]`;
  const facts = { shape: undefined, dtype: 'float32' as const, range: node.range };
  const { from, fromSeveral } = node.operands as Record<string, Node | readonly Node[] | undefined>;
  const made = { trained: node.attributes['trained'] !== false, from: from ?? fromSeveral };
  const element = lowering.builder.input(path, facts, node.span, made);
  if (index !== undefined) elements[index] ??= element;
  return { kind: 'tensor', node: element };
}
