/** Vectors along an axis that was reduced away: weights of classes beside the losses of samples. */
import { isOneAxis, isSymbolic, namesOf, showShape, showSize, type Dim } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { alignedOperands, isAlongLast, reducedOf, REDUCTIONS } from './axes.js';
import { constantOf, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Where the axis of a vector was before it met what is left without it. */
interface ReducedAway {
  readonly vector: Dim;
  /** The axis that it meets. */
  readonly met: Dim;
  readonly reduction: Node;
}

/** The reduction that took away the axis which all of a vector lies along, where that meets another one. */
function reducedAway(vector: Node, left: Node, depth = 0): ReducedAway | undefined {
  const [of, ...others] = vector.shape ?? [];
  const met = left.shape?.at(-1);
  if (of === undefined || met === undefined || others.length > 0 || of.size === 1 || met.size === 1)
    return undefined;
  if (depth > MOST_OPS || isOneAxis(of, met)) return undefined;
  const lost = axesLostIn(left);
  if (lost.some((dim) => isOneAxis(of, dim)) || (isOfClasses(of) && takesClassesAway(left)))
    return { vector: of, met, reduction: left };
  for (const before of alignedOperands(left)) {
    const isPart = constantOf(before) === undefined && before.shape?.length === left.shape?.length;
    const found = isPart ? reducedAway(vector, before, depth + 1) : undefined;
    if (found !== undefined) return { ...found, met };
  }
  return undefined;
}

/** `classWeights`, as many as there are classes. */
const isOfClasses = ({ size }: Dim): boolean => namesOf(size).some((name) => CLASS_WEIGHTS.test(name));

const CLASS_WEIGHTS = /^(?:\w+\.)*(?:class_?weights?|weights?_?(?:by|per|of)_?class(?:es)?)\.0$/i;

/** A sum over the last axis of a softmax, or of what it was multiplied by; a cross entropy of each sample. */
function takesClassesAway(node: Node): boolean {
  if (EACH_OF_CLASSES.has(node.op)) return true;
  const x = operandOf(node, 'x');
  // Of [batch, labels, 2] the labels are the classes, each of which is there or not.
  if (x === undefined || x.shape?.length === 3) return false;
  return REDUCTIONS.has(node.op) && isAlongLast(node) && isOverClasses(x);
}

/** Losses that add up over the classes of each sample. */
const EACH_OF_CLASSES: ReadonlySet<string> = new Set([
  'losses.softmaxCrossEntropy',
  'metrics.categoricalCrossentropy',
]);

/** Ops between the reduction and where the vector meets what is left. */
const MOST_OPS = 4;

/** The axes of its operands that the result has no longer. */
export function axesLostIn(node: Node): readonly Dim[] {
  if (node.op === 'losses.softmaxCrossEntropy') return classesOf(node);
  const x = operandOf(node, 'x');
  if (!REDUCTIONS.has(node.op) || x?.shape === undefined) return [];
  const lost = (reducedOf(node) ?? []).map((axis) => x.shape![axis]!);
  // Any number may be as long as any other: that of the classes is what a one-hot row or a softmax has.
  return lost.filter(({ size }) => isSymbolic(size) || isOverClasses(x));
}

/** The last axes of the labels and the logits, along which a cross entropy adds up. */
export const classesOf = (loss: Node): readonly Dim[] =>
  ['onehotLabels', 'logits'].flatMap((name) => operandOf(loss, name)?.shape?.at(-1) ?? []);

const isOverClasses = (x: Node, depth = 0): boolean =>
  isOp(x, 'oneHot', 'softmax', 'logSoftmax') ||
  (depth < MOST_OPS && alignedOperands(x).some((operand) => isOverClasses(operand, depth + 1)));

/** Whether two are computed from one tensor: the sums of the rows and of the columns of a square are of one length. */
export function haveOneSource(a: Node, b: Node): boolean {
  const sources = new Set(slice(a).filter(isSource));
  return slice(b).some((node) => sources.has(node));
}

const isSource = ({ op }: Node): boolean => op === 'input' || op === 'unknown' || op === 'variable';

/** `losses.mul(classWeights)`: the axis of the classes was reduced away, and what is left lies along the samples. */
export function besideReduced(site: Site, vector: Node, left: Node): Suspicion | undefined {
  const away = site.node.throws === undefined ? reducedAway(vector, left) : undefined;
  if (away === undefined || haveOneSource(vector, away.reduction)) return undefined;
  const [name, of, size] = [site.text(vector), site.text(left), showSize(away.vector.size)];
  return {
    message: `\`${site.text()}\` lays \`${name}\`, ${showShape(vector.shape)}, along the ${showSize(away.met.size)} of \`${of}\`: the axis of ${size} is the one that \`${site.text(away.reduction)}\` adds up. It throws, or where both have one size every element meets one that belongs to another. Let them meet before that: \`x.mul(${name}).sum(-1)\`, or take from \`${name}\` what belongs to each: \`tf.gather(${name}, indices)\`.`,
    danger: {
      text: `${size} of ${name} meets ${showSize(away.met.size)}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    covers: site.users(),
    related: [{ node: away.reduction, message: `the axis of ${size} is reduced here` }],
  };
}
