import { elementsIn } from '../../src/facts/concrete-shape.js';
import { operand, show, type Case } from './case.js';

type Interval = readonly [number, number];

/** Values that stay clear of 0, on both sides of it. */
const EITHER_SIDE: Interval = [-1.7, 1.9];

const UNARY: Readonly<Record<string, Interval>> = {
  abs: EITHER_SIDE,
  acos: [-0.9, 0.9],
  acosh: [1.2, 3],
  asin: [-0.9, 0.9],
  asinh: EITHER_SIDE,
  atan: EITHER_SIDE,
  atanh: [-0.9, 0.9],
  ceil: EITHER_SIDE,
  cos: EITHER_SIDE,
  cosh: EITHER_SIDE,
  elu: EITHER_SIDE,
  erf: EITHER_SIDE,
  exp: EITHER_SIDE,
  expm1: EITHER_SIDE,
  floor: EITHER_SIDE,
  leakyRelu: EITHER_SIDE,
  log: [0.3, 3],
  log1p: [-0.6, 3],
  logSigmoid: EITHER_SIDE,
  logSoftmax: EITHER_SIDE,
  neg: EITHER_SIDE,
  reciprocal: [0.3, 3],
  relu: EITHER_SIDE,
  relu6: [-3, 9],
  round: EITHER_SIDE,
  rsqrt: [0.3, 3],
  selu: EITHER_SIDE,
  sigmoid: EITHER_SIDE,
  sign: EITHER_SIDE,
  sin: EITHER_SIDE,
  sinh: EITHER_SIDE,
  softmax: EITHER_SIDE,
  softplus: EITHER_SIDE,
  sqrt: [0.3, 3],
  square: EITHER_SIDE,
  step: EITHER_SIDE,
  tan: [-1.2, 1.2],
  tanh: EITHER_SIDE,
};

function unary(): Case[] {
  return Object.entries(UNARY).flatMap(([op, interval]) =>
    [[5], [2, 3]].map((shape): Case => ({
      op,
      title: `x ${show(shape)}`,
      operands: [operand('x', shape, interval)],
      run: (tf, x) => tf[op](x),
    })),
  );
}

const BINARY: Readonly<Record<string, readonly [Interval, Interval]>> = {
  add: [EITHER_SIDE, EITHER_SIDE],
  sub: [EITHER_SIDE, EITHER_SIDE],
  mul: [EITHER_SIDE, EITHER_SIDE],
  div: [EITHER_SIDE, [0.4, 2]],
  divNoNan: [EITHER_SIDE, [0.4, 2]],
  floorDiv: [
    [-3, 5],
    [0.7, 1.9],
  ],
  mod: [
    [0.5, 5],
    [1.1, 1.9],
  ],
  pow: [[0.4, 2], EITHER_SIDE],
  atan2: [EITHER_SIDE, [0.4, 2]],
  maximum: [EITHER_SIDE, EITHER_SIDE],
  minimum: [EITHER_SIDE, EITHER_SIDE],
  squaredDifference: [EITHER_SIDE, EITHER_SIDE],
};

/** Shapes that meet, and which operand is stretched. */
const PAIRS: readonly (readonly [readonly number[], readonly number[], ('a' | 'b')[]])[] = [
  [[4], [4], []],
  [[2, 3], [2, 3], []],
  [[2, 3], [3], ['b']],
  [[3], [2, 3], ['a']],
  [[2, 3], [2, 1], ['b']],
  [[2, 1], [2, 3], ['a']],
  [[2, 3], [], ['b']],
  [[], [2, 3], ['a']],
  [
    [2, 1],
    [1, 3],
    ['a', 'b'],
  ],
  [
    [2, 1, 2],
    [3, 1],
    ['a', 'b'],
  ],
];

function binary(): Case[] {
  return Object.entries(BINARY).flatMap(([op, [first, second]]) =>
    PAIRS.map(([a, b, stretched]): Case => ({
      op,
      title: `${show(a)} with ${show(b)}`,
      condition: 'broadcast operand',
      conditionOf: stretched,
      operands: [operand('a', a, first), operand('b', b, second, 1)],
      run: (tf, x, y) => tf[op](x, y),
    })),
  );
}

function ties(): Case[] {
  const x = { name: 'a', shape: [3], values: [1, 2, 3] };
  const y = { name: 'b', shape: [3], values: [1, 2, 2] };
  return ['maximum', 'minimum'].map((op): Case => ({
    op,
    title: 'equal elements',
    condition: 'equal elements',
    operands: [x, y],
    run: (tf, a, b) => tf[op](a, b),
  }));
}

const COMPARISONS = ['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'];

