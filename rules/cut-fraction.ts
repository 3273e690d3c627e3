import { highEnd, lowEnd, type Range } from '../src/facts/range.js';
import { isUnknown } from '../src/ops/build.js';
import type { UnknownAttribute } from '../src/ops/row.js';
import { operandNodes, type Node } from '../src/program/node.js';
import { inPlaceOf } from '../src/rule/guard-fixes.js';
import { constantOf, isOp, operandOf, producer } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

const LITERALS = ['scalar', 'tensor', 'tensor1d', 'tensor2d', 'tensor3d', 'tensor4d'];

export default defineRule({
  name: 'cut-fraction',
  category: 'numerical',
  claim: 'Fractions are put where only whole numbers are kept: each of them becomes 0.',
  reason:
    'An int32 tensor, an `Int32Array` and a `Uint8Array` cut off what is behind the point, a bool tensor is true of all that is not 0. A probability of 0.97, or a pixel that was divided by 255, is 0 then, and nothing throws: the model sees nothing but zeros.',
  remedy:
    'Keep fractions in a `Float32Array` or a float32 tensor. Where a class is meant, decide first: `.greater(0.5)`, `.round()`.',
  ops: ['cast', ...LITERALS, 'js.cut', 'js.pixel'],
  check(site) {
    const what = storedAt(site);
    if (what === undefined) return undefined;
    return {
      message: `\`${site.text()}\` keeps ${what.kept} of \`${what.text}\`, which lies between ${what.from} and 1: ${what.so} ${what.advice}`,
      danger: { text: `0 < |${what.text}| < 1`, harm: 'value', failures: ['wrong-value'] },
      manifest: true,
      // A mask has bytes that are 0 or 255.
      advice: what.mayBeMask,
      fixes: what.fixes,
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the class of a probability',
        code: `export function accuracy(logits: tf.Tensor1D, labels: tf.Tensor1D) {\n  const predicted = tf.sigmoid(logits).toInt();\n  return predicted.equal(labels.toInt()).mean();\n}`,
      },
      {
        title: 'a mask of probabilities',
        code: `export const chosen = (logits: tf.Tensor2D) => tf.softmax(logits).cast('bool');`,
      },
      {
        title: 'draws from 0 to 1 in an array of whole numbers',
        code: `export function noise(size: number) {\n  const values = new Int32Array(size);\n  for (let i = 0; i < size; i++) values[i] = Math.random();\n  return tf.tensor1d(values);\n}`,
      },
      {
        title: 'weights that are written down, as whole numbers',
        code: `export const weighted = (losses: tf.Tensor1D) => losses.reshape([3]).mul(tf.tensor1d([0.2, 0.3, 0.5], 'int32'));`,
      },
    ],
    safe: [
      {
        title: 'rounded first',
        code: `export const predicted = (logits: tf.Tensor1D) => tf.sigmoid(logits).round().toInt();`,
      },
      {
        title: 'a comparison',
        code: `export const predicted = (logits: tf.Tensor1D) => tf.sigmoid(logits).greater(0.5).toInt();`,
      },
      {
        title: 'scaled to bytes',
        code: `export const pixels = (logits: tf.Tensor2D) => tf.sigmoid(logits).mul(255).toInt();`,
      },
      {
        title: 'a mask that is kept from 0 to 1',
        code: `export const mask = (counts: tf.Tensor1D) => counts.clipByValue(0, 1).toInt();`,
      },
      {
        title: 'a mask of bytes that are 0 or 255',
        code: `export const mask = (canvas: HTMLCanvasElement) => tf.browser.fromPixels(canvas, 1).div(255).toInt();`,
      },
      {
        title: 'what is decided by a probability, enlarged',
        code: `export const mask = (logits: tf.Tensor4D) =>\n  tf.image.resizeBilinear(tf.sigmoid(logits).greater(0.5).toFloat() as tf.Tensor4D, [8, 8]).toInt();`,
      },
      {
        title: 'the grey of three colours',
        code: `export function image(pixels: Uint8ClampedArray, width: number, height: number) {\n  const grey = new Uint8Array(width * height);\n  for (let i = 0; i < grey.length; i++) grey[i] = (pixels[4 * i]! + pixels[4 * i + 1]! + pixels[4 * i + 2]!) / 3;\n  return tf.tensor2d(grey, [height, width]);\n}`,
      },
      {
        title: 'an index that is drawn',
        code: `export const index = () => tf.randomUniform([4]).mul(10).toInt();`,
      },
    ],
  },
});

