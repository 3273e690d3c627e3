import { ts } from '../source/typescript.js';
import { constantRange, type Range } from '../facts/range.js';
import { bindPattern } from './patterns.js';
import { createClass, createFunction } from './functions.js';
import { evaluate } from './expressions.js';
import { iterate, join, widen } from './joins.js';
import type { Lowering } from './lowering.js';
import { refine } from './refinement.js';
import { Scope, type Changes } from './scope.js';
import { constant, isUndefined, truthiness, UNDEFINED, type Value } from './values.js';

/** How a statement ends: `next` goes on, `stop` leaves the function (return, throw), `leave` the loop or switch. */
export type Completion = 'next' | 'stop' | 'leave';

/** Function declarations are known before the statements of their block run. */
export function hoist(lowering: Lowering, statements: readonly ts.Statement[], scope: Scope): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      scope.variables.set(statement.name?.text ?? 'default', createFunction(lowering, statement, scope));
    }
  }
}

export function executeBlock(lowering: Lowering, statements: readonly ts.Statement[], scope: Scope): Completion {
  hoist(lowering, statements, scope);
  for (const statement of statements) {
    const completion = execute(lowering, statement, scope);
    if (completion !== 'next') return completion;
  }
  return 'next';
}

export function execute(lowering: Lowering, statement: ts.Statement, scope: Scope): Completion {
  switch (statement.kind) {
    case ts.SyntaxKind.VariableStatement:
      declare(lowering, (statement as ts.VariableStatement).declarationList, scope);
      return 'next';
    case ts.SyntaxKind.ExpressionStatement: {
      const { expression } = statement as ts.ExpressionStatement;
      const value = evaluate(lowering, expression, scope);
      if (value.kind === 'tensor' && ts.isCallExpression(expression)) lowering.discarded(value.node);
      return 'next';
    }
    case ts.SyntaxKind.ReturnStatement: {
      const { expression } = statement as ts.ReturnStatement;
      lowering.frame?.returns.push(expression === undefined ? UNDEFINED : evaluate(lowering, expression, scope));
      return 'stop';
    }
    case ts.SyntaxKind.ThrowStatement:
      evaluate(lowering, (statement as ts.ThrowStatement).expression, scope);
      return 'stop';
    case ts.SyntaxKind.IfStatement:
      return executeIf(lowering, statement as ts.IfStatement, scope);
    case ts.SyntaxKind.Block:
      return executeBlock(lowering, (statement as ts.Block).statements, new Scope(scope, scope.owner));
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
      return executeLoop(lowering, statement as ts.ForStatement | ts.WhileStatement | ts.DoStatement, scope);
    case ts.SyntaxKind.ForOfStatement:
    case ts.SyntaxKind.ForInStatement:
      return executeForEach(lowering, statement as ts.ForOfStatement | ts.ForInStatement, scope);
    case ts.SyntaxKind.SwitchStatement:
      return executeSwitch(lowering, statement as ts.SwitchStatement, scope);
    case ts.SyntaxKind.TryStatement:
      return executeTry(lowering, statement as ts.TryStatement, scope);
    case ts.SyntaxKind.LabeledStatement:
      return execute(lowering, (statement as ts.LabeledStatement).statement, scope);
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      return 'leave';
    case ts.SyntaxKind.ClassDeclaration: {
      const declaration = statement as ts.ClassDeclaration;
      scope.variables.set(declaration.name?.text ?? 'default', createClass(lowering, declaration, scope));
      return 'next';
    }
    case ts.SyntaxKind.ExportAssignment:
      scope.variables.set('default', evaluate(lowering, (statement as ts.ExportAssignment).expression, scope));
      return 'next';
    case ts.SyntaxKind.EnumDeclaration:
      declareEnum(lowering, statement as ts.EnumDeclaration, scope);
      return 'next';
    case ts.SyntaxKind.ModuleDeclaration: {
      const { body } = statement as ts.ModuleDeclaration;
      return body !== undefined && ts.isModuleBlock(body) ? executeBlock(lowering, body.statements, scope) : 'next';
    }
    default:
      return 'next'; // declarations of types, imports (bound by the module), empty statements
  }
}

export function declare(lowering: Lowering, list: ts.VariableDeclarationList, scope: Scope): void {
  for (const declaration of list.declarations) {
    const value = declaration.initializer === undefined ? UNDEFINED : evaluate(lowering, declaration.initializer, scope, nameOf(declaration.name));
    bindPattern(lowering, declaration.name, value, scope, 'declare', declaration.type);
  }
}

