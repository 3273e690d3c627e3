import { ts } from '../source/typescript.js';

/**
 * Whether a function that `caller` calls at `site` is part of it, not another place: a callback that stands inside it.
 * All functions of a file stand inside its top level: of these, what is written where it runs, `tf.tidy(() => …)`, and what
 * is handed nothing, `main()`.
 */
export function isPartOf(caller: ts.Node | undefined, fn: ts.Node, site: ts.Node): boolean {
  if (caller === undefined || !contains(caller, fn)) return false;
  return !ts.isSourceFile(caller) || isWrittenInPlace(fn) || isHandedNothing(site);
}

const contains = (outer: ts.Node, inner: ts.Node): boolean =>
  outer.getSourceFile() === inner.getSourceFile() && outer.pos <= inner.pos && inner.end <= outer.end;

const isWrittenInPlace = (fn: ts.Node): boolean =>
  (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) &&
  (ts.isCallExpression(fn.parent) || ts.isParenthesizedExpression(fn.parent));

const isHandedNothing = (site: ts.Node): boolean => ts.isCallExpression(site) && site.arguments.length === 0;
