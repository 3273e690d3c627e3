/** Functions where two ways meet: `deep ? tf.relu : tf.tanh`. */
import type { Lowering } from '../lowering.js';
import type { Value } from '../values.js';

/** One of two; a call runs each of them, as ways of which one is taken. */
export function eitherFunction(lowering: Lowering, a: Value, b: Value): Value {
  const anyOf = [...alternativesOf(a), ...alternativesOf(b)];
  return anyOf.length > MAX_FUNCTIONS
    ? lowering.unknown('branches disagree')
    : { kind: 'native', name: 'one of several functions', anyOf };
}

const MAX_FUNCTIONS = 4;

const alternativesOf = (value: Value): readonly Value[] =>
  (value.kind === 'native' ? value.anyOf : undefined) ?? [value];
