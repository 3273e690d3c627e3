/** How many elements of a list pass a test, less how many pass another one: those at risk, less those who die. */
import { interval } from '../facts/range.js';
import { identityOf } from './identity.js';
import { COUNTED } from './growth.js';
import { withFacts, type Node } from './node.js';
import type { List } from './values.js';

/** Set on the length of a list that a test has left: which list was tested. */
export const subsetOf = ({ partOf }: List): { readonly subsetOf?: number } =>
  partOf === undefined ? {} : { subsetOf: identityOf(partOf) };

/** The difference of two such lengths, which is 0 where the same elements pass both. */
export function betweenSubsets(node: Node): Node {
  if (node.op !== 'js.sub') return node;
  const [a, b] = ['a', 'b'].map((name) => (node.operands[name] as Node).attributes['subsetOf']);
  if (a === undefined || a !== b) return node;
  const reach = interval(0, 2 ** 32, ['attained', 'bound'], { integer: true });
  return withFacts(node, {
    range: { ...node.range, reach },
    attributes: { ...node.attributes, ...COUNTED },
  });
}
