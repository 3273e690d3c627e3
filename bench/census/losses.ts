import { operand, type Case } from './case.js';

type Interval = readonly [number, number];

/** Where labels and predictions of each loss may lie. */
const LOSSES: Readonly<Record<string, readonly [Interval, Interval]>> = {
  absoluteDifference: [
    [-1, 1],
    [1.2, 3],
  ],
  hingeLoss: [
    [0.6, 0.9],
    [-0.9, 0.4],
  ],
  huberLoss: [
    [-1, 1],
    [-2, 2],
  ],
  logLoss: [
    [0.1, 0.9],
    [0.2, 0.8],
  ],
  meanSquaredError: [
    [-1, 1],
    [-2, 2],
  ],
  sigmoidCrossEntropy: [
    [0.1, 0.9],
    [-2, 2],
  ],
};

const REDUCTIONS = ['NONE', 'MEAN', 'SUM', 'SUM_BY_NONZERO_WEIGHTS'];

function ordinary(): Case[] {
  return Object.entries(LOSSES).flatMap(([name, [labels, predictions]]) => [
    ...REDUCTIONS.map((reduction): Case => ({
      op: `losses.${name}`,
      title: `reduction ${reduction}`,
      operands: [operand('labels', [2, 3], labels), operand('predictions', [2, 3], predictions, 1)],
      // sigmoidCrossEntropy and huberLoss have an option of their own before the reduction.
      run: (tf, y, p) => tf.losses[name](y, p, undefined, ...own(name), tf.Reduction[reduction]),
    })),
    {
      op: `losses.${name}`,
      title: 'wrt weights',
      condition: 'weights differentiated',
      operands: [operand('weights', [2, 3], [0.2, 0.9])],
      run: (tf, weights) =>
        tf.losses[name](constant(tf, operand('', [2, 3], labels)), constant(tf, operand('', [2, 3], predictions, 1)), weights), // prettier-ignore
    } satisfies Case,
  ]);
}

const own = (name: string): unknown[] =>
  name === 'huberLoss' || name === 'logLoss' || name === 'sigmoidCrossEntropy' ? [undefined] : [];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TensorFlow.js of any version
const constant = (tf: any, { values, shape }: { values: readonly number[]; shape: readonly number[] }): any =>
  tf.tensor([...values], [...shape]);

const ONE_HOT = [0, 0, 1, 1, 0, 0];
const DOUBLED = [0, 0, 2, 0.5, 0, 0];

function crossEntropy(): Case[] {
  const logits = operand('logits', [2, 3], [-1, 2]);
  return [
    ...[0, 0.1].map((smoothing): Case => ({
      op: 'losses.softmaxCrossEntropy',
      title: `logits, label smoothing ${smoothing}`,
      operands: [logits],
      run: (tf, p) => tf.losses.softmaxCrossEntropy(tf.tensor2d(ONE_HOT, [2, 3]), p, undefined, smoothing),
    })),
    {
      op: 'losses.softmaxCrossEntropy',
      title: 'logits, labels that sum to 2 and to 1/2',
      condition: 'labels do not sum to 1',
      operands: [logits],
      run: (tf, p) => tf.losses.softmaxCrossEntropy(tf.tensor2d(DOUBLED, [2, 3]), p),
    },
    {
      op: 'losses.softmaxCrossEntropy',
      title: 'wrt labels',
      condition: 'labels differentiated',
      operands: [operand('onehotLabels', [2, 3], [0.1, 0.9])],
      run: (tf, labels) => tf.losses.softmaxCrossEntropy(labels, constant(tf, logits)),
    },
    {
      op: 'losses.softmaxCrossEntropy',
      title: 'logits of rank 3, label smoothing 0.1',
      condition: 'label smoothing of rank 3',
      operands: [operand('logits', [1, 2, 3], [-1, 2])],
      run: (tf, p) => tf.losses.softmaxCrossEntropy(tf.tensor3d(ONE_HOT, [1, 2, 3]), p, undefined, 0.1),
    },
  ];
}

export const losses = (): Case[] => [
  ...ordinary(),
  ...crossEntropy(),
  { op: 'losses.cosineDistance', title: 'axis 1', operands: [operand('labels', [2, 3]), operand('predictions', [2, 3], undefined, 1)], run: (tf, y, p) => tf.losses.cosineDistance(y, p, 1) }, // prettier-ignore
  { op: 'losses.cosineDistance', title: 'axis 0', operands: [operand('labels', [2, 3]), operand('predictions', [2, 3], undefined, 1)], run: (tf, y, p) => tf.losses.cosineDistance(y, p, 0) }, // prettier-ignore
  { op: 'losses.computeWeightedLoss', title: 'wrt losses', operands: [operand('losses', [2, 3])], run: (tf, l) => tf.losses.computeWeightedLoss(l, tf.tensor2d([1, 2, 0, 1, 1, 2], [2, 3])) }, // prettier-ignore
  { op: 'losses.computeWeightedLoss', title: 'wrt weights', condition: 'weights differentiated', operands: [operand('weights', [2, 3], [0.2, 0.9])], run: (tf, w) => tf.losses.computeWeightedLoss(tf.tensor2d([1, 2, 0, 1, 1, 2], [2, 3]), w) }, // prettier-ignore
];
