/** What a divisor of 0 does besides: the square root of the same zero is no second cause, and `[x / n, y / n]` has one. */
import type { Node } from '../program/node.js';
import { arithmeticChain, isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';

export const ofSameDivisor = (site: Site, divisor: Node): Node[] => [
  ...rootsIn(divisor),
  ...dividedBeside(site, divisor),
];

const rootsIn = (divisor: Node): Node[] =>
  arithmeticChain(divisor).filter((node) => isOp(node, 'sqrt', 'norm', 'euclideanNorm'));

/** Other numbers that the same line divides by it, further on. */
const dividedBeside = (site: Site, divisor: Node): Node[] =>
  site
    .users(divisor)
    .filter((user) => isOp(user, 'js.div') && operandOf(user, 'b')?.id === divisor.id)
    .filter((user) => user.span.start > site.node.span.start && site.isOnOneLine(user));
