/** What casts and declared types add to values: the rank of a tensor, where nothing else tells it. */
import { noteSameResult } from '../layers/model-results.js';
import { asClaimed, isNameless, isSymbolic, type Shape } from '../../facts/shape.js';
import { isIdentifier, ts } from '../../source/typescript.js';
import { noteClaim, WRONGLY_TYPED } from './claims.js';
import { shapeBeside } from './documentation.js';
import { documentedShape } from './documented.js';
import { asTensor } from './inputs.js';
import type { Lowering } from '../lowering.js';
import { withFacts, type Node } from '../node.js';
import { claimOf, elementTypeOf, type TypeClaim } from './type-claims.js';
import {
  array,
  record,
  type TensorValue,
  type UnknownCause,
  type UnknownValue,
  type Value,
  isFromOutside,
} from '../values.js';
import { spanOf } from '../../source/span.js';
import { isLayerResult, outputOfModel } from '../layers/model-results.js';

/** A declared type decides what an input is, and how many axes a tensor has of which that is not known. */
export function applyClaim(lowering: Lowering, value: Value, type: ts.TypeNode): Value {
  if (!CLAIMED.has(value.kind)) return value;
  const claim = claimOf(type, type.getSourceFile());
  return claim === undefined ? value : claimed(lowering, value, claim, type);
}

const CLAIMED: ReadonlySet<Value['kind']> = new Set(['input', 'tensor', 'unknown', 'array']);

function claimed(lowering: Lowering, value: Value, claim: TypeClaim, place: ts.Node): Value {
  if (claim.kind === 'list') return claimedList(lowering, value, claim, place);
  if (claim.kind !== 'tensor' || claim.orList === true) return value;
  switch (value.kind) {
    case 'input':
      if (value.form.kind === 'undetermined') return asTensor(lowering, value, claim.rank) ?? value;
      return value.form.kind === 'tensor' ? ofRank(lowering, value.form.value, claim.rank) : value;
    case 'tensor':
      if (claim.rank !== undefined) noteClaim(lowering, value, claim.rank, place);
      return ofRank(lowering, value, claim.rank);
    case 'unknown':
      return claim.rank === undefined ? value : lostTensor(lowering, value, claim.rank, place);
    default:
      return value;
  }
}

/** `model.predict(x) as tf.Tensor2D[]`, `as [tf.Tensor2D, tf.Tensor4D]`, `xs: tf.Tensor1D[]`. */
function claimedList(
  lowering: Lowering,
  value: Value,
  { element, each }: TypeClaim & { kind: 'list' },
  place: ts.Node,
): Value {
  if (value.kind === 'array') {
    const { elements, rest } = value;
    const isLost = element !== undefined && (rest ?? elements[0])?.kind === 'unknown';
    // Only where something is lost is there anything to add: a copy would be another list.
    return isLost
      ? {
          ...value,
          elements: elements.map((one) => claimed(lowering, one, element, place)),
          rest: rest && claimed(lowering, rest, element, place),
        }
      : value;
  }
  if (value.kind !== 'tensor' || !isLayerResult(value.node)) return value;
  const output = (index: number | undefined, claim: TypeClaim | undefined): Value => {
    const one = outputOfModel(lowering, value, index);
    return claim === undefined ? one : claimed(lowering, one, claim, place);
  };
  if (each !== undefined) return array(each.map((claim, index) => output(index, claim)));
  return element?.kind === 'tensor' && element.rank !== undefined
    ? array([], output(undefined, element))
    : value;
}

/** `const h = f(x); // [B, H]`: the shape, or the sizes, that nothing else tells. */
export function applyComment(lowering: Lowering, value: Value, declaration: ts.VariableDeclaration): Value {
  if (value.kind !== 'tensor' || !isIdentifier(declaration.name)) return value;
  const { node } = value;
  const isTold = node.shape?.every(({ size }) => !isNameless(size)) === true;
  if (isTold || node.throws !== undefined) return value;
  const sizes = shapeBeside(declaration);
  if (sizes === undefined) return value;
  const told = documentedShape(declaration.name.text, sizes);
  if (node.shape !== undefined && node.shape.length !== told.length) return value;
  const shape = node.shape?.map((one, axis) => (isNameless(one.size) ? told[axis]! : one)) ?? told;
  const described = withFacts(node, { shape: asClaimed(shape) });
  noteSameResult(node, described);
  lowering.builder.replace(node, described);
  return { ...value, node: described };
}

