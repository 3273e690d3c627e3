import { number, tensor, type Suspicion } from './closures.js';
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
export const MORE: Record<string, Suspicion> = {
  'log(sum(exp(z))) underflow wide': {
    ...log0,
    inputs: { z: tensor(1, ['B', 'N'], WIDE) },
    run: (tf, at, z) => {
      const x = tf.sum(tf.exp(z), 1);
      return at({ x }, () => tf.log(x));
    },
  },
  'pow(x,0) gradient': {
    op: 'pow',
    region: { operand: 'base', low: 0, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient', 'inf-gradient'],
    inputs: { x: tensor(1, ['N']), e: tensor(2, ['N'], [0, 3]) },
    run: (tf, at, x, e) => at({ base: x, exp: e }, () => tf.pow(x, e)),
  },
  'atan2(0,0) gradient': {
    op: 'atan2',
    region: { operand: 'a', low: 0, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient', 'inf-gradient'],
    inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.atan2(a, b)),
  },
  'asin gradient at 1': {
    op: 'asin',
    region: { operand: 'x', low: 1, high: 1 },
    harm: 'gradient',
    gradient: true,
    failures: ['inf-gradient'],
    inputs: { x: tensor(1, ['N'], [-1, 1]) },
    run: (tf, at, x) => at({ x }, () => tf.asin(x)),
  },
  'asin(x) domain': {
    op: 'asin',
    region: { operand: 'x', low: 1.0000001, high: Infinity },
    harm: 'value',
    failures: ['nan'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.asin(x)),
  },
  'sqrt(one-pass variance) negative': {
    op: 'sqrt',
    region: { operand: 'x', low: -Infinity, high: -1e-45 },
    harm: 'value',
    failures: ['nan'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const v = tf.mean(tf.square(x)).sub(tf.square(tf.mean(x)));
      return at({ x: v }, () => tf.sqrt(v));
    },
  },
  'sqrt(pairwise distance) negative': {
    op: 'sqrt',
    region: { operand: 'x', low: -Infinity, high: -1e-45 },
    harm: 'value',
    failures: ['nan'],
    inputs: { a: tensor(1, ['N', 3]), b: tensor(2, ['M', 3]) },
    run: (tf, at, a, b) => {
      const d = tf
        .sum(tf.square(a), 1, true)
        .add(tf.sum(tf.square(b), 1))
        .sub(tf.matMul(a, b, false, true).mul(2));
      return at({ x: d }, () => tf.sqrt(d));
    },
  },
  '1/(1-x^2)': {
    ...div0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.sub(1, tf.square(x));
      return at({ a: 1, b }, () => tf.div(1, b));
    },
  },
  'log(a - b) in [0,1]': {
    ...log0,
    inputs: { a: tensor(1, ['N'], [0, 1]), b: tensor(2, ['N'], [0, 1]) },
    run: (tf, at, a, b) => {
      const x = tf.sub(a, b);
      return at({ x }, () => tf.log(x));
    },
  },
  'naive softmax': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { z: tensor(1, ['B', 'N']) },
    run: (tf, at, z) => {
      const e = at({ x: z }, () => tf.exp(z));
      return e.div(e.sum(-1, true));
    },
  },
  'naive softmax 0/0 wide': {
    ...div0,
    inputs: { z: tensor(1, ['B', 'N'], WIDE) },
    run: (tf, at, z) => {
      const e = tf.exp(z);
      const b = e.sum(-1, true);
      return at({ a: e, b }, () => tf.div(e, b));
    },
  },
  'x/(max-min)': {
    ...div0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = x.max().sub(x.min());
      const a = x.sub(x.min());
      return at({ a, b }, () => tf.div(a, b));
    },
  },
  'sum/n of a number': {
    ...div0,
    inputs: { x: tensor(1, ['N']), n: { kind: 'number', node: 2, low: 0, high: 100, integer: true } },
    run: (tf, at, x, n) => {
      const a = x.sum();
      return at({ a, b: n }, () => tf.div(a, n));
    },
  },
  'unknown rank': {
    ...log0,
    inputs: { x: tensor(1, undefined), y: tensor(2, undefined) },
    run: (tf, at, x, y) => {
      const p = tf.softmax(tf.matMul(x, y));
      return at({ x: p }, () => tf.log(p));
    },
  },
  mnist: {
    ...log0,
    inputs: {
      x: tensor(1, ['B', 784], [0, 1]),
      w: tensor(2, [784, 10], [-1, 1]),
      b: tensor(3, [10], [-1, 1]),
    },
    run: (tf, at, x, w, b) => {
      const p = tf.softmax(tf.matMul(x, w).add(b));
      return at({ x: p }, () => tf.log(p))
        .mul(-1)
        .mean();
    },
  },
  mlp: {
    ...log0,
    inputs: { x: tensor(1, ['B', 20]), w: tensor(2, [20, 16], [-1, 1]), v: tensor(3, [16, 4], [-1, 1]) },
    run: (tf, at, x, w, v) => {
      const p = tf.sigmoid(tf.matMul(tf.relu(tf.matMul(x, w)), v));
      const q = tf.sub(1, p);
      return at({ x: q }, () => tf.log(q));
    },
  },
  'prod(p) log': {
    ...log0,
    inputs: { p: tensor(1, [60], [0.01, 1]) },
    run: (tf, at, p) => {
      const x = tf.prod(p);
      return at({ x }, () => tf.log(x));
    },
  },
  'log(exp(-x^2/2)) pdf': {
    ...log0,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const e = tf.exp(tf.square(x).mul(-0.5));
      return at({ x: e }, () => tf.log(e));
    },
  },
  '1/x gradient': {
    op: 'div',
    region: { operand: 'b', low: -5.4e-20, high: 5.4e-20 },
    harm: 'gradient',
    gradient: true,
    failures: ['inf-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ a: 1, b: x }, () => tf.div(1, x)),
  },
  'Math.log(u)': {
    op: 'js.log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { u: number(1, [0, 1]) },
    run: (_tf, at, u) => at({ x: u }, () => Math.log(u)),
  },
  detached: {
    op: 'exp',
    harm: 'gradient',
    gradient: true,
    failures: ['vanished-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.tensor(Array.from(x.dataSync()));
      return at({ x: y }, () => tf.exp(y)).mul(2);
    },
  },
  'asinh gradient vanishes': {
    op: 'asinh',
    region: { operand: 'x', low: 1.9e19, high: Infinity },
    harm: 'gradient',
    gradient: true,
    failures: ['vanished-gradient'],
    inputs: { x: tensor(1, ['N'], [-1e30, 1e30]) },
    run: (tf, at, x) => at({ x }, () => tf.asinh(x)),
  },
  'tanh vanishing': {
    op: 'tanh',
    region: { operand: 'x', low: 9.02, high: Infinity },
    harm: 'gradient',
    gradient: true,
    failures: ['vanished-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.tanh(x)),
  },
  'square overflow': {
    op: 'square',
    region: { operand: 'x', low: 1.85e19, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['N'], [-1e30, 1e30]) },
    run: (tf, at, x) => at({ x }, () => tf.square(x)),
  },
  'narrow: log(x*x - 2)': {
    ...log0,
    inputs: { x: tensor(1, ['N'], [1, 100]) },
    run: (tf, at, x) => {
      const d = x.mul(x).sub(2);
      return at({ x: d }, () => tf.log(d));
    },
  },
  'band: sqrt of (x-3)^2 gradient': {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    gradient: true,
    failures: ['nan-gradient'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const d = tf.square(x.sub(3));
      return at({ x: d }, () => tf.sqrt(d));
    },
  },
  'poisson log(eps + y)': {
    ...log0,
    inputs: { y: tensor(1, ['B', 1]) },
    run: (tf, at, y) => {
      const d = tf.add(1e-7, y);
      return at({ x: d }, () => tf.log(d));
    },
  },
  kl: {
    ...log0,
    failures: ['infinity', 'nan'],
    inputs: { p: tensor(1, ['N'], [0, 1]), q: tensor(2, ['N'], [0, 1]) },
    run: (tf, at, p, q) => {
      const r = p.div(q);
      return p.mul(at({ x: r }, () => tf.log(r)));
    },
  },
  'batchnorm eps 0': {
    op: 'batchNorm',
    region: { operand: 'variance', low: -1e-38, high: 1e-38 },
    harm: 'value',
    failures: ['nan', 'infinity'],
    inputs: { x: tensor(1, ['B', 'N']) },
    run: (tf, at, x) => {
      const { mean, variance } = tf.moments(x, 0);
      return at({ x, mean, variance }, () => tf.batchNorm(x, mean, variance, undefined, undefined, 0));
    },
  },
  'cosine distance acos value': {
    op: 'acos',
    region: { operand: 'x', low: 1.0000001, high: Infinity },
    harm: 'value',
    failures: ['nan'],
    inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => {
      const x = tf.sum(a.mul(b)).div(tf.norm(a).mul(tf.norm(b)));
      return at({ x }, () => tf.acos(x));
    },
  },
  'sqrt(1+x^2)-1': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const a = tf.sqrt(tf.add(1, tf.square(x)));
      return at({ a, b: 1 }, () => tf.sub(a, 1));
    },
  },
  'x - sqrt(x^2-1)': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N'], [1, 100]) },
    run: (tf, at, x) => {
      const b = tf.sqrt(tf.sub(tf.square(x), 1));
      return at({ a: x, b }, () => tf.sub(x, b));
    },
  },
  '1 - tanh^2': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.square(tf.tanh(x));
      return at({ a: 1, b }, () => tf.sub(1, b));
    },
  },
  '1 - sigmoid': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.sigmoid(x);
      return at({ a: 1, b }, () => tf.sub(1, b));
    },
  },
  'logcosh small': {
    op: 'log',
    region: { operand: 'x', low: 0.9, high: 1.1 },
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.cosh(x);
      return at({ x: b }, () => tf.log(b));
    },
  },
  'max ties subgradient': {
    op: 'max',
    harm: 'gradient',
    gradient: true,
    failures: ['wrong-value'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.max(x)),
  },
  'loss deep inside a loop': {
    ...log0,
    inputs: { x: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, x) => {
      let y = x;
      for (let i = 0; i < 5; i++) y = tf.sigmoid(y.mul(4).sub(2));
      const q = tf.sub(y, 0.98);
      return at({ x: q }, () => tf.log(q));
    },
  },
};
export const SAFE: Record<string, Suspicion> = {
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

const expBig = { op: 'exp', region: { operand: 'x', low: 88.73, high: Infinity }, harm: 'value', failures: ['overflow'] } as const;
export const HARD: Record<string, Suspicion> = {
  H1: { ...expBig, inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const y = tf.sub(100, tf.square(tf.sub(x, 37.3))); return at({ x: y }, () => tf.exp(y)); } },
  H2: { ...log0, inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const y = tf.abs(tf.sub(x, 61.7)); return at({ x: y }, () => tf.log(y)); } },
  H3: { ...div0, inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']) }, run: (tf, at, a, b) => { const y = tf.sub(tf.mul(a, b), 6.3); return at({ a: 1, b: y }, () => tf.div(1, y)); } },
  H4: { ...div0, inputs: { a: tensor(1, ['N', 4]) }, run: (tf, at, a) => { const y = tf.sub(tf.sum(tf.square(a), 1), 25); return at({ a: 1, b: y }, () => tf.div(1, y)); } },
  H5: { ...log0, inputs: { z: tensor(1, ['B', 'N'], [-5, 5]), t: number(2, [0.01, 10]) }, run: (tf, at, z, t) => { const y = tf.softmax(tf.div(z, t)); return at({ x: y }, () => tf.log(y)); } },
  H6: { ...log0, inputs: { z: tensor(1, ['N'], [0, 1]) }, run: (tf, at, z) => { const y = tf.sub(1, tf.div(z, tf.sum(z))); return at({ x: y }, () => tf.log(y)); } },
  H7: { ...div0, inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const y = tf.moments(x).variance.sqrt().sub(1); return at({ a: x, b: y }, () => tf.div(x, y)); } },
  H8: { ...log0, inputs: { p: tensor(1, ['N'], [0, 1]) }, run: (tf, at, p) => { const y = tf.prod(tf.sub(1, p)); return at({ x: y }, () => tf.log(y)); } },
  H9: { ...expBig, inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const y = tf.relu(tf.sub(x, 50)).mul(1.8); return at({ x: y }, () => tf.exp(y)); } },
  H10: { ...expBig, inputs: { x: tensor(1, ['N', 5], [-3, 3]), w: tensor(2, [5, 7], [-1, 1]), v: tensor(3, [7, 1], [-5, 5]) }, run: (tf, at, x, w, v) => { const y = tf.matMul(tf.tanh(tf.matMul(x, w)).mul(3), v); return at({ x: y }, () => tf.exp(y)); } },
  H11: { ...div0, inputs: { x: tensor(1, ['N']), y: tensor(2, ['N']) }, run: (tf, at, x, y) => { const d = tf.sin(x).add(tf.cos(y)); return at({ a: 1, b: d }, () => tf.div(1, d)); } },
  H12: { op: 'sqrt', region: { operand: 'x', low: 0, high: 0 }, harm: 'gradient', gradient: true, failures: ['inf-gradient', 'nan-gradient'], inputs: { x: tensor(1, ['N'], [1, 50]) }, run: (tf, at, x) => { const d = tf.relu(tf.sub(x, 7.77)); return at({ x: d }, () => tf.sqrt(d)); } },
  H13: { ...log0, inputs: { x: tensor(1, ['N'], [2, 9]) }, run: (tf, at, x) => { const d = tf.sub(1, tf.sigmoid(tf.mul(x, 2.1))); return at({ x: d }, () => tf.log(d)); } },
  H14: { op: 'acos', region: { operand: 'x', low: 1, high: 1 }, harm: 'gradient', gradient: true, failures: ['inf-gradient', 'nan-gradient'], inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const d = tf.div(x, 37); return at({ x: d }, () => tf.acos(d)); } },
  H15: { ...log0, inputs: { im: tensor(1, ['B', 8, 8, 3], [0, 1]), k: tensor(2, [3, 3, 3, 4], [-1, 1]), w: tensor(3, [144, 3], [-1, 1]) }, run: (tf, at, im, k, w) => { const h = tf.relu(tf.conv2d(im, k, 1, 'valid')).reshape([-1, 144]); const p = tf.softmax(tf.matMul(h, w)); return at({ x: p }, () => tf.log(p)); } },
  H16: { op: 'log', region: { operand: 'x', low: 0, high: 2.9e-39 }, harm: 'value', formula: true, failures: ['infinity', 'nan', 'inf-gradient', 'nan-gradient'], gradient: true, inputs: { z: tensor(1, ['B', 'C']) }, run: (tf, at, z) => { const p = tf.softmax(z); return at({ x: p }, () => tf.log(p)).mean(); } },
  H17: { op: 'log', harm: 'value', formula: true, failures: ['overflow', 'infinity', 'nan', 'nan-gradient'], gradient: true, inputs: { x: tensor(1, ['N']) }, run: (tf, at, x) => { const e = tf.exp(x).add(1); return at({ x: e }, () => tf.log(e)).mean(); } },
};
