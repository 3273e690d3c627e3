/** Buffers: lists that hold nothing yet, which code that is not followed may be handed to fill. */
import { spanOf } from '../../source/span.js';
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { asNumber, isUndefined, type ArrayValue, type Value } from '../values.js';
import { rewrite } from './lists.js';

/**
 * Forgets that the buffers among what a call that is not followed is handed hold nothing. A list that holds something is data,
 * which other code reads and hardly ever writes.
 */
export function forgetBuffers(lowering: Lowering, values: readonly Value[], place: ts.Node): void {
  if (onlyReads(place)) return;
  for (const value of values) forgetBuffer(lowering, value, place, 0);
}

/** How deep buffers lie in what is handed over: rows in a list in an object. */
const MAX_DEPTH = 3;

function forgetBuffer(lowering: Lowering, value: Value, place: ts.Node, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (value.kind === 'object') {
    for (const field of value.fields.values()) forgetBuffer(lowering, field, place, depth + 1);
    return;
  }
  if (value.kind !== 'array') return;
  if (!holdsNothing(value)) {
    for (const row of new Set([...value.elements, value.rest]))
      if (row?.kind === 'array') forgetBuffer(lowering, row, place, depth + 1);
    return;
  }
  const some = (): Value => filledBy(lowering, value, place);
  rewrite(lowering, value, {
    elements: value.elements.map(some),
    // What was empty may have grown.
    rest: value.rest === undefined && value.elements.length > 0 ? undefined : some(),
    size: value.size,
  });
}

const holdsNothing = ({ elements, rest }: ArrayValue): boolean =>
  [...elements, rest].every((value) => value === undefined || isUndefined(value) || asNumber(value) === 0);

function filledBy(lowering: Lowering, { typed }: ArrayValue, place: ts.Node): Value {
  if (typed === undefined) return lowering.unknown('unresolved call');
  return { kind: 'number', node: lowering.builder.unknown('unresolved call', spanOf(place), 'number') };
}

/** Calls that are known to write nothing. */
function onlyReads(place: ts.Node): boolean {
  if (!ts.isCallExpression(place) || !ts.isPropertyAccessExpression(place.expression)) return false;
  const { expression } = place.expression;
  return ts.isIdentifier(expression) && READERS.has(expression.text);
}

const READERS: ReadonlySet<string> = new Set(['console', 'JSON', 'Object', 'Number', 'Array']);
