import { elementsIn } from '../facts/concrete-shape.js';
import type { TensorFlow } from '../ops/row.js';
import { isTensor, type RealmTensor } from './engine.js';
import { NotRunnable } from './not-runnable.js';

/**
 * Runs what `tf.customGrad` was given as TensorFlow.js does, with `save` where a parameter was left open. The result is
 * weighted, so that a gradient that forgets to multiply by what comes in does not come out right.
 */
export function callCustom(
  tf: TensorFlow,
  unit: (parameters: readonly unknown[]) => unknown,
  parameters: readonly unknown[],
): unknown {
  const tensors = parameters.filter((one) => isTensor(one));
  if (tensors.length === 0) throw new NotRunnable('the custom gradient takes no tensor');
  const op = tf.customGrad((...given: unknown[]) => {
    const save = given.at(-1);
    let next = 0;
    return unit(parameters.map((one) => (isTensor(one) ? given[next++] : (one ?? save))));
  });
  const value = op(...tensors) as RealmTensor;
  const size = elementsIn(value.shape);
  return tf.mul(value, tf.tensor(weights(size), value.shape));
}

/** Of either sign, exact in float32, and none like its neighbours. */
export const weights = (size: number): number[] =>
  Array.from({ length: size }, (_, index) => (1 + ((index * 5) % 8) / 8) * (index % 2 === 0 ? 1 : -1));
