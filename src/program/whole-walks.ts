/**
 * Sums that leave no element of a list out, as they are written: of the weights `Math.exp(score - most)` of all scores one is
 * 1, and their sum is not 0. Of those of some of them nobody knows.
 */
import { SyntaxKind, ts } from '../source/typescript.js';
import { isWrapping, unwrapped } from '../source/wrappings.js';
import { bodyAround, contentsOf, holds, targetOf } from './javascript/syntax.js';
import { fromList } from './written-lists.js';

/** Something that comes by each element of a list, from the first to the last. */
interface Walk {
  readonly list: ts.Expression;
  /** What the element is called, and its place. */
  readonly element: ts.BindingName | undefined;
  readonly index: string | undefined;
  /** What is done with each of them. */
  readonly body: ts.Node;
}

/** Whether a sum, `sum += x` or `a + b` of a `reduce`, is one step of adding up the exponentials of a whole list. */
export function addsAll(sum: ts.Node): boolean {
  if (!ts.isBinaryExpression(sum)) return false;
  const { operatorToken, left, right } = sum;
  if (operatorToken.kind === SyntaxKind.PlusEqualsToken) return isAddedUp(sum, left, right);
  const { parent } = sum;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === SyntaxKind.EqualsToken)
    return parent.right === sum && isSame(parent.left, left) && isAddedUp(parent, left, right);
  const callback = ts.isReturnStatement(parent) ? functionOf(parent) : parent;
  const walk = callback && walkBy(callback, 'reduce');
  const total = walk && (callback as ts.ArrowFunction).parameters[0]?.name.getText();
  if (walk === undefined || resultOf(callback!) !== sum) return false;
  return left.getText() === total ? isWeight(right, walk) : right.getText() === total && isWeight(left, walk);
}

/** A statement of a loop or of the callback of `forEach` or `map`, which adds to what is declared around it. */
function isAddedUp(step: ts.Expression, total: ts.Expression, added: ts.Expression): boolean {
  const statement = step.parent;
  if (!ts.isIdentifier(total) || !ts.isExpressionStatement(statement)) return false;
  const body = bodyAround(statement);
  const walk = walkOf(body);
  return walk !== undefined && constantIn(body, total.text) === undefined && isWeight(added, walk);
}

/** The list that a statement of a loop, or of the callback of `forEach` or `map`, comes by each element of, where this is one. */
export function listComeBy(body: ts.Node, element: ts.Expression): ts.Expression | undefined {
  const walk = walkOf(body);
  const text = element.getText();
  const isElement =
    walk?.element?.getText() === text ||
    (walk?.index !== undefined && text === `${walk.list.getText()}[${walk.index}]`);
  return isElement ? walk?.list : undefined;
}

function walkOf(body: ts.Node): Walk | undefined {
  const { parent } = body;
  if (!ts.isForOfStatement(parent) && !ts.isForStatement(parent))
    return walkBy(parent, 'forEach') ?? walkBy(parent, 'map');
  const { jumps, returns } = contentsOf(body);
  if (jumps || returns) return undefined;
  return ts.isForOfStatement(parent) ? walkOfElements(parent) : walkOfPlaces(parent);
}

function walkOfElements({
  initializer,
  expression: list,
  statement: body,
}: ts.ForOfStatement): Walk | undefined {
  if (!ts.isVariableDeclarationList(initializer)) return undefined;
  return kept({ list, element: initializer.declarations[0]?.name, index: undefined, body });
}

/** `for (let i = 0; i < scores.length; i++)`. */
function walkOfPlaces({ initializer, condition, incrementor, statement }: ts.ForStatement): Walk | undefined {
  const [counter] =
    initializer !== undefined && ts.isVariableDeclarationList(initializer) ? initializer.declarations : [];
  if (counter?.initializer?.getText() !== '0' || condition === undefined || !ts.isBinaryExpression(condition))
    return undefined;
  const index = counter.name.getText();
  const isLess =
    condition.operatorToken.kind === SyntaxKind.LessThanToken && condition.left.getText() === index;
  const isStep = [`${index}++`, `++${index}`, `${index} += 1`].includes(incrementor?.getText() ?? '');
  const length = isLess && isStep ? written(condition.right) : undefined;
  if (length === undefined || !ts.isPropertyAccessExpression(length) || length.name.text !== 'length')
    return undefined;
  if (holds(statement, (node) => targetOf(node)?.getText() === index)) return undefined;
  return kept({ list: length.expression, element: undefined, index, body: statement });
}

