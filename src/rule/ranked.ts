/** What lies along the axis that `topk` looked along, and is read or added up along another one. */
import { isSymbolic, sameSize, showShape, showSize } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { asPattern } from '../source/words.js';
import { alignedOperands, REDUCTIONS } from './axes.js';
import { isOp, operandOf, producer } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Ops between a choice and where it is used: a cast, a reshape of the list of indices. */
const MOST_STEPS = 6;

/**
 * `x.gather(tf.topk(scores).indices)`, without an axis, where the scores are those of the columns of x: the numbers of columns
 * are taken for those of rows.
 */
export function gatheredAcross(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const chosen = chosenFrom(site.operand('indices'));
  if (x !== undefined && chosen !== undefined && x.shape === undefined) return ofItsColumns(site, x, chosen);
  const [rows, ...others] = x?.shape ?? [];
  const size = chosen?.shape?.at(-1)?.size;
  if (x === undefined || chosen === undefined || rows === undefined || size === undefined) return undefined;
  const axis = others.findIndex((one) => sameSize(one.size, size)) + 1;
  // Of sizes that are written down two may be equal by accident.
  if (axis === 0 || sameSize(rows.size, size) || !isSymbolic(size)) return undefined;
  const why = `but its indices number the ${showSize(size)} along axis ${axis}: \`${site.text(chosen)}\` chose among those`;
  return rowsByColumns(
    site,
    { of: showShape(x.shape), why, axis },
    chosen,
    `chooses among ${showSize(size)}`,
  );
}

/** The same where nobody says how many axes x has: the scores are statistics of its columns, taken along its rows. */
function ofItsColumns(site: Site, x: Node, chosen: Node): Suspicion | undefined {
  const statistics = slice(chosen).filter((node) => REDUCTIONS.has(node.op) && slice(node).includes(x));
  const areOfColumns =
    statistics.length > 0 && statistics.every(({ attributes }) => [attributes['axis']].flat().join() === '0');
  if (!areOfColumns) return undefined;
  const why = `but its indices number the columns: \`${site.text(chosen)}\` is made of statistics along the rows`;
  return rowsByColumns(
    site,
    { of: `\`${site.text(x)}\``, why, axis: 1 },
    chosen,
    'has one number for each column',
  );
}

function rowsByColumns(
  site: Site,
  { of, why, axis }: { readonly of: string; readonly why: string; readonly axis: number },
  chosen: Node,
  beside: string,
): Suspicion {
  return {
    message: `\`${site.text()}\` has no axis and takes rows of ${of}, ${why}. It throws, or gives rows that nobody chose. Write \`tf.gather(${site.text(site.operand('x'))}, …, ${axis})\`.`,
    danger: {
      text: `rows of ${of.replaceAll('`', '')} are taken by the numbers of its columns`,
      harm: 'shape',
      failures: ['wrong-shape', 'throws'],
      expansion: 'first-parted',
    },
    manifest: true,
    related: [{ node: chosen, message: beside }],
  };
}

/** The scores among which indices were chosen along the last axis, or along the only one. */
function chosenFrom(indices: Node | undefined): Node | undefined {
  let made = producer(indices);
  for (let step = 0; step < MOST_STEPS && isOp(made, 'cast', 'reshape', 'squeeze', 'clone'); step += 1)
    made = producer(operandOf(made, 'x'));
  const isChoice = isOp(made, 'topk') && made.output === 'indices';
  return isChoice ? operandOf(made, 'x') : undefined;
}

/**
 * `tf.topk(x).values.softmax().cumsum(0)`: values that were put in order along the last axis are added up along another one, over
 * samples that have nothing to do with each other.
 */
export function scannedAcross(site: Site): Suspicion | undefined {
  const { axis } = site.node.attributes;
  const x = site.operand('x');
  if (x === undefined || typeof axis !== 'number' || axis === -1) return undefined;
  const ranked = inOrder(x);
  if (ranked === undefined) return undefined;
  const { op } = site.node;
  if (x.shape === undefined)
    return axis === 0 && isOfSamples(site, ranked)
      ? acrossSamples(site, 'the samples', `\`${op}(-1)\` or \`${op}(1)\``)
      : undefined;
  const last = x.shape.length - 1;
  if (last < 1 || axis === last) return undefined;
  return acrossSamples(site, `axis ${axis} of ${showShape(x.shape)}`, `\`${op}(${last})\``);
}

function acrossSamples(site: Site, along: string, instead: string): Suspicion {
  return {
    message: `\`${site.text()}\` runs along ${along}, but \`topk\` put the values in order along the last ${along.startsWith('axis') ? 'one' : 'axis'}: those of different samples run into each other, and a single sample stays as it is. Write ${instead}.`,
    danger: {
      text: `it runs along ${along}`,
      harm: 'shape',
      failures: ['wrong-shape'],
      expansion: 'mixes-samples',
    },
    manifest: true,
  };
}

/** Whether what was put in order has samples in front: the function asks for the size of its second axis. */
const isOfSamples = (site: Site, ranked: Node): boolean => {
  const name = site.text(ranked);
  return /^[\w.]+$/.test(name) && asksForSecondAxis(site.textAt(site.unit.unit.span), name);
};

const asksForSecondAxis = (text: string, name: string): boolean =>
  text.includes(`${name}.shape[1]`) ||
  new RegExp(String.raw`\[\s*\w*\s*,\s*\w+\s*\]\s*=\s*${asPattern(name)}\.shape\b`).test(text);

/** What was put in order by `topk`, of which these are the values, perhaps made probabilities since. */
function inOrder(node: Node, depth = 0): Node | undefined {
  const made = producer(node);
  if (made === undefined || depth > MOST_STEPS) return undefined;
  if (made.op === 'topk') return made.output === 'values' ? operandOf(made, 'x') : undefined;
  if (isOp(made, 'softmax', 'logSoftmax')) return inOrder(operandOf(made, 'logits')!, depth + 1);
  for (const operand of alignedOperands(made)) {
    const ranked = inOrder(operand, depth + 1);
    if (ranked !== undefined) return ranked;
  }
  return undefined;
}
