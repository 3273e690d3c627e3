/** Calls that cannot be followed. */
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { valueOfType } from '../claims/declared-types.js';
import { branch } from '../control/flow.js';
import { type UnknownCause, type Value, isFromOutside } from '../values.js';

/** Code that cannot be followed may call the callbacks it is handed: what they do may happen, or not. */
export function unresolvedCall(
  lowering: Lowering,
  args: readonly Value[],
  place: ts.Node,
  cause: UnknownCause = 'unresolved call',
): Value {
  for (const arg of args) {
    if (arg.kind !== 'function') continue;
    const anything = arg.declaration.parameters.map(() => lowering.unknown('unresolved call'));
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

/** What is called on something that was lost is lost for the same reason. */
export const lossOf = (value: Value): UnknownCause | undefined =>
  value.kind === 'unknown' && !isFromOutside(value) ? value.cause : undefined;

/** A call that cannot be followed, of something that says what it gives. */
export function typedCall(
  lowering: Lowering,
  args: readonly Value[],
  place: ts.Node,
  type: ts.TypeNode | undefined,
): Value {
  const result = unresolvedCall(lowering, args, place);
  return type === undefined ? result : valueOfType(lowering, type, 'unresolved call');
}
