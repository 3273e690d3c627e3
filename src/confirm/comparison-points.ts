/** The inputs on which two units are compared, and what the original does on them. Runs in a realm. */
import type { ConcreteInputs, Evaluator, Observation, Precision } from './evaluation.js';
import type { Job, NamedInput } from './job.js';
import { NotRunnable } from './not-runnable.js';
import { isGradient, isSound, partsOf, trusted, type Parts } from './parts.js';
import { clampAll, isEmpty } from './search/domain.js';
import { xorshift32, type Random } from '../random.js';
import { judge } from './search/judge.js';
import { claimsWrongGradient } from './search/slope-search.js';
import { Trials } from './search/trials.js';
import { elements, equalSizes, lay, layouts, MOST_ELEMENTS } from './search/shapes.js';
import { concrete, isChosenWithShapes, place, slotsOf, type Layout, type Values } from './search/slots.js';
import { ordinaryValues, proposals, samples } from './search/values.js';

/** One input with what is known to be true of the original there. */
export interface Point {
  readonly inputs: ConcreteInputs;
  /** The parts of its float64 run that have digits. */
  readonly truth: Parts;
  /** All of its parts. */
  readonly all: Parts;
  /** Ordinary numbers, none of those that the search tries to break things with. */
  readonly isOrdinary: boolean;
  /** The finding shows here too, though everything that comes out is finite: a quotient that is cut off. */
  readonly fails: boolean;
}

/** The original on inputs that it handles well, at the witness, and near it. */
export interface Recorded {
  readonly healthy: readonly Point[];
  readonly witness: Point | undefined;
  readonly near: readonly Point[];
  /** Whether the original fails at the witness when it is run again; undefined where that is not judged. */
  readonly failsAgain: boolean | undefined;
  /** Other inputs on which the site fails, and nothing else does. */
  readonly failing: readonly ConcreteInputs[];
  /** Whether it has a gradient at all. */
  readonly gradient: boolean;
  /** What it is blamed for is that its gradient throws: the other one is to have one. */
  readonly lacksGradient: boolean;
  /** It has no inputs to choose: one point is all there is. */
  readonly isConstant: boolean;
}

export interface RecordOptions {
  readonly job: Job;
  readonly witness: ConcreteInputs | undefined;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}

/** Healthy points that are looked for, and points tried on the way. */
const WANTED = 32;
const MOST_TRIED = 96;
/** Large inputs are run less often. */
const MANY_ELEMENTS = 4_000;
const LEAST_WANTED = 8;

/** Runs the original. */
export async function record(evaluator: Evaluator, options: RecordOptions): Promise<Recorded> {
  const { job, witness, deadline } = options;
  const { inputs } = job;
  const slots = slotsOf(inputs);
  if (slots.some(({ domain }) => isEmpty(domain))) throw new NotRunnable('an input has no possible value');
  const recorder = new Recorder(evaluator, job);
  const atWitness = witness && (await recorder.point(witness));
  const near: Point[] = [];
  for (const at of witness === undefined ? [] : around(witness, inputs)) near.push(await recorder.point(at));

  const healthy: Point[] = [];
  const random = xorshift32(job.seed);
  const known = witness === undefined ? [] : [layoutOf(witness, inputs), ...equallySized(witness, inputs)];
  const chosen = await recorder.usable([...known, ...firstLayouts(inputs)]);
  for (const [index, layout] of chosen.entries()) {
    const most = Math.max(LEAST_WANTED, Math.min(1, MANY_ELEMENTS / elements(layout)) * WANTED);
    const wanted = healthy.length + Math.ceil((most - healthy.length) / (chosen.length - index));
    const tries = slots.length === 0 ? 1 : (MOST_TRIED * most) / WANTED / chosen.length;
    const drawn = draws(layout, random);
    for (let tried = 0; tried < tries && healthy.length < wanted; tried += 1) {
      if (performance.now() > deadline) break;
      const { values, isOrdinary } = drawn.next().value as Draw;
      const point = await recorder.healthy(concrete(layout, clampAll(layout, values)));
      if (point !== undefined) healthy.push({ ...point, isOrdinary });
    }
  }
  for (const at of witness === undefined ? [] : onTheWay(witness, inputs)) {
    if (performance.now() > deadline) break;
    const point = await recorder.healthy(at);
    if (point !== undefined) healthy.push(point);
  }
  return {
    healthy,
    witness: atWitness,
    near,
    ...(await seenToFail(evaluator, options)),
    gradient: recorder.gradient,
    lacksGradient: !recorder.gradient && job.site.harm === 'gradient' && job.site.failures.includes('throws'),
    isConstant: slots.length === 0,
  };
}

