import { operand, show, type Case } from './case.js';

const flip = (shape: readonly number[], flipped: boolean): number[] =>
  flipped ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : [...shape];

function products(): Case[] {
  const cases: readonly (readonly [readonly number[], readonly number[], ('a' | 'b')?])[] = [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
    [[2, 2, 3], [3, 2], 'b'],
    [[2, 3], [2, 3, 2], 'a'],
    [[1, 2, 3], [2, 3, 2], 'a'],
    [[2, 2, 3], [1, 3, 2], 'b'],
  ];
  return cases.flatMap(([a, b, stretched]) =>
    [false, true].flatMap((first) =>
      [false, true].map((second): Case => {
        const [left, right] = [flip(a, first), flip(b, second)];
        const how = `${first ? ', a transposed' : ''}${second ? ', b transposed' : ''}`;
        return {
          op: 'matMul',
          title: `${show(left)} with ${show(right)}${how}`,
          condition: 'broadcast operand',
          conditionOf: stretched === undefined ? [] : [stretched],
          operands: [operand('a', left), operand('b', right, undefined, 1)],
          run: (tf, x, y) => tf.matMul(x, y, first, second),
        };
      }),
    ),
  );
}

const table = operand('a', [2, 3]);
const square = operand('x', [3, 3], [0.2, 1.7]);

export const contractions = (): Case[] => [
  ...products(),
  { op: 'dot', title: 'vectors', operands: [operand('t1', [3]), operand('t2', [3], undefined, 1)], run: (tf, a, b) => tf.dot(a, b) }, // prettier-ignore
  { op: 'dot', title: 'matrix with vector', operands: [operand('t1', [2, 3]), operand('t2', [3], undefined, 1)], run: (tf, a, b) => tf.dot(a, b) }, // prettier-ignore
  { op: 'dot', title: 'vector with matrix', operands: [operand('t1', [2]), operand('t2', [2, 3], undefined, 1)], run: (tf, a, b) => tf.dot(a, b) }, // prettier-ignore
  { op: 'outerProduct', title: '[2] with [3]', operands: [operand('v1', [2]), operand('v2', [3], undefined, 1)], run: (tf, a, b) => tf.outerProduct(a, b) }, // prettier-ignore
  { op: 'einsum', title: 'ij,jk->ik', operands: [table, operand('b', [3, 2], undefined, 1)], run: (tf, a, b) => tf.einsum('ij,jk->ik', a, b) }, // prettier-ignore
  { op: 'linalg.qr', title: 'r of [3, 3]', operands: [square], run: (tf, x) => tf.linalg.qr(x)[1] },
  { op: 'linalg.gramSchmidt', title: '[2, 3]', operands: [operand('xs', [2, 3], [0.2, 1.7])], run: (tf, xs) => tf.linalg.gramSchmidt(xs) }, // prettier-ignore
  { op: 'fused.matMul', title: 'relu, bias', operands: [table, operand('b', [3, 2], undefined, 1), operand('bias', [2], undefined, 2)], run: (tf, a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'relu' }) }, // prettier-ignore
  { op: 'fused.matMul', title: 'linear, bias', operands: [table, operand('b', [3, 2], undefined, 1), operand('bias', [2], undefined, 2)], run: (tf, a, b, bias) => tf.fused.matMul({ a, b, bias }) }, // prettier-ignore
  { op: 'fused.matMul', title: 'elu', condition: 'activation elu', operands: [table, operand('b', [3, 2], undefined, 1)], run: (tf, a, b) => tf.fused.matMul({ a, b, activation: 'elu' }) }, // prettier-ignore
  { op: 'basicLSTMCell', title: 'one step', operands: [operand('data', [1, 2]), operand('c', [1, 2], undefined, 1), operand('h', [1, 2], undefined, 2)], run: (tf, data, c, h) => tf.concat(tf.basicLSTMCell(tf.scalar(1), tf.tensor2d(operand('', [4, 8]).values, [4, 8]), tf.zeros([8]), data, c, h), 1) }, // prettier-ignore
];
