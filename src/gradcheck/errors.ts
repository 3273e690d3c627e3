import { GradlintError } from '../errors.js';

export type GradientErrorCode =
  /** `fn` is no function, an option or the list of inputs is not what it has to be. */
  | 'bad-call'
  /** An input has no gradient: integers, strings, no elements, NaN. */
  | 'bad-input'
  /** `fn` threw. */
  | 'function-threw'
  /** `fn` gave no tensor of floats. */
  | 'no-tensor'
  /** `fn` gave another shape for a neighbouring input. */
  | 'shape-changed'
  /** TensorFlow.js cannot be found, or cannot be used. */
  | 'no-tensorflow';

/** The gradient of this function cannot be checked as it was asked for. Nothing was found out about the gradient. */
export class GradientCheckError extends GradlintError {
  constructor(
    readonly code: GradientErrorCode,
    message: string,
    advice?: string,
  ) {
    super(advice === undefined ? message : `${message} ${advice}`);
  }
}