/** The search is done again for a few inputs more: a fix that holds at the witness alone is none. */
async function seenToFail(
  evaluator: Evaluator,
  { job, witness, deadline }: RecordOptions,
): Promise<Pick<Recorded, 'failsAgain' | 'failing'>> {
  const isJudged = job.site.harm !== 'shape' && !claimsWrongGradient(job);
  if (witness === undefined || !isJudged) return { failsAgain: undefined, failing: [] };
  const trials = new Trials(evaluator, job, Math.max(0, deadline - performance.now()));
  trials.allow(MOST_SEARCHED);
  const layout = layoutOf(witness, job.inputs);
  const values = layout.map(({ slot }) => witness.get(slot.node)!.values);
  const { judgement } = await trials.run(layout, values);
  const failing: ConcreteInputs[] = [];
  for (const proposed of besides(layout, values, job.site)) {
    if (trials.exhausted || failing.length === MOST_FAILING) break;
    const trial = await trials.run(layout, proposed);
    const { brokenElsewhere, thrown } = trial.evidence.float32;
    if (trial.judgement.kind === 'fails' && brokenElsewhere !== true && thrown === undefined)
      failing.push(concrete(layout, trial.values));
  }
  return { failsAgain: judgement.kind === 'fails', failing };
}

/** Part of the witness, among ordinary numbers; then what the search begins with. */
function* besides(layout: Layout, witness: Values, site: Job['site']): Generator<Values> {
  const ordinary = ordinaryValues(layout);
  for (const index of [...layout.keys()].slice(0, MOST_PARTS)) {
    yield ordinary.with(index, witness[index]!);
    yield witness.with(index, ordinary[index]!);
  }
  yield* proposals(layout, site);
}

const MOST_PARTS = 4;
const MOST_SEARCHED = 60;
const MOST_FAILING = 4;

class Recorder {
  gradient = true;

  constructor(
    private readonly evaluator: Evaluator,
    private readonly job: Job,
  ) {}

  async point(inputs: ConcreteInputs): Promise<Point> {
    return this.pointOf(inputs, await this.run(inputs, 'float64'));
  }

  /** Undefined where the original itself is not to be trusted. */
  async healthy(inputs: ConcreteInputs): Promise<Point | undefined> {
    const single = await this.run(inputs, 'float32');
    if (!isSound(single)) return undefined;
    const exact = await this.run(inputs, 'float64');
    if (!isSound(exact)) return undefined;
    const point = await this.pointOf(inputs, exact);
    const isTrusted = [...point.all.keys()].every((name) => isGradient(name) || point.truth.has(name));
    const evidence = { float32: single, float64: exact, gradient: this.gradient };
    return isTrusted ? { ...point, fails: judge(this.job, evidence).kind === 'fails' } : undefined;
  }

  /** The first few layouts on which the unit runs. */
  async usable(candidates: readonly Layout[]): Promise<Layout[]> {
    const found: Layout[] = [];
    const seen = new Set<string>();
    for (const layout of candidates) {
      const key = JSON.stringify(layout.map(({ shape }) => shape));
      if (seen.has(key)) continue;
      seen.add(key);
      const values = clampAll(layout, ordinaryValues(layout));
      const { thrown } = await this.run(concrete(layout, values), 'float32');
      if (thrown === undefined) found.push(layout);
      if (found.length === MOST_USED) break;
    }
    return found;
  }

  private async pointOf(inputs: ConcreteInputs, exact: Observation): Promise<Point> {
    const truth = trusted(exact, await this.run(inputs, 'perturbed'));
    return { inputs, truth, all: partsOf(exact), isOrdinary: false, fails: false };
  }

