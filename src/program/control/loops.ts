import type { Size } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import { MAX_UNROLLED } from '../budget.js';
import { decide } from './conditions.js';
import { withExit, leavable } from './flow.js';
import { goThrough } from '../claims/inputs.js';
import { iterate } from './joins.js';
import type { Lowering } from '../lowering.js';
import { bindPattern } from '../javascript/patterns.js';
import { conditionOf, refine } from './refinement.js';
import { Scope } from '../scope.js';
import { contentsOf } from '../javascript/syntax.js';
import { asksOfData } from '../javascript/truths.js';
import { constant, type List, type Value, SOME_FIELD } from '../values.js';
import { loop, eachOf } from './rounds.js';
import { counterFromZero, counterOf, isCounted, narrowCounter, roundsOf } from './counted-loops.js';
import { ruleOutAt, ruleOutOf } from './ruled-out.js';
import { bindingOf, declare } from './declarations.js';
import type { Completion } from '../frame.js';

type LoopStatement = ts.ForStatement | ts.WhileStatement | ts.DoStatement;

export function executeLoop(
  lowering: Lowering,
  statement: LoopStatement,
  outer: Scope,
  labels: readonly string[],
): Completion {
  let scope = new Scope(outer, outer.owner);
  if (ts.isForStatement(statement) && statement.initializer !== undefined) {
    if (ts.isVariableDeclarationList(statement.initializer)) declare(lowering, statement.initializer, scope);
    else lowering.evaluate(statement.initializer, scope);
  }
  const condition = ts.isForStatement(statement) ? statement.condition : statement.expression;
  const step = ts.isForStatement(statement) ? statement.incrementor : undefined;
  const entered = (): boolean | undefined =>
    condition === undefined ? true : decide(lowering, condition, scope);
  // What tells of a counter alone is known of it as it is.
  const asked = ts.isDoStatement(statement) || isCounted(statement) ? undefined : condition;
  const isByData = (): boolean => condition !== undefined && asksOfData(conditionOf(condition, scope));
  const rounds = roundsOf(lowering, statement, scope);
  const counter = counterOf(lowering, statement, scope);
  const fromZero = counterFromZero(statement, scope);
  const runOnce = (): Completion => {
    if (asked !== undefined) refine(lowering, asked, true, scope);
    if (counter !== undefined) narrowCounter(lowering, counter, scope);
    return runBody(lowering, statement.statement, scope, labels);
  };
  const next = (completion: Completion): Completion => {
    if (completion === 'next' && step !== undefined) lowering.evaluate(step, scope);
    return completion;
  };
  const body = (): Completion => next(runOnce());
  const apart = (): Completion => {
    const completion = runOnce();
    scope = scopeOfNext(scope);
    return next(completion);
  };
  return leavable(lowering, statement, labels, () => {
    const unrolled = isUnrolled(lowering, statement.statement, rounds)
      ? inTurn(rounds, entered, apart)
      : undefined;
    if (unrolled !== undefined) return unrolled;
    const completion = ts.isDoStatement(statement)
      ? loop(
          lowering,
          (number) => ({ enters: number === 1 ? true : undefined, completion: body(), again: entered() }),
          { isByData },
        )
      : loop(
          lowering,
          () => {
            const enters = entered();
            return { enters, completion: enters === false ? 'stop' : body() };
          },
          { size: rounds, most: counter && counter.range.high - counter.range.low + 1, isByData },
        );
    // The test that ends the loop may itself change something.
    if (
      completion === 'next' &&
      condition !== undefined &&
      !ts.isDoStatement(statement) &&
      contentsOf(condition).assigns
    ) {
      lowering.evaluate(condition, scope);
    }
    // Where no `break` led out, the test came out false. What it tells of a counter, nobody asks behind the loop.
    if (completion === 'next' && condition !== undefined && !isCounted(statement))
      refine(lowering, condition, false, scope);
    if (completion === 'next' && fromZero !== undefined)
      ruleOutAt(lowering, fromZero, statement.statement, scope);
    return completion;
  });
}

