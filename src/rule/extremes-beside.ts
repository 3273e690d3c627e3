/** The greatest values of a tensor, and where they are: both are taken along one axis. */
import type { Node } from '../program/node.js';
import { reducedOf } from './axes.js';
import { operandOf, sameValue } from './patterns.js';
import type { Site } from './site.js';

/** The axis other than the first along which the values are taken of which an `argMax` without an axis tells the places. */
export function axisOfExtreme(
  site: Site,
  x: Node,
): { readonly axis: number; readonly why: string } | undefined {
  const along = (op: string): { axis: number; node: Node }[] =>
    site.nodes.flatMap((node) => {
      const of = node.op === op ? operandOf(node, 'x') : undefined;
      const [axis, ...others] = of !== undefined && sameValue(of, x) ? (reducedOf(node) ?? named(node)) : [];
      return axis === undefined || others.length > 0 ? [] : [{ axis, node }];
    });
  const { op } = site.node;
  const [first, ...others] = along(EXTREMES[op] ?? op);
  // Who takes them along the first axis too, or has the places along the other already, may ask for either.
  if (first === undefined || [first, ...others].some(({ axis }) => axis !== first.axis || axis === 0))
    return undefined;
  if (along(op).some(({ axis }) => axis === first.axis)) return undefined;
  return {
    axis: first.axis,
    why: `\`${site.text(first.node)}\` takes the values themselves along axis ${first.axis}`,
  };
}

/** The axis of what has any rank. */
const named = ({ attributes: { axis } }: Node): readonly number[] => (typeof axis === 'number' ? [axis] : []);

const EXTREMES: Readonly<Record<string, string>> = { argMax: 'max', argMin: 'min' };
