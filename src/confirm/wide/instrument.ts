import { operatorBySign } from '../../ops/operators.js';
import { opNamed } from '../../ops/table.js';
import { forEachChild, SyntaxKind, ts } from '../../source/typescript.js';
import { isWrapping, unwrapped } from '../../source/wrappings.js';
import type { Span } from '../../source/span.js';
import type { Edit } from '../edits.js';
import { ARITHMETIC, expressionOfSite } from '../instrument.js';
import { SITE, type Source } from './shadows.js';

/**
 * Makes the arithmetic of a file run through `Shadows`, so that what the site comes to is known without rounding:
 * `sum += x * x` becomes `(sum = keep("sum", op(2, "js.add", [sum, op(1, "js.mul", [x, x], …)], ["sum", 1]), 2))`.
 *
 * Undefined where the site is no arithmetic. No edit reaches across the ends of `unit`, which may be taken out alone.
 */
export function instrumentNumbers(source: ts.SourceFile, site: Span, unit: Span): Edit[] | undefined {
  const place = expressionOfSite(source, site);
  const writer = new Writer(source, place);
  if (place === undefined || writer.arithmetic(place) === undefined) return undefined;
  const edits: Edit[] = [];
  const holdsUnit = (node: ts.Node): boolean =>
    unit.file === site.file &&
    node.getStart(source) <= unit.start &&
    node.end >= unit.end &&
    node.end - node.getStart(source) > unit.end - unit.start;
  const visit = (node: ts.Node): void => {
    const text = holdsUnit(node) ? undefined : writer.rewritten(node);
    if (text === undefined) forEachChild(node, visit);
    else edits.push({ start: node.getStart(source), end: node.end, text });
  };
  visit(source);
  return edits;
}

/** An operator or a call of `Math`: its row and its operands. */
interface Arithmetic {
  readonly op: string;
  readonly operands: readonly ts.Expression[];
  /** `x += y`: what is assigned to. */
  readonly target?: ts.Expression | undefined;
}

class Writer {
  private readonly places = new Map<ts.Node, number>();

  constructor(
    private readonly source: ts.SourceFile,
    site: ts.Expression | undefined,
  ) {
    if (site !== undefined) this.places.set(site, SITE);
  }

  /** The text of a node with all arithmetic in it instrumented. */
  private text(node: ts.Node): string {
    return this.rewritten(node) ?? this.withParts(node, node.getStart(this.source));
  }

  /** From `start` on, within the node. */
  private withParts(node: ts.Node, start: number): string {
    let text = '';
    let at = start;
    forEachChild(node, (child) => {
      const from = child.getStart(this.source);
      if (from < at) return;
      text += this.source.text.slice(at, from) + this.text(child);
      at = child.end;
    });
    return text + this.source.text.slice(at, node.end);
  }

  /** Undefined for nodes that stay as they are, but for their parts. */
  rewritten(node: ts.Node): string | undefined {
    if (ts.isEnumDeclaration(node) || ts.isTypeNode(node) || isPattern(node)) return this.asWritten(node);
    if (ts.isVariableDeclaration(node)) return this.declaration(node);
    if (ts.isReturnStatement(node))
      return node.expression === undefined ? undefined : `return ${this.given(node.expression)};`;
    if (ts.isArrowFunction(node)) return this.arrow(node);
    return ts.isExpression(node) ? this.expression(node) : undefined;
  }

