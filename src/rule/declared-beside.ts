/** A table less a vector in a loss, by their types: predictions of [B, 1] beside targets of [B]. */
import type { Node } from '../program/node.js';
import { isAxisOfTensor } from './apart-sizes.js';
import { nameOfInput } from './input-names.js';
import { isOp, producer } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/**
 * Whatever the sizes are: a single column meets a row, and of several every row meets what belongs to each row. `valueLoss(value:
 * tf.Tensor2D, z: tf.Tensor1D)` with `tf.squaredDifference(value, z).mean()`.
 */
export function declaredBeside(site: Site): Suspicion | undefined {
  const [a, b] = ['a', 'b'].map((name) => site.operand(name));
  const [table, row] = a?.shape?.length === 2 ? [a, b] : [b, a];
  if (table?.shape?.length !== 2 || row?.shape?.length !== 1) return undefined;
  if (![table, row].every(isHandedOver)) return undefined;
  // One point beside all rows is ordinary: only names tell that both are a number a sample.
  if (!GUESS.test(nameOfInput(table) ?? '') || !TARGET.test(nameOfInput(row) ?? '')) return undefined;
  if (!LOSS.test(site.unit.unit.name) || !isAveraged(site, site.node)) return undefined;
  const [guess, target] = [site.text(table), site.text(row)];
  return {
    message: `\`${site.text()}\` takes \`${target}\`, of one axis, from \`${guess}\`, of two, and the loss counts whatever comes of it: of [B, 1] and [B] a table of [B, B], and of more columns every row meets all of \`${target}\`. Give both one shape: \`${target}.expandDims(1)\`, or \`${guess}.squeeze([1])\`.`,
    danger: {
      text: `a table meets ${target}, of one axis`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'both-expand',
    },
    manifest: true,
    related: [
      { node: table, message: 'two axes come from here' },
      { node: row, message: 'one axis comes from here' },
    ],
  };
}

/** By callers, as the types say, and nothing tells any size of it. */
const isHandedOver = (node: Node): boolean =>
  producer(node)?.op === 'input' && node.shape!.every(isAxisOfTensor);

const LOSS =
  /(?:^|[a-z_.])(?:[lL]oss|LOSS|[mM]se|MSE|[mM]ae|MAE|[rR]mse|[cC]ost|(?:[sS]quared|[aA]bsolute)?Error)(?:$|[A-Z_.])/;

const GUESS =
  /^(?:\w*_)?(?:y_?(?:hat|pred)|pred|prediction|predicted|value|output|guess|estimate|logit|score|v)s?$/i;

const TARGET = /^(?:\w*_)?(?:y|y_?true|z|label|target|truth|actual|reward|return|outcome)s?$/i;

/** `.square().mean()`, `.abs().sum()`: over everything. */
function isAveraged(site: Site, node: Node): boolean {
  const users = site.users(node);
  return (
    users.length > 0 &&
    users.every((user) =>
      isOp(user, 'mean', 'sum')
        ? (user.attributes['axis'] ?? null) === null
        : isOp(user, 'square', 'abs', 'mul', 'pow') && isAveraged(site, user),
    )
  );
}
