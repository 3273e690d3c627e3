import { opNamed } from '../ops/table.js';
import { isMadeFrom, isTrainable, operandNodes, type Node, type Gradient } from './node.js';

/** By which parameters a function is differentiated: that of `tf.grad`, all of `tf.grads`. */
export type GradientParameters = 'first' | 'all';

export type Reached = 'yes' | 'no' | 'unknown';

const reachedNodes = new WeakMap<Gradient, Map<Node, Reached>>();

/** Whether a tensor was computed, by TensorFlow.js and on its tape, from what the gradient is taken by. */
export const dependsOn = (gradient: Gradient, node: Node): Reached =>
  reached(gradient, node, reachedNodes, operandNodes);

const carriedNodes: typeof reachedNodes = new WeakMap();

/** The same, not through ops whose gradient is 0 everywhere: whether any gradient gets back from the tensor. */
export const carries = (gradient: Gradient, node: Node): Reached =>
  reached(gradient, node, carriedNodes, liveOperands);

/** The operands that a gradient gets back to which is not 0. */
export function liveOperands(node: Node): Node[] {
  const cancelled = cancelledIn(node);
  if (cancelled !== undefined)
    return liveOperands(cancelled.difference).filter(({ id }) => id !== cancelled.by.id);
  const words = opNamed(node.op)?.gradient ?? 'flows';
  return Object.entries(node.operands)
    .filter(([name]) => !DEAD.has(typeof words === 'string' ? words : (words[name] ?? 'flows')))
    .flatMap(([, operand]) => operand as Node | readonly Node[]);
}

/** What a gradient of the tensors gets back to, through ops that have one which is not 0, whoever takes it. */
export const behindGradients = (tensors: readonly Node[]): ReadonlySet<number> =>
  reachedFrom(tensors, (node) =>
    isTensor(node) && opNamed(node.op)?.gradient !== 'throws' ? liveOperands(node) : [],
  );

const isTensor = ({ dtype }: Node): boolean => dtype !== 'number';

/** The ids of nodes, and of all that is behind them. */
function reachedFrom(from: readonly Node[], operandsOf: (node: Node) => readonly Node[]): Set<number> {
  const seen = new Set<number>();
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    open.push(...operandsOf(node));
  }
  return seen;
}

/** `h - y + y`: what is kept, and by what it is changed for nothing. */
export interface Cancelled {
  readonly difference: Node;
  readonly kept: Node;
  readonly by: Node;
}

/** What is taken away and added again moves nothing, and no gradient gets back through it. */
export function cancelledIn(node: Node): Cancelled | undefined {
  if (node.op !== 'add') return undefined;
  const { a, b } = node.operands as Record<string, Node>;
  for (const [difference, again] of [
    [a, b],
    [b, a],
  ] as const) {
    const { a: kept, b: by } = difference?.op === 'sub' ? (difference.operands as Record<string, Node>) : {};
    if (
      difference !== undefined &&
      kept !== undefined &&
      by !== undefined &&
      by.id === again?.id &&
      kept.id !== by.id
    )
      return { difference, kept, by };
  }
  return undefined;
}

const DEAD: ReadonlySet<string> = new Set(['zero', 'none', 'given']);

function reached(
  gradient: Gradient,
  node: Node,
  memory: typeof reachedNodes,
  operandsOf: (node: Node) => Node[],
): Reached {
  const known = memory.get(gradient) ?? new Map<Node, Reached>();
  memory.set(gradient, known);
  const visit = (current: Node): Reached => {
    const before = known.get(current);
    if (before !== undefined) return before;
    known.set(current, 'no'); // a node that is its own operand does not exist; this only ends the walk
    const answer =
      isSource(gradient, current) ??
      (isMadeBefore(gradient, current) ? 'no' : surest(operandsOf(current).map(visit)));
    known.set(current, answer);
    return answer;
  };
  return visit(node);
}

/**
 * Computed before the function ran that the gradient is taken of: its history is on no tape. Which of two variables it is may
 * be decided before.
 */
export const isMadeBefore = ({ ran }: Gradient, { id, op }: Node): boolean =>
  ran !== undefined && (id < ran.first || id >= ran.end) && op !== 'join' && op !== 'unknown';

