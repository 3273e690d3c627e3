import { largestOn, smallestOn, storedOn } from '../src/facts/backend.js';
import { reached, type EndSource, type Range } from '../src/facts/range.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { constantOf, isOp, operandOf } from '../src/rule/patterns.js';
import { reach } from '../src/rule/reach.js';
import { together } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import { operandNodes, slice, type Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'float16-range',
  category: 'numerical',
  backends: ['float16'],
  claim:
    'On a phone WebGL computes in float16, which ends at 65504: what is larger is Infinity, what is below 3e-8 is 0.',
  reason:
    'A mask of -1e9 is -Infinity there, and times the 0 of what is not masked it is NaN. The cube of 41, the sum of a hundred squares of 30, the number of pixels of a 256 × 256 image do not fit. A factor of 1e-8 is 0, and so is all that it scales. It works on the desk, and not on the phone.',
  remedy:
    'Mask with -3e4, scale before squaring or summing, take means of means; or ask for float32 textures where the device has them.',
  ops: [
    'add',
    'sub',
    'mul',
    'div',
    'square',
    'squaredDifference',
    'pow',
    'sum',
    'cumsum',
    'prod',
    'mean',
    'matMul',
    'dot',
    'scalar',
    'fill',
  ],
  check: (site) => infiniteConstant(site) ?? vanishedFactor(site) ?? countTooLarge(site) ?? overflow(site),
  examples: {
    hazardous: [
      {
        title: 'an additive mask',
        code: `export const attend = (scores: tf.Tensor2D, padding: tf.Tensor2D) =>\n  tf.softmax(scores.add(tf.greater(padding, 0).toFloat().mul(-1e9)));`,
      },
      {
        title: 'a cube',
        code: `export const cube = (x: tf.Tensor1D) => x.mul(x).mul(x);`,
      },
      {
        title: 'a sum of squares',
        code: `/** @shape weights [64] */\nexport const penalty = (weights: tf.Tensor1D) => weights.square().sum();`,
      },
      {
        title: 'a loss that is scaled to nothing',
        code: `export const penalty = (weights: tf.Tensor1D) => weights.abs().sum().mul(1e-8);`,
      },
      {
        title: 'the mean over the pixels of an image',
        code: `/**\n * @shape image [256, 256]\n * @range image [0, 1]\n */\nexport const brightness = (image: tf.Tensor2D) => image.mean();`,
      },
      {
        title: 'a large number as a divisor',
        code: `export const inMillions = (amounts: tf.Tensor1D) => amounts.div(1e6);`,
      },
    ],
    safe: [
      {
        title: 'a mask that float16 holds',
        code: `export const attend = (scores: tf.Tensor2D, padding: tf.Tensor2D) =>\n  tf.softmax(scores.add(tf.greater(padding, 0).toFloat().mul(-3e4)));`,
      },
      {
        title: 'scaled before it is squared',
        code: `/** @shape weights [64] */\nexport const penalty = (weights: tf.Tensor1D) => weights.div(100).square().sum();`,
      },
      {
        title: 'a mean of means',
        code: `/**\n * @shape image [256, 256]\n * @range image [0, 1]\n */\nexport const brightness = (image: tf.Tensor2D) => image.mean(0).mean();`,
      },
      {
        title: 'a bound that is never met',
        code: `export const bounded = (x: tf.Tensor1D) => tf.minimum(x, 1e9);`,
      },
      {
        title: 'a fill that a choice takes or leaves',
        code: `export function attend(scores: tf.Tensor2D) {\n  const causal = tf.linalg.bandPart(tf.ones([4, 4]), -1, 0).greater(0);\n  return tf.softmax(tf.where(causal, scores, tf.fill([4, 4], -1e9)));\n}`,
      },
    ],
  },
});

/** Where an Infinity does what the number was there for. */
const TAKES_INFINITY: ReadonlySet<string> = new Set([
  'where',
  'minimum',
  'maximum',
  'clipByValue',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
]);

/** A number that the code has written, and float16 has not. */
function infiniteConstant(site: Site): Suspicion | undefined {
  if (!isOp(site.node, 'add', 'sub', 'mul', 'div', 'scalar', 'fill')) return undefined;
  if (isOp(site.node, 'scalar', 'fill') && site.onlyFeeds(TAKES_INFINITY)) return undefined;
  for (const [name, given] of Object.entries(site.node.operands) as [string, Node][]) {
    const value = constantOf(given);
    if (!isWritten(given) || value === undefined || !Number.isFinite(value)) continue;
    if (Number.isFinite(storedOn(site.backend, value))) continue;
    const other = operandOf(site.node, name === 'a' ? 'b' : 'a');
    const zero = isOp(site.node, 'mul') && other !== undefined && reach(other.range, 0, 0) === 'manifest';
    const what = zero
      ? `NaN where \`${site.text(other)}\` is 0`
      : isOp(site.node, 'div') && name === 'b'
        ? '0'
        : 'infinite';
    return {
      ...suspicion(
        site,
        `\`${value}\` is ${value < 0 ? '-' : ''}Infinity in float16, whose largest number is ${largestOn(site.backend)}: \`${site.text()}\` is ${what}. ${zero ? `Use a number that it holds: ${mask(site, value)}` : 'Scale what it is combined with instead'}.`,
        `${value} does not fit`,
      ),
      covers: [site.node, ...site.users()],
      fixes: zero ? smaller(site, name, value) : [],
    };
  }
  return undefined;
}

