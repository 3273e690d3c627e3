/** Numbers that may be Infinity where something less is taken instead. */
import { isExpected, operandNodes, type Node } from '../program/node.js';
import { readsBack } from '../program/read-back.js';
import type { Span } from '../source/span.js';
import { constantOf, eitherOrder, isOp, operandOf, producer, sameValue } from './patterns.js';
import type { Site } from './site.js';

/**
 * `Math.min(1, limit / norm)`, as gradients are clipped: where the norm is 0 the quotient is Infinity, and 1 is less. So it
 * is where the quotient is asked first, `scale < 1 ? gradient.mul(scale) : gradient`. Callers that are given it have Infinity.
 */
export function isCappedQuotient(site: Site): boolean {
  const [limit, norm] = [site.operand('a'), site.operand('b')];
  if (isOp(site.node, 'div')) return isCappedByTensors(site, limit, norm);
  if (!isOp(site.node, 'js.div') || (norm?.range.low ?? -1) < 0) return false;
  // Of a step by the steps of a warm-up both may be 0.
  if (!readsBack(norm!) && !isOp(norm, 'js.sqrt', 'js.hypot')) return false;
  if (limit?.op !== 'input' && (constantOf(limit) ?? 0) <= 0 && !isSquareOfGiven(limit)) return false;
  const users = site.users(site.node);
  if (site.returnedNumbers().some(({ range }) => range.high === Infinity)) return false;
  return (
    users.length > 0 &&
    users.every((user) => isOp(user, 'js.min') || isTakenBelow(user, site.node) || isCappedLevel(site, user))
  );
}

/** `peak * peak`, of a peak that callers give as they do a limit. */
const isSquareOfGiven = (limit: Node | undefined): boolean =>
  isOp(limit, 'js.mul') &&
  sameValue(operandOf(limit, 'a'), operandOf(limit, 'b')) &&
  ['input', 'constant'].includes(operandOf(limit, 'a')!.op);

/** `Math.min(cap, 10 * Math.log10(quotient))`, as decibels are: of an infinite quotient the cap is taken. */
function isCappedLevel(site: Site, level: Node): boolean {
  if (!isOp(level, 'js.log', 'js.log2', 'js.log10') && !isScaled(level)) return false;
  const users = site.users(level);
  return users.length > 0 && users.every((user) => isOp(user, 'js.min') || isCappedLevel(site, user));
}

/** `tf.minimum(1, tf.div(limit, norm))`, where no gradient is taken through it. */
function isCappedByTensors(site: Site, limit: Node | undefined, norm: Node | undefined): boolean {
  const isNumber = limit?.dtype === 'number' && limit.op === 'input';
  if (!isNumber && !((constantOf(limit) ?? 0) > 0)) return false;
  if (!isOp(producer(norm), 'sqrt', 'norm', 'euclideanNorm') || isExpected(site.node)) return false;
  const users = site.users(site.node);
  return users.length > 0 && users.every((user) => isCap(user, site.node)) && !site.isReturned();
}

/** `Math.min(5, 0.9 * Math.pow(error, -1 / 3))`, as step sizes are chosen: of an error of 0 it is Infinity, and 5 is less. */
export const isCappedPower = (site: Site): boolean =>
  isOp(site.node, 'js.pow') &&
  (site.operand('a')?.range.low ?? -1) >= 0 &&
  site.returnedNumbers().length === 0 &&
  goesUnderCaps(site, site.node);

/** `Math.min(1, Math.exp(change))`, as a Metropolis step is accepted: where the exponential is Infinity, 1 is less. */
export const isCappedExponential = (site: Site): boolean =>
  isOp(site.node, 'js.exp') && site.returnedNumbers().length === 0 && goesUnderCaps(site, site.node);

/**
 * `Math.max(-80, 10 * Math.log10(power))`, as levels are floored: of a power of 0 the logarithm is -Infinity, and -80 is more. Not of
 * tensors that are differentiated: the gradient of what is not taken is 0 times Infinity. All in one expression: what has a name may
 * be kept elsewhere.
 */
export const isFlooredLogarithm = (site: Site): boolean =>
  (site.operand('x')?.range.low ?? -1) >= 0 && !isExpected(site.node) && goesOverFloors(site, site.node);

function goesOverFloors(site: Site, number: Node): boolean {
  const users = site.users(number);
  return (
    users.length > 0 &&
    users.every(
      (user) =>
        isWithin(number.span, user.span) &&
        (isFloor(user, number) ||
          ((isScaled(user) || isShifted(user, number)) && goesOverFloors(site, user))),
    )
  );
}

/** Whether something finite is taken where a number is less. */
const isFloor = (most: Node, { id }: Node): boolean =>
  (isOp(most, 'js.max', 'maximum') &&
    operandNodes(most).some((operand) => operand.id !== id && operand.range.low > -Infinity)) ||
  (isOp(most, 'clipByValue') && Number(most.attributes['clipValueMin']) > -Infinity);

const isWithin = (one: Span, other: Span): boolean =>
  one.file === other.file && one.start >= other.start && one.end <= other.end;

/** Whether a finite number is added to it, or taken off it. */
const isShifted = (sum: Node, { id }: Node): boolean =>
  (isOp(sum, 'js.add', 'add') || (isOp(sum, 'js.sub', 'sub') && operandOf(sum, 'a')?.id === id)) &&
  operandNodes(sum).some((operand) => Number.isFinite(constantOf(operand)));

function goesUnderCaps(site: Site, number: Node): boolean {
  const users = site.users(number);
  return (
    users.length > 0 &&
    users.every((user) => isCap(user, number) || (isScaled(user) && goesUnderCaps(site, user)))
  );
}

/** Whether something finite is taken where a number is more. */
const isCap = (least: Node, { id }: Node): boolean =>
  isOp(least, 'js.min', 'minimum') &&
  operandNodes(least).some((operand) => operand.id !== id && operand.range.high < Infinity);

/** Whether a number is multiplied by one that is written down and above 0. */
const isScaled = (product: Node): boolean =>
  isOp(product, 'js.mul', 'mul') && eitherOrder(product).some(([factor]) => (constantOf(factor) ?? 0) > 0);

/** Whether an op takes a number only where conditions left it an upper end. */
const isTakenBelow = (user: Node, { id }: Node): boolean =>
  operandNodes(user).every((operand) => operand.id !== id || operand.range.high < Infinity);
