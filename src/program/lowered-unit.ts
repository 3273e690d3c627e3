import type { ts } from '../source/typescript.js';
import type { CallShapes } from './custom-calls.js';
import type { Module } from './module.js';
import type { Node, Gradient, Differentiated } from './node.js';
import type { Scope } from './scope.js';
import type { KernelGradient, Unit } from './unit.js';
import type { UnknownCause, Value } from './values.js';

/** A unit after its body was run. */
export interface LoweredUnit {
  readonly unit: Unit;
  readonly declaration: ts.Node;
  readonly module: Module;
  readonly nodes: readonly Node[];
  /** What it gives; then, where it has several ways, what each of them gives. */
  readonly returned: readonly Value[];
  /** Results that nobody takes: a guard among them guards nothing. */
  readonly discarded: readonly Discarded[];
  /** How often something could not be followed, by cause. */
  readonly unknowns: ReadonlyMap<UnknownCause, number>;
}

/** The result of an expression statement, or of a name that is never read. */
export interface Discarded {
  readonly node: Node;
  readonly name?: string | undefined;
}

/** What is to be lowered as a unit of its own, and what is known of it before. */
export interface UnitRequest {
  readonly name: string;
  readonly kind: Unit['kind'];
  readonly declaration: ts.Node;
  readonly module: Module;
  readonly boundary: Scope | undefined;
  readonly differentiated: Differentiated;
  readonly gradient?: Gradient | undefined;
  readonly custom?: boolean | undefined;
  readonly kernel?: KernelGradient | undefined;
  readonly calls?: readonly CallShapes[] | undefined;
  readonly className?: string | undefined;
  readonly receiver?: string | undefined;
  readonly methodName?: string | undefined;
  readonly static?: boolean | undefined;
  /** Of the steps that it may take; default those of any unit. */
  readonly share?: number | undefined;
}
