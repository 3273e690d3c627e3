import { declaredName } from '../src/program/declared-name.js';
import {
  cancelledIn,
  type Cancelled,
  carries,
  carriesToLoss,
  dependsOn,
  onTape,
  takenBy,
  trainedInVain,
} from '../src/program/gradient.js';
import { isTrainable, operandNodes, type Gradient, type Node } from '../src/program/node.js';
import { isUnknown } from '../src/ops/build.js';
import { allOps, opNamed } from '../src/ops/table.js';
import { deadTerm } from '../src/rule/dead-terms.js';
import { operandsNamed } from '../src/rule/library-gradient.js';
import { constantOf, isOp } from '../src/rule/patterns.js';
import { haveOneSource } from '../src/rule/reduced-away.js';
import { madeInLoss } from '../src/rule/made-in-loss.js';
import { readBackTerm } from '../src/rule/read-back-terms.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

/** Ops that make a tensor of JavaScript numbers: what these were computed from is forgotten. */
const FROM_VALUES: ReadonlySet<string> = new Set([
  'scalar',
  'tensor',
  'tensor1d',
  'tensor2d',
  'tensor3d',
  'tensor4d',
]);

/** Ops with a gradient of 0 everywhere. */
const FLAT: ReadonlySet<string> = new Set(
  allOps.filter(({ gradient }) => gradient === 'zero').map(({ name }) => name),
);

