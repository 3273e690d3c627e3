/** Loops of unknown length: rounds of which each stands for any number of them. */
import { add, sumOver } from '../../facts/arithmetic.js';
import { constantRange, isFinite, joinRanges, type Range } from '../../facts/range.js';
import { isNameless, isSymbolic, type Size } from '../../facts/shape.js';
import { joinWays } from './flow.js';
import { join } from './joins.js';
import { filled, setCount, type Filled } from './filled-lists.js';
import { noteChangingShapes } from '../tensorflow/loop-shapes.js';
import { MAX_UNROLLED } from '../budget.js';
import type { Lowering } from '../lowering.js';
import { isData } from '../javascript/truths.js';
import { READ_BACK, readsBack } from '../read-back.js';
import { isMadeSince, numberToCome, type Changes, type Place } from '../scope.js';
import { asNumber, knownSize, type List, type Value } from '../values.js';
import { widen, within, type WidenTo } from './widening.js';
import { KnownExpressions } from './known-expressions.js';
import type { Completion } from '../frame.js';
import { withFacts, type Node } from '../node.js';

/** Runs `run` for every element of a list: one by one, or, of long ones and those of unknown length, as a loop. */
export function eachOf(lowering: Lowering, list: List, run: (element: Value) => Completion): Completion {
  const { elements, rest } = list;
  if (rest === undefined && elements.length <= MAX_UNROLLED) {
    return elements.every((element) => run(element) === 'next') ? 'next' : 'stop';
  }
  const typical = [...elements, ...(rest === undefined ? [] : [rest])].reduce((a, b) => join(lowering, a, b));
  const enters = elements.length > 0 ? true : undefined;
  const round = (number: number): Round => ({
    enters: number === 1 ? enters : undefined,
    completion: run(typical),
  });
  const size = knownSize(list);
  const most = typeof size === 'number' ? size : undefined;
  return loop(lowering, round, { size, most, isByData: () => isData(typical) });
}

export interface Round {
  /** Whether the round was entered at all; undefined where that depends. */
  readonly enters: boolean | undefined;
  readonly completion: Completion;
  /** Whether a further round is entered behind it, where the loop tests that there. */
  readonly again?: boolean | undefined;
}

/** What is known of how many rounds there are. */
export interface Rounds {
  /** How many of them fill lists. */
  readonly size?: Size | undefined;
  /** There are no more. */
  readonly most?: number | undefined;
  /** Whether data decide how many there are. */
  readonly isByData?: (() => boolean) | undefined;
}

/** Inside so many loops the first round is not told apart, and further in only one is run: each level doubles the work. */
const MAX_TOLD_APART = 2;
const MAX_DEPTH = 6;

/** Rounds after which what still moves is given up, and rounds after which everything is. */
const MAX_TRIED = 4;
const MAX_ROUNDS = 8;

/**
 * A loop of unknown length. The first round is run as it stands. Then what it changed is widened, and one more round
 * stands for all the rest, if it leaves nothing that its head does not allow for; else it is widened further. What holds
 * afterwards is the join of no round, one and many, as far as the loop can end there.
 */
export function loop(lowering: Lowering, round: (number: number) => Round, rounds: Rounds = {}): Completion {
  lowering.loopDepth += 1;
  try {
    return runLoop(lowering, round, rounds);
  } finally {
    lowering.loopDepth -= 1;
  }
}

function runLoop(
  lowering: Lowering,
  round: (number: number) => Round,
  { size, most, isByData }: Rounds,
): Completion {
  const { journal } = lowering;
  const toldApart = lowering.loopDepth <= MAX_TOLD_APART;
  const forget = lowering.checkpoint();
  let first!: Round;
  const start = lowering.builder.nodes.length;
  const once = journal.attempt(() => (first = round(1)));
  const ways: Changes[] = first.enters === true ? [] : [noRound(lowering, once, size)];
  let counted: readonly Filled[] = [];
  // A round that leaves everything as it was is like all that follow.
  const isRepeated = once.size === 0 && first.enters !== true && first.again === undefined;
  if (first.completion === 'next' && (first.again === false || isRepeated)) {
    ways.push(once);
  } else if (first.completion === 'next') {
    if (toldApart) noteChangingShapes(lowering, once, start, () => void round(2));
    else forget();
    const head = new Head(lowering);
    const isCut = lowering.loopDepth > MAX_DEPTH || lowering.isSpent;
    // Counted: what the rounds do that are left out, nothing tells.
    if (isCut) lowering.unknown('budget');
    const { changes, last } = isCut
      ? anyRound(lowering, once, head)
      : furtherRounds(lowering, once, round, head, most);
    const endless = last.enters === true;
    if (size !== undefined && last.completion === 'next') counted = filled(once, changes, size);
    if (first.again !== true && !endless) ways.push(once);
    if (last.completion === 'next' && last.again !== true && !endless) ways.push(changes);
  }
  if (ways.length === 0) return 'stop';
  joinWays(lowering, isByData, () => journal.combine(ways, (a, b) => join(lowering, a, b)));
  for (const list of counted) setCount(lowering, list);
  return 'next';
}

