/** Ops that put values around a tensor, and move blocks between space and batch. */
import { constantRange, joinRanges, stored } from '../facts/range.js';
import { concreteShape, dim, elementCount, showShape } from '../facts/shape.js';
import {
  attributeRange,
  isUnknown,
  operand,
  optional,
  required,
  stringOf,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import { moving, wrongBackward } from './moving.js';
import type { AttributeValue, OpCall, OpRow } from './row.js';
import { padded } from './shapes/arrange.js';
import { batchToSpace, spaceToBatch } from './shapes/indexing.js';
import { dimsOf } from './shapes/sizes.js';

/** `[[before, after], ...]` where all of it is known. */
export function pairsOf(value: AttributeValue): (readonly [number, number])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pairs = value as readonly AttributeValue[];
  const whole = pairs.every(
    (pair) => Array.isArray(pair) && pair.length >= 2 && pair.every((n) => typeof n === 'number'),
  );
  return whole ? (pairs as unknown as (readonly [number, number])[]) : undefined;
}

/** True when something is known to be wrong with a list of pairs: not `rank` of them, or not two numbers each. */
function malformed(value: AttributeValue, rank: number): boolean {
  if (!Array.isArray(value)) return false;
  const pairs = value as readonly AttributeValue[];
  return pairs.length !== rank || pairs.some((pair) => Array.isArray(pair) && pair.length !== 2);
}

const padding = [required('paddings', 'any'), optional('constantValue', 'number', 0)];

function padRow(name: string, rank?: number): OpRow {
  return moving({
    name,
    accepts: 'numeric',
    more: padding,
    chained: rank === undefined ? true : undefined,
    range: (call) => {
      const x = tensorRange(operand(call, 'x'));
      const pairs = pairsOf(rank === 1 ? [call.attributes['paddings']] : call.attributes['paddings']);
      const none = pairs?.every(([before, after]) => before === 0 && after === 0);
      return none
        ? x
        : joinRanges(x, stored(attributeRange(call, 'constantValue'), tensorType(operand(call, 'x'))));
    },
    shape: (call, x) => {
      const paddings = rank === 1 ? [call.attributes['paddings']] : call.attributes['paddings'];
      if (x.length === 0) return throws('a scalar cannot be padded');
      if (rank !== undefined && malformed(paddings, rank))
        return throws(`${rank} pairs of paddings are needed`);
      return padded(call, x, pairsOf(paddings), rank);
    },
  });
}

function isPadded(call: OpCall): boolean {
  return pairsOf(call.attributes['paddings'])?.some((pair) => pair.some((n) => n > 0)) === true;
}

const mirrorPad = moving({
  name: 'mirrorPad',
  // Its gradient is that of pad: what is mirrored is not counted (docs/library-gradients.md).
  dangers: [wrongBackward('x', 'there is a padding', (call) => isPadded(call))],
  accepts: 'numeric',
  more: [required('paddings', 'any'), required('mode', 'string')],
  chained: true,
  shape: (call, x) => {
    const mode = stringOf(call, 'mode');
    const paddings = call.attributes['paddings'];
    if (mode !== undefined && mode !== 'reflect' && mode !== 'symmetric')
      return throws(`'${mode}' is no mode of mirrorPad`);
    if (x.length === 0) return throws('a scalar cannot be padded');
    if (malformed(paddings, x.length)) return throws(`${x.length} pairs of paddings are needed`);
    const pairs = pairsOf(paddings);
    const most = mode === 'reflect' ? 1 : 0;
    const bad = pairs?.findIndex((pair, axis) => pair.some((n) => n < 0 || n > Number(x[axis]!.size) - most));
    if (bad !== undefined && bad >= 0) return throws(`axis ${bad} of ${showShape(x)} is too short to mirror`);
    return padded(call, x, pairs);
  },
});

// Space and batch

function blocks(name: string, edge: string, shape: typeof spaceToBatch): OpRow {
  return moving({
    name,
    accepts: 'numeric',
    more: [required('blockShape', 'numbers'), required(edge, 'any')],
    chained: true,
    range: (call) => joinRanges(tensorRange(operand(call, 'x')), constantRange(0)),
    shape: (call, x) => {
      const block = call.attributes['blockShape'];
      const sizes =
        block !== undefined && block !== null && !isUnknown(block) ? dimsOf(call, 'blockShape') : undefined;
      const factors = concreteShape(sizes);
      const pairs = pairsOf(call.attributes[edge]);
      return factors && pairs && shape(call, x, factors, pairs);
    },
  });
}

const depthToSpace = moving({
  name: 'depthToSpace',
  accepts: 'float32',
  more: [required('blockSize', 'integer'), optional('dataFormat', 'string', 'NHWC')],
  chained: true,
  gradient: 'throws',
  shape: (call, x) => {
    const factor = call.attributes['blockSize'];
    if (x.length < 4) return throws(`images must have rank 4, ${showShape(x)} has not`);
    if (typeof factor !== 'number') return undefined;
    if (factor <= 1) return throws(`the block size must be more than 1, it is ${factor}`);
    if (stringOf(call, 'dataFormat') === 'NCHW') return throws('NCHW is not supported by the cpu backend');
    const depth = x[3]!.size;
    if (typeof depth === 'number' && depth % factor ** 2 !== 0)
      return throws(`depth ${depth} is not a multiple of ${factor ** 2}`);
    const times = (axis: number) => dim(elementCount([x[axis]!, dim(factor)]));
    return [
      x[0]!,
      times(1),
      times(2),
      dim(typeof depth === 'number' ? depth / factor ** 2 : call.freshSize('depth')),
    ];
  },
});

export const paddings: readonly OpRow[] = [
  padRow('pad'),
  ...[1, 2, 3, 4].map((rank) => padRow(`pad${rank}d`, rank)),
  mirrorPad,
  blocks('spaceToBatchND', 'paddings', spaceToBatch),
  blocks('batchToSpaceND', 'crops', batchToSpace),
  depthToSpace,
];