const nameOf = (name: ts.BindingName): string | undefined => (ts.isIdentifier(name) ? name.text : undefined);

function declareEnum(lowering: Lowering, declaration: ts.EnumDeclaration, scope: Scope): void {
  const fields = new Map<string, Value>();
  let next = 0;
  for (const member of declaration.members) {
    const value = member.initializer === undefined ? constant(next) : evaluate(lowering, member.initializer, scope);
    if (value.kind === 'constant' && typeof value.value === 'number') next = value.value + 1;
    fields.set(member.name.getText(), value);
  }
  scope.variables.set(declaration.name.text, { kind: 'object', fields });
}

function executeIf(lowering: Lowering, statement: ts.IfStatement, scope: Scope): Completion {
  const decided = truthiness(evaluate(lowering, statement.expression, scope));
  if (decided === true) return execute(lowering, statement.thenStatement, scope);
  if (decided === false) return statement.elseStatement === undefined ? 'next' : execute(lowering, statement.elseStatement, scope);
  return branch(
    lowering,
    () => {
      refine(lowering, statement.expression, true, scope);
      return execute(lowering, statement.thenStatement, scope);
    },
    () => {
      refine(lowering, statement.expression, false, scope);
      return statement.elseStatement === undefined ? 'next' : execute(lowering, statement.elseStatement, scope);
    },
  );
}

/** Takes both ways. A way that leaves contributes nothing to what follows. */
export function branch(lowering: Lowering, one: () => Completion, other: () => Completion): Completion {
  let first = 'next' as Completion;
  let second = 'next' as Completion;
  const changes: Changes = lowering.journal.attempt(() => (first = one()));
  const otherChanges: Changes = lowering.journal.attempt(() => (second = other()));
  if (first === 'next' && second !== 'next') lowering.journal.apply(changes);
  else if (second === 'next' && first !== 'next') lowering.journal.apply(otherChanges);
  else lowering.journal.merge(changes, otherChanges, (a, b) => join(lowering, a, b));
  if (first === 'next' || second === 'next') return 'next';
  return first === 'stop' && second === 'stop' ? 'stop' : 'leave';
}

function executeLoop(lowering: Lowering, statement: ts.ForStatement | ts.WhileStatement | ts.DoStatement, outer: Scope): Completion {
  const scope = new Scope(outer, outer.owner);
  if (ts.isForStatement(statement) && statement.initializer !== undefined) {
    if (ts.isVariableDeclarationList(statement.initializer)) declare(lowering, statement.initializer, scope);
    else evaluate(lowering, statement.initializer, scope);
  }
  const condition = ts.isForStatement(statement) ? statement.condition : statement.expression;
  loop(lowering, () => {
    if (condition !== undefined && !ts.isDoStatement(statement)) evaluate(lowering, condition, scope);
    const completion = execute(lowering, statement.statement, scope);
    if (completion === 'stop') return completion;
    if (ts.isForStatement(statement) && statement.incrementor !== undefined) evaluate(lowering, statement.incrementor, scope);
    if (condition !== undefined && ts.isDoStatement(statement)) evaluate(lowering, condition, scope);
    return completion;
  });
  return 'next';
}

/**
 * A loop of unknown length: the first round is run as it stands, then what it changed is widened and one more round
 * stands for all the rest. A widened range that this round leaves again is given up for one that nothing leaves. What
 * holds afterwards is the join of no round, one and many.
 */
function loop(lowering: Lowering, body: () => Completion): void {
  lowering.loopDepth += 1;
  try {
    runLoop(lowering, body);
  } finally {
    lowering.loopDepth -= 1;
  }
}

/** Inside so many loops, one round stands for all: each level would double the work of the levels within. */
const MAX_WIDENED_DEPTH = 2;

function runLoop(lowering: Lowering, body: () => Completion): void {
  const { journal, builder } = lowering;
  let first = 'next' as Completion;
  const once = journal.attempt(() => (first = body()));
  if (first === 'stop') {
    journal.merge(once, new Map(), (a, b) => join(lowering, a, b));
    return;
  }
  if (lowering.loopDepth > MAX_WIDENED_DEPTH) {
    journal.merge(once, new Map(), (after, before) => widen(lowering, before, after, 'none'));
    return;
  }
  const round = (limit: 'stable' | 'none'): { changes: Changes; held: boolean } => {
    let held = true;
    const changes = journal.attempt(() => {
      journal.merge(once, new Map(), (after, before) => widen(lowering, before, after, limit));
      const again = journal.attempt(() => void body());
      held = staysWithin(again);
      journal.apply(again);
    });
    return { changes, held };
  };
  const made = builder.nodes.length;
  let many = round('stable');
  if (!many.held) {
    builder.nodes.length = made;
    many = round('none');
  }
  journal.merge(once, many.changes, (a, b) => join(lowering, a, b));
}