export default defineRule({
  name: 'detached-gradient',
  category: 'gradient',
  claim: 'The loss is cut off from what it is meant to train: every gradient is 0, or TensorFlow.js throws.',
  reason:
    'argMax, oneHot, floor, ceil, round, sign and step are flat: their gradient is 0 everywhere. Numbers that were read with dataSync or arraySync and made into a tensor again have no history at all, nor has a copy in a `tf.variable`, or what was computed before the function that the gradient is taken of. A loss that depends on its parameters through these alone goes down only by chance: the optimizer steps by 0, or throws that it finds no connection.',
  remedy:
    'Compute the loss from the values before they are made whole: probabilities and not the chosen class, `softmax` and not `argMax`, tensors and not the numbers in them. Where the step is meant, give it a surrogate gradient with `tf.customGrad`.',
  ops: [...FLAT, ...FROM_VALUES, 'add', 'variable', 'optimizer.unconnected'],
  check(site) {
    const { gradient, op } = site.node;
    if (op === 'add') return cancelled(site) ?? readBackTerm(site);
    if (op === 'optimizer.unconnected') return computedBefore(site);
    if (gradient === undefined || gradient.losses.length === 0) return undefined;
    const isMeant = FROM_VALUES.has(op) || site.node.attributes['trainable'] === false;
    const inVain = isMeant ? [] : trainedBehind(site, gradient);
    if (inVain.length > 0 && !isAddedAgain(site, site.node)) return trainedForNothing(site, inVain);
    if (op === 'variable') return madeInLoss(site);
    const isCut = FROM_VALUES.has(op) ? isReadBack(site) : isFlattened(site);
    if (isAddedAgain(site, site.node)) return undefined;
    if (!isCut) return FROM_VALUES.has(op) ? undefined : weighsOnNothing(site, gradient);
    const why = FROM_VALUES.has(op)
      ? 'it is made of numbers that were read out of tensors, which have no history'
      : `the gradient of \`tf.${op}\` is 0 everywhere`;
    return {
      message: `The loss depends on what it trains through \`${site.text()}\` alone, and ${why}: nothing is trained. Compute the loss from the values before this, or give the step a surrogate gradient with \`tf.customGrad\`.`,
      danger: { text: 'the gradient', harm: 'gradient', failures: ['vanished-gradient', 'throws'] },
      manifest: true,
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a loss of rounded probabilities',
        code: `export function iouLoss(y: tf.Tensor4D, p: tf.Tensor4D) {\n  const hard = p.round();\n  const both = y.mul(hard).sum([1, 2, 3]);\n  const either = y.add(hard).sum([1, 2, 3]).sub(both);\n  return tf.sub(1, both.div(either.add(1))).mean();\n}`,
      },
      {
        title: 'the error rate as a loss',
        code: `export function train(x: tf.Tensor2D, y: tf.Tensor1D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const chosen = x.matMul(w).argMax(1).toFloat();\n    return chosen.sub(y).square().mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'weights that are rounded',
        code: `export const step = (w: tf.Tensor2D, x: tf.Tensor2D) =>\n  tf.grad((weights: tf.Tensor) => x.mul(tf.round(weights.mul(7)).div(7)).sum())(w);`,
      },
      {
        title: 'a straight-through estimator that takes away and adds the same tensor',
        code: `export function train(x: tf.Tensor2D, y: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const logits = x.matMul(w);\n    const soft = tf.softmax(logits);\n    const hard = tf.oneHot(logits.argMax(1).toInt(), 3).toFloat();\n    return hard.sub(soft).add(soft).sub(y).square().mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a loss that is put together from numbers',
        code: `export function train(x: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 1]));\n  tf.train.sgd(0.1).minimize(() => {\n    const energy = x.matMul(w).square().mean().dataSync()[0]!;\n    return tf.scalar(energy * 2) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'weights that are rounded, beside a bias that is trained',
        code: `export function step(kernel: tf.Variable<tf.Rank.R2>, bias: tf.Variable<tf.Rank.R1>, x: tf.Tensor2D, y: tf.Tensor2D) {\n  tf.train.sgd(0.1).minimize(() => {\n    const whole = kernel.mul(20).round().div(20) as tf.Tensor2D;\n    return tf.losses.meanSquaredError(y, x.matMul(whole).add(bias)) as tf.Scalar;\n  }, false, [kernel, bias]);\n}`,
      },
      {
        title: 'a term of the loss that is rounded, beside one that is not',
        code: `const w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\nexport function step(x: tf.Tensor2D, y: tf.Tensor2D) {\n  tf.train.sgd(0.1).minimize(() => {\n    const out = x.matMul(w);\n    return out.sub(y).square().mean().add(out.floor().abs().mean().mul(0.01)) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a generator that ran before the loss',
        code: `const generator = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 4]));\nconst critic = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\nexport function train(z: tf.Tensor2D) {\n  const fake = z.matMul(generator).tanh() as tf.Tensor2D;\n  tf.train.adam(1e-3).minimize(() => fake.matMul(critic).neg().softplus().mean() as tf.Scalar, false, [generator]);\n}`,
      },
      {
        title: 'adapted weights that are copied into a variable',
        code: `export function adaptedLoss(w: tf.Variable<tf.Rank.R2>, x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar {\n  const mse = (p: tf.Tensor) => x.matMul(p as tf.Tensor2D).sub(y).square().mean() as tf.Scalar;\n  const adapted = tf.variable(w.sub(tf.grad(mse)(w).mul(0.1)));\n  return mse(adapted);\n}`,
      },
    ],
    safe: [
      {
        title: 'a straight-through estimator',
        code: `const rounded = tf.customGrad((x, save) => ({ value: tf.round(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }));\nexport const step = (w: tf.Tensor2D) => tf.grad((x: tf.Tensor) => rounded(x).square().sum())(w);`,
      },
      {
        title: 'the chosen class only picks what is trained',
        code: `export function train(x: tf.Tensor2D) {\n  const w = tf.variable(tf.randomNormal([4, 3]));\n  tf.train.sgd(0.1).minimize(() => {\n    const logits = x.matMul(w);\n    const chosen = tf.oneHot(logits.argMax(1).toInt(), 3).toFloat();\n    return chosen.mul(logits).sum() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'how far the values are from whole ones',
        code: `const w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\nexport function step(x: tf.Tensor2D, y: tf.Tensor2D) {\n  tf.train.sgd(0.1).minimize(() => {\n    const out = x.matMul(w);\n    return out.sub(y).square().mean().add(out.sub(out.round()).square().mean()) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a critic that is trained on what a generator gave before',
        code: `const generator = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 4]));\nconst critic = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\nexport function train(z: tf.Tensor2D, real: tf.Tensor2D) {\n  const fake = z.matMul(generator).tanh() as tf.Tensor2D;\n  const score = (x: tf.Tensor2D) => x.matMul(critic).mean();\n  tf.train.adam(1e-3).minimize(() => score(fake).sub(score(real)) as tf.Scalar, false, [critic]);\n}`,
      },
      {
        title: 'classes that a teacher chose',
        code: `export function distil(student: tf.LayersModel, teacher: tf.LayersModel, x: tf.Tensor2D) {\n  const chosen = tf.oneHot((teacher.predict(x) as tf.Tensor2D).argMax(1).toInt(), 10);\n  tf.train.adam(1e-3).minimize(() => tf.losses.softmaxCrossEntropy(chosen, student.apply(x) as tf.Tensor2D) as tf.Scalar);\n}`,
      },
      {
        title: 'accuracy that nothing differentiates',
        code: `export const right = (logits: tf.Tensor2D, labels: tf.Tensor1D) => logits.argMax(1).toFloat().sub(labels).abs().mean();`,
      },
    ],
  },
});

/**
 * `hard - soft + soft`, where both were made of the same: a straight-through estimator keeps the one that it takes away out
 * of the gradient (Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons").
 */
function cancelled(site: Site): Suspicion | undefined {
  const found = cancelledIn(site.node);
  // What `tf.customGrad` is given has a gradient of its own, also where it is called in the same function.
  if (found === undefined || site.isCustom() || !isMadeFlat(found)) return undefined;
  if (site.node.differentiated === 'no') return undefined;
  const [whole, soft, hard] = [site.text(), site.text(found.by), site.text(found.kept)];
  return {
    message: `\`${whole}\` takes \`${soft}\` away and adds it again, so that its gradient is that of \`${hard}\` alone, which is 0 everywhere. Hand the gradient on with \`tf.customGrad\`, whose backward function returns what it is given.`,
    danger: { text: 'a gradient is taken', harm: 'gradient', failures: ['vanished-gradient', 'throws'] },
    manifest: true,
    covers: flatBehind(found.kept),
  };
}

/** Whether what is kept was made flat from something that what is taken away was made of too. */
const isMadeFlat = ({ kept, by }: Cancelled): boolean =>
  flatBehind(kept).some((flat) => haveOneSource(by, flat)) || isOfCodebook(kept);

/** `z.add(codes.gather(nearest).sub(z))`: the nearest vectors of a codebook, as far as from what they were picked for. */
const isOfCodebook = (kept: Node): boolean => isOp(origin(kept), 'gather');

/** What was picked, before it was laid out anew. */
const origin = (node: Node): Node | undefined =>
  ['reshape', 'squeeze', 'expandDims', 'cast', 'clone'].includes(node.op)
    ? origin(node.operands['x'] as Node)
    : node;

/** Whether a flat result goes into such a sum, which is told instead. */
const isAddedAgain = (site: Site, flat: Node): boolean =>
  site
    .users(flat)
    .some((user) =>
      user.op === 'sub'
        ? site.users(user).some((sum) => isToldOf(sum, user))
        : isOnlyOperand(flat, user) && isAddedAgain(site, user),
    );

function isToldOf(sum: Node, difference: Node): boolean {
  const found = cancelledIn(sum);
  return found?.difference.id === difference.id && isMadeFlat(found);
}

/** The flat ops that gave a tensor, behind each other: `tf.oneHot(soft.argMax(1), 3).toFloat()`. */
function flatBehind(node: Node): readonly Node[] {
  const [operand] = operandNodes(node);
  const behind = operand !== undefined && isOnlyOperand(operand, node) ? flatBehind(operand) : [];
  return FLAT.has(node.op) ? [node, ...behind] : behind;
}

/** Whether a node has one operand that is no constant. */
const isOnlyOperand = (operand: Node, node: Node): boolean =>
  operandNodes(node).every((one) => one.id === operand.id || constantOf(one) !== undefined);

/** What is trained behind a flat op, or behind one that copies, and gets to the loss in no other way. */
const trainedBehind = (site: Site, gradient: Gradient): readonly Node[] =>
  site.leadsToLoss()
    ? operandNodes(site.node).flatMap((operand) =>
        isOnTape(site, operand)
          ? [...trainedInVain(gradient, operand), ...layersBehind(site, gradient, operand)]
          : [],
      )
    : [];

/**
 * The weights in front of a flat activation, where no list says what is to be trained: what goes into another layer is no label
 * that a teacher gave.
 */
function layersBehind(site: Site, gradient: Gradient, operand: Node): readonly Node[] {
  if (gradient.by !== 'variables' || !goesIntoLayer(site, gradient, site.node)) return [];
  return onTape(gradient, [operand]).filter((node) => isTrainable(node) && !carriesToLoss(gradient, node));
}

/** Whether it is multiplied with weights that a gradient gets to, perhaps shifted or scaled before. */
const goesIntoLayer = (site: Site, gradient: Gradient, node: Node, depth = 0): boolean =>
  site.users(node).some((user) => {
    const { a, b, filter } = user.operands as Record<string, Node | undefined>;
    if (isOp(user, 'matMul', 'conv1d', 'conv2d', 'dot'))
      return [b, a, filter].some(
        (weight) => weight?.op === 'variable' && weight.id !== node.id && carriesToLoss(gradient, weight),
      );
    return depth < FEW_OPS && isOnlyOperand(node, user) && goesIntoLayer(site, gradient, user, depth + 1);
  });

/** A bias, a scale and a change of layout come between two layers. */
const FEW_OPS = 4;

const isOnTape = (site: Site, operand: Node): boolean => site.differentiates(operand) !== 'no';

function trainedForNothing(site: Site, sources: readonly Node[]): Suspicion {
  const { op } = site.node;
  const names = [...new Set(sources.map((source) => `\`${nameOf(site, source)}\``))];
  const listed = new Intl.ListFormat('en').format(names);
  const why =
    op === 'variable'
      ? '`tf.variable` copies its values, off the tape'
      : `the gradient of \`tf.${op}\` is 0 everywhere`;
  const cure =
    op === 'variable'
      ? 'Go on with the tensor itself; a copy that is meant says so, `tf.variable(x, false)`.'
      : 'Compute the loss from the values before this, or give the step a surrogate gradient with `tf.customGrad`.';
  return {
    message: `The loss depends on ${listed} through \`${site.text()}\` alone, and ${why}: no gradient gets to ${names.length === 1 ? 'it' : 'them'}. ${cure}`,
    danger: {
      text: `the gradient of ${names.join(', ').replaceAll('`', '')}`,
      harm: 'gradient',
      failures: ['vanished-gradient', 'throws'],
      inVain: sources,
    },
    manifest: true,
    related: calledFrom(site),
  };
}

/** Of an op in a helper, where the loss calls that. */
function calledFrom({ node }: Site): Suspicion['related'] {
  const [call] = node.chain;
  return call === undefined ? [] : [{ node: { ...node, span: call }, message: 'the loss calls it here' }];
}

/** What the source calls it, where it is made or where it is handed in. */
function nameOf(site: Site, source: Node): string {
  const { path } = source.attributes;
  return declaredName(source) ?? (typeof path === 'string' ? path : site.text(source));
}

/** `const fake = generator(z); minimize(() => loss(fake), true, weights)`: what was computed before is a constant. */
function computedBefore(site: Site): Suspicion {
  const [before] = site.node.operands['before'] as readonly Node[];
  const text = site.text(before);
  return {
    message: `The loss depends on what is trained through \`${text}\` alone, and that is computed before the function runs that the gradient is taken of: it is a constant there, and TensorFlow.js throws that it finds no connection. Compute it inside of that function.`,
    danger: {
      text: 'the gradient',
      harm: 'gradient',
      failures: ['throws'],
      unconnected: true,
      whole: true,
    },
    manifest: true,
    related: [{ node: before!, message: 'is computed here' }],
  };
}

/** Everything that the loss takes of what is trained goes through flat ops, of which this is one. */
function isFlattened(site: Site): boolean {
  const row = opNamed(site.node.op);
  const { gradient } = site.node;
  if (row === undefined || gradient === undefined) return false;
  const operands = row.parameters.flatMap(({ name }) => operandsNamed(site, name));
  return (
    operands.some(
      (operand) => site.differentiates(operand) === 'yes' && carries(gradient, operand) === 'yes',
    ) && gradient.losses.every((loss) => carries(gradient, loss) === 'no')
  );
}

/** One term of the loss is flat, and the others are not. */
function weighsOnNothing(site: Site, gradient: Gradient): Suspicion | undefined {
  const [x] = operandNodes(site.node);
  if (x === undefined || carries(gradient, x) !== 'yes' || !site.leadsToLoss()) return undefined;
  const found = deadTerm(site, gradient);
  if (found === undefined) return undefined;
  return {
    message: `\`${site.text(found.term)}\` is added to the loss, and moves nothing: what is trained goes into it through \`tf.${site.node.op}\` alone, whose gradient is 0 everywhere. Compute it from the values before this, or give the step a surrogate gradient with \`tf.customGrad\`.`,
    danger: {
      text: 'the gradient of this term',
      harm: 'gradient',
      failures: ['vanished-gradient', 'throws'],
    },
    manifest: true,
    related: [...(calledFrom(site) ?? []), { node: found.sum, message: 'is added here' }],
  };
}

/** Nothing that is trained is left in the loss, and it goes on with numbers that are not known. */
function isReadBack(site: Site): boolean {
  const { gradient, operands, attributes } = site.node;
  if (gradient === undefined || gradient.by === 'inputs') return false;
  // Of a loss by its name that is made of numbers, only what is predicted says that there was something to train.
  if (site.node.differentiated === 'result' && takenBy(gradient).length === 0) return false;
  const value = operands['value'] as Node | undefined;
  const fromNumbers = value === undefined ? isUnknown(attributes['values']) : isComputed(value);
  return (
    fromNumbers && site.leadsToLoss() && gradient.losses.every((loss) => dependsOn(gradient, loss) === 'no')
  );
}

const isComputed = (value: Node): boolean => value.op !== 'input' && constantOf(value) === undefined;
