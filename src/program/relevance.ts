import { tensorFlowPath } from '../source/packages.js';
import { mayHandleTensors } from '../source/prefilter.js';
import type { ts } from '../source/typescript.js';
import type { Lowering } from './lowering.js';
import type { Module } from './module.js';
import { methodOf } from './objects.js';
import type { ClassValue, FunctionValue } from './values.js';

/**
 * Most functions of an application never touch a tensor. Whether one may is told by its text and by what it calls, so
 * that it need not be run to be found irrelevant. Short functions are always run: they give constants and sizes.
 */
const SHORT = 160;

const known = new WeakMap<ts.Node, boolean>();

export function mayMatter(lowering: Lowering, fn: FunctionValue): boolean {
  const { declaration } = fn;
  const before = known.get(declaration);
  if (before !== undefined) return before;
  // Until it is decided, a function that calls itself brings nothing new.
  known.set(declaration, false);
  const matters = decide(lowering, fn);
  known.set(declaration, matters);
  return matters;
}

/** A class matters if any of its code does. */
export function classMayMatter(type: ClassValue): boolean {
  const before = known.get(type.declaration);
  if (before !== undefined) return before;
  const text = textOf(type.declaration);
  const matters =
    text.length <= 4 * SHORT ||
    mayHandleTensors(text) ||
    namesIn(importedOps(type.module), text) ||
    type.superclass !== undefined;
  known.set(type.declaration, matters);
  return matters;
}

function decide(lowering: Lowering, fn: FunctionValue): boolean {
  const text = textOf(fn.declaration);
  if (text.length <= SHORT || mayHandleTensors(text) || namesIn(importedOps(fn.module), text)) return true;
  for (const [, owner, qualifier, name] of text.matchAll(
    /(?:\b([A-Za-z_$][\w$]*)\s*)?(\??\.\s*)?\b([A-Za-z_$][\w$]*)\s*\(/g,
  )) {
    if (qualifier === undefined ? functionMatters(lowering, fn, name!) : methodMatters(lowering, fn, name!))
      return true;
    if (owner !== undefined && qualifier !== undefined && ownerMatters(lowering, fn, owner)) return true;
  }
  return false;
}

function functionMatters(lowering: Lowering, fn: FunctionValue, name: string): boolean {
  const value = fn.scope.find(name)?.variables.get(name);
  if (value?.kind === 'function') return mayMatter(lowering, value);
  if (value?.kind === 'class') return classMayMatter(value);
  if (value !== undefined) return value.kind === 'tensorflow';
  const imported = fn.module.imports.get(name);
  const target = imported && lowering.modules.resolve(imported.specifier, fn.module);
  return target !== undefined && moduleMatters(target);
}

function methodMatters(lowering: Lowering, fn: FunctionValue, name: string): boolean {
  for (
    let type = fn.owner;
    type !== undefined;
    type = type.superclass?.kind === 'class' ? type.superclass : undefined
  ) {
    const method = methodOf(type, name);
    if (method !== undefined)
      return mayMatter(lowering, {
        kind: 'function',
        declaration: method,
        scope: type.scope,
        module: type.module,
        self: undefined,
        owner: type,
      });
  }
  return MODEL_METHOD.test(name);
}

/** `ops.safeLog(p)`: a namespace, an object or a class of the project that has tensor code. */
function ownerMatters(lowering: Lowering, fn: FunctionValue, name: string): boolean {
  const imported = fn.module.imports.get(name);
  const target = imported && lowering.modules.resolve(imported.specifier, fn.module);
  if (target !== undefined) return moduleMatters(target);
  const value = fn.scope.find(name)?.variables.get(name);
  if (value?.kind === 'class') return classMayMatter(value);
  if (value?.kind !== 'object') return false;
  if (value.prototype !== undefined && classMayMatter(value.prototype)) return true;
  return [...value.fields.values()].some(
    (field) => field.kind === 'tensorflow' || (field.kind === 'function' && mayMatter(lowering, field)),
  );
}

const MODEL_METHOD = /^(predict|apply|minimize|computeGradients|compile|fit|fitDataset|call)$/;

function moduleMatters(module: Module): boolean {
  const before = known.get(module.source);
  if (before !== undefined) return before;
  const matters = mayHandleTensors(module.source.text);
  known.set(module.source, matters);
  return matters;
}

const ops = new WeakMap<Module, RegExp | null>();

/** Names that a module imports from TensorFlow.js one by one: `import {log} from …`. */
function importedOps(module: Module): RegExp | null {
  const before = ops.get(module);
  if (before !== undefined) return before;
  const names = [...module.imports]
    .filter(([, { specifier }]) => tensorFlowPath(specifier) !== undefined)
    .map(([local]) => local);
  const pattern =
    names.length === 0
      ? null
      : new RegExp(`\\b(?:${names.map((name) => name.replaceAll('$', '\\$')).join('|')})\\b`);
  ops.set(module, pattern);
  return pattern;
}

const namesIn = (pattern: RegExp | null, text: string): boolean => pattern?.test(text) ?? false;

const textOf = (node: ts.Node): string => node.getSourceFile().text.slice(node.pos, node.end);
