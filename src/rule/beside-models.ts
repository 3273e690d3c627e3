/**
 * Labels as a vector beside what a model gave that nobody described: such a model gives a row for each sample, so that the
 * labels of the samples lie along the columns.
 */
import { isSymbolic, namesOf, sameSize, shareName, showShape, showSize, type Dim } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { isLayerResult } from '../program/layers/model-results.js';
import { sameAxes } from './axes.js';
import { becomesNumber } from './becomes-number.js';
import { nameOfInput } from './input-names.js';
import { isToldInProse } from './prose.js';
import { isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/**
 * The same of what is called a guess and has a row for each sample: `scores.greater(0.5).equal(labels)` of [N, C] and [N]. And of
 * labels that are a table themselves, beside a number for each sample that another one leaves: `predicted.sub(y)` of [N] and [N, 1].
 */
export function besideRows(site: Site, given: Node, whole: Node): Suspicion | undefined {
  const [size, ...others] = given.shape ?? [];
  const [row, column] = whole.shape ?? [];
  if (size === undefined || others.length > 0 || row === undefined || column === undefined) return undefined;
  const isTable = whole.shape!.length === 2 && [row, column].every((one) => isSymbolic(one.size));
  if (!isTable || !COMPARING.has(site.node.op) || shareName(size.size, column.size)) return undefined;
  const isLabelled = isInputCalled(whole, GUESSES)
    ? isInputCalled(given, LABELS)
    : isInputCalled(whole, LABELS) && isOfBatch(given);
  if (!isLabelled || !leavesNumber(site) || asksForSizes(site)) return undefined;
  if ([given, whole].some(isToldInProse)) return undefined;
  return suspicion(site, given, whole, whole, size);
}

/** Whether one number is made of all pairs: what is left of each row or column may as well be meant for it. */
const leavesNumber = (site: Site): boolean =>
  [site.node, ...site.users().filter(({ op }) => op === 'cast')].some((node) =>
    becomesNumber(site, node, ['mean', 'sum']),
  );

/** `assertShapesMatch(…)`, `if (labels.shape[0] !== scores.shape[1]) throw …` */
const asksForSizes = (site: Site): boolean =>
  /\bassertShapes\w*\(|\.shape\[-?\d\]\s*[!=]==?/.test(site.textAt(site.unit.unit.span));

/** Whether it is what is handed in under such a name, as it is or element by element. */
const isInputCalled = (node: Node, names: RegExp): boolean =>
  sameAxes(node).some((one) => isOp(one, 'input') && names.test(nameOfInput(one) ?? ''));

/** What is left of a tensor that is handed in where all axes but the first were reduced. */
const isOfBatch = (vector: Node): boolean => {
  const [size, ...others] = namesOf(vector.shape![0]!.size);
  const isFirst = size !== undefined && others.length === 0 && /\.0$/.test(size);
  return (
    isFirst &&
    slice(vector).some(
      ({ op, shape }) =>
        op === 'input' && shape !== undefined && shape.length > 1 && namesOf(shape[0]!.size).includes(size),
    )
  );
};

const GUESSES =
  /^(?:y_?)?(?:pred(?:s|icted|ictions?)?|prob(?:s|abilit(?:y|ies))?|logits?|scores?|outputs?|guess(?:es)?|hat)$/i;

export function besideModel(site: Site, given: Node, whole: Node): Suspicion | undefined {
  const [size, ...others] = given.shape ?? [];
  if (size === undefined || others.length > 0 || whole.shape !== undefined) return undefined;
  const result = sameAxes(whole)
    .map(resultIn)
    .find((one) => one !== undefined);
  const from = result && operandOf(result, 'from');
  if (result === undefined || !isOfSamples(site, given, size, from)) return undefined;
  return suspicion(site, given, whole, result, size);
}

function suspicion(site: Site, given: Node, whole: Node, rows: Node, size: Dim): Suspicion {
  const [name, of] = [site.text(given), site.text(whole)];
  return {
    message: `\`${site.text()}\` lays \`${name}\`, ${showShape(given.shape)}, along the columns of \`${of}\`, which has a row for each sample: of one column it makes a table of all pairs, and of more it throws, or mixes samples. Drop the column first: \`squeeze([1])\`, or make one of the labels: \`expandDims(1)\`.`,
    danger: {
      text: `${showSize(size.size)} of ${name} meets the columns of ${of}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    covers: site.users(),
    related: [
      { node: given, message: `${showShape(given.shape)} comes from here` },
      { node: rows, message: 'a row for each sample comes from here' },
    ],
  };
}

/**
 * Whether a vector has a number for each sample: as many by name, or labels by what it is called, or a field beside the
 * samples; of samples that nobody described, a list that one number is made of for how far the model is off.
 */
function isOfSamples(site: Site, given: Node, { size }: Dim, from: Node | undefined): boolean {
  if (COMPARING.has(site.node.op) && sameAxes(given).some((node) => isFlatLabel(node) || isMadeLabel(node)))
    return true;
  if (from?.shape === undefined) return isListOfErrors(site, given, from);
  const [batch, ...others] = from.shape;
  if (batch === undefined || others.length === 0 || !isSymbolic(size) || !isSymbolic(batch.size))
    return false;
  if (sameSize(size, batch.size)) return true;
  const [path, ofSamples] = [size, batch.size].map(
    ({ symbols: [name] }) => /^(.+)\.0$/.exec(name ?? '')?.[1],
  );
  if (path === undefined || ofSamples === undefined) return false;
  const [, record, field] = /^(.+)\.(\w+)$/.exec(path) ?? [];
  const isBeside = record !== undefined && ofSamples.startsWith(`${record}.`);
  return LABELS.test(path) || (isBeside && COMPARING.has(site.node.op) && !STATISTIC.test(field!));
}

/** What a model gave, also for several batches that were put one behind the other. */
function resultIn(node: Node): Node | undefined {
  if (isLayerResult(node)) return node;
  if (!isOp(node, 'concat') || node.attributes['axis'] !== 0) return undefined;
  const results = (node.operands['tensors'] as readonly Node[]).map((part) =>
    sameAxes(part).find(isLayerResult),
  );
  return results.every((one) => one !== undefined) ? results[0] : undefined;
}

/** `ys.flatten()` */
const isFlatLabel = (node: Node): boolean =>
  isOp(node, 'reshape') &&
  String(node.attributes['shape']) === '-1' &&
  LABELS.test(nameOfInput(operandOf(node, 'x')) ?? '');

/** `tf.concat([tf.ones([n]), tf.zeros([m])])`, for what is real and what was made. */
const isMadeLabel = (node: Node): boolean =>
  isOp(node, 'concat') &&
  (node.operands['tensors'] as readonly Node[]).every(
    (part) => isOp(part, 'ones', 'zeros', 'fill') && part.shape?.length === 1,
  );

/** `predicted.sub(tf.tensor1d(prices)).abs().mean()`. */
const isListOfErrors = (site: Site, given: Node, from: Node | undefined): boolean =>
  !isOp(from, 'expandDims', 'stack') &&
  /\btensor1d\(/.test(site.text(given)) &&
  isOp(site.node, 'sub', 'squaredDifference') &&
  becomesNumber(site, site.node, ['mean', 'sum']);

/** `y` beside `x`, `labels`, `yTrue`. */
const LABELS =
  /^(?:.*[._])?(?:ys?|labels?|targets?|returns|rewards?|advantages?|old_?values|truth)$|^y_?(?:true|test|train|val)$/i;

/** Ops that hold one against the other: by a mean and a deviation of each column results are scaled. */
const COMPARING: ReadonlySet<string> = new Set([
  ...['sub', 'squaredDifference', 'equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'],
  ...['logicalAnd', 'logicalOr', 'logicalXor'],
]);

const STATISTIC = /(?:mean|avg|std|dev|sigma|var|scale|min|max|low|high|shift|offset|bias|weight)s?$/i;
