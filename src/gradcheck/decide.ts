/** The verdict on a gradient, from what was seen of the function at the point: the surest thing first. */
import { along, elementOf, kinkIn, sides, worstMeasured } from './evidence.js';
import type { FormulaEvidence, Measured } from './formula.js';
import type { Cause, Found } from './found.js';
import { placeOf } from './inputs.js';
import { steepest, taylorRate } from './ladder.js';
import type { GradientElement, GradientEvidence } from './report.js';
import type { RoundingEvidence } from './rounding.js';
import type { Differentiated, Origin, Output, Point, Subject } from './subject.js';

/** What was seen of the function and its gradient at the point. */
export interface State {
  readonly subject: Subject;
  readonly point: Point;
  readonly value: Output;
  readonly exact: Differentiated;
  readonly weights: Float64Array;
  readonly origin: Origin | undefined;
  readonly formula: FormulaEvidence;
  readonly rounding: RoundingEvidence | undefined;
  readonly evidence: GradientEvidence;
  readonly noise: Float64Array;
}

/** In this order: what makes later questions meaningless is asked before them. */
const STEPS: readonly ((state: State) => Found | undefined)[] = [
  notFinite,
  wrong,
  notLinear,
  invalidSubgradient,
  brokenGradient,
  leavesRange,
  oneSided,
  notDifferentiable,
  losesDigits,
  unclear,
];

export function decide(state: State): Found {
  const { subject, exact, formula, evidence } = state;
  for (const step of STEPS) {
    const found = step(state);
    if (found !== undefined) return found;
  }
  if (exact.detached.length === subject.forms.length)
    return { verdict: 'missing-gradient', cause: { kind: 'constant' }, evidence };
  const worst = worstMeasured(formula.coordinates.filter(({ verdict }) => verdict === 'right'));
  const flat = exact.gradient.every((each) => each === 0);
  const cause: Cause | undefined = flat ? { kind: 'flat' } : undefined;
  return { verdict: 'correct', cause, worst: worst && element(worst, state), evidence };
}

/** The function has no number here, in any precision. */
function notFinite(state: State): Found | undefined {
  const { value, formula, evidence, origin } = state;
  if (value.values.every((each) => Number.isFinite(each))) return undefined;
  const nan = value.values.some((each) => Number.isNaN(each));
  const kinds = formula.coordinates.map((measured) => sidesOf(measured, state));
  const shown = kinds.findIndex(({ ahead, behind }) => ahead !== behind);
  if (shown >= 0 && !nan) {
    const measured = formula.coordinates[shown]!;
    return {
      verdict: 'one-sided',
      worst: element(measured, state),
      evidence: { ...evidence, ...sides(measured) },
      cause: { kind: 'pole' },
    };
  }
  if (nan) return { verdict: 'nan-gradient', origin, cause: { kind: 'undefined' }, evidence };
  if (kinds.some(({ ahead, behind }) => ahead && behind))
    return {
      verdict: 'non-differentiable',
      cause: { kind: 'pole' },
      evidence: { ...evidence, kind: 'jump' },
    };
  return { verdict: 'overflow', origin, cause: { kind: 'undefined' }, evidence };
}

/** Whether the function has numbers beside the point. */
function sidesOf({ line }: Measured, { subject, point }: State): { ahead: boolean; behind: boolean } {
  const finite = (place: number): boolean => {
    const moved = point.map((value, index) => value + place * line.direction[index]!);
    return subject.value(moved).values.every((each) => Number.isFinite(each));
  };
  const near = 2 ** -20;
  return { ahead: finite(near), behind: finite(-near) };
}

