import { elementToSweep, sweepSteps } from './sweep.js';
import type { GradientElement, GradientEvidence, GradientVerdict, Sweep, Domain } from './report.js';
import type { RunOptions } from '../float64/backend.js';
import type { Precision } from '../float64/rounding.js';
import { xorshift32, type Random } from '../random.js';
import { along, elementOf, evidenceOf, kinkIn, sameValues, sides, worstMeasured } from './evidence.js';
import { kernelAtFault } from './fault.js';
import { checkFormula, type FormulaEvidence, type Measured } from './formula.js';
import { placeOf } from './inputs.js';
import { steepest, taylorRate } from './ladder.js';
import { gradientNoise, Lines, scalesOf } from './line.js';
import { judgeRounding, type RoundingEvidence, type Runs } from './rounding.js';
import {
  BackwardFailed,
  type Differentiated,
  type Origin,
  type Output,
  type Point,
  type Subject,
} from './subject.js';

/** What a check found, before it is put into words. */
export interface Found {
  readonly verdict: GradientVerdict;
  /** Why, where the verdict alone does not say it. */
  readonly cause?: Cause | undefined;
  readonly worst?: GradientElement | undefined;
  readonly origin?: Origin | undefined;
  readonly evidence: GradientEvidence;
  readonly sweep?: Sweep | undefined;
}

export type Cause =
  | { readonly kind: 'value'; readonly narrow: number; readonly wide: number; readonly output: number }
  | { readonly kind: 'direction'; readonly slope: number; readonly claimed: number }
  | { readonly kind: 'upstream'; readonly factor: number }
  | { readonly kind: 'detached'; readonly input: number }
  | { readonly kind: 'constant' }
  | { readonly kind: 'flat' }
  | { readonly kind: 'random' }
  | { readonly kind: 'variable' }
  | { readonly kind: 'state' }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'pole' };

export interface Question {
  readonly subject: Subject;
  readonly point: Point;
  readonly precision: Precision;
  readonly seed: number;
  readonly sweep: boolean;
  readonly domains: readonly (Domain | undefined)[];
}

/** Decides on the gradient of a function at a point. */
export class Finder {
  private readonly subject: Subject;
  private readonly point: Point;
  private readonly random: Random;
  private readonly scales: Float64Array;

  constructor(private readonly question: Question) {
    this.subject = question.subject;
    this.point = question.point;
    this.random = xorshift32(question.seed);
    this.scales = scalesOf(question.point, question.subject.forms);
  }

  find(): Found {
    const { subject, point } = this;
    const value = subject.value(point);
    const leaked = subject.leaked > 0 ? { leaked: subject.leaked } : {};
    const again = subject.value(point);
    const nothing = { elements: point.length, coordinates: 0, directions: 0, formulaError: NaN, ...leaked };
    if (!sameValues(value, again)) {
      const kind = subject.drewAtRandom ? 'random' : subject.changedVariables ? 'variable' : 'state';
      return { verdict: 'inconclusive', cause: { kind }, evidence: nothing };
    }
    const weights = this.weights(value.values.length);
    let exact: Differentiated;
    try {
      exact = subject.gradient(point, weights);
    } catch (error) {
      if (!(error instanceof BackwardFailed)) throw error;
      const origin: Origin | undefined =
        error.kernel === undefined ? undefined : { kernel: error.kernel, during: 'backward', nan: false };
      return { verdict: 'missing-gradient', origin, evidence: { ...nothing, thrown: error.message } };
    }
    const origin = subject.origin;
    const runs = this.roundedRuns(weights);
    const lines = this.lines(value, weights, runs);
    const found = this.judge({ value, exact, weights, origin, runs, lines });
    const sweep = this.question.sweep ? { sweep: this.sweep(found, exact, weights, lines) } : {};
    return { ...found, ...this.fault(found), ...sweep, evidence: { ...found.evidence, ...leaked } };
  }

