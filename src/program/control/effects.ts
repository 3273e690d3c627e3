/** What calls that are not followed may have changed. */
import { reassignedFields, reassignedNames } from './later.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import type { FunctionValue, ObjectValue, UnknownCause, Value } from '../values.js';

/**
 * Forgets what a function of the project that is not run may change: variables and fields that functions of its file
 * assign, and what its arguments hold.
 */
export function forgetEffects(
  lowering: Lowering,
  fn: FunctionValue,
  args: readonly Value[],
  cause: UnknownCause,
): void {
  const names = reassignedNames(fn.module.source);
  // What may have changed before the unit is no longer what it was, either.
  for (const name of names) lowering.find(name, fn.scope, fn.declaration, fn.module.source);
  for (let scope: Scope | undefined = fn.scope; scope !== undefined; scope = scope.parent) {
    for (const name of names) {
      const value = scope.variables.get(name);
      if (value === undefined || KEPT.has(value.kind)) continue;
      if (value.kind === 'array')
        lowering.journal.writeArray(value, { elements: [], rest: lowering.unknown(cause) });
      else lowering.journal.write(scope.variables, name, lowering.unknown(cause));
    }
  }
  if (fn.self?.kind === 'object')
    forgetFields(lowering, fn.self, fn.owner === undefined ? names : reassignedFields(fn.owner), cause);
  for (const arg of args) {
    if (arg.kind === 'array')
      lowering.journal.writeArray(arg, { elements: [], rest: lowering.unknown(cause) });
    else if (arg.kind === 'object')
      forgetFields(lowering, arg, new Set([...names].map((name) => name.slice(1))), cause);
  }
}

function forgetFields(
  lowering: Lowering,
  object: ObjectValue,
  changed: ReadonlySet<string>,
  cause: UnknownCause,
): void {
  for (const [name, value] of object.fields) {
    if (!changed.has(name) || KEPT.has(value.kind)) continue;
    if (value.kind === 'array')
      lowering.journal.writeArray(value, { elements: [], rest: lowering.unknown(cause) });
    else lowering.journal.write(object.fields, name, lowering.unknown(cause));
  }
}

const KEPT: ReadonlySet<Value['kind']> = new Set([
  'function',
  'class',
  'layer',
  'tensorflow',
  'native',
  'module',
  'object',
]);
