import { SyntaxKind, ts } from '../../source/typescript.js';
import { keepDefaults } from './options.js';
import { bindPattern } from '../javascript/patterns.js';
import { createClass } from '../javascript/classes.js';
import { decide } from './conditions.js';
import { branch, leave, withExit } from './flow.js';
import { join } from './joins.js';
import { executeForEach, executeLoop } from './loops.js';
import type { Lowering } from '../lowering.js';
import { conditionOf, refine } from './refinement.js';
import { overlaid, Scope, type Written } from '../scope.js';
import { executeSwitch } from './switches.js';
import { asksOfData } from '../javascript/truths.js';
import { UNDEFINED } from '../values.js';
import { hoist, declare, declareEnum, declareNamespace } from './declarations.js';
import type { Completion } from '../frame.js';

export function executeBlock(
  lowering: Lowering,
  statements: readonly ts.Statement[],
  scope: Scope,
): Completion {
  hoist(lowering, statements, scope);
  for (const statement of statements) {
    const completion = execute(lowering, statement, scope);
    if (completion !== 'next') return completion;
  }
  return 'next';
}

export function execute(
  lowering: Lowering,
  statement: ts.Statement,
  scope: Scope,
  labels: readonly string[] = [],
): Completion {
  switch (statement.kind) {
    case SyntaxKind.VariableStatement:
      declare(lowering, (statement as ts.VariableStatement).declarationList, scope);
      return 'next';
    case SyntaxKind.ExpressionStatement: {
      const { expression } = statement as ts.ExpressionStatement;
      const value = lowering.evaluate(expression, scope);
      if (value.kind === 'tensor' && ts.isCallExpression(expression)) lowering.discarded(value.node);
      return 'next';
    }
    case SyntaxKind.ReturnStatement: {
      const { expression } = statement as ts.ReturnStatement;
      lowering.frame?.returns.push(
        expression === undefined ? UNDEFINED : lowering.evaluate(expression, scope),
      );
      return leave(lowering, 'return');
    }
    case SyntaxKind.ThrowStatement:
      // What is thrown is an error with a text: nothing that follows sees it.
      return 'stop';
    case SyntaxKind.IfStatement:
      return executeIf(lowering, statement as ts.IfStatement, scope);
    case SyntaxKind.Block:
      return executeBlock(lowering, (statement as ts.Block).statements, new Scope(scope, scope.owner));
    case SyntaxKind.ForStatement:
    case SyntaxKind.WhileStatement:
    case SyntaxKind.DoStatement:
      return executeLoop(
        lowering,
        statement as ts.ForStatement | ts.WhileStatement | ts.DoStatement,
        scope,
        labels,
      );
    case SyntaxKind.ForOfStatement:
    case SyntaxKind.ForInStatement:
      return executeForEach(lowering, statement as ts.ForOfStatement | ts.ForInStatement, scope, labels);
    case SyntaxKind.SwitchStatement:
      return executeSwitch(lowering, statement as ts.SwitchStatement, scope, labels);
    case SyntaxKind.TryStatement:
      return executeTry(lowering, statement as ts.TryStatement, scope);
    case SyntaxKind.LabeledStatement:
      return executeLabelled(lowering, statement as ts.LabeledStatement, scope, labels);
    case SyntaxKind.BreakStatement:
      return leave(lowering, 'break', (statement as ts.BreakStatement).label?.text);
    case SyntaxKind.ContinueStatement:
      return leave(lowering, 'continue', (statement as ts.ContinueStatement).label?.text);
    case SyntaxKind.ClassDeclaration: {
      const declaration = statement as ts.ClassDeclaration;
      scope.variables.set(declaration.name?.text ?? 'default', createClass(lowering, declaration, scope));
      return 'next';
    }
    case SyntaxKind.ExportAssignment:
      scope.variables.set('default', lowering.evaluate((statement as ts.ExportAssignment).expression, scope));
      return 'next';
    case SyntaxKind.EnumDeclaration:
      declareEnum(lowering, statement as ts.EnumDeclaration, scope);
      return 'next';
    case SyntaxKind.ModuleDeclaration:
      declareNamespace(lowering, statement as ts.ModuleDeclaration, scope);
      return 'next';
    default:
      return 'next'; // declarations of types, imports (bound by the module), empty statements
  }
}