  private fault({ verdict }: Found): Pick<Found, 'origin'> {
    if (verdict !== 'wrong-gradient') return {};
    const kernel = kernelAtFault(this.subject, this.point, this.random);
    return kernel === undefined ? {} : { origin: { kernel, during: 'backward', nan: false } };
  }

  private sweep(found: Found, { gradient }: Differentiated, weights: Float64Array, lines: Lines): Sweep {
    const { subject, point, scales } = this;
    const element = elementToSweep(found.worst ?? null, subject);
    return sweepSteps({ subject, point, weights, lines, scales, element, autodiff: gradient[element]! });
  }

  private judge({ value, exact, weights, origin, runs, lines }: Seen): Found {
    const noise = gradientNoise(exact.gradient, runs?.narrow.gradient);
    const { subject, scales } = this;
    const formula = checkFormula(lines, subject.forms, scales, exact.gradient, noise, this.random);
    const rounding =
      runs === undefined
        ? undefined
        : judgeRounding(runs, this.question.precision, subject, this.point, weights, this.random);
    const evidence = evidenceOf(this.point, formula, rounding);
    const state: State = { value, exact, weights, origin, formula, rounding, evidence, noise };
    const steps = [
      this.notFinite,
      this.wrong,
      this.notLinear,
      this.invalidSubgradient,
      this.brokenGradient,
      this.leavesRange,
      this.oneSided,
      this.notDifferentiable,
      this.losesDigits,
      this.unclear,
    ];
    for (const step of steps) {
      const found = step.call(this, state);
      if (found !== undefined) return found;
    }
    if (exact.detached.length === subject.forms.length)
      return { verdict: 'missing-gradient', cause: { kind: 'constant' }, evidence };
    const right = formula.coordinates.filter(({ verdict }) => verdict === 'right');
    const flat = exact.gradient.every((each) => each === 0);
    const cause: Cause | undefined = flat ? { kind: 'flat' } : undefined;
    return { verdict: 'correct', cause, worst: this.worstOf(right), evidence };
  }

