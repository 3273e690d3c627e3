/**
 * inconclusive: even float64 does not show a slope. Other verdicts are admitted where they are true as well; never
 * `correct`, and never a verdict on the formula, which nobody can see from values that are noise.
 */
import * as tf from '@tensorflow/tfjs';
import { labelled } from './case.js';

export const uncertain = labelled(
  ['inconclusive', 'ill-conditioned', 'cancellation'],
  [
    {
      name: 'a term absorbed by 1e30',
      fn: (x: tf.Tensor) => x.add(1e30).sub(1e30),
      inputs: [[1, 2]],
      why: 'x, of which float64 keeps nothing: the differences are 0, the gradient is 1',
    },
    {
      name: 'sin of 1e18 x',
      fn: (x: tf.Tensor) => x.mul(1e18).sin(),
      inputs: [[1]],
      why: 'the argument is known to 64 in float64',
    },
    {
      name: 'a sum of waves without an end',
      fn: (x: tf.Tensor) =>
        tf.addN(
          Array.from({ length: 16 }, (_, n) =>
            x
              .mul(13 ** n)
              .cos()
              .mul(0.9 ** n),
          ),
        ),
      inputs: [[0.3]],
      why: 'Weierstrass: a slope at every scale down to 13^-15',
    },
    {
      name: '(x - 1)^9 multiplied out, near 1',
      fn: (x: tf.Tensor) =>
        [1, -9, 36, -84, 126, -126, 84, -36, 9, -1].reduce<tf.Tensor>(
          (sum, coefficient) => sum.mul(x).add(coefficient),
          tf.zerosLike(x),
        ),
      inputs: [[1.002]],
      why: '5e-25 under a rounding error of 1e-14, in float64',
    },
  ],
);