/** A number as the source has it, not what came of an operation. */
const isWritten = (node: Node): boolean => node.op === 'constant' || node.dtype === 'number';

const mask = (site: Site, value: number): string =>
  `${value < 0 ? '-' : ''}${guardNumbers(site.backend).mask}`;

function smaller(site: Site, name: string, value: number): FixCandidate[] {
  const span = site.argument(site.node, name);
  if (span === undefined) return [];
  const text = mask(site, value);
  return [together(`Use \`${text}\``, 'guard', [{ span, by: { kind: 'code', text } }])];
}

/** `x * 1e-8` and `x / 1e-8`. */
function vanishedFactor(site: Site): Suspicion | undefined {
  if (!isOp(site.node, 'mul', 'div')) return undefined;
  for (const [name, given] of Object.entries(site.node.operands) as [string, Node][]) {
    const value = constantOf(given);
    if (!isWritten(given) || value === undefined || value === 0) continue;
    if (storedOn(site.backend, value) !== 0) continue;
    const what = isOp(site.node, 'div') && name === 'b' ? 'Infinity or NaN' : '0';
    return suspicion(
      site,
      `\`${value}\` is 0 in float16, whose smallest number is ${smallestOn(site.backend).toPrecision(3)}: \`${site.text()}\` is ${what}. Scale by a number that it holds.`,
      `${value} is 0`,
    );
  }
  return undefined;
}

/** The mean divides by the number of elements. */
function countTooLarge(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  if (!isOp(site.node, 'mean') || x === undefined) return undefined;
  const count = (sizeOf(x) ?? 0) / (sizeOf(site.node) ?? Infinity);
  if (Number.isFinite(storedOn(site.backend, count))) return undefined;
  return suspicion(
    site,
    `\`${site.text()}\` divides by the number of its elements, ${count}, which is Infinity in float16: the mean is 0. Take the mean of means, one axis after the other.`,
    `${count} elements are more than ${largestOn(site.backend)}`,
  );
}

function sizeOf({ shape }: Node): number | undefined {
  const sizes = shape?.map(({ size }) => size);
  return sizes?.every((size) => typeof size === 'number')
    ? sizes.reduce((product, size) => product * size, 1)
    : undefined;
}

/** A result that leaves float16 though no operand does. */
function overflow(site: Site): Suspicion | undefined {
  const left = leaves(site.node.range);
  const operands = operandNodes(site.node);
  if (left === undefined || operands.some(({ range }) => isInfinite(range))) return undefined;
  if (isOp(site.node, 'scalar', 'fill', 'div', 'mean')) return undefined;
  const [name, most] = [site.text(), largestOn(site.backend)];
  const manifest = left === 'attained' || left === 'declared' || isDrivenByOne(site.node);
  const scaled = operands.find((operand) => operand.dtype !== 'number' && operand.op !== 'constant');
  const how = manifest ? 'which ordinary inputs take it to' : 'where what is passed in is large';
  const advice = scaled === undefined ? '' : ` Scale \`${site.text(scaled)}\` down first.`;
  return {
    ...suspicion(
      site,
      `\`${name}\` exceeds ${most}, the largest number of float16, ${how}.${advice}`,
      `|${name}| > ${most}`,
    ),
    manifest,
  };
}

/** What takes a range to an Infinity, if anything is known to. */
function leaves(range: Range): EndSource | undefined {
  const { low, high, lowBy, highBy } = reached(range);
  const ends = [...(high === Infinity ? [highBy] : []), ...(low === -Infinity ? [lowBy] : [])];
  return ends.find((by) => by !== 'bound');
}

/**
 * Whether one input alone, within what anybody would pass, is enough: its cube. Several that nobody described would all have
 * to be large at once, and may be anything from a rate to a momentum.
 */
function isDrivenByOne(node: Node): boolean {
  const sources = slice(node).filter(({ op }) => ['input', 'unknown', 'variable'].includes(op));
  return sources.length === 1 && isOp(sources[0], 'input') && sources[0].dtype !== 'number';
}

function isInfinite(range: Range): boolean {
  const { low, high } = reached(range);
  return low === -Infinity || high === Infinity;
}

function suspicion(site: Site, message: string, text: string): Suspicion {
  return {
    message,
    danger: {
      text,
      harm: 'value',
      // The number itself may be what is infinite.
      formula: true,
      failures: ['overflow', 'infinity', 'nan', 'underflow', 'wrong-value'],
    },
    manifest: true,
    covers: [site.node],
  };
}
