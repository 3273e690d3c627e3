/** What a function is called in messages. */
import { ts } from '../../source/typescript.js';
import { isMethod } from './syntax.js';
import type { FunctionValue } from '../values.js';

export function functionName(fn: Pick<FunctionValue, 'declaration' | 'owner'>): string {
  const { declaration } = fn;
  const own =
    declaration.name !== undefined && !ts.isComputedPropertyName(declaration.name)
      ? declaration.name.getText()
      : undefined;
  const owner = fn.owner?.declaration.name?.text;
  if (ts.isConstructorDeclaration(declaration)) return `${owner ?? 'class'}.constructor`;
  if (own !== undefined) return owner !== undefined && isMethod(declaration) ? `${owner}.${own}` : own;
  const { parent } = declaration;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return parent.name.getText();
  if (ts.isBinaryExpression(parent)) return parent.left.getText();
  if (ts.isCallExpression(parent)) return `callback of ${parent.expression.getText().slice(0, 40)}`;
  return '<anonymous>';
}
