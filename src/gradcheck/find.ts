import { elementToSweep, sweepSteps } from './sweep.js';
import type { Domain, Sweep } from './report.js';
import type { RunOptions } from '../float64/backend.js';
import type { Precision } from '../float64/rounding.js';
import { xorshift32, type Random } from '../random.js';
import { decide } from './decide.js';
import { evidenceOf, sameValues } from './evidence.js';
import { kernelAtFault } from './fault.js';
import { checkFormula } from './formula.js';
import type { Found } from './found.js';
import { gradientNoise, Lines, scalesOf } from './line.js';
import { judgeRounding, type Runs } from './rounding.js';
import {
  BackwardFailed,
  type Differentiated,
  type Origin,
  type Output,
  type Point,
  type Subject,
} from './subject.js';

export interface Question {
  readonly subject: Subject;
  readonly point: Point;
  readonly precision: Precision;
  readonly seed: number;
  readonly sweep: boolean;
  readonly domains: readonly (Domain | undefined)[];
}

/** Measures a function and its gradient at a point, and has them judged. */
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
    const { subject, point, scales } = this;
    const noise = gradientNoise(exact.gradient, runs?.narrow.gradient);
    const formula = checkFormula(lines, subject.forms, scales, exact.gradient, noise, this.random);
    const rounding =
      runs === undefined
        ? undefined
        : judgeRounding(runs, this.question.precision, subject, point, weights, this.random);
    const evidence = evidenceOf(point, formula, rounding);
    return decide({ subject, point, value, exact, weights, origin, formula, rounding, evidence, noise });
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
}

interface Seen {
  readonly value: Output;
  readonly exact: Differentiated;
  readonly weights: Float64Array;
  readonly origin: Origin | undefined;
  readonly runs: Runs | undefined;
  readonly lines: Lines;
}
