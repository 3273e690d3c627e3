/** How much is known of the shapes in tensor code, and what the rest is lost to. */
import { isOpen } from '../../facts/open-shape.js';
import { isSymbolic, type Dim } from '../../facts/shape.js';
import { placeOf } from '../../source/span.js';
import { byCause, sorted, type LostCause } from '../coverage.js';
import { operandNodes, type Node } from '../node.js';
import { formOf } from './open-shape.js';
import type { LoweredUnit } from '../lowered-unit.js';
import { isLayerResult } from '../layers/model-results.js';

export interface ShapeCoverage {
  /** Places in the source whose value is a tensor: calls of ops, models and layers. */
  readonly expressions: number;
  /** Those of which the number of axes is known, and those of which every size has a number or a name. */
  readonly ranked: number;
  readonly shaped: number;
  /** Those of which the number of axes is only known as that of a parameter, or by how many axes it differs from it. */
  readonly relative: number;
  /** What the rank of the others is lost to, the most frequent cause first. */
  readonly lost: readonly LostCause[];
}

/** Tensors that the code makes; not what it is given, and not what gradlint adds. */
export function isTensorExpression({ op, attributes }: Node): boolean {
  if (NO_EXPRESSIONS.has(op) || op.startsWith('js.')) return false;
  return attributes['implied'] === undefined;
}

const NO_EXPRESSIONS: ReadonlySet<string> = new Set(['constant', 'join', 'customGrad', 'model.example']);

/** A place that is reached on several ways is known where it is known on one of them: there the rules see it. */
export function shapeCoverageOf(units: readonly LoweredUnit[]): ShapeCoverage {
  const best = new Map<string, Node>();
  for (const { nodes } of units) {
    for (const node of nodes) {
      if (!isTensorExpression(node)) continue;
      const key = placeOf(node.span);
      const known = best.get(key);
      if (known === undefined || knowledge(node) > knowledge(known)) best.set(key, node);
    }
  }
  const nodes = [...best.values()];
  const count = (wanted: Knowledge): number => nodes.filter((node) => knowledge(node) === wanted).length;
  return {
    expressions: nodes.length,
    ranked: count(RANKED) + count(SHAPED),
    shaped: count(SHAPED),
    relative: count(RELATIVE),
    lost: byCause(nodes.filter((node) => knowledge(node) === LOST).map(rootOf)),
  };
}

/** Of parts of a project that have no file in common. */
export function shapesTogether(parts: readonly ShapeCoverage[]): ShapeCoverage {
  const places = new Map<string, LostCause['places'][number][]>();
  for (const { lost } of parts) {
    for (const { cause, places: more } of lost) places.set(cause, [...(places.get(cause) ?? []), ...more]);
  }
  const sum = (count: (part: ShapeCoverage) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  return {
    expressions: sum(({ expressions }) => expressions),
    ranked: sum(({ ranked }) => ranked),
    shaped: sum(({ shaped }) => shaped),
    relative: sum(({ relative }) => relative),
    lost: sorted(places),
  };
}

type Knowledge = 0 | 1 | 2 | 3;
const [LOST, RELATIVE, RANKED, SHAPED] = [0, 1, 2, 3] as const;

function knowledge(node: Node): Knowledge {
  const form = formOf(node);
  if (form === undefined) return LOST;
  if (isOpen(form)) return RELATIVE;
  return form.every(isNamed) ? SHAPED : RANKED;
}

/** A size that nothing is known of is a number with a question mark. */
export const isNamed = ({ size }: Dim): boolean =>
  !isSymbolic(size) || size.symbols.every((name) => !name.includes('?') && !name.includes('#'));

/** The first thing, on the way back from a node, of which the rank is lost, and why it is. */
function rootOf(node: Node): { readonly cause: string; readonly span: Node['span'] } {
  const seen = new Set<Node>();
  for (let current = node; ;) {
    seen.add(current);
    const before = operandNodes(current).find(
      (operand) => formOf(operand) === undefined && !seen.has(operand),
    );
    if (before === undefined || isLayerResult(current))
      return { cause: causeOf(current), span: current.span };
    current = before;
  }
}

function causeOf(node: Node): string {
  if (isLayerResult(node)) return 'the output of a model or layer';
  switch (node.op) {
    case 'unknown':
      return String(node.attributes['cause']);
    case 'input':
      return 'an input that nobody described';
    case 'join':
      return 'branches disagree';
    default:
      return node.throws === undefined ? `an argument of ${node.op}` : 'the call throws';
  }
}
