/**
 * Recursions over probabilities in JavaScript numbers, as the forward pass of a hidden Markov model (Rabiner 1989, "A tutorial on
 * hidden Markov models", section V.A): each round multiplies a list by numbers below 1, and nothing brings it back to size.
 */
import { placeWritten } from '../program/written.js';
import { ts } from '../source/typescript.js';
import { unwrapped } from '../source/wrappings.js';
import { holds, targetOf } from '../program/javascript/syntax.js';
import { isOp } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

interface Recursion {
  /** The list that every round makes anew. */
  readonly name: string;
  readonly product: ts.BinaryExpression;
}

export function underflowingRecursion(site: Site): Suspicion | undefined {
  const place = isOp(site.node, 'js.mul') ? placeWritten(site.node) : undefined;
  const found = place && recursionsIn(place.getSourceFile()).find(({ product }) => product === place);
  if (found === undefined) return undefined;
  const { name } = found;
  return {
    message: `\`${site.text()}\` makes \`${name}\` smaller in every round, and nothing brings it back to size: it is 0 after a few hundred rounds of 0.1. Divide \`${name}\` by its sum in each round and add up the logarithms of these sums, or add logarithms from the start.`,
    danger: {
      text: `${name} leaves float64`,
      harm: 'value',
      failures: ['underflow'],
      unshown: 'it takes hundreds of rounds',
    },
    manifest: true,
  };
}

const known = new WeakMap<ts.SourceFile, readonly Recursion[]>();

function recursionsIn(source: ts.SourceFile): readonly Recursion[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const found: Recursion[] = [];
  if (OF_PROBABILITIES.test(source.text)) collect(source, found);
  known.set(source, found);
  return found;
}

function collect(node: ts.Node, found: Recursion[]): void {
  if (isLoop(node) && !isNormalised(node.statement)) found.push(...recursionsOf(node.statement));
  ts.forEachChild(node, (child) => collect(child, found));
}

const isLoop = (node: ts.Node): node is ts.IterationStatement => ts.isIterationStatement(node, false);

/** Whether a round divides by something, or calls what does. */
const isNormalised = (body: ts.Node): boolean =>
  holds(body, (node) => {
    if (ts.isCallExpression(node)) return /norm|scale|divide|log/i.test(node.expression.getText());
    if (!ts.isBinaryExpression(node)) return false;
    const { kind } = node.operatorToken;
    return kind === ts.SyntaxKind.SlashToken || kind === ts.SyntaxKind.SlashEqualsToken;
  });

function recursionsOf(body: ts.Node): Recursion[] {
  const assignments = assignmentsIn(body);
  return assignments.flatMap(({ target, value }) => {
    const name = rootOf(target);
    if (name === undefined || isDeclaredIn(body, name)) return [];
    // `next[j] = …; … alpha = next;`
    const made = ts.isIdentifier(target) && ts.isIdentifier(value) ? value.text : undefined;
    const values =
      made === undefined
        ? elementsMade(value)
        : assignments.flatMap((one) => (rootOf(one.target) === made ? elementsMade(one.value) : []));
    return values.flatMap((each) => productOf(each, name, assignments) ?? []);
  });
}

interface Assignment {
  readonly target: ts.Expression;
  readonly value: ts.Expression;
}

