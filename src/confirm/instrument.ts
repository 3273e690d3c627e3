import type { Span } from '../source/span.js';
import { forEachChild, SyntaxKind, ts } from '../source/typescript.js';
import { unwrapped } from '../source/wrappings.js';
import { BundleError } from './bundle-error.js';
import type { Edit } from './edits.js';

/**
 * Makes the expression at a site report its operands and its result: `x.log()` becomes
 * `__gradlintSite.method(x, "log", false, [])`. Receiver and arguments stay where they are evaluated, in their order, so
 * `await`, spreads and side effects keep their meaning.
 */
export function instrumentSite(source: ts.SourceFile, span: Span): Edit {
  const site = expressionOfSite(source, span);
  if (site === undefined) throw new BundleError('the site is not an expression of the source');
  const text = (node: ts.Node): string => source.text.slice(node.getStart(source), node.end);
  return { start: site.getStart(source), end: site.end, text: probe(site, text, source) };
}

/** Makes a call that is blamed say when it begins and ends; nothing where it cannot stand among arguments. */
export function markCall(source: ts.SourceFile, span: Span): readonly Edit[] {
  const call = expressionOfSite(source, span);
  if (call === undefined || call.end !== span.end) return [];
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return [];
  // `a?.b().c()` leaves off where `a` is nothing; a part of it in parentheses does not.
  if ((call.flags & ts.NodeFlags.OptionalChain) !== 0) return [];
  const [start, { end }] = [call.getStart(source), call];
  return [
    { start, end: start, text: '__gradlintSite.leave(__gradlintSite.enter(), ' },
    { start: end, end, text: ')' },
  ];
}

/** The expression that a site is: the call, where it is a function that is called. */
export function expressionOfSite(source: ts.SourceFile, span: Span): ts.Expression | undefined {
  const found = expressionAt(source, span);
  return found && (calledBy(found) ?? found);
}

function probe(site: ts.Expression, text: (node: ts.Node) => string, source: ts.SourceFile): string {
  const plain = `__gradlintSite(${text(site)})`;
  if (ts.isBinaryExpression(site)) {
    const operator = ARITHMETIC.get(site.operatorToken.kind);
    if (operator === undefined) return plain;
    const [left, right] = [text(site.left), text(site.right)];
    const value = `__gradlintSite.binary("${operator.replace('=', '')}", ${left}, ${right})`;
    if (!operator.endsWith('=')) return value;
    // `a[i++] /= b` must not run its left side twice.
    return ts.isIdentifier(site.left) ? `(${left} = ${value})` : plain;
  }
  if (!ts.isCallExpression(site)) return plain;
  const optional = String((site.flags & ts.NodeFlags.OptionalChain) !== 0);
  const args = `[${source.text.slice(site.arguments.pos, site.arguments.end)}]`;
  const callee = unwrapped(site.expression);
  if (callee.kind === SyntaxKind.ImportKeyword || callee.kind === SyntaxKind.SuperKeyword) return plain;
  if (ts.isPropertyAccessExpression(callee)) {
    if (callee.expression.kind === SyntaxKind.SuperKeyword || ts.isPrivateIdentifier(callee.name))
      return plain;
    return `__gradlintSite.method(${text(callee.expression)}, "${callee.name.text}", ${optional}, ${args})`;
  }
  if (ts.isElementAccessExpression(callee)) {
    if (callee.expression.kind === SyntaxKind.SuperKeyword) return plain;
    return `__gradlintSite.method(${text(callee.expression)}, ${text(callee.argumentExpression)}, ${optional}, ${args})`;
  }
  return `__gradlintSite.call(${text(callee)}, ${optional}, ${args})`;
}

/** Operators of numbers, and the assignments of that name. */
export const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, string> = new Map<ts.SyntaxKind, string>([
  [SyntaxKind.PlusToken, '+'],
  [SyntaxKind.MinusToken, '-'],
  [SyntaxKind.AsteriskToken, '*'],
  [SyntaxKind.SlashToken, '/'],
  [SyntaxKind.PercentToken, '%'],
  [SyntaxKind.AsteriskAsteriskToken, '**'],
  [SyntaxKind.PlusEqualsToken, '+='],
  [SyntaxKind.MinusEqualsToken, '-='],
  [SyntaxKind.AsteriskEqualsToken, '*='],
  [SyntaxKind.SlashEqualsToken, '/='],
]);

/** The innermost node that has exactly this span, if it is an expression that can be wrapped. */
function expressionAt(source: ts.SourceFile, span: Span): ts.Expression | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(source) > span.start || node.end < span.end) return;
    if (node.getStart(source) === span.start && node.end === span.end) found = node;
    forEachChild(node, visit);
  };
  visit(source);
  return found !== undefined && ts.isExpression(found) && !isName(found) ? found : undefined;
}

/** Identifiers that name something and are no value of their own: `{ log }`, `x.log`. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isShorthandPropertyAssignment(parent) ||
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** A function that is being called is not wrapped alone: it would lose its `this`. */
function calledBy(node: ts.Expression): ts.CallExpression | undefined {
  return ts.isCallExpression(node.parent) && node.parent.expression === node ? node.parent : undefined;
}
