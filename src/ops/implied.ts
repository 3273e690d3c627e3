/**
 * Ops that the source does not call by name, but implies: a step of an optimizer, an operator of JavaScript on a tensor.
 * They are no functions of TensorFlow.js, so the oracles do not call them.
 */
import { interval, unknownRange, withNaN } from '../facts/range.js';
import { descent } from './descent.js';
import { danger, operand, optional, tensor, tensors } from './build.js';
import { operatorBySign } from './operators.js';
import type { ConcreteCall, OpCall, OpRow, TensorFlow } from './row.js';

/** Centred rmsprop of 4.22 subtracts its epsilon inside the root: gradients below this make it NaN (facts: numerics, 5). */
const CENTRED_FAILS = 1e-3;

const epsilonOf = ({ attributes }: OpCall): unknown => attributes['epsilon'];

/** One step of `tf.train.<kind>` on a weight of 1: the weight afterwards. */
const optimizerStep: OpRow = {
  name: 'optimizer.step',
  parameters: [
    tensor('gradient'),
    optional('kind', 'string'),
    optional('epsilon', 'number'),
    optional('centered', 'boolean'),
  ],
  shape: (call) => operand(call, 'gradient').shape,
  dtype: () => 'float32',
  range: () => unknownRange(),
  gradient: 'none',
  dangers: [
    danger('gradient', 'value', 'nan', [0, 0], 'gradient = 0', (call) => epsilonOf(call) === 0),
    danger(
      'gradient',
      'value',
      'nan',
      [-CENTRED_FAILS, CENTRED_FAILS],
      '|gradient| < 1e-3',
      (call) => call.attributes['centered'] === true,
    ),
  ],
  run: (tf, call) => step(tf, call),
};

function step(tf: TensorFlow, { operands, attributes }: ConcreteCall): unknown {
  const gradient = operands['gradient'];
  const { kind, epsilon, centered } = attributes;
  const weight = tf.variable(tf.onesLike(gradient));
  const optimizer = optimizerOf(tf, String(kind), epsilon as number | undefined, centered === true);
  optimizer.applyGradients([{ name: weight.name, tensor: gradient }]);
  return tf.clone(weight);
}

function optimizerOf(
  tf: TensorFlow,
  kind: string,
  epsilon: number | undefined,
  centered: boolean,
): TensorFlow {
  switch (kind) {
    case 'adam':
      return tf.train.adam(0.01, 0.9, 0.999, epsilon);
    case 'adamax':
      return tf.train.adamax(0.01, 0.9, 0.999, epsilon);
    case 'adadelta':
      return tf.train.adadelta(0.01, 0.95, epsilon);
    default:
      return tf.train.rmsprop(0.01, 0.9, 0, epsilon, centered);
  }
}

/** `a - b` where one is a tensor: JavaScript makes a string of it, and NaN of that. */
const onTensor: OpRow = {
  name: 'js.onTensor',
  parameters: [tensor('a'), tensor('b'), optional('operator', 'string')],
  shape: () => [],
  dtype: () => 'number',
  range: () => withNaN(interval(0, 0, 'bound')),
  gradient: 'none',
  dangers: [],
  // A sum with an object is a string, and no number either.
  run: (_tf, { operands, attributes }) =>
    Number(
      operatorBySign
        .get(String(attributes['operator']))!
        .run(operands['a'] as number, operands['b'] as number),
    ),
};

/** What a tensor, or what was read from it, is taken for. */
export type TensorUse =
  | 'length'
  | 'element'
  | 'set'
  | 'flat'
  | 'strided'
  | 'nested'
  | 'joined'
  | 'number'
  | 'compared'
  | 'unequal'
  | 'promise';

/** `x.length`, `x[0]`, `x.dataSync()[0][1]`, `Math.max(...x.arraySync())`, `0 + x.arraySync()[0]`: undefined, NaN or a text. */
const ofTensor: OpRow = {
  name: 'js.ofTensor',
  parameters: [tensor('x'), optional('use', 'string')],
  shape: () => [],
  dtype: () => 'number',
  range: () => withNaN(interval(0, 0, 'bound')),
  gradient: 'none',
  dangers: [],
  run: (_tf, { operands: { x }, attributes }) => {
    const given = x as unknown as ReadTensor;
    switch (attributes['use'] as TensorUse) {
      case 'length':
        return Number(given['length']);
      case 'element':
        return Number(given[0]);
      case 'set':
        return afterSetting(given);
      case 'flat':
        return Number((given.dataSync()[0] as unknown as number[] | undefined)?.[0]);
      case 'strided':
        return byRowsAsColumns(given);
      case 'nested':
        return Math.max(...(given.arraySync() as number[]));
      case 'joined': {
        const sum: unknown = 0 + (given.arraySync() as number[])[0]!;
        return typeof sum === 'number' ? sum : Number.NaN;
      }
      case 'number':
      case 'compared':
      case 'unequal':
        return Number(given);
      case 'promise':
        return Number(given.data());
    }
  },
};

/** A tensor as JavaScript sees it. */
interface ReadTensor {
  data(): Promise<ArrayLike<number>>;
  readonly shape: readonly number[];
  readonly length?: unknown;
  [index: number]: unknown;
  dataSync(): ArrayLike<unknown>;
  arraySync(): unknown;
}

/** What is read as the last number of the last row where a row is taken to have as many as there are rows: not that one. */
function byRowsAsColumns(given: ReadTensor): number {
  const [rows = 1, columns = 1] = given.shape;
  const values = given.dataSync();
  const [read, meant] = [rows, columns].map((stride) => Number(values[(rows - 1) * stride + columns - 1]));
  return read === meant ? read! : Number.NaN;
}

/** What a tensor holds of a number that was set: nothing, for its values never change. */
function afterSetting(given: ReadTensor): number {
  const wanted = Number(given.dataSync()[0]) + 1;
  given[0] = wanted;
  return given.dataSync()[0] === wanted ? wanted : Number.NaN;
}

/** A step on some variables, beside others that the loss depends on: these stay what they are. */
const leftOut: OpRow = {
  name: 'optimizer.leftOut',
  parameters: [tensors('variables'), tensors('losses')],
  shape: () => [],
  dtype: () => 'float32',
  range: () => unknownRange(),
  gradient: 'none',
  dangers: [],
};

/** A step on variables that the loss depends on only through what was computed before it. */
const unconnected: OpRow = { ...leftOut, name: 'optimizer.unconnected', parameters: [tensors('before')] };

/** A step that is handed no variables: it trains all there are. */
const withoutList: OpRow = { ...leftOut, name: 'optimizer.withoutList', parameters: [tensors('losses')] };

export const implied: readonly OpRow[] = [
  optimizerStep,
  descent,
  leftOut,
  unconnected,
  withoutList,
  onTensor,
  ofTensor,
];
