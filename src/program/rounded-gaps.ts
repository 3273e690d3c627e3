/**
 * How far two numbers of one list lie apart that were rounded: the edges of bins, of which two that are near to each other are
 * rounded to the same.
 */
import { ts } from '../source/typescript.js';
import type { Node } from './node.js';

/** Set on such a gap: the code itself leaves it at 0. */
export const TIED = { counted: false, tied: true } as const;

/** `edges[b + 1] - edges[b]`, of edges that were made whole: two that are near to each other are one. */
export function isGapOfRounded({ op, operands }: Node, place: ts.Node): boolean {
  const { a, b } = operands as Readonly<Record<string, Node>>;
  if (op !== 'js.sub' || a === b || !a!.range.integer || !b!.range.integer) return false;
  const [source, written] = [a!.attributes['source'], a!.attributes['written']];
  if (typeof written !== 'string' || source === undefined || source !== b!.attributes['source']) return false;
  const isRounded =
    written === b!.attributes['written'] && ROUNDED.test(textAt(written, place.getSourceFile()));
  return isRounded && ts.isBinaryExpression(place) && !isGoneThrough(place);
}

/** Whether a loop around it goes from the one to the other, without one of them: it has no round where they are one. */
function isGoneThrough({ left, right, parent }: ts.BinaryExpression): boolean {
  const [end, start] = [left.getText(), right.getText()];
  for (let node: ts.Node = parent; !ts.isFunctionLike(node) && !ts.isSourceFile(node); node = node.parent) {
    if (!ts.isForStatement(node) || node.condition === undefined) continue;
    const from = node.initializer?.getText() ?? '';
    const isBehind = from.endsWith(`${start} + 1`);
    if (!isBehind && !from.endsWith(start)) continue;
    if (limitsIn(node.condition).some(({ text, isReached }) => text === end && (isBehind || !isReached)))
      return true;
  }
  return false;
}

interface Limit {
  readonly text: string;
  readonly isReached: boolean;
}

/** What `k <= end && k < bins` keeps a counter from. */
function limitsIn(condition: ts.Expression): readonly Limit[] {
  if (!ts.isBinaryExpression(condition)) return [];
  const { left, operatorToken, right } = condition;
  switch (operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return [...limitsIn(left), ...limitsIn(right)];
    case ts.SyntaxKind.LessThanToken:
      return [{ text: right.getText(), isReached: false }];
    case ts.SyntaxKind.LessThanEqualsToken:
      return [{ text: right.getText(), isReached: true }];
    default:
      return [];
  }
}

const ROUNDED = /^Math\.(?:floor|round|ceil|trunc)\(/;

/** The text of a place, as `placeOf` names it, in this file; nothing in another one. */
function textAt(at: string, { fileName, text }: ts.SourceFile): string {
  const [start, end] = at.startsWith(`${fileName}:`) ? at.slice(fileName.length + 1).split('-') : [];
  return start === undefined ? '' : text.slice(Number(start), Number(end));
}
