/** `for (let i = 0; i < n; i++)`: how many rounds there are. */
import type { Size } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import { holds, targetOf } from '../javascript/syntax.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import { asNumber } from '../values.js';

interface Counting {
  readonly counter: string;
  /** What the counter stays below, or may just reach. */
  readonly limit: ts.Expression;
  readonly reaches: boolean;
}

/** How many rounds a loop has that nothing but its head ends; undefined where that is not known. Called behind its first line. */
export function roundsOf(lowering: Lowering, statement: ts.Node, scope: Scope): Size | undefined {
  const counting = countingOf(statement);
  const from = counting && asNumber(scope.variables.get(counting.counter));
  if (from === undefined || !Number.isInteger(from)) return undefined;
  const limit = lowering.evaluate(counting!.limit, scope);
  const end = asNumber(limit);
  if (end !== undefined) {
    const rounds = counting!.reaches ? Math.floor(end - from) + 1 : Math.ceil(end - from);
    return Number.isFinite(rounds) ? Math.max(0, rounds) : undefined;
  }
  return from === 0 && limit.kind === 'number' && !counting!.reaches ? limit.size : undefined;
}

const known = new WeakMap<ts.Node, Counting | null>();

function countingOf(statement: ts.Node): Counting | undefined {
  let counting = known.get(statement);
  if (counting === undefined) {
    counting = (ts.isForStatement(statement) && readHead(statement)) || null;
    known.set(statement, counting);
  }
  return counting ?? undefined;
}

function readHead({ initializer, condition, incrementor, statement }: ts.ForStatement): Counting | undefined {
  if (initializer === undefined || !ts.isVariableDeclarationList(initializer)) return undefined;
  const [declaration, ...others] = initializer.declarations;
  if (declaration === undefined || others.length > 0 || !ts.isIdentifier(declaration.name)) return undefined;
  const counter = declaration.name.text;
  const isCounter = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === counter;
  if (condition === undefined || !ts.isBinaryExpression(condition) || !isCounter(condition.left))
    return undefined;
  const reaches = condition.operatorToken.kind === ts.SyntaxKind.LessThanEqualsToken;
  if (!reaches && condition.operatorToken.kind !== ts.SyntaxKind.LessThanToken) return undefined;
  // Asking costs steps, and only who fills lists wants to know.
  if (!holds(statement, isPush)) return undefined;
  const isMoved = holds(statement, (node) => {
    const target = targetOf(node);
    return target !== undefined && isCounter(target);
  });
  if (isMoved || !isSimple(condition.right) || !addsOne(incrementor, isCounter)) return undefined;
  return { counter, limit: condition.right, reaches };
}

const isPush = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  node.expression.name.text === 'push';

/** It may be asked for once more. */
const isSimple = (node: ts.Expression): boolean =>
  !holds(
    node,
    (child) => ts.isCallExpression(child) || ts.isNewExpression(child) || targetOf(child) !== undefined,
  );

/** `i++`, `++i` and `i += 1`. */
function addsOne(node: ts.Expression | undefined, isCounter: (node: ts.Node) => boolean): boolean {
  if (node === undefined) return false;
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.PlusPlusToken && isCounter(node.operand);
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
    isCounter(node.left) &&
    ts.isNumericLiteral(node.right) &&
    node.right.text === '1'
  );
}