/**
 * What holds where a loop is never entered: a sum over the values of a tensor is 0 then, and one of numbers above 0 over a
 * list. It may be so, but nothing says that anybody hands in a tensor without values, or a list of none.
 */
function noRound(lowering: Lowering, once: Changes, size: Size | undefined): Changes {
  const isHandedIn = size !== undefined && isSymbolic(size) && !isNameless(size);
  const way = new Map<Place, Map<string, Value>>();
  for (const [place, key, after] of entries(once)) {
    const before = asNumber(place.get(key));
    if (after.kind !== 'number' || before === undefined) continue;
    const isRead = readsBack(after.node);
    if (!isRead && !(isHandedIn && before === 0 && after.node.range.low > 0)) continue;
    const range: Range = { ...constantRange(before), lowBy: 'bound', highBy: 'bound' };
    const unknown = lowering.builder.unknown('loop-carried value', after.node.span, 'number');
    const attributes = { ...unknown.attributes, ...(isRead ? READ_BACK : {}) };
    entry(way, place).set(key, { kind: 'number', node: withFacts(unknown, { attributes, range }) });
  }
  return way;
}

type Entry = readonly [place: Place, key: string, after: Value];

/** Widens what the rounds change until a round changes nothing beyond it. */
function furtherRounds(
  lowering: Lowering,
  once: Changes,
  round: (number: number) => Round,
  head: Head,
  most: number | undefined,
): { changes: Changes; last: Round } {
  const { journal } = lowering;
  for (const entry of entries(once)) head.widen(entry, holdsNumbers(entry) ? 'seen' : 'stable');
  const further = (number: number): Further => {
    let last!: Round;
    let changed: Entry[] = [];
    let loose: Entry[] = [];
    const changes = journal.attempt(() => {
      head.apply();
      const made = numberToCome();
      const again = journal.attempt(() => (last = round(number)));
      changed = [...entries(again)].filter(([place]) => !isMadeSince(place, made));
      const allowed = changed.map(([place, key]) => place.get(key));
      journal.apply(again);
      if (last.completion === 'next')
        loose = changed.filter((entry, index) => !head.allows(entry, allowed[index]));
    });
    return { changes, last, changed, loose };
  };
  for (let number = 2; ; number += 1) {
    const forget = lowering.checkpoint();
    const { changes, last, changed, loose } = further(number);
    if (loose.length === 0) {
      if (last.completion !== 'next' || !head.tighten(changed, most)) return { changes, last };
      forget();
      const tighter = further(number);
      if (tighter.loose.length === 0) return tighter;
      forget();
      head.loosen();
      return further(number);
    }
    forget();
    if (number > MAX_ROUNDS) return anyRound(lowering, changes, head);
    const to = number < MAX_TRIED ? 'open' : number === MAX_TRIED ? 'any' : 'nothing';
    for (const entry of loose) head.widen(entry, number === 2 && holdsNumbers(entry) ? 'stable' : to);
  }
}

interface Further {
  readonly changes: Changes;
  readonly last: Round;
  readonly changed: readonly Entry[];
  /** What the head does not allow for. */
  readonly loose: readonly Entry[];
}

/** A list of which a round may leave the contents as the one before it, whatever else it writes: `mask[i] = 1`. */
const holdsNumbers = ([, , after]: Entry): boolean => after.kind === 'array';

/** Of what the rounds change, nothing is known. */
function anyRound(lowering: Lowering, changes: Changes, head: Head): { changes: Changes; last: Round } {
  for (const entry of entries(changes)) head.widen(entry, 'nothing');
  return {
    changes: lowering.journal.attempt(() => head.apply()),
    last: { enters: undefined, completion: 'next' },
  };
}

