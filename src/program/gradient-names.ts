import { ts } from '../source/typescript.js';
import type { Module } from './module.js';

const TAKES_GRADIENT = /\.(?:minimize|computeGradients)\(|\b(?:variableGrads|valueAndGrads?|grads?)\(/g;

/**
 * Names that are mentioned in a function that takes a gradient. A loss that is chosen by an option is under that gradient,
 * though the option, as it is by default, chooses another.
 */
export function namesUnderGradient(modules: readonly Module[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { source } of modules) {
    for (const { index } of source.text.matchAll(TAKES_GRADIENT)) {
      const around = outermostFunction(source, index);
      if (around === undefined) continue;
      const text = source.text.slice(around.pos, around.end);
      for (const [, name] of text.matchAll(/\b([A-Za-z_$][\w$]*)\s*\(/g)) names.add(name!);
    }
  }
  return names;
}

/** The function or method at the outside around a place. */
function outermostFunction(source: ts.SourceFile, offset: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found !== undefined || node.pos > offset || node.end <= offset) return;
    if (ts.isFunctionLike(node)) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
