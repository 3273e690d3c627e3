import { dangersMet, isJavaScript, whereGradient, type Met } from '../src/rule/danger.js';
import { clipped, keptAbove } from '../src/rule/guard-fixes.js';
import {
  eitherOrder,
  isConstant,
  isOp,
  isRawScore,
  minusOne,
  operandOf,
  producer,
} from '../src/rule/patterns.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { isCappedPower } from '../src/rule/capped.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { FixCandidate } from '../src/rule/finding.js';
import type { Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'domain-edge',
  category: 'numerical',
  claim:
    'acos, asin, acosh, atanh and powers have an edge, beyond which they are NaN and at which their gradient is infinite; that of atan2 is where both are 0.',
  reason:
    'The cosine of a vector with itself is 1.0000001 as often as 1, and acos of that is NaN; a tanh is exactly 1 from 9.01 on, and atanh of that is Infinity; a negative number has no fractional power; an arrow of length 0 has no direction, and atan2 the gradient 0 / 0 there. Clipping to [-1, 1] saves the value and leaves the infinite gradient.',
  remedy:
    'Stay inside by something float32 keeps: `tf.clipByValue(x, -1 + 1e-6, 1 - 1e-6)`, `tf.pow(tf.maximum(x, 1e-6), p)`; for an angle use `tf.atan2`.',
  ops: [
    ...['acos', 'asin', 'acosh', 'atanh', 'pow', 'atan2'],
    ...['js.acos', 'js.asin', 'js.acosh', 'js.atanh', 'js.pow', 'js.sqrt'],
  ],
  check(site) {
    const met = dangersMet(site, ['value', 'gradient'])
      .filter(({ region }) => region.failure !== 'vanished-gradient' && region.failure !== 'overflow')
      .map((one) => (isSurelyMet(site, one) ? { ...one, reach: 'manifest' as const } : one))
      .map((one) => (restsOnExponent(site, one) ? { ...one, reach: 'assumed' as const } : one))
      .sort((one, other) => Number(other.reach === 'manifest') - Number(one.reach === 'manifest'))
      .find(({ reach }) => reach === 'manifest' || reach === 'assumed');
    if (met === undefined || isCappedPower(site) || isPowerOfProduct(site)) return undefined;
    // Two numbers are rarely 0 at once: only where a gradient is seen to be taken.
    if (site.node.op === 'atan2' && site.gradient() !== 'yes') return undefined;
    return suspicion(site, met);
  },
  examples: {
    hazardous: [
      {
        title: 'the angle between two vectors',
        code: `const length = (x: tf.Tensor) => tf.sqrt(x.square().sum().maximum(1e-12));\nexport function angle(u: tf.Tensor1D, v: tf.Tensor1D) {\n  const cosine = tf.sum(u.mul(v)).div(length(u).mul(length(v)));\n  return tf.acos(cosine);\n}`,
      },
      {
        title: 'the angles at the joints of a pose',
        code: `type Point = { x: number; y: number };\nconst arrow = (from: Point, to: Point) => tf.tensor1d([to.x - from.x, to.y - from.y]);\nfunction angle(a: Point, b: Point, c: Point) {\n  const [u, v] = [arrow(b, a), arrow(b, c)];\n  return tf.acos(tf.dot(u, v).div(u.norm().mul(v.norm()).add(1e-9)));\n}\nexport const angles = (pose: Point[], joints: [number, number, number][]) => joints.map(([i, j, k]) => angle(pose[i], pose[j], pose[k]));`,
      },
      {
        title: 'the angle between two vectors in JavaScript numbers',
        code: `const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);\nconst angle = (a: number[], b: number[]) => Math.acos(dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)) + 1e-12));\nexport const angles = (points: tf.Tensor2D) => {\n  const rows = points.arraySync();\n  return tf.tensor1d(rows.map((row) => angle(row, rows[0])));\n};`,
      },
      {
        title: 'the angle of a rotation',
        code: `export function rotationAngle(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const trace = tf.matMul(a, b, true, false).mul(tf.eye(3)).sum();\n  return tf.acos(trace.sub(1).div(2));\n}`,
      },
      {
        title: 'a clip to the edge, under a gradient',
        code: `const angle = (cosine: tf.Tensor) => tf.acos(cosine.clipByValue(-1, 1));\nexport const step = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => angle(t).sum())(x);`,
      },
      {
        title: 'the inverse of a squashed action',
        code: `export const unsquash = (action: tf.Tensor2D) => tf.atanh(tf.tanh(action));`,
      },
      {
        title: 'a fractional power of a raw score',
        code: `const kernel = tf.variable(tf.randomNormal([4, 2]));\nexport const compress = (x: tf.Tensor2D) => x.matMul(kernel as tf.Tensor2D).pow(0.5);`,
      },
      {
        title: 'a fractional power of what reaches 0, under a gradient',
        code: `const loudness = (x: tf.Tensor) => tf.pow(tf.relu(x), 0.3).sum();\nexport const step = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => loudness(t))(x);`,
      },
      {
        title: 'the direction of an arrow that may have no length, under a gradient',
        code: `const direction = (x: tf.Tensor, y: tf.Tensor) => tf.atan2(tf.relu(y), tf.relu(x)).sum();\nexport const step = (x: tf.Tensor1D, y: tf.Tensor1D) => tf.grad((t: tf.Tensor) => direction(t, y))(x);`,
      },
    ],
    safe: [
      {
        title: 'the next step of an integration, of which no more than 5 is taken',
        code: `export function steps(scaled: tf.Tensor1D, h: number) {\n  const error = scaled.square().mean().sqrt().dataSync()[0]!;\n  return h * Math.min(5, 0.9 * Math.pow(error, -1 / 3));\n}`,
      },
      {
        title: 'inside by more than rounding',
        code: `const length = (x: tf.Tensor) => tf.sqrt(x.square().sum().maximum(1e-12));\nexport function angle(u: tf.Tensor1D, v: tf.Tensor1D) {\n  const cosine = tf.sum(u.mul(v)).div(length(u).mul(length(v)));\n  return tf.acos(cosine.clipByValue(-1 + 1e-6, 1 - 1e-6));\n}`,
      },
      {
        title: 'the angle between two vectors in JavaScript numbers, kept inside',
        code: `const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);\nconst angle = (a: number[], b: number[]) => Math.acos(Math.max(-1, Math.min(1, dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)) + 1e-12))));\nexport const angles = (points: tf.Tensor2D) => {\n  const rows = points.arraySync();\n  return tf.tensor1d(rows.map((row) => angle(row, rows[0])));\n};`,
      },
      {
        title: 'a squashed action kept from the edge',
        code: `export const unsquash = (action: tf.Tensor2D) => tf.atanh(tf.tanh(action).clipByValue(-0.999999, 0.999999));`,
      },
      {
        title: 'a power that the caller chooses, of what reaches 0',
        code: `export const brighten = (image: tf.Tensor3D, exponent: number) => image.div(255).clipByValue(0, 1).pow(exponent);`,
      },
      { title: 'a whole power', code: `export const cube = (x: tf.Tensor2D) => tf.pow(x, 3);` },
      {
        title: 'a fractional power of what is kept above 0',
        code: `const loudness = (x: tf.Tensor) => tf.pow(tf.relu(x).add(1e-6), 0.3).sum();\nexport const step = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => loudness(t))(x);`,
      },
    ],
  },
});