/** What the callback of such a method of a list is called for. */
function walkBy(callback: ts.Node, method: string): Walk | undefined {
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return undefined;
  const { parent: call, parameters } = callback;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const { name, expression: list } = call.expression;
  if (name.text !== method || call.arguments[0] !== callback) return undefined;
  // Without a first sum the first element is that: it is left out of none.
  return walkWith(callback, list, method === 'reduce' ? parameters.slice(1) : parameters);
}

/** A callback that is called with each element of a list and its place, and gives nothing before its end. */
function walkWith(
  { body }: ts.ArrowFunction | ts.FunctionExpression,
  list: ts.Expression,
  [element, index]: readonly ts.ParameterDeclaration[],
): Walk | undefined {
  if (ts.isBlock(body) && body.statements.slice(0, -1).some((one) => contentsOf(one).returns))
    return undefined;
  return kept({ list, element: element?.name, index: index?.name.getText(), body });
}

/** Only of a list that the function leaves as long as it was. */
function kept(walk: Walk): Walk | undefined {
  const list = walk.list.getText();
  let around: ts.Node = walk.list;
  while (!ts.isSourceFile(around.parent)) around = around.parent;
  const isChanged = (node: ts.Node): boolean => {
    const target = targetOf(node)?.getText();
    if (target === list || target === `${list}.length`) return true;
    return (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      SHORTENING.has(node.expression.name.text) &&
      node.expression.expression.getText() === list
    );
  };
  return holds(around, isChanged) ? undefined : walk;
}

const SHORTENING: ReadonlySet<string> = new Set(['pop', 'shift', 'splice', 'copyWithin']);

/** Whether an expression is, for each element that is come by, `Math.exp` of how far it is from the extreme of them. */
function isWeight(expression: ts.Expression, walk: Walk): boolean {
  if (isWrapping(expression)) return isWeight(expression.expression, walk);
  if (ts.isIdentifier(expression)) {
    const made = constantIn(walk.body, expression.text);
    if (made !== undefined) return isWeight(made, walk);
    return walk.element?.getText() === expression.text && areWeights(walk.list);
  }
  if (ts.isElementAccessExpression(expression)) {
    if (expression.argumentExpression.getText() !== walk.index) return false;
    const stored = storedIn(walk.body, expression);
    if (stored !== undefined) return isWeight(stored, walk);
    return isAsLong(expression.expression, walk.list) && areWeights(expression.expression);
  }
  // `sum += weights[i] = Math.exp(…)`
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === SyntaxKind.EqualsToken)
    return isWeight(expression.right, walk);
  return (
    ts.isCallExpression(expression) &&
    expression.expression.getText() === 'Math.exp' &&
    isFromExtreme(expression.arguments[0]!, walk)
  );
}

/** `(score - most) / temperature`, `-(score - least)` of the element that is come by; that it is the extreme its value tells. */
function isFromExtreme(expression: ts.Expression, walk: Walk): boolean {
  if (isWrapping(expression)) return isFromExtreme(expression.expression, walk);
  if (ts.isIdentifier(expression)) {
    const made = constantIn(walk.body, expression.text);
    return made !== undefined && isFromExtreme(made, walk);
  }
  if (ts.isPrefixUnaryExpression(expression))
    return expression.operator === SyntaxKind.MinusToken && isFromExtreme(expression.operand, walk);
  if (!ts.isBinaryExpression(expression)) return false;
  const { operatorToken, left, right } = expression;
  if (operatorToken.kind === SyntaxKind.SlashToken) return isFromExtreme(left, walk);
  if (operatorToken.kind === SyntaxKind.AsteriskToken)
    return isFromExtreme(left, walk) || isFromExtreme(right, walk);
  return operatorToken.kind === SyntaxKind.MinusToken && (isElement(left, walk) || isElement(right, walk));
}

