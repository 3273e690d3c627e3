/**
 * The seam between the realm (which can run a unit) and the search (which decides on which inputs to run it).
 */
import type { Slope } from './gradient-check.js';
import type { Mending } from './mending.js';

/**
 * `float32`: as the backend of the job stores numbers, be it in float16. `perturbed`: float64 with every operation a little
 * off, to see which digits mean anything.
 */
export type Precision = 'float32' | 'float64' | 'float16' | 'perturbed';

/** Values flat, row-major, as float64 numbers whatever the precision they were computed in. */
export interface NumericTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** A concrete value for each tensor or number input, by the `node` id of its form. */
export type ConcreteInputs = ReadonlyMap<number, NumericTensor>;

export interface EvaluationOptions {
  readonly precision: Precision;
  /** `exact`: what the site is seen to do with JavaScript numbers is what it would without rounding (`wide/`). */
  readonly numbers?: 'exact' | undefined;
  /** The site gives this operand as it is, or takes 0 for this number: what the unit would do without it. */
  readonly without?: string | undefined;
  /** The site is handed this operand off the tape: no gradient gets through it. */
  readonly given?: string | undefined;
  /** Finite numbers take the place of what breaks: what the run would have been without (`mending`). */
  readonly mended?: Mending | undefined;
  /** Also differentiate the sum of all float outputs with respect to every float tensor input. */
  readonly gradient: boolean;
  /**
   * Also measure the gradients that the unit takes by itself: by what it takes them by; or by these inputs; or along the
   * variables of these shapes by which it takes none.
   */
  readonly audit?: boolean | readonly number[] | OtherVariables | undefined;
  /** Each output counts differently in that sum: outputs that always sum to 1, as of a softmax, have a gradient too. */
  readonly weighted?: boolean | undefined;
  /** What is drawn is drawn otherwise. */
  readonly draws?: number | undefined;
}

export interface OtherVariables {
  /** Those of any shape where one of these is not known. */
  readonly shapes: readonly (readonly number[] | undefined)[];
}

export interface Evaluator {
  /** A promise only where the unit is asynchronous. Throws when the unit cannot be run at all, or time is up. */
  evaluate(inputs: ConcreteInputs, options: EvaluationOptions): Observation | Promise<Observation>;
}

export interface Observation {
  /** Set when the unit threw; what was seen before that is still reported. */
  readonly thrown?: Thrown | undefined;
  /** Every time the site ran, in order; of many times the first. */
  readonly siteCalls: readonly SiteCall[];
  /** It was reached more often than is told. */
  readonly moreCalls?: boolean | undefined;
  /** The clock or a page had a say in how it was reached: another run may come out otherwise. */
  readonly byChance?: boolean | undefined;
  /** Something was drawn before it was reached. */
  readonly byDraws?: boolean | undefined;
  readonly outputs: readonly NumericTensor[];
  /** By `node` id of the input. Absent where TensorFlow.js gives none. */
  readonly gradients: ReadonlyMap<number, NumericTensor>;
  /** The first kernel whose output was not finite although its operands were. */
  readonly origin?:
    | { readonly kernel: string; readonly during: 'forward' | 'backward'; readonly atSite: boolean }
    | undefined;
  /** Something broke, or was infinite when it was written down, that is no part of the site. */
  readonly brokenElsewhere?: boolean | undefined;
  readonly kernels: number;
  /** Gradients that the unit took by itself, if they were to be measured. */
  readonly audited?: readonly AuditedGradient[] | undefined;
}

/** A gradient that the unit took by itself, beside slopes of what it took the gradient of. */
export interface AuditedGradient {
  readonly lines: readonly AuditedLine[];
  /** The euclidean length of each gradient. */
  readonly lengths: readonly { readonly name: string; readonly length: number }[];
  /** No gradient got to anything it was taken by, though the values change with it. */
  readonly dead: boolean;
  /** The shapes of what it was taken by: where a gradient got there that is not 0, and where none did. */
  readonly reached: readonly (readonly number[])[];
  readonly missed: readonly (readonly number[])[];
}

export interface AuditedLine {
  /** `argument 1`, or the name of a variable, with the element. */
  readonly name: string;
  readonly claimed: number;
  readonly slope: Slope;
}

export interface Thrown {
  readonly message: string;
  readonly during: 'forward' | 'backward';
  /** Whether the op at the site threw it, or the gradient of that op. */
  readonly atSite?: boolean | undefined;
}

export interface SiteCall {
  /** Operands of the op by the parameter names of its row. */
  readonly operands: Readonly<Record<string, NumericTensor>>;
  readonly output: NumericTensor;
}
