import { forEachChild, ts } from '../../source/typescript.js';
import type { Module } from '../module.js';

const TAKES_GRADIENT = /\.(?:minimize|computeGradients)\(|\b(?:variableGrads|valueAndGrads?|grads?)\(/g;

/**
 * Names that are called in what a gradient is taken of. A loss that an option chooses is under that gradient, though the
 * option, as it is by default, chooses another.
 */
export function namesUnderGradient(modules: readonly Module[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { source } of modules) {
    for (const { index, 0: match } of source.text.matchAll(TAKES_GRADIENT)) {
      const call = callWithArgumentsAt(source, index + match.length);
      if (call === undefined) continue;
      const text = source.text.slice(call.arguments.pos, call.end);
      for (const [, name] of text.matchAll(/\b([A-Za-z_$][\w$]*)\s*\(/g)) names.add(name!);
    }
  }
  return names;
}

/** The call whose arguments begin at this place. */
function callWithArgumentsAt(source: ts.SourceFile, offset: number): ts.CallExpression | undefined {
  let found: ts.CallExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (found !== undefined || node.pos > offset || node.end < offset) return;
    if (ts.isCallExpression(node) && node.arguments.pos === offset) found = node;
    else forEachChild(node, visit);
  };
  visit(source);
  return found;
}
