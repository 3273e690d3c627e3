/** Which list an expression is an element of, as both are written: `scores[i].value` and `s.value` of `scores.map((s) => …)`. */
import { ts } from '../source/typescript.js';
import { isWrapping } from '../source/wrappings.js';

/** The list that an expression is an element of, or a field of one; undefined where it is none. */
export function elementOf(expression: ts.Expression): string | undefined {
  if (isWrapping(expression)) return elementOf(expression.expression);
  if (ts.isElementAccessExpression(expression)) return elementsOf(expression.expression);
  if (ts.isPropertyAccessExpression(expression)) {
    const of = elementOf(expression.expression);
    return of && `${of}.${expression.name.text}`;
  }
  return ts.isIdentifier(expression) ? goneThrough(expression) : undefined;
}

/** The elements of a list: of `scores.map((s) => s.value)` those that it is made of. */
export function elementsOf(list: ts.Expression): string {
  const written = ts.isIdentifier(list) ? writtenOnce(list) : undefined;
  if (written !== undefined) return elementsOf(written);
  return mapped(list) ?? `${list.getText()} of ${declaredAt(rootOf(list))}[]`;
}

/** What the elements of another list hold, or these themselves: `scores.map((s) => s.value)`. */
function mapped(list: ts.Expression): string | undefined {
  if (!ts.isCallExpression(list) || !ts.isPropertyAccessExpression(list.expression)) return undefined;
  const [callback] = list.arguments;
  if (list.expression.name.text !== 'map' || callback === undefined || !ts.isArrowFunction(callback))
    return undefined;
  const made = ts.isBlock(callback.body) ? undefined : elementOf(callback.body);
  return made?.startsWith(elementsOf(list.expression.expression)) === true ? made : undefined;
}

/** Of a name that stands for each element in turn, in a loop or in a callback. */
function goneThrough(name: ts.Identifier): string | undefined {
  for (let node: ts.Node = name; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isForOfStatement(node) && ts.isVariableDeclarationList(node.initializer)) {
      const [declared] = node.initializer.declarations;
      const path = declared && pathTo(declared.name, name.text);
      if (path !== undefined) return elementsOf(node.expression) + path;
    }
    if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) continue;
    const at = node.parameters.findIndex((parameter) => pathTo(parameter.name, name.text) !== undefined);
    if (at < 0) continue;
    const call = node.parent;
    if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
    const list = call.arguments[1] === node ? fromList(call) : call.expression.expression;
    const isElement = at === (call.expression.name.text.startsWith('reduce') ? 1 : 0);
    return isElement && list !== undefined
      ? elementsOf(list) + pathTo(node.parameters[at]!.name, name.text)!
      : undefined;
  }
  return undefined;
}

/** `Array.from(list, callback)`, `Float64Array.from(list, callback)`: the list, where that is one. */
export function fromList({ expression, arguments: [list] }: ts.CallExpression): ts.Expression | undefined {
  const isFrom = ts.isPropertyAccessExpression(expression) && expression.name.text === 'from';
  return isFrom && list !== undefined && !ts.isObjectLiteralExpression(list) ? list : undefined;
}

/** `.value` of `{ value }`, nothing of the name itself. */
function pathTo(binding: ts.BindingName, name: string): string | undefined {
  if (ts.isIdentifier(binding)) return binding.text === name ? '' : undefined;
  if (!ts.isObjectBindingPattern(binding)) return undefined;
  const element = binding.elements.find((one) => ts.isIdentifier(one.name) && one.name.text === name);
  if (element === undefined || element.dotDotDotToken !== undefined) return undefined;
  return `.${(element.propertyName ?? element.name).getText()}`;
}

/** What an expression begins with: `this` of `this.arms.slice(1)`. */
function rootOf(expression: ts.Expression): ts.Expression {
  return ts.isPropertyAccessExpression(expression) ||
    ts.isElementAccessExpression(expression) ||
    ts.isCallExpression(expression) ||
    isWrapping(expression)
    ? rootOf(expression.expression)
    : expression;
}

/** `const values = scores.map(…)`: what a name stands for that is given a list of what another one holds. */
function writtenOnce(name: ts.Identifier): ts.Expression | undefined {
  for (let node: ts.Node = name; !ts.isSourceFile(node); node = node.parent) {
    if (!declares(node, name.text)) continue;
    const [declared] = declarationsIn(node).filter((one) => names(one.name, name.text));
    const isConstant =
      declared !== undefined &&
      ts.isIdentifier(declared.name) &&
      (declared.parent.flags & ts.NodeFlags.Const) !== 0;
    return isConstant && declared.initializer && mapped(declared.initializer) !== undefined
      ? declared.initializer
      : undefined;
  }
  return undefined;
}

/** Where a name is declared, which tells two of one spelling apart; 0 for what no function declares. */
function declaredAt(root: ts.Expression): number {
  for (let node: ts.Node = root; !ts.isSourceFile(node); node = node.parent) {
    if (!ts.isIdentifier(root)) {
      if (ts.isClassLike(node)) return node.pos;
    } else if (declares(node, root.text)) return node.pos;
  }
  return 0;
}

const declares = (node: ts.Node, name: string): boolean =>
  ts.isFunctionLike(node)
    ? node.parameters.some((parameter) => names(parameter.name, name))
    : declarationsIn(node).some((declaration) => names(declaration.name, name));

const declarationsIn = (node: ts.Node): readonly ts.VariableDeclaration[] =>
  ts.isBlock(node)
    ? node.statements.flatMap((statement) =>
        ts.isVariableStatement(statement) ? statement.declarationList.declarations : [],
      )
    : [];

const names = (binding: ts.BindingName, name: string): boolean =>
  ts.isIdentifier(binding)
    ? binding.text === name
    : binding.elements.some((element) => ts.isBindingElement(element) && names(element.name, name));