function wrong(state: State): Found | undefined {
  const { exact, formula, evidence, subject } = state;
  const coordinates = formula.coordinates.filter(({ verdict }) => verdict === 'wrong');
  const bent = formula.coordinates.some(
    ({ verdict }) => verdict === 'kink' || verdict === 'invalid-subgradient',
  );
  const worst = worstMeasured(coordinates);
  if (worst !== undefined) {
    const { input } = placeOf(worst.line.element!, subject.forms);
    const rate = taylorRate(worst.slope.rungs, worst.claim.slope);
    const more = { ...evidence, rate };
    if (exact.detached.includes(input))
      return {
        verdict: 'missing-gradient',
        cause: { kind: 'detached', input },
        worst: element(worst, state),
        evidence: more,
      };
    return { verdict: 'wrong-gradient', worst: element(worst, state), evidence: more };
  }
  if (bent) return undefined;
  const direction = worstMeasured(
    formula.unlocated.filter(
      ({ verdict, slope, claim }) =>
        verdict === 'wrong' &&
        Math.abs(slope.value - claim.slope) > 1e-6 * Math.max(Math.abs(slope.value), Math.abs(claim.slope)),
    ),
  );
  if (direction === undefined) return undefined;
  const rate = taylorRate(direction.slope.rungs, direction.claim.slope);
  return { verdict: 'wrong-gradient', cause: along(direction), evidence: { ...evidence, rate } };
}

/** A backward pass is linear in what comes from above; a custom gradient that forgets `dy` is right for dy = 1 alone. */
function notLinear({ exact, weights, evidence, noise, subject, point }: State): Found | undefined {
  // A power of two, so that what is linear is scaled without rounding.
  const factor = -0.5;
  const scaled = subject.gradient(
    point,
    weights.map((weight) => factor * weight),
  );
  let worst: { element: number; error: number } | undefined;
  for (let element = 0; element < exact.gradient.length; element += 1) {
    const [expected, got] = [factor * exact.gradient[element]!, scaled.gradient[element]!];
    const error = Math.abs(got - expected);
    const allowed = 1e-6 * Math.abs(expected) + 4 * noise[element]!;
    if (error > allowed && error > (worst?.error ?? 0)) worst = { element, error };
  }
  if (worst === undefined) return undefined;
  const { element } = worst;
  return {
    verdict: 'wrong-gradient',
    cause: { kind: 'upstream', factor },
    worst: {
      ...placeOf(element, subject.forms),
      at: point[element]!,
      autodiff: scaled.gradient[element]!,
      reference: factor * exact.gradient[element]!,
      errorBound: 4 * noise[element]!,
    },
    evidence,
  };
}

function invalidSubgradient(state: State): Found | undefined {
  const { formula, evidence } = state;
  const alone = worstMeasured(formula.coordinates.filter(({ verdict }) => verdict === 'invalid-subgradient'));
  if (alone !== undefined)
    return {
      verdict: 'invalid-subgradient',
      worst: element(alone, state),
      evidence: { ...evidence, kind: 'kink', ...sides(alone) },
    };
  const together = worstMeasured(formula.unlocated);
  if (together === undefined) return undefined;
  const kink = formula.coordinates.find(({ verdict }) => verdict === 'kink');
  if (kink === undefined) return undefined;
  return {
    verdict: 'invalid-subgradient',
    cause: along(together),
    worst: element(kink, state),
    evidence: { ...evidence, kind: 'kink', ...sides(together) },
  };
}

/** NaN or Infinity in a float64 gradient, where the function has a slope or a kink. */
function brokenGradient(state: State): Found | undefined {
  const { exact, formula, evidence, origin } = state;
  const broken = formula.coordinates.filter(
    ({ line, slope }) =>
      !Number.isFinite(exact.gradient[line.element!]!) && (slope.kind === 'smooth' || slope.kind === 'kink'),
  );
  // Behind an infinite slope at an edge, 0 * Infinity is NaN.
  if (formula.coordinates.some(({ slope }) => slope.kind === 'edge')) return undefined;
  const nan = broken.find(({ line }) => Number.isNaN(exact.gradient[line.element!]!));
  if (nan !== undefined)
    return {
      verdict: 'nan-gradient',
      worst: element(nan, state),
      origin,
      evidence: { ...evidence, ...kinkIn(nan) },
    };
  const infinite = broken.find(({ slope }) => slope.kind === 'smooth');
  return infinite && { verdict: 'inf-gradient', worst: element(infinite, state), origin, evidence };
}