/**
 * A list of a few that are made of tensors, as the layers of a network, is filled with each of them. Inside another loop they
 * would be too many, and of sizes and indices, which most such lists hold, one stands for all.
 */
function isUnrolled(lowering: Lowering, { pos, end }: ts.Node, rounds: Size | undefined): rounds is number {
  if (typeof rounds !== 'number' || rounds > MAX_UNROLLED) return false;
  if (lowering.loopDepth > 0 || lowering.isSpent) return false;
  const { sites, source } = lowering.frame!.module;
  return sites.within(pos, end) || /\bnew\b/.test(source.text.slice(pos, end));
}

/** The rounds one by one; undefined where their number turns out to be another one, and the loop goes on. */
function inTurn(
  rounds: number,
  entered: () => boolean | undefined,
  body: () => Completion,
): Completion | undefined {
  for (let number = 0; number < rounds; number += 1) {
    if (entered() !== true) return undefined;
    if (body() !== 'next') return 'stop';
  }
  return entered() === false ? 'next' : undefined;
}

/** Each round has a counter of its own, which functions that it makes keep: `fs.push(() => i)`. */
function scopeOfNext(scope: Scope): Scope {
  const next = new Scope(scope.parent, scope.owner);
  for (const [name, value] of scope.variables) next.variables.set(name, value);
  return next;
}

function runBody(
  lowering: Lowering,
  statement: ts.Statement,
  scope: Scope,
  labels: readonly string[],
): Completion {
  const run = (): Completion => lowering.execute(statement, scope);
  return contentsOf(statement).jumps ? withExit(lowering, { kind: 'continue', labels }, run) : run();
}

export function executeForEach(
  lowering: Lowering,
  statement: ts.ForOfStatement | ts.ForInStatement,
  outer: Scope,
  labels: readonly string[],
): Completion {
  const subject = lowering.evaluate(statement.expression, outer);
  const run = (element: Value): Completion => {
    const scope = new Scope(outer, outer.owner);
    if (ts.isVariableDeclarationList(statement.initializer)) {
      // Where an editor holds half a line, `for (const of xs)`, there is none.
      const [declared] = statement.initializer.declarations;
      if (declared !== undefined)
        bindPattern(lowering, declared.name, element, scope, bindingOf(statement.initializer));
    } else {
      bindPattern(lowering, statement.initializer, element, scope, 'assign');
    }
    return runBody(lowering, statement.statement, scope, labels);
  };
  const list = ts.isForInStatement(statement) ? keysOf(lowering, subject) : iterate(lowering, subject);
  const each = (one: List): Completion =>
    leavable(lowering, statement, labels, () => eachOf(lowering, one, run));
  if (list.rest === undefined) return each(list);
  const completion = goThrough(list.rest, (rest) => each({ ...list, rest }));
  if (completion === 'next' && ts.isForOfStatement(statement)) {
    const name = elementName(statement);
    if (name !== undefined) ruleOutOf(lowering, subject, name, statement.statement, outer);
  }
  return completion;
}

/** The variable that stands for an element. */
const elementName = ({ initializer }: ts.ForOfStatement): ts.Node | undefined =>
  ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;

function keysOf(lowering: Lowering, value: Value): List {
  const text = (key: string | number): Value => constant(String(key));
  if (
    value.kind === 'object' &&
    value.prototype === undefined &&
    value.base === undefined &&
    !value.fields.has(SOME_FIELD)
  ) {
    return { elements: [...value.fields.keys()].map(text), rest: undefined };
  }
  if (value.kind === 'array' && value.rest === undefined)
    return { elements: value.elements.map((_, index) => text(index)), rest: undefined };
  return { elements: [], rest: lowering.unknown('unknown element') };
}
