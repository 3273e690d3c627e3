/** Typed arrays: lists of numbers of one type that are made of a length, of other numbers, or of bytes that came from elsewhere. */
import { interval } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import { ts } from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { asSize } from '../tensorflow/number-roles.js';
import {
  array,
  asMade,
  asNumber,
  constant,
  FILLING_ZERO,
  type ArrayValue,
  type List,
  type TypedArrayName,
  type Value,
} from '../values.js';
import { repeated, typical, withAny, type ArrayCall } from './lists.js';
import { asKept, shortEnds } from './whole-elements.js';
import { withFacts } from '../node.js';

/** `new Float32Array(length)` holds zeros, one of a list its numbers, one of a buffer whatever was put into that. */
export function makeTypedArray(
  lowering: Lowering,
  typed: TypedArrayName,
  args: readonly Value[],
  place: ts.NewExpression,
): ArrayValue {
  const [first = constant(0), , length] = args;
  if (first.kind === 'array' && args.length === 1) return asTypedArray(lowering, typed, first, place);
  const written = place.arguments?.[0];
  const isList = first.kind === 'input' && (first.claim?.kind === 'list' || first.form.kind === 'list');
  if (isList) {
    return asTypedArray(lowering, typed, iterate(lowering, first), place);
  }
  const isView = args.length > 1 || (written !== undefined && isOfBytes(first, written));
  if (!isView) return { ...listOfSame(asSize(lowering, first), FILLING_ZERO), typed };
  const some = someElement(lowering, typed, place);
  return { ...(length === undefined ? array([], some) : listOfSame(asSize(lowering, length), some)), typed };
}

/** Each number of a list as an array of the type keeps it. */
export const asTypedArray = (
  lowering: Lowering,
  typed: TypedArrayName,
  list: List,
  place: ts.Node,
): ArrayValue => {
  const kept = (element: Value): Value => asKept(lowering, typed, element, place);
  const rest = list.rest && kept(list.rest);
  const at = asMade(list);
  return array(list.elements.map(kept), rest, {
    size: list.size,
    typed,
    outputs: rest && at && { rest, at: (position) => kept(at(position)) },
  });
};

const listOfSame = (length: Value, value: Value): ArrayValue => {
  const { elements, rest, size } = repeated(length, value);
  return array(elements, rest, { size });
};

/**
 * Whether what a typed array is made of is no length. Where the value does not tell, the text does: sizes are computed, or
 * have the name of a size.
 */
function isOfBytes(value: Value, written: ts.Expression): boolean {
  if (value.kind === 'constant' || value.kind === 'number') return false;
  if (value.kind === 'input' && (value.claim?.kind === 'number' || value.form.kind === 'number'))
    return false;
  if (ts.isBinaryExpression(written)) return false;
  const name = nameIn(written);
  return name === undefined || !(COUNT_OF.test(name) || SIZE.test(name));
}

/** The name of a variable, a field or what is called: `arrayBuffer` of `await response.arrayBuffer()`. */
function nameIn(written: ts.Expression): string | undefined {
  if (ts.isAwaitExpression(written) || isWrapping(written) || ts.isCallExpression(written))
    return nameIn(written.expression);
  if (ts.isPropertyAccessExpression(written)) return written.name.text;
  return ts.isIdentifier(written) ? written.text : undefined;
}

/** `n`, `numSamples`, `MAX_TOKENS`, `nBins`; not `x` or `b`, which are data. */
const COUNT_OF = /^[cdhk-nwA-Z]$|^(n|num|max|total|count|size)([A-Z]|_|$)|^(N|NUM|MAX|TOTAL)_/;

/** `hiddenUnits`, `BATCH_SIZE`, `sizeFromShape`, `rows`; not `shape` or `dims`, which are lists. */
const SIZE =
  /(length|len|size|count|number|total|width|height|depth|dim|dimension|rank|classes|bins|rows|cols|columns|channels|steps|units|capacity|fromShape)$/i;

/** A number that came from elsewhere: those of the small whole types go as far as the type, as inputs go as far as is assumed. */
function someElement(lowering: Lowering, name: TypedArrayName, place: ts.Node): Value {
  const node = lowering.builder.unknown('unknown element', spanOf(place), 'number');
  const ends = shortEnds(name);
  const range = ends === undefined ? node.range : interval(...ends, 'assumed', { integer: true });
  return { kind: 'number', node: withFacts(node, { range }) };
}

/** `target.set(source, offset)`: by place where all is known, else either the old or the new. */
export function withSet({ lowering, list, args, place }: ArrayCall): List {
  const [from, at = constant(0)] = args;
  const given: List = from === undefined ? { elements: [], rest: undefined } : iterate(lowering, from);
  const source = list.typed === undefined ? given : asTypedArray(lowering, list.typed, given, place);
  const offset = asNumber(at);
  // As many as there are, one would think.
  if (args.length === 1 && list.elements.length === 0 && source.elements.length === 0)
    return { elements: [], rest: source.rest ?? list.rest, size: list.size };
  if (offset === undefined || offset < 0 || list.rest !== undefined || source.rest !== undefined)
    return withAny(lowering, list, typical(lowering, source));
  return {
    elements: list.elements.map((element, index) => source.elements[index - offset] ?? element),
    rest: undefined,
  };
}

/** A part of a typed array that shares its numbers: what is written into it is written into the whole. */
export const viewOf = (list: ArrayValue, part: List): ArrayValue =>
  array(part.elements, part.rest, { typed: list.typed, of: [list] });
