/** A geometric mean as the root of a product, which leaves float32 long before its root would. */
import type { Node } from '../program/node.js';
import { constantOf, isOp, operandOf } from './patterns.js';
import { inWords, Rewriter } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `tf.pow(x.prod(-1), 1 / n)`, of as many numbers as there happen to be. */
export function rootOfProduct(site: Site): Suspicion | undefined {
  const root = site
    .users()
    .find((user) => isOp(user, 'pow') && operandOf(user, 'base') === site.node && isRoot(user));
  const x = site.operand('x');
  if (root === undefined || x === undefined || isAboutOne(x)) return undefined;
  const write = new Rewriter(site);
  const logs = write.op('log', x);
  const mean = write.op(
    'exp',
    write.op('mean', logs, write.argument(site.node, 'axis'), write.argument(site.node, 'keepDims')),
  );
  return {
    message: `\`${site.text()}\` leaves ${site.backend.format} where its root, \`${site.text(root)}\`, is an ordinary number: forty factors of 0.001 are 0, and of 1000 Infinity. Take the mean of logarithms: \`${inWords(mean)}\`.`,
    danger: {
      text: `the product of ${site.text(x)} is below 1.4e-45 or above 3.4e38`,
      harm: 'value',
      failures: ['underflow', 'overflow', 'infinity'],
    },
    manifest: true,
    related: [{ node: root, message: 'the root' }],
  };
}

/** An exponent of 1 by a size: of how many there are nothing is known. */
function isRoot(power: Node): boolean {
  const exponent = operandOf(power, 'exp');
  return (
    isOp(exponent, 'js.div') &&
    constantOf(operandOf(exponent, 'a')) === 1 &&
    isOp(operandOf(exponent, 'b'), 'js.size')
  );
}

/** Factors that are all about 1 have such a product too. */
const isAboutOne = ({ range }: Node): boolean => range.low > 0.5 && range.high < 2;
