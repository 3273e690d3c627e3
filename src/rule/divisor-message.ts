/** What is told of a divisor that gets to 0: when, why, and what to divide by instead. */
import { isPlaceFromOne } from '../program/growth.js';
import { isJavaScript, whereGradient, type Met } from './danger.js';
import { floorUnder } from './guard-fixes.js';
import { isUnionOfClamped } from './overlaps.js';
import type { Site } from './site.js';

export function saysOfDivisor(site: Site, met: Met, why: string): string {
  const name = site.text(met.operand);
  if (isPlaceFromOne(met.operand))
    return `\`${site.text()}\` is Infinity where what is looked for is not in the list: \`${name}\` is 0 then. Ask first, \`${name} > 0 ? ${site.text()} : 0\`.`;
  const maximum = isJavaScript(site.node) ? 'Math.max' : 'tf.maximum';
  const floor = `${maximum}(${name}, ${floorUnder(site, met.operand)})`;
  // A union is no less than what it is made of.
  const isPositive = met.operand.range.low >= 0 || isUnionOfClamped(met.operand, site.operand('a'));
  const guard = isPositive ? `\`${floor}\`` : `a guard that keeps its sign`;
  if (met.region.harm === 'gradient')
    return `\`${site.text()}\` has an infinite gradient when \`${met.text}\`${whereGradient(site)}, ${why}. Divide by ${guard}.`;
  return `\`${site.text()}\` is Infinity or NaN when \`${met.text}\`, ${why}. Divide by ${guard}.`;
}
