import type { Answer, SuspectSite } from '../job.js';
import type { JsonNumber } from '../../report/report.js';
import type { SiteCall } from '../evaluation.js';
import { areAlike, shownValues } from './alike.js';
import { floatOutputs } from './compare.js';
import {
  describe,
  distinctSizes,
  elements,
  equalSizes,
  lay,
  layouts,
  MOST_ELEMENTS,
  names,
  type SizePlan,
  withSize,
} from './shapes.js';
import { countsWhatStays } from './kept-counts.js';
import { drawnAsLogits } from './drawn.js';
import { misread } from './misread.js';
import { sameWhatever, sameWithoutOperand } from './no-effect.js';
import { place, type Layout, type Slot, type Values } from './slots.js';
import type { Trial, Trials } from './trials.js';
import { clampAll } from './domain.js';
import { ordinaryValues } from './values.js';
import { inputsOf, opName } from './witness.js';

/** What is declared where the module did not get to; it may be called `shape`. */
const UNINITIALISED = /^Cannot access '.*' before initialization$/;

/** What TensorFlow.js 4 says when shapes do not fit; other messages are about something else. */
const SHAPE_MESSAGE =
  /broadcast|shape|\bdim(s|ension)?\b|rank|inner dim|\bsize\b|must match|incompatible|axis|axes|must be equal|same length|\bnumber of\b|must be \w+ tensor, but got|negative begin|index value|flat\/TypedArray|or a TypedArray|got '\w+Array'|entries in 'perm'/i;

/**
 * Findings about shapes need no particular values, only sizes: distinct ones tell the axes apart, equal ones show what
 * happens in silence when two sizes happen to agree.
 */
export async function findShapeWitness(trials: Trials, slots: readonly Slot[]): Promise<Answer> {
  const { expansion } = trials.job.site;
  const tried: Trial[] = [];
  for (const layout of shapeLayouts(slots, expansion)) {
    if (trials.exhausted) break;
    const values = expansion === 'grows' ? severalRounds(layout) : ordinaryValues(layout);
    const trial = await trials.run(layout, values);
    tried.push(trial);
    const answer = await WITNESSES[expansion ?? 'any'](trials, slots, trial);
    if (answer !== undefined) return answer;
  }
  const lost = expansion === undefined ? await lostAxis(trials, slots, tried) : undefined;
  if (lost) return lost;
  const ran = tried.find(({ evidence }) => evidence.float32.siteCalls.length > 0);
  const unequal = ran && expansion === undefined ? await withOneOther(trials, slots, ran) : undefined;
  if (unequal) return unequal;
  if (ran) return { status: 'not-reproduced', reason: heldShapes(trials, ran) };
  const reason = trials.thrown ?? 'the site was not reached';
  return {
    status: 'not-run',
    reason: tried.length === 0 ? `the inputs have more than ${MOST_ELEMENTS} elements` : reason,
  };
}

type Asked = (trials: Trials, slots: readonly Slot[], trial: Trial) => Promise<Answer | undefined>;

