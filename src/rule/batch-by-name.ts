/** Axes that a comment calls the batch, where they lie along something else: a mask `[batch, time]` over scores of attention. */
import { isOneAxis, namesOf, sameSize, showShape, showSize, type Dim, type Shape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { isAxisOfTensor } from './apart-sizes.js';
import { sameAxes } from './axes.js';
import { isOp } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

const BATCH = /^(?:batch|batch_?size|b|samples)$/i;

const BATCH_ALONE = /^(?:B|[bB]atch(?:_?[sS]ize)?)$/;

/** A table whose first axis is the batch by its name, beside something with an axis more in front, which is its batch. */
export function batchElsewhere(site: Site, given: Node, whole: Node): Suspicion | undefined {
  const [ofGiven, ofWhole] = [given.shape, whole.shape];
  if (ofGiven === undefined || ofWhole === undefined || site.node.throws !== undefined) return undefined;
  const met = ofGiven.length === 0 ? undefined : ofWhole[ofWhole.length - ofGiven.length];
  const [batch] = ofGiven;
  if (met === undefined || ofWhole.length <= ofGiven.length || !isBatch(batch!)) return undefined;
  // The samples of a window are those of a signal.
  if (ofGiven.length === 1 && !namesOf(batch!.size).some((name) => BATCH_ALONE.test(name))) return undefined;
  if (met.size === 1 || ofWhole[0]!.size === 1 || isBatch(met) || isOneAxis(met, batch!)) return undefined;
  // Of each sample with each both axes are the batch; and where the steps come first it may be the second one.
  if (ofGiven.length === 1 ? !isOfSamples(ofWhole) : isBatch(ofGiven[1]!) || !isOfPairs(whole))
    return undefined;
  const [name, of] = [site.text(given), site.text(whole)];
  return {
    message: `\`${site.text()}\` lays \`${name}\`, ${showShape(ofGiven)}, along \`${of}\`, ${showShape(ofWhole)}, so that its ${showSize(batch!.size)} meets ${showSize(met.size)} and not the first axis: it throws, or where both have one size every element meets that of another sample. Say where it lies: \`expandDims(1)\`.`,
    danger: {
      text: `${showSize(batch!.size)} of ${name} meets ${showSize(met.size)}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    covers: site.users(),
    related: [
      { node: given, message: `${showShape(ofGiven)} comes from here` },
      { node: whole, message: `${showShape(ofWhole)} comes from here` },
    ],
  };
}

const isBatch = ({ size }: Dim): boolean => namesOf(size).some((name) => BATCH.test(name));

/** A table that is handed in, of which nobody says that the samples lie along its columns. */
const isOfSamples = (shape: Shape): boolean => shape.length === 2 && shape.every(isAxisOfTensor);

/** Its last two axes are as long as each other, or of two sets of vectors: what each step takes of each. */
const isOfPairs = (whole: Node): boolean => {
  const shape = whole.shape ?? [];
  const arePaired = sameAxes(whole).some(
    (node) => isOp(node, 'matMul') && node.attributes['transposeB'] === true,
  );
  return (
    shape.length > 2 &&
    ((arePaired && shape.length === 4) || sameSize(shape.at(-1)!.size, shape.at(-2)!.size))
  );
};
