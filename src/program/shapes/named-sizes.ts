/**
 * Numbers that were given a name keep it: `const CLASSES = 10` and `const HIDDEN = 10` are two axes of one size, and where
 * they meet they do so by coincidence.
 */
import type { Axis } from '../../facts/shape.js';
import type { NamedSizes } from '../../ops/row.js';
import type { ts } from '../../source/typescript.js';
import type { Value } from '../values.js';

/** The value under the name that it is declared by; a number that has a name already keeps the first one. */
export function named(value: Value, name: ts.Node, label: string): Value {
  if (value.kind !== 'constant' || value.axis !== undefined || !isSize(value.value)) return value;
  // What stands in a file of data is parsed without its parents, and is no name in the code.
  const source = name.getSourceFile() as ts.SourceFile | undefined;
  if (source === undefined) return value;
  const id = `${source.fileName}:${name.pos}`;
  return { ...value, axis: { id, label: `\`${label}\``, constant: true } };
}

/** 1 has no axis of its own: it is written where nothing lies along an axis. */
const isSize = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value > 1;

const axisOf = (value: Value): Axis | undefined => (value.kind === 'constant' ? value.axis : undefined);

/** The names of the sizes in an argument; undefined where it has none. */
export function namesIn(value: Value): NamedSizes[string] | undefined {
  const axes = value.kind === 'array' ? value.elements.map(axisOf) : [axisOf(value)];
  return axes.some((axis) => axis !== undefined) ? axes : undefined;
}
