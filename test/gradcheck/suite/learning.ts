/** Correct: what people train. Losses, softmax and its kin, normalisation, layers and small networks. */
import * as tf from '@tensorflow/tfjs';
import { grid, labelled, spread } from './case.js';

const softmax = (x: readonly number[]): number[] => {
  const e = x.map(Math.exp);
  const total = e.reduce((sum, value) => sum + value, 0);
  return e.map((value) => value / total);
};
const s = softmax([1, 2, 3]);
const weights = [1, -2, 0.5];
const weighted = s.reduce((sum, p, index) => sum + p * weights[index]!, 0);

const heads = labelled('correct', [
  {
    name: 'weighted softmax',
    fn: (x: tf.Tensor) => tf.softmax(x).mul(weights).sum(),
    inputs: [[1, 2, 3]],
    truth: [s.map((p, index) => p * (weights[index]! - weighted))],
    why: 's (w - s.w)',
  },
  {
    name: 'log-softmax of one class',
    fn: (x: tf.Tensor) => tf.logSoftmax(x).slice([0], [1]),
    inputs: [[1, 2, 3]],
    truth: [[1 - s[0]!, -s[1]!, -s[2]!]],
    why: 'one-hot minus softmax',
  },
  {
    name: 'softmax of a matrix',
    fn: (x: tf.Tensor) => tf.softmax(x),
    inputs: [grid(3, 4, -2, 2)],
    why: 'diag(s) - s s^T in each row; the sum of outputs is constant, so a cotangent of ones sees nothing',
  },
  {
    name: 'softmax with equal logits',
    fn: (x: tf.Tensor) => tf.softmax(x).mul([1, 2, 3]).sum(),
    inputs: [[0, 0, 0]],
    truth: [[-1 / 3, 0, 1 / 3]],
    why: '(w - 2)/3',
  },
  {
    name: 'a saturated unit beside a live one',
    fn: (x: tf.Tensor) => x.sigmoid(),
    inputs: [[0, 20]],
    why: 'float32 gives 0 for 2e-9, which is nothing beside 0.25',
  },
]);

const losses = labelled('correct', [
  {
    name: 'mean squared error',
    fn: (prediction: tf.Tensor, label: tf.Tensor) => tf.losses.meanSquaredError(label, prediction),
    inputs: [
      [1, 2],
      [0.5, 4],
    ],
    truth: [
      [0.5, -2],
      [-0.5, 2],
    ],
    why: '2(p - l)/n',
  },
  {
    name: 'softmax cross-entropy wrt logits, labels that sum to 1',
    fn: (logits: tf.Tensor) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 0, 1]]), logits),
    inputs: [[[1, 2, 3]]],
    truth: [[s[0]!, s[1]!, s[2]! - 1]],
    why: 'softmax minus labels',
  },
  {
    name: 'sigmoid cross-entropy',
    fn: (logits: tf.Tensor) => tf.losses.sigmoidCrossEntropy(tf.tensor1d([1, 0]), logits),
    inputs: [[0.5, -1]],
    truth: [[(1 / (1 + Math.exp(-0.5)) - 1) / 2, 1 / (1 + Math.E) / 2]],
    why: '(sigmoid - labels)/n',
  },
  {
    name: 'log loss inside (0, 1)',
    fn: (p: tf.Tensor) => tf.losses.logLoss(tf.tensor1d([1, 0]), p),
    inputs: [[0.75, 0.25]],
    truth: [[-1 / (0.75 + 1e-7) / 2, 1 / (0.75 + 1e-7) / 2]],
    why: '-l/p + (1 - l)/(1 - p), over n, each with epsilon 1e-7',
  },
  {
    name: 'Huber loss on both sides of delta',
    fn: (p: tf.Tensor) => tf.losses.huberLoss(tf.tensor1d([0, 0]), p),
    inputs: [[0.5, 3]],
    truth: [[0.25, 0.5]],
    why: 'e/n inside, sign/n outside',
  },
  {
    name: 'Huber loss at delta',
    fn: (p: tf.Tensor) => tf.losses.huberLoss(tf.tensor1d([0]), p),
    inputs: [[1]],
    truth: [[1]],
    why: 'both pieces have slope 1 there: no kink',
  },
  {
    name: 'hinge loss away from the margin',
    fn: (p: tf.Tensor) => tf.losses.hingeLoss(tf.tensor1d([1, 0]), p),
    inputs: [[0.5, -3]],
    truth: [[-0.5, 0]],
    why: '-y/n inside the margin',
  },
  {
    name: 'cosine distance',
    fn: (p: tf.Tensor) => tf.losses.cosineDistance(tf.tensor2d([[0.6, 0.8]]), p, 1),
    inputs: [[[0.5, 2]]],
    truth: [[-0.6, -0.8]],
    why: '1 - l.p is linear in p',
  },
  {
    name: 'Gaussian negative log-likelihood',
    fn: (mean: tf.Tensor, logVariance: tf.Tensor) =>
      tf.scalar(1).sub(mean).square().div(logVariance.exp()).add(logVariance).mul(0.5),
    inputs: [[0.5], [0.2]],
    truth: [[-0.5 * Math.exp(-0.2)], [0.5 - 0.125 * Math.exp(-0.2)]],
    why: '(m - y)/v and (1 - (y - m)^2/v)/2',
  },
]);

