/** What the kinds of guards ask of the syntax: which op a call is, what a text is replaced by. */
import { ts } from '../../src/source/typescript.js';

/** A call of an op, as it may be: nothing is resolved, so that the search knows nothing that gradlint knows. */
export interface OpCall {
  readonly name: string;
  readonly node: ts.CallExpression;
  readonly isMethod: boolean;
  /** Of a method with its receiver first. */
  readonly operands: readonly ts.Expression[];
  /** The same call of another op: in the namespace that this one is called in, as a method where it has none. */
  readonly written: (name: string, ...operands: readonly string[]) => string;
}

/** Names under which files import TensorFlow.js, its backend functions, and parts of it. */
const NAMESPACE = /^(?:tfc?|tf[A-Z]\w*|dl|K|ops|tf\.(?:math|losses|metrics|image))$/;

/** What has methods called as ops are, and is no tensor. */
const NO_TENSOR =
  /^(?:this|Math|Promise|console|(?:\w+\.)*\w*[uU]til(?:ity)?s?|\[[^]*\]|.*\.(?:shape|slice\(.*\)|dataSync\(\)))$/;

export function opCall(node: ts.Node): OpCall | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const method = (name: string, first: string, ...others: readonly string[]): string =>
    `${PRIMARY.test(first) ? first : `(${first})`}.${name}(${others.join(', ')})`;
  if (node.arguments[0] !== undefined && ts.isObjectLiteralExpression(node.arguments[0])) return undefined;
  if (ts.isIdentifier(callee)) {
    if (!importedNames(node.getSourceFile()).has(callee.text)) return undefined;
    const written = (name: string, ...operands: readonly string[]): string =>
      name === callee.text
        ? `${name}(${operands.join(', ')})`
        : method(name, operands[0]!, ...operands.slice(1));
    return { name: callee.text, node, isMethod: false, operands: node.arguments, written };
  }
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const receiver = callee.expression.getText();
  const name = callee.name.text;
  if (NO_TENSOR.test(receiver)) return undefined;
  if (!NAMESPACE.test(receiver))
    return { name, node, isMethod: true, operands: [callee.expression, ...node.arguments], written: method };
  const written = (other: string, ...operands: readonly string[]): string =>
    `${other === name ? receiver : receiver.split('.')[0]!}.${other}(${operands.join(', ')})`;
  return { name, node, isMethod: false, operands: node.arguments, written };
}

/** What a method can be called on without brackets. */
const PRIMARY = /^[\w$.]+(?:\([^()]*\))?$/;

const imported = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

function importedNames(source: ts.SourceFile): ReadonlySet<string> {
  const known = imported.get(source);
  if (known !== undefined) return known;
  const names = source.statements.flatMap((statement) => {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    return bindings !== undefined && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ name }) => name.text)
      : [];
  });
  const made = new Set(names);
  imported.set(source, made);
  return made;
}

/** A number that is there to keep something away from 0: written small, or called epsilon. */
export function isSmall(node: ts.Node): boolean {
  const text = node.getText();
  if (ts.isNumericLiteral(node)) return Number(node.text) > 0 && Number(node.text) <= 1e-2;
  return (
    /^(?:[\w$]+\.)*_?eps\w*$/i.test(text) ||
    /\bepsilon\(\)$/.test(text) ||
    /(?:scalar|Scalar)\(\s*(?:_?eps|1e-|0\.00)/i.test(text)
  );
}

/** A number that is written down, or a tensor of one. */
export function isNumber(node: ts.Node): boolean {
  return (
    isSmall(node) ||
    /^-?[\d.]+(?:e-?\d+)?$/i.test(node.getText()) ||
    /^(?:\w+\.)?scalar\(-?[\d.e-]+/.test(node.getText())
  );
}

/** The text of an expression where another one stood. */
export function inPlaceOf(place: ts.Node, expression: ts.Expression): string {
  const text = expression.getText();
  const binds =
    ts.isBinaryExpression(expression) ||
    ts.isConditionalExpression(expression) ||
    ts.isArrowFunction(expression);
  const { parent } = place;
  const isAlone =
    ts.isParenthesizedExpression(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isReturnStatement(parent) ||
    (ts.isCallExpression(parent) && parent.expression !== place);
  return binds && !isAlone ? `(${text})` : text;
}

/** The initialiser of a name that the same file declares once; the expression itself if it is none. */
export function written(node: ts.Expression): ts.Expression {
  if (!ts.isIdentifier(node)) return node;
  const name = node.text;
  let found: ts.Expression | undefined;
  for (let scope: ts.Node = node; scope.parent !== undefined && found === undefined; scope = scope.parent) {
    const { parent } = scope;
    if (!ts.isBlock(parent) && !ts.isSourceFile(parent)) continue;
    for (const statement of parent.statements)
      if (ts.isVariableStatement(statement))
        for (const { name: declared, initializer } of statement.declarationList.declarations)
          if (declared.getText() === name) found ??= initializer;
  }
  return found ?? node;
}

/** Whether an expression, brackets aside, is divided by, or the operand of a function with an edge at 0. */
export function meetsEdge(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return meetsEdge(parent);
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    if (kind === ts.SyntaxKind.SlashToken || kind === ts.SyntaxKind.SlashEqualsToken)
      return parent.right === node;
    return false;
  }
  if (ts.isVariableDeclaration(parent) && parent.initializer === node)
    return isDivisor(parent.name.getText(), parent.parent.parent.parent, node.end);
  if (ts.isCallExpression(parent) && /^Math\.(?:log|log2|log10|sqrt)$/.test(parent.expression.getText()))
    return true;
  const call = opCall(parent);
  if (call === undefined) return false;
  if (['log', 'log2', 'log10', 'sqrt', 'rsqrt', 'reciprocal'].includes(call.name)) return true;
  return ['div', 'pow'].includes(call.name) && call.operands.at(-1) === node;
}

/** Whether something in `within` that stands behind `after` divides by `name`, or takes its logarithm or root. */
export function isDivisor(name: string, within: ts.Node, after = 0): boolean {
  const isNamed = (node: ts.Node): boolean => {
    const bare = ts.isParenthesizedExpression(node) ? node.expression : node;
    return bare.getText() === name && bare.getStart() >= after && meetsEdge(bare);
  };
  return (
    isNamed(within) || ts.forEachChild(within, (child) => isDivisor(name, child, after) || undefined) === true
  );
}
