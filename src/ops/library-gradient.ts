import type { Condition } from './gradient-conditions.js';

/** A gradient of TensorFlow.js itself that the census (`bench/census`) found wrong, or found to throw. */
export interface LibraryGradient {
  readonly op: string;
  /** The operand that is differentiated by. */
  readonly operand: string;
  /** When; absent: always. */
  readonly condition?: Condition | undefined;
  /** First or second derivative. */
  readonly order: 1 | 2;
  /** `invalid-subgradient`: at a tie or kink, not between the slopes on either side. */
  readonly defect: 'wrong' | 'invalid-subgradient' | 'throws';
  /** Versions of TensorFlow.js, of those looked at, that have it; the newest first. */
  readonly versions: readonly string[];
  /** A call that shows it: what TensorFlow.js says, and the slope measured, or what was thrown. */
  readonly example: {
    readonly call: string;
    readonly claimed?: number | undefined;
    readonly measured?: number | undefined;
    readonly message?: string | undefined;
  };
}
