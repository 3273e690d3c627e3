import { isTensorFlowPackage, tensorFlowPath } from '../../source/packages.js';
import { specifierOf } from '../../source/page-scripts.js';
import { SyntaxKind, ts } from '../../source/typescript.js';
import { reassignedNames } from '../control/later.js';
import type { Lowering } from '../lowering.js';
import type { Module } from '../module.js';
import { record, type TensorFlowValue, type Value, tensorFlowMember } from '../values.js';

/** Runs the top level of a module, once. Its functions are left to be lowered later. */
export function evaluateModule(lowering: Lowering, module: Module): void {
  if (module.state !== 'new') return;
  module.state = 'running';
  lowering.journal.apart(() => runModule(lowering, module));
  module.state = 'done';
  lowering.evaluated += 1;
}

function runModule(lowering: Lowering, module: Module): void {
  bindImports(module);
  bindTakenNames(lowering, module);
  const request = {
    name: '<module>',
    kind: 'module' as const,
    declaration: module.source,
    module,
    boundary: undefined,
    differentiated: 'no' as const,
  };
  lowering.unit(request, () => {
    lowering.call(
      { declaration: module.source, module, self: undefined, owner: undefined },
      undefined,
      () => {
        const exportsObject = record();
        module.scope.variables.set('exports', exportsObject);
        module.scope.variables.set('module', record([['exports', exportsObject]]));
        if (module.file.endsWith('.json')) return bindData(lowering, module);
        lowering.executeBlock(module.source.statements, module.scope);
        bindExports(lowering, module);
      },
    );
    return undefined;
  });
}

/** A JSON file is one expression, and its fields can be imported by name. */
function bindData(lowering: Lowering, module: Module): void {
  const [statement] = module.source.statements;
  if (statement === undefined || !ts.isExpressionStatement(statement)) return;
  const value = lowering.evaluate(statement.expression, module.scope);
  module.exports.set('default', value).set('export=', value);
  if (value.kind === 'object') for (const [name, field] of value.fields) module.exports.set(name, field);
}

function bindImports(module: Module): void {
  for (const statement of module.source.statements) {
    if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
      const { expression } = statement.moduleReference;
      if (ts.isStringLiteral(expression))
        module.imports.set(statement.name.text, { specifier: expression.text, name: '*' });
    }
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const { importClause } = statement;
    if (importClause === undefined) continue;
    const names = importClause.isTypeOnly ? module.types : module.imports;
    if (importClause.name !== undefined) names.set(importClause.name.text, { specifier, name: 'default' });
    const bindings = importClause.namedBindings;
    if (bindings === undefined) continue;
    if (ts.isNamespaceImport(bindings)) names.set(bindings.name.text, { specifier, name: '*' });
    else
      for (const element of bindings.elements)
        names.set(element.name.text, {
          specifier,
          name: (element.propertyName ?? element.name).text,
        });
  }
}

/** What a script takes from those that its page loads beside it is as good as imported. */
function bindTakenNames({ modules }: Lowering, module: Module): void {
  for (const { file, names } of modules.scripts.taken(module.file))
    for (const name of names)
      if (!module.imports.has(name)) module.imports.set(name, { specifier: specifierOf(file), name });
}

/** An imported name, found when it is first read. */
export function readImport(
  lowering: Lowering,
  module: Module,
  local: string,
  place?: ts.Node,
): Value | undefined {
  const imported = module.imports.get(local);
  return imported === undefined
    ? undefined
    : importedValue(lowering, module, imported.specifier, imported.name, place);
}

/** The same of `import type { Agent } from './agent'`, of which nothing is left when the code runs. */
export function readTypeImport(lowering: Lowering, module: Module, local: string): Value | undefined {
  const imported = module.types.get(local);
  return imported === undefined
    ? undefined
    : importedValue(lowering, module, imported.specifier, imported.name);
}

function importedValue(
  lowering: Lowering,
  from: Module,
  specifier: string,
  name: string,
  place?: ts.Node,
): Value {
  const path = tensorFlowPath(specifier);
  if (path !== undefined) {
    const whole: TensorFlowValue = { kind: 'tensorflow', path };
    // `import tf from '@tensorflow/tfjs'` works through interop and is the namespace.
    return name === '*' ? whole : tensorFlowMember(whole, name);
  }
  if (isTensorFlowPackage(specifier)) return lowering.unknown('unmodelled TensorFlow.js function');
  const target = lowering.modules.resolve(specifier, from);
  if (target === undefined) return lowering.unknown('unresolved import');
  if (name === '*') return wholeModule(lowering, target);
  return readExport(lowering, target, name, place) ?? lowering.unknown('unresolved import');
}

/** `export = f` and `module.exports = f` make the module `f` itself. */
function wholeModule(lowering: Lowering, module: Module): Value {
  evaluateModule(lowering, module);
  const whole = module.exports.get('export=') ?? commonJsExports(module);
  return whole !== undefined && whole.kind !== 'object' ? whole : { kind: 'module', module };
}

