import type { LibraryGradient } from '../ops/library-gradient.js';
import type { OpCall } from '../ops/row.js';
import type { Node } from '../program/node.js';
import type { Site } from './site.js';

/** The site as the op table sees a call. */
export const callOf = ({ node: { operands, attributes, output } }: Site): OpCall => ({
  operands,
  attributes,
  output,
  freshSize: () => ({ coefficient: 1, symbols: ['?'] }),
});

/** The operands of a parameter: one, or those of a list. */
export const operandsNamed = (site: Site, name: string): readonly Node[] =>
  [site.node.operands[name] ?? []].flat() as Node[];

/** The operand that the defect speaks of, if a gradient is taken by it, once or twice. */
export function affectedOperand(
  site: Site,
  { operand }: LibraryGradient,
  times: 'once' | 'twice',
): Node | undefined {
  return operandsNamed(site, operand).find(
    (node) => (times === 'once' ? site.differentiates(node) : site.differentiatesTwice(node)) === 'yes',
  );
}
