/** `tf.losses.softmaxCrossEntropy(labels, logits).mul(keep)`: what is weighed is one number already. */
import { showShape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { alignedOperands } from './axes.js';
import { constantOf, eitherOrder, isOp, isTrained, operandOf, sameValue } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** A weight or a mask for each element, that meets the mean of the losses and not the losses. */
export function weighedTooLate(site: Site): Suspicion | undefined {
  const pair = eitherOrder(site.node).find(([loss, weights]) => isOneNumber(loss) && isForEach(weights));
  if (pair === undefined) return undefined;
  const [loss, weights] = pair;
  const reduction = reductionBehind(loss);
  if (reduction === undefined) return undefined;
  const isOfLibrary = reduction.op.startsWith('losses.');
  const isShared = isDividedBySum(site, weights);
  if (!isShared && !(isOfLibrary && becomesNumber(site))) return undefined;
  const [name, of, shape] = [site.text(weights), site.text(reduction), showShape(weights.shape)];
  const comesTo = isShared
    ? `the sum by the sum of \`${name}\` is that number again, whatever \`${name}\` holds`
    : `all of it is that number by the mean or sum of \`${name}\``;
  return {
    message: `\`${site.text()}\` weighs one number by ${shape}: \`${of}\` has ${isOfLibrary ? 'taken the mean of the losses' : 'reduced them'} already, and ${comesTo}. Weigh before that: ${remedy(reduction, name)}.`,
    danger: {
      text: `one number meets the weights ${shape}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'one-number',
    },
    manifest: true,
    related: [{ node: reduction, message: 'the losses become one number here' }],
  };
}

const isOneNumber = ({ shape }: Node): boolean => shape?.length === 0;

const isForEach = (weights: Node): boolean =>
  weights.shape?.some(({ size }) => size !== 1) === true && !isTrained(weights);

/** What made one number of something with axes, and was only scaled since. */
function reductionBehind(node: Node, depth = 0): Node | undefined {
  const x = operandOf(node, 'x');
  if (node.op.startsWith('losses.')) return node;
  if (isOp(node, 'mean', 'sum')) return x?.shape?.length === 0 ? undefined : node;
  const [only, ...others] = alignedOperands(node).filter((operand) => constantOf(operand) === undefined);
  return only === undefined || others.length > 0 || depth > MOST_OPS
    ? undefined
    : reductionBehind(only, depth + 1);
}

const MOST_OPS = 3;

/** `weighed.sum().div(weights.sum().maximum(1))`. */
const isDividedBySum = (site: Site, weights: Node): boolean =>
  site
    .users()
    .filter((user) => isOp(user, 'sum') && isOneNumber(user))
    .flatMap((sum) =>
      site.users(sum).filter((user) => isOp(user, 'div', 'divNoNan') && operandOf(user, 'a') === sum),
    )
    .some((share) => isSumOf(operandOf(share, 'b'), weights));

function isSumOf(node: Node | undefined, weights: Node): boolean {
  if (isOp(node, 'sum')) return isOneNumber(node) && sameValue(operandOf(node, 'x'), weights);
  const guarded = isOp(node, 'maximum', 'add') ? eitherOrder(node) : [];
  return guarded.some(([sum, level]) => constantOf(level) !== undefined && isSumOf(sum, weights));
}

const becomesNumber = (site: Site): boolean =>
  site.users().length > 0 && site.users().every((user) => isOp(user, 'mean', 'sum') && isOneNumber(user));

function remedy({ op }: Node, weights: string): string {
  if (!op.startsWith('losses.')) return `multiply the losses by \`${weights}\` first`;
  return `give \`tf.${op}\` the weights as an argument, or ask it for \`tf.Reduction.NONE\``;
}