/** What a model gives has as many samples as it was given, if these have a name: `[1, …]` may go in, and all boxes come out. */
function ofSameBatch(node: Node, shape: Shape): Shape {
  const [batch] =
    (isLayerResult(node) ? (node.operands['from'] as Node | undefined)?.shape : undefined) ?? [];
  return batch !== undefined && isSymbolic(batch.size) && shape.length > 0
    ? [batch, ...shape.slice(1)]
    : shape;
}

const ranked = new WeakMap<Node, Map<number, Node>>();

/**
 * The tensor with as many axes as its type says, where nothing else says it; the same one wherever it is said. Functions
 * that are typed wrongly force their users to claim what is not so: of those nothing is believed.
 */
function ofRank(lowering: Lowering, tensor: TensorValue, rank: number | undefined): TensorValue {
  const { node } = tensor;
  if (
    rank === undefined ||
    node.shape !== undefined ||
    node.throws !== undefined ||
    WRONGLY_TYPED.has(node.op)
  )
    return tensor;
  const known = ranked.get(node) ?? new Map<number, Node>();
  ranked.set(node, known);
  const made =
    known.get(rank) ??
    withFacts(node, { shape: asClaimed(ofSameBatch(node, lowering.builder.freshShape(rank))) });
  known.set(rank, made);
  noteSameResult(node, made);
  lowering.builder.replace(node, made);
  return { ...tensor, node: made };
}

const lost = new WeakSet<Node>();

/** A tensor of which only the rank is known, by its type. */
function lostTensor(lowering: Lowering, value: UnknownValue, rank: number, place: ts.Node): TensorValue {
  const made = lowering.builder.unknown(value.cause, spanOf(place));
  const node = withFacts(made, { shape: asClaimed(lowering.builder.freshShape(rank)) });
  if (isFromOutside(value)) lost.add(node);
  return { kind: 'tensor', node };
}

/** Whether it comes from code that is not followed: a function that is given it finds an input. */
export const isLostTensor = (value: Value): value is TensorValue =>
  value.kind === 'tensor' && lost.has(value.node);

/** What a call gives, of which the function says how many axes it has. */
export function asDeclared(lowering: Lowering, value: Value, declaration: ts.FunctionLikeDeclaration): Value {
  if (value.kind === 'tensor' ? value.node.shape !== undefined : !CLAIMED.has(value.kind)) return value;
  const type = declaration.type ?? ts.getJSDocReturnType(declaration);
  return type === undefined ? value : applyClaim(lowering, value, type);
}

/**
 * What a type says of a value that comes from code that is not followed: objects have tensors under their names, lists hold
 * such objects.
 */
export function valueOfType(
  lowering: Lowering,
  type: ts.TypeNode | undefined,
  cause: UnknownCause,
  depth = 0,
): Value {
  const claim = type && claimOf(type, type.getSourceFile());
  if (type === undefined || claim === undefined || depth > MAX_DEPTH) return lowering.unknown(cause);
  const elementType = elementTypeOf(type);
  if (elementType !== undefined) {
    const element = valueOfType(lowering, elementType, cause, depth + 1);
    return element.kind === 'unknown' ? lowering.unknown(cause) : array([], element);
  }
  if (claim.kind !== 'object') return applyClaim(lowering, lowering.unknown(cause), type);
  const fields = [...claim.fields].map(
    ([name, field]) => [name, valueOfType(lowering, field, cause, depth + 1)] as const,
  );
  return record(fields);
}

const MAX_DEPTH = 2;
