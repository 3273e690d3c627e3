/**
 * What a gradient check says. The words are those of the field: a verdict is what was found, the evidence is what it
 * rests on.
 */
export type GradientVerdict =
  /** Autodiff agrees with the reference at every element, and float32 keeps its digits. The only one that is `ok`. */
  | 'correct'
  /** The function is smooth here, and its gradient is another one than autodiff gives. */
  | 'wrong-gradient'
  /** The function has a kink here, and what autodiff gives is no slope between its sides. */
  | 'invalid-subgradient'
  /** A kink or a jump: there is no gradient. What autodiff gives at a kink is a valid choice. */
  | 'non-differentiable'
  /** The function ends here (a domain edge): only the derivative from inside exists, and it may be infinite. */
  | 'one-sided'
  /** The gradient has a NaN where the function has a slope, or the function itself is NaN. */
  | 'nan-gradient'
  /** The gradient is infinite where the slope is finite. */
  | 'inf-gradient'
  /** A value leaves the range of the precision on the way. */
  | 'overflow'
  /** float32 loses the digits of the value or of the gradient; another formula would keep them. */
  | 'cancellation'
  /** The gradient is 0 in float32, and is not 0. */
  | 'vanished-gradient'
  /** float32 loses the digits of the gradient, and so would any formula: rounding the input does the same harm. */
  | 'ill-conditioned'
  /** TensorFlow.js has no gradient here: it throws, or leaves an input out that the function depends on. */
  | 'missing-gradient'
  /** Nothing certain can be said; the message says why. */
  | 'inconclusive';

export type Precision = 'float16' | 'float32' | 'float64';

/** The values that an input may take, ends included. The check makes no step outside. */
export interface Domain {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export interface GradientOptions {
  /**
   * The TensorFlow.js that `fn` uses. Default: `@tensorflow/tfjs` (or the package in its place) as installed for the
   * working directory.
   */
  readonly tf?: unknown;
  /** 1: the gradient. 2: also the gradient of the gradient. Default 1. */
  readonly order?: 1 | 2 | undefined;
  /** Of the random directions, and of the weights that make one number of a tensor result. Default 1. */
  readonly seed?: number | undefined;
  /** The precision the function is used in: what is lost to it is reported. `float64`: the formula alone. Default `float32`. */
  readonly precision?: Precision | undefined;
  /** For all inputs, or one an input. */
  readonly domain?: Domain | readonly (Domain | undefined)[] | undefined;
  /** Also measure plain finite differences over all step sizes: `report.sweep`. Default false. */
  readonly sweep?: boolean | undefined;
}

/** One element of one input: its gradient as autodiff has it, and as the reference has it. */
export interface GradientElement {
  /** Which input, from 0. */
  readonly input: number;
  /** The place of the element in the input, one number an axis; [] for a scalar. */
  readonly index: readonly number[];
  /** The value of the element itself. */
  readonly at: number;
  /** What TensorFlow.js says: in float64 where the formula is judged, in the precision asked for where rounding is. */
  readonly autodiff: number;
  /** The difference ladder where the formula is judged, float64 autodiff where rounding is. */
  readonly reference: number;
  /** The reference is off by no more than this. */
  readonly errorBound: number;
}

export interface GradientReport {
  readonly verdict: GradientVerdict;
  /** True for `correct` alone. */
  readonly ok: boolean;
  /** One paragraph: what, where, with the numbers, and what to do. */
  readonly message: string;
  /** Name of the function, or `fn`. */
  readonly function: string;
  /** The element with the largest error, or the one the verdict rests on; null where no gradient could be compared. */
  readonly worst: GradientElement | null;
  /** The TensorFlow.js kernel at fault, where known: `Exp`, or `custom gradient`; with `order` 2 by its second derivative. */
  readonly kernel?: string | undefined;
  /** The pass in which that kernel ran. */
  readonly during?: 'forward' | 'backward' | undefined;
  /** The order of the derivative that the verdict is about. */
  readonly order: 1 | 2;
  readonly precision: Precision;
  readonly seed: number;
  /** Runs of the function, those for gradients included. */
  readonly evaluations: number;
  readonly elapsedMs: number;
  readonly evidence: GradientEvidence;
  readonly sweep?: Sweep | undefined;
}

export interface GradientEvidence {
  /** Elements of all inputs together. */
  readonly elements: number;
  /** Elements that were measured alone. */
  readonly coordinates: number;
  /** Directions that were measured over several elements at once. */
  readonly directions: number;
  /** Largest |autodiff - reference| of what was measured, relative to the size of the slope. */
  readonly formulaError: number;
  /** |float32 - float64| of the gradient, relative to its largest element, the worst input. Absent for `float64`. */
  readonly roundingError?: number | undefined;
  /** The same for the value of the function. */
  readonly valueError?: number | undefined;
  /** For `non-differentiable`: what is there instead of a slope. */
  readonly kind?: 'kink' | 'jump' | undefined;
  /** Slopes from both sides at a kink or an edge, along the direction the verdict rests on. */
  readonly sides?: { readonly backward: number; readonly forward: number } | undefined;
  /**
   * How fast |f(x + h) - f(x) - h * gradient| falls with h at `worst`: 2 where the gradient is right, 1 where it is not
   * (the Taylor test of P. E. Farrell et al., SIAM J. Sci. Comput. 35 (2013)).
   */
  readonly rate?: number | undefined;
  /** What TensorFlow.js threw, for `missing-gradient`. */
  readonly thrown?: string | undefined;
  /** Tensors that a call of the function leaves behind; they were disposed. */
  readonly leaked?: number | undefined;
}

/** The error of a plain central difference over step sizes, beside the step that was chosen here. */
export interface Sweep {
  /** The element or direction that was swept, in words: `input 0 at [2]`. */
  readonly along: string;
  readonly reference: number;
  readonly autodiff: number;
  readonly points: readonly SweepPoint[];
  readonly chosen: { readonly step: number; readonly error: number };
}

export interface SweepPoint {
  /** Absolute step. */
  readonly step: number;
  /** Relative errors of (f(x + h) - f(x - h)) / 2h against the reference. */
  readonly float32: number;
  readonly float64: number;
}
