/** Options that a caller leaves out: what they are by default is one number of many that another caller may hand over. */
import { SyntaxKind, ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { holds } from '../javascript/syntax.js';
import type { Scope } from '../scope.js';
import { asOption, isUndefined, type OptionKind } from '../values.js';

/**
 * `let scale = 1; if (options) scale = options.scale || scale;` without options: the variables that the branch would have
 * assigned hold what is theirs by default.
 */
export function keepDefaults(
  lowering: Lowering,
  { expression, thenStatement }: ts.IfStatement,
  scope: Scope,
): void {
  if (!ts.isIdentifier(expression) || !isUndefined(lowering.evaluate(expression, scope))) return;
  const statements = ts.isBlock(thenStatement) ? thenStatement.statements : [thenStatement];
  for (const statement of statements) {
    const [name, value] = assignmentIn(statement) ?? [];
    const holder = name === undefined ? undefined : scope.find(name.text);
    const before = name && holder?.variables.get(name.text);
    if (before === undefined || value === undefined || !names(value, expression.text)) continue;
    lowering.journal.write(holder!.variables, name!.text, asOption(before, kindOf(value)));
  }
}

function assignmentIn(statement: ts.Statement): readonly [ts.Identifier, ts.Expression] | undefined {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined;
  const { left, operatorToken, right } = statement.expression;
  return operatorToken.kind === SyntaxKind.EqualsToken && ts.isIdentifier(left) ? [left, right] : undefined;
}

/** Whether an expression names an identifier: `options.scale`. */
const names = (expression: ts.Node, name: string): boolean =>
  holds(expression, (node) => ts.isIdentifier(node) && node.text === name);

const kindOf = (value: ts.Expression): OptionKind =>
  ts.isBinaryExpression(value) && value.operatorToken.kind === SyntaxKind.BarBarToken
    ? 'not 0'
    : 'any number';
