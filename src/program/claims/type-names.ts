/** Where the types of a project stand that its files name: in the file itself, or in one that it imports them from. */
import { ts } from '../../source/typescript.js';

export type NamedType = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** The file that an import of a file leads to; undefined for packages. */
type Importing = (specifier: string) => ts.SourceFile | undefined;

const importing = new WeakMap<ts.SourceFile, Importing>();
const named = new WeakMap<ts.SourceFile, Map<string, NamedType | undefined>>();

/** Says where the imports of a file lead. Without it, only types of the file itself are found. */
export function followTypesOf(file: ts.SourceFile, follow: Importing): void {
  importing.set(file, follow);
}

/** The interface or alias that a name stands for in a file. */
export function typeNamed(name: string, file: ts.SourceFile): NamedType | undefined {
  const known = named.get(file) ?? new Map<string, NamedType | undefined>();
  named.set(file, known);
  // Two files may name each other's types.
  if (!known.has(name)) known.set(name, undefined).set(name, find(name, file));
  return known.get(name);
}

/** `types.Batch`, where `import * as types from './types'`. */
export function typeOfNamespace(namespace: string, name: string, file: ts.SourceFile): NamedType | undefined {
  for (const statement of file.statements) {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (bindings !== undefined && ts.isNamespaceImport(bindings) && bindings.name.text === namespace)
      return typeFrom(statement as ts.ImportDeclaration, name, file);
  }
  return undefined;
}

function find(name: string, file: ts.SourceFile): NamedType | undefined {
  let everything: NamedType | undefined;
  for (const statement of file.statements) {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (isType && statement.name.text === name) return statement;
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      const one =
        bindings !== undefined && ts.isNamedImports(bindings) ? specifierOf(name, bindings) : undefined;
      if (one !== undefined) return typeFrom(statement, (one.propertyName ?? one.name).text, file);
    } else if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (exportClause === undefined) everything ??= typeFrom(statement, name, file);
      else if (ts.isNamedExports(exportClause)) {
        const one = specifierOf(name, exportClause);
        const inner = (one?.propertyName ?? one?.name)?.text;
        if (inner === undefined) continue;
        if (moduleSpecifier !== undefined) return typeFrom(statement, inner, file);
        if (inner !== name) return typeNamed(inner, file);
      }
    }
  }
  return everything;
}

const specifierOf = (
  name: string,
  { elements }: ts.NamedImports | ts.NamedExports,
): ts.ImportSpecifier | ts.ExportSpecifier | undefined =>
  (elements as readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]).find((one) => one.name.text === name);

function typeFrom(
  { moduleSpecifier }: ts.ImportDeclaration | ts.ExportDeclaration,
  name: string,
  file: ts.SourceFile,
): NamedType | undefined {
  if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return undefined;
  const target = importing.get(file)?.(moduleSpecifier.text);
  return target && typeNamed(name, target);
}
