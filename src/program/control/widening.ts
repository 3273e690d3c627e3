/** What a value may be in any round of a loop, from what one round made of it. */
import { sameSize, type Shape } from '../../facts/shape.js';
import { contains, precedes, type Range } from '../../facts/range.js';
import { asNumberInput, asTensor, eitherInput } from '../claims/inputs.js';
import { eitherLayer, isLayerWithin } from '../layers/either-layer.js';
import {
  commonOrigin,
  commonSize,
  fillsList,
  isNumber,
  isUnset,
  likeOutside,
  numberNode,
  writtenOver,
} from './joins.js';
import { standsForAny } from '../builder.js';
import { eitherTruth } from '../javascript/truths.js';
import type { Lowering } from '../lowering.js';
import { Fields } from '../scope.js';
import {
  array,
  canTell,
  isFromOutside,
  isNullish,
  optional,
  present,
  record,
  type ArrayValue,
  type InputValue,
  type ObjectValue,
  type Value,
} from '../values.js';

/**
 * `seen`: what lists hold is like what the round left in them. `stable`: ends that move go to 0 or to infinity. `open`: to
 * infinity. `any`: the range is given up.
 */
export type WidenTo = 'seen' | 'stable' | 'open' | 'any';

/** A value that a round of a loop changes from `before` to `after`, as it is at the head of any round but the first. */
export function widen(lowering: Lowering, before: Value, after: Value, to: WidenTo, depth = 0): Value {
  if (before === after) return before;
  if (isNullish(after)) return optional(before);
  if (isNullish(before) || isUnset(before)) return after;
  return before.optional === true || after.optional === true
    ? optional(widenPresent(lowering, present(before), present(after), to, depth))
    : widenPresent(lowering, before, after, to, depth);
}

function widenPresent(lowering: Lowering, before: Value, after: Value, to: WidenTo, depth: number): Value {
  if (depth > MAX_DEPTH) return lowering.unknown('loop-carried value');
  if (before.kind === 'constant' && after.kind === 'constant' && Object.is(before.value, after.value))
    return before;
  if (before.kind === 'input') return widenInput(lowering, before, after, to);
  if (isNumber(before) && isNumber(after)) {
    const [from, next] = [numberNode(lowering, before), numberNode(lowering, after)];
    const isContent = to === 'seen' && depth > 0;
    const node = isContent
      ? lowering.builder.join(from, next, from.span)
      : lowering.builder.widened(from, next, from.span, to === 'seen' ? 'stable' : to);
    return { kind: 'number', node: fillsList(before) ? writtenOver(node, next) : node };
  }
  if (before.kind === 'tensor' && after.kind === 'tensor') {
    return {
      kind: 'tensor',
      node: lowering.builder.widened(before.node, after.node, after.node.span, to === 'seen' ? 'stable' : to),
    };
  }
  if (before.kind === 'array' && after.kind === 'array')
    return widenArray(lowering, before, after, to, depth);
  if (before.kind === 'object' && after.kind === 'object')
    return widenObject(lowering, before, after, to, depth);
  if (before.kind === 'layer' && after.kind === 'layer' && (to === 'seen' || to === 'stable'))
    return eitherLayer(before, after);
  const truth = eitherTruth(lowering, before, after);
  if (truth !== undefined) return truth;
  const areOutside = isFromOutside(before) && isFromOutside(after);
  return areOutside ? likeOutside(before) : lowering.unknown('loop-carried value');
}

/** An input that is changed by a number is one, by a tensor a tensor; what each round reads anew is an input like the first. */
function widenInput(lowering: Lowering, before: InputValue, after: Value, to: WidenTo): Value {
  if (after.kind === 'input') return eitherInput(before, after);
  const known = isNumber(after)
    ? asNumberInput(lowering, before)
    : after.kind === 'tensor'
      ? asTensor(lowering, before)
      : undefined;
  return known === undefined ? lowering.unknown('loop-carried value') : widen(lowering, known, after, to);
}

function widenArray(
  lowering: Lowering,
  before: ArrayValue,
  after: ArrayValue,
  to: WidenTo,
  depth: number,
): ArrayValue {
  const sameLength = before.elements.length === after.elements.length;
  const both = (a: Value, b: Value): Value => widen(lowering, a, b, to, depth + 1);
  const rests = [before.rest, after.rest].filter((rest) => rest !== undefined);
  const isAsCounted = before.filling !== undefined && before.filling.by === after.filling?.by;
  const size = commonSize(before, after);
  const filling = isAsCounted || size !== undefined ? before.filling : { since: {}, by: 0 };
  const counted = { typed: before.typed, size, filling };
  if (sameLength) {
    const elements = before.elements.map((element, index) => both(element, after.elements[index]!));
    return array(elements, rests.length === 0 ? undefined : rests.reduce(both), counted);
  }
  // A list that grows or shrinks: any number of elements like all that were seen.
  const parts = [...before.elements, ...after.elements, ...rests];
  return array([], parts.reduce(both), counted);
}

