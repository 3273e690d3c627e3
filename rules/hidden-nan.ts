import { dangersMet } from '../src/rule/danger.js';
import { isOp } from '../src/rule/patterns.js';
import { defineRule } from '../src/rule/rule.js';
import { operandNodes, slice, type Node } from '../src/program/node.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'hidden-nan',
  category: 'numerical',
  severity: 'info',
  claim: 'A NaN goes in and an ordinary number comes out: what looks like an answer is none.',
  reason:
    'argMax of NaN is 0, sign of NaN is 0, maxPool leaves it out, a cast to int32 makes 0 of it, and an accuracy counts it as right when the label is class 0. A model that has broken goes on to give answers.',
  remedy: 'Mend what gives the NaN; until then ask `tf.isFinite(x).all()` before the op that hides it.',
  ops: [
    'argMax',
    'argMin',
    'sign',
    'maxPool',
    'cast',
    'metrics.categoricalAccuracy',
    'metrics.binaryAccuracy',
    'metrics.sparseCategoricalAccuracy',
  ],
  check(site) {
    const x = site.operand('x') ?? site.operand('yPred');
    if (x === undefined || !x.range.mayBeNaN || !hides(site)) return undefined;
    const maker = slice(x).find((node) => isMaker(site, node));
    if (maker === undefined) return undefined;
    return {
      message: `\`${site.text()}\` hides NaN: where \`${site.text(maker)}\` is NaN, it gives an ordinary number, as if that were an answer. Check \`tf.isFinite(${site.text(x)}).all()\` first.`,
      danger: { text: `${site.text(x)} is NaN`, harm: 'value', failures: ['wrong-value'] },
      manifest: true,
      related: [{ node: maker, message: 'may be NaN' }],
    };
  },
  examples: {
    hazardous: [
      {
        title: 'the predicted class of a softmax by hand',
        code: `export function predict(z: tf.Tensor2D) {\n  const e = z.exp();\n  return e.div(e.sum(-1, true)).argMax(1);\n}`,
      },
      {
        title: 'the direction of a normalised vector',
        code: `export const direction = (x: tf.Tensor1D) => tf.sign(x.div(x.abs().max()));`,
      },
    ],
    safe: [
      {
        title: 'the class of what cannot be NaN',
        code: `export const predict = (z: tf.Tensor2D) => tf.softmax(z).argMax(1);`,
      },
      {
        title: 'the direction of what is kept from 0 / 0',
        code: `export const direction = (x: tf.Tensor1D) => tf.sign(x.div(x.abs().max().maximum(1e-6)));`,
      },
    ],
  },
});

/** A cast hides NaN where it leaves the floats. */
function hides({ node }: Site): boolean {
  return !isOp(node, 'cast') || ['int32', 'bool'].includes(String(node.attributes['dtype']));
}

/** The op that makes the NaN: from operands that are none, in a way that ordinary inputs reach. */
function isMaker(site: Site, node: Node): boolean {
  if (!node.range.mayBeNaN || isOp(node, 'input', 'unknown', 'join')) return false;
  const operands = operandNodes(node);
  if (operands.length === 0 || operands.some(({ range }) => range.mayBeNaN)) return false;
  return [node, ...operands.flatMap(slice)].some((one) => breaks(site.at(one)));
}

function breaks(site: Site): boolean {
  const certain = isOp(site.node, 'exp', 'expm1', 'sinh', 'cosh') ? ['manifest', 'assumed'] : ['manifest'];
  return dangersMet(site, ['value']).some(({ reach }) => certain.includes(reach));
}
