/**
 * The value range of a tensor or number: every element x satisfies `low <= x <= high`, in float32.
 *
 * An end knows why it stands where it stands, because that decides how a danger beyond it is told:
 *
 * - `attained`: the code itself drives values there (a saturated sigmoid is 0, a relu is 0, a constant);
 * - `declared`: the author wrote it down (`@range p (0, 1]`);
 * - `assumed`: it follows from the default domain of an input nobody described (|x| <= 100);
 * - `bound`: it is sound, but nothing says that any input gets there.
 */
export type EndSource = 'attained' | 'declared' | 'assumed' | 'bound';

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowBy: EndSource;
  readonly highBy: EndSource;
  readonly integer: boolean;
  readonly mayBeNaN: boolean;
  /** Each slice along `axes` (all axes when undefined) holds this value at least once: `exp(x - max(x))` holds 1. */
  readonly holds?: { readonly value: number; readonly axes: readonly number[] | undefined } | undefined;
}
