/** What is known where the code that is being run stands. */
import { UNDEFINED, type Value } from '../values.js';

/** What is known here, as a place that branches write to and take back. */
export class KnownExpressions extends Map<string, Value> {
  /** All that something was ever known of, on whichever way. */
  readonly subjects = new Set<string>();

  /** What only one of two ways knows, neither knows where they meet. */
  override get(key: string): Value {
    return super.get(key) ?? UNDEFINED;
  }
}