function leavesRange(state: State): Found | undefined {
  const { rounding } = state;
  const found = rounding?.found;
  if (found === undefined || !['overflow', 'nan-gradient', 'inf-gradient'].includes(found.verdict))
    return undefined;
  return roundingFound(found, state);
}

function oneSided(state: State): Found | undefined {
  const { formula, evidence } = state;
  const edge =
    formula.coordinates.find(({ slope }) => slope.kind === 'edge') ??
    formula.unlocated.find(({ slope }) => slope.kind === 'edge');
  return (
    edge && {
      verdict: 'one-sided',
      worst: element(edge, state),
      evidence: { ...evidence, ...sides(edge) },
    }
  );
}

function notDifferentiable(state: State): Found | undefined {
  const { formula, evidence } = state;
  const all = [...formula.coordinates, ...formula.unlocated, ...formula.directions];
  const found =
    all.find(({ slope }) => slope.kind === 'jump') ?? all.find(({ slope }) => slope.kind === 'kink');
  if (found === undefined) return undefined;
  const kind = found.slope.kind === 'jump' ? 'jump' : 'kink';
  const alone = found.line.element !== undefined;
  return {
    verdict: 'non-differentiable',
    worst: alone ? element(found, state) : undefined,
    cause: alone ? undefined : along(found),
    evidence: { ...evidence, kind, ...sides(found) },
  };
}

function losesDigits(state: State): Found | undefined {
  const { formula, rounding } = state;
  const found = rounding?.found;
  if (found === undefined) return undefined;
  const measured = formula.coordinates.find(({ line }) => line.element === found.element);
  // What differences cannot tell from 0 has not vanished.
  const nothing = measured !== undefined && !(Math.abs(measured.slope.value) > measured.slope.error);
  if (found.verdict === 'vanished-gradient' && nothing) return undefined;
  return roundingFound(found, state);
}

function roundingFound(
  found: NonNullable<RoundingEvidence['found']>,
  { subject, point, evidence }: State,
): Found {
  const { verdict, element, output, narrow, wide, origin } = found;
  const cause: Cause | undefined = output === undefined ? undefined : { kind: 'value', narrow, wide, output };
  const worst: GradientElement | undefined =
    element === undefined
      ? undefined
      : {
          ...placeOf(element, subject.forms),
          at: point[element]!,
          autodiff: narrow,
          reference: wide,
          errorBound: Math.abs(wide) * 2 ** -40,
        };
  return { verdict, cause, worst, origin, evidence };
}

function unclear(state: State): Found | undefined {
  const { formula, evidence, point } = state;
  const sure = formula.coordinates.filter(({ verdict }) => verdict === 'right');
  const most = Math.max(0, ...sure.map(({ slope }) => Math.abs(slope.value)));
  // A gradient that is 0 is known to as many digits as the value.
  const { hidden } = formula;
  const known = Math.max(1e-9 * most, most <= 64 * hidden ? 4096 * hidden : 0);
  const unclear = formula.coordinates.find(
    ({ verdict, slope, claim }) =>
      verdict === 'undefined' ||
      (verdict === 'unclear' &&
        Math.max(slope.error, Math.abs(slope.value - claim.slope)) > Math.max(known, 1e-9 * steepest(slope))),
  );
  if (unclear !== undefined) return { verdict: 'inconclusive', worst: element(unclear, state), evidence };
  const directions = formula.directions.filter(
    ({ verdict }) => verdict === 'undefined' || verdict === 'unclear',
  );
  if (formula.coordinates.length === point.length || directions.length === 0) return undefined;
  return { verdict: 'inconclusive', cause: along(directions[0]!), evidence };
}

const element = (measured: Measured, { point, subject }: State): GradientElement | undefined =>
  elementOf(measured, point, subject.forms);