function executeIf(lowering: Lowering, statement: ts.IfStatement, scope: Scope): Completion {
  const decided = decide(lowering, statement.expression, scope);
  if (decided === true) return execute(lowering, statement.thenStatement, scope);
  if (decided === false) {
    keepDefaults(lowering, statement, scope);
    return statement.elseStatement === undefined ? 'next' : execute(lowering, statement.elseStatement, scope);
  }
  return branch(
    lowering,
    () => {
      refine(lowering, statement.expression, true, scope);
      return execute(lowering, statement.thenStatement, scope);
    },
    () => {
      refine(lowering, statement.expression, false, scope);
      return statement.elseStatement === undefined
        ? 'next'
        : execute(lowering, statement.elseStatement, scope);
    },
    () => asksOfData(conditionOf(statement.expression, scope)),
  );
}

/** A label in front of a loop belongs to it; other statements can only be left by it. */
function executeLabelled(
  lowering: Lowering,
  statement: ts.LabeledStatement,
  scope: Scope,
  outer: readonly string[],
): Completion {
  const labels = [...outer, statement.label.text];
  const run = (): Completion => execute(lowering, statement.statement, scope, labels);
  if (ts.isIterationStatement(statement.statement, false) || ts.isLabeledStatement(statement.statement))
    return run();
  return withExit(lowering, { kind: 'break', labels, needsLabel: true }, run);
}

function executeTry(lowering: Lowering, statement: ts.TryStatement, scope: Scope): Completion {
  const { catchClause, finallyBlock } = statement;
  const tried = (): Completion => execute(lowering, statement.tryBlock, scope);
  const caught = (): Completion =>
    catchClause === undefined ? tried() : executeCatch(lowering, catchClause, scope, tried);
  return finallyBlock === undefined ? caught() : executeFinally(lowering, finallyBlock, scope, caught);
}

/** The block runs on every way out: behind the others, and where a return, a jump or a throw leaves them anywhere. */
function executeFinally(
  lowering: Lowering,
  block: ts.Block,
  scope: Scope,
  body: () => Completion,
): Completion {
  const { journal } = lowering;
  const exits = lowering.frame?.exits ?? [];
  const known = exits.map(({ ways }) => ways.length);
  const run = (): Completion => execute(lowering, block, scope);
  let completion = 'stop' as Completion;
  let written: readonly Written[] = [];
  const normally = journal.attempt(() => {
    written = journal.watch(() => (completion = body()));
  });
  const left = exits.map(({ ways }, index) => ways.splice(known[index]!));
  journal.attempt(() => {
    anyOf(lowering, written);
    let ends = 'stop' as Completion;
    const after = journal.attempt(() => (ends = run()));
    if (ends === 'next')
      exits.forEach(({ ways }, index) => ways.push(...left[index]!.map((way) => overlaid(way, after))));
  });
  journal.apply(normally);
  return completion === 'next' ? run() : 'stop';
}

/** What is caught may have been thrown anywhere: before, after or between the writes of the block. */
function executeCatch(
  lowering: Lowering,
  clause: ts.CatchClause,
  scope: Scope,
  tried: () => Completion,
): Completion {
  const { journal } = lowering;
  let written: readonly Written[] = [];
  return branch(
    lowering,
    () => {
      let completion = 'stop' as Completion;
      written = journal.watch(() => (completion = tried()));
      return completion;
    },
    () => {
      anyOf(lowering, written);
      const inner = new Scope(scope, scope.owner);
      if (clause.variableDeclaration !== undefined) {
        bindPattern(
          lowering,
          clause.variableDeclaration.name,
          lowering.unknown('unresolved name'),
          inner,
          'declare',
        );
      }
      return executeBlock(lowering, clause.block.statements, inner);
    },
  );
}

/** Any of these writes may have happened. */
function anyOf(lowering: Lowering, written: readonly Written[]): void {
  for (const { place, key, value } of written) {
    const before = place.get(key);
    lowering.journal.write(place, key, before === undefined ? value : join(lowering, before, value));
  }
}
