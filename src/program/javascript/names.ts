/** What names stand for: of variables, of `this`, of members. */
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { readImport } from './modules.js';
import type { Scope } from '../scope.js';
import { type Value, SOME_FIELD } from '../values.js';
import { globalValue } from './globals.js';

export function readName(lowering: Lowering, identifier: ts.Identifier, scope: Scope): Value {
  const name = identifier.text;
  const module = lowering.frame?.module;
  return (
    lowering.lookup(name, scope, identifier) ??
    (module === undefined ? undefined : readImport(lowering, module, name, identifier)) ??
    lowering.ownGlobal(name, identifier) ??
    globalValue(name) ??
    lowering.unknown('unresolved name')
  );
}

/** What is found under a name in the global object: scripts find there what those beside them put into it. */
export function readGlobal(lowering: Lowering, name: string, place: ts.Node): Value {
  const module = lowering.frame?.module;
  const isScript = module !== undefined && lowering.modules.scripts.isScript(module.file);
  return (
    lowering.ownGlobal(name, place) ??
    (isScript ? readImport(lowering, module, name, place) : undefined) ??
    globalValue(name) ??
    lowering.unknown('unresolved name')
  );
}

/** Arrow functions have the `this` of the function around them; the scope keeps it under the name `this`. */
export function thisValue(lowering: Lowering, scope: Scope): Value {
  return (
    scope.find('this')?.variables.get('this') ?? lowering.frame?.self ?? lowering.unknown('unresolved name')
  );
}

/** The name of a member, computed ones included where they can be. */
export function keyOfMember(lowering: Lowering, name: ts.PropertyName, scope: Scope): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const key = lowering.evaluate(name.expression, scope);
  return key.kind === 'constant' ? String(key.value) : SOME_FIELD;
}