  /** The function has no number here, in any precision. */
  private notFinite({ value, formula, evidence, origin }: State): Found | undefined {
    if (value.values.every((each) => Number.isFinite(each))) return undefined;
    const nan = value.values.some((each) => Number.isNaN(each));
    const kinds = formula.coordinates.map((measured) => this.sidesOf(measured));
    const shown = kinds.findIndex(({ ahead, behind }) => ahead !== behind);
    if (shown >= 0 && !nan) {
      const measured = formula.coordinates[shown]!;
      return {
        verdict: 'one-sided',
        worst: this.element(measured),
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
  private sidesOf({ line }: Measured): { ahead: boolean; behind: boolean } {
    const finite = (place: number): boolean => {
      const moved = this.point.map((value, index) => value + place * line.direction[index]!);
      return this.subject.value(moved).values.every((each) => Number.isFinite(each));
    };
    const near = 2 ** -20;
    return { ahead: finite(near), behind: finite(-near) };
  }

  private wrong({ exact, formula, evidence }: State): Found | undefined {
    const coordinates = formula.coordinates.filter(({ verdict }) => verdict === 'wrong');
    const bent = formula.coordinates.some(
      ({ verdict }) => verdict === 'kink' || verdict === 'invalid-subgradient',
    );
    const worst = worstMeasured(coordinates);
    if (worst !== undefined) {
      const { input } = placeOf(worst.line.element!, this.subject.forms);
      const rate = taylorRate(worst.slope.rungs, worst.claim.slope);
      const more = { ...evidence, rate };
      if (exact.detached.includes(input))
        return {
          verdict: 'missing-gradient',
          cause: { kind: 'detached', input },
          worst: this.element(worst),
          evidence: more,
        };
      return { verdict: 'wrong-gradient', worst: this.element(worst), evidence: more };
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
  private notLinear({ exact, weights, evidence, noise }: State): Found | undefined {
    // A power of two, so that what is linear is scaled without rounding.
    const factor = -0.5;
    const scaled = this.subject.gradient(
      this.point,
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
        ...placeOf(element, this.subject.forms),
        at: this.point[element]!,
        autodiff: scaled.gradient[element]!,
        reference: factor * exact.gradient[element]!,
        errorBound: 4 * noise[element]!,
      },
      evidence,
    };
  }

  private invalidSubgradient({ formula, evidence }: State): Found | undefined {
    const alone = worstMeasured(
      formula.coordinates.filter(({ verdict }) => verdict === 'invalid-subgradient'),
    );
    if (alone !== undefined)
      return {
        verdict: 'invalid-subgradient',
        worst: this.element(alone),
        evidence: { ...evidence, kind: 'kink', ...sides(alone) },
      };
    const together = worstMeasured(formula.unlocated);
    if (together === undefined) return undefined;
    const kink = formula.coordinates.find(({ verdict }) => verdict === 'kink');
    if (kink === undefined) return undefined;
    return {
      verdict: 'invalid-subgradient',
      cause: along(together),
      worst: this.element(kink),
      evidence: { ...evidence, kind: 'kink', ...sides(together) },
    };
  }

  /** NaN or Infinity in a float64 gradient, where the function has a slope or a kink. */
  private brokenGradient({ exact, formula, evidence, origin }: State): Found | undefined {
    const broken = formula.coordinates.filter(
      ({ line, slope }) =>
        !Number.isFinite(exact.gradient[line.element!]!) &&
        (slope.kind === 'smooth' || slope.kind === 'kink'),
    );
    // Behind an infinite slope at an edge, 0 * Infinity is NaN.
    if (formula.coordinates.some(({ slope }) => slope.kind === 'edge')) return undefined;
    const nan = broken.find(({ line }) => Number.isNaN(exact.gradient[line.element!]!));
    if (nan !== undefined)
      return {
        verdict: 'nan-gradient',
        worst: this.element(nan),
        origin,
        evidence: { ...evidence, ...kinkIn(nan) },
      };
    const infinite = broken.find(({ slope }) => slope.kind === 'smooth');
    return infinite && { verdict: 'inf-gradient', worst: this.element(infinite), origin, evidence };
  }

  private leavesRange({ rounding, evidence }: State): Found | undefined {
    const found = rounding?.found;
    if (found === undefined || !['overflow', 'nan-gradient', 'inf-gradient'].includes(found.verdict))
      return undefined;
    return this.roundingFound(found, evidence);
  }

  private oneSided({ formula, evidence }: State): Found | undefined {
    const edge =
      formula.coordinates.find(({ slope }) => slope.kind === 'edge') ??
      formula.unlocated.find(({ slope }) => slope.kind === 'edge');
    return (
      edge && {
        verdict: 'one-sided',
        worst: this.element(edge),
        evidence: { ...evidence, ...sides(edge) },
      }
    );
  }

  private notDifferentiable({ formula, evidence }: State): Found | undefined {
    const all = [...formula.coordinates, ...formula.unlocated, ...formula.directions];
    const found =
      all.find(({ slope }) => slope.kind === 'jump') ?? all.find(({ slope }) => slope.kind === 'kink');
    if (found === undefined) return undefined;
    const kind = found.slope.kind === 'jump' ? 'jump' : 'kink';
    const alone = found.line.element !== undefined;
    return {
      verdict: 'non-differentiable',
      worst: alone ? this.element(found) : undefined,
      cause: alone ? undefined : along(found),
      evidence: { ...evidence, kind, ...sides(found) },
    };
  }

  private losesDigits({ formula, rounding, evidence }: State): Found | undefined {
    const found = rounding?.found;
    if (found === undefined) return undefined;
    const measured = formula.coordinates.find(({ line }) => line.element === found.element);
    // What differences cannot tell from 0 has not vanished.
    const nothing = measured !== undefined && !(Math.abs(measured.slope.value) > measured.slope.error);
    if (found.verdict === 'vanished-gradient' && nothing) return undefined;
    return this.roundingFound(found, evidence);
  }

  private roundingFound(found: NonNullable<RoundingEvidence['found']>, evidence: GradientEvidence): Found {
    const { verdict, element, output, narrow, wide, origin } = found;
    const cause: Cause | undefined =
      output === undefined ? undefined : { kind: 'value', narrow, wide, output };
    const worst: GradientElement | undefined =
      element === undefined
        ? undefined
        : {
            ...placeOf(element, this.subject.forms),
            at: this.point[element]!,
            autodiff: narrow,
            reference: wide,
            errorBound: Math.abs(wide) * 2 ** -40,
          };
    return { verdict, cause, worst, origin, evidence };
  }

  private unclear({ formula, evidence }: State): Found | undefined {
    const sure = formula.coordinates.filter(({ verdict }) => verdict === 'right');
    const most = Math.max(0, ...sure.map(({ slope }) => Math.abs(slope.value)));
    // A gradient that is 0 is known to as many digits as the value.
    const { hidden } = formula;
    const known = Math.max(1e-9 * most, most <= 64 * hidden ? 4096 * hidden : 0);
    const unclear = formula.coordinates.find(
      ({ verdict, slope, claim }) =>
        verdict === 'undefined' ||
        (verdict === 'unclear' &&
          Math.max(slope.error, Math.abs(slope.value - claim.slope)) >
            Math.max(known, 1e-9 * steepest(slope))),
    );
    if (unclear !== undefined) return { verdict: 'inconclusive', worst: this.element(unclear), evidence };
    const directions = formula.directions.filter(
      ({ verdict }) => verdict === 'undefined' || verdict === 'unclear',
    );
    if (formula.coordinates.length === this.point.length || directions.length === 0) return undefined;
    return { verdict: 'inconclusive', cause: along(directions[0]!), evidence };
  }

  private roundedRuns(weights: Float64Array): Runs | undefined {
    const { precision } = this.question;
    if (precision === 'float64') return undefined;
    const run = (options: RunOptions): Differentiated => this.subject.gradient(this.point, weights, options);
    const wide = run({ precision: 'float64', constants: precision });
    const narrow = run({ precision, constants: precision });
    return { narrow, wide, origin: this.subject.origin };
  }

  private lines({ values }: Output, weights: Float64Array, runs: Runs | undefined): Lines {
    // The error that float32 makes tells of float64; a run in float16 tells too much.
    const differences =
      runs === undefined || this.question.precision !== 'float32'
        ? undefined
        : runs.narrow.values.map((value, index) => value - runs.wide.values[index]!);
    const stretch = 0.75 + 0.25 * this.random.unit();
    return new Lines(this.subject, this.point, weights, values, differences, this.question.domains, stretch);
  }

  /** One for a scalar, so that the numbers are those of its gradient; else signed, so that no sum of outputs hides an error. */
  private weights(size: number): Float64Array {
    if (size === 1) return new Float64Array([1]);
    return Float64Array.from({ length: size }, () => {
      const magnitude = (16 + this.random.below(64)) / 64;
      return this.random.unit() < 0.5 ? -magnitude : magnitude;
    });
  }

  private element(measured: Measured): GradientElement | undefined {
    return elementOf(measured, this.point, this.subject.forms);
  }

  private worstOf(coordinates: readonly Measured[]): GradientElement | undefined {
    const worst = worstMeasured(coordinates);
    return worst && this.element(worst);
  }
}

interface Seen {
  readonly value: Output;
  readonly exact: Differentiated;
  readonly weights: Float64Array;
  readonly origin: Origin | undefined;
  readonly runs: Runs | undefined;
  readonly lines: Lines;
}

interface State {
  readonly value: Output;
  readonly exact: Differentiated;
  readonly weights: Float64Array;
  readonly origin: Origin | undefined;
  readonly formula: FormulaEvidence;
  readonly rounding: RoundingEvidence | undefined;
  readonly evidence: GradientEvidence;
  readonly noise: Float64Array;
}