function selections(): Case[] {
  const compared = COMPARISONS.map((op): Case => ({
    op,
    title: `tf.where(tf.${op}(x, 0), x * x, x)`,
    operands: [operand('a', [5])],
    run: (tf, x) => tf.where(tf[op](x, 0), tf.mul(x, x), x),
  }));
  const logic = ['logicalAnd', 'logicalOr', 'logicalXor'].map((op): Case => ({
    op,
    title: `tf.where(tf.${op}(x, true), x * x, x)`,
    operands: [operand('a', [5])],
    run: (tf, x) => tf.where(tf[op](tf.cast(x, 'bool'), tf.cast(tf.ones([5]), 'bool')), tf.mul(x, x), x),
  }));
  const where = PAIRS.filter(([, , stretched]) => stretched.length <= 1).map(([a, b, stretched]): Case => ({
    op: 'where',
    title: `branches ${show(a)} and ${show(b)}`,
    condition: 'broadcast operand',
    conditionOf: stretched,
    operands: [operand('a', a), operand('b', b, undefined, 1)],
    run: (tf, x, y) => {
      const shape = a.length >= b.length ? a : b;
      const size = elementsIn(shape);
      const condition = Array.from({ length: size }, (_, index) => index % 2);
      return tf.where(tf.cast(tf.tensor(condition, [...shape]), 'bool'), x, y);
    },
  }));
  return [...compared, ...logic, ...where];
}

function others(): Case[] {
  const x = operand('x', [5], EITHER_SIDE);
  const table = operand('x', [2, 3], EITHER_SIDE);
  return [
    { op: 'clipByValue', title: 'from -1 to 1', operands: [x], run: (tf, a) => tf.clipByValue(a, -1, 1) },
    {
      op: 'clipByValue',
      title: 'at both ends',
      condition: 'equal elements',
      operands: [{ name: 'x', shape: [3], values: [-1, 0.5, 1] }],
      run: (tf, a) => tf.clipByValue(a, -1, 1),
    },
    { op: 'leakyRelu', title: 'alpha 0.3', operands: [x], run: (tf, a) => tf.leakyRelu(a, 0.3) },
    { op: 'step', title: 'alpha 0.3', operands: [x], run: (tf, a) => tf.step(a, 0.3) },
    {
      op: 'prelu',
      title: '[2, 3] with alpha [2, 3]',
      operands: [table, operand('alpha', [2, 3], [0.1, 0.5], 1)],
      run: (tf, a, alpha) => tf.prelu(a, alpha),
    },
    {
      op: 'prelu',
      title: '[2, 3] with alpha [3]',
      condition: 'broadcast operand',
      conditionOf: ['alpha'],
      operands: [table, operand('alpha', [3], [0.1, 0.5], 1)],
      run: (tf, a, alpha) => tf.prelu(a, alpha),
    },
    {
      op: 'prelu',
      title: '[3] with alpha [2, 3]',
      condition: 'broadcast operand',
      conditionOf: ['x'],
      operands: [operand('x', [3], EITHER_SIDE), operand('alpha', [2, 3], [0.1, 0.5], 1)],
      run: (tf, a, alpha) => tf.prelu(a, alpha),
    },
    {
      op: 'cast',
      title: 'to int32 and back',
      condition: 'to int32',
      operands: [x],
      run: (tf, a) => tf.cast(tf.cast(a, 'int32'), 'float32'),
    },
    { op: 'cast', title: 'to float32', operands: [x], run: (tf, a) => tf.cast(a, 'float32') },
    { op: 'clone', title: 'x [5]', operands: [x], run: (tf, a) => tf.clone(a) },
    { op: 'abs', title: 'at 0', condition: 'at 0', operands: [{ name: 'x', shape: [3], values: [0, 1, -1] }], run: (tf, a) => tf.abs(a) }, // prettier-ignore
    { op: 'relu', title: 'at 0', condition: 'at 0', operands: [{ name: 'x', shape: [3], values: [0, 1, -1] }], run: (tf, a) => tf.relu(a) }, // prettier-ignore
    { op: 'addN', title: 'three of [2, 3]', operands: [table, operand('y', [2, 3], EITHER_SIDE, 1)], run: (tf, a, b) => tf.addN([a, b, a]) }, // prettier-ignore
    { op: 'dropout', title: 'rate 0.5, a fixed seed', operands: [table], run: (tf, a) => tf.dropout(a, 0.5, undefined, 7) }, // prettier-ignore
    { op: 'softmax', title: '[2, 2, 3]', operands: [operand('x', [2, 2, 3])], run: (tf, a) => tf.softmax(a, -1) }, // prettier-ignore
    { op: 'logSoftmax', title: '[2, 2, 3]', operands: [operand('x', [2, 2, 3])], run: (tf, a) => tf.logSoftmax(a, -1) }, // prettier-ignore
  ];
}

export const elementwise = (): Case[] => [...unary(), ...binary(), ...ties(), ...selections(), ...others()];