/** At 0 only some exponents break: that one of them is handed in, or computed of what is, is for the caller to avoid. */
function restsOnExponent({ node }: Site, { region, operand, reach }: Met): boolean {
  const exponent = operandOf(node, 'exp') ?? operandOf(node, 'b');
  const isAtZero = region.high === 0 && Math.max(region.low, operand.range.low) === 0;
  return (
    reach === 'manifest' &&
    isOp(node, 'pow', 'js.pow') &&
    isAtZero &&
    exponent !== undefined &&
    exponent.range.lowBy !== 'attained' &&
    exponent.range.high > 0
  );
}

function suspicion(site: Site, met: Met): Suspicion {
  const name = site.text(met.operand);
  const { op } = site.node;
  const short = op.replace('js.', '');
  const manifest = met.reach === 'manifest';
  const why = manifest ? whyMet(met.operand) : 'which nothing here excludes';
  const what =
    met.region.harm === 'gradient'
      ? `has an infinite or NaN gradient when \`${met.text}\`${whereGradient(site)}`
      : `is NaN or Infinity when \`${met.text}\``;
  const ofArrow = `\`${site.text()}\` has the gradient 0 / 0 where both are 0${whereGradient(site)}, ${why}. Keep the arrow from having no length: \`${name}.add(1e-12)\`.`;
  return {
    message: isOp(site.node, 'atan2')
      ? ofArrow
      : `\`${site.text()}\` ${what}, ${why}. Keep it inside: ${inside(short, name, isJavaScript(site.node), guardNumbers(site.backend).edge)}.`,
    danger: {
      text: isOp(site.node, 'atan2') ? 'both are 0' : met.text,
      harm: met.region.harm,
      region: { operand: met.region.operand, low: met.region.low, high: met.region.high },
      failures: ['nan', 'infinity', 'nan-gradient', 'inf-gradient'],
    },
    manifest,
    fixes: keptInside(site, short, met.operand),
  };
}

/** Of factors that are negative there is none. What becomes of those that are not, `probability-product` says. */
const isPowerOfProduct = ({ node }: Site): boolean =>
  isOp(node, 'pow') && isOp(producer(operandOf(node, 'base')), 'prod');

/** Values that rounding alone takes over the edge, or that are on either side of it as often. */
function isSurelyMet(site: Site, { region, operand, reach }: Met): boolean {
  if (reach === 'manifest') return true;
  if (isOp(site.node, 'pow', 'js.pow')) return region.failure === 'nan' && isRawScore(operand);
  if (isOp(site.node, 'js.acos', 'js.asin')) return isCosineOfNumbers(operand);
  return isOp(site.node, 'acos', 'asin') && region.failure === 'nan' && isCosine(operand);
}

