/** What is known of the shape of each tensor expression of a file, in the order in which they end. */
import { showAnyShape, type OpenShape } from '../../facts/open-shape.js';
import type { Shape } from '../../facts/shape.js';
import type { Span } from '../../source/span.js';
import type { Node } from '../node.js';
import { operandNodes } from '../node.js';
import { formOf } from './open-shape.js';
import { isTensorExpression } from './shape-coverage.js';
import type { UnitInputForm } from '../unit.js';
import type { LoweredUnit } from '../lowered-unit.js';

/** A tensor expression, or a parameter that is a tensor. */
export interface ShapeHint {
  readonly span: Span;
  /** What it may be, one way each: alike ones once. */
  readonly ways: readonly ShapeWay[];
}

export interface ShapeWay {
  readonly node: Node;
  /** The shapes of what an op gives: one, by its name or place if it gives several. */
  readonly outputs: readonly {
    readonly name: string | undefined;
    readonly shape: Shape | OpenShape | undefined;
  }[];
  /** Nothing it is made of is unknown: what is not known here is lost here. */
  readonly isLost: boolean;
}

/** Hints for the expressions of one file within `span`, or all of it. */
export function shapeHints(units: readonly LoweredUnit[], file: string, within?: Span): ShapeHint[] {
  const places = new Map<string, { readonly span: Span; readonly nodes: Node[] }>();
  const add = (node: Node): void => {
    const { span } = node;
    if (span.file !== file || span.end <= span.start) return;
    if (within !== undefined && (span.start < within.start || span.end > within.end)) return;
    const key = `${span.start}-${span.end}`;
    const place = places.get(key) ?? { span, nodes: [] };
    places.set(key, place);
    place.nodes.push(node);
  };
  for (const { unit, nodes } of units) {
    for (const node of nodes) if (isTensorExpression(node)) add(node);
    for (const { form, source } of unit.inputs) if (source === 'parameter') given(form).forEach(add);
  }
  return [...places.values()]
    .sort((a, b) => a.span.end - b.span.end || b.span.start - a.span.start)
    .map(({ span, nodes }) => ({ span, ways: waysOf(nodes) }));
}

/** Parameters that are tensors stand where they are declared. */
function given(form: UnitInputForm): Node[] {
  return form.kind === 'tensor' ? [form.node] : [];
}

/** Outputs of one call belong together; calls on several ways that give the same are one. */
function waysOf(nodes: readonly Node[]): ShapeWay[] {
  const calls: Node[][] = [];
  for (const node of nodes) {
    const last = calls.at(-1);
    const isNext = node.output !== undefined && last?.[0]?.operands === node.operands;
    if (isNext) last!.push(node);
    else calls.push([node]);
  }
  const ways = new Map<string, ShapeWay>();
  for (const call of calls) {
    const outputs = call.map((node) => ({
      name: outputName(node.output, call.length),
      shape: formOf(node),
    }));
    const isLost = operandNodes(call[0]!).every((operand) => formOf(operand) !== undefined);
    const text = outputs.map(({ name, shape }) => `${name} ${alike(shape)}`).join();
    if (!ways.has(text)) ways.set(text, { node: call[0]!, outputs, isLost });
  }
  // Where one way knows it, those that do not add nothing.
  const all = [...ways.values()];
  const known = all.filter(
    ({ node, outputs }) => node.throws !== undefined || outputs.some(({ shape }) => shape !== undefined),
  );
  return known.length > 0 ? known : all.slice(0, 1);
}

const outputName = (output: Node['output'], count: number): string | undefined =>
  output === undefined || (typeof output === 'number' && count === 1) ? undefined : String(output);

/** Sizes that nothing is known of have other numbers each time. */
const alike = (shape: Shape | OpenShape | undefined): string =>
  showAnyShape(shape).replace(/\?\d+(?:\.-?\d+)?|node \d+/g, '?');