/** Whether everything a round changed stayed within the range it was widened to. */
function staysWithin(changes: Changes): boolean {
  for (const [map, keys] of changes) {
    for (const [key, after] of keys) {
      const before = map.get(key);
      const [from, to] = [rangeOf(before), rangeOf(after)];
      if (from === undefined || to === undefined) continue;
      if (to.low < from.low || to.high > from.high || (to.mayBeNaN && !from.mayBeNaN)) return false;
    }
  }
  return true;
}

function rangeOf(value: Value | undefined): Range | undefined {
  if (value?.kind === 'tensor' || value?.kind === 'number') return value.node.range;
  return value?.kind === 'constant' && typeof value.value === 'number' ? constantRange(value.value) : undefined;
}

/** Short literal lists are unrolled; others are gone through once with an element that stands for all. */
const MAX_UNROLLED = 8;

function executeForEach(lowering: Lowering, statement: ts.ForOfStatement | ts.ForInStatement, outer: Scope): Completion {
  const subject = evaluate(lowering, statement.expression, outer);
  const bind = (element: Value): Scope => {
    const scope = new Scope(outer, outer.owner);
    if (ts.isVariableDeclarationList(statement.initializer)) {
      bindPattern(lowering, statement.initializer.declarations[0]!.name, element, scope, 'declare');
    } else {
      bindPattern(lowering, statement.initializer, element, scope, 'assign');
    }
    return scope;
  };
  if (ts.isForInStatement(statement)) {
    loop(lowering, () => execute(lowering, statement.statement, bind(lowering.unknown('unknown element'))));
    return 'next';
  }
  const { elements, rest } = iterate(lowering, subject);
  if (rest === undefined && elements.length <= MAX_UNROLLED) {
    for (const element of elements) {
      if (execute(lowering, statement.statement, bind(element)) === 'stop') return 'stop';
    }
    return 'next';
  }
  const typical = [...elements, ...(rest === undefined ? [] : [rest])].reduce((a, b) => join(lowering, a, b));
  loop(lowering, () => execute(lowering, statement.statement, bind(typical)));
  return 'next';
}

function executeSwitch(lowering: Lowering, statement: ts.SwitchStatement, outer: Scope): Completion {
  const subject = evaluate(lowering, statement.expression, outer);
  const scope = new Scope(outer, outer.owner);
  const { clauses } = statement.caseBlock;
  const known = subject.kind === 'constant' ? clauses.findIndex((clause) => ts.isCaseClause(clause) && isConstant(evaluate(lowering, clause.expression, scope), subject.value)) : -1;
  const run = (index: number): Completion => {
    for (const clause of clauses.slice(index)) {
      const completion = executeBlock(lowering, clause.statements, scope);
      if (completion !== 'next') return completion === 'leave' ? 'next' : completion;
    }
    return 'next';
  };
  if (known >= 0) return run(known);
  const ways = clauses.map((_, index) => () => run(index));
  if (!clauses.some(ts.isDefaultClause)) ways.push(() => 'next');
  if (ways.length === 0) return 'next';
  return ways.reduceRight<() => Completion>((rest, way) => () => branch(lowering, way, rest), ways.pop()!)();
}

const isConstant = (value: Value, wanted: unknown): boolean => value.kind === 'constant' && value.value === wanted;

function executeTry(lowering: Lowering, statement: ts.TryStatement, scope: Scope): Completion {
  const tried = (): Completion => execute(lowering, statement.tryBlock, scope);
  const { catchClause } = statement;
  const completion =
    catchClause === undefined
      ? tried()
      : branch(lowering, tried, () => {
          const inner = new Scope(scope, scope.owner);
          if (catchClause.variableDeclaration !== undefined) {
            bindPattern(lowering, catchClause.variableDeclaration.name, lowering.unknown('unresolved name'), inner, 'declare');
          }
          return executeBlock(lowering, catchClause.block.statements, inner);
        });
  if (statement.finallyBlock !== undefined) {
    const last = execute(lowering, statement.finallyBlock, scope);
    if (last !== 'next') return last;
  }
  return completion;
}

/** The value a function gives, from what its return statements gave. */
export function returned(lowering: Lowering, returns: readonly Value[]): Value {
  const values = returns.filter((value) => !isUndefined(value));
  if (values.length === 0) return UNDEFINED;
  return values.reduce((a, b) => join(lowering, a, b));
}