/** The element itself, or a field of it. */
function isElement(expression: ts.Expression, walk: Walk): boolean {
  if (isWrapping(expression) || ts.isPropertyAccessExpression(expression))
    return isElement(expression.expression, walk);
  if (ts.isIdentifier(expression))
    return walk.element !== undefined && isBound(walk.element, expression.text);
  return (
    ts.isElementAccessExpression(expression) &&
    expression.argumentExpression.getText() === walk.index &&
    isAsLong(walk.list, expression.expression)
  );
}

const isBound = (binding: ts.BindingName, name: string): boolean =>
  ts.isIdentifier(binding)
    ? binding.text === name
    : binding.elements.some((one) => ts.isBindingElement(one) && isBound(one.name, name));

/** `scores.map((score) => Math.exp(score - most))`, perhaps under a name. */
function areWeights(list: ts.Expression): boolean {
  const made = written(list);
  if (!ts.isCallExpression(made)) return false;
  const [given, second] = made.arguments;
  const callback = second ?? given;
  const walk = callback && (walkBy(callback, 'map') ?? walkFrom(callback));
  const result = walk && resultOf(callback);
  return result !== undefined && isWeight(result, walk!);
}

/** `Float64Array.from(scores, (score) => …)`. */
function walkFrom(callback: ts.Node): Walk | undefined {
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return undefined;
  const { parent: call, parameters } = callback;
  const list = ts.isCallExpression(call) && call.arguments[1] === callback ? fromList(call) : undefined;
  return list && walkWith(callback, list, parameters);
}

/** Whether a list has an element for each of another one, which it is made of. */
function isAsLong(list: ts.Expression, other: ts.Expression): boolean {
  if (isSame(list, other)) return true;
  const made = written(list);
  // `new Float64Array(scores.length)`
  if (ts.isNewExpression(made)) return made.arguments?.[0]?.getText() === `${other.getText()}.length`;
  if (!ts.isCallExpression(made) || !ts.isPropertyAccessExpression(made.expression)) return false;
  return made.expression.name.text === 'map' && isAsLong(made.expression.expression, other);
}

/** What a function gives in the end. */
function resultOf(callback: ts.Node): ts.Expression | undefined {
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return undefined;
  const { body } = callback;
  if (!ts.isBlock(body)) return unwrapped(body);
  const last = body.statements.at(-1);
  return last !== undefined && ts.isReturnStatement(last) ? last.expression : undefined;
}

/** The function whose last statement it is. */
const functionOf = ({ parent }: ts.ReturnStatement): ts.Node | undefined =>
  ts.isBlock(parent) ? parent.parent : undefined;

/** What a name stands for that is a constant of a function around; else the expression itself. */
function written(expression: ts.Expression): ts.Expression {
  if (!ts.isIdentifier(expression)) return expression;
  for (let node: ts.Node = expression; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isFunctionLike(node) && node.parameters.some(({ name }) => isBound(name, expression.text))) break;
    const made = constantIn(node, expression.text);
    if (made !== undefined) return made;
  }
  return expression;
}

function constantIn(block: ts.Node, name: string): ts.Expression | undefined {
  const statements = ts.isBlock(block) ? block.statements : [];
  for (const statement of statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { flags, declarations } = statement.declarationList;
    const found = declarations.find((one) => isBound(one.name, name));
    if (found === undefined) continue;
    return (flags & ts.NodeFlags.Const) !== 0 && ts.isIdentifier(found.name) ? found.initializer : undefined;
  }
  return undefined;
}

/** `weights[i] = …` among the statements of a round. */
function storedIn(body: ts.Node, place: ts.Expression): ts.Expression | undefined {
  const stored = (ts.isBlock(body) ? [...body.statements] : []).flatMap((statement) =>
    ts.isExpressionStatement(statement) &&
    ts.isBinaryExpression(statement.expression) &&
    statement.expression.operatorToken.kind === SyntaxKind.EqualsToken &&
    isSame(statement.expression.left, place)
      ? [statement.expression.right]
      : [],
  );
  return stored.length === 1 ? stored[0] : undefined;
}

const isSame = (a: ts.Node, b: ts.Node): boolean => a.getText() === b.getText();
