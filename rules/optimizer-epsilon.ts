import { dangersMet } from '../src/rule/danger.js';
import type { FixCandidate } from '../src/rule/finding.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { together } from '../src/rule/rewrite.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'optimizer-epsilon',
  category: 'numerical',
  claim:
    'An optimizer without an epsilon divides 0 by 0 at the first gradient that is 0, and the weights are NaN.',
  reason:
    'Adam divides the mean of the gradients by the root of the mean of their squares. A unit that is off gives a gradient of exactly 0: 0 / (0 + epsilon) is 0 with an epsilon and NaN without. The centred rmsprop of TensorFlow.js 4.22 subtracts its epsilon inside the root, and is NaN for every gradient below 1e-3.',
  remedy:
    'Leave the epsilon away: the default is that of the backend, 1e-7 on the cpu and in WebAssembly, 1e-4 in WebGL. Use `centered: false`.',
  ops: ['optimizer.step'],
  check(site) {
    const [met] = dangersMet(site, ['value']);
    if (met === undefined) return undefined;
    const { centered } = site.node.attributes;
    const what =
      centered === true
        ? 'subtracts its epsilon inside a square root (TensorFlow.js 4.22): the weights are NaN after one step on a gradient below 1e-3. Leave out `centered`'
        : 'makes the weights NaN at the first gradient that is 0: 0 / (0 + 0). Leave the epsilon out, the default fits the backend';
    return {
      message: `\`${site.text()}\` ${what}.`,
      danger: {
        text: met.text,
        harm: 'value',
        region: { operand: 'gradient', low: met.region.low, high: met.region.high },
        failures: ['nan'],
        implied: true,
      },
      manifest: true,
      fixes: settled(site, centered === true ? 'centered' : 'epsilon'),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'Adam with an epsilon of 0',
        code: `export const optimizer = () => tf.train.adam(1e-3, 0.9, 0.999, 0);`,
      },
      {
        title: 'centred rmsprop',
        code: `export const optimizer = (rate: number) => tf.train.rmsprop(rate, 0.9, 0, 1e-7, true);`,
      },
    ],
    safe: [
      { title: 'the default', code: `export const optimizer = () => tf.train.adam(1e-3, 0.9, 0.999);` },
      {
        title: 'an epsilon that float32 keeps',
        code: `export const optimizer = () => tf.train.rmsprop(1e-3, 0.9, 0, 1e-7);`,
      },
    ],
  },
});

/** The setting as the backend has it by default, where it is written in the call. */
function settled(site: Site, setting: 'epsilon' | 'centered'): FixCandidate[] {
  const span = site.argument(site.node, setting);
  if (span === undefined) return [];
  const text = setting === 'centered' ? 'false' : String(guardNumbers(site.backend).denominator);
  return [together(`Make \`${setting}\` \`${text}\``, 'guard', [{ span, by: { kind: 'code', text } }])];
}
