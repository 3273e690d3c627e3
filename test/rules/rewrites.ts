/**
 * The unstable formulas of the reference catalogue, each as a small program, and the rule that catches it. `note`: what
 * is said of it is no error or warning but a note, because it costs digits of a gradient or depends on a caller.
 */
export interface Unstable {
  readonly rule: string;
  readonly code: string;
  readonly note?: true;
}

const bce = 'labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg()';

export const UNSTABLE: Readonly<Record<string, Unstable>> = {
  LOG_SOFTMAX: {
    rule: 'unstable-composite',
    code: `export const f = (z: tf.Tensor2D) => z.softmax().log();`,
  },
  NAIVE_CE: {
    rule: 'unstable-composite',
    code: `export const f = (y: tf.Tensor2D, z: tf.Tensor2D) => tf.neg(tf.sum(tf.mul(y, tf.log(tf.softmax(z)))));`,
  },
  CE_CLIP_FIX: {
    rule: 'dead-gradient',
    code: `export const f = (y: tf.Tensor2D, z: tf.Tensor2D) => tf.sum(y.mul(tf.log(tf.clipByValue(tf.softmax(z), 1e-10, 1)))).neg();`,
    note: true,
  },
  LAYERS_CE: {
    rule: 'dead-gradient',
    code: `export function f() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({ inputShape: [3], units: 1, activation: 'sigmoid' }));\n  model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });\n  return model;\n}`,
    note: true,
  },
  LOG_SIGMOID: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.sigmoid(x)).neg();`,
  },
  LOG_1M_SIGMOID: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.sub(1, tf.sigmoid(x))).neg();`,
  },
  NAIVE_BCE: {
    rule: 'unstable-composite',
    code: `export function f(labels: tf.Tensor, x: tf.Tensor) {\n  const p = tf.sigmoid(x);\n  return ${bce};\n}`,
  },
  EPS_ABSORBED: {
    rule: 'ineffective-guard',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.sub(1 + 1e-10, tf.sigmoid(x))).neg();`,
  },
  INEFFECTIVE_CLIP: {
    rule: 'ineffective-guard',
    code: `export function f(labels: tf.Tensor, x: tf.Tensor) {\n  const p = tf.sigmoid(x).clipByValue(1e-8, 1 - 1e-8);\n  return ${bce};\n}`,
  },
  DISCARDED_GUARD: {
    rule: 'ineffective-guard',
    code: `export function f(z: tf.Tensor2D) {\n  const p = tf.softmax(z);\n  tf.clipByValue(p, 1e-15, 1);\n  return tf.log(p).neg();\n}`,
  },
  ASYMMETRIC_GUARD: {
    rule: 'unstable-composite',
    code: `export const f = (real: tf.Tensor, fake: tf.Tensor) =>\n  tf.add(tf.log(tf.sigmoid(real)), tf.log(tf.sub(1, tf.sigmoid(fake)).add(1e-2))).mean().neg();`,
  },
  CLIP_AFTER: {
    rule: 'ineffective-guard',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.clipByValue(tf.sqrt(tf.relu(t)), 1e-3, 10).sum())(x);`,
  },
  SINGLE_WHERE: {
    rule: 'ineffective-guard',
    code: `export const f = (mask: tf.Tensor, x: tf.Tensor) =>\n  tf.grad((t: tf.Tensor) => tf.where(tf.greater(mask, 0), tf.sqrt(tf.relu(t)), tf.zerosLike(t)).sum())(x);`,
  },
  DIV_NO_NAN: {
    rule: 'broken-backward',
    code: `export const f = (a: tf.Tensor, b: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.divNoNan(t, b).sum())(a);`,
  },
  SOFTPLUS_NAIVE: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.add(1, tf.exp(x)));`,
  },
  LOG1P_EXP: { rule: 'unstable-composite', code: `export const f = (x: tf.Tensor) => tf.log1p(tf.exp(x));` },
  EXP_CLAMP_OUT: {
    rule: 'exp-then-clip',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.exp(x).clipByValue(0, 87).add(1));`,
  },
  EXP_CLAMP_IN: {
    rule: 'dead-gradient',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.exp(x.clipByValue(-87, 87)).add(1));`,
    note: true,
  },
  SOFTPLUS_INV: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.exp(x).sub(1));`,
  },
  LOG1MEXP: {
    rule: 'cancellation',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.sub(1, tf.exp(x.abs().neg())));`,
  },
  LOG1P: { rule: 'log-near-one', code: `export const f = (x: tf.Tensor) => tf.log(tf.add(1, x.abs()));` },
  EXPM1: {
    rule: 'cancellation',
    code: `export const f = (x: tf.Tensor) => tf.sub(tf.exp(x.clipByValue(-5, 5)), 1);`,
  },
  LOGSUMEXP: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor2D) => tf.log(tf.sum(tf.exp(x), 1));`,
  },
  SOFTMAX_NAIVE: {
    rule: 'unstable-composite',
    code: `export const f = (z: tf.Tensor2D) => tf.exp(z).div(tf.exp(z).sum(-1, true));`,
  },
  MASKED_SOFTMAX: {
    rule: 'masked-infinity',
    code: `export const f = (mask: tf.Tensor2D, z: tf.Tensor2D) => tf.softmax(tf.where(mask.greater(0), z, -Infinity));`,
  },
  SIGMOID_NAIVE: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.div(1, tf.add(1, tf.exp(t.neg()))).sum())(x);`,
  },
  TANH_NAIVE: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => x.exp().sub(x.neg().exp()).div(x.exp().add(x.neg().exp()));`,
  },
  LOGCOSH: { rule: 'unstable-composite', code: `export const f = (x: tf.Tensor) => tf.log(tf.cosh(x));` },
  SQRT_ZERO: {
    rule: 'sqrt-at-zero',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.sqrt(tf.relu(t)).sum())(x);`,
  },
  NORM_ZERO: {
    rule: 'sqrt-at-zero',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.norm(t))(x);`,
  },
  DIST_ZERO: {
    rule: 'sqrt-at-zero',
    code: `export const f = (a: tf.Tensor2D, b: tf.Tensor2D) =>\n  tf.grad((t: tf.Tensor) => tf.sqrt(tf.sum(tf.squaredDifference(t, b), 1)).mean())(a);`,
  },
  STD_ZERO: {
    rule: 'sqrt-at-zero',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.sqrt(tf.moments(t).variance))(x);`,
  },
  SQRT_EXP: {
    rule: 'unstable-composite',
    code: `export const f = (logvar: tf.Tensor) => tf.sqrt(tf.exp(logvar));`,
  },
  POW_FRAC: {
    rule: 'domain-edge',
    code: `export const f = (x: tf.Tensor) => tf.grad((t: tf.Tensor) => tf.pow(tf.relu(t), 0.5).sum())(x);`,
  },
  DIV_ZERO: {
    rule: 'division-near-zero',
    code: `export const f = (a: tf.Tensor, b: tf.Tensor) => a.div(tf.relu(b));`,
  },
  MEAN_EMPTY: {
    rule: 'empty-mean',
    code: `export function f(loss: tf.Tensor1D, x: tf.Tensor1D) {\n  const mask = x.greater(0).toFloat();\n  return loss.mul(mask).sum().div(mask.sum());\n}`,
  },
  NORMALISE_ZERO: {
    rule: 'division-near-zero',
    code: `export const f = (x: tf.Tensor) => x.abs().div(x.abs().max());`,
  },
  COSINE: {
    rule: 'division-near-zero',
    code: `export const f = (a: tf.Tensor1D, b: tf.Tensor1D) => tf.dot(a, b).div(tf.norm(a).mul(tf.norm(b)));`,
  },
  ENTROPY: {
    rule: 'log-of-zero',
    code: `export function f(x: tf.Tensor) {\n  const p = tf.relu(x).minimum(1);\n  return p.mul(tf.log(p)).sum().neg();\n}`,
  },
  KL: {
    rule: 'log-of-zero',
    code: `export function f(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const [p, q] = [tf.softmax(a), tf.softmax(b)];\n  return p.mul(tf.log(p.div(q))).sum();\n}`,
  },
  LOGIT: {
    rule: 'division-near-zero',
    code: `export function f(x: tf.Tensor) {\n  const p = tf.sigmoid(x);\n  return tf.log(p.div(tf.sub(1, p)));\n}`,
  },
  LOG_PROD: {
    rule: 'probability-product',
    code: `export const f = (z: tf.Tensor1D) => tf.log(tf.prod(tf.sigmoid(z)));`,
  },
  LOG_EXP_PDF: {
    rule: 'unstable-composite',
    code: `export const f = (x: tf.Tensor) => tf.log(tf.exp(x.square().mul(-0.5)).div(Math.sqrt(2 * Math.PI)));`,
  },
  PPO_RATIO: {
    rule: 'exp-then-clip',
    code: `export const f = (now: tf.Tensor1D, before: tf.Tensor1D) => tf.exp(now.sub(before)).clipByValue(0.8, 1.2);`,
  },
  VARIANCE_ONEPASS: {
    rule: 'cancellation',
    code: `export const f = (x: tf.Tensor) => tf.mean(tf.square(x)).sub(tf.square(tf.mean(x)));`,
  },
  PAIRDIST_EXPAND: {
    rule: 'cancellation',
    code: `export function f(a: tf.Tensor2D, b: tf.Tensor2D) {\n  const [aa, bb] = [a.square().sum(1, true), b.square().sum(1, true).transpose()];\n  return aa.sub(tf.matMul(a, b, false, true).mul(2)).add(bb);\n}`,
  },
  SQRT_DIFF: {
    rule: 'cancellation',
    code: `export const f = (x: tf.Tensor) => tf.sqrt(x.square().add(1)).sub(tf.sqrt(x.square()));`,
  },
  ONE_MINUS_COS: { rule: 'cancellation', code: `export const f = (x: tf.Tensor) => tf.sub(1, tf.cos(x));` },
  PSEUDO_HUBER: {
    rule: 'cancellation',
    code: `export const f = (x: tf.Tensor) => tf.sqrt(x.square().add(1)).sub(1);`,
  },
  ACOS_DOT: {
    rule: 'domain-edge',
    code: `const unit = (x: tf.Tensor) => x.div(tf.sqrt(x.square().sum().maximum(1e-12)));\nexport const f = (u: tf.Tensor1D, v: tf.Tensor1D) => tf.acos(tf.sum(unit(u).mul(unit(v))));`,
  },
  ATANH: { rule: 'domain-edge', code: `export const f = (x: tf.Tensor) => tf.atanh(x.clipByValue(-1, 1));` },
  LOG_UNIFORM: {
    rule: 'random-log-zero',
    code: `export const f = () => tf.scalar(Math.sqrt(-2 * Math.log(Math.random())));`,
  },
  ADAM_EPS: { rule: 'optimizer-epsilon', code: `export const f = () => tf.train.adam(0.01, 0.9, 0.999, 0);` },
  RMSPROP_CENTERED: {
    rule: 'optimizer-epsilon',
    code: `export const f = () => tf.train.rmsprop(0.01, 0.9, 0, 1e-7, true);`,
  },
  BN_EPS0: {
    rule: 'division-near-zero',
    code: `export function f(x: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(x, 0);\n  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, undefined, 0);\n}`,
  },
  NAN_SILENT: {
    rule: 'hidden-nan',
    code: `export const f = (z: tf.Tensor2D) => tf.argMax(tf.exp(z).div(tf.exp(z).sum(-1, true)), 1);`,
    note: true,
  },
};
