import { number, tensor, type Suspicion } from '../closures.js';

const log0 = {
  op: 'log',
  region: { operand: 'x', low: -Infinity, high: 0 },
  harm: 'value',
  failures: ['infinity', 'nan'],
} as const;
const div0 = {
  op: 'div',
  region: { operand: 'b', low: -1e-38, high: 1e-38 },
  harm: 'value',
  failures: ['infinity', 'nan'],
} as const;

const expBig = {
  op: 'exp',
  region: { operand: 'x', low: 88.73, high: Infinity },
  harm: 'value',
  failures: ['overflow'],
} as const;
/** Hazards whose danger lies at no boundary constant: they take inversion, secants or climbing. */
export const DIRECTED: Readonly<Record<string, Suspicion>> = {
  'exp(100 - (x - 37.3)^2): a peak inside the domain': {
    ...expBig,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.sub(100, tf.square(tf.sub(x, 37.3)));
      return at({ x: y }, () => tf.exp(y));
    },
  },
  'log(|x - 61.7|): a zero without a change of sign': {
    ...log0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.abs(tf.sub(x, 61.7));
      return at({ x: y }, () => tf.log(y));
    },
  },
  '1 / (a b - 6.3): a curve of zeros': {
    ...div0,
    inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => {
      const y = tf.sub(tf.mul(a, b), 6.3);
      return at({ a: 1, b: y }, () => tf.div(1, y));
    },
  },
  '1 / (sum(x^2) - 25): a sphere of zeros': {
    ...div0,
    inputs: { a: tensor(1, ['N', 4]) },
    run: (tf, at, a) => {
      const y = tf.sub(tf.sum(tf.square(a), 1), 25);
      return at({ a: 1, b: y }, () => tf.div(1, y));
    },
  },
  'log(softmax(z / t)): a small temperature': {
    ...log0,
    inputs: { z: tensor(1, ['B', 'N'], [-5, 5]), t: number(2, [0.01, 10]) },
    run: (tf, at, z, t) => {
      const y = tf.softmax(tf.div(z, t));
      return at({ x: y }, () => tf.log(y));
    },
  },
  'log(1 - z / sum(z)): one-hot': {
    ...log0,
    inputs: { z: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, z) => {
      const y = tf.sub(1, tf.div(z, tf.sum(z)));
      return at({ x: y }, () => tf.log(y));
    },
  },
  'x / (std(x) - 1)': {
    ...div0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.moments(x).variance.sqrt().sub(1);
      return at({ a: x, b: y }, () => tf.div(x, y));
    },
  },
  'log(prod(1 - p))': {
    ...log0,
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => {
      const y = tf.prod(tf.sub(1, p));
      return at({ x: y }, () => tf.log(y));
    },
  },
  'exp(1.8 relu(x - 50)): dead until 50': {
    ...expBig,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.relu(tf.sub(x, 50)).mul(1.8);
      return at({ x: y }, () => tf.exp(y));
    },
  },
  'exp of a small network': {
    ...expBig,
    inputs: { x: tensor(1, ['N', 5], [-3, 3]), w: tensor(2, [5, 7], [-1, 1]), v: tensor(3, [7, 1], [-5, 5]) },
    run: (tf, at, x, w, v) => {
      const y = tf.matMul(tf.tanh(tf.matMul(x, w)).mul(3), v);
      return at({ x: y }, () => tf.exp(y));
    },
  },
  '1 / (sin(x) + cos(y))': {
    ...div0,
    inputs: { x: tensor(1, ['N']), y: tensor(2, ['N']) },
    run: (tf, at, x, y) => {
      const d = tf.sin(x).add(tf.cos(y));
      return at({ a: 1, b: d }, () => tf.div(1, d));
    },
  },
  'gradient of sqrt(relu(x - 7.77))': {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['inf-gradient', 'nan-gradient'],
    inputs: { x: tensor(1, ['N'], [1, 50]) },
    run: (tf, at, x) => {
      const d = tf.relu(tf.sub(x, 7.77));
      return at({ x: d }, () => tf.sqrt(d));
    },
  },
  'log(1 - sigmoid(2.1 x)), x in [2, 9]': {
    ...log0,
    inputs: { x: tensor(1, ['N'], [2, 9]) },
    run: (tf, at, x) => {
      const d = tf.sub(1, tf.sigmoid(tf.mul(x, 2.1)));
      return at({ x: d }, () => tf.log(d));
    },
  },
  'gradient of acos(x / 37)': {
    op: 'acos',
    region: { operand: 'x', low: 1, high: 1 },
    harm: 'gradient',
    gradient: true,
    failures: ['inf-gradient', 'nan-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const d = tf.div(x, 37);
      return at({ x: d }, () => tf.acos(d));
    },
  },
  'log(softmax) behind a convolution': {
    ...log0,
    inputs: {
      im: tensor(1, ['B', 8, 8, 3], [0, 1]),
      k: tensor(2, [3, 3, 3, 4], [-1, 1]),
      w: tensor(3, [144, 3], [-1, 1]),
    },
    run: (tf, at, im, k, w) => {
      const h = tf.relu(tf.conv2d(im, k, 1, 'valid')).reshape([-1, 144]);
      const p = tf.softmax(tf.matMul(h, w));
      return at({ x: p }, () => tf.log(p));
    },
  },
  'formula: log(softmax(z))': {
    op: 'log',
    region: { operand: 'x', low: 0, high: 2.9e-39 },
    harm: 'value',
    formula: true,
    failures: ['infinity', 'nan', 'inf-gradient', 'nan-gradient'],
    gradient: true,
    inputs: { z: tensor(1, ['B', 'C']) },
    run: (tf, at, z) => {
      const p = tf.softmax(z);
      return at({ x: p }, () => tf.log(p)).mean();
    },
  },
  'formula: log(1 + exp(x))': {
    op: 'log',
    harm: 'value',
    formula: true,
    failures: ['overflow', 'infinity', 'nan', 'nan-gradient'],
    gradient: true,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const e = tf.exp(x).add(1);
      return at({ x: e }, () => tf.log(e)).mean();
    },
  },
};