const normalisation = labelled('correct', [
  {
    name: 'batch normalisation',
    fn: (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) =>
      tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
    inputs: [grid(3, 2), [0.1, -0.2], [1.5, 0.5], [0.1, 0.2], [2, -1]],
    why: 'linear in x, the mean, offset and scale; (variance + epsilon)^(-1/2)',
  },
  {
    name: 'layer normalisation',
    fn: (x: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).div(variance.add(1e-5).sqrt());
    },
    inputs: [grid(2, 5, -2, 2)],
    why: 'the mean and the variance depend on x too',
  },
  {
    name: 'division by the norm',
    fn: (x: tf.Tensor) => x.div(x.norm()),
    inputs: [[3, 4]],
    truth: [[0.032, -0.024]],
    why: '(1 - u u^T)/|x|, summed: ((1 - 0.6*1.4)/5, (1 - 0.8*1.4)/5)',
  },
]);

const dense = tf.layers.dense({
  units: 3,
  inputShape: [4],
  activation: 'tanh',
  weights: [tf.tensor2d(spread(12), [4, 3]), tf.tensor1d([0.1, -0.2, 0.3])],
});
const recurrent = tf.layers.simpleRNN({
  units: 2,
  inputShape: [3, 2],
  weights: [tf.tensor2d(spread(4), [2, 2]), tf.tensor2d(spread(4, -0.5, 0.5), [2, 2]), tf.tensor1d([0.1, 0])],
});
const gated = tf.layers.gru({
  units: 2,
  inputShape: [3, 2],
  recurrentActivation: 'sigmoid',
  weights: [
    tf.tensor2d(spread(12), [2, 6]),
    tf.tensor2d(spread(12, -0.5, 0.5), [2, 6]),
    tf.tensor1d(spread(6)),
  ],
});

const networks = labelled('correct', [
  {
    name: 'a dense layer',
    fn: (x: tf.Tensor) => dense.apply(x) as tf.Tensor,
    inputs: [grid(2, 4)],
    why: 'a layer of tfjs-layers, its weights made beforehand',
  },
  {
    name: 'a simple recurrent layer',
    fn: (x: tf.Tensor) => recurrent.apply(x) as tf.Tensor,
    inputs: [[grid(3, 2)]],
    why: 'tanh over three time steps',
  },
  {
    name: 'a GRU layer',
    fn: (x: tf.Tensor) => gated.apply(x) as tf.Tensor,
    inputs: [[grid(3, 2)]],
    why: 'gates over three time steps',
  },
  {
    name: 'a two-layer network wrt all its weights',
    fn: (w1: tf.Tensor, b1: tf.Tensor, w2: tf.Tensor) => {
      const hidden = tf
        .tensor2d(grid(5, 3))
        .matMul(w1 as tf.Tensor2D)
        .add(b1)
        .tanh();
      return hidden
        .matMul(w2 as tf.Tensor2D)
        .sub(tf.tensor2d(spread(5), [5, 1]))
        .square()
        .mean();
    },
    inputs: [grid(3, 4), spread(4, -0.1, 0.1), grid(4, 1)],
    why: 'back-propagation as in the textbooks',
  },
  {
    name: 'scaled dot-product attention',
    fn: (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      tf.matMul(tf.softmax(tf.matMul(q as tf.Tensor2D, k as tf.Tensor2D, false, true).div(Math.SQRT2)), v),
    inputs: [grid(3, 2), grid(4, 2, -2, 2), grid(4, 2)],
    why: 'bilinear forms through a softmax',
  },
]);

export const learning = [...heads, ...losses, ...normalisation, ...networks];
