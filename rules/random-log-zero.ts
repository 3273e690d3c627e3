import { isJavaScript } from '../src/rule/danger.js';
import { constantOf, isOp, operandOf, producer } from '../src/rule/patterns.js';
import { isOnlyCompared } from '../src/rule/only-compared.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { inWords, Rewriter, together } from '../src/rule/rewrite.js';
import { defineRule } from '../src/rule/rule.js';
import type { FixCandidate, Term } from '../src/rule/finding.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'random-log-zero',
  category: 'numerical',
  claim: 'A uniform draw can be 0, and its logarithm -Infinity: rare, and therefore never seen in a test.',
  reason:
    '`Math.random()` and `tf.randomUniform` include 0: once in 2^53 draws of the one, about once in 2^24 to 2^32 of the other. The sampling formulas of Box and Muller, of Gumbel and of the exponential distribution take its logarithm.',
  remedy: 'Draw from (0, 1]: `1 - Math.random()`, or `tf.randomUniform(shape, 1e-7, 1)`.',
  ops: ['log', 'js.log', 'js.log2', 'js.log10'],
  check(site) {
    const operand = site.operand('x');
    const draw = drawnFrom(operand);
    if (operand === undefined || draw === undefined || operand.range.low > 0) return undefined;
    if (isOnlyCompared(site)) return { pardons: [site.node] };
    const name = site.text(operand);
    const fix = drawnAbove(site, operand, draw);
    // It is shown as it is written there; in parentheses, where others are to follow.
    const remedy = isJavaScript(site.node) ? `Draw away from 0: \`${drawAwayFromZero(operand)}\`` : fix.title;
    return {
      message: `\`${site.text()}\` is -Infinity for the draw of 0 that \`${site.text(draw)}\` includes. ${remedy}.`,
      danger: {
        text: `${name} = 0`,
        harm: 'value',
        region: { operand: 'x', low: 0, high: 0 },
        failures: ['infinity', 'nan'],
      },
      manifest: true,
      covers: [site.node],
      fixes: [fix],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a source of numbers that is Math.random where nobody hands in another',
        code: `export function waiting(rate: number, random: () => number = Math.random) {\n  return tf.scalar(-Math.log(random()) / Math.max(rate, 1e-3));\n}`,
      },
      {
        title: 'exponential waiting times',
        code: `export const waiting = (rate: number) => tf.randomUniform([4]).log().mul(-1 / rate);`,
      },
      {
        title: 'Box and Muller in plain numbers',
        code: `function gaussian() {\n  return Math.sqrt(-2 * Math.log(Math.random())) * Math.cos(2 * Math.PI * Math.random());\n}\nexport const noise = (size: number) => tf.tensor1d(Array.from({ length: size }, gaussian));`,
      },
      {
        title: 'Gumbel noise of a draw that is turned round',
        code: `export const pick = (logits: number[]) =>\n  tf.tensor1d(logits.map((logit) => logit - Math.log(-Math.log(1 - Math.random())))).argMax();`,
      },
      {
        title: 'Gumbel noise',
        code: `export const perturb = (logits: tf.Tensor2D) => {\n  const u = tf.randomUniform([2, 3], 0, 1);\n  return logits.add(tf.neg(tf.log(tf.neg(tf.log(u).minimum(-1e-6)))));\n};`,
      },
    ],
    safe: [
      {
        title: 'a draw that decides whether a step is taken',
        code: `export function accepts(next: number, now: number) {\n  const draw = Math.log(Math.random());\n  return draw < next - now ? tf.scalar(next) : tf.scalar(now);\n}`,
      },
      {
        title: 'draws that decide for each chain',
        code: `export const accepted = (ratios: tf.Tensor1D) => tf.log(tf.randomUniform([8])).less(ratios);`,
      },
      {
        title: 'a draw away from 0',
        code: `export const waiting = (rate: number) => tf.randomUniform([4], 1e-7, 1).log().mul(-1 / rate);`,
      },
      {
        title: 'the draw turned round',
        code: `const gaussian = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());\nexport const noise = (size: number) => tf.tensor1d(Array.from({ length: size }, gaussian));`,
      },
      {
        title: 'an epsilon added to the draw',
        code: `export const waiting = (rate: number) => tf.randomUniform([4]).add(1e-7).log().mul(-1 / rate);`,
      },
    ],
  },
});

/** The same draw without its 0. */
function drawnAbove(site: Site, operand: Node, draw: Node): FixCandidate {
  const write = new Rewriter(site);
  const least = guardNumbers(site.backend).floor;
  const by = isJavaScript(draw)
    ? ({ kind: 'code', text: `(${drawAwayFromZero(operand)})` } as const)
    : write.op(
        'randomUniform',
        write.argument(draw, 'shape'),
        least,
        ...['maxval', 'dtype', 'seed'].map((name) => written(site, draw, name, write)),
      );
  return together(`Draw away from 0: \`${inWords(by)}\``, 'guard', [{ span: draw.span, by }]);
}

/** Of what was turned round already, turning it once more gives the other end. */
const drawAwayFromZero = (operand: Node): string =>
  isOp(operand, 'js.random', 'js.mul', 'js.div') ? '1 - Math.random()' : 'Math.random() || Number.EPSILON';

const written = (site: Site, draw: Node, name: string, write: Rewriter): Term | undefined =>
  site.argument(draw, name) === undefined ? undefined : write.argument(draw, name);

/** The uniform draw that the values come from, through scalings that leave a 0 a 0. */
function drawnFrom(node: Node | undefined, depth = 0): Node | undefined {
  const made = producer(node);
  if (made === undefined || depth > 6) return undefined;
  if (isOp(made, 'randomUniform', 'js.random') && made.range.low === 0) return made;
  if (isOp(made, 'mul', 'div', 'js.mul', 'js.div'))
    return drawnFrom(operandOf(made, 'a'), depth + 1) ?? drawnFrom(operandOf(made, 'b'), depth + 1);
  if (isOp(made, 'neg', 'js.neg')) return drawnFrom(operandOf(made, 'x'), depth + 1);
  const turned = isOp(made, 'log', 'js.log') ? turnedRound(producer(operandOf(made, 'x'))) : undefined;
  return drawnFrom(turned, depth + 1);
}

/** The u of `1 - u`, the logarithm of which is 0 with the draw. */
const turnedRound = (node: Node | undefined): Node | undefined =>
  isOp(node, 'sub', 'js.sub') && constantOf(operandOf(node!, 'a')) === 1 ? operandOf(node!, 'b') : undefined;
