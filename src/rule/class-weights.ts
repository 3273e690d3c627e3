/** `tf.losses.softmaxCrossEntropy(labels, logits, classWeights)`: it takes a weight a sample. */
import { isOneAxis, showShape, showSize } from '../facts/shape.js';
import { classesOf } from './reduced-away.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import { operandOf } from './patterns.js';

/** Weights of classes that a cross entropy is given as those of samples: as many as there are classes. */
export function weightsOfClasses(site: Site): Suspicion | undefined {
  const weights = site.operand('weights');
  if (site.node.op !== 'losses.softmaxCrossEntropy' || weights?.shape?.length !== 1) return undefined;
  const [of] = weights.shape;
  const samples = ['onehotLabels', 'logits'].flatMap(
    (name) => operandOf(site.node, name)?.shape?.at(-2) ?? [],
  );
  const classes = classesOf(site.node).find((dim) => isOneAxis(of!, dim));
  if (classes === undefined || samples.length === 0 || of!.size === 1) return undefined;
  if (samples.some((dim) => isOneAxis(of!, dim) || dim.size === 1)) return undefined;
  const labels = site.operand('onehotLabels');
  const [name, sizes] = [site.text(weights), showShape(weights.shape)];
  return {
    message: `\`${name}\`, ${sizes}, has as many weights as there are classes, and \`${site.text()}\` takes one for each of ${showSize(samples[0]!.size)} samples: it throws, or where there are as many of both every sample is weighted by its place and not by its class. Take the weight of each sample's class: \`tf.gather(${name}, labels)\`${labels === undefined ? '' : `, or \`${site.text(labels)}.mul(${name}).sum(-1)\``}.`,
    danger: {
      text: `the ${showSize(of!.size)} weights meet ${showSize(samples[0]!.size)} samples`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    related: [{ node: weights, message: `${sizes} comes from here` }],
  };
}