/** What shows each of the things that a shape finding may say; without an expansion, that the shapes do not fit. */
const WITNESSES: Readonly<Record<NonNullable<SuspectSite['expansion']> | 'any', Asked>> = {
  any: async (trials, slots, trial) =>
    (await WITNESSES['both-expand'](trials, slots, trial)) ?? WITNESSES.throws(trials, slots, trial),
  'both-expand': (trials, slots, trial) =>
    whereACall(trials, slots, trial, (call) => bothExpand(compared(trials.job.site.op, call))),
  throws: (trials, slots, trial) =>
    throwsAtSite(trials, trial) ? confirmedThrow(trials, slots, trial) : NOTHING,
  apart: (trials, slots, trial) =>
    trial.evidence.float32.thrown?.atSite === true ? WITNESSES.throws(trials, slots, trial) : NOTHING,
  'first-axis': (trials, slots, trial) => whereACall(trials, slots, trial, losesFirstAxis),
  'first-parted': async (trials, slots, trial) =>
    (await whereACall(trials, slots, trial, partsFirstAxis)) ?? WITNESSES.throws(trials, slots, trial),
  reversed: (trials, slots, trial) => whereACall(trials, slots, trial, reversesAxes),
  'turns-nothing': (trials, slots, trial) =>
    whereACall(trials, slots, trial, ({ operands: { x } }) => x?.shape.length === 1 && x.shape[0]! > 1),
  'drops-first': (trials, slots, trial) => whereACall(trials, slots, trial, dropsFirst),
  // The two largest of one number are refused.
  'of-one': async (trials, slots, trial) =>
    (await whereACall(trials, slots, trial, ofOne)) ?? WITNESSES.throws(trials, slots, trial),
  'mixes-samples': (trials, slots, trial) => whereACall(trials, slots, trial, mixesSamples),
  'one-expands': (trials, slots, trial) => whereACall(trials, slots, trial, oneExpands),
  'one-number': (trials, slots, trial) => whereACall(trials, slots, trial, isNumberBesideMany),
  'other-than-claimed': (trials, slots, trial) =>
    whereACall(trials, slots, trial, (call) => isOther(call, trials.job.site.claimed ?? [])),
  misread: (trials, _, trial) => Promise.resolve(confirmedMisreading(trials, trial)),
  'drawn-as-logits': (_, __, trial) => Promise.resolve(drawnAsLogits(trial)),
  grows: (trials, _, trial) => Promise.resolve(confirmedGrowth(trials, trial)),
  batched: (trials, _, trial) => otherResultBatched(trials, trial),
  cancels: (trials, _, trial) => sameWithoutOperand(trials, trial),
  'counts-kept': (trials, slots, trial) => countsWhatStays(trials, slots, trial),
  constant: (trials, _, trial) => sameWhatever(trials, trial),
};

const NOTHING = Promise.resolve(undefined);

async function whereACall(
  trials: Trials,
  slots: readonly Slot[],
  trial: Trial,
  test: (call: SiteCall) => boolean,
): Promise<Answer | undefined> {
  const call = trial.evidence.float32.siteCalls.find(test);
  return call && confirmedExpansion(trials, slots, trial, compared(trials.job.site.op, call));
}

/** A number that is handed in may well be that of the rounds of a loop. */
const severalRounds = (layout: Layout): Values =>
  ordinaryValues(layout).map((values, index) =>
    layout[index]!.slot.kind === 'number' ? values.map(() => ROUNDS) : values,
  );

const ROUNDS = 3;

/** Two operands of which each is larger than the other along some axis: `[3, 1] - [3]` is `[3, 3]`. */
function bothExpand({ operands }: SiteCall): boolean {
  const shapes = Object.values(operands).map(({ shape }) => shape);
  return shapes.some((one, index) => shapes.slice(index + 1).some((other) => expandEachOther(one, other)));
}

/** Another rank than was claimed, or another size where one was. */
const isOther = ({ output: { shape } }: SiteCall, claimed: readonly (number | string)[]): boolean =>
  shape.length !== claimed.length ||
  shape.some((size, axis) => typeof claimed[axis] === 'number' && claimed[axis] !== size);

