import type { DType } from '../facts/dtype.js';
import type { Range } from '../facts/range.js';
import type { Shape } from '../facts/shape.js';
import type { Attributes, NamedSizes, Operand } from '../ops/row.js';
import type { Span } from '../source/span.js';

/**
 * A node of the tensor program: one tensor value (or one JavaScript number that depends on tensors or inputs).
 *
 * `op` names a row of the op table, or one of the forms that are not TensorFlow.js ops:
 * - `input`: a parameter, captured variable or field; `attributes.path` says how the caller provides it;
 * - `constant`: `attributes.value` is a number or nested array;
 * - `join`: one of `operands.alternatives`, by a condition that is not known;
 * - `unknown`: a value that could not be followed; `attributes.cause` says why;
 * - `js.*`: arithmetic on JavaScript numbers (`js.add`, `js.exp` for Math.exp), in float64.
 */
export interface Node extends Operand {
  readonly id: number;
  readonly operands: Readonly<Record<string, Node | readonly Node[]>>;
  readonly attributes: Attributes;
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
  readonly range: Range;
  /** The expression that makes the value; for a chained call the whole `x.log()`. */
  readonly span: Span;
  /** Calls that led here, outermost first: empty in the unit itself. */
  readonly chain: readonly Span[];
  /** The function whose body it stands in, where that is not the unit itself: the last function of the chain. */
  readonly within?: Span | undefined;
  /** In a function of the chain, on one of two ways of which nothing says which one is taken. */
  readonly conditional?: boolean | undefined;
  /** Whether it is computed under a gradient. */
  readonly differentiated: Differentiated;
  /** The innermost gradient that is taken where it is computed, if it is known what of. */
  readonly gradient?: Gradient | undefined;
  /** Which output of a multi-output op this is. */
  readonly output?: string | number | undefined;
  /** Its sizes that were given by the name of a constant. */
  readonly named?: NamedSizes | undefined;
  /** Set when the abstract reading is certain that this call throws. */
  readonly throws?: string | undefined;
}

/**
 * The same node, with other facts: of one that was narrowed, of an element of a list. It is one literal, for nodes are the most
 * numerous objects there are: each spread of one would make another hidden class.
 */
export function withFacts(
  node: Node,
  {
    attributes = node.attributes,
    shape = node.shape,
    range = node.range,
  }: Partial<Pick<Node, 'attributes' | 'shape' | 'range'>>,
): Node {
  const { id, op, operands, dtype, span, output, throws, named } = node;
  const { chain, within, conditional, differentiated, gradient } = node;
  return {
    id,
    op,
    operands,
    attributes,
    shape,
    dtype,
    range,
    span,
    output,
    throws,
    named,
    chain,
    within,
    conditional,
    differentiated,
    gradient,
  };
}

/** All nodes that flow into `node`, itself last: the slice, in an order in which it can be run. */
export const slice = (node: Node): Node[] => behind(node, operandNodes);

/** Those of the slice that a gradient can come from: what was read as a JavaScript number is a constant to it. */
export const tensorSlice = (node: Node): Node[] =>
  behind(node, (one) => (one.dtype === 'number' ? [] : operandNodes(one)));

function behind(node: Node, operandsOf: (node: Node) => readonly Node[]): Node[] {
  const ordered: Node[] = [];
  const seen = new Set<number>();
  const visit = (current: Node): void => {
    if (seen.has(current.id)) return;
    seen.add(current.id);
    for (const operand of operandsOf(current)) visit(operand);
    ordered.push(current);
  };
  visit(node);
  return ordered;
}

/** Whether a value is another one, or is what that is computed from. */
export const flowsInto = (node: Node, result: Node): boolean =>
  slice(result).some(({ id }) => id === node.id);

/** Whether it is a variable that training may change. */
export const isTrainable = ({ op, attributes }: Node): boolean =>
  op === 'variable' && attributes['trainable'] !== false;

/** Whether it is what a model or layer made with its weights, from one tensor or from several. */
export const isMadeFrom = ({ op, operands }: Node): boolean =>
  op === 'input' && ('from' in operands || 'fromSeveral' in operands);

export function operandNodes(node: Node): Node[] {
  return Object.values(node.operands).flat() as Node[];
}

/** Operands by name, with something in place of each; in place of a list a list. */
export const mapOperands = <T>(
  operands: Node['operands'],
  to: (operand: Node) => T,
): Record<string, T | T[]> =>
  Object.fromEntries(
    Object.entries(operands).map(([name, given]) => [
      name,
      Array.isArray(given) ? (given as readonly Node[]).map(to) : to(given as Node),
    ]),
  );

/** A gradient that the code takes. */
export interface Gradient {
  /**
   * What it is taken by: these tensors; the weights of models and the variables there are; or whatever comes into the unit,
   * as through a layer, which stands behind others that are trained.
   */
  by: readonly Node[] | 'variables' | 'inputs' | Roles;
  /** What it is taken of; empty where that could not be followed. */
  losses: readonly Node[];
  /** Nodes with these ids were made while that ran: what was made before is constant to the tape. */
  ran?: { readonly first: number; readonly end: number } | undefined;
  /** The gradient that this one is taken under, as in a gradient penalty. */
  readonly outer: Gradient | undefined;
}

/** What parameters of a loss are by their names. Of whatever else comes in it is not known whether it is trained. */
export interface Roles {
  readonly predicted: readonly Node[];
  readonly labels: readonly Node[];
}

/**
 * `yes`: it runs under tf.grad, minimize, a compiled loss; `result`: nothing known calls it, and by its name it gives a loss;
 * `possible`: nothing known calls it; `no`: it is called, but never so.
 */
export type Differentiated = 'yes' | 'result' | 'possible' | 'no';

/** Whether more than a possible caller takes the gradient. */
export const isExpected = ({ differentiated }: Pick<Node, 'differentiated'>): boolean =>
  differentiated === 'yes' || differentiated === 'result';
