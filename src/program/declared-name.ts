import { ts } from '../source/typescript.js';
import { wrapped } from '../source/wrappings.js';
import type { Node } from './node.js';

const places = new WeakMap<Node, ts.Node>();

/** Remembers where a value is made, which is where the source names it: `W` of `const W = tf.variable(…)`. */
export function rememberPlace(node: Node, place: ts.Node): void {
  places.set(node, place);
}

/** Where the value of a node is made, if it was remembered. */
export const placeMade = (node: Node): ts.Node | undefined => places.get(node);

/** The name that the source gives the value of a node, if it was remembered. */
export function declaredName(node: Node): string | undefined {
  const place = places.get(node);
  return place && nameGivenTo(place);
}

/** The name of the variable, field or property that a value is written for. */
export function nameGivenTo(place: ts.Node): string | undefined {
  const written = wrapped(place);
  const { parent } = written;
  if (parent === undefined) return undefined;
  if (
    (ts.isVariableDeclaration(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isPropertyAssignment(parent)) &&
    parent.initializer === written
  )
    return ts.isIdentifier(parent.name) ? parent.name.text : undefined;
  if (ts.isBinaryExpression(parent) && parent.right === written) return parent.left.getText();
  return undefined;
}