/** A sum of products, which only vectors of length 1 keep within 1, or one over the product of two lengths. */
function isCosineOfNumbers(node: Node): boolean {
  if (!isOp(node, 'js.div')) return isSumOfProducts(node);
  return isSumOfProducts(operandOf(node, 'a')) && isProductOfLengths(operandOf(node, 'b'), 0);
}

const isSumOfProducts = (node: Node | undefined): boolean =>
  isAccumulated(node) ||
  (isOp(node, 'js.add') && eitherOrder(node).some(([a, b]) => isOp(b, 'js.mul') && isProductOrSum(a)));

const isProductOrSum = (node: Node): boolean => isOp(node, 'js.mul') || isSumOfProducts(node);

/** What a loop or a `reduce` added up. */
const isAccumulated = (node: Node | undefined): boolean =>
  isOp(node, 'unknown') &&
  !node.range.integer &&
  node.range.low === -Infinity &&
  ['loop-carried value', 'branches disagree'].includes(String(node.attributes['cause']));

function isProductOfLengths(node: Node | undefined, depth: number): boolean {
  if (isOp(node, 'js.sqrt', 'js.hypot')) return true;
  if (depth > 3 || !isOp(node, 'js.mul', 'js.add', 'js.max')) return false;
  return eitherOrder(node).some(([one]) => isProductOfLengths(one, depth + 1));
}

/** A dot product over lengths, or of vectors of length 1; that of a rotation is (trace - 1) / 2. */
function isCosine(node: Node): boolean {
  const made = producer(node);
  if (isHalf(made)) return isTraceMinusOne(producer(operandOf(made, 'a')));
  if (isOp(made, 'div')) return isProduct(operandOf(made, 'a')) && isLength(operandOf(made, 'b'), 0);
  if (!isProduct(made)) return false;
  const factors = isOp(made, 'sum') ? producer(operandOf(made, 'x')) : made;
  return ['a', 'b', 't1', 't2'].filter((name) => isUnit(operandOf(factors, name))).length === 2;
}

function isHalf(node: Node | undefined): node is Node {
  return (
    (isOp(node, 'div') && isConstant(operandOf(node, 'b'), 2)) ||
    (isOp(node, 'mul') && isConstant(operandOf(node, 'b'), 0.5))
  );
}

/** `trace(R).sub(1)`, whose trace is a sum. */
function isTraceMinusOne(node: Node | undefined): boolean {
  const trace = producer(minusOne(node));
  return isOp(trace, 'sum', 'add', 'addN');
}

function isProduct(node: Node | undefined): boolean {
  const made = producer(node);
  return isOp(made, 'dot', 'matMul') || (isOp(made, 'sum') && isOp(producer(operandOf(made, 'x')), 'mul'));
}

const isUnit = (node: Node | undefined): boolean => {
  const made = producer(node);
  return isOp(made, 'div') && isLength(operandOf(made, 'b'), 0);
};

function isLength(node: Node | undefined, depth: number): boolean {
  const made = producer(node);
  if (made === undefined || depth > 4) return false;
  if (isOp(made, 'norm', 'euclideanNorm', 'sqrt')) return true;
  if (!isOp(made, 'mul', 'maximum', 'add')) return false;
  return isLength(operandOf(made, 'a'), depth + 1) || isLength(operandOf(made, 'b'), depth + 1);
}

function whyMet(operand: Node): string {
  if (isCosine(operand)) return 'and a cosine is 1.0000001 by rounding alone';
  if (operand.dtype === 'number' && isCosineOfNumbers(operand))
    return 'and a cosine is 1.0000000000000002 by rounding alone';
  if (isRawScore(operand)) return 'as the output of a linear layer is for half of its inputs';
  return 'which the code itself reaches';
}

function keptInside(site: Site, op: string, operand: Node): FixCandidate[] {
  const plain = isJavaScript(site.node);
  const { edge } = guardNumbers(site.backend);
  if (op === 'atan2') return [];
  if (op === 'sqrt') return keptAbove(site, operand, '0');
  if (op === 'pow') return keptAbove(site, operand, plain ? '1e-6' : edge);
  if (op === 'acosh') return keptAbove(site, operand, plain ? '1' : `1 + ${edge}`);
  return plain ? clipped(site, operand, '-1', '1') : clipped(site, operand, `-1 + ${edge}`, `1 - ${edge}`);
}

function inside(op: string, name: string, plain: boolean, edge: string): string {
  if (op === 'pow') return plain ? `\`Math.max(${name}, 1e-6)\`` : `\`tf.maximum(${name}, ${edge})\``;
  if (op === 'sqrt') return `\`Math.max(${name}, 0)\``;
  if (op === 'acosh') return plain ? `\`Math.max(${name}, 1)\`` : `\`tf.maximum(${name}, 1 + ${edge})\``;
  return plain
    ? `\`Math.max(-1, Math.min(1, ${name}))\``
    : `\`tf.clipByValue(${name}, -1 + ${edge}, 1 - ${edge})\``;
}
