import { number, tensor, type Suspicion } from '../closures.js';

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

/** Typical hazards, each as a rule would send it: the site, its region, the failures that prove it. */
export const TYPICAL: Readonly<Record<string, Suspicion>> = {
  'exp(x)': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.exp(x)),
  },
  'log(softmax(z))': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    gradient: true,
    inputs: { z: tensor(1, ['B', 'C']) },
    run: (tf, at, z) => {
      const p = tf.softmax(z);
      return at({ x: p }, () => tf.log(p));
    },
  },
  'log(softmax(x.W + b))': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { x: tensor(1, ['B', 8]), w: tensor(2, [8, 10], [-10, 10]), b: tensor(3, [10], [-10, 10]) },
    run: (tf, at, x, w, b) => {
      const p = tf.softmax(tf.matMul(x, w).add(b));
      return at({ x: p }, () => tf.log(p)).mean();
    },
  },
  'log(1 - sigmoid(x))': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const q = tf.sub(1, tf.sigmoid(x));
      return at({ x: q }, () => tf.log(q));
    },
  },
  'log(clip(p, 1e-8, 1 - 1e-8)) of the complement': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity'],
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => {
      const q = tf.sub(1, tf.clipByValue(p, 1e-8, 1 - 1e-8));
      return at({ x: q }, () => tf.log(q));
    },
  },
  'p log(p)': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => p.mul(at({ x: p }, () => tf.log(p))),
  },
  'log(1 + exp(x)) overflows': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) =>
      tf.log(
        tf.add(
          1,
          at({ x }, () => tf.exp(x)),
        ),
      ),
  },
  'log(1 + exp(x)) loses digits': {
    op: 'log',
    region: { operand: 'x', low: 0.9, high: 1.1 },
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.add(1, tf.exp(x));
      return at({ x: y }, () => tf.log(y));
    },
  },
  'log(1 + x)': {
    op: 'log',
    region: { operand: 'x', low: 0.9, high: 1.1 },
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.add(1, x);
      return at({ x: y }, () => tf.log(y));
    },
  },
  'exp(x) - 1': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const a = tf.exp(x);
      return at({ a, b: 1 }, () => tf.sub(a, 1));
    },
  },
  '1 - cos(x)': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.cos(x);
      return at({ a: 1, b }, () => tf.sub(1, b));
    },
  },
  'mean(x^2) - mean(x)^2': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const [a, b] = [tf.mean(tf.square(x)), tf.square(tf.mean(x))];
      return at({ a, b }, () => tf.sub(a, b));
    },
  },
  'pairwise distances by expansion': {
    op: 'sub',
    harm: 'accuracy',
    failures: ['cancellation'],
    inputs: { a: tensor(1, ['N', 3]), b: tensor(2, ['M', 3]) },
    run: (tf, at, a, b) => {
      const squares = tf.sum(tf.square(a), 1, true).add(tf.sum(tf.square(b), 1));
      const cross = tf.matMul(a, b, false, true).mul(2);
      return at({ a: squares, b: cross }, () => tf.sub(squares, cross));
    },
  },
  'a / (b - c)': {
    op: 'div',
    region: { operand: 'b', low: -1e-38, high: 1e-38 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']), c: tensor(3, ['N']) },
    run: (tf, at, a, b, c) => {
      const d = tf.sub(b, c);
      return at({ a, b: d }, () => tf.div(a, d));
    },
  },
  '1 / (x - 5)': {
    op: 'div',
    region: { operand: 'b', low: 0, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const b = tf.sub(x, 5);
      return at({ a: 1, b }, () => tf.div(1, b));
    },
  },
  '1 / (3x - 10.5) of a number': {
    op: 'div',
    region: { operand: 'b', low: 0, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { x: tensor(1, [2]), scale: number(2) },
    run: (tf, at, x, scale) => {
      const b = tf.scalar(3 * scale - 10.5);
      return at({ a: x, b }, () => tf.div(x, b));
    },
  },
  '(x - mean) / std': {
    op: 'div',
    region: { operand: 'b', low: 0, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { x: tensor(1, ['B', 'N']) },
    run: (tf, at, x) => {
      const { mean, variance } = tf.moments(x, 1, true);
      const [a, b] = [x.sub(mean), variance.sqrt()];
      return at({ a, b }, () => tf.div(a, b));
    },
  },
  'sum(loss * mask) / sum(mask)': {
    op: 'div',
    region: { operand: 'b', low: 0, high: 0 },
    harm: 'value',
    failures: ['nan', 'infinity'],
    inputs: { loss: tensor(1, ['B', 'T']), mask: tensor(2, ['B', 'T'], [0, 1], { integer: true }) },
    run: (tf, at, loss, mask) => {
      const [a, b] = [loss.mul(mask).sum(), mask.sum()];
      return at({ a, b }, () => tf.div(a, b));
    },
  },
  'a.b / (|a| |b|)': {
    op: 'div',
    region: { operand: 'b', low: 0, high: 0 },
    harm: 'value',
    failures: ['nan', 'infinity'],
    inputs: { a: tensor(1, ['N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => {
      const [dot, norms] = [tf.sum(a.mul(b)), tf.norm(a).mul(tf.norm(b))];
      return at({ a: dot, b: norms }, () => tf.div(dot, norms));
    },
  },
  'gradient of sqrt(x)': {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    failures: ['inf-gradient', 'nan-gradient'],
    gradient: true,
    inputs: { x: tensor(1, ['N'], [0, 100]) },
    run: (tf, at, x) => at({ x }, () => tf.sqrt(x)),
  },
  'gradient of sqrt(sum((a - b)^2))': {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    failures: ['nan-gradient', 'inf-gradient'],
    gradient: true,
    inputs: { a: tensor(1, ['B', 4]), b: tensor(2, ['B', 4]) },
    run: (tf, at, a, b) => {
      const x = tf.sum(tf.squaredDifference(a, b), 1);
      return at({ x }, () => tf.sqrt(x));
    },
  },
  'gradient of norm(x)': {
    op: 'norm',
    harm: 'gradient',
    failures: ['nan-gradient', 'inf-gradient'],
    gradient: true,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.norm(x)),
  },
  'gradient of where(x > 0, log(x), 0), one where': {
    op: 'log',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    failures: ['nan-gradient', 'inf-gradient'],
    gradient: true,
    inputs: { x: tensor(1, ['N'], [0, 100]), mask: tensor(2, ['N'], [0, 1], { dtype: 'bool' }) },
    run: (tf, at, x, mask) =>
      tf.where(
        mask,
        at({ x }, () => tf.log(x)),
        tf.zerosLike(x),
      ),
  },
  'gradient of 1 / (1 + exp(-x))': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'gradient',
    failures: ['nan-gradient'],
    gradient: true,
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
  'min(exp(d) * adv, clipped)': {
    op: 'exp',
    region: { operand: 'x', low: 88.73, high: Infinity },
    harm: 'value',
    failures: ['overflow'],
    gradient: true,
    inputs: { d: tensor(1, ['N']), adv: tensor(2, ['N']) },
    run: (tf, at, d, adv) => {
      const ratio = at({ x: d }, () => tf.exp(d));
      return tf.minimum(ratio.mul(adv), tf.clipByValue(ratio, 0.8, 1.2).mul(adv)).mean();
    },
  },
  'gradient of sigmoid(x) vanishes': {
    op: 'sigmoid',
    region: { operand: 'x', low: 17.4, high: Infinity },
    harm: 'gradient',
    failures: ['vanished-gradient'],
    gradient: true,
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ x }, () => tf.sigmoid(x)),
  },
  'gradient of log(clip(softmax(z), 1e-7, 1)) is dead': {
    op: 'clipByValue',
    region: { operand: 'x', low: 0, high: 1e-7 },
    harm: 'gradient',
    failures: ['vanished-gradient'],
    gradient: true,
    inputs: { z: tensor(1, [3]), y: tensor(2, [3], [0, 1], { integer: true }) },
    run: (tf, at, z, y) => {
      const p = tf.softmax(z);
      return tf.neg(tf.sum(tf.log(at({ x: p }, () => tf.clipByValue(p, 1e-7, 1))).mul(y)));
    },
  },
  'acos(cosine)': {
    op: 'acos',
    region: { operand: 'x', low: 1, high: 1 },
    harm: 'gradient',
    failures: ['inf-gradient', 'nan-gradient'],
    gradient: true,
    inputs: { a: tensor(1, [3]), b: tensor(2, [3]) },
    run: (tf, at, a, b) => {
      const x = tf.sum(a.mul(b)).div(tf.norm(a).mul(tf.norm(b)));
      return at({ x }, () => tf.acos(x));
    },
  },
  'pow(x, 0.5) of a negative': {
    op: 'pow',
    region: { operand: 'base', low: -Infinity, high: -1e-45 },
    harm: 'value',
    failures: ['nan'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => at({ base: x, exp: 0.5 }, () => tf.pow(x, 0.5)),
  },
  'log(exp(x) - 1) of a difference of squares': {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { x: tensor(1, ['N'], [0.01, 100]), y: tensor(2, ['N'], [0.01, 100]) },
    run: (tf, at, x, y) => {
      const d = tf.sub(tf.exp(tf.sub(x, y)), 1);
      return at({ x: d }, () => tf.log(d));
    },
  },
  'argMax of NaN': {
    op: 'argMax',
    harm: 'value',
    failures: ['wrong-value'],
    inputs: { x: tensor(1, ['N']) },
    run: (tf, at, x) => {
      const y = tf.log(x);
      return at({ x: y }, () => tf.argMax(y));
    },
  },
  'wrong gradient of softmaxCrossEntropy by the labels': {
    op: 'losses.softmaxCrossEntropy',
    harm: 'gradient',
    failures: ['wrong-value'],
    gradient: true,
    inputs: { labels: tensor(1, [2, 3], [0, 1]), logits: tensor(2, [2, 3]) },
    run: (tf, at, labels, logits) =>
      at({ onehotLabels: labels, logits }, () => tf.losses.softmaxCrossEntropy(labels, logits)),
  },
  'broken backward of maximum with broadcast': {
    op: 'maximum',
    harm: 'gradient',
    failures: ['throws'],
    gradient: true,
    inputs: { a: tensor(1, ['B', 'N']), b: tensor(2, ['N']) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.maximum(a, b)),
  },
  '[B, 1] - [B]': {
    op: 'sub',
    harm: 'shape',
    failures: ['wrong-shape'],
    expansion: 'both-expand',
    inputs: { yTrue: tensor(1, ['B', 1]), yPred: tensor(2, ['B']) },
    run: (tf, at, a, b) => at({ a, b }, () => tf.sub(a, b)),
  },
  '[B, N] - [B]': {
    op: 'sub',
    harm: 'shape',
    failures: ['throws'],
    expansion: 'throws',
    inputs: { x: tensor(1, ['B', 'N']) },
    run: (tf, at, x) => {
      const b = tf.mean(x, 1);
      return at({ a: x, b }, () => tf.sub(x, b));
    },
  },
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
