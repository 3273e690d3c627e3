import { ts } from '../source/typescript.js';
import { wrapped } from '../source/wrappings.js';
import type { Node } from './node.js';

const names = new WeakMap<Node, string>();

/** Remembers what the source calls the value that is made here: `W` of `const W = tf.variable(…)`. */
export function rememberName(node: Node, place: ts.Node): void {
  const name = nameGivenTo(place);
  if (name !== undefined) names.set(node, name);
}

/** The name that the source gives the value of a node, if it was remembered. */
export const declaredName = (node: Node): string | undefined => names.get(node);

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
