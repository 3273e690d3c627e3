import type { BackendName } from '../facts/backend.js';
import type { Failure } from '../ops/row.js';
import type { Category } from '../rule/finding.js';

/** The report, schema 1: the one object that every renderer reads. Lines and columns count from 1. */
export interface Report {
  readonly schema: 1;
  readonly tool: { readonly name: 'gradlint'; readonly version: string };
  /** Absolute path; `file` fields are relative to it, with forward slashes. */
  readonly root: string;
  /** Where the code is meant to run; without it, on the cpu. */
  readonly backend?: BackendName | undefined;
  readonly summary: Summary;
  readonly findings: readonly ReportedFinding[];
  /** What functions ask of their callers, and nobody wrote down. Absent: not looked for. */
  readonly preconditions?: readonly Precondition[] | undefined;
  readonly problems: readonly Problem[];
}

export interface Summary {
  readonly files: number;
  readonly tensorFiles: number;
  readonly functions: number;
  readonly sites: number;
  readonly findings: number;
  /** Findings that comments in the source silence; not among `findings`. */
  readonly suppressed?: number | undefined;
  readonly confirmed: number;
  readonly elapsedMs: number;
}

export type Severity = 'error' | 'warning' | 'info';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Below 0 where the first one comes first. */
export const comparePositions = (a: Position, b: Position): number => a.line - b.line || a.column - b.column;

export interface ReportedFinding {
  /** Stable across edits elsewhere in the file. */
  readonly id: string;
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly function: string;
  readonly expression: string;
  readonly danger: string;
  readonly related: readonly RelatedPlace[];
  readonly verdict: Verdict;
  readonly fixes: readonly Fix[];
  readonly suppressed: null | { readonly reason: string };
}

/** What a function asks of its callers. A call that is seen to break it has a finding. */
export interface Precondition {
  readonly function: string;
  /** In the words of the source: `temperature != 0`. */
  readonly requires: string;
  readonly rule: string;
  /** Where it is needed. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly expression: string;
}

export interface RelatedPlace {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
}

export type VerdictStatus = 'confirmed' | 'refuted' | 'not-reproduced' | 'not-run';

export type Verdict = Confirmed | Unconfirmed;

/** An input breaks it, and there it is. */
export interface Confirmed extends VerdictDetails {
  readonly status: 'confirmed';
  readonly witness: Witness;
}

export interface Unconfirmed extends VerdictDetails {
  readonly status: Exclude<VerdictStatus, 'confirmed'>;
  /** What broke it in one run, and not when it was run again. */
  readonly witness?: Witness | undefined;
}

export interface VerdictDetails {
  readonly failure?: Failure | undefined;
  readonly evidence?: 'function' | 'slice' | undefined;
  /** The function that was run, where it is another one than the finding stands in: a caller of that. */
  readonly ran?: string | undefined;
  /** "fails for x >= 88.73". */
  readonly threshold?: string | undefined;
  /** Why it was not run, not reproduced or is refuted. */
  readonly reason?: string | undefined;
  /** Inputs tried. */
  readonly points?: number | undefined;
  readonly elapsedMs?: number | undefined;
}

export interface Witness {
  /** Input by input: nested arrays of numbers, or a number; the smallest, roundest values that fail. */
  readonly inputs: readonly WitnessInput[];
  /** What came out at the site, in float32 (or float16, where it is meant to run in that) and in float64; shapes for shape findings. `NaN`, `Infinity` as strings. */
  readonly observed: Readonly<Record<string, JsonNumber>>;
}

export interface WitnessInput {
  readonly name: string;
  readonly value: unknown;
  readonly shape?: readonly number[] | undefined;
  readonly dtype?: string | undefined;
}

/** JSON has no NaN: non-finite numbers are written as strings. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | string | readonly JsonNumber[];

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** What running it beside the original showed; null: not run. */
  readonly proof: Proof | null;
}

export interface Proof {
  /** The same function, computed otherwise; false: it changes values on purpose, as a guard does. */
  readonly equal: boolean;
  /**
   * Between both in float64, values and gradients, over inputs on which the original is healthy; of a guard over those of
   * ordinary size.
   */
  readonly maxRelativeError: number;
  /** Whether its gradient lives at the witness and near it, wherever the true one does. */
  readonly gradientAlive: boolean;
  /** These inputs. */
  readonly points?: number | undefined;
  /** Of a guard: inputs of extreme size on which the original is healthy, and at how many of them it changes more than that. */
  readonly extreme?: { readonly points: number; readonly changed: number } | undefined;
}

export interface Edit {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/** A file that could not be read or analysed, or a step that failed: never looks clean. */
export interface Problem {
  readonly file: string;
  readonly message: string;
}
