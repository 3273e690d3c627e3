import type { BackendName } from '../facts/backend.js';
import type { Failure } from '../ops/row.js';
import type { KernelGradient } from '../program/unit.js';
import type { Danger } from '../rule/finding.js';
import type { Confirmed, Unconfirmed } from '../report/report.js';
import type { EvaluationOptions } from './evaluation.js';

/**
 * One confirmation, as it is sent to a realm: plain JSON. A job says how to run the unit, what its inputs may be, which
 * site is under suspicion, and what a failure there would look like.
 */
export interface Job {
  readonly id: string;
  readonly unit: FunctionUnit | SliceUnit;
  /** Parameters in order, then captured variables and fields of `this`; a slice has only `slot` inputs. */
  readonly inputs: readonly NamedInput[];
  readonly site: SuspectSite;
  /** Whether a gradient is taken through the site; only then does a gradient failure count. */
  readonly gradient: boolean;
  /** The inputs that the code takes the gradient by, as their nodes; absent: not known, or all. */
  readonly by?: readonly number[] | undefined;
  /** Shapes that the project calls the unit with, by the nodes of its inputs: to be tried first. */
  readonly calls?: readonly ShapesByNode[] | undefined;
  /**
   * Why nothing that the search may choose decides whether the site fails: the program computes the suspected operand of
   * constants alone, or the unit is handed nothing. Then one run tells all.
   */
  readonly settledBy?: 'operand' | 'unit' | undefined;
  /** Where the operand lies by what was read off the code: seen elsewhere, it is not what it was taken for. */
  readonly operandRange?: { readonly low: number; readonly high: number } | undefined;
  readonly seed: number;
  /** Where the code is meant to run; absent: on the cpu. */
  readonly backend?: BackendName | undefined;
}

export type ShapesByNode = readonly (readonly [node: number, shape: readonly number[]])[];

/** The part of the tensor program that feeds the site, to be run through the op table. Runs no user code. */
export interface SliceUnit {
  readonly kind: 'slice';
  /** In an order in which they can be run; the site is the last. */
  readonly nodes: readonly SliceNode[];
}

export interface SliceNode {
  readonly id: number;
  /** A row of the op table, `input`, `constant` or `join` (runs its first alternative). */
  readonly op: string;
  readonly operands: Readonly<Record<string, number | readonly number[]>>;
  /** Attributes with every symbolic size written as its name; the realm puts the chosen sizes in. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly output?: string | number | undefined;
}

/** A function of the user's code, bundled for the realm. */
export interface FunctionUnit {
  readonly kind: 'function';
  /**
   * A script that, once run, has put `(self, captured, parameters) => result` at `globalThis.__gradlintUnit`, if only
   * after `globalThis.__gradlintLoading` is settled, and in which the site reports to `globalThis.__gradlintSite`. The
   * classes of its inputs are at `globalThis.__gradlintClasses`, by their keys.
   */
  readonly code: string;
  /**
   * What the callable stands for: a plain function, a method of an object made from `self`, a nested function, what
   * `tf.customGrad` was given, or the gradient of a kernel.
   */
  readonly form: 'call' | 'method' | 'closure' | 'custom' | 'kernel';
  /** Of the gradient of a kernel: what it is told with. The code of an own kernel is at `globalThis.__gradlintKernel`. */
  readonly kernel?: Omit<KernelGradient, 'code'> | undefined;
}

export interface NamedInput {
  /** `...tensors` where it is a rest parameter. */
  readonly name: string;
  /** `variable`: a `tf.Variable` that the module makes when it loads, and that training changes. */
  readonly source: 'parameter' | 'captured' | 'this' | 'slot' | 'variable';
  readonly form: InputForm;
}

export const isRest = (name: string): boolean => name.startsWith('...');

/** `tensors` of `...tensors`. */
export const nameOfParameter = (name: string): string => (isRest(name) ? name.slice(3) : name);

/** `tensors[0]`, of `...tensors` too. */
export const nameOfElement = (list: string, index: number): string => `${nameOfParameter(list)}[${index}]`;

/** How many there are in a list of places: perhaps none, as of what passed a test. */
export const PLACES = 'places';

/** What the caller has to provide. `dims` entries that are strings are sizes to be chosen, equal where the name is. */
export type InputForm =
  | {
      readonly kind: 'tensor';
      readonly node: number;
      readonly dims: readonly (number | string)[] | undefined;
      readonly dtype: string;
      readonly low: number;
      readonly high: number;
      readonly integer: boolean;
      readonly claimedRank?: number | undefined;
      /** The shape to try first. */
      readonly likely?: readonly number[] | undefined;
      readonly as?: 'array' | undefined;
      /** JavaScript numbers, which are doubles. */
      readonly double?: boolean | undefined;
      /** It is declared a `tf.Variable`. */
      readonly trained?: boolean | undefined;
    }
  | {
      readonly kind: 'number';
      readonly node: number;
      readonly low: number;
      readonly high: number;
      readonly integer: boolean;
      /** The size that it is, by its name among the `dims`: it is chosen with the shapes. */
      readonly size?: string | undefined;
      /** The number to try first, where no shape has that size. */
      readonly likely?: number | undefined;
      /** It names an axis of a tensor. */
      readonly axis?: boolean | undefined;
    }
  | {
      readonly kind: 'constant';
      readonly value: string | number | boolean | null | undefined;
      /** Conditions ask for it, and callers may give another. */
      readonly chosen?: boolean | undefined;
    }
  /** `of`: the class that it is an instance of, as the code of the unit lists it. */
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, InputForm>>;
      readonly of?: string | undefined;
    }
  | { readonly kind: 'list'; readonly elements: readonly InputForm[] }
  /** What the calls of a model give, in their order; the last of them for all that come after. */
  | {
      readonly kind: 'model';
      readonly answers: readonly { readonly name: string; readonly form: InputForm }[];
    }
  /** TensorFlow.js itself, or what it has under a path. */
  | { readonly kind: 'tensorflow'; readonly path: string }
  | { readonly kind: 'optimizer' }
  | { readonly kind: 'unused' }
  | { readonly kind: 'opaque'; readonly why: string };

