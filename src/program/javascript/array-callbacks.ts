/** What callbacks give that array methods run on elements: on each of a short list, as in a loop on those of a long one. */
import { interval } from '../../facts/range.js';
import { LAID_OUT } from '../by-data.js';
import { spanOf } from '../../source/span.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { another, count, elementAt, position, shuffled, typical, type ArrayCall } from './lists.js';
import { asNumberInput, goThrough } from '../claims/inputs.js';
import { isInert, refine, stillSaid } from '../control/refinement.js';
import { sourceOf } from '../element-source.js';
import { isNonZero, NON_ZERO } from '../apart.js';
import { ofWhatPassed } from './passed-sums.js';
import { asKnownField, asKnownInput, asKnownNumber, identity, learn, narrowed } from '../control/known.js';
import { MAX_UNROLLED } from '../budget.js';
import type { Lowering } from '../lowering.js';
import { withFacts } from '../node.js';
import { Fields, Variables } from '../scope.js';
import {
  asMade,
  asNumber,
  constant,
  knownSize,
  truthiness,
  UNDEFINED,
  type Condition,
  type NumberValue,
  type ObjectValue,
  type Value,
  type List,
} from '../values.js';
import { loop, type Round } from '../control/rounds.js';

/** Callbacks are run for more elements where these are plain constants. */
const MAX_CONSTANTS = 32;

/** Within callbacks that are run one by one, the runs of all of them count: a grid of numbers has many. */
function isUnrolled({ unrolled }: Lowering, { elements, rest }: List): boolean {
  const areConstants = elements.every((element) => element.kind === 'constant');
  const most = areConstants ? Math.max(MAX_CONSTANTS / unrolled, MAX_UNROLLED) : MAX_UNROLLED;
  return rest === undefined && elements.length <= most;
}

function oneByOne<T>(
  lowering: Lowering,
  elements: readonly Value[],
  run: (element: Value, index: number) => T,
): T[] {
  const outer = lowering.unrolled;
  lowering.unrolled *= Math.max(1, elements.length);
  try {
    return elements.map(run);
  } finally {
    lowering.unrolled = outer;
  }
}

export function mapped({ lowering, list, args, place }: ArrayCall): List {
  const fn = args[0] ?? UNDEFINED;
  return mapList(lowering, list, place, (element, index) =>
    lowering.callValue(fn, [element, index, list], place),
  );
}

/** What `fn` gives for each element. A long list is gone through as in a loop. */
export function mapList(
  lowering: Lowering,
  list: List,
  place: ts.Node,
  fn: (element: Value, index: Value) => Value,
): List {
  const { elements, rest } = list;
  if (isUnrolled(lowering, list))
    return {
      elements: oneByOne(lowering, elements, (element, index) => fn(element, constant(index))),
      rest: undefined,
    };
  const results = new Variables();
  let first: Value | undefined;
  goThrough(typical(lowering, list)!, (element) =>
    loop(
      lowering,
      (number) => {
        const given =
          number === 1
            ? fn(asMade(list)?.(0) ?? another(lowering, element, place), constant(0))
            : fn(another(lowering, element, place), placeInList(lowering, list, place));
        if (number === 1) first = given;
        lowering.journal.write(results, 'result', given);
        return { enters: number === 1 && elements.length > 0 ? true : undefined, completion: 'next' };
      },
      { size: knownSize(list) },
    ),
  );
  const result = results.get('result') ?? UNDEFINED;
  return {
    elements: elements.map(() => another(lowering, result, place)),
    rest: rest === undefined ? undefined : result,
    size: list.size,
    outputs: elements.length > 0 ? undefined : startingWith(lowering, first, result, place),
  };
}

/** `(_, i) => (i === 0 ? 1 : kept[i - 1])`: the first number is another one than those that follow. */
function startingWith(
  lowering: Lowering,
  first: Value | undefined,
  rest: Value,
  place: ts.Node,
): List['outputs'] {
  const range = first?.kind === 'number' ? first.node.range : undefined;
  const isOne = range === undefined ? asNumber(first) !== undefined : range.low === range.high;
  if (!isOne || rest.kind !== 'number') return undefined;
  return { rest, at: (position) => (position === 0 ? first! : another(lowering, rest, place)) };
}

