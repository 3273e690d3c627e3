/** Calls of functions without tensor code, which are not run. */
import { forEachChild, SyntaxKind, ts } from '../../source/typescript.js';
import { claimOf } from '../claims/type-claims.js';
import { forgetEffects } from '../control/effects.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import { spanOf } from '../../source/span.js';
import type { Node } from '../node.js';
import { array, knownSize, type FunctionValue, type Value } from '../values.js';
import { returnsEarly } from './syntax.js';
import { isTypedArray } from './whole-elements.js';
import { unresolvedCall } from './unfollowed-calls.js';

/** Callbacks that it is handed may be run. Of what it gives is known whether it is a typed array, and of which length. */
export function leftOut(
  lowering: Lowering,
  fn: FunctionValue,
  args: readonly Value[],
  place: ts.Node,
  scopeOf: () => Scope,
): Value {
  forgetEffects(lowering, fn, args, 'no tensor code');
  if (args.some((arg) => arg.kind === 'function')) return unresolvedCall(lowering, args, place);
  const made = typedArrayGiven(fn.declaration);
  return (
    (made && someOf(lowering, fn, made, place, scopeOf)) ??
    someNumbers(lowering, fn, place) ??
    lowering.unknown('no tensor code')
  );
}

/** Where the function says that it gives a list of numbers, `(): number[]`: of the numbers nothing is known. */
function someNumbers(lowering: Lowering, { declaration }: FunctionValue, place: ts.Node): Value | undefined {
  const type = declaration.type ?? ts.getJSDocReturnType(declaration);
  const claim = type && claimOf(type, type.getSourceFile());
  if (claim?.kind !== 'list' || claim.element?.kind !== 'number' || isAsync(declaration)) return undefined;
  return array([], { kind: 'number', node: unknownNumber(lowering, place) });
}

const isAsync = ({ modifiers }: ts.FunctionLikeDeclaration): boolean =>
  modifiers?.some(({ kind }) => kind === SyntaxKind.AsyncKeyword) === true;

const unknownNumber = (lowering: Lowering, place: ts.Node): Node =>
  lowering.builder.unknown('no tensor code', spanOf(place), 'number');

/** `const pixels = new Float32Array(SIZE)` where the function fills it and ends with `return pixels`. */
function typedArrayGiven({ body }: ts.FunctionLikeDeclaration): ts.NewExpression | undefined {
  if (body === undefined || !ts.isBlock(body)) return undefined;
  const last = body.statements.at(-1);
  const given = last !== undefined && ts.isReturnStatement(last) ? last.expression : undefined;
  if (given === undefined || !ts.isIdentifier(given) || returnsEarly(body)) return undefined;
  const made = declarations(body).find(({ name }) => ts.isIdentifier(name) && name.text === given.text);
  const initializer = made?.initializer;
  const isTyped =
    initializer !== undefined &&
    ts.isNewExpression(initializer) &&
    ts.isIdentifier(initializer.expression) &&
    isTypedArray(initializer.expression.text);
  return isTyped && (made!.parent.flags & ts.NodeFlags.Const) !== 0 ? initializer : undefined;
}

const declarations = (body: ts.Block): ts.VariableDeclaration[] =>
  body.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [],
  );

/** An array of that length, of which the numbers are not known. */
function someOf(
  lowering: Lowering,
  fn: FunctionValue,
  made: ts.NewExpression,
  place: ts.Node,
  scopeOf: () => Scope,
): Value | undefined {
  const array = lowering.call(fn, place, (): Value => lowering.evaluate(made, scopeOf()));
  if (array.kind !== 'array') return undefined;
  const rest: Value = { kind: 'number', node: unknownNumber(lowering, place) };
  return { ...array, elements: [], rest, size: namesOwn(made, fn) ? undefined : knownSize(array) };
}

/** Whether its length is computed with variables of the function, which were not followed. */
function namesOwn(made: ts.NewExpression, { declaration }: FunctionValue): boolean {
  const own = new Set(
    declarations(declaration.body as ts.Block).flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    ),
  );
  const names = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && own.has(node.text)) || forEachChild(node, names) === true;
  return made.arguments?.some(names) === true;
}
