/**
 * The step of a variance that is updated value by value (Welford 1962): with `delta = x - mean`, then `mean += delta / n`, the
 * product `delta * (x - mean)` is the square of the first difference, less a share of it: never below 0, and 0 as long as
 * nothing differs.
 */
import { interval, withNaN } from '../../facts/range.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping, unwrapped } from '../../source/wrappings.js';
import { asPattern } from '../../source/words.js';
import { SQUARED } from '../growth.js';
import { withFacts, type Node } from '../node.js';
import { holds, targetOf } from './syntax.js';

export function aroundMovedMean(product: Node, place: ts.Node): Node {
  if (product.range.low >= 0 || !isAroundMovedMean(place)) return product;
  const { high, highBy, mayBeNaN } = product.range;
  const range = withNaN(interval(0, Math.max(0, high), ['attained', highBy]), mayBeNaN);
  return withFacts(product, { range, attributes: { ...product.attributes, ...SQUARED } });
}

const known = new WeakMap<ts.Node, boolean>();

function isAroundMovedMean(place: ts.Node): boolean {
  if (!ts.isBinaryExpression(place)) return false;
  const before = known.get(place);
  if (before !== undefined) return before;
  const [left, right] = [unwrapped(place.left), unwrapped(place.right)];
  const found = isStep(left, right, place) || isStep(right, left, place);
  known.set(place, found);
  return found;
}

/** Whether `delta` is the difference before its mean was moved, and `other` the one behind that. */
function isStep(delta: ts.Expression, other: ts.Expression, place: ts.Node): boolean {
  if (!ts.isIdentifier(delta)) return false;
  const declared = declarationOf(delta.text, place);
  const later = ts.isIdentifier(other) ? declarationOf(other.text, place) : undefined;
  const [first, second] = [declared?.initializer, later === undefined ? other : later.initializer];
  const difference = first && unwrapped(first);
  if (difference === undefined || second === undefined || !isDifference(difference)) return false;
  if (textOf(difference) !== textOf(unwrapped(second))) return false;
  const end = (later ?? place).getStart();
  return movesBetween(difference, delta.text, declared!, end);
}

const isDifference = (node: ts.Expression): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.MinusToken;

const textOf = (node: ts.Node): string => node.getText().replaceAll(/\s+/g, '');

/** The variable of that name in the blocks around a place, as far as the function goes. */
function declarationOf(name: string, place: ts.Node): ts.VariableDeclaration | undefined {
  for (let node = place; !ts.isFunctionLike(node) && !ts.isSourceFile(node); node = node.parent) {
    if (!ts.isBlock(node.parent)) continue;
    for (const statement of node.parent.statements) {
      if (statement.pos >= place.pos) break;
      if (!ts.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find((one) => one.name.getText() === name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Whether a statement between the two adds a share of the difference to the mean, `mean += delta / n`, and nothing else moves it. */
function movesBetween(
  difference: ts.BinaryExpression,
  delta: string,
  declared: ts.VariableDeclaration,
  end: number,
): boolean {
  const block = declared.parent.parent.parent;
  if (!ts.isBlock(block)) return false;
  const [x, mean] = [textOf(difference.left), textOf(difference.right)];
  const between = block.statements.filter(({ pos, end: behind }) => pos >= declared.end && behind <= end);
  const moves = between.filter((statement) => assigns(statement, [x, mean, delta]));
  const [move] = moves;
  if (moves.length !== 1 || !ts.isExpressionStatement(move!) || !ts.isBinaryExpression(move.expression))
    return false;
  const added = textOf(move.expression.left) === mean ? addend(move.expression, mean) : undefined;
  return added !== undefined && isShareOf(added, delta);
}

/** Whether something in a statement is assigned to one of these. */
const assigns = (statement: ts.Node, names: readonly string[]): boolean =>
  holds(statement, (node) => {
    const target = targetOf(node);
    return target !== undefined && names.includes(textOf(target));
  });

/** What `mean += …` or `mean = mean + …` adds. */
function addend({ operatorToken, right }: ts.BinaryExpression, mean: string): ts.Expression | undefined {
  if (operatorToken.kind === SyntaxKind.PlusEqualsToken) return right;
  if (operatorToken.kind !== SyntaxKind.EqualsToken || !ts.isBinaryExpression(right)) return undefined;
  const isSum = right.operatorToken.kind === SyntaxKind.PlusToken && textOf(right.left) === mean;
  return isSum ? right.right : undefined;
}

/** `delta / n` of what is counted, `0.1 * delta`: no more than all of it. */
function isShareOf(share: ts.Expression, delta: string): boolean {
  if (isWrapping(share)) return isShareOf(share.expression, delta);
  if (!ts.isBinaryExpression(share)) return false;
  const { left, operatorToken, right } = share;
  const isDelta = (side: ts.Expression): boolean => textOf(side) === delta;
  if (operatorToken.kind === SyntaxKind.SlashToken) return isDelta(left) && isOneAtLeast(right);
  const isTimes = operatorToken.kind === SyntaxKind.AsteriskToken;
  return isTimes && ((isDelta(left) && isOneAtMost(right)) || (isDelta(right) && isOneAtMost(left)));
}

const isOneAtMost = (factor: ts.Expression): boolean =>
  ts.isNumericLiteral(factor) && Number(factor.text) <= 1;

/** A number that is counted up somewhere in the file, or is written. */
function isOneAtLeast(divisor: ts.Expression): boolean {
  if (ts.isNumericLiteral(divisor)) return Number(divisor.text) >= 1;
  const name = asPattern(textOf(divisor));
  const isCounted = new RegExp(
    String.raw`(?<![\w$.])${name}\s*(?:\+\+|\+=\s*1\b)|\+\+\s*${name}(?![\w$])|(?<![\w$.])${name}\s*=\s*${name}\s*\+\s*1\b`,
  );
  return /^[\w$.#]+$/.test(textOf(divisor)) && isCounted.test(divisor.getSourceFile().text);
}