function widenObject(
  lowering: Lowering,
  before: ObjectValue,
  after: ObjectValue,
  to: WidenTo,
  depth: number,
): ObjectValue {
  const fields = new Fields(before.fields);
  for (const [name, value] of after.fields) {
    const old = fields.get(name);
    fields.set(name, old === undefined ? value : widen(lowering, old, value, to, depth + 1));
  }
  return { ...record(fields), ...commonOrigin(lowering, before, after) };
}

const MAX_DEPTH = 6;

/** Whether `after`, which a round left, is what its head allows for; `before` is what held in front of the loop. */
export function within(
  head: Value | undefined,
  after: Value | undefined,
  before: Value | undefined,
  depth = 0,
): boolean {
  if (head === after || after === undefined || head?.kind === 'unknown') return true;
  if (head === undefined || depth > MAX_DEPTH) return false;
  if (isNullish(after)) return isNullish(head) || head.optional === true || !canTell(head);
  if (after.optional === true && head.optional !== true && canTell(head)) return false;
  if (isNumber(head) && isNumber(after)) return sameOrWithin(head, after);
  if (head.kind === 'tensor' && after.kind === 'tensor') {
    const { node } = after;
    const from = before?.kind === 'tensor' ? before.node.shape : undefined;
    const typed = head.node.dtype === undefined || head.node.dtype === node.dtype;
    return (
      typed && shapeWithin(head.node.shape, node.shape, from) && rangeWithin(head.node.range, node.range)
    );
  }
  if (head.kind === 'constant') return after.kind === 'constant' && Object.is(head.value, after.value);
  if (head.kind === 'array' && after.kind === 'array') return arrayWithin(head, after, before, depth);
  if (head.kind === 'layer' && after.kind === 'layer') return isLayerWithin(head, after);
  if (head.kind !== 'object' || after.kind !== 'object') return false;
  const old = before?.kind === 'object' ? before.fields : undefined;
  return [...after.fields].every(([name, value]) =>
    within(head.fields.get(name), value, old?.get(name), depth + 1),
  );
}

function sameOrWithin(head: Value, after: Value): boolean {
  if (head.kind === 'constant') return after.kind === 'constant' && Object.is(head.value, after.value);
  if (head.kind !== 'number') return false;
  if (after.kind === 'constant') {
    const value = Number(after.value);
    const { range } = head.node;
    if (head.size !== undefined) return false;
    return Number.isNaN(value)
      ? range.mayBeNaN
      : contains(range, value) && (!range.integer || Number.isInteger(value));
  }
  if (after.kind !== 'number') return false;
  const sized = head.size === undefined || (after.size !== undefined && sameSize(head.size, after.size));
  return sized && rangeWithin(head.node.range, after.node.range);
}

function rangeWithin(head: Range, after: Range): boolean {
  if (head.holds !== undefined && head.holds.value !== after.holds?.value) return false;
  return (
    !precedes(after.low, head.low) &&
    !precedes(head.high, after.high) &&
    (head.mayBeNaN || !after.mayBeNaN) &&
    (!head.integer || after.integer)
  );
}

/** A size of the head that two ways were given, or that is not the one from before the loop, was made to stand for any. */
function shapeWithin(head: Shape | undefined, after: Shape | undefined, before: Shape | undefined): boolean {
  if (head === undefined) return true;
  if (after?.length !== head.length) return false;
  return head.every(({ size }, axis) => {
    const old = before?.length === head.length ? before[axis]!.size : undefined;
    return (
      sameSize(size, after[axis]!.size) ||
      standsForAny(size) ||
      (typeof size !== 'number' && old !== undefined && !sameSize(size, old))
    );
  });
}

function arrayWithin(head: ArrayValue, after: ArrayValue, before: Value | undefined, depth: number): boolean {
  const old = before?.kind === 'array' ? before : undefined;
  if (head.elements.length > after.elements.length) return false;
  if (head.size !== undefined && commonSize(head, after) === undefined) return false;
  const inner = after.elements.every((element, index) => {
    const [known, from] =
      index < head.elements.length ? [head.elements[index], old?.elements[index]] : [head.rest, old?.rest];
    return known !== undefined && within(known, element, from, depth + 1);
  });
  return (
    inner &&
    (after.rest === undefined ||
      (head.rest !== undefined && within(head.rest, after.rest, old?.rest, depth + 1)))
  );
}