/** Two operands of which one is repeated along an axis of the other: `[1, 3] - [5, 3]` is `[5, 3]`, as `[3] - [5, 3]` is. */
function oneExpands({ operands }: SiteCall): boolean {
  const [a = [], b = []] = Object.values(operands).map(({ shape }) => shape);
  const rank = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((shape) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
  return one!.some((size, axis) => (size === 1) !== (other![axis] === 1));
}

/** One number, which is repeated for all of the other operand. */
const isNumberBesideMany = ({ operands }: SiteCall): boolean => {
  const shapes = Object.values(operands).map(({ shape }) => shape);
  return shapes.some((shape) => shape.length === 0) && shapes.some((shape) => shape.some((size) => size > 1));
};

function expandEachOther(one: readonly number[], other: readonly number[]): boolean {
  const rank = Math.max(one.length, other.length);
  const sizes = (shape: readonly number[], fromEnd: number): number => shape[shape.length - fromEnd] ?? 1;
  const axes = Array.from({ length: rank }, (_, index) => [sizes(one, index + 1), sizes(other, index + 1)]);
  return axes.some(([a, b]) => a === 1 && b! > 1) && axes.some(([a, b]) => b === 1 && a! > 1);
}

/** A result that has the last axis of its operand, and no longer the first. */
function losesFirstAxis({ operands: { x }, output }: SiteCall): boolean {
  if (x === undefined || x.shape.length < 2 || x.shape[0] === x.shape.at(-1)) return false;
  return output.shape.join() === x.shape.slice(1).join();
}

/** A part that has fewer rows, and all the columns. */
const partsFirstAxis = ({ operands: { x }, output }: SiteCall): boolean =>
  x !== undefined &&
  output.shape[0] !== x.shape[0] &&
  output.shape.slice(1).join() === x.shape.slice(1).join();

const reversesAxes = ({ operands: { x }, output }: SiteCall): boolean =>
  x !== undefined &&
  x.shape.join() !== output.shape.join() &&
  [...x.shape].reverse().join() === output.shape.join();

/** A batch of one that goes with the other axes of size 1. */
const dropsFirst = ({ operands: { x }, output }: SiteCall): boolean =>
  x?.shape[0] === 1 && output.shape.length === x.shape.filter((size) => size !== 1).length;

/** What is compared along an axis of size 1: as many results as there were numbers, or a last axis of one. */
function ofOne({ operands, output }: SiteCall): boolean {
  const { x, logits, yPred } = operands;
  if (x !== undefined) return x.values.length === output.values.length;
  return (logits ?? yPred)?.shape.at(-1) === 1;
}

/**
 * A scan of several rows that leaves the first one as it is, and no other: it ran from one to the next. Or all of the values
 * in the opposite order.
 */
function mixesSamples({ operands: { x }, output }: SiteCall): boolean {
  const columns = x?.shape.at(-1) ?? 0;
  if (x === undefined || x.shape.length < 2 || x.shape[0]! < 2 || columns < 2) return false;
  const isKept = (value: number, index: number): boolean => value === x.values[index];
  // Of zeros nothing is seen.
  if (output.values.every(isKept)) return false;
  if (x.values.every((value, index) => value === output.values.at(-1 - index))) return true;
  return output.values.slice(0, columns).every(isKept);
}

/** The operands as they meet: the losses that weights are multiplied with have no axis of classes. */
function compared(op: string, call: SiteCall): SiteCall {
  const logits = call.operands['logits'];
  if (op !== 'losses.softmaxCrossEntropy' || logits === undefined) return call;
  const losses = { ...logits, shape: logits.shape.slice(0, -1) };
  return { ...call, operands: { losses, weights: call.operands['weights'] ?? losses } };
}

/** Nothing throws, and the values are not those that the shapes stand for. */
function confirmedMisreading(trials: Trials, trial: Trial): Answer | undefined {
  for (const call of trial.evidence.float32.siteCalls) {
    const wrong = misread(trials.job.site, call);
    if (wrong === undefined) continue;
    const observed = { ...shapesOf(trials, call), 'read wrongly': wrong };
    return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
  }
  return undefined;
}

const MORE_RANKS = [3, 4];

function* shapeLayouts(slots: readonly Slot[], expansion: SuspectSite['expansion']): Generator<Layout> {
  const ranks = new Map(slots.map((slot) => [slot.node, slot.claimedRank ?? 2]));
  const apart = distinctSizes(slots);
  const isOfAnyRank = slots.some(({ dims }) => dims === undefined);
  for (const plan of [
    ...(isOfAnyRank ? [{ ...apart, unnamedApart: true }] : []),
    // A size with a name may be that of one of those axes.
    ...(expansion === 'batched'
      ? [2, 3].map((size) => ({ ...equalSizes(slots, size), unnamedApart: true }))
      : []),
    apart,
    ...(expansion === 'misread' ? [manifold(apart)] : []),
    equalSizes(slots, 3),
  ]) {
    const layout = lay(slots, plan, ranks);
    if (elements(layout) <= MOST_ELEMENTS) yield layout;
  }
  const divided = expansion === 'misread' ? dividedByTwo(lay(slots, manifold(apart), ranks)) : undefined;
  if (divided !== undefined && elements(divided) <= MOST_ELEMENTS) yield divided;
  // `const [batch, steps, features] = x.shape` says how many axes there are, where no type does.
  if (isOfAnyRank)
    for (const rank of MORE_RANKS) {
      const raised = new Map(slots.map((slot) => [slot.node, slot.claimedRank ?? rank]));
      const layout = lay(slots, { ...apart, unnamedApart: true }, raised);
      if (elements(layout) <= MOST_ELEMENTS) yield layout;
      const divisible = expansion === 'misread' ? withMoreChannels(layout) : layout;
      if (divisible !== layout && elements(divisible) <= MOST_ELEMENTS) yield divisible;
    }
  yield* layouts(slots);
}

/** Sizes that tell the axes apart, and that are divided into two or four without a rest. */
const manifold = ({ named, unnamed }: SizePlan): SizePlan => ({
  named: new Map([...named].map(([name, size]) => [name, size * 4])),
  unnamed,
});

/** With 2 for each number that is a size and that no axis has: factors, groups, widths of patches. */
function dividedByTwo(layout: Layout): Layout | undefined {
  const axes = new Set(layout.flatMap(({ slot }) => slot.dims ?? []));
  const isFactor = ({ measures }: Slot): boolean => measures !== undefined && !axes.has(measures);
  return layout.some(({ slot }) => isFactor(slot))
    ? layout.map((placed) => (isFactor(placed.slot) ? place(placed.slot, placed.shape, 2) : placed))
    : undefined;
}

/** The same where nothing names the axes: of the last one. */
const withMoreChannels = (layout: Layout): Layout =>
  layout.map((placed) => {
    const { slot, shape, number } = placed;
    return slot.dims === undefined && shape.length > 0
      ? place(slot, [...shape.slice(0, -1), shape.at(-1)! * 4], number)
      : placed;
  });

function throwsAtSite(trials: Trials, { evidence }: Trial): boolean {
  const { thrown, siteCalls } = evidence.float32;
  if (!thrown || !SHAPE_MESSAGE.test(thrown.message) || UNINITIALISED.test(thrown.message)) return false;
  // A gradient that does not fit throws after the site has run; a forward error must be that of the site, not of what comes before.
  if (thrown.during === 'backward') return trials.job.gradient && siteCalls.length > 0;
  return siteCalls.length === 0 && thrown.atSite !== false;
}

/** Of what is true or false the first element is true, and no other: as many places are found as there are true ones. */
const onlyFirstHolds = ({ layout, values }: Trial): Values =>
  values.map((given, index) =>
    layout[index]!.slot.dtype === 'bool' ? given.map((_, place) => (place === 0 ? 1 : 0)) : given,
  );

const sizeIn = (layout: Layout, name: string): number | undefined =>
  layout.flatMap(({ slot, shape }) => shape.filter((_, axis) => slot.dims?.[axis] === name))[0];

/**
 * Where sizes that all differ do not get as far as the site, for the unit asks that some are equal: the shapes that do, with
 * another size for the axes of one name.
 */
async function withOneOther(trials: Trials, slots: readonly Slot[], ran: Trial): Promise<Answer | undefined> {
  for (const name of names(slots)) {
    const size = sizeIn(ran.layout, name);
    if (size === undefined || trials.exhausted) continue;
    const layout = withSize(ran.layout, name, otherThanAll(ran.layout, size));
    const trial = await trials.run(layout, ordinaryValues(layout));
    const answer = await WITNESSES.throws(trials, slots, trial);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The next size that no axis has. */
function otherThanAll(layout: Layout, size: number): number {
  const sizes = new Set(layout.flatMap(({ shape }) => shape));
  let other = size + 1;
  while (sizes.has(other)) other += 1;
  return other;
}

/** A result of lower rank for a single row: `squeeze` without an axis takes the batch along. */
async function lostAxis(
  trials: Trials,
  slots: readonly Slot[],
  tried: readonly Trial[],
): Promise<Answer | undefined> {
  const usual = tried.find(({ evidence }) => evidence.float32.siteCalls.length > 0);
  const before = usual?.evidence.float32.siteCalls[0]?.output.shape;
  if (!usual || !before) return undefined;
  const ranks = new Map(usual.layout.map(({ slot, shape }) => [slot.node, shape.length]));
  const sizes = distinctSizes(slots);
  const single = names(slots).flatMap((name) => {
    const words = `with ${name} = ${sizeIn(usual.layout, name) ?? sizes.named.get(name)!}`;
    return [
      { words, layout: lay(slots, { ...sizes, named: new Map([...sizes.named, [name, 1]]) }, ranks) },
      // The other sizes as the unit asks for them.
      { words, layout: withSize(usual.layout, name, 1) },
    ];
  });
  if (slots.some(({ dims }) => dims === undefined))
    single.push({
      words: 'with more of them',
      layout: usual.layout.map(({ slot, shape, number }) =>
        slot.dims === undefined && shape.length > 1
          ? place(slot, [1, ...shape.slice(1)], number)
          : place(slot, shape, number),
      ),
    });
  const choices = single.map((one) => ({ ...one, values: ordinaryValues(one.layout) }));
  if (slots.some(({ dtype }) => dtype === 'bool'))
    choices.push({ words: 'where more hold', layout: usual.layout, values: onlyFirstHolds(usual) });
  // Of boxes and their scores there are as many, and a low score is left out.
  const firsts = names(slots).filter((name) => name.endsWith('.0'));
  if (firsts.length > 1) {
    const layout = firsts.reduce((laid, name) => withSize(laid, name, 1), usual.layout);
    const values = clampAll(
      layout,
      ordinaryValues(layout).map((some) => some.map((one) => 1 + Math.abs(one))),
    );
    choices.push({ words: `with more of ${firsts.join(', ')}`, layout, values });
  }
  for (const { words, layout, values } of choices) {
    const trial = await trials.run(layout, values);
    const call = trial.evidence.float32.siteCalls[0];
    if (!call || call.output.shape.length >= before.length) continue;
    const observed = { ...shapesOf(trials, call), [words]: [...before] };
    return { status: 'confirmed', failure: 'wrong-shape', witness: { inputs: inputsOf(trial), observed } };
  }
  return undefined;
}

async function confirmedExpansion(
  trials: Trials,
  slots: readonly Slot[],
  trial: Trial,
  call: SiteCall,
): Promise<Answer> {
  return {
    status: 'confirmed',
    failure: 'wrong-shape',
    witness: {
      inputs: inputsOf(trial),
      observed: { ...shapesOf(trials, call), ...(await withEqualSizes(trials, slots, trial)) },
    },
  };
}

/**
 * The same data once more, with an axis of one in front of all that may have any rank: what goes along the last axis, and
 * adds up the others, gives the same.
 */
async function otherResultBatched(
  trials: Trials,
  { layout, values, evidence }: Trial,
): Promise<Answer | undefined> {
  const [before] = floatOutputs(evidence.float32);
  if (evidence.float32.thrown !== undefined || before === undefined) return undefined;
  const batched = layout.map((placed) =>
    placed.slot.dims === undefined && placed.shape.length > 1
      ? place(placed.slot, [1, ...placed.shape], placed.number)
      : placed,
  );
  const trial = await trials.run(batched, values);
  const [after] = floatOutputs(trial.evidence.float32);
  if (trial.evidence.float32.thrown !== undefined || after === undefined || areAlike(before, after))
    return undefined;
  const observed = {
    result: shownValues(after),
    [`the same data as ${describe(layout)}`]: shownValues(before),
  };
  return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
}

/** The shapes of one op in the rounds of a loop; or what throws on the way to the second, for it takes the first shape only. */
function confirmedGrowth(trials: Trials, trial: Trial): Answer | undefined {
  const { siteCalls, thrown } = trial.evidence.float32;
  const isOne = siteCalls.every(({ output }) => output.shape.join() === siteCalls[0]!.output.shape.join());
  const isRefused = siteCalls.length > 0 && thrown !== undefined && SHAPE_MESSAGE.test(thrown.message);
  if (isOne && !isRefused) return undefined;
  const observed: Record<string, JsonNumber> = {};
  siteCalls.slice(0, MOST_ROUNDS).forEach(({ output }, round) => {
    observed[`shape of ${opName(trials.job.site.op)} in round ${round + 1}`] = [...output.shape];
  });
  if (thrown) observed['then throws'] = thrown.message;
  const failure = isOne ? 'throws' : 'wrong-shape';
  return { status: 'confirmed', failure, witness: { inputs: inputsOf(trial), observed } };
}

/** As many tell what goes on. */
const MOST_ROUNDS = 4;

async function confirmedThrow(trials: Trials, slots: readonly Slot[], trial: Trial): Promise<Answer> {
  const thrown = trial.evidence.float32.thrown!;
  const label = thrown.during === 'backward' ? 'the gradient throws' : 'throws';
  return {
    status: 'confirmed',
    failure: 'throws',
    witness: {
      inputs: inputsOf(trial),
      observed: { [label]: thrown.message, ...(await withEqualSizes(trials, slots, trial)) },
    },
  };
}

/** What the same code does when all free sizes agree, as they may in the only test that was ever written for it. */
async function withEqualSizes(
  trials: Trials,
  slots: readonly Slot[],
  { layout }: Trial,
): Promise<Record<string, JsonNumber>> {
  if (names(slots).length < 2) return {};
  const ranks = new Map(layout.map(({ slot, shape }) => [slot.node, shape.length]));
  const equal = lay(slots, equalSizes(slots, 3), ranks);
  const { evidence } = await trials.run(equal, ordinaryValues(equal));
  const call = evidence.float32.siteCalls[0];
  const shapes = `with ${names(slots).join(' = ')} = 3`;
  if (evidence.float32.thrown) return { [shapes]: `throws: ${evidence.float32.thrown.message}` };
  return call ? { [shapes]: `runs without an error, result [${call.output.shape.join(', ')}]` } : {};
}

function shapesOf(trials: Trials, { operands, output }: SiteCall): Record<string, JsonNumber> {
  const observed: Record<string, JsonNumber> = {};
  for (const [name, operand] of Object.entries(operands)) observed[`shape of ${name}`] = [...operand.shape];
  return { ...observed, [`shape of ${opName(trials.job.site.op)}`]: [...output.shape] };
}

function heldShapes(trials: Trials, trial: Trial): string {
  const call = trial.evidence.float32.siteCalls[0]!;
  const operands = Object.values(call.operands).map(({ shape }) => `[${shape.join(', ')}]`);
  const result = `[${call.output.shape.join(', ')}]`;
  return `${opName(trials.job.site.op)} of ${operands.join(' and ')} gives ${result} (inputs ${describe(trial.layout)})`;
}