/** What passes a test. `keepsOne`: of a list that is not empty something does. */
export function filtered(call: ArrayCall): List & { readonly keepsOne?: boolean } {
  const { lowering, list, args, place } = call;
  const kept: Value[] = [];
  let keepsOne = false;
  const answers = mapList(lowering, list, place, (element, index) => {
    const answer = lowering.callValue(args[0] ?? UNDEFINED, [element, index, list], place);
    kept.push(whereItHolds(lowering, answer, element));
    keepsOne =
      list.partOf === undefined &&
      answer.kind === 'unknown' &&
      answer.condition !== undefined &&
      holdsOfOne(lowering, answer.condition);
    return answer;
  });
  const decisions = answers.elements.map(truthiness);
  const dropsRest = list.rest === undefined || truthiness(answers.rest ?? UNDEFINED) === false;
  const known = dropsRest && decisions.every((decision) => decision !== undefined);
  if (!known) {
    // Of a list of numbers, what is left are numbers that passed the test.
    const { elements, rest } = list;
    const isTold =
      elements.length === 0 && asNumberSeen(lowering, rest) !== undefined && kept.at(-1)?.kind === 'number';
    if (isTold) return { elements, rest: kept.at(-1)!, keepsOne };
    const areRecords = kept.length > 0 && kept.every(({ kind }) => kind === 'object');
    return { ...shuffled(lowering, areRecords ? { elements: kept, rest: undefined } : list), keepsOne };
  }
  return { elements: list.elements.filter((_, index) => decisions[index]), rest: undefined };
}

/**
 * Whether a test compares the elements with one of themselves, so that this one passes: `rows.filter((row) => row.time >= time)`
 * where `time` is that of a row. Of a part of the rows nobody knows.
 */
function holdsOfOne(lowering: Lowering, { expression, scope }: Condition): boolean {
  if (!ts.isBinaryExpression(expression) || !REFLEXIVE.has(expression.operatorToken.kind)) return false;
  const [left, right] = [expression.left, expression.right].map((side) =>
    isInert(side) ? asNumberSeen(lowering, lowering.evaluate(side, scope))?.node : undefined,
  );
  return left !== undefined && right !== undefined && sourceOf(left) === sourceOf(right);
}

const REFLEXIVE: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.GreaterThanEqualsToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.EqualsEqualsToken,
]);

/** A number, or an input that is declared to be one, or that the code was seen to take for one. */
export function asNumberSeen(lowering: Lowering, value: Value | undefined): NumberValue | undefined {
  if (value?.kind !== 'input') return value?.kind === 'number' ? value : undefined;
  const isNumber = value.form.kind === 'number' || value.claim?.kind === 'number';
  return isNumber ? asNumberInput(lowering, value) : undefined;
}

/** The number, where the answer of a test is true. */
function whereItHolds(lowering: Lowering, answer: Value, element: Value): Value {
  const learnIt = toldBy(lowering, answer);
  if (learnIt !== undefined && element.kind === 'object') return recordWhere(lowering, learnIt, element);
  const number = asNumberSeen(lowering, element) ?? element;
  let told = number;
  if (learnIt === undefined || number.kind !== 'number') return told;
  lowering.journal.attempt(() => {
    learnIt();
    told =
      element.kind === 'input' ? asKnownInput(lowering, element, number) : asKnownNumber(lowering, number);
  });
  return told;
}

/** What to learn where an answer is true: that a condition holds, or of a number that it is not 0. */
function toldBy(lowering: Lowering, answer: Value): (() => void) | undefined {
  if (answer.kind === 'number')
    return () => learn(lowering, identity(answer), { relation: '≠', mayBeNaN: false }, 0);
  const condition = answer.kind === 'unknown' ? answer.condition : undefined;
  return condition && (() => refine(lowering, condition.expression, true, condition.scope));
}

/** A record, with what a condition tells of its numbers. What is written to it is written to the one in the list. */
function recordWhere(lowering: Lowering, learnIt: () => void, record: ObjectValue): ObjectValue {
  const fields = new Fields(record.fields);
  lowering.journal.attempt(() => {
    learnIt();
    for (const [name, field] of record.fields)
      if (field.kind === 'number') fields.set(name, asKnownField(lowering, record, name, field));
  });
  return { ...record, fields, of: [record] };
}

export function found(call: ArrayCall, at: 0 | -1): Value {
  const { elements, rest } = filtered(call);
  if (rest === undefined) return elements.at(at) ?? UNDEFINED;
  return another(call.lowering, rest, call.place);
}

/** `some` stops at a true answer, `every` at a false one. */
export function decided(call: ArrayCall, stop: boolean): Value {
  const { answers, learn } = askedOfAll(call, !stop);
  const decisions = answers.elements.map(truthiness);
  if (decisions.includes(stop)) return constant(stop);
  if (answers.rest === undefined && !decisions.includes(undefined)) return constant(!stop);
  return { ...call.lowering.unknown('unknown element'), ofElements: { holds: !stop, learn } };
}

