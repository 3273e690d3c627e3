import { constructorNameOf, isMethod, type Method } from '../program/javascript/syntax.js';
import type { Unit } from '../program/unit.js';
import { forEachChild, SyntaxKind, ts } from '../source/typescript.js';
import { BundleError } from './bundle-error.js';
import { textWith, type Edit } from './edits.js';
import { surroundingsOf } from './surroundings.js';

/**
 * The code that is put at the top level of the module of a unit to make it callable from outside, exported or not, as
 * `globalThis.__gradlintUnit(self, captured, parameters)`, or under another name. There it sees all that the unit sees, but
 * for the variables of enclosing functions, which are handed in or copied along.
 */
export function reachUnit(
  source: ts.SourceFile,
  unit: Unit,
  edits: readonly Edit[],
  name = '__gradlintUnit',
): string {
  return `\n;globalThis.${name} = ${callableUnit(source, unit, edits)};\n`;
}

/**
 * The same as an edit, behind the statement that declares the unit: what comes later at the top level of the module may
 * well throw, as a program does that is wrong.
 */
export function reachInPlace(source: ts.SourceFile, unit: Unit, edits: readonly Edit[]): Edit {
  const statement = source.statements.find(({ pos, end }) => pos <= unit.span.start && unit.span.end <= end);
  const at = statement?.end ?? source.end;
  return { start: at, end: at, text: reachUnit(source, unit, edits) };
}

function callableUnit(source: ts.SourceFile, unit: Unit, edits: readonly Edit[]): string {
  const declaration = declarationAt(source, unit);
  const { parent } = declaration;
  const method = isMethod(declaration) || ts.isConstructorDeclaration(declaration);
  if (method && ts.isClassLike(parent)) return reachMethod(source, declaration, parent, unit, edits);
  const atModuleLevel = ts.isFunctionDeclaration(declaration) && ts.isSourceFile(parent);
  if (atModuleLevel && declaration.name !== undefined)
    return unitCode([], [], `return ${declaration.name.text}.apply(__self, __parameters);`);
  const { statements, captured } = surroundingsOf(source, declaration, providedNames(unit), edits);
  // An arrow function has the `this` of where it stands, which in a class has its methods.
  const owner = classAround(declaration);
  const constructor = constructorNameOf(declaration);
  const self =
    owner !== undefined
      ? instanceOf(owner)
      : constructor === undefined
        ? '__self'
        : `typeof ${constructor} === 'function' ? ${instanceOf(constructor)} : __self`;
  const made = `(function () { return ${functionText(source, declaration, edits)}; }).call(__it)`;
  return unitCode(captured, statements, `const __it = ${self};\nreturn ${made}.apply(__it, __parameters);`);
}

/** The class in a method of which arrow functions around the function, or it itself, have their `this`. */
function classAround(declaration: ts.FunctionLikeDeclaration): string | undefined {
  let scope: ts.Node = declaration;
  while (!ts.isSourceFile(scope) && (!ts.isFunctionLike(scope) || ts.isArrowFunction(scope)))
    scope = scope.parent;
  const owner = scope.parent as ts.Node | undefined;
  return owner !== undefined && ts.isClassDeclaration(owner) && ts.isSourceFile(owner.parent)
    ? owner.name?.text
    : undefined;
}

/** Without its constructor: what that would set up is among the inputs. Fields may shadow accessors of the class. */
const instanceOf = (type: string): string =>
  `Object.create(${type}.prototype, Object.getOwnPropertyDescriptors(__self))`;

function reachMethod(
  source: ts.SourceFile,
  declaration: Method | ts.ConstructorDeclaration,
  owner: ts.ClassLikeDeclaration,
  unit: Unit,
  edits: readonly Edit[],
): string {
  const named = ts.isClassDeclaration(owner) && ts.isSourceFile(owner.parent) ? owner.name?.text : undefined;
  const { statements, captured } =
    named === undefined
      ? surroundingsOf(source, owner, providedNames(unit), edits)
      : { statements: [], captured: [] };
  const type = named ?? `(${classText(source, owner, edits)})`;
  if (ts.isConstructorDeclaration(declaration))
    return unitCode(captured, statements, `return new (${type})(...__parameters);`);
  const name = memberName(declaration.name);
  const useOf = (object: string): string =>
    ts.isSetAccessorDeclaration(declaration)
      ? `${object}[${name}] = __parameters[0];`
      : `return ${object}[${name}]${ts.isGetAccessorDeclaration(declaration) ? '' : '(...__parameters)'};`;
  if (unit.static === true) return unitCode(captured, statements, useOf(`(${type})`));
  return unitCode(
    captured,
    statements,
    [`const __it = ${instanceOf(unit.receiver ?? `(${type})`)};`, useOf('__it')].join('\n'),
  );
}

function unitCode(captured: readonly string[], statements: readonly string[], body: string): string {
  const names = captured.length === 0 ? '' : `let { ${captured.join(', ')} } = __captured;`;
  return `function (__self, __captured, __parameters) {\n${[names, ...statements, body].join('\n')}\n}`;
}

/** Captured variables that have a value to hand in; functions and the like do not, and are copied along. */
function providedNames(unit: Unit): Set<string> {
  const inputs = unit.inputs.filter(
    ({ source, form }) => source === 'captured' && form.kind !== 'opaque' && form.kind !== 'unused',
  );
  return new Set(inputs.map(({ name }) => name));
}

function declarationAt(source: ts.SourceFile, unit: Unit): ts.FunctionLikeDeclaration {
  const { start, end } = unit.span;
  let found: ts.FunctionLikeDeclaration | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > start || node.end < end) return;
    if (node.getStart(source) === start && node.end === end && ts.isFunctionLike(node) && 'body' in node)
      found ??= node as ts.FunctionLikeDeclaration;
    forEachChild(node, visit);
  };
  visit(source);
  if (found === undefined)
    throw new BundleError(`\`${unit.name}\` is not a function that can be called on its own`);
  return found;
}

/** As an expression: without `export default`, and a method of an object literal through an object of its own. */
function functionText(
  source: ts.SourceFile,
  declaration: ts.FunctionLikeDeclaration,
  edits: readonly Edit[],
): string {
  const text = textWith(source, startAfterExport(source, declaration), declaration.end, edits);
  if (ts.isMethodDeclaration(declaration)) return `({ ${text} })[${memberName(declaration.name)}]`;
  if (ts.isGetAccessorDeclaration(declaration))
    return `(function () { return Reflect.get({ ${text} }, ${memberName(declaration.name)}, this); })`;
  if (ts.isSetAccessorDeclaration(declaration))
    return `(function (value) { Reflect.set({ ${text} }, ${memberName(declaration.name)}, value, this); })`;
  return `(${text})`;
}

function classText(source: ts.SourceFile, owner: ts.ClassLikeDeclaration, edits: readonly Edit[]): string {
  return textWith(source, startAfterExport(source, owner), owner.end, edits);
}

function startAfterExport(
  source: ts.SourceFile,
  node: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration,
): number {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const exported = [SyntaxKind.ExportKeyword, SyntaxKind.DefaultKeyword, SyntaxKind.AbstractKeyword];
  return (
    modifiers.filter((modifier) => exported.includes(modifier.kind)).at(-1)?.end ?? node.getStart(source)
  );
}

function memberName(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return JSON.stringify(name.text);
  throw new BundleError('a method with a private or computed name is not called on its own');
}
