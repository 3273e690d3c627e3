/**
 * A loop that ends its function as soon as one element is so comes to its end only where none is: behind
 * `for (const p of pulls) if (p === 0) return p`, and `for (let i = 0; i < n; i++) if (pulls[i] === 0) return i`, none is 0.
 */
import { spanOf } from '../../source/span.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { contentsOf, holds, targetOf } from '../javascript/syntax.js';
import type { Lowering } from '../lowering.js';
import { Scope } from '../scope.js';
import { asNumber, type ArrayValue, type NumberValue, type Value } from '../values.js';
import { asKnown } from './known.js';
import { MUTATORS } from './later.js';
import { refine } from './refinement.js';

/** What stands for an element in a condition: the variable of a loop, or `pulls[i]`. */
interface Element {
  readonly list: ArrayValue;
  readonly read: () => Value | undefined;
}

/** Behind a loop that went through a list with a variable for its elements. */
export function ruleOutOf(lowering: Lowering, list: Value, name: ts.Node, body: ts.Node, outer: Scope): void {
  const exits = exitsOf(body);
  if (exits.length === 0 || list.kind !== 'array' || list.rest === undefined || !ts.isIdentifier(name))
    return;
  const scope = new Scope(outer, outer.owner);
  scope.variables.set(name.text, asElement(lowering, list.rest, name));
  const element = { list, read: () => scope.variables.get(name.text) };
  for (const exit of exits) if (names(exit.condition, name.text)) learn(lowering, exit, scope, [element]);
}

/** Behind `forEach`: only an error ends more than the call of its callback. */
export function ruleOutByEach(lowering: Lowering, list: Value, callback: Value | undefined): void {
  if (callback?.kind !== 'function' || callback.declaration.body === undefined) return;
  const { declaration, scope } = callback;
  const name = declaration.parameters[0]?.name;
  const body = declaration.body!;
  const isPlain = !declaration.modifiers?.some(({ kind }) => kind === SyntaxKind.AsyncKeyword);
  const isGenerator =
    !ts.isArrowFunction(declaration) && 'asteriskToken' in declaration && declaration.asteriskToken;
  if (name === undefined || !isPlain || isGenerator || !ts.isBlock(body) || contentsOf(body).returns) return;
  ruleOutOf(lowering, list, name, body, scope);
}

/** Behind a loop that counted from 0: of the lists that it read at the place of its counter. */
export function ruleOutAt(lowering: Lowering, counter: string, body: ts.Node, outer: Scope): void {
  for (const exit of exitsOf(body)) {
    const scope = new Scope(outer, outer.owner);
    const elements: Element[] = [];
    for (const [name, access] of exit.named) {
      const list = isAt(access, counter) ? lowering.evaluate(access.expression, scope) : undefined;
      if (list?.kind !== 'array' || list.rest === undefined || !names(exit.condition, name)) continue;
      scope.variables.set(name, asElement(lowering, list.rest, access));
      elements.push({ list, read: () => scope.variables.get(name) });
    }
    for (const access of accessesIn(exit.condition)) {
      const list = isAt(access, counter) ? lowering.evaluate(access.expression, scope) : undefined;
      if (list?.kind !== 'array' || list.rest === undefined) continue;
      const element = asElement(lowering, list.rest, access);
      elements.push({ list, read: () => asKnown(lowering, access, scope, element) });
    }
    if (elements.length > 0) learn(lowering, exit, scope, elements);
  }
}

function learn(lowering: Lowering, { condition }: Exit, scope: Scope, elements: readonly Element[]): void {
  const left: (Value | undefined)[] = [];
  lowering.journal.attempt(() => {
    refine(lowering, condition, false, scope);
    left.push(...elements.map(({ read }) => read()));
  });
  elements.forEach(({ list }, index) => {
    const rest = left[index];
    if (rest?.kind === 'number' && list.rest !== undefined)
      lowering.journal.writeArray(list, { ...list, rest });
  });
}

/** Of a list that is known to hold one number alone, another one may have come since: the loop says that it is not that. */
function asElement(lowering: Lowering, rest: Value, place: ts.Node): Value {
  if (asNumber(rest) === undefined) return rest;
  const node = lowering.builder.unknown('branches disagree', spanOf(place), 'number');
  return { kind: 'number', node } satisfies NumberValue;
}

interface Exit {
  readonly condition: ts.Expression;
  /** The constants before it that hold an element: `const p = pulls[i]`. */
  readonly named: ReadonlyMap<string, ts.ElementAccessExpression>;
}

const known = new WeakMap<ts.Node, readonly Exit[]>();

function exitsOf(body: ts.Node): readonly Exit[] {
  const before = known.get(body);
  if (before !== undefined) return before;
  const found = findExits(body);
  known.set(body, found);
  return found;
}

/** Conditions under which a body leaves its function, as far as nothing before them skips them or changes what they ask. */
function findExits(body: ts.Node): readonly Exit[] {
  const exits: Exit[] = [];
  const named = new Map<string, ts.ElementAccessExpression>();
  if (holds(body, ts.isBreakStatement) || holds(body, isSetOrPut)) return exits;
  for (const statement of ts.isBlock(body) ? body.statements : [body]) {
    if (ts.isVariableStatement(statement)) noteNames(statement, named);
    if (
      ts.isIfStatement(statement) &&
      statement.elseStatement === undefined &&
      leaves(statement.thenStatement)
    )
      exits.push({ condition: statement.expression, named: new Map(named) });
    else if (contentsOf(statement).jumps || contentsOf(statement).assigns) break;
  }
  return exits;
}

function noteNames(
  { declarationList }: ts.VariableStatement,
  named: Map<string, ts.ElementAccessExpression>,
): void {
  if ((declarationList.flags & ts.NodeFlags.Const) === 0) return;
  for (const { name, initializer } of declarationList.declarations)
    if (ts.isIdentifier(name) && initializer !== undefined && ts.isElementAccessExpression(initializer))
      named.set(name.text, initializer);
}

/** Whether something is put into a list or a field, so that what was asked before is no longer what is there. */
function isSetOrPut(node: ts.Node): boolean {
  const target = targetOf(node);
  if (target !== undefined) return !ts.isIdentifier(target);
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    MUTATORS.has(node.expression.name.text)
  );
}

/** Whether a branch ends the function that it stands in. */
function leaves(branch: ts.Statement): boolean {
  if (contentsOf(branch).jumps) return false;
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch;
  return last?.kind === SyntaxKind.ReturnStatement || last?.kind === SyntaxKind.ThrowStatement;
}

function isAt({ argumentExpression }: ts.ElementAccessExpression, counter: string): boolean {
  return ts.isIdentifier(argumentExpression) && argumentExpression.text === counter;
}

const names = (node: ts.Node, name: string): boolean =>
  holds(node, (child) => ts.isIdentifier(child) && child.text === name);

/** The elements that a condition compares: `!(counts[i] > 0) || sums[i] < 0`. */
function accessesIn(condition: ts.Expression): readonly ts.ElementAccessExpression[] {
  if (isWrapping(condition)) return accessesIn(condition.expression);
  if (ts.isPrefixUnaryExpression(condition)) return accessesIn(condition.operand);
  if (ts.isBinaryExpression(condition))
    return [...accessesIn(condition.left), ...accessesIn(condition.right)];
  return ts.isElementAccessExpression(condition) ? [condition] : [];
}
