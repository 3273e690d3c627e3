import { placeOf, type Span } from '../source/span.js';
import { operandNodes, type Node } from './node.js';
import type { LoweredUnit } from './lowered-unit.js';

/** How much of the tensor code was followed: silence about the rest says nothing. */
export interface Coverage {
  /** Places in the source where a tensor operation is called. */
  readonly operations: number;
  /** Those of which every operand was followed back to inputs and constants. */
  readonly followed: number;
  /** Why the others were not, the most frequent cause first. */
  readonly lost: readonly LostCause[];
}

export interface LostCause {
  readonly cause: string;
  /** Operations that rest on something lost for this cause. */
  readonly operations: number;
  /** What was lost, with the number of operations that rest on it, the most important first. */
  readonly places: readonly { readonly span: Span; readonly operations: number }[];
}

export function coverageOf(units: readonly LoweredUnit[], isOperation: (node: Node) => boolean): Coverage {
  const roots = new Map<string, Node | undefined>();
  for (const { nodes } of units) {
    for (const node of nodes) {
      if (!isOperation(node)) continue;
      const key = placeOf(node.span);
      // An operation is reached on several ways: one on which it was followed is enough.
      if (!roots.has(key) || roots.get(key) !== undefined) roots.set(key, lostIn(node));
    }
  }
  const lost = [...roots.values()].filter((root) => root !== undefined);
  const causes = lost.map(({ attributes, span }) => ({ cause: String(attributes['cause']), span }));
  return { operations: roots.size, followed: roots.size - lost.length, lost: byCause(causes) };
}

/** Of parts of a project that have no file in common. */
export function together(parts: readonly Coverage[]): Coverage {
  const places = new Map<string, LostCause['places'][number][]>();
  for (const { lost } of parts) {
    for (const { cause, places: more } of lost) places.set(cause, [...(places.get(cause) ?? []), ...more]);
  }
  const sum = (count: (part: Coverage) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  return {
    operations: sum(({ operations }) => operations),
    followed: sum(({ followed }) => followed),
    lost: sorted(places),
  };
}

const known = new WeakMap<Node, Node | null>();

/** What was lost among the things that a node is computed from, if anything was. */
function lostIn(node: Node): Node | undefined {
  const before = known.get(node);
  if (before !== undefined) return before ?? undefined;
  known.set(node, null);
  // What is one of several things that were followed is known well enough.
  const isLost = node.op === 'unknown' && operandNodes(node).length === 0;
  let found: Node | undefined = isLost ? node : undefined;
  for (const operand of operandNodes(node)) found ??= lostIn(operand);
  known.set(node, found ?? null);
  return found;
}

/** What each operation was lost to, counted by cause and place. */
export function byCause(lost: readonly { readonly cause: string; readonly span: Span }[]): LostCause[] {
  const causes = new Map<string, Map<string, { readonly span: Span; operations: number }>>();
  for (const { cause, span } of lost) {
    const places = causes.get(cause) ?? new Map<string, { readonly span: Span; operations: number }>();
    causes.set(cause, places);
    const place = places.get(placeOf(span)) ?? { span, operations: 0 };
    places.set(placeOf(span), place);
    place.operations += 1;
  }
  return sorted(new Map([...causes].map(([cause, places]) => [cause, [...places.values()]])));
}

/** The most frequent first. */
export function sorted(causes: ReadonlyMap<string, LostCause['places'][number][]>): LostCause[] {
  return [...causes]
    .map(([cause, places]) => ({
      cause,
      operations: places.reduce((sum, { operations }) => sum + operations, 0),
      places: places.sort((a, b) => b.operations - a.operations),
    }))
    .sort((a, b) => b.operations - a.operations);
}
