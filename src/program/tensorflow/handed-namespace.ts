/**
 * TensorFlow.js as it is handed in, by those who let the caller choose the backend's package: `module.exports = (tf) => …`,
 * `define(['@tensorflow/tfjs'], (tf) => …)`, `constructor(private tf: typeof import('@tensorflow/tfjs'))`, `({ tf }) => …`.
 */
import { tensorFlowPath } from '../../source/packages.js';
import { ts } from '../../source/typescript.js';
import type { TensorFlowValue } from '../values.js';

/** The namespace, if that is what a parameter or field of this name and type is for; `place`: where it is named. */
export function handedNamespace(
  name: string,
  type: ts.TypeNode | undefined,
  place: ts.Node,
): TensorFlowValue | undefined {
  const source = place.getSourceFile();
  const isUntyped = type === undefined || type.kind === ts.SyntaxKind.AnyKeyword;
  const isHanded = isUntyped ? name === 'tf' && callsOps(source) : isTypeOfNamespace(type, source);
  return isHanded ? { kind: 'tensorflow', path: '' } : undefined;
}

/** `tf` may also be the frequency of a term. */
function callsOps(source: ts.SourceFile): boolean {
  const known =
    calling.get(source) ?? /\btf\s*\??\.\s*[a-z][\w.]*\(|\}\s*=\s*(?:[\w.]+\.)?tf\b/.test(source.text);
  calling.set(source, known);
  return known;
}

const calling = new WeakMap<ts.SourceFile, boolean>();

/** `typeof tf` of an import of TensorFlow.js, `typeof import('@tensorflow/tfjs')`. */
function isTypeOfNamespace(type: ts.TypeNode, source: ts.SourceFile): boolean {
  if (ts.isImportTypeNode(type))
    return type.isTypeOf && type.qualifier === undefined && isWholeNamespace(specifierOf(type.argument));
  return ts.isTypeQueryNode(type) && ts.isIdentifier(type.exprName) && isImported(type.exprName.text, source);
}

const specifierOf = (argument: ts.TypeNode): string | undefined =>
  ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal) ? argument.literal.text : undefined;

const isWholeNamespace = (specifier: string | undefined): boolean =>
  specifier !== undefined && tensorFlowPath(specifier) === '';

/** `import * as tf from '@tensorflow/tfjs'`, `import type tf from …`. */
const isImported = (name: string, { statements }: ts.SourceFile): boolean =>
  statements.some((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return false;
    const { name: whole, namedBindings } = statement.importClause ?? {};
    const isWhole =
      whole?.text === name ||
      (namedBindings !== undefined &&
        ts.isNamespaceImport(namedBindings) &&
        namedBindings.name.text === name);
    return isWhole && isWholeNamespace(statement.moduleSpecifier.text);
  });
