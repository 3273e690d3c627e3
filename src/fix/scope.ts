/** What a name means at a place, by the declarations of the file alone. */
import { binds } from '../source/binding.js';
import { forEachChild, SyntaxKind, ts } from '../source/typescript.js';

/** The declaration that a name has at a place; undefined for names that the file does not declare. */
export function declarationOf(name: string, from: ts.Node): ts.Node | undefined {
  for (let scope: ts.Node | undefined = from.parent; scope !== undefined; scope = scope.parent) {
    const found = declaredIn(scope, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function declaredIn(scope: ts.Node, name: string): ts.Node | undefined {
  if (ts.isFunctionLike(scope)) {
    return scope.parameters.find((parameter) => binds(parameter.name, name));
  }
  if (
    ts.isSourceFile(scope) ||
    ts.isBlock(scope) ||
    ts.isModuleBlock(scope) ||
    ts.isCaseOrDefaultClause(scope)
  ) {
    return scope.statements.find((statement) => declares(statement, name));
  }
  if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
    const { initializer } = scope;
    return initializer !== undefined && ts.isVariableDeclarationList(initializer)
      ? initializer.declarations.find((declaration) => binds(declaration.name, name))
      : undefined;
  }
  return ts.isCatchClause(scope) && scope.variableDeclaration !== undefined
    ? [scope.variableDeclaration].find((declaration) => binds(declaration.name, name))
    : undefined;
}

function declares(statement: ts.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.some((declaration) => binds(declaration.name, name));
  if (ts.isImportDeclaration(statement)) return imports(statement.importClause, name);
  if (ts.isImportEqualsDeclaration(statement)) return statement.name.text === name;
  return (
    (ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)) &&
    statement.name?.text === name
  );
}

function imports(clause: ts.ImportClause | undefined, name: string): boolean {
  if (clause === undefined) return false;
  const { namedBindings } = clause;
  if (clause.name?.text === name) return true;
  if (namedBindings === undefined) return false;
  if (ts.isNamespaceImport(namedBindings)) return namedBindings.name.text === name;
  return namedBindings.elements.some((element) => element.name.text === name);
}

/** Whether an expression that stands at one place means the same at another one: same names, same `this`, nothing assigned. */
export function meansTheSame(expression: ts.Node, at: ts.Node): boolean {
  const assigned = assignedNames(expression.getSourceFile());
  let same = true;
  visit(expression, (node) => {
    if (node.kind === SyntaxKind.ThisKeyword || node.kind === SyntaxKind.SuperKeyword)
      same &&= thisContainer(node) === thisContainer(at);
    if (!ts.isIdentifier(node) || isName(node)) return;
    same &&= !assigned.has(node.text) && declarationOf(node.text, node) === declarationOf(node.text, at);
  });
  return same;
}

/** Identifiers that stand for no variable: `x.name`, `{ name: x }`. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

const assignedInFile = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** Names that are assigned to after they were declared, anywhere in the file. */
function assignedNames(source: ts.SourceFile): ReadonlySet<string> {
  const known = assignedInFile.get(source);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const add = (target: ts.Node): void =>
    visit(target, (node) => ts.isIdentifier(node) && names.add(node.text));
  visit(source, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      // `x.y = z` changes what x holds, not x.
      if (!ts.isPropertyAccessExpression(node.left) && !ts.isElementAccessExpression(node.left))
        add(node.left);
    }
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      if (node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken)
        add(node.operand);
    }
  });
  assignedInFile.set(source, names);
  return names;
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;

function thisContainer(node: ts.Node): ts.Node | undefined {
  for (let scope: ts.Node | undefined = node.parent; scope !== undefined; scope = scope.parent) {
    if ((ts.isFunctionLike(scope) && !ts.isArrowFunction(scope)) || ts.isClassLike(scope)) return scope;
  }
  return undefined;
}

export function visit(node: ts.Node, body: (node: ts.Node) => void): void {
  body(node);
  forEachChild(node, (child) => visit(child, body));
}

/** The outermost node that has exactly this span. */
export function nodeAt(source: ts.SourceFile, start: number, end: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const search = (node: ts.Node): void => {
    if (found !== undefined || node.getStart(source) > start || node.end < end) return;
    if (node.getStart(source) === start && node.end === end && !ts.isSourceFile(node)) found = node;
    else forEachChild(node, search);
  };
  search(source);
  return found;
}
