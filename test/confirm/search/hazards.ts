import { number, tensor, type Suspicion } from './closures.js';

/** Typical hazards, each as a rule would send it: the site, its region, the failures that prove it. */
export const HAZARDS: Readonly<Record<string, Suspicion>> = {
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
};
