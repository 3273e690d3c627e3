import type { Condition } from '../../src/ops/gradient-conditions.js';
import type { TensorFlow } from '../../src/ops/row.js';
import { operand, show, type Case } from './case.js';

type Reduce = (
  tf: TensorFlow,
  x: TensorFlow,
  axis: number | number[] | undefined,
  keep: boolean,
) => TensorFlow;

const REDUCTIONS: Readonly<Record<string, Reduce>> = {
  sum: (tf, x, axis, keep) => tf.sum(x, axis, keep),
  mean: (tf, x, axis, keep) => tf.mean(x, axis, keep),
  max: (tf, x, axis, keep) => tf.max(x, axis, keep),
  min: (tf, x, axis, keep) => tf.min(x, axis, keep),
  prod: (tf, x, axis, keep) => tf.prod(x, axis, keep),
  logSumExp: (tf, x, axis, keep) => tf.logSumExp(x, axis, keep),
  'moments, the mean': (tf, x, axis, keep) => tf.moments(x, axis, keep).mean,
  'moments, the variance': (tf, x, axis, keep) => tf.moments(x, axis, keep).variance,
  'norm, euclidean': (tf, x, axis, keep) => tf.norm(x, 'euclidean', axis, keep),
  'norm, 1': (tf, x, axis, keep) => tf.norm(x, 1, axis, keep),
  'norm, Infinity': (tf, x, axis, keep) => tf.norm(x, Infinity, axis, keep),
  euclideanNorm: (tf, x, axis, keep) => tf.euclideanNorm(x, axis, keep),
};

const AXES: readonly (readonly [readonly number[], number | number[] | undefined, Condition?])[] = [
  [[4], undefined],
  [[2, 3], undefined],
  [[2, 3], 0],
  [[2, 3], 1],
  [[2, 3], -1, 'negative axis'],
  [
    [2, 3],
    [0, 1],
  ],
  [[2, 3, 2], 1],
  [
    [2, 3, 2],
    [0, 2],
  ],
];

function ordinary(): Case[] {
  return Object.entries(REDUCTIONS).flatMap(([name, reduce]) =>
    AXES.flatMap(([shape, axis, condition]) => {
      const [op = ''] = name.split(',');
      // The 1-norm of a matrix without an axis is that of its columns, and so on: other functions.
      if (name.startsWith('norm') && Array.isArray(axis)) return [];
      const x = operand('x', shape, [0.3, 1.9]);
      const title = `${name === op ? '' : `${name.slice(op.length + 2)}: `}axis ${JSON.stringify(axis) ?? 'not given'} of ${show(shape)}`;
      return [false, true].map((keep): Case => ({
        op,
        title: keep ? `${title}, keepDims` : title,
        condition: name === 'norm, Infinity' ? 'largest norm' : condition,
        operands: [x],
        run: (tf, given) => reduce(tf, given, axis, keep),
      }));
    }),
  );
}

const TIED = { name: 'x', shape: [2, 3], values: [2, 2, 1, 3, 0, 3] };

function ties(): Case[] {
  return ['max', 'min'].map((op): Case => ({
    op,
    title: 'axis 1, two largest or smallest',
    condition: 'equal elements',
    operands: [op === 'max' ? TIED : { ...TIED, values: [1, 1, 2, 0, 3, 0] }],
    run: (tf, x) => tf[op](x, 1),
  }));
}

const SCANS: readonly (readonly [readonly number[], number, Condition?])[] = [
  [[4], 0],
  [[2, 3], 1],
  [[2, 3], -1],
  [[2, 3], 0, 'axis is not the last'],
  [[3, 3], 0, 'axis is not the last, sizes are equal'],
  [[3, 3], 1],
  [[2, 3, 2], 1, 'axis is not the last'],
  [[2, 2, 2], 0, 'axis is not the last, sizes are equal'],
];

function scans(): Case[] {
  return ['cumsum', 'cumprod'].flatMap((op) =>
    SCANS.flatMap(([shape, axis, condition]) =>
      ['', ', exclusive', ', reverse'].map((mode): Case => ({
        op,
        title: `axis ${axis} of ${show(shape)}${mode}`,
        condition,
        operands: [operand('x', shape)],
        run: (tf, x) => tf[op](x, axis, mode === ', exclusive', mode === ', reverse'),
      })),
    ),
  );
}

function others(): Case[] {
  return [
    { op: 'prod', title: 'axis 1, one 0 in a row', condition: 'at 0', operands: [{ name: 'x', shape: [2, 3], values: [0, 2, 3, 1, 2, 3] }], run: (tf, x) => tf.prod(x, 1) }, // prettier-ignore
    { op: 'argMax', title: 'cast to float', operands: [operand('x', [2, 3])], run: (tf, x) => tf.add(tf.cast(tf.argMax(x, 1), 'float32'), tf.sum(tf.mul(x, 0))) }, // prettier-ignore
    { op: 'topk', title: 'two largest', operands: [operand('x', [2, 4])], run: (tf, x) => tf.topk(x, 2).values }, // prettier-ignore
    { op: 'all', title: 'cast to float', operands: [operand('x', [2, 3])], run: (tf, x) => tf.cast(tf.all(tf.cast(x, 'bool'), 1), 'float32') }, // prettier-ignore
    { op: 'any', title: 'cast to float', operands: [operand('x', [2, 3])], run: (tf, x) => tf.cast(tf.any(tf.cast(x, 'bool'), 1), 'float32') }, // prettier-ignore
  ];
}

export const reductions = (): Case[] => [...ordinary(), ...ties(), ...scans(), ...others()];
