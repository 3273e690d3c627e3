/**
 * Errors that a person can act on. The command line prints their message and advice, never a stack trace; anything that
 * is not a `GradlintError` is a defect of gradlint.
 */
export class GradlintError extends Error {
  /** 2: the command line or the configuration is wrong. 3: the audit could not be done, or not wholly. */
  readonly exitCode: 2 | 3 = 3;

  constructor(
    /** What is wrong, and where. */
    message: string,
    /** What to do about it. */
    readonly advice?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The command line asks for something that cannot be done. */
export class UsageError extends GradlintError {
  override readonly exitCode = 2;
}

/** A path on the command line that is not there, or is not what it has to be. */
export class PathError extends UsageError {}

/** `git` is missing, or this is not a git repository. */
export class GitError extends UsageError {}

/** A file that gradlint keeps for itself is missing or cannot be used. */
export class CacheError extends UsageError {}

/** A configuration, such as that of ESLint, says what cannot be done. */
export class ConfigurationError extends UsageError {}

/** A text that was handed over to be judged, and could not be: nothing is known of it, or not all. */
export class AnalysisError extends GradlintError {}

/** What to say of a failure of gradlint itself, which costs a part of an audit: with GRADLINT_DEBUG the whole of it is printed. */
export function ownFailure(error: unknown, rule?: string): string {
  if (process.env['GRADLINT_DEBUG'] !== undefined) console.error(error);
  const where = rule === undefined ? '' : `${rule}: `;
  if (isTooDeep(error))
    return `not analysed: ${where}it is nested too deeply, as a chain of a thousand calls is`;
  return `gradlint failed here: ${where}${messageOf(error)}`;
}

const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && /call stack/.test(error.message);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
