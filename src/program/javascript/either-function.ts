/** Functions where two ways meet: `deep ? tf.relu : tf.tanh`. */
import type { Lowering } from '../lowering.js';
import type { Value } from '../values.js';

/** One of two; a call runs each of them, as ways of which one is taken. */
export function eitherFunction(
  lowering: Lowering,
  a: Value,
  b: Value,
  /** What two of them are as one, if they are alike. */
  merged: (one: Value, other: Value) => Value | undefined,
): Value {
  const anyOf = [...alternativesOf(a)];
  for (const other of alternativesOf(b)) {
    let whole: Value | undefined;
    const at = anyOf.findIndex((one) => (whole = merged(one, other)) !== undefined);
    anyOf.splice(at < 0 ? anyOf.length : at, 1, whole ?? other);
  }
  if (anyOf.length === 1) return anyOf[0]!;
  return anyOf.length > MAX_FUNCTIONS
    ? lowering.unknown('branches disagree')
    : { kind: 'native', name: 'one of several functions', anyOf };
}

const MAX_FUNCTIONS = 4;

const alternativesOf = (value: Value): readonly Value[] =>
  (value.kind === 'native' ? value.anyOf : undefined) ?? [value];
