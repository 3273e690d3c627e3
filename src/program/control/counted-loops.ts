/** `for (let i = 0; i < n; i++)` and `for (let i = n - 1; i >= 0; i--)`: how many rounds there are, and where the counter goes. */
import { interval, type Range } from '../../facts/range.js';
import type { Size } from '../../facts/shape.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { COUNTER } from '../counters.js';
import { holds, targetOf } from '../javascript/syntax.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import { asSize } from '../tensorflow/number-roles.js';
import { asNumber, constant, type Value } from '../values.js';
import { withFacts } from '../node.js';

interface Counting {
  readonly counter: string;
  /** What the counter stays on this side of, or may just reach. */
  readonly limit: ts.Expression;
  readonly reaches: boolean;
  readonly step: 1 | -1;
  /** Whether lists may grow in it, and whether something else than its head may end it. */
  readonly fills: boolean;
  readonly leaves: boolean;
}

/** A loop that counts, from and to whole numbers that are known. */
export interface Counter {
  readonly name: string;
  /** In all rounds together. */
  readonly range: Range;
}

/** How many rounds a loop has that nothing but its head ends; undefined where that is not known. Called behind its first line. */
export function roundsOf(lowering: Lowering, statement: ts.Node, scope: Scope): Size | undefined {
  const counting = countingOf(statement);
  // Asking costs steps, and only who fills lists wants to know.
  const from = counting?.fills === true ? startOf(counting, scope) : undefined;
  if (from === undefined) return undefined;
  const { limit, reaches, step } = counting!;
  const value = lowering.evaluate(limit, scope);
  const end = asNumber(value);
  if (end !== undefined)
    return Number.isFinite(end) ? Math.max(0, roundsTo(counting!, from, end)) : undefined;
  if (from !== 0 || step !== 1 || reaches) return undefined;
  const size = asSize(lowering, value);
  return size.kind === 'number' ? size.size : undefined;
}

function roundsTo({ reaches, step }: Counting, from: number, end: number): number {
  const way = (end - from) * step;
  return reaches ? Math.floor(way) + 1 : Math.ceil(way);
}

const startOf = ({ counter }: Counting, scope: Scope): number | undefined => {
  const from = asNumber(scope.variables.get(counter));
  return Number.isInteger(from) ? from : undefined;
};

/** The counter of a loop that begins with 0 and goes to a length, or to a size with a name: it comes by every element of a list. */
export function counterFromZero(statement: ts.Node, scope: Scope): string | undefined {
  const counting = countingOf(statement);
  const isWhole = counting?.step === 1 && !counting.reaches && isWholeSize(counting.limit);
  return isWhole && startOf(counting, scope) === 0 ? counting.counter : undefined;
}

/** `xs.length`, `this.size`, `n`: a parameter may be less than there are. */
function isWholeSize(limit: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(limit)) return true;
  const around = ts.isIdentifier(limit) ? ts.findAncestor(limit, ts.isFunctionLike) : undefined;
  return around !== undefined && !around.parameters.some(({ name }) => name.getText() === limit.getText());
}

/** The counter of a loop with a written end. Called behind its first line. */
export function counterOf(lowering: Lowering, statement: ts.Node, scope: Scope): Counter | undefined {
  const counting = countingOf(statement);
  const from = counting && startOf(counting, scope);
  if (from === undefined) return undefined;
  const end = asNumber(readLimit(lowering, counting!.limit, scope));
  const rounds = end === undefined ? 0 : roundsTo(counting!, from, end);
  if (!Number.isFinite(rounds) || rounds < 1) return undefined;
  const last = from + (rounds - 1) * counting!.step;
  const by = counting!.leaves ? 'bound' : 'attained';
  const range =
    counting!.step === 1
      ? interval(from, last, ['attained', by], { integer: true })
      : interval(last, from, [by, 'attained'], { integer: true });
  return { name: counting!.counter, range };
}

/** Steps are few: what is no name or number is worked out for the outermost loops alone. */
function readLimit(lowering: Lowering, limit: ts.Expression, scope: Scope): Value | undefined {
  const named = ts.isIdentifier(limit) ? scope.lookUp(limit.text) : undefined;
  if (named !== undefined) return named;
  if (ts.isNumericLiteral(limit)) return constant(Number(limit.text));
  return lowering.loopDepth === 0 ? lowering.evaluate(limit, scope) : undefined;
}

/** What is known of the counter in any round but the first, in which it is a number. */
export function narrowCounter(lowering: Lowering, { name, range }: Counter, scope: Scope): void {
  const value = scope.variables.get(name);
  if (value?.kind !== 'number') return;
  const attributes = { ...value.node.attributes, ...COUNTER };
  const node = withFacts(value.node, { range, attributes });
  lowering.journal.write(scope.variables, name, { ...value, node });
}

/** Whether nothing but a counter is asked for in its head. */
export const isCounted = (statement: ts.Node): boolean => countingOf(statement) !== undefined;

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
  const test = TESTS.get(condition.operatorToken.kind);
  if (test === undefined || stepOf(incrementor, isCounter) !== test.step) return undefined;
  const isMoved = holds(statement, (node) => {
    const target = targetOf(node);
    return target !== undefined && isCounter(target);
  });
  if (isMoved || !isSimple(condition.right)) return undefined;
  return {
    ...test,
    counter,
    limit: condition.right,
    fills: holds(statement, isPush),
    leaves: holds(statement, isExit),
  };
}

const TESTS: ReadonlyMap<ts.SyntaxKind, Pick<Counting, 'reaches' | 'step'>> = new Map([
  [SyntaxKind.LessThanToken, { reaches: false, step: 1 as const }],
  [SyntaxKind.LessThanEqualsToken, { reaches: true, step: 1 as const }],
  [SyntaxKind.GreaterThanToken, { reaches: false, step: -1 as const }],
  [SyntaxKind.GreaterThanEqualsToken, { reaches: true, step: -1 as const }],
]);

const isExit = (node: ts.Node): boolean =>
  ts.isBreakStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node);

const isPush = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  (node.expression.name.text === 'push' || node.expression.name.text === 'unshift');

/** It may be asked for once more. */
const isSimple = (node: ts.Expression): boolean =>
  !holds(
    node,
    (child) => ts.isCallExpression(child) || ts.isNewExpression(child) || targetOf(child) !== undefined,
  );

/** 1 of `i++`, `++i` and `i += 1`, -1 of the same with a minus; undefined of others. */
function stepOf(node: ts.Expression | undefined, isCounter: (node: ts.Node) => boolean): 1 | -1 | undefined {
  if (node === undefined) return undefined;
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
    if (!isCounter(node.operand)) return undefined;
    return STEPS.get(node.operator);
  }
  if (!ts.isBinaryExpression(node) || !isCounter(node.left)) return undefined;
  return ts.isNumericLiteral(node.right) && node.right.text === '1'
    ? STEPS.get(node.operatorToken.kind)
    : undefined;
}

const STEPS: ReadonlyMap<ts.SyntaxKind, 1 | -1> = new Map<ts.SyntaxKind, 1 | -1>([
  [SyntaxKind.PlusPlusToken, 1],
  [SyntaxKind.PlusEqualsToken, 1],
  [SyntaxKind.MinusMinusToken, -1],
  [SyntaxKind.MinusEqualsToken, -1],
]);
