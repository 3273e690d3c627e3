/** The shape and the range that a comment gives a parameter: `@shape x [B, 3]`, `@range p (0, 1]`. */
import { interval, type Range } from '../../facts/range.js';
import { dim, symbol, type Dim, type Shape } from '../../facts/shape.js';
import { operandNodes, withFacts, type Node } from '../node.js';
import type { Value } from '../values.js';
import type { DocumentedParameter } from './documentation.js';

/** What is known of the sizes of an input is whose they are. */
export function namedShape(name: string, rank: number): Shape {
  return Array.from({ length: rank }, (_, axis): Dim => {
    const id = `${name}.${axis}`;
    return dim(symbol(id), { axis: { id, label: `axis ${axis} of \`${name}\`` } });
  });
}

/** Sizes of one name are one size, across the parameters of a function; the axis is that name. */
export function documentedShape(name: string, sizes: readonly (string | number)[]): Shape {
  return sizes.map((size, axis): Dim => {
    const label = `axis ${axis} of \`${name}\``;
    if (typeof size === 'number')
      return dim(size, {
        axis: { id: `${name}.${axis}`, label },
        one: size === 1 ? 'structural' : undefined,
      });
    if (size === '?') return dim(symbol(`${name}.${axis}`), { axis: { id: `${name}.${axis}`, label } });
    return dim(symbol(size), { axis: { id: size, label: `\`${size}\`` } });
  });
}

/** The range that a comment gives; undefined where it gives none. */
export const declaredRange = (documented: DocumentedParameter | undefined): Range | undefined =>
  documented?.range && interval(documented.range.low, documented.range.high, 'declared');

/** What a function is handed of which nothing is known, as where it comes from a file, is what the function asks for. */
export function asDocumented<T extends Value>(value: T, documented: DocumentedParameter | undefined): T {
  if (documented === undefined || (value.kind !== 'tensor' && value.kind !== 'number')) return value;
  const { node } = value;
  const { shape } = documented;
  const given = isOpen(node) ? declaredRange(documented) : undefined;
  const sizes = shape && isUnsized(node, shape.length) ? documentedShape(pathOf(node), shape) : undefined;
  if (given === undefined && sizes === undefined) return value;
  return { ...value, node: withFacts(node, { range: given ?? node.range, shape: sizes ?? node.shape }) };
}

/** Nothing is known of its values but what is assumed of inputs: it is none that the program computes. */
function isOpen(node: Node): boolean {
  const { low, high, lowBy, highBy } = node.range;
  const isAnything = low === -Infinity && high === Infinity;
  return operandNodes(node).length === 0 && (isAnything || (lowBy === 'assumed' && highBy === 'assumed'));
}

/** Nothing is known of its sizes, though perhaps how many they are. */
const isUnsized = ({ op, shape }: Node, rank: number): boolean =>
  op === 'input' &&
  (shape === undefined || (shape.length === rank && shape.every(({ size }) => typeof size !== 'number')));

const pathOf = ({ attributes }: Node): string => String(attributes['path']);
