import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import '../../src/matchers/vitest.js';
import { toHaveCorrectGradient } from '../../src/matchers/index.js';

beforeAll(() => tf.setBackend('cpu'));

test('a gradient that is right', async () => {
  await expect((x: tf.Tensor) => x.tanh()).toHaveCorrectGradient([[1, 2]]);
  await expect((a: tf.Tensor2D, b: tf.Tensor2D) => a.matMul(b)).toHaveCorrectGradient([[[1, 2]], [[3], [4]]]);
});

test('one that is not', async () => {
  await expect((x: tf.Tensor) => x.relu()).not.toHaveCorrectGradient([[0, 2]]);
});

test('the failure says function, element, both numbers, the rate, and how to see it again', async () => {
  const square = tf.customGrad((x) => ({
    value: (x as tf.Tensor).square(),
    gradFunc: (dy: tf.Tensor) => dy.mul(x as tf.Tensor),
  }));
  const loss = (x: tf.Tensor): tf.Tensor => square(x).sum();
  const { pass, message } = await toHaveCorrectGradient(loss, [tf.tensor1d([3, 1])], { seed: 7 });
  expect(pass).toBe(false);
  expect(
    message()
      .replace(/runs .*/, 'runs')
      .replace(/±.*/g, '± bound'),
  ).toBe(`The gradient of loss is wrong at [0] = 3: autodiff says 3, differences say 6 ± bound

  verdict   wrong-gradient
  element   input 0 [0], where the input is 3
  autodiff  3
  reference 6 ± bound
  rate      1 (2 with the right gradient, 1 with a wrong one)
  kernel    custom gradient, backward pass
  runs
  again     await checkGradient(loss, [[3,1]], { seed: 7 })`);
});
