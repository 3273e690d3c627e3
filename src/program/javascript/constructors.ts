/**
 * Functions that are called with `new`, as classes were written before the language had them: their methods stand on a
 * prototype that the program fills.
 */
import type { ts } from '../../source/typescript.js';
import { asPattern } from '../../source/words.js';
import { bindInputs, runBody } from './functions.js';
import { isPlaceholder, isChanging } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import { Scope } from '../scope.js';
import { constructorNameOf } from './syntax.js';
import type { FunctionValue, ObjectValue } from '../values.js';
import { functionName } from './function-name.js';
import { emptyInstance } from './function-objects.js';

const instances = new WeakMap<ts.Node, ObjectValue>();

/** An object as a method of a prototype may find it; undefined for a function that is none. */
export function someReceiver(lowering: Lowering, method: FunctionValue): ObjectValue | undefined {
  const name = constructorNameOf(method.declaration);
  const constructor = name === undefined ? undefined : method.scope.find(name)?.variables.get(name);
  if (constructor?.kind !== 'function') return undefined;
  const made =
    instances.get(constructor.declaration) ?? lowering.journal.apart(() => make(lowering, constructor));
  instances.set(constructor.declaration, made);
  return usedSince(made, constructor);
}

function make(lowering: Lowering, constructor: FunctionValue): ObjectValue {
  const { declaration, module, scope: boundary } = constructor;
  const object = emptyInstance(constructor);
  const name = functionName(constructor);
  // Its ops are told where it is a unit of its own.
  const request = { name, kind: 'function', declaration, module, boundary, differentiated: 'no' } as const;
  lowering.rehearse(request, () => {
    lowering.call({ declaration, module, self: object }, undefined, (frame) => {
      const scope = new Scope(boundary, declaration);
      scope.variables.set('this', object);
      bindInputs(lowering, declaration, scope);
      runBody(lowering, declaration, scope, frame);
    });
  });
  return object;
}

/** What other code than the constructor assigns may have changed: it becomes an input when it is read. */
function usedSince(made: ObjectValue, { declaration, module }: FunctionValue): ObjectValue {
  const { text } = module.source;
  const elsewhere = text.slice(0, declaration.pos) + text.slice(declaration.end);
  const stale = new Set<string>();
  for (const [field, value] of made.fields)
    if (isPlaceholder(value) || (isChanging(value) && assigns(elsewhere, field))) stale.add(field);
  return { ...made, name: 'this', fields: new Map(made.fields), stale };
}

const assigns = (text: string, field: string): boolean =>
  new RegExp(
    `\\.${asPattern(field)}\\s*(?:=(?![=>])|[-+*/]=|\\+\\+|--|\\.(?:push|pop|shift|splice|fill)\\()`,
  ).test(text);
