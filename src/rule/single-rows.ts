/** Divisors such as `n - 1`, which count a batch: nothing is wrong with them until it is a single sample. */
import type { Node } from '../program/node.js';
import { constantOf, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `x.sum(0).div(n - 1)` and `n / (n - 1)`, where `n` is a size that may be 1. */
export function overSizeMinusOne(site: Site): Suspicion | undefined {
  const divisor = operandOf(site.node, 'b');
  const size = sizeLess(divisor);
  if (divisor === undefined || size === undefined) return undefined;
  const [name, what] = [site.text(divisor), site.text(operandOf(divisor, 'a')!)];
  const isZero = divisor.range.low === 0;
  return {
    message: `\`${site.text()}\` is ${isZero ? 'NaN or Infinity' : 'of the other sign'} where \`${what}\` is 1: \`${name}\` is ${isZero ? '0' : 'negative'} then. Ask for more, or divide by \`Math.max(${name}, 1)\`.`,
    danger: { text: `${what} = 1`, harm: 'value', failures: ['nan', 'infinity'] },
    manifest: false,
    advice: true,
  };
}

/** What 1 or little more is taken from, if that is a size that may be as small as 1. */
function sizeLess(divisor: Node | undefined): Node | undefined {
  if (!isOp(divisor, 'js.sub') || divisor.range.low > 0) return undefined;
  const less = constantOf(operandOf(divisor, 'b'));
  const size = operandOf(divisor, 'a');
  return size?.op === 'js.size' && size.range.low === 1 && less !== undefined && less >= 1 && less < 2
    ? size
    : undefined;
}
