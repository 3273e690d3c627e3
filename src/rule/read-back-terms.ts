/** Terms of a loss that were read out of tensors as numbers: `fit.add(0.01 * size.dataSync()[0])`. */
import { dependsOn } from '../program/gradient.js';
import { operandNodes, type Gradient, type Node } from '../program/node.js';
import { flatSource, readsBack } from '../program/read-back.js';
import { madeAs } from './last-written.js';
import { constantOf, eitherOrder, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** A number that was computed from what is trained, added to a loss that is differentiated by it: to the gradient it is a constant. */
export function readBackTerm(site: Site): Suspicion | undefined {
  const { gradient } = site.node;
  if (gradient === undefined || !isTermOfLoss(site, gradient, site.node)) return undefined;
  const [, term] =
    eitherOrder(site.node).find(
      ([rest, term]) =>
        rest.dtype !== 'number' && numberIn(rest) === undefined && numberIn(term) !== undefined,
    ) ?? [];
  const number = term && numberIn(term);
  // `x.sub(most).exp().sum().log().add(most)`: what is taken away before comes back, and moves nothing.
  if (number === undefined || site.users(number).length > 1 || site.users(term).length > 1) return undefined;
  const source = tensorsRead(site, number).find((tensor) => isTrained(gradient, tensor));
  if (source === undefined) return undefined;
  return {
    message: `\`${site.text()}\` adds \`${site.text(term)}\`, which was read out of \`${site.text(source)}\` as a number and has no history: it changes the loss that is shown, and no gradient. Add the tensor, without \`dataSync\`.`,
    danger: {
      text: `the gradient of ${site.text(source)}`,
      harm: 'gradient',
      failures: ['wrong-value'],
      unshown: 'numbers that are read out of tensors are held as they are while a gradient is measured',
    },
    manifest: true,
    related: [{ node: source, message: 'is read here' }],
  };
}

/** Whether a sum goes on as a term of the loss: squared, as in `prediction.sub(target).square()`, it is a target that is meant to stay. */
function isTermOfLoss(site: Site, gradient: Gradient, sum: Node, depth = 0): boolean {
  if (gradient.losses.some(({ id }) => id === sum.id)) return true;
  const users = site.users(sum);
  return (
    users.length > 0 &&
    depth < MOST_STEPS &&
    users.every(
      (user) =>
        LINEAR.has(user.op) && isScaledByNumber(user, sum) && isTermOfLoss(site, gradient, user, depth + 1),
    )
  );
}

const LINEAR: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'neg',
  'mean',
  'sum',
  'mul',
  'div',
  'reshape',
  'squeeze',
  'cast',
]);

const isScaledByNumber = (user: Node, sum: Node): boolean =>
  !isOp(user, 'mul', 'div') ||
  operandNodes(user).every(
    (one) => one.id === sum.id || one.dtype === 'number' || constantOf(one) !== undefined,
  );

/** The number that a term is, or that a scalar was made of. */
function numberIn(term: Node): Node | undefined {
  const number = isOp(term, 'scalar') ? operandOf(term, 'value') : term;
  return number?.dtype === 'number' && readsBack(number) ? number : undefined;
}

/** The tensors that a number was computed from. */
function tensorsRead(site: Site, number: Node): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const open = [number];
  for (let next = open.pop(); next !== undefined && seen.size < MOST_STEPS; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const flat = flatSource(next);
    if (flat !== undefined) found.push(flat);
    else if (next.dtype !== 'number') found.push(next);
    else open.push(...operandNodes(next.op === 'unknown' ? (madeAs(site, next) ?? next) : next));
  }
  return found;
}

/** No penalty is put together in more steps. */
const MOST_STEPS = 40;

const isTrained = (gradient: Gradient, tensor: Node): boolean =>
  dependsOn(gradient, tensor) === 'yes' || isOfWeights(tensor);

/** `net.getWeights().reduce((sum, w) => …)`. */
const isOfWeights = (tensor: Node): boolean =>
  /\bget(?:Trainable)?Weights\(\)|\btrainableWeights\b/.test(String(tensor.attributes['path'])) ||
  operandNodes(tensor).some(isOfWeights);
