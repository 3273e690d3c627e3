import type { ts } from '../source/typescript.js';
import type { Module } from './module.js';
import type { FunctionValue, Value } from './values.js';
import type { Changes } from './scope.js';

/** One running function. */
export interface Frame {
  readonly declaration: ts.Node | undefined;
  readonly module: Module;
  readonly self: Value | undefined;
  readonly owner: FunctionValue['owner'];
  readonly returns: Value[];
  /** What a generator yields. */
  readonly yields: Value[];
  /** Where returns and jumps lead, innermost last. */
  readonly exits: Exit[];
  readonly caller: Frame | undefined;
  readonly depth: number;
  /** Whether no call of the function was followed before this one. */
  isFirst: boolean;
}

/** A place that `return`, `break` or `continue` may go to, and what held on each way there. */
export interface Exit {
  readonly kind: 'return' | 'break' | 'continue';
  /** Labels of the statement; a jump without a label leaves the next loop or switch. */
  readonly labels: readonly string[];
  readonly needsLabel?: boolean | undefined;
  /** In the journal, where the statement begins. */
  mark: number;
  readonly ways: Changes[];
}

/** How code ends: `next` goes on behind it; `stop` went elsewhere, by a return, a jump or a throw. */
export type Completion = 'next' | 'stop';
