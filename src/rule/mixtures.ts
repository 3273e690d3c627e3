/** `y · p + (1 - y) · q`: a label y chooses one of two values, or takes a share of each. */
import type { Node } from '../program/node.js';
import { eitherOrder, isOp, oneMinus, producer, sameValue } from './patterns.js';

/** The two values that are mixed. Of `y · p + (1 - y) · (1 - p)`, where both could be the share, nobody described y. */
export function mixed(node: Node | undefined): readonly [Node, Node] | undefined {
  const sum = producer(node);
  if (!isOp(sum, 'add')) return undefined;
  const ways = eitherOrder(sum).flatMap(([one, other]) => mixtures(producer(one), producer(other)));
  const [first] = ways;
  return (ways.find(({ share }) => share.range.lowBy === 'assumed') ?? first)?.parts;
}

/** The ids of the tensors that are taken as a share, from 0 to 1, somewhere among these ops: labels, masks, weights of two terms. */
export function sharesIn(nodes: readonly Node[]): ReadonlySet<number> {
  let shares = known.get(nodes);
  if (shares === undefined) known.set(nodes, (shares = new Set(nodes.flatMap(sharesOf))));
  return shares;
}

const known = new WeakMap<readonly Node[], ReadonlySet<number>>();

const sharesOf = (sum: Node): number[] =>
  isOp(sum, 'add')
    ? eitherOrder(sum)
        .flatMap(([one, other]) => mixtures(producer(one), producer(other)))
        .flatMap(({ share }) => producer(share)?.id ?? [])
    : [];

interface Mixture {
  readonly share: Node;
  readonly parts: readonly [Node, Node];
}

function mixtures(a: Node | undefined, b: Node | undefined): Mixture[] {
  if (!isOp(a, 'mul') || !isOp(b, 'mul')) return [];
  return eitherOrder(b).flatMap(([rest, second]) => {
    const share = producer(oneMinus(producer(rest)));
    return eitherOrder(a)
      .filter(([one]) => sameValue(producer(one), share))
      .map(([one, first]): Mixture => ({ share: one, parts: [first, second] }));
  });
}