export function readExport(
  lowering: Lowering,
  module: Module,
  name: string,
  place?: ts.Node,
  seen: ReadonlySet<Module> = NONE_SEEN,
): Value | undefined {
  evaluateModule(lowering, module);
  const variable = module.live.get(name);
  if (variable !== undefined && place !== undefined)
    return lowering.lookup(variable, module.scope, place, module.source);
  const direct = module.exports.get(name);
  if (direct !== undefined) return direct;
  const commonJs = commonJsExports(module);
  if (commonJs !== undefined) {
    if (name === 'default') return commonJs;
    if (commonJs.kind === 'object' && commonJs.fields.has(name)) return commonJs.fields.get(name);
  }
  for (const specifier of module.reexports) {
    const path = tensorFlowPath(specifier);
    if (path !== undefined) return tensorFlowMember({ kind: 'tensorflow', path }, name);
    const target = lowering.modules.resolve(specifier, module);
    const found =
      target === undefined || target === module || seen.has(target)
        ? undefined
        : readExport(lowering, target, name, place, new Set([...seen, module]));
    if (found !== undefined) return found;
  }
  // While a cycle is being evaluated, names that are already bound can be seen.
  return module.state === 'running' ? module.scope.variables.get(name) : undefined;
}

const NONE_SEEN: ReadonlySet<Module> = new Set();

/** What `require` of this module gives, if it is CommonJS. */
function commonJsExports(module: Module): Value | undefined {
  const holder = module.scope.variables.get('module');
  const value = holder?.kind === 'object' ? holder.fields.get('exports') : undefined;
  return value?.kind === 'object' && value.fields.size === 0 ? undefined : value;
}

/** Who asks whether there are modules gives those what it would put into the global object. */
function bindGlobals({ modules }: Lowering, module: Module): void {
  for (const name of modules.scripts.assigned(module.file)) {
    const value = module.globals.get(name) ?? commonJsExports(module);
    if (value !== undefined) module.exports.set(name, value);
  }
}

function bindExports(lowering: Lowering, module: Module): void {
  const { variables } = module.scope;
  const isScript = lowering.modules.scripts.isScript(module.file);
  if (isScript) bindGlobals(lowering, module);
  for (const statement of module.source.statements) {
    if (isScript) {
      for (const name of declaredNames(statement)) {
        const value = variables.get(name);
        if (value !== undefined) exportVariable(module, name, name, value);
      }
    } else if (ts.isExportDeclaration(statement)) {
      bindExportDeclaration(lowering, module, statement);
    } else if (ts.isExportAssignment(statement)) {
      const value = variables.get('default');
      if (value !== undefined) module.exports.set('default', value);
      if (value !== undefined && statement.isExportEquals === true) module.exports.set('export=', value);
    } else if (
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === SyntaxKind.ExportKeyword)
    ) {
      const isDefault = ts
        .getModifiers(statement)!
        .some((modifier) => modifier.kind === SyntaxKind.DefaultKeyword);
      for (const name of declaredNames(statement)) {
        const value = variables.get(name);
        if (value === undefined) continue;
        if (isConstant(statement)) module.exports.set(name, value);
        else exportVariable(module, isDefault ? 'default' : name, name, value);
      }
    }
  }
}

function bindExportDeclaration(lowering: Lowering, module: Module, statement: ts.ExportDeclaration): void {
  const specifier =
    statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier)
      ? statement.moduleSpecifier.text
      : undefined;
  const { exportClause } = statement;
  if (exportClause === undefined) {
    if (specifier !== undefined) module.reexports.push(specifier);
    return;
  }
  if (ts.isNamespaceExport(exportClause)) {
    if (specifier !== undefined)
      module.exports.set(exportClause.name.text, importedValue(lowering, module, specifier, '*'));
    return;
  }
  for (const element of exportClause.elements) {
    if (element.isTypeOnly) continue;
    const local = (element.propertyName ?? element.name).text;
    const value =
      specifier === undefined
        ? (lowering.lookup(local, module.scope) ?? readImport(lowering, module, local))
        : importedValue(lowering, module, specifier, local);
    if (value === undefined) continue;
    if (specifier === undefined) exportVariable(module, element.name.text, local, value);
    else module.exports.set(element.name.text, value);
  }
}

function exportVariable(module: Module, exported: string, local: string, value: Value): void {
  module.exports.set(exported, value);
  if (module.scope.variables.has(local) && reassignedNames(module.source).has(`=${local}`))
    module.live.set(exported, local);
}

const isConstant = (statement: ts.Statement): boolean =>
  ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const names: string[] = [];
    const visit = (name: ts.BindingName): void => {
      if (ts.isIdentifier(name)) names.push(name.text);
      else for (const element of name.elements) if (ts.isBindingElement(element)) visit(element.name);
    };
    for (const declaration of statement.declarationList.declarations) visit(declaration.name);
    return names;
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return [statement.name?.text ?? 'default'];
  return ts.isEnumDeclaration(statement) ? [statement.name.text] : [];
}

/** `require('x')`: the namespace of TensorFlow.js, or the exports of a project file. */
export function requireModule(lowering: Lowering, from: Module, specifier: string): Value {
  const path = tensorFlowPath(specifier);
  if (path !== undefined) return { kind: 'tensorflow', path };
  const target = lowering.modules.resolve(specifier, from);
  if (target === undefined) return lowering.unknown('unresolved import');
  evaluateModule(lowering, target);
  return target.exports.get('export=') ?? commonJsExports(target) ?? { kind: 'module', module: target };
}

/** Whether a type in a comment may be a class of the project: one of this file, or imported from another. */
export function isClassName(
  lowering: Lowering,
  { name, from }: { readonly name?: string; readonly from?: string },
  module: Module,
): boolean {
  if (name === undefined) return false;
  const isHere = module.source.statements.some(
    (statement) => ts.isClassDeclaration(statement) && statement.name?.text === name,
  );
  if (from === undefined && isHere) return true;
  const specifier = from ?? module.imports.get(name)?.specifier;
  return specifier !== undefined && lowering.modules.resolve(specifier, module) !== undefined;
}
