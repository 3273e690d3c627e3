import type { Node } from '../program/node.js';
import type { Unit } from '../program/unit.js';
import type { Failure } from '../ops/row.js';
import type { Category } from '../report/report.js';
import type { Span } from '../source/span.js';

/** What a rule says of a site, before anything was run. */
export interface Finding {
  readonly rule: string;
  readonly category: Category;
  /** The op at fault. */
  readonly site: Node;
  /** Where it is reported: the site, or the call that breaks the promise of the function the site is in. */
  readonly span: Span;
  readonly unit: Unit;
  /** All ops of the unit: they show which shapes its inputs need. */
  readonly nodes: readonly Node[];
  readonly message: string;
  readonly danger: Danger;
  /** False: it depends on a promise nobody wrote down (latent, severity info). */
  readonly manifest: boolean;
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
  readonly expansion?: 'both-expand' | 'throws' | undefined;
  /** The site ends a formula whose parts belong to it: what breaks in a part of it breaks the site. */
  readonly formula?: boolean | undefined;
}

/** A rewrite not yet proven: the text to put in place of a span. */
export interface FixCandidate {
  readonly title: string;
  readonly span: Span;
  readonly text: string;
}
