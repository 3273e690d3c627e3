import { showShape } from '../src/facts/shape.js';
import { BROADCASTING, isMeant, mutualGrowth } from '../src/rule/broadcast.js';
import { operandOf } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'shape-claim',
  category: 'shape',
  severity: 'info',
  claim: 'The program says of a tensor which rank it has, and the tensor has another one.',
  reason:
    'A cast such as `as tf.Tensor1D`, a declared type and a `@shape` comment are believed by the compiler and by whoever reads them; TensorFlow.js looks at neither. Dozens of its functions return whatever type the caller asks for. Code that relies on the claim meets a column where it expects a row: it broadcasts, or throws, far from here.',
  remedy:
    'Make the claim true, with `squeeze`, `reshape` or another axis, or write down the rank that the tensor has.',
  ops: ['claim'],
  check(site) {
    const x = site.operand('x');
    const { claimed, text } = site.node.attributes;
    if (x?.shape === undefined || !Array.isArray(claimed) || isToldElsewhere(site, x)) return undefined;
    const sizes = claimed as readonly (number | string)[];
    const what = sizes.length === x.shape.length ? `[${sizes.join(', ')}]` : `of rank ${sizes.length}`;
    return {
      at: { ...x, chain: site.node.chain, within: site.node.within, conditional: site.node.conditional },
      message: `\`${site.text(x)}\` is ${showShape(x.shape)}, but \`${String(text)}\` says that it is ${what}: TensorFlow.js does not look at types, so what relies on this one meets another shape. ${advice(x, sizes)}`,
      danger: {
        text: `${showShape(x.shape)} is said to be ${what}`,
        harm: 'shape',
        failures: ['wrong-shape'],
        expansion: 'other-than-claimed',
        claimed: sizes,
      },
      manifest: true,
      related: [
        {
          node: site.node,
          message: `${what === `of rank ${sizes.length}` ? `rank ${sizes.length}` : what} is claimed here`,
        },
      ],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'scores that are said to be a row, and are a column',
        code: `export function scores(x: tf.Tensor2D): tf.Tensor1D {\n  return tf.sigmoid(tf.matMul(x, tf.ones([4, 1])) as tf.Tensor) as unknown as tf.Tensor1D;\n}`,
      },
      {
        title: 'a sum over an axis that is said to keep it',
        code: `export function totals(x: tf.Tensor3D) {\n  const sums: tf.Tensor3D = tf.sum(x, 1);\n  return sums.relu();\n}`,
      },
      {
        title: 'a layer of one unit, cast to a row',
        code: `const critic = tf.layers.dense({ units: 1 });\nexport const values = (x: tf.Tensor2D) => (critic.apply(x.reshape([-1, 4])) as tf.Tensor1D).relu();`,
      },
      {
        title: 'a field of another rank than its class declares',
        code: `export class Head {\n  private bias!: tf.Tensor2D;\n  build() {\n    this.bias = tf.zeros([3]);\n  }\n}`,
      },
      {
        title: 'a comment that its caller does not keep',
        code: `/** @shape points [N, 3] */\nconst lengths = (points: tf.Tensor) => points.square().sum(1);\nexport const all = () => lengths(tf.ones([5, 2]));`,
      },
    ],
    safe: [
      {
        title: 'a field of the rank that its class declares',
        code: `export class Head {\n  private bias: tf.Tensor1D | null = null;\n  build(units: number) {\n    this.bias = tf.zeros([units]);\n  }\n}`,
      },
      {
        title: 'a cast that holds',
        code: `export const scores = (x: tf.Tensor2D) => tf.matMul(x, tf.ones([4, 1])).squeeze([1]) as tf.Tensor1D;`,
      },
      {
        title: 'a rank that is not known',
        code: `export const flat = (x: tf.Tensor) => x.relu() as tf.Tensor1D;`,
      },
      {
        title: 'one of two ranks',
        code: `export const either = (x: tf.Tensor2D) => x.sum(1) as tf.Tensor1D | tf.Tensor2D;`,
      },
      {
        title: 'a function that is typed wrongly itself',
        code: `export const any = (x: tf.Tensor2D) => x.greater(0).any(1) as tf.Tensor2D;`,
      },
    ],
  },
});

/** The broadcast that comes of it has a finding of its own, which says more. */
function isToldElsewhere(site: Site, x: Node): boolean {
  return site.users(x).some((user) => {
    const [a, b] = (BROADCASTING[user.op] ?? []).map((name) => operandOf(user, name));
    const growth = a?.shape && b?.shape && mutualGrowth(a.shape, b.shape);
    return growth !== undefined && !isMeant(growth, a!, b!);
  });
}

function advice({ shape }: Node, claimed: readonly (number | string)[]): string {
  const rank = claimed.length;
  if (shape!.length === rank) return `Hand over [${claimed.join(', ')}], or mend what is claimed.`;
  const ones = shape!.flatMap(({ size }, axis) => (size === 1 ? [axis] : []));
  return shape!.length > rank && ones.length >= shape!.length - rank
    ? `\`.squeeze([${ones.slice(rank - shape!.length).join(', ')}])\` makes it true.`
    : `Say \`${shape!.length === 0 ? 'tf.Scalar' : `tf.Tensor${shape!.length}D`}\`, or reshape it.`;
}
