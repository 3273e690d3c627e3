/** Two axes that are taken for one, and that lie apart in what comes next: `area(a).add(area(b)).sub(overlap)` of [A, B]. */
import { namesOf, sameSize, shareName, showShape, showSize, type Dim, type Shape } from '../facts/shape.js';
import { operandNodes, type Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import { haveOneSource } from './reduced-away.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Where two axes with names of their own meet, of tensors with as many axes, and one that has both is met by the result. */
export function metApart(site: Site, a: Node, b: Node): Suspicion | undefined {
  const [ofA, ofB] = [a.shape, b.shape];
  if (ofA === undefined || ofB?.length !== ofA.length || site.node.throws !== undefined) return undefined;
  // What goes in and what comes out of each node of one graph, which are as many.
  if (haveOneSource(a, b)) return undefined;
  const met = ofA.map((dim, axis) => [dim, ofB[axis]!] as const).filter(areTwo);
  const [first, ...others] = met;
  if (first === undefined || others.length > 0) return undefined;
  const table = tableOf(site, site.node, first);
  if (table === undefined) return undefined;
  const [name, of, both] = [site.text(a), site.text(b), site.text(table)];
  const [left, right] = first.map(({ size }) => showSize(size));
  return {
    message: `\`${site.text()}\` lays ${left} of \`${name}\`, ${showShape(ofA)}, along ${right} of \`${of}\`, ${showShape(ofB)}, which are two axes of \`${both}\`, ${showShape(table.shape)}: it throws, or where both have one size every element meets one of the other set. Lay them apart: \`${name}.expandDims(1)\`.`,
    danger: { text: `${left} meets ${right}`, harm: 'shape', failures: ['throws', 'wrong-shape'] },
    manifest: true,
    covers: site.users().filter((user) => user.op in BROADCASTING),
    related: [{ node: table, message: `${showShape(table.shape)} comes from here` }],
  };
}

type Pair = readonly [Dim, Dim];

/** Each has one name of its own. */
const areTwo = ([one, other]: Pair): boolean =>
  [one, other].every(({ size }) => namesOf(size).length === 1) && !shareName(one.size, other.size);

/** What the result meets a few ops later, and has both axes in different places. */
function tableOf(site: Site, node: Node, pair: Pair, depth = 0): Node | undefined {
  for (const user of site.users(node)) {
    if (!(user.op in BROADCASTING)) continue;
    const other = operandNodes(user).find((one) => one.id !== node.id && hasBoth(one.shape, pair));
    if (other !== undefined) return other;
    const further = depth < MOST_STEPS ? tableOf(site, user, pair, depth + 1) : undefined;
    if (further !== undefined) return further;
  }
  return undefined;
}

const MOST_STEPS = 2;

const hasBoth = (shape: Shape | undefined, [one, other]: Pair): boolean => {
  const places = [one, other].map(({ size }) => shape?.findIndex((dim) => sameSize(dim.size, size)) ?? -1);
  return places.every((place) => place >= 0) && places[0] !== places[1];
};