interface Stored {
  readonly text: string;
  readonly from: number;
  readonly kept: string;
  readonly so: string;
  readonly advice: string;
  readonly fixes: ReturnType<typeof inPlaceOf>;
  readonly mayBeMask?: boolean;
}

/** The fractions that are stored here; undefined where nothing says that they are some. */
function storedAt(site: Site): Stored | undefined {
  const { op } = site.node;
  if (op === 'cast') return castAt(site);
  if (LITERALS.includes(op)) return writtenAt(site);
  const x = site.operand('x');
  if (x === undefined || !(isFraction(x.range) || isOfByte(x))) return undefined;
  if (!isOfByte(x) && !holdsFractions(x)) return undefined;
  return {
    ...wholeNumbers(op === 'js.pixel' ? 'black, or 1 of 255.' : '0.'),
    text: site.text(x),
    from: x.range.low < 0 ? -1 : 0,
    advice: 'Use a `Float32Array`, or scale to the numbers that the array holds.',
    fixes: [],
    mayBeMask: isOfByte(x),
  };
}

function castAt(site: Site): Stored | undefined {
  const { dtype } = site.node.attributes;
  const x = site.operand('x');
  if (x === undefined || (dtype !== 'int32' && dtype !== 'bool')) return undefined;
  if (!isFraction(x.range) || !holdsFractions(x)) return undefined;
  const told = { text: site.text(x), from: x.range.low < 0 ? -1 : 0 };
  const decided = (op: string, ...bound: number[]): Stored['fixes'] =>
    inPlaceOf(site, site.node, x, (operand, write) => write.op(op, operand, ...bound));
  return dtype === 'bool'
    ? {
        ...told,
        kept: 'no more than whether it is 0',
        so: 'it is true of all of them.',
        advice: `Use \`${told.text}.greater(0.5)\`.`,
        fixes: [],
      }
    : {
        ...told,
        ...wholeNumbers('0.'),
        advice: `Use \`${told.text}.round()\`, or compare: \`.greater(0.5)\`.`,
        fixes: decided('round'),
      };
}

const wholeNumbers = (zero: string): Pick<Stored, 'kept' | 'so'> => ({
  kept: 'only whole numbers',
  so: `each fraction becomes ${zero}`,
});

/** `tf.tensor1d([0.2, 0.8], 'int32')`. */
function writtenAt(site: Site): Stored | undefined {
  const { values, dtype } = site.node.attributes;
  if (dtype !== 'int32' || values === undefined || values === null) return undefined;
  const isCut = isUnknown(values) ? isUnknownFraction(values) : areFractions(values);
  if (!isCut) return undefined;
  const span = site.argument(site.node, 'values');
  return {
    ...wholeNumbers('0.'),
    text: span === undefined ? 'the values' : site.textAt(span),
    from: 0,
    advice: 'Leave the type out: float32 is the default.',
    fixes: [],
  };
}

function areFractions(values: unknown): boolean {
  const all = [values].flat(Infinity);
  return (
    all.every((value) => typeof value === 'number' && Math.abs(value) <= 1) &&
    all.some((value) => !Number.isInteger(value))
  );
}

function isUnknownFraction({ numbers, range = numbers }: UnknownAttribute): boolean {
  return range !== undefined && isFraction(range);
}

/** From -1 to 1, and not by what is assumed of inputs. */
const isFraction = (range: Range): boolean =>
  !range.integer &&
  range.low >= -1 &&
  range.high <= 1 &&
  range.low < range.high &&
  [lowEnd(range), highEnd(range)].every(({ by }) => by !== 'assumed');

/** A byte of a picture, divided by the largest one. */
const isOfByte = (x: Node): boolean =>
  isOp(x, 'js.div') &&
  [255, 256].includes(constantOf(operandOf(x, 'b')) ?? NaN) &&
  !isOp(producer(operandOf(x, 'a')), 'js.mul', 'js.add');

/**
 * What is clipped to 0 and 1, or a picture that was divided by 255, may be a mask of zeros and ones; a sigmoid is none. Behind
 * what is whole nothing is left of the fractions that it was decided by.
 */
function holdsFractions(node: Node, depth = 0): boolean {
  if (node.range.integer || depth > MOST_STEPS) return false;
  return (
    MAKES_FRACTIONS.test(node.op) || operandNodes(node).some((operand) => holdsFractions(operand, depth + 1))
  );
}

const MOST_STEPS = 8;
const MAKES_FRACTIONS = /^(sigmoid|softmax|tanh|exp|mean|randomUniform|layer\.apply|js\.random)$/;