/** `x = …`, `x += …`, `const x = …`, and `list.push(…)` as what is assigned to its elements. */
function assignmentsIn(body: ts.Node): readonly Assignment[] {
  const found: Assignment[] = [];
  const visit = (node: ts.Node): void => {
    const target = targetOf(node);
    if (target !== undefined && ts.isBinaryExpression(node)) found.push({ target, value: node.right });
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      found.push({ target: node.name, value: node.initializer });
    const pushed = ts.isCallExpression(node) ? pushedTo(node) : undefined;
    if (pushed !== undefined) found.push(pushed);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function pushedTo({ expression, arguments: [value] }: ts.CallExpression): Assignment | undefined {
  const isPush = ts.isPropertyAccessExpression(expression) && expression.name.text === 'push';
  return isPush && value !== undefined ? { target: expression.expression, value } : undefined;
}

/** `alpha` of `alpha[t][j]`. */
function rootOf(target: ts.Expression): string | undefined {
  const expression = unwrapped(target);
  if (ts.isElementAccessExpression(expression)) return rootOf(expression.expression);
  return ts.isIdentifier(expression) ? expression.text : undefined;
}

const isDeclaredIn = (body: ts.Node, name: string): boolean =>
  holds(
    body,
    (node) => ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name,
  );

/** What the elements are of a list that is made of a callback; a value itself otherwise. */
function elementsMade(value: ts.Expression): readonly ts.Expression[] {
  const made = unwrapped(value);
  if (!ts.isCallExpression(made) || !/(?:\.map|Array\.from)$/.test(made.expression.getText())) return [made];
  const callback = made.arguments.at(-1);
  if (callback === undefined || !ts.isArrowFunction(callback)) return [];
  if (!ts.isBlock(callback.body)) return elementsMade(callback.body);
  return callback.body.statements.flatMap((statement) =>
    ts.isReturnStatement(statement) && statement.expression !== undefined
      ? elementsMade(statement.expression)
      : [],
  );
}

/** A product of what the list held before and of a probability of this round. */
function productOf(
  value: ts.Expression,
  name: string,
  assignments: readonly Assignment[],
): Recursion | undefined {
  const product = unwrapped(value);
  if (ts.isCallExpression(product)) return productAddedUp(product, name);
  if (!isProduct(product)) return undefined;
  const sides = [product.left, product.right] as const;
  const carried = sides.map((side) => isCarried(side, name, assignments));
  const factor = sides[carried.indexOf(false)];
  if (factor === undefined || !carried.includes(true)) return undefined;
  const isOfProbabilities = OF_PROBABILITIES.test(factor.getText()) || LIST.test(name);
  return isOfProbabilities ? { name, product } : undefined;
}

const isProduct = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AsteriskToken;

/** `next.reduce((sum, b, j) => sum + transition[i][j] * emission[j][o] * b, 0)`, as a backward pass has it. */
function productAddedUp(
  { expression, arguments: [callback] }: ts.CallExpression,
  name: string,
): Recursion | undefined {
  const isReduce = ts.isPropertyAccessExpression(expression) && expression.name.text === 'reduce';
  const sum = callback !== undefined && ts.isArrowFunction(callback) ? callback.body : undefined;
  if (!isReduce || !reads(expression.expression, name) || sum === undefined || !ts.isBinaryExpression(sum))
    return undefined;
  const product = unwrapped(sum.right);
  return isProduct(product) && EMISSION.test(product.getText()) ? { name, product } : undefined;
}

const EMISSION = /emission|emit|observation|likelihood|\bB\s*\[/i;

/** Whether it is computed of the list as it was, at once or by what the round computes before, such as a sum that it adds up. */
function isCarried(
  side: ts.Expression,
  name: string,
  assignments: readonly Assignment[],
  depth = 0,
): boolean {
  if (reads(side, name)) return true;
  return assignments.some(
    ({ target, value }) =>
      depth < MOST_STEPS &&
      ts.isIdentifier(target) &&
      target.text !== name &&
      reads(side, target.text) &&
      isCarried(value, name, assignments, depth + 1),
  );
}

const reads = (node: ts.Node, name: string): boolean =>
  holds(node, (one) => ts.isIdentifier(one) && one.text === name);

/** From the list of the round before to the product. */
const MOST_STEPS = 3;

const OF_PROBABILITIES = /prob|likelihood|emission|emit|observation|\bpE\b|\bB\s*\[/i;

const LIST = /^(?:alphas?|beliefs?|forward|posteriors?|trellis|viterbi)$/i;
