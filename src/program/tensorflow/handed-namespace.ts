/**
 * TensorFlow.js as it is handed in, by those who let the caller choose the backend's package: `module.exports = (tf) => …`,
 * `define(['@tensorflow/tfjs'], (tf) => …)`, `constructor(private tf: typeof import('@tensorflow/tfjs'))`, `({ tf }) => …`.
 */
import { tensorFlowPath } from '../../source/packages.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import type { Module } from '../module.js';
import type { TensorFlowValue } from '../values.js';

/** The namespace, if that is what a parameter or field of this name and type is for, in this module. */
export function handedNamespace(
  name: string,
  type: ts.TypeNode | undefined,
  module: Module,
): TensorFlowValue | undefined {
  const isUntyped = type === undefined || type.kind === SyntaxKind.AnyKeyword;
  const isHanded = isUntyped ? isUsedAsHanded(name, module.source) : isTypeOfNamespace(type, module);
  return isHanded ? NAMESPACE : undefined;
}

/** The same of a name without a type. */
export const untypedNamespace = (name: string, source: ts.SourceFile): TensorFlowValue | undefined =>
  isUsedAsHanded(name, source) ? NAMESPACE : undefined;

const NAMESPACE: TensorFlowValue = { kind: 'tensorflow', path: '' };

const isUsedAsHanded = (name: string, source: ts.SourceFile): boolean => name === 'tf' && callsOps(source);

/** `tf` may also be the frequency of a term. */
function callsOps(source: ts.SourceFile): boolean {
  const known =
    calling.get(source) ?? /\btf\s*\??\.\s*[a-z][\w.]*\(|\}\s*=\s*(?:[\w.]+\.)?tf\b/.test(source.text);
  calling.set(source, known);
  return known;
}

const calling = new WeakMap<ts.SourceFile, boolean>();

/** `let tf; async function load() { tf = await import('@tensorflow/tfjs'); }`: what a variable of the module becomes. */
export function assignedNamespace(name: string, source: ts.SourceFile): TensorFlowValue | undefined {
  let names = assigned.get(source);
  if (names === undefined) {
    const all = [...source.text.matchAll(ASSIGNED)];
    names = new Set(
      all.filter(([, , specifier]) => isWholeNamespace(specifier)).map(([, variable]) => variable!),
    );
    assigned.set(source, names);
  }
  return names.has(name) ? NAMESPACE : undefined;
}

const assigned = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

const ASSIGNED =
  /(?<![\w$.])([\w$]+)\s*(?:\?\?|\|\|)?=\s*(?:await\s+)?(?:import|require)\(\s*['"]([^'"\n]+)['"]/g;

/** `typeof tf` of an import of TensorFlow.js, `typeof import('@tensorflow/tfjs')`. */
function isTypeOfNamespace(type: ts.TypeNode, module: Module): boolean {
  if (ts.isImportTypeNode(type))
    return type.isTypeOf && type.qualifier === undefined && isWholeNamespace(specifierOf(type.argument));
  return ts.isTypeQueryNode(type) && ts.isIdentifier(type.exprName) && isImported(type.exprName.text, module);
}

const specifierOf = (argument: ts.TypeNode): string | undefined =>
  ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal) ? argument.literal.text : undefined;

const isWholeNamespace = (specifier: string | undefined): boolean =>
  specifier !== undefined && tensorFlowPath(specifier) === '';

/** `import * as tf from '@tensorflow/tfjs'`, `import type tf from …`. */
function isImported(local: string, { imports, types }: Module): boolean {
  const { specifier, name } = imports.get(local) ?? types.get(local) ?? {};
  return (name === '*' || name === 'default') && isWholeNamespace(specifier);
}
