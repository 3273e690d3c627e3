/**
 * The unit cannot be run here, which says nothing of the finding: it needs something that a realm does not have (DOM,
 * files, network), it tried to leave, or it never gets as far as the site. Passes through the search untouched; the
 * verdict is `not-run`, and the caller falls back to the slice.
 */
export class NotRunnable extends Error {
  override readonly name = 'NotRunnable';
}

/** The time of a job is almost up: the search ends with what it has, before the parent ends the process. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}
