/** How a file calls TensorFlow.js: by a namespace, whatever its name, or by names it imports one by one. */
import { opNamed } from '../ops/table.js';
import { tensorFlowPath } from '../source/packages.js';
import { SyntaxKind, ts } from '../source/typescript.js';
import { binds } from '../source/binding.js';
import { declarationOf, visit } from './scope.js';

/** A callee, and what has to be inserted elsewhere so that its name is there. */
export interface Callee {
  readonly text: string;
  readonly insertion?: Insertion | undefined;
}

export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** How `tf.<op>` is written at a place; undefined where the file has no way to. */
export function calleeAt(op: string, at: ts.Node): Callee | undefined {
  if (op.startsWith('js.')) return { text: `Math.${op.slice(3)}` };
  const source = at.getSourceFile();
  const namespace = namespacesOf(source).find((name) => isVisible(name, at));
  if (namespace !== undefined) return { text: `${namespace}.${op}` };
  const list = namedImports(source);
  if (list === undefined || op.includes('.')) return undefined;
  const imported = list.names.get(op);
  if (imported !== undefined)
    return declarationOf(imported, at) === list.declaration ? { text: imported } : undefined;
  // A name of the file's own is in the way.
  const isTaken = declarationOf(op, at) !== undefined || source.text.includes(` ${op} `);
  const local = isTaken ? `tf${op[0]!.toUpperCase()}${op.slice(1)}` : op;
  return {
    text: local,
    insertion: { at: list.end, text: `, ${isTaken ? `${op}${list.as}${local}` : op}` },
  };
}

/** Packages that export the ops, and not a part of the library without them. */
const hasOps = (specifier: string): boolean =>
  tensorFlowPath(specifier) === '' && !/tfjs-layers/.test(specifier) && !/\/ops\//.test(specifier);

interface Named {
  readonly names: ReadonlyMap<string, string>;
  readonly declaration: ts.Node;
  /** Where a further name goes: behind the last one. */
  readonly end: number;
  readonly as: ' as ' | ': ';
}

/** `import { log } from '@tensorflow/tfjs'`, `const { log } = require('@tensorflow/tfjs')`. */
function namedImports(source: ts.SourceFile): Named | undefined {
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const { importClause } = statement;
      const bindings = importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings) || importClause?.isTypeOnly === true)
        continue;
      if (!hasOps((statement.moduleSpecifier as ts.StringLiteral).text) || bindings.elements.length === 0)
        continue;
      const names = bindings.elements
        .filter(({ isTypeOnly }) => !isTypeOnly)
        .map(({ propertyName, name }) => [(propertyName ?? name).text, name.text] as const);
      return {
        names: new Map(names),
        declaration: statement,
        end: bindings.elements.at(-1)!.end,
        as: ' as ',
      };
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isObjectBindingPattern(name) || initializer === undefined || !isRequired(initializer)) continue;
      const last = name.elements.at(-1);
      if (last === undefined || last.dotDotDotToken !== undefined) continue;
      const names = name.elements.flatMap((element) =>
        ts.isIdentifier(element.name)
          ? [[(element.propertyName ?? element.name).getText(source), element.name.text] as const]
          : [],
      );
      return { names: new Map(names), declaration: statement, end: last.end, as: ': ' };
    }
  }
  return undefined;
}

const namespaces = new WeakMap<ts.SourceFile, readonly string[]>();

/** Names of the file that stand for the whole namespace, the surest first. */
function namespacesOf(source: ts.SourceFile): readonly string[] {
  const known = namespaces.get(source);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const statement of source.statements) for (const name of namespacesIn(statement)) found.add(name);
  // Handed on by another module, by a parameter or by a script tag: what the file calls on it tells what it is.
  for (const name of usedAsNamespaces(source)) found.add(name);
  const names = [...found];
  namespaces.set(source, names);
  return names;
}

function namespacesIn(statement: ts.Statement): string[] {
  if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    if (clause === undefined || clause.isTypeOnly) return [];
    if (!hasOps((statement.moduleSpecifier as ts.StringLiteral).text)) return [];
    const bindings = clause.namedBindings;
    return [
      ...(clause.name === undefined ? [] : [clause.name.text]),
      ...(bindings !== undefined && ts.isNamespaceImport(bindings) ? [bindings.name.text] : []),
    ];
  }
  if (ts.isImportEqualsDeclaration(statement)) {
    const { moduleReference } = statement;
    return ts.isExternalModuleReference(moduleReference) &&
      ts.isStringLiteral(moduleReference.expression) &&
      hasOps(moduleReference.expression.text)
      ? [statement.name.text]
      : [];
  }
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    ts.isIdentifier(name) && initializer !== undefined && isRequired(initializer) ? [name.text] : [],
  );
}

function isRequired(expression: ts.Expression): boolean {
  if (ts.isAwaitExpression(expression)) return isRequired(expression.expression);
  if (!ts.isCallExpression(expression)) return false;
  const [specifier] = expression.arguments;
  const loads =
    expression.expression.kind === SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression.expression) && expression.expression.text === 'require');
  return loads && specifier !== undefined && ts.isStringLiteralLike(specifier) && hasOps(specifier.text);
}

/** Functions that no tensor has as a method: who has them is the namespace. */
const NO_METHODS: ReadonlySet<string> = new Set(['tensor', 'scalar', 'tidy', 'grad', 'variableGrads']);

function usedAsNamespaces(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(source, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const { expression, name } = node.expression;
    if (!ts.isIdentifier(expression)) return;
    const row = opNamed(name.text);
    const onlyFunction = row === undefined ? NO_METHODS.has(name.text) : row.chained === undefined;
    if (onlyFunction || (expression.text === 'tf' && row !== undefined)) {
      if (!/^(Math|Array|Object|Number|JSON|console)$/.test(expression.text)) names.add(expression.text);
    }
  });
  return names;
}

/** Whether the name still means the namespace at a place: an inner declaration may hide that of the module. */
function isVisible(name: string, at: ts.Node): boolean {
  const declaration = declarationOf(name, at);
  if (declaration === undefined) return name === 'tf';
  if (ts.isImportDeclaration(declaration)) return declaration.importClause?.isTypeOnly !== true;
  if (ts.isVariableStatement(declaration) && ts.isSourceFile(declaration.parent)) return true;
  return name === 'tf' || (ts.isImportEqualsDeclaration(declaration) && binds(declaration.name, name));
}