/** What a condition tells of a value holds in the round that made it: nothing of it is carried on. */
function* entries(changes: Changes): Iterable<Entry> {
  for (const [place, keys] of changes)
    if (!(place instanceof KnownExpressions))
      for (const [key, value] of keys) if (value !== undefined) yield [place, key, value];
}

/** What holds at the head of every round but the first. */
class Head {
  private readonly before = new Map<Place, Map<string, Value | undefined>>();
  private readonly values = new Map<Place, Map<string, Value>>();
  private readonly loose: Entry[] = [];

  constructor(private readonly lowering: Lowering) {}

  /** Called where what was written before the loop stands. */
  widen([place, key, after]: Entry, to: WidenTo | 'nothing'): void {
    const values = entry(this.values, place);
    const isNew = !values.has(key);
    if (isNew) entry(this.before, place).set(key, place.get(key));
    const known = values.get(key) ?? place.get(key);
    if (to === 'nothing') values.set(key, this.lowering.unknown('loop-carried value'));
    else values.set(key, known === undefined ? after : widen(this.lowering, known, after, to));
  }

  apply(): void {
    for (const [place, keys] of this.values)
      for (const [key, value] of keys) this.lowering.journal.write(place, key, value);
  }

  /**
   * Takes back ends that were widened too far, as what a round leaves from there tells: `Math.max(0.01, rate * 0.9)` never gets
   * below 0.01. A sum reaches what so many rounds may add. Whether there was one.
   */
  tighten(changed: readonly Entry[], most: number | undefined): boolean {
    let isTighter = false;
    for (const [place, key, after] of changed) {
      const [value, before] = [this.values.get(place)?.get(key), this.before.get(place)?.get(key)];
      if (value?.kind !== 'number') continue;
      const range = tightened(value.node.range, before, after) ?? summed(value.node, before, after, most);
      if (range === undefined) continue;
      this.loose.push([place, key, value]);
      entry(this.values, place).set(key, { ...value, node: withFacts(value.node, { range }) });
      isTighter = true;
    }
    return isTighter;
  }

  /** As it was before it was tightened. */
  loosen(): void {
    for (const [place, key, value] of this.loose) entry(this.values, place).set(key, value);
  }

  /** Whether a round may leave `after` where the head has `allowed`. */
  allows([place, key, after]: Entry, allowed: Value | undefined): boolean {
    return within(allowed, after, this.before.get(place)?.get(key));
  }
}

/** What a number is before a loop and what a round leaves of it, where that keeps it from 0, and the head does not. */
function tightened(head: Range, before: Value | undefined, after: Value): Range | undefined {
  const [start, left] = [rangeOf(before), rangeOf(after)];
  if (start === undefined || left === undefined || left.mayBeNaN) return undefined;
  const both = joinRanges(start, left);
  const isLow = both.low > 0 && head.low <= 0;
  const isHigh = both.high < 0 && head.high >= 0;
  if (!isLow && !isHigh) return undefined;
  return {
    ...head,
    ...(isLow ? { low: both.low, lowBy: both.lowBy } : {}),
    ...(isHigh ? { high: both.high, highBy: both.highBy } : {}),
  };
}

/** What a sum reaches in so many rounds, where nothing else says how far it goes: `total += Math.log1p(-rates[t])`. */
function summed(
  { id, range }: Node,
  before: Value | undefined,
  after: Value,
  most: number | undefined,
): Range | undefined {
  const start = rangeOf(before);
  if (most === undefined || start === undefined || range.reach !== undefined || after.kind !== 'number')
    return undefined;
  const { a, b } = after.node.operands as Readonly<Record<string, Node>>;
  if (after.node.op !== 'js.add' || (a!.id === id) === (b!.id === id)) return undefined;
  const added = a!.id === id ? b!.range : a!.range;
  const isOpen = range.low === -Infinity || range.high === Infinity;
  // What is counted is some number or other.
  if (!isOpen || !isFinite(added) || range.integer) return undefined;
  return { ...range, reach: joinRanges(start, add(start, sumOver(added, most))) };
}

function rangeOf(value: Value | undefined): Range | undefined {
  if (value?.kind === 'number') return value.node.range;
  const number = asNumber(value);
  return number === undefined ? undefined : constantRange(number);
}

function entry<T>(map: Map<Place, Map<string, T>>, place: Place): Map<string, T> {
  const keys = map.get(place) ?? new Map<string, T>();
  map.set(place, keys);
  return keys;
}
