/** Logarithms that are terms of a sum: what is lost of one of them is no more than what the others are rounded by. */
import { nameGivenTo } from '../program/declared-name.js';
import { flowsInto, type Node } from '../program/node.js';
import { placeWritten } from '../program/written.js';
import { ts } from '../source/typescript.js';
import { isWrapping } from '../source/wrappings.js';
import { constantOf, eitherOrder, isOp, onePlus, operandOf, producer } from './patterns.js';
import type { Site } from './site.js';

/**
 * Whether a `log(1 + x)` is only wanted as a term: it is added to something that does not vanish with x, or is the logarithm
 * of a density by its name, which others are added to.
 */
export const isTermOfSum = (site: Site): boolean => isAdded(site, site.node) || isLogDensity(site.node);

function isAdded(site: Site, node: Node, depth = 0): boolean {
  const users = site.users(node);
  if (users.length === 0 || depth > DEPTH || site.isReturned(node)) return false;
  return users.every((user) => {
    if (isOp(user, 'add', 'sub'))
      return eitherOrder(user).some(
        ([one, other]) => one === node && !vanishes(other) && !isOfSame(site, other),
      );
    const isScaled =
      isOp(user, 'mul', 'div') && eitherOrder(user).some(([, by]) => constantOf(by) !== undefined);
    return (isScaled || isOp(user, 'neg') || producer(user) !== user) && isAdded(site, user, depth + 1);
  });
}

/** `log(1 + x) - x`: the one goes to 0 as the other does, and what is left is smaller than both. */
function isOfSame(site: Site, other: Node): boolean {
  const x = onePlus(site.operand('x'));
  return x !== undefined && !isOp(producer(other), 'log', 'log1p') && flowsInto(producer(x) ?? x, other);
}

/** Between a logarithm and the sum that it goes into. */
const DEPTH = 4;

/** What may be as near to 0: another such logarithm, or the other half of a softplus. */
function vanishes(other: Node, depth = 0): boolean {
  const made = producer(other);
  if (made === undefined || depth > DEPTH) return false;
  if (made.range.low === 0 && made.range.lowBy === 'attained') return true;
  if (isOp(made, 'log')) return onePlus(operandOf(made, 'x')) !== undefined;
  if (isOp(made, 'log1p')) return true;
  return isOp(made, 'neg') && vanishes(operandOf(made, 'x')!, depth + 1);
}

/** `const logDet = det.log().squeeze([1]);` */
function isLogDensity(node: Node): boolean {
  let place: ts.Node | undefined = placeWritten(node);
  while (place !== undefined && (isLinkOf(place.parent, place) || isWrapping(place.parent as ts.Expression)))
    place = place.parent;
  return place !== undefined && LOG_DENSITY.test(nameGivenTo(place) ?? '');
}

/** `x.squeeze`, and `x.squeeze()`. */
const isLinkOf = (parent: ts.Node, place: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(parent) || ts.isCallExpression(parent)) && parent.expression === place;

const LOG_DENSITY =
  /^_?log_?(?:abs_?)?(?:det(?:erminant)?|prob(?:s|abilit(?:y|ies))?|lik(?:elihoods?)?|dens(?:ity)?|jac(?:obian)?)$|^ldj$/i;