  private async run(at: ConcreteInputs, precision: Precision): Promise<Observation> {
    const options = { precision, gradient: this.gradient, weighted: true };
    const seen = await this.evaluator.evaluate(at, options);
    if (seen.thrown?.during !== 'backward' || !this.gradient) return seen;
    // It has no gradient anywhere; its values can still be compared.
    this.gradient = false;
    return await this.evaluator.evaluate(at, { ...options, gradient: false });
  }
}

/** The inputs of the witness, each a little more, a little less, and moved by a little. */
function around(witness: ConcreteInputs, inputs: readonly NamedInput[]): ConcreteInputs[] {
  const layout = layoutOf(witness, inputs);
  const values = layout.map(({ slot }) => witness.get(slot.node)!.values);
  return MOVES.map((move) => {
    const moved = values.map((slot, index) => slot.map((value, at) => move(value, index + at)));
    return concrete(layout, clampAll(layout, moved));
  });
}

/** Between ordinary numbers and the witness: what a guard does to results before they would break. */
function onTheWay(witness: ConcreteInputs, inputs: readonly NamedInput[]): ConcreteInputs[] {
  const layout = layoutOf(witness, inputs);
  const ordinary = clampAll(layout, ordinaryValues(layout));
  return WAYS.map((share) => {
    const values = layout.map(({ slot }, index) =>
      witness.get(slot.node)!.values.map((value, at) => {
        const from = ordinary[index]![at]!;
        return from + share * (value - from);
      }),
    );
    return concrete(layout, clampAll(layout, values));
  });
}

const WAYS = [0.5, 0.9] as const;

const NEAR = 2 ** -6;
const MOVES: readonly ((value: number, place: number) => number)[] = [
  (value) => value * (1 + NEAR),
  (value) => value * (1 - NEAR),
  (value, place) => value + NEAR * (1 + (place % 3)),
];

function layoutOf(witness: ConcreteInputs, inputs: readonly NamedInput[]): Layout {
  return slotsOf(inputs).map((slot) => {
    const value = witness.get(slot.node);
    return place(slot, value?.shape ?? [], isChosenWithShapes(slot) ? value?.values[0] : undefined);
  });
}

/** The ranks of the witness, all axes of one of its sizes: what the original lets meet by accident fits there. */
function equallySized(witness: ConcreteInputs, inputs: readonly NamedInput[]): Layout[] {
  const slots = slotsOf(inputs);
  const shapes = [...witness].map(([node, { shape }]) => [node, shape] as const);
  const ranks = new Map(shapes.map(([node, shape]) => [node, shape.length]));
  const written = slots.flatMap(({ dims }) => dims ?? []).filter((dim) => typeof dim === 'number');
  const sizes = new Set([...written, ...shapes.flatMap(([, shape]) => shape), 4].filter((size) => size > 1));
  return [...sizes].slice(0, 3).map((size) => lay(slots, equalSizes(slots, size), ranks));
}

function firstLayouts(inputs: readonly NamedInput[]): Layout[] {
  const found: Layout[] = [];
  for (const layout of layouts(slotsOf(inputs))) {
    if (elements(layout) <= MOST_ELEMENTS) found.push(layout);
    if (found.length >= MOST_LAYOUTS) break;
  }
  return found;
}

const MOST_LAYOUTS = 4;
const MOST_USED = 3;

interface Draw {
  readonly values: Values;
  readonly isOrdinary: boolean;
}

/** Ordinary numbers of several sizes, and every third time whatever the search would try. */
function* draws(layout: Layout, random: Random): Generator<Draw> {
  const wild = samples(layout, random, () => undefined);
  yield { values: ordinaryValues(layout), isOrdinary: true };
  for (let turn = 1; ; turn += 1) {
    const isOrdinary = turn % 3 !== 0 || layout.length === 0;
    const values = isOrdinary
      ? layout.map(({ slot, size }) => ordinaryNumbers(slot.domain, size, random, turn))
      : (wild.next().value as Values);
    yield { values, isOrdinary };
  }
}

function ordinaryNumbers(
  { low, high }: { low: number; high: number },
  size: number,
  random: Random,
  turn: number,
): number[] {
  const draw =
    high - low <= NARROW
      ? () => low + random.unit() * (high - low)
      : () => random.normal() * SIZES[turn % SIZES.length]!;
  return Array.from({ length: size }, draw);
}

const NARROW = 4;
const SIZES = [1, 10, 0.1, 3, 0.01] as const;
