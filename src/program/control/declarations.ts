/** Statements that declare names. */
import {
  forEachChild,
  isCallExpression,
  isFunctionLike,
  isIdentifier,
  isPropertyAccessExpression,
  ts,
} from '../../source/typescript.js';
import { applyComment } from '../claims/declared-types.js';
import { bindPattern, type Binding } from '../javascript/patterns.js';
import { createFunction } from '../javascript/functions.js';
import type { Lowering } from '../lowering.js';
import { named } from '../shapes/named-sizes.js';
import { Scope } from '../scope.js';
import { constant, UNDEFINED, type Value } from '../values.js';
import { propertyName } from '../javascript/members.js';

/** Function declarations are known before the statements of their block run. */
export function hoist(lowering: Lowering, statements: readonly ts.Statement[], scope: Scope): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      scope.variables.set(statement.name?.text ?? 'default', createFunction(lowering, statement, scope));
    }
  }
}

export function declare(lowering: Lowering, list: ts.VariableDeclarationList, scope: Scope): void {
  const mode = bindingOf(list);
  for (const declaration of list.declarations) {
    // `var x` again leaves x as it is.
    if (
      mode === 'var' &&
      declaration.initializer === undefined &&
      isIdentifier(declaration.name) &&
      scope.ofFunction.variables.has(declaration.name.text)
    )
      continue;
    const value =
      declaration.initializer === undefined
        ? UNDEFINED
        : lowering.evaluate(declaration.initializer, scope, nameOf(declaration.name));
    const isConstant = (list.flags & ts.NodeFlags.Const) !== 0 && isIdentifier(declaration.name);
    const held = isConstant ? named(value, declaration.name, declaration.name.text) : value;
    const described = applyComment(lowering, held, declaration);
    bindPattern(lowering, declaration.name, described, scope, mode, declaration.type);
    if (declaration.type !== undefined) lowering.handed.records.note(value, declaration);
    if (value.kind === 'tensor' && isIdentifier(declaration.name) && isNeverRead(declaration.name))
      lowering.discarded(value.node, declaration.name.text);
  }
}

/** Whether a name of a function stands nowhere in it but where it is declared, and where it is disposed of. */
function isNeverRead(name: ts.Identifier): boolean {
  const around = ts.findAncestor(name, isFunctionLike);
  return around !== undefined && namesIn(around).get(name.text) === 1;
}

const namesOfFunctions = new WeakMap<ts.Node, ReadonlyMap<string, number>>();

/** How often each name stands in a function, but to be disposed of. Declarations are run over and over: counted once. */
function namesIn(fn: ts.Node): ReadonlyMap<string, number> {
  const known = namesOfFunctions.get(fn);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  const count = (node: ts.Node): void => {
    if (!isIdentifier(node)) forEachChild(node, count);
    else if (!isDisposed(node)) counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
  };
  count(fn);
  namesOfFunctions.set(fn, counts);
  return counts;
}

/** `x` of `x.dispose()`, `tf.dispose(x)` and `tf.dispose([x, y])`. */
function isDisposed(read: ts.Identifier): boolean {
  const held = ts.isArrayLiteralExpression(read.parent) ? read.parent : read;
  const member = isCallExpression(held.parent) ? held.parent.expression : held.parent;
  return isPropertyAccessExpression(member) && member.name.text === 'dispose' && member.name !== read;
}

export const bindingOf = (list: ts.VariableDeclarationList): Binding =>
  (list.flags & ts.NodeFlags.BlockScoped) === 0 ? 'var' : 'declare';

const nameOf = (name: ts.BindingName): string | undefined => (isIdentifier(name) ? name.text : undefined);

export function declareEnum(lowering: Lowering, declaration: ts.EnumDeclaration, scope: Scope): void {
  // Members see those before them by name.
  const inner = new Scope(scope, scope.owner);
  let next = 0;
  for (const member of declaration.members) {
    const value =
      member.initializer === undefined ? constant(next) : lowering.evaluate(member.initializer, inner);
    if (value.kind === 'constant' && typeof value.value === 'number') next = value.value + 1;
    inner.variables.set(propertyName(member.name), value);
  }
  scope.variables.set(declaration.name.text, { kind: 'object', fields: new Map(inner.variables) });
}

/** `namespace ops { … }`: an object of all its names; those that are not exported nobody asks for. */
export function declareNamespace(
  lowering: Lowering,
  { name, body }: ts.ModuleDeclaration,
  scope: Scope,
): void {
  if (body === undefined || !isIdentifier(name)) return;
  const inner = new Scope(scope, scope.owner);
  if (ts.isModuleBlock(body)) lowering.executeBlock(body.statements, inner);
  else if (ts.isModuleDeclaration(body)) declareNamespace(lowering, body, inner);
  const known = scope.variables.get(name.text);
  const earlier = known?.kind === 'object' ? known.fields : new Map<string, Value>();
  scope.variables.set(name.text, { kind: 'object', fields: new Map([...earlier, ...inner.variables]) });
}