  private expression(node: ts.Expression): string | undefined {
    const arithmetic = this.arithmetic(node);
    if (arithmetic !== undefined) {
      const { op, operands, target } = arithmetic;
      const place = this.placeOf(node);
      const values = operands.map((operand) => this.operand(operand)).join(', ');
      const sources = operands.map((operand) => literal(this.sourceOf(operand))).join(', ');
      const value = `${SHADOWS}.op(${place}, "${op}", [${values}], [${sources}])`;
      return target === undefined ? value : this.assignment(target, value, place);
    }
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== SyntaxKind.EqualsToken) return undefined;
    const name = nameOf(node.left);
    return name === undefined || !mayBeNumber(node.right)
      ? undefined
      : this.assignment(node.left, this.operand(node.right), this.sourceOf(node.right));
  }

  arithmetic(node: ts.Expression): Arithmetic | undefined {
    if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.MinusToken)
      return { op: 'js.neg', operands: [node.operand] };
    if (ts.isBinaryExpression(node)) {
      const operands = [node.left, node.right];
      const operator = ARITHMETIC.get(node.operatorToken.kind);
      if (operator === undefined) return undefined;
      const op = operatorBySign.get(operator.replace('=', ''))!.row;
      if (!operator.endsWith('=')) return { op, operands };
      return nameOf(node.left) === undefined ? undefined : { op, operands, target: node.left };
    }
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
    const { expression: owner, name } = node.expression;
    const row = ts.isIdentifier(owner) && owner.text === 'Math' ? opNamed(`js.${name.text}`) : undefined;
    const fits = row?.parameters.length === node.arguments.length && !node.arguments.some(ts.isSpreadElement);
    return fits && row.parameters.length > 0 ? { op: row.name, operands: [...node.arguments] } : undefined;
  }

  private declaration(node: ts.VariableDeclaration): string | undefined {
    const { name, initializer } = node;
    if (initializer === undefined || !ts.isIdentifier(name) || !mayBeNumber(initializer)) return undefined;
    const head = this.source.text.slice(node.getStart(this.source), initializer.getStart(this.source));
    return `${head}${keep(name.text, this.operand(initializer), this.sourceOf(initializer))}`;
  }

  private arrow(node: ts.ArrowFunction): string | undefined {
    const { body } = node;
    if (ts.isBlock(body)) return undefined;
    const [start, from] = [node.getStart(this.source), body.getStart(this.source)];
    return (
      this.source.text.slice(start, from) + this.given(body) + this.source.text.slice(body.end, node.end)
    );
  }

  /** What a function gives; of the function that a `reduce` is given, it is the next value of its first parameter. */
  private given(expression: ts.Expression): string {
    const source = this.sourceOf(expression);
    if (source === undefined) return this.text(expression);
    const carried = carriedBy(expression);
    const operand = this.operand(expression);
    const value = carried === undefined ? operand : keep(carried, operand, source);
    return `${SHADOWS}.returns(${value}, ${literal(source)})`;
  }

  private assignment(target: ts.Expression, value: string, source: Source): string {
    return `(${this.asWritten(target)} = ${keep(nameOf(target)!, value, source)})`;
  }

  /** A value that arithmetic goes on with: of a call it is asked what the function gave. */
  private operand(node: ts.Expression): string {
    const inner = unwrapped(node);
    const isCall = ts.isCallExpression(inner) && this.arithmetic(inner) === undefined;
    return isCall ? `${SHADOWS}.call(${this.placeOf(inner)}, ${this.text(node)})` : this.text(node);
  }

  private sourceOf(expression: ts.Expression): Source {
    const inner = unwrapped(expression);
    if (this.arithmetic(inner) !== undefined || ts.isCallExpression(inner)) return this.placeOf(inner);
    return nameOf(inner);
  }

  private placeOf(node: ts.Node): number {
    const place = this.places.get(node) ?? this.places.size;
    this.places.set(node, place);
    return place;
  }

  private asWritten(node: ts.Node): string {
    return this.source.text.slice(node.getStart(this.source), node.end);
  }
}

const SHADOWS = '__gradlintShadows';

const literal = (source: Source): string => (source === undefined ? 'undefined' : JSON.stringify(source));

const keep = (name: string, value: string, source: Source): string =>
  `${SHADOWS}.keep(${JSON.stringify(name)}, ${value}, ${literal(source)})`;

/** A variable, or a field that is reached without running anything: `sum`, `this.total`. */
function nameOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (expression.kind === SyntaxKind.ThisKeyword) return 'this';
  if (!ts.isPropertyAccessExpression(expression) || expression.questionDotToken !== undefined)
    return undefined;
  const owner = ts.isIdentifier(expression.name) ? nameOf(expression.expression) : undefined;
  return owner === undefined ? undefined : `${owner}.${expression.name.text}`;
}

/** What takes a list or an object apart is no expression, though it is written like one. */
function isPattern(node: ts.Node): boolean {
  if (!ts.isArrayLiteralExpression(node) && !ts.isObjectLiteralExpression(node)) return false;
  const { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === SyntaxKind.EqualsToken
  );
}

/** Whether the expression may give a number; a function would lose the name that it takes from its variable. */
const mayBeNumber = (expression: ts.Expression): boolean =>
  ts.isIdentifier(expression) ||
  isWrapping(expression) ||
  ts.isNumericLiteral(expression) ||
  ts.isPrefixUnaryExpression(expression) ||
  ts.isBinaryExpression(expression) ||
  ts.isCallExpression(expression) ||
  ts.isPropertyAccessExpression(expression) ||
  ts.isElementAccessExpression(expression) ||
  ts.isConditionalExpression(expression);

/** The first parameter of the function that gives this expression, where a `reduce` hands it back to it. */
function carriedBy(expression: ts.Expression): string | undefined {
  let at: ts.Node = expression.parent;
  while (!ts.isFunctionLike(at)) {
    if (ts.isSourceFile(at)) return undefined;
    at = at.parent;
  }
  const call = at.parent;
  const isReducer =
    ts.isCallExpression(call) &&
    call.arguments[0] === at &&
    ts.isPropertyAccessExpression(call.expression) &&
    ['reduce', 'reduceRight'].includes(call.expression.name.text);
  const [first] = at.parameters;
  return isReducer && first !== undefined && ts.isIdentifier(first.name) ? first.name.text : undefined;
}
