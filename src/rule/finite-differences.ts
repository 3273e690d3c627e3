/** Derivatives by steps that are too small for float32: `u(x + h) - u(x - h)` over `2 h`. */
import { slice, type Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, sameValue } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import { signedTerms } from './terms.js';

/** float32 rounds values of about 1 by 6e-8: over a divisor of 1e-5 half a percent of a slope of 1 is noise, over 1e-7 half of it. */
const MOST_DIVISOR = 1e-5;

/** A step is small, and so is what it changes; a larger one is no step. */
const MOST_STEP = 1e-3;

export function tinySteps(site: Site): Suspicion | undefined {
  const quotient = site.users().find((user) => divisorOf(user, site.node) !== undefined);
  const divisor = quotient && divisorOf(quotient, site.node);
  if (divisor === undefined) return undefined;
  const step = stepIn(site.node);
  if (step === undefined) return undefined;
  const noise = Number((6e-8 / divisor).toPrecision(1));
  return {
    message: `\`${site.at(quotient!).text()}\` divides what float32 rounds of \`${site.text()}\` by ${Number(divisor.toPrecision(3))}: of values around 1 noise of about ${noise} is left of the slope. Take a step of 1e-2, or of 1e-3 where the values are small, or let \`tf.grad\` differentiate.`,
    danger: {
      text: `the step of \`${site.text(step)}\` is lost beside what it is added to`,
      harm: 'accuracy',
      failures: ['cancellation'],
    },
    manifest: true,
    covers: [quotient!],
    related: [{ node: step, message: 'the step' }],
  };
}

/** The size of the number that a difference is divided by, if it is that small. */
function divisorOf(user: Node, difference: Node): number | undefined {
  const divisor = isOp(user, 'div') && operandOf(user, 'a') === difference ? operandOf(user, 'b') : undefined;
  const factor = isOp(user, 'mul') ? eitherOrder(user).find(([one]) => one === difference)?.[1] : undefined;
  const size = Math.abs(constantOf(divisor) ?? 1 / (constantOf(factor) ?? NaN));
  return size > 0 && size <= MOST_DIVISOR ? size : undefined;
}

/**
 * `x.add(1e-6)`, `xt.add(tf.tensor1d([0, 1e-6]))` in a term, where the same x goes into one of the other sign without that
 * step: what is added to two things, `x.add(epsilon)` and `y.add(epsilon)`, is a guard.
 */
function stepIn(difference: Node): Node | undefined {
  const terms = signedTerms(difference).map(({ sign, node }) => ({ sign, parts: slice(node) }));
  for (const { sign, parts } of terms) {
    for (const step of parts) {
      const x = steppedFrom(step);
      const isOtherSide = (other: (typeof terms)[number]): boolean =>
        other.sign !== sign &&
        other.parts.some(({ id }) => id === x!.id) &&
        !other.parts.some((part) => sameValue(part, step));
      if (x !== undefined && terms.some(isOtherSide)) return step;
    }
  }
  return undefined;
}

/** The x of a step. */
const steppedFrom = (node: Node): Node | undefined =>
  isOp(node, 'add', 'sub')
    ? eitherOrder(node).find(([x, step]) => constantOf(x) === undefined && isStep(step))?.[0]
    : undefined;

const isStep = ({ op, range }: Node): boolean =>
  WRITTEN.has(op) &&
  range.low >= -MOST_STEP &&
  range.high <= MOST_STEP &&
  (range.low !== 0 || range.high !== 0);

const WRITTEN: ReadonlySet<string> = new Set([
  'constant',
  'scalar',
  'tensor',
  'tensor1d',
  'tensor2d',
  'fill',
]);