export interface SuspectSite {
  /** Row name of the op at the site. */
  readonly op: string;
  /** The operand and the values of it for which the site breaks; absent for shape findings. */
  readonly region?: { readonly operand: string; readonly low: number; readonly high: number } | undefined;
  readonly harm: 'value' | 'gradient' | 'accuracy' | 'shape';
  /** Any of these at the site confirms the finding. */
  readonly failures: readonly Failure[];
  /** For shape findings: what happens, in shapes, if the finding is true. */
  readonly expansion?: Danger['expansion'];
  readonly claimed?: Danger['claimed'];
  readonly moved?: Danger['moved'];
  readonly without?: Danger['without'];
  /** The shapes, where they are known, of variables that the loss depends on and that no gradient is taken by. */
  readonly leftOut?: readonly (readonly number[] | undefined)[] | undefined;
  readonly unconnected?: Danger['unconnected'];
  readonly alongside?: Alongside | undefined;
  readonly moving?: Moving | undefined;
  /** Inputs, by their nodes, that are trained and get no gradient. */
  readonly inVain?: readonly number[] | undefined;
  /** The site ends a formula whose parts belong to it: what breaks in a part of it breaks the site. */
  readonly formula?: boolean | undefined;
}

/** What is to be given, and a gradient gets through. */
export interface Moving {
  readonly operand: string;
  /** What models give that it is made of, as inputs of the unit, by their nodes. */
  readonly results: readonly number[];
}

/** What a step trains although it is to stay. */
export interface Alongside {
  /** What models give, as inputs of the unit, by their nodes. */
  readonly results: readonly number[];
  /** The shapes, where they are known, of variables that are to stay. */
  readonly variables: readonly (readonly number[] | undefined)[];
  /** The same of all that the loss depends on, these among them. */
  readonly trained: readonly (readonly number[] | undefined)[];
}

/** What a realm answers: the verdict's raw material. */
export type JobResult = Answer & {
  readonly points: number;
  readonly elapsedMs: number;
};

/** What a search answers, whatever it took. */
export type Answer = (Pick<Confirmed, Found> | Pick<Unconfirmed, Found>) & {
  readonly threshold?: string | undefined;
  /** The site did fail, and it did no harm to what the unit gives. */
  readonly harmless?: boolean | undefined;
  /** Runs that got to the site and stayed outside its danger region. */
  readonly outside?: number | undefined;
  readonly reason?: string | undefined;
};

type Found = 'status' | 'failure' | 'witness';

/** Whether the digits of JavaScript numbers are in doubt. */
export const isInNumbers = ({ op, failures }: Pick<SuspectSite, 'op' | 'failures'>): boolean =>
  op.startsWith('js.') && failures.includes('cancellation');

/**
 * The run that one in float32 is held against. No realm is finer than JavaScript numbers: they have a reference of their
 * own, beside which tensors stay as they are.
 */
export const referenceRun = (site: SuspectSite): Pick<EvaluationOptions, 'precision' | 'numbers'> =>
  isInNumbers(site) ? { precision: 'float32', numbers: 'exact' } : { precision: 'float64' };
