/** `tf.concat([z, tf.oneHot(label, classes)])`: features that are joined along the batch, for no axis is named. */
import { sameSize, showShape } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { isOp, producer } from './patterns.js';
import { inWords, Rewriter, together } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Rows of one-hot labels are features of the samples whose other features they stand beside. */
export function joinedFeatures(site: Site): Suspicion | undefined {
  const tensors = site.node.operands['tensors'];
  if (!Array.isArray(tensors) || site.node.throws !== undefined) return undefined;
  if (tensors.length < 2 || site.argument(site.node, 'axis') !== undefined) return undefined;
  const tables = (tensors as readonly Node[]).filter(({ shape }) => shape?.length === 2);
  const labels = tables.find(isOneHot);
  const others = tables.filter((one) => !isOneHot(one));
  if (labels === undefined || others.length !== tensors.length - 1) return undefined;
  if (others.some((one) => sameSize(one.shape![1]!.size, labels.shape![1]!.size))) return undefined;
  const write = new Rewriter(site);
  const list = write.argument(site.node, 'tensors');
  const shapes = (tensors as readonly Node[]).map(({ shape }) => showShape(shape)).join(' and ');
  const meant = list && write.op('concat', list, 1);
  return {
    message: `\`${site.text()}\` has no axis and joins ${shapes} along the first, one below the other: it throws, or where both have as many columns the labels become samples. For the labels as features of each sample ${meant === undefined ? 'name the axis, 1' : `write \`${inWords(meant)}\``}.`,
    danger: {
      text: `${shapes} are joined along the first axis`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
    },
    manifest: true,
    fixes:
      meant === undefined
        ? []
        : [together(`Name the axis: \`${inWords(meant)}\``, 'shape', [{ span: site.node.span, by: meant }])],
    related: (tensors as readonly Node[]).map((node) => ({
      node,
      message: `${showShape(node.shape)} comes from here`,
    })),
  };
}

const isOneHot = (node: Node): boolean => isOp(producer(node), 'oneHot');
