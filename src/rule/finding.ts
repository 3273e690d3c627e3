import type { Axis } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import type { Unit } from '../program/unit.js';
import type { Failure } from '../ops/row.js';
import type { Span } from '../source/span.js';

/** What goes wrong: numbers, shapes, or what is differentiated. */
export type Category = 'numerical' | 'shape' | 'gradient';

/** What a rule says of a site, before anything was run. */
export interface Finding {
  readonly rule: string;
  readonly category: Category;
  /** It is advice, never more than a note. */
  readonly advice: boolean;
  /** The op at fault. */
  readonly site: Node;
  /** Where it is reported: the site, or the call that breaks the promise of the function the site is in. */
  readonly span: Span;
  readonly unit: Unit;
  /** The function that it stands in, where that is another one than the unit. */
  readonly name?: string | undefined;
  /** All ops of the unit: they show which shapes its inputs need. */
  readonly nodes: readonly Node[];
  readonly message: string;
  readonly danger: Danger;
  /** False: it depends on a promise nobody wrote down (latent, severity info). */
  readonly manifest: boolean;
  /** It is listed among the preconditions of the function, and no finding. */
  readonly listed?: boolean | undefined;
  /** It is told only if a run confirms it. */
  readonly candidate?: boolean | undefined;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes: readonly FixCandidate[];
}

export interface Danger {
  /** `p <= 0`, `z > 88.72`: in the words of the source where the operand has a name. */
  readonly text: string;
  readonly harm: 'value' | 'gradient' | 'accuracy' | 'shape';
  readonly region?: { readonly operand: string; readonly low: number; readonly high: number } | undefined;
  /** Any of these at the site proves it. */
  readonly failures: readonly Failure[];
  /** Of what throws: the version of TensorFlow.js from which on it does. */
  readonly since?: { readonly major: number; readonly minor: number } | undefined;
  /** The site is no expression of the source: only its slice can be run. */
  readonly implied?: boolean | undefined;
  /** Why no run shows it: then none is made. */
  readonly unshown?: string | undefined;
  /** Only the function itself proves it: what feeds the site, such as two sums over one list, cannot be chosen freely. */
  readonly whole?: boolean | undefined;
  readonly expansion?:
    | 'both-expand'
    | 'throws'
    | 'misread'
    | 'first-axis'
    | 'first-parted'
    | 'reversed'
    | 'turns-nothing'
    | 'drops-first'
    | 'of-one'
    | 'mixes-samples'
    | 'one-expands'
    | 'one-number'
    | 'apart'
    | 'grows'
    | 'other-than-claimed'
    | 'batched'
    | 'cancels'
    | 'constant'
    | 'counts-kept'
    | 'drawn-as-logits'
    | undefined;
  /** The sizes that were claimed; a word stands for any. */
  readonly claimed?: readonly (number | string)[] | undefined;
  /** Of `misread`: the axis of x, or the parts that it is made of, and the axis of the result that it gets into. */
  readonly moved?: Moved | undefined;
  /** Of `apart`: sizes that are one by coincidence. Each is given a size of its own, then the site throws. */
  readonly apart?: readonly Axis[] | undefined;
  /** Of `apart`, where a size has no name: the node that makes the tensor, and which of its axes is given another size. */
  readonly apartAt?: ApartAt | undefined;
  /**
   * What the site does to this operand is what does the harm: the gradient is held against that of the same unit without
   * the site. Of a number that the site is given, against that of the same unit with 0 in its place.
   */
  readonly without?: string | undefined;
  /** Variables that the loss depends on, and that no gradient is taken by. */
  readonly leftOut?: readonly Node[] | undefined;
  /** What a step trains although it is to stay. */
  readonly alongside?: Alongside | undefined;
  /** What is to be given, and a gradient gets through. */
  readonly moving?: Moving | undefined;
  /** TensorFlow.js finds no connection between the loss and what is trained. */
  readonly unconnected?: boolean | undefined;
  /** What is trained and gets no gradient; absent where nothing that is trained gets one. */
  readonly inVain?: readonly Node[] | undefined;
  /** The site ends a formula whose parts belong to it: what breaks in a part of it breaks the site. */
  readonly formula?: boolean | undefined;
}

export interface Moved {
  readonly from: number;
  readonly to: number;
  /** How many parts lie one after the other along the axis. */
  readonly parts?: number | undefined;
}

export interface Alongside {
  /** What models gave whose weights are to stay. */
  readonly results: readonly Node[];
  /** Variables that are to stay, and all that the loss depends on, these among them. */
  readonly variables: readonly Node[];
  readonly trained: readonly Node[];
}

export interface Moving {
  /** The operand of the site that is to be given. */
  readonly operand: string;
  /** What models gave that it is made of. */
  readonly results: readonly Node[];
}

export interface ApartAt {
  readonly node: Node;
  readonly axis: number;
  readonly label: string;
}

/**
 * A rewrite not yet proven. `equal`: it claims to be the same function, computed otherwise. `guard`: it changes values on
 * purpose, near the danger. `shape`: it changes what meets what.
 */
export interface FixCandidate {
  readonly title: string;
  readonly claim: 'equal' | 'guard' | 'shape';
  readonly replacements: readonly Replacement[];
}

/** What comes in place of an expression, or of a statement that goes. */
export interface Replacement {
  readonly span: Span;
  readonly by: Term | 'nothing';
}

/** An expression that is not yet written out: how ops are spelled in a file is not the business of rules. */
export type Term =
  | {
      readonly kind: 'op';
      /** A row of the op table; arguments in the order of its parameters. */
      readonly op: string;
      readonly args: readonly (Term | undefined)[];
      /** A field of the result: `variance` of moments. */
      readonly output?: string | undefined;
    }
  /** What stands in the source, where it stands. `isTensor`: certain to be one, so that it can be a receiver. */
  | { readonly kind: 'source'; readonly span: Span; readonly text: string; readonly isTensor: boolean }
  | { readonly kind: 'code'; readonly text: string };
