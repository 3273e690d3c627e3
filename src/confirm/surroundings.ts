import { binds } from '../source/binding.js';
import { forEachChild, ts } from '../source/typescript.js';
import { textWith, type Edit } from './edits.js';

/** What a function that is nested in another one needs of it, so that it can be called at the end of the module. */
export interface Surroundings {
  /** Declarations that are copied along: constants, helpers, classes. In the order of the source. */
  readonly statements: readonly string[];
  /** Names that have to be handed in. */
  readonly captured: readonly string[];
}

/**
 * `provided` are the captured names for which the caller has values. Other names of enclosing functions come along with
 * their declarations, as far as these can stand alone; what is left is handed in and stops the run if it is used.
 */
export function surroundingsOf(
  source: ts.SourceFile,
  nested: ts.Node,
  provided: ReadonlySet<string>,
  edits: readonly Edit[],
): Surroundings {
  const statements = new Set<ts.Statement>();
  const captured = new Set<string>();
  const seen = new Set<string>();
  const need = (node: ts.Node): void => {
    for (const name of namesIn(node)) {
      if (seen.has(name)) continue;
      const declaration = declarationAround(nested, name);
      if (declaration === undefined) continue;
      seen.add(name);
      if (declaration === 'parameter' || provided.has(name)) captured.add(name);
      else if (!statements.has(declaration)) {
        statements.add(declaration);
        need(declaration);
      }
    }
  };
  need(nested);
  const inOrder = [...statements].sort((a, b) => a.pos - b.pos);
  return {
    statements: inOrder.map((node) => textWith(source, node.getStart(source), node.end, edits)),
    captured: [...captured],
  };
}

/** Every identifier that may stand for a variable. Shadowed names are among them: they only bring too much along. */
function namesIn(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (
      ts.isIdentifier(child) &&
      !(ts.isPropertyAccessExpression(child.parent) && child.parent.name === child)
    )
      names.add(child.text);
    forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** Where an enclosing function declares the name; undefined for names of the module and unknown ones. */
function declarationAround(nested: ts.Node, name: string): ts.Statement | 'parameter' | undefined {
  for (let scope = nested.parent; !ts.isSourceFile(scope); scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((parameter) => binds(parameter.name, name)))
      return 'parameter';
    if (ts.isBlock(scope) || ts.isCaseClause(scope)) {
      const found = scope.statements.find((statement) => declares(statement, name));
      // A declaration that holds the function itself comes along too: it is how the function calls itself.
      if (found !== undefined) return found;
    }
    const loop =
      ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)
        ? scope.initializer
        : undefined;
    if (
      loop !== undefined &&
      ts.isVariableDeclarationList(loop) &&
      loop.declarations.some((declaration) => binds(declaration.name, name))
    )
      return 'parameter';
  }
  return undefined;
}

function declares(statement: ts.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.some((declaration) => binds(declaration.name, name));
  return (
    (ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)) &&
    statement.name?.text === name
  );
}
