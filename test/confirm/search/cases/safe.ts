import { tensor, type Suspicion } from '../closures.js';

const WIDE = [-1000, 1000] as const;
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

/** Twins of the hazards that hold, suspected of the same. Whatever the search does, none may be confirmed. */
export const SAFE: Readonly<Record<string, Suspicion>> = {
  'log(softmax + 1e-7)': {
    ...log0,
    inputs: { z: tensor(1, ['B', 'N'], WIDE) },
    run: (tf, at, z) => {
      const p = tf.softmax(z).add(1e-7);
      return at({ x: p }, () => tf.log(p));
    },
  },
  logSoftmax: {
    op: 'logSoftmax',
    harm: 'value',
    gradient: true,
    failures: ['infinity', 'nan', 'overflow', 'nan-gradient'],
    inputs: { z: tensor(1, ['B', 'N'], WIDE) },
    run: (tf, at, z) => at({ x: z }, () => tf.logSoftmax(z)),
  },
  'sqrt(var + eps)': {
    op: 'sqrt',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient', 'inf-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const v = tf.moments(x).variance.add(1e-8);
      return at({ x: v }, () => tf.sqrt(v));
    },
  },
  'moments accuracy': {
    op: 'moments',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.moments(x).variance),
  },
  'two-pass accuracy': {
    op: 'mean',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const s = tf.square(x.sub(x.mean()));
      return at({ x: s }, () => tf.mean(s));
    },
  },
  'x - mean accuracy': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = x.mean();
      return at({ a: x, b }, () => tf.sub(x, b));
    },
  },
  'x - y accuracy': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']), y: tensor(2, ['N']) },
    run: (tf, at, x, y) => at({ a: x, b: y }, () => tf.sub(x, y)),
  },
  'x*1.1 - y accuracy': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']), y: tensor(2, ['N']) },
    run: (tf, at, x, y) => {
      const a = x.mul(1.1);
      return at({ a, b: y }, () => tf.sub(a, y));
    },
  },
  'log1p accuracy': {
    op: 'log1p',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N'], [-0.99, 100]) },
    run: (tf, at, x) => at({ x }, () => tf.log1p(x)),
  },
  'expm1 accuracy': {
    op: 'expm1',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N'], [-50, 50]) },
    run: (tf, at, x) => at({ x }, () => tf.expm1(x)),
  },
  'softplus accuracy': {
    op: 'softplus',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.softplus(x)),
  },
  'matMul accuracy': {
    op: 'matMul',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { a: tensor(1, ['N', 3]), b: tensor(2, [3, 'M']) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.matMul(a, b)),
  },
  'sin accuracy': {
    op: 'sin',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = x.mul(1.7);
      return at({ x: y }, () => tf.sin(y));
    },
  },
  'log p accuracy': {
    op: 'log',
    region: { operand: 'x', low: 0.9, high: 1.1 },
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => at({ x: p }, () => tf.log(p)),
  },
  'log max': {
    ...log0,
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => {
      const q = tf.maximum(p, 1e-7);
      return at({ x: q }, () => tf.log(q));
    },
  },
  '1/(x^2+1)': {
    ...div0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.square(x).add(1);
      return at({ a: 1, b }, () => tf.div(1, b));
    },
  },
  'naive sigmoid forward only': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const n = tf.neg(x);
      return tf.div(
        1,
        tf.add(
          1,
          at({ x: n }, () => tf.exp(n)),
        ),
      );
    },
  },
  'double where': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient', 'inf-gradient'],
    inputs: { x: tensor(1, ['N']), mask: tensor(2, ['N'], [0, 1], { dtype: 'bool' }) },
    run: (tf, at, x) => {
      const m = tf.step(x);
      const s = x.mul(m).add(tf.sub(1, m));
      return m.mul(at({ x: s }, () => tf.log(s)));
    },
  },
  'where value': {
    ...log0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) =>
      tf.where(
        x.greater(0),
        at({ x }, () => tf.log(x)),
        tf.zerosLike(x),
      ),
  },
  'exp(clip)': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const c = tf.clipByValue(x, -20, 20);
      return at({ x: c }, () => tf.exp(c));
    },
  },
  'exp(x - max)': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['B', 'N'], [-1e30, 1e30]) },
    run: (tf, at, x) => {
      const c = x.sub(x.max(1, true));
      return at({ x: c }, () => tf.exp(c));
    },
  },
  'unsatisfiable region': {
    op: 'log',
    region: { operand: 'x', low: 1, high: 0 },
    harm: 'value',
    failures: ['infinity'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.log(x)),
  },
  'sqrt gradient elsewhere: log first': {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient', 'inf-gradient'],
    inputs: { x: tensor(1, ['N'], [0, 100]) },
    run: (tf, at, x) => {
      const y = tf.add(x, 1);
      return at({ x: y }, () => tf.sqrt(y)).add(tf.sqrt(x));
    },
  },
  'right gradient': {
    op: 'tanh',
    harm: 'gradient',
    gradient: true,
    failures: ['wrong-value', 'vanished-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.tanh(x)),
  },
  'relu gradient': {
    op: 'relu',
    harm: 'gradient',
    gradient: true,
    failures: ['wrong-value'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.relu(x)),
  },
  '[B,1] - [1]': {
    op: 'sub',
    harm: 'shape',
    expansion: 'both-expand',
    failures: ['wrong-shape'],
    inputs: { a: tensor(1, ['B', 1]), b: tensor(2, [1]) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.sub(a, b)),
  },
  '[B,N] - [N]': {
    op: 'sub',
    harm: 'shape',
    expansion: 'both-expand',
    failures: ['wrong-shape'],
    inputs: { a: tensor(1, ['B', 'N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.sub(a, b)),
  },
  'dropout-like random': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.randomNormal(x.shape);
      return at({ a: x, b }, () => tf.sub(x, b));
    },
  },
};
