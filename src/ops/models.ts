/**
 * What layers and models ask of the shapes that they are given. They are no ops of TensorFlow.js: a node stands where the
 * code puts a model together, or hands it data. Sizes of examples are held against those that the model declares
 * (`standardizeInputData` of tfjs-layers/src/engine/training_tensors.ts); a layer refuses what its `inputSpec` does not allow.
 */
import { unknownRange } from '../facts/range.js';
import { certainlyDiffer, dim, showShape, symbol, type Shape } from '../facts/shape.js';
import { mustMatch } from './shapes/arrange.js';
import { dimsOf } from './shapes/sizes.js';
import { operand, optional, required, stringOf, tensor, tensorRange, throws } from './build.js';
import type { ConcreteCall, OpCall, OpRow, TensorFlow } from './row.js';

/** `model.predict(x)`, `model.fit(x, y)`: examples as the model declares them, behind a batch of any size. */
const example: OpRow = {
  name: 'model.example',
  parameters: [
    tensor('x'),
    required('expected', 'shape'),
    required('role', 'string'),
    optional('promotes', 'boolean', true),
    optional('asMade', 'boolean', false),
  ],
  shape: (call) => {
    const { shape } = operand(call, 'x');
    const sizes = dimsOf(call, 'expected');
    if (shape === undefined || sizes === undefined) return shape;
    const expected = [dim(symbol('batch')), ...sizes];
    const [given, wanted] = [showShape(shape), showShape(expected)];
    // Of a model that is only taken for one of the file nothing is certain.
    if (call.attributes['asMade'] === true || fits(promoted(call, shape), expected)) return shape;
    return stringOf(call, 'role') === 'target'
      ? throws(`a model that gives ${wanted} is compared with targets of ${given}`)
      : throws(`a model that takes ${wanted} is given ${given}`);
  },
  dtype: (call) => operand(call, 'x').dtype,
  range: (call) => tensorRange(operand(call, 'x')),
  gradient: 'none',
  dangers: [],
  run: (tf, call) => standardised(tf, call),
};

/** A row of numbers is taken for as many examples of one number: `expandDims(1)`. */
const promoted = (call: OpCall, shape: Shape): Shape =>
  shape.length === 1 && call.attributes['promotes'] === true ? [...shape, dim(1)] : shape;

const fits = (given: Shape, expected: Shape): boolean =>
  given.length === expected.length &&
  given.every(({ size }, axis) => axis === 0 || !certainlyDiffer(size, expected[axis]!.size));

/** The same check, of a model that gives back what it is given. */
function standardised(tf: TensorFlow, { operands, attributes }: ConcreteCall): unknown {
  const expected = attributes['expected'] as readonly number[];
  const model = tf.sequential({
    layers: [tf.layers.activation({ activation: 'linear', inputShape: expected })],
  });
  const x = operands['x'];
  if (attributes['promotes'] !== true) return model.predictOnBatch(x);
  if (attributes['role'] !== 'target') return model.predict(x);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model.evaluate(tf.zeros([(x as { shape: number[] }).shape[0]!, ...expected]), x);
}

/** A layer that is put behind something of a shape that it refuses. */
const layer: OpRow = {
  name: 'layers.apply',
  parameters: [
    tensor('x'),
    required('implied', 'string'),
    required('config', 'any'),
    required('fault', 'string'),
  ],
  shape: (call) => throws(stringOf(call, 'fault') ?? 'the layer refuses it'),
  dtype: () => 'float32',
  range: () => unknownRange(),
  gradient: 'none',
  dangers: [],
  run: (tf, { operands, attributes }) => {
    const x = operands['x'] as { readonly shape: readonly number[] };
    const name = String(attributes['implied']).slice('layers.'.length);
    const model = tf.sequential();
    model.add(tf.layers.inputLayer({ inputShape: x.shape.slice(1) }));
    model.add(tf.layers[name](attributes['config']));
    return model.predict(x);
  },
};

/** `variable.assign(value)`: of one shape and type. */
const assign: OpRow = {
  name: 'variable.assign',
  parameters: [tensor('x'), tensor('value')],
  shape: (call) => {
    const [x, value] = [operand(call, 'x').shape, operand(call, 'value').shape];
    return mustMatch(x, value, 'a variable and its new value') ?? x;
  },
  dtype: (call) => operand(call, 'x').dtype,
  range: (call) => tensorRange(operand(call, 'value')),
  gradient: 'none',
  dangers: [],
  run: (tf, { operands }) => {
    const variable = tf.variable(tf.clone(operands['x']));
    variable.assign(operands['value']);
    return tf.clone(variable);
  },
};

/** The rows of what is asked where models are put together and given data. */
export const models: readonly OpRow[] = [example, layer, assign];