function isSource(gradient: Gradient, node: Node): Reached | undefined {
  const { by } = gradient;
  // Values that went through JavaScript are constants to the tape.
  if (node.dtype === 'number' || node.op === 'constant' || node.op.startsWith('js.')) return 'no';
  if (isList(by)) {
    if (isAmong(by, node)) return 'yes';
    // What another variable is made of is copied, and off the tape.
    if (node.op === 'variable') return 'no';
    return isOpaque(node) ? 'unknown' : undefined;
  }
  if (typeof by === 'object') {
    if (isAmong(by.predicted, node)) return 'yes';
    if (isAmong(by.labels, node)) return 'no';
  }
  if (node.op === 'variable') return isTrainable(node) ? 'yes' : 'no';
  if (isOpaque(node)) return 'unknown';
  if (node.op !== 'input') return undefined;
  // What a model gave before is a constant, whoever trains the model.
  if (isMadeFrom(node) && isMadeBefore(gradient, node)) return 'no';
  if (typeof by === 'object') return 'unknown';
  const { trained } = node.attributes;
  // A gradient goes on to what was handed in.
  if (trained === false && isMadeFrom(node)) return undefined;
  if (by === 'inputs' || trained === true) return 'yes';
  return trained === false ? 'no' : 'unknown';
}

/**
 * What is trained of what a tensor was computed from, by ops that let a gradient back that is not 0, and that reaches the loss
 * in no such way: its gradient is 0, whatever the loss goes down by. Of a list of variables each is meant to be trained; of
 * variables that a loss is handed, only where it is no other one.
 */
export function trainedInVain(gradient: Gradient, node: Node): readonly Node[] {
  const live = (source: Node): boolean => carriesToLoss(gradient, source);
  const sources = onTape(gradient, [node]).filter((source) => isTrained(gradient, source));
  const found = sources.filter((source) => leadsToLoss(gradient, source) && !live(source));
  if (isList(gradient.by) || found.length === 0) return found;
  const others = onTape(gradient, gradient.losses).filter((source) => isTrained(gradient, source));
  return others.some(live) ? [] : found;
}

/** What tensors were computed from by ops that let a gradient back, as far as the function ran that it is taken of. */
export function onTape(gradient: Gradient, from: readonly Node[]): readonly Node[] {
  const seen = new Set<Node>();
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    // What `tf.customGrad` is given to compute is off the tape: how a gradient gets through it is up to its author.
    const isOff = node.differentiated === 'no' || isMadeBefore(gradient, node);
    const isEnd = node.op === 'variable' || isTrained(gradient, node) || isOff;
    if (!isEnd) open.push(...liveOperands(node));
  }
  return [...seen];
}

/** One of the list that the gradient is taken by; or a variable that a loss is handed, or a prediction. */
function isTrained({ by }: Gradient, node: Node): boolean {
  if (isList(by)) return isAmong(by, node);
  if (typeof by !== 'object') return false;
  const isHandedIn = node.op === 'input' && !isMadeFrom(node);
  return isAmong(by.predicted, node) || (isHandedIn && node.attributes['trained'] === true);
}

/** Whether it is taken by tensors that are listed one by one. */
export const isList = (by: Gradient['by']): by is readonly Node[] => Array.isArray(by);

const isAmong = (nodes: readonly Node[], node: Node): boolean => nodes.some(({ id }) => id === node.id);

/** The tensors that it is seen to be taken by. */
export function takenBy({ by }: Gradient): readonly Node[] {
  if (isList(by)) return by;
  return typeof by === 'object' ? by.predicted : [];
}

/** A value that was not followed; a gradient is one too, but it is known what of. */
const isOpaque = (node: Node): boolean => node.op === 'unknown' && operandNodes(node).length === 0;

function surest(answers: readonly Reached[]): Reached {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

type LossNodes = WeakMap<readonly Node[], ReadonlySet<number>>;

const lossNodes: LossNodes = new WeakMap();

/** Whether a tensor goes into what the gradient is taken of. */
export const leadsToLoss = ({ losses }: Gradient, node: Node): boolean =>
  isBehind(losses, node, lossNodes, operandNodes);

const liveLossNodes: LossNodes = new WeakMap();

/** Whether it does so through ops that let a gradient back that is not 0. */
export const carriesToLoss = ({ losses }: Gradient, node: Node): boolean =>
  isBehind(losses, node, liveLossNodes, liveOperands);

function isBehind(
  losses: readonly Node[],
  node: Node,
  memory: LossNodes,
  operandsOf: (node: Node) => Node[],
): boolean {
  let nodes = memory.get(losses);
  if (nodes === undefined) {
    nodes = reachedFrom(losses.filter(isTensor), (next) => operandsOf(next).filter(isTensor));
    memory.set(losses, nodes);
  }
  return nodes.has(node.id);
}
