/** Data for a model that fits it only where sizes of two names are one: `predict(z)` of [latent, count] where [batch, latent] is taken. */
import {
  certainlyDiffer,
  dim,
  isSymbolic,
  sameSize,
  showShape,
  showSize,
  symbol,
  type Shape,
} from '../facts/shape.js';
import { isShapeAttribute } from '../ops/build.js';
import type { Node } from '../program/node.js';
import { areApart, isAxisOfTensor } from './apart-sizes.js';
import { producer } from './patterns.js';
import { isClaimedByType } from './prose.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

export function otherExample(site: Site): Suspicion | undefined {
  const x = site.operand('x');
  const { expected, promotes } = site.node.attributes;
  if (site.node.throws !== undefined || x?.shape === undefined) return undefined;
  if (expected === undefined || !isShapeAttribute(expected)) return undefined;
  const wanted: Shape = [dim(symbol('batch')), ...expected.shape];
  if (site.node.attributes['asMade'] === true) return unlikeMade(site, x, wanted);
  if (promotes === true && x.shape.length === 1) return lacksBatch(site, x, wanted);
  if (!lacksOrder(x.shape, wanted)) return undefined;
  const [given, taken] = [showShape(x.shape), showShape(wanted)];
  return {
    message: `\`${site.text()}\` hands ${given} to a model that takes ${taken}: its first axis is the one that the model takes behind the batch. It throws, or where both have one size the model reads other features than it was made for. Give it the batch in front: \`transpose\`, or make it in that order.`,
    danger: { text: `${given} meets ${taken}`, harm: 'shape', failures: ['throws'] },
    manifest: !isClaimedByType(x),
    related: [{ node: x, message: `${given} comes from here` }],
  };
}

/** What a model gets that is handed in beside the one function of the file that makes some: a picture without a batch, axes in another order. */
function unlikeMade(site: Site, x: Node, wanted: Shape): Suspicion | undefined {
  const isOther =
    x.shape!.length !== wanted.length ||
    x.shape!.some(({ size }, axis) => axis > 0 && certainlyDiffer(size, wanted[axis]!.size));
  // Who hands in both, the tensor and the model, knows what it takes.
  const isHandedIn = producer(x)?.op === 'input' && !isMadeOfList(site, producer(x)!);
  if (!isOther || x.shape!.length < 2 || isClaimedByType(x) || isHandedIn) return undefined;
  const [given, taken] = [showShape(x.shape), showShape(wanted)];
  return {
    message: `\`${site.text()}\` hands ${given} to a model, and the one that this file makes takes ${taken}: if it is that one, it throws. ${x.shape!.length < wanted.length ? 'Give it the batch in front: `expandDims(0)`' : 'Give it the axes that it takes'}.`,
    danger: { text: `${given} meets ${taken}`, harm: 'shape', failures: ['throws'] },
    manifest: true,
    related: [{ node: x, message: `${given} comes from here` }],
  };
}

/** Whether the unit is handed numbers, and makes the tensor of them itself. */
const isMadeOfList = (site: Site, { id }: Node): boolean =>
  site.unit.unit.inputs.some(
    ({ form }) => form.kind === 'tensor' && form.as === 'array' && form.node.id === id,
  );

/** A row of numbers is taken for as many examples of one number each: right where the model takes one, as a caller may ask. */
function lacksBatch(site: Site, x: Node, wanted: Shape): Suspicion | undefined {
  const [, features, ...others] = wanted;
  if (features === undefined || others.length > 0 || !isSymbolic(features.size)) return undefined;
  const [given, taken, size] = [showShape(x.shape), showShape(wanted), showSize(features.size)];
  return {
    message: `\`${site.text()}\` hands ${given} to a model that takes ${taken}: a single axis is taken for as many examples of one number, not for one of ${size}. It throws unless \`${size}\` is 1. Give it the batch in front: \`expandDims(0)\`.`,
    danger: { text: `${given} meets ${taken}`, harm: 'shape', failures: ['throws'] },
    manifest: !isClaimedByType(x),
    // A number that a caller hands in may be 1, and `inputs === 1 ? model.predict(line) : …` asks it.
    advice: isAxisOfTensor(features) ? undefined : true,
    related: [{ node: x, message: `${given} comes from here` }],
  };
}

/** The size that is taken stands in front, where the batch is to be, and another one in its place. */
function lacksOrder(given: Shape, wanted: Shape): boolean {
  const [first, second, ...others] = given;
  const features = wanted[1];
  if (second === undefined || features === undefined || others.length > 0 || wanted.length !== 2)
    return false;
  return sameSize(first!.size, features.size) && areApart(second, features);
}
