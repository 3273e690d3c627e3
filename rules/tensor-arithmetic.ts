import { operatorBySign } from '../src/ops/operators.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { Rewriter, sameBy } from '../src/rule/rewrite.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'tensor-arithmetic',
  category: 'numerical',
  claim: 'JavaScript has no arithmetic on tensors: `a - b` is NaN, `a + b` a string.',
  reason:
    'A tensor is an object. The operators of JavaScript make a string of it first and a number of that, which is NaN. Types do not help where one of them is `any`.',
  remedy: 'Use the ops: `a.sub(b)`, `tf.add(a, b)`; or read the number first: `a.dataSync()[0]`.',
  ops: ['js.onTensor'],
  check(site) {
    const operator = String(site.node.attributes['operator']);
    const [a, b] = [site.text(site.operand('a')!), site.text(site.operand('b')!)];
    const result = operator === '+' ? 'a string' : 'NaN';
    return {
      message: `\`${site.text()}\` is ${result}: JavaScript cannot compute with a tensor. Use \`tf.${opOf(operator)}(${a}, ${b})\`.`,
      danger: { text: 'always', harm: 'value', failures: ['nan'], implied: true },
      manifest: true,
      fixes: byOp(site, operator),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a difference of tensors',
        code: `export function error(x: tf.Tensor2D, y: tf.Tensor2D): number {\n  const [mean, wanted]: any[] = [tf.mean(x), tf.mean(y)];\n  return mean - wanted;\n}`,
      },
      {
        title: 'a loss that is summed up in a loop',
        code: `export function total(batches: tf.Tensor2D[]) {\n  let sum: any = 0;\n  for (const batch of batches) sum += tf.mean(batch) as any;\n  return sum;\n}`,
      },
    ],
    safe: [
      {
        title: 'the ops',
        code: `export const error = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.sub(tf.mean(x), tf.mean(y));`,
      },
      {
        title: 'a tensor that is printed behind a text',
        code: `export const told = (epoch: number, loss: tf.Tensor) => 'loss: ' + loss + ' in epoch ' + epoch + ', ' + tf.sqrt(loss);`,
      },
      {
        title: 'numbers that were read',
        code: `export const error = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.mean(x).dataSync()[0]! - tf.mean(y).dataSync()[0]!;`,
      },
    ],
  },
});

/** Not of `a += b`: what stands on its left is no operand alone. */
function byOp(site: Site, operator: string): FixCandidate[] {
  if (site.text().includes(`${operator}=`)) return [];
  const by = new Rewriter(site).op(opOf(operator), site.operand('a'), site.operand('b'));
  return [{ ...sameBy(site, by), claim: 'guard' }];
}

/** The op that does to tensors what the operator does to numbers: both have one name. */
const opOf = (operator: string): string => operatorBySign.get(operator)!.row.slice('js.'.length);
