/** What a JavaScript number was last written as: that which filled the list of an element, or the last round of a loop. */
import { sourceOf, writtenAs } from '../program/element-source.js';
import type { Node } from '../program/node.js';
import { placeOf } from '../source/span.js';
import { eitherOrder, isOp } from './patterns.js';
import type { Site } from './site.js';

/** The op that made it; undefined of what comes from elsewhere. */
export function madeAs(site: Site, number: Node | undefined): Node | undefined {
  if (number === undefined || number.op.startsWith('js.')) return number;
  if (number.op !== 'unknown') return undefined;
  return arithmeticAt(site, writtenAs(number));
}

/** What each round adds to a sum; undefined of what is no sum of a loop or a `reduce`. */
export function summandOf(site: Site, sum: Node): Node | undefined {
  const addition = sum.op === 'unknown' ? madeAs(site, sum) : undefined;
  if (!isOp(addition, 'js.add')) return undefined;
  return eitherOrder(addition).find(([total]) => isCarried(total))?.[1];
}

/** What a round takes over from the one before. */
export const isCarried = ({ op, attributes }: Node): boolean =>
  op === 'unknown' && attributes['cause'] === 'loop-carried value';

const places = new WeakMap<readonly Node[], ReadonlyMap<string, Node>>();

/** The last arithmetic of the unit that stands at a place, as `placeOf` writes one. */
export const arithmeticAt = (site: Site, place: string): Node | undefined => lastAt(site.nodes).get(place);

function lastAt(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  const known = places.get(nodes);
  if (known !== undefined) return known;
  const last = new Map(
    nodes.flatMap((node) => (node.op.startsWith('js.') ? [[placeOf(node.span), node]] : [])),
  );
  places.set(nodes, last);
  return last;
}

/** `p[i]` and `p[i]`: read twice, at one place of one list, as both are written. */
export function isSameElement(site: Site, a: Node | undefined, b: Node): boolean {
  if (a === undefined || a.dtype !== 'number' || sourceOf(a) !== sourceOf(b)) return false;
  return a.attributes['source'] !== undefined && site.text(a) === site.text(b);
}

/** An element; what is counted in a `Map` is counted once at least. */
export const isOfList = ({ op, attributes: { path, source } }: Node): boolean =>
  op === 'js.element' ||
  source !== undefined ||
  (String(path).includes('[') && !String(path).includes('.values()['));
