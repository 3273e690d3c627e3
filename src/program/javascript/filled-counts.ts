/**
 * Lists of counts, `for (const value of values) counts[binOf(value)]++`: each thing that is counted makes one of them larger,
 * so that their sum and the largest of them are 0 only where there was nothing to count.
 */
import { forEachChild, isIdentifier, ts } from '../../source/typescript.js';
import { GROWN } from '../growth.js';
import { withFacts, type Node } from '../node.js';

/** Whether a list is filled like that, in the function around or in one around that; or was made of such a list. */
export function countsWhateverComes(list: ts.Expression, depth = 0): boolean {
  const name = nameOf(list);
  if (depth > MOST_STEPS) return false;
  if (name === undefined) {
    const kept = sourceOf(list);
    return kept !== undefined && countsWhateverComes(kept, depth + 1);
  }
  const around = outermost(list);
  const counts: ts.Node[] = [];
  let made: ts.Expression | undefined;
  const look = (node: ts.Node): void => {
    if (isCount(node, name)) counts.push(node);
    if (ts.isVariableDeclaration(node) && node.name.getText() === name) made = node.initializer;
    forEachChild(node, look);
  };
  look(around);
  if (counts.length > 0) return counts.every((count) => !isSkipped(count, around));
  const source = made === undefined ? undefined : sourceOf(made);
  return source !== undefined && countsWhateverComes(source, depth + 1);
}

const MOST_STEPS = 2;

/** The largest of such counts, or what they add up to: not 0, unless there was nothing to count. */
export const ofSomeCounts = (node: Node): Node =>
  withFacts(node, {
    attributes: { ...node.attributes, ...GROWN },
    range: { ...node.range, lowBy: 'bound' },
  });

/** `Math.max(...counts)`, `Math.max.apply(null, counts)` of a list of so many. */
export function ofFilledCounts(most: Node, place: ts.Node): Node {
  const given = ts.isCallExpression(place) ? place.arguments.at(-1) : undefined;
  const isApplied = ts.isCallExpression(place) && /\.apply$/.test(place.expression.getText());
  const list =
    given !== undefined && ts.isSpreadElement(given) ? given.expression : isApplied ? given : undefined;
  const isCounted = most.range.low === 0 && list !== undefined && countsWhateverComes(list);
  return isCounted ? ofSomeCounts(most) : most;
}

const nameOf = (list: ts.Expression): string | undefined =>
  isIdentifier(list) || ts.isPropertyAccessExpression(list) ? list.getText() : undefined;

/** The function around everything: lists are counted by callbacks, and read by others. */
function outermost(node: ts.Node): ts.Node {
  let around: ts.Node = node.getSourceFile();
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent)
    if (ts.isFunctionLike(outer)) around = outer;
  return around;
}

/** `counts[i]++`, `counts[i] += 1` */
function isCount(node: ts.Node, name: string): boolean {
  const isStep =
    (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
    node.operator === ts.SyntaxKind.PlusPlusToken;
  const isSum =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
    node.right.getText() === '1';
  const target = isStep ? node.operand : isSum ? node.left : undefined;
  return target !== undefined && ts.isElementAccessExpression(target) && target.expression.getText() === name;
}

/** Whether something may keep a round of the loop around from counting: a condition, a `continue` before it. */
function isSkipped(count: ts.Node, around: ts.Node): boolean {
  for (let node = count.parent; node !== around; node = node.parent) {
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isCaseClause(node)) return true;
    if (ts.isBinaryExpression(node) && LAZY.has(node.operatorToken.kind)) return true;
    if (ts.isIterationStatement(node, false)) return /\b(?:continue|break)\b/.test(node.getText());
    if (ts.isFunctionLike(node)) return !isForEach(node) || /\breturn\b/.test(node.getText());
  }
  // Once, and not in a loop.
  return true;
}

const LAZY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

function isForEach({ parent }: ts.Node): boolean {
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === 'forEach'
  );
}

/** `counts` of `counts.slice().sort()`, `Array.from(this.counts, f)`, `[...counts]`. */
function sourceOf(made: ts.Expression): ts.Expression | undefined {
  if (ts.isArrayLiteralExpression(made)) {
    const [only] = made.elements;
    return made.elements.length === 1 && ts.isSpreadElement(only!) ? only.expression : undefined;
  }
  if (!ts.isCallExpression(made) || !ts.isPropertyAccessExpression(made.expression)) return undefined;
  const { expression, name } = made.expression;
  if (name.text === 'from') return made.arguments[0];
  if (!KEEPING.has(name.text)) return undefined;
  return ts.isCallExpression(expression) ? sourceOf(expression) : expression;
}

const KEEPING: ReadonlySet<string> = new Set(['slice', 'sort', 'map', 'toSorted', 'reverse']);
