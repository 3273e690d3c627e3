/** Calls that cannot be followed. */
import { assumedInput } from '../../facts/range.js';
import { spanOf } from '../../source/span.js';
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { answer, nameOfAnswer } from '../claims/inputs.js';
import { valueOfType } from '../claims/declared-types.js';
import { branch } from '../control/flow.js';
import { loop } from '../control/rounds.js';
import { forgetBuffers } from './buffers.js';
import { Fields } from '../scope.js';
import { type UnknownCause, type Value, isFromOutside } from '../values.js';

/**
 * Code that cannot be followed may call the callbacks that it is handed, so that what they do may happen, or not, and may fill
 * the buffers.
 */
export function unresolvedCall(
  lowering: Lowering,
  args: readonly Value[],
  place: ts.Node,
  cause: UnknownCause = 'unresolved call',
): Value {
  forgetBuffers(lowering, args, place);
  for (const arg of args) {
    if (arg.kind !== 'function') continue;
    const anything = arg.declaration.parameters.map(() => lowering.unknown('unresolved call'));
    if (isForEach(place)) {
      loop(lowering, () => {
        lowering.callFunction(arg, anything, place);
        return { enters: undefined, completion: 'next' };
      });
      continue;
    }
    branch(
      lowering,
      () => {
        lowering.later(arg.scope, () => lowering.callFunction(arg, anything, place));
        return 'next';
      },
      () => 'next',
    );
  }
  return lowering.unknown(cause);
}

/** `dataset.forEachAsync(…)`: the callback is run in rounds, and what it counts is counted from where it stood. */
const isForEach = (place: ts.Node): boolean =>
  ts.isCallExpression(place) &&
  ts.isPropertyAccessExpression(place.expression) &&
  /^forEach(Async)?$/.test(place.expression.name.text);

/** What is called on something that was lost is lost for the same reason. */
export const lossOf = (value: Value): UnknownCause | undefined =>
  value.kind === 'unknown' && !isFromOutside(value) ? value.cause : undefined;

/**
 * A call of a function that callers hand in, or of a method of an object that they do: what it gives they give as well. Its
 * type may say what that is.
 */
export function callOfGiven(
  lowering: Lowering,
  args: readonly Value[],
  place: ts.Node,
  type: ts.TypeNode | undefined,
): Value {
  unresolvedCall(lowering, args, place);
  return type === undefined
    ? answer(place)
    : asGiven(lowering, valueOfType(lowering, type, 'unresolved call'), place);
}

/**
 * Tensors of which a type says that they are given: their values are those of any input. What is gone through is data, which
 * nobody trains.
 */
function asGiven(lowering: Lowering, value: Value, place: ts.Node, isData = false): Value {
  if (value.kind === 'object') {
    const fields = [...value.fields].map(
      ([name, field]) => [name, asGiven(lowering, field, place, isData)] as const,
    );
    return { ...value, fields: new Fields(fields) };
  }
  if (value.kind === 'array' && value.rest !== undefined)
    return { ...value, rest: asGiven(lowering, value.rest, place, true) };
  if (value.kind !== 'tensor') return value;
  const { shape, dtype } = value.node;
  const facts = { shape, dtype, range: assumedInput() };
  const known = isData ? { trained: false } : {};
  return { kind: 'tensor', node: lowering.builder.input(nameOfAnswer(place), facts, spanOf(place), known) };
}
