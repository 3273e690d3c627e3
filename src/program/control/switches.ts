import { SyntaxKind, ts } from '../../source/typescript.js';
import { branch, leavable } from './flow.js';
import type { Lowering } from '../lowering.js';
import { refine, refineEquality } from './refinement.js';
import { Scope } from '../scope.js';
import { noteAsked, type ConstantValue, type Value } from '../values.js';
import { answersTruth } from '../javascript/truths.js';
import { hoist } from './declarations.js';
import type { Completion } from '../frame.js';

/** A place that may be jumped to, and the clauses that lead there: `case 1: case 2:` are one way. */
interface Way {
  readonly clauses: readonly ts.CaseClause[];
  readonly to: number;
}

/**
 * Each clause is entered where its value matches and none before it did, which narrows what the switch is over, as an `if`
 * would; from there it falls through to the next ones.
 */
export function executeSwitch(
  lowering: Lowering,
  statement: ts.SwitchStatement,
  outer: Scope,
  labels: readonly string[],
): Completion {
  const subject = lowering.evaluate(statement.expression, outer);
  const scope = new Scope(outer, outer.owner);
  const { clauses } = statement.caseBlock;
  for (const clause of clauses) hoist(lowering, clause.statements, scope);
  const run = (index: number): Completion => {
    for (const clause of clauses.slice(index)) {
      if (lowering.executeBlock(clause.statements, scope) !== 'next') return 'stop';
    }
    return 'next';
  };
  // A clause without a statement is another name of the next one.
  const targetOf = (index: number): number => {
    const next = clauses.findIndex(({ statements }, at) => at >= index && statements.length > 0);
    return next < 0 ? clauses.length : next;
  };
  const byDefault = clauses.findIndex(ts.isDefaultClause);
  const otherwise = byDefault < 0 ? clauses.length : targetOf(byDefault);
  return leavable(lowering, statement, labels, () => {
    const ways: Way[] = [];
    let matches: boolean | undefined;
    for (const [index, clause] of clauses.entries()) {
      if (!ts.isCaseClause(clause)) continue;
      const value = lowering.evaluate(clause.expression, scope);
      if (value.kind === 'constant') noteAsked(subject, value.value);
      const decides = isSettled(subject) && value.kind === 'constant';
      matches = decides ? subject.value === value.value : undefined;
      if (matches !== false) addWay(ways, clause, targetOf(index));
      if (matches === true) break;
    }
    const last = matches === true ? ways.pop()!.to : otherwise;
    const tell = (clause: ts.CaseClause, holds: boolean): void =>
      refineMatch(lowering, statement.expression, clause.expression, holds, scope);
    const either =
      (rest: () => Completion, { clauses: names, to }: Way) =>
      (): Completion =>
        branch(
          lowering,
          () => {
            if (names.length === 1) tell(names[0]!, true);
            return run(to);
          },
          () => {
            for (const clause of names) tell(clause, false);
            return rest();
          },
        );
    const branching = ways.filter(({ to }) => to !== last);
    return branching.reduceRight<() => Completion>(either, () => run(last))();
  });
}

function addWay(ways: Way[], clause: ts.CaseClause, to: number): void {
  const before = ways.at(-1);
  if (before?.to === to) ways[ways.length - 1] = { clauses: [...before.clauses, clause], to };
  else ways.push({ clauses: [clause], to });
}

const isSettled = (subject: Value): subject is ConstantValue =>
  subject.kind === 'constant' && subject.optional !== true && subject.byDefault !== true;

/**
 * What it says that a clause matches, or does not: of `switch (n)` that n is its value, of `switch (true)` that its
 * condition holds.
 */
function refineMatch(
  lowering: Lowering,
  subject: ts.Expression,
  value: ts.Expression,
  holds: boolean,
  scope: Scope,
): void {
  for (const [truth, condition] of [
    [literalTruth(subject), value],
    [literalTruth(value), subject],
  ] as const) {
    if (truth !== undefined)
      return answersTruth(condition, (name) => scope.lookUp(name))
        ? refine(lowering, condition, holds === truth, scope)
        : undefined;
  }
  refineEquality(lowering, subject, value, holds, scope);
}

function literalTruth(expression: ts.Expression): boolean | undefined {
  if (expression.kind === SyntaxKind.TrueKeyword) return true;
  return expression.kind === SyntaxKind.FalseKeyword ? false : undefined;
}
