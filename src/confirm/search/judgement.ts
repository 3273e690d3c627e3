import type { Failure } from '../../ops/row.js';
import type { Observation } from '../evaluation.js';

/** What was seen on one input. The second and third run are made only where the first leaves a doubt. */
export interface Evidence {
  readonly float32: Observation;
  readonly float64?: Observation | undefined;
  /** The run in float64 without the site, where that tells what it does to the gradient. */
  readonly without?: Observation | undefined;
  /** Whether the runs were asked for gradients. */
  readonly gradient: boolean;
}

export type Judgement =
  | Failed
  | { readonly kind: 'passes'; readonly why: Survival }
  | { readonly kind: 'undecided'; readonly needs: 'float64' | 'gradient' | 'without' };

export interface Failed {
  readonly kind: 'fails';
  readonly failure: Failure;
  /** Which run of the site, and which element of its output or of the gradient. */
  readonly call: number;
  readonly element: number;
  /** For gradient failures, the input whose gradient it is. */
  readonly node?: number | undefined;
  /** The gradient is 0 in any precision: a failure only if it is not so for other values of that input. */
  readonly dead?: boolean | undefined;
  /** Other inputs whose gradient vanishes. */
  readonly others?: readonly Failed[] | undefined;
}

/** Why an input does not confirm the finding, from the farthest to the nearest. */
export type Survival =
  | 'threw'
  | 'not-reached'
  | 'upstream'
  | 'outside'
  | 'held'
  | 'elsewhere'
  | 'masked'
  | 'not-to-blame'
  | 'ill-conditioned';