/** The place of the first or the last element of which a callback is true: where there is none, it is true of none. */
export function placeOf(call: ArrayCall): NumberValue {
  const { learn } = askedOfAll(call, false);
  return { ...position(call.lowering, call.place), learnAbsence: learn };
}

/** What a callback answers, and what to learn where its answer is the same for all elements. */
function askedOfAll({ lowering, list, args, place }: ArrayCall, holds: boolean): Asked {
  const { rest } = list;
  let last: { readonly element: Value; readonly answer: Value } | undefined;
  const answers = mapList(lowering, list, place, (element, index) => {
    const answer = lowering.callValue(args[0] ?? UNDEFINED, [element, index, list], place);
    last = { element, answer };
    return answer;
  });
  return {
    answers,
    learn: () => {
      const answer = last?.answer;
      const isAsked = answer?.kind === 'unknown' || answer?.kind === 'constant';
      const condition = isAsked ? stillSaid(answer.condition) : undefined;
      if (condition === undefined || rest === undefined || list.rest !== rest) return;
      refine(lowering, condition.expression, holds, condition.scope);
      if (rest.kind !== 'number' || last?.element.kind !== 'number') return;
      const { node } = asKnownNumber(lowering, last.element) as NumberValue;
      const attributes = { ...rest.node.attributes, ...(isNonZero(node) ? NON_ZERO : {}) };
      const known = { ...rest, node: withFacts(rest.node, { range: node.range, attributes }) };
      lowering.journal.writeArray(list, { ...list, rest: known });
    },
  };
}

/** What to learn where a number is not in a list of which nobody knows every element. */
export const withoutIt =
  ({ lowering, list, args, place }: ArrayCall) =>
  (): void => {
    const { rest } = list;
    const wanted = asNumber(args[0]);
    if (wanted === undefined || rest === undefined) return;
    // All that is known to be in it is that number: then others have come since.
    const isOther = rest.kind === 'constant' && rest.value === wanted;
    const number = isOther
      ? lowering.builder.unknown('branches disagree', spanOf(place), 'number')
      : undefined;
    const known = rest.kind === 'number' ? rest.node : number;
    const node = known && narrowed(known, { relation: '≠', mayBeNaN: true }, wanted);
    if (node !== undefined) lowering.journal.writeArray(list, { ...list, rest: { kind: 'number', node } });
  };

interface Asked {
  readonly answers: List;
  readonly learn: () => void;
}

export function reduced({ lowering, args, place }: ArrayCall, list: List): Value {
  const [fn, start] = args;
  if (fn === undefined) return lowering.unknown('unresolved call');
  const first = start ?? elementAt(lowering, list, 0, place);
  const others: List = start === undefined ? { elements: list.elements.slice(1), rest: list.rest } : list;
  const result = new Variables();
  const step = (element: Value, index: Value): void => {
    lowering.journal.write(
      result,
      'result',
      lowering.callValue(fn, [result.get('result')!, element, index], place),
    );
  };
  lowering.journal.write(result, 'result', first);
  if (isUnrolled(lowering, others)) {
    oneByOne(lowering, others.elements, (element, index) =>
      step(element, constant(start === undefined ? index + 1 : index)),
    );
  } else {
    const size = knownSize(others);
    const through = (element: Value): void => {
      const round = (number: number): Round => {
        step(another(lowering, element, place), count(lowering, place));
        return { enters: number === 1 && others.elements.length > 0 ? true : undefined, completion: 'next' };
      };
      loop(lowering, round, { size });
    };
    const element = typical(lowering, others)!;
    // Without a start the first element is one of them, and another one than those that come behind it.
    if (start === undefined) goThrough(first, () => goThrough(element, through));
    else goThrough(element, through);
  }
  return ofWhatPassed(result.get('result')!, start, list, place);
}

/** The place of an element that is not the first one. */
function placeInList(lowering: Lowering, list: List, place: ts.Node): NumberValue {
  const { kind, node } = count(lowering, place, 1);
  const size = knownSize(list);
  const last = typeof size === 'number' && size > 1 ? size - 1 : undefined;
  const range = last === undefined ? node.range : interval(1, last, ['bound', 'attained'], { integer: true });
  return { kind, node: withFacts(node, { range, attributes: { ...node.attributes, ...LAID_OUT } }) };
}
