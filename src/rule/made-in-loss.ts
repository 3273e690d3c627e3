/** Variables that a loss makes for itself, each time that it is computed. */
import { placeMade } from '../program/declared-name.js';
import { isMadeBefore } from '../program/gradient.js';
import { ts } from '../source/typescript.js';
import { wrapped } from '../source/wrappings.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** A variable that is made inside of the function that a gradient is taken of, under a local name: what is trained is gathered before. */
export function madeInLoss(site: Site): Suspicion | undefined {
  const { gradient, attributes, differentiated } = site.node;
  if (gradient?.ran === undefined || differentiated !== 'yes' || gradient.by !== 'variables')
    return undefined;
  if (attributes['trainable'] === false || isMadeBefore(gradient, site.node) || !site.leadsToLoss())
    return undefined;
  const place = placeMade(site.node);
  if (place === undefined || !isLocal(place)) return undefined;
  return {
    message: `\`${site.text()}\` is made anew each time the loss is computed, and TensorFlow.js gathers what it trains before it computes that: this one gets no gradient, starts from the same value in the next step, and stays in memory. Make it once, outside of the function.`,
    danger: {
      text: 'the gradient of a variable that the loss makes',
      harm: 'gradient',
      failures: ['vanished-gradient'],
      unshown: 'it is another variable in each run',
    },
    manifest: true,
  };
}

/** `const scale = tf.variable(…)`, or an operand: what is kept in a field is made once. */
function isLocal(place: ts.Node): boolean {
  const { parent } = wrapped(place);
  return (
    ts.isVariableDeclaration(parent) || ts.isCallExpression(parent) || ts.isPropertyAccessExpression(parent)
  );
}
