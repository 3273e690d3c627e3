import type { GradientElement, GradientEvidence, GradientVerdict, Sweep } from './report.js';
import type { Origin } from './subject.js';

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
