import { forEachChild, ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import { nodesIn, UNDEFINED, type FunctionValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import { asPattern } from '../../source/words.js';
import { lowerFunction } from '../javascript/function-units.js';

/**
 * Lowers the function that `tf.customGrad` was given as a unit of its own, to be called as TensorFlow.js calls it: with
 * tensors and a `save` callback. In it stands one node more, `customGrad`, for the gradient that it gives beside its value.
 */
export function lowerCustomGradient(lowering: Lowering, fn: FunctionValue): void {
  const { parameters } = fn.declaration;
  const given: Value[] = [];
  if (takesSave(fn)) given[parameters.length - 1] = { kind: 'native', name: 'save', call: () => UNDEFINED };
  const unit = lowerFunction(lowering, fn, 'no', {
    given,
    custom: true,
    calls: lowering.customCalls.of(fn),
  });
  const value = unit?.returned.find((one) => one.kind === 'object')?.fields.get('value');
  if (unit === undefined || value === undefined) return;
  const marker = lowering.builder.marker('customGrad', { value: nodesIn(value) }, spanOf(gradientIn(fn)));
  (unit.nodes as Node[]).push(marker);
}

/** The last parameter, if it is called, or is said to be what is called. */
function takesSave({ declaration }: FunctionValue): boolean {
  const last = declaration.parameters.at(-1);
  if (last === undefined || !ts.isIdentifier(last.name)) return false;
  const called = new RegExp(`\\b${asPattern(last.name.text)}\\s*(?:as [\\w.]+\\s*\\))?\\(`);
  return (
    /save/i.test(last.name.text) ||
    (last.type?.getText() ?? '').includes('GradSaveFunc') ||
    called.test(declaration.body?.getText() ?? '')
  );
}

/** The `gradFunc` of the object that is returned, where the function itself writes it; else the whole function. */
function gradientIn({ declaration }: FunctionValue): ts.Node {
  const functions = new Map<string, ts.Node>();
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) functions.set(node.name.text, node);
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined && ts.isIdentifier(node.name))
      functions.set(node.name.text, node.initializer);
    if (ts.isObjectLiteralElementLike(node) && node.name?.getText() === 'gradFunc') found ??= node;
    forEachChild(node, visit);
  };
  if (declaration.body !== undefined) visit(declaration.body);
  if (found === undefined) return declaration;
  const given = ts.isPropertyAssignment(found) ? found.initializer : found;
  if (ts.isShorthandPropertyAssignment(given)) return functions.get('gradFunc') ?? declaration;
  return (ts.isIdentifier(given) ? functions.get(given.text) : undefined) ?? given;
}
