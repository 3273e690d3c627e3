import type { GradientInput, GradientOptions, GradientReport } from '../gradcheck/index.js';
import type { Comparison } from './comparison.js';
import type { EvaluationOptions, NumericTensor, Observation } from './evaluation.js';
import type { Job, JobResult } from './job.js';
import type { RealmKind } from './realm.js';
import type { Seen } from './same-failure.js';

/** What goes between a realm and its parent. Structured clones: JSON would turn NaN and Infinity into null. */
export type ToRealm =
  | {
      readonly type: 'open';
      readonly kind: RealmKind;
      readonly modules: readonly string[];
      readonly memoryLimitMb: number;
    }
  | { readonly type: 'search'; readonly job: Job; readonly timeLimitMs: number }
  /** The unit of another job on inputs of this one: whether it may stand in for it. */
  | {
      readonly type: 'compare';
      readonly job: Job;
      readonly other: Job;
      readonly witness: Inputs | undefined;
      readonly timeLimitMs: number;
    }
  /** The script of a file, and the name of a function at its top level: of that, gradients can then be checked. */
  | { readonly type: 'load'; readonly code: string; readonly name: string }
  /** The first of these arguments with which the function can be checked. */
  | {
      readonly type: 'check';
      readonly attempts: readonly CallArguments[];
      readonly options: GradientOptions;
    }
  /** One run on given inputs. */
  | {
      readonly type: 'replay';
      readonly job: Job;
      readonly inputs: Inputs;
      readonly options: EvaluationOptions;
    };

/** Arguments of a call: float tensors to differentiate by, as nested arrays, and what else the function takes. */
export interface CallArguments {
  /** One a parameter; `tensor` is the place among `tensors`. Absent: the tensors are the arguments. */
  readonly parameters?: readonly ({ readonly tensor: number } | { readonly value: unknown })[] | undefined;
  readonly tensors: readonly GradientInput[];
}

export type FromRealm =
  | { readonly type: 'opened'; readonly version: string }
  | { readonly type: 'failed'; readonly message: string }
  /** What the code of a request did to the process, which must not be asked again: no answer of it can be believed. */
  | { readonly type: 'damaged'; readonly message: string }
  | { readonly type: 'found'; readonly result: JobResult; readonly witnessed?: Witnessed | undefined }
  | { readonly type: 'compared'; readonly comparison: Comparison }
  | { readonly type: 'replayed'; readonly observation: Observation }
  | { readonly type: 'loaded'; readonly found: boolean }
  | { readonly type: 'checked'; readonly report: GradientReport; readonly attempt: number }
  /** No gradient could be checked, for a reason in the words of an error. */
  | { readonly type: 'refused'; readonly message: string; readonly advice?: string | undefined };

/** What a plain float32 process needs to see whether it fails there too. */
export interface Witnessed extends Seen {
  readonly inputs: Inputs;
}

/** `ConcreteInputs` as a list. */
export type Inputs = readonly (readonly [number, NumericTensor])[];
