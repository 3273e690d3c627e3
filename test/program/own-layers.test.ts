/** Layers that are classes of the project, in models: what `call` makes of a shape, or `computeOutputShape` says. */
import { expect, test } from 'vitest';
import { facts, lower } from './lower.js';

const predict = (layer: string): string => `${layer}
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] }), new Own({})] });
  const f = (x: tf.Tensor2D) => model.predict(x);`;

test.each([
  [
    'what its call gives',
    `class Own extends tf.layers.Layer { call(inputs) { return tf.tanh(tf.sum(inputs[0], -1, true)); } }`,
    '[x.0, 1] [-1, 1]',
  ],
  [
    'with the weights that it makes for the shape it is built for',
    `class Own extends tf.layers.Layer {
      build(shape) { this.w = this.addWeight('w', [shape[1], 3], 'float32', tf.initializers.ones()); }
      call([x]) { return tf.sigmoid(tf.matMul(x, this.w.read())); }
    }`,
    '[x.0, 3] [0, 1]',
  ],
  [
    'what it says that it gives, where its call is not followed',
    `class Own extends tf.layers.Layer {
      constructor(args) { super(args); this.scale = 2; }
      computeOutputShape(shape) { return [shape[0], this.scale * shape[1]]; }
      call(inputs) { return somewhere(inputs); }
    }`,
    '[x.0, 16] any',
  ],
  [
    'nothing, where neither is known',
    `class Own extends tf.layers.Layer { call(inputs) { return somewhere(inputs); } }`,
    '[?] any',
  ],
])('a layer of the project gives %s', (_, layer, expected) => {
  expect(facts(predict(layer))).toBe(expected);
});

test('in a functional model, of two inputs', () => {
  const program = `class Own extends tf.layers.Layer { call([a, b]) { return tf.concat([a, b], 1); } }
    const a = tf.input({ shape: [3] });
    const b = tf.layers.dense({ units: 5 }).apply(a);
    const model = tf.model({ inputs: a, outputs: tf.layers.dense({ units: 1, activation: 'tanh' }).apply(new Own({}).apply([a, b])) });
    const f = (x: tf.Tensor2D) => model.predict(x);`;
  expect(facts(program)).toBe('[x.0, 1] [-1, 1]');
});

test('one model leaves nothing behind for the next', () => {
  const program = `class Own extends tf.layers.Layer {
      build(shape) { this.w = this.addWeight('w', [shape[1]], 'float32', tf.initializers.ones()); }
      call([x]) { return tf.mul(x, this.w.read()); }
    }
    const own = new Own({});
    const wide = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] }), own] });
    const narrow = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] }), own] });
    function f(x: tf.Tensor2D) { return [wide.predict(x), narrow.predict(x)]; }`;
  expect(facts(program)).toBe('[x.0, 8] [-10000, 10000], [x.0, 2] [-10000, 10000]');
});

test.each([
  [
    'the weights that it builds',
    `class Own extends tf.layers.Layer {
      build(shape) { this.w = this.addWeight('w', [3, shape[1]], 'float32', tf.initializers.ones()); }
      call(inputs) { return tf.matMul(inputs[0], this.w.read()); }
    }`,
    'the inner sizes 8 and 3',
  ],
  [
    'a statistic of it',
    `class Own extends tf.layers.Layer { call(inputs) { return tf.sub(tf.ones([5, 8]), tf.mean(inputs[0], 0).reshape([4, 2])); } }`,
    'operands could not be broadcast together with shapes [5, 8] and [4, 2]',
  ],
])('what it is put behind does not fit %s', (_, layer, fault) => {
  const faults = (program: string): string =>
    lower(program)
      .lowered.units.flatMap(({ nodes }) => nodes)
      .flatMap(({ throws }) => throws ?? [])
      .join();
  const dense = 'tf.layers.dense({ units: 8, inputShape: [4] })';
  expect(faults(`${layer} const model = tf.sequential({ layers: [${dense}, new Own({})] });`)).toContain(
    fault,
  );
  expect(
    faults(`${layer} const model = tf.sequential(); model.add(${dense}); model.add(new Own({}));`),
  ).toContain(fault);
  const symbolic = `const x = tf.input({ shape: [8] }); const y = new Own({}).apply(x);`;
  expect(faults(`${layer} ${symbolic}`)).toContain(fault);
});
