/**
 * Gradient descent on a squared error that is linear in its weights: a line, a polynomial, a single dense layer. It is no
 * function of TensorFlow.js; a node stands where the code trains such a model on numbers that it writes down.
 */
import { unknownRange } from '../facts/range.js';
import { optional, required, tensors } from './build.js';
import type { ConcreteCall, OpRow, TensorFlow } from './row.js';

/**
 * The squared error after some steps of `tf.train.sgd` or `tf.train.momentum`, from weights of 1 towards targets of 0: how
 * the error grows from step to step depends on the inputs and the rate alone, not on where it starts.
 *
 * Of `inputs` `[n, d]` each column has a weight; where `scaled` says so, all of one has a single weight. `constants`: how many
 * weights stand alone, such as a bias. `share`: what the sum of the squares is multiplied by.
 */
export const descent: OpRow = {
  name: 'optimizer.descent',
  parameters: [
    tensors('inputs'),
    required('scaled', 'any'),
    required('constants', 'integer'),
    required('rate', 'number'),
    optional('momentum', 'number', 0),
    required('share', 'number'),
    required('steps', 'integer'),
  ],
  shape: () => [],
  dtype: () => 'float32',
  range: () => unknownRange(),
  gradient: 'none',
  dangers: [],
  run: (tf, call) => descended(tf, call),
};

function descended(tf: TensorFlow, { operands, attributes }: ConcreteCall): unknown {
  const { constants, rate, momentum, share, steps } = attributes as Readonly<Record<string, number>>;
  const scaled = attributes['scaled'] as readonly boolean[];
  const given = (operands['inputs'] as TensorFlow[]).map((x, index) =>
    x.reshape(scaled[index] ? [-1, 1] : [x.shape[0], -1]),
  );
  const ones = Array.from({ length: constants! }, () => tf.ones([given[0].shape[0], 1]));
  const inputs = tf.concat([...given, ...ones], 1);
  // The gradient of share * |inputs · weights|², as the tape would compute it in each step.
  const slope = tf.matMul(inputs, inputs, true).mul(2 * share!);
  let weights = tf.ones([inputs.shape[1], 1]);
  let step = tf.zerosLike(weights);
  for (let taken = 0; taken < steps!; taken += 1) {
    step = step.mul(momentum).add(slope.matMul(weights));
    weights = weights.sub(step.mul(rate));
  }
  return inputs.matMul(weights).square().sum().mul(share);
}
