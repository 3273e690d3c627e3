import * as tf from '@tensorflow/tfjs';
import { checkGradient } from '../../src/gradcheck/index.js';
import type { GradientCase } from '../../test/gradcheck/suite/index.js';
import type { Judgement } from './score.js';

/** Our verdict of a case. */
export async function judge(gradientCase: GradientCase): Promise<Judgement> {
  const { fn, inputs, order = 1 } = gradientCase;
  const started = performance.now();
  const said = await checkGradient(fn as (...xs: never[]) => tf.Tensor, inputs, { tf, order }).then(
    ({ verdict, evaluations }) => ({ said: verdict, evaluations }),
    (error: Error) => ({ said: `error: ${error.message}` }),
  );
  return { gradientCase, elapsedMs: performance.now() - started, ...said };
}
