/**
 * Most functions of an application never touch a tensor. Whether one may is told by its text and by what it names, so
 * that it need not be run to be found irrelevant.
 */
import { tensorFlowPath } from '../../source/packages.js';
import { isMethod } from '../javascript/syntax.js';
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { ImportedName, Module } from '../module.js';
import { readExport } from '../javascript/modules.js';
import { standsForCode, type ClassValue, type FunctionValue, type Value } from '../values.js';
import { isShort } from '../budget.js';
import { methodOf } from '../javascript/members.js';

/** Whether a call of it is worth following. */
export const mayMatter = (lowering: Lowering, fn: FunctionValue): boolean =>
  fn.declaration.body === undefined || isShort(fn.declaration) || reachesSites(lowering, fn);

const SHORT_CLASS = 640;

/** A class matters if any of its code does. */
export function classMayMatter(type: ClassValue): boolean {
  const { declaration, superclass } = type;
  return declaration.end - declaration.pos <= SHORT_CLASS || superclass !== undefined || holdsSites(type);
}

/** Whether a function is worth a unit of its own: a site stands in it, or in what it may call. */
export function reachesSites(lowering: Lowering, fn: FunctionValue): boolean {
  if (lowering.everything) return true;
  return knownToReach(lowering, fn.declaration) ?? new Search(lowering).from(fn);
}

/** `(args) => new Dense(args)`: of what it makes nothing runs here but constructors, which leave its methods alone. */
export function onlyMakesObject(lowering: Lowering, fn: FunctionValue): boolean {
  const name = lowering.everything ? undefined : madeBy(fn.declaration);
  const type = name === undefined ? undefined : valueNamed(lowering, fn, name);
  if (type?.kind !== 'class') return false;
  for (let one: ClassValue | undefined = type; one !== undefined; one = classAbove(one))
    if (one.declaration.members.some((member) => runsWithNew(member) && doesMore(one!.module, member)))
      return false;
  return true;
}

/** Whether a constructor or a field does more than keep values: it has sites, or calls a method that may have some. */
const doesMore = (module: Module, member: ts.ClassElement): boolean =>
  hasSites(module, member) || OWN_METHOD.test(module.source.text.slice(member.pos, member.end));

/** `this.load(path)`, `super.load(path)`, and `start(this)` or `self = this`, which may call any. */
const OWN_METHOD = /\b(?:this|super)\s*\.\s*[\w$]+\s*\(|\bthis\s*[,;)\]]/;

/** The class that a function makes an object of, if it does nothing else: a parameter by default may be computed. */
function madeBy({ body, parameters }: FunctionValue['declaration']): string | undefined {
  if (parameters.some(({ initializer }) => initializer !== undefined)) return undefined;
  const [only, ...others] = body === undefined ? [] : ts.isBlock(body) ? body.statements : [body];
  const given = only !== undefined && ts.isReturnStatement(only) ? only.expression : only;
  if (given === undefined || others.length > 0 || !ts.isNewExpression(given)) return undefined;
  const isPlain = ts.isIdentifier(given.expression) && (given.arguments ?? []).every(ts.isIdentifier);
  return isPlain ? given.expression.text : undefined;
}

const runsWithNew = (member: ts.ClassElement): boolean =>
  ts.isConstructorDeclaration(member) || ts.isPropertyDeclaration(member);

/** True for good; false as of so many modules evaluated, for more of them give names a meaning. */
const reached = new WeakMap<ts.Node, true | number>();

function knownToReach({ evaluated }: Lowering, declaration: ts.Node): boolean | undefined {
  const known = reached.get(declaration);
  if (known === true) return true;
  return known === evaluated ? false : undefined;
}

/** Goes from a function to those that it names, until one has a site. */
class Search {
  private readonly seen = new Set<ts.Node>();

  constructor(private readonly lowering: Lowering) {}

  from(fn: FunctionValue): boolean {
    const found = this.visit(fn);
    // Of a search that found nothing, all places are known to lead nowhere.
    if (!found) for (const place of this.seen) reached.set(place, this.lowering.evaluated);
    return found;
  }

  private visit(fn: FunctionValue): boolean {
    const { declaration } = fn;
    if (this.seen.has(declaration)) return false;
    const known = knownToReach(this.lowering, declaration);
    if (known !== undefined) return known;
    this.seen.add(declaration);
    const found =
      holdsSites(fn) ||
      wordsOf(fn).some((word) => behind(this.lowering, fn, word).some((other) => this.follow(other)));
    if (found) reached.set(declaration, true);
    return found;
  }

  private follow(other: Reference): boolean {
    return other === 'site' || this.visit(other);
  }
}

type Reference = FunctionValue | 'site';

const words = new WeakMap<ts.Node, readonly string[]>();

/** The names in a function's text, those behind a dot with it. */
function wordsOf({ declaration, module }: FunctionValue): readonly string[] {
  const before = words.get(declaration);
  if (before !== undefined) return before;
  const text = module.source.text.slice(declaration.pos, declaration.end);
  const found = [...new Set(text.match(WORD))];
  words.set(declaration, found);
  return found;
}

/** The functions that stand behind a name. One that is not called may be handed on. */
const behind = (lowering: Lowering, fn: FunctionValue, word: string): readonly Reference[] =>
  word.startsWith('.') ? methodsBehind(fn, word.slice(1)) : namedBy(lowering, fn, word);

const WORD = /\.?[A-Za-z_$][\w$]*/g;

const NOTHING: readonly Reference[] = [];
const SITE: readonly Reference[] = ['site'];

/** What a name in a function stands for, if that is known. */
function valueNamed(lowering: Lowering, { scope, module }: FunctionValue, name: string): Value | undefined {
  const known = scope.find(name)?.variables.get(name);
  if (known !== undefined) return known;
  const imported = module.imports.get(name);
  const target = imported && lowering.modules.resolve(imported.specifier, module);
  return imported === undefined || target?.state !== 'done'
    ? undefined
    : readExport(lowering, target, imported.name);
}

function namedBy(lowering: Lowering, fn: FunctionValue, name: string): readonly Reference[] {
  const value = fn.scope.find(name)?.variables.get(name);
  if (value !== undefined) return behindValue(value);
  const imported = fn.module.imports.get(name);
  if (imported === undefined || tensorFlowPath(imported.specifier) !== undefined) return NOTHING;
  return behindImport(lowering, imported, fn.module);
}

/** `depth`: how far into objects and lists that hold values. */
function behindValue(value: Value, depth = 2): readonly Reference[] {
  switch (value.kind) {
    case 'function':
      return [value];
    case 'class':
      return behindClass(value);
    case 'tensorflow':
      return value.path === '' ? NOTHING : SITE;
    case 'module':
      return behindText(value.module);
    case 'method':
      return SITE;
    case 'native':
      // A gradient function, a bound function: what stands behind it was told when it was made.
      return standsForCode(value) ? SITE : NOTHING;
    case 'object': {
      const type = value.prototype === undefined ? NOTHING : behindClass(value.prototype);
      return depth === 0
        ? type
        : [...type, ...[...value.fields.values()].flatMap((one) => behindValue(one, depth - 1))];
    }
    case 'array':
      return depth === 0 ? NOTHING : value.elements.flatMap((one) => behindValue(one, depth - 1));
    default:
      return NOTHING;
  }
}

function behindClass(type: ClassValue): readonly Reference[] {
  for (let one: ClassValue | undefined = type; one !== undefined; one = classAbove(one)) {
    if (holdsSites(one)) return SITE;
  }
  return type.declaration.members.filter(isMethod).map((method) => methodValue(type, method));
}

const behindText = ({ sites }: Module): readonly Reference[] => (sites.mayGiveSites ? SITE : NOTHING);

/** A method of this name of the function's own class, or of one above it. */
function methodsBehind(fn: FunctionValue, name: string): readonly Reference[] {
  for (let type = fn.owner; type !== undefined; type = classAbove(type)) {
    const declaration = methodOf(type, name);
    if (declaration !== undefined) return [methodValue(type, declaration)];
  }
  return NOTHING;
}

const methodValue = (type: ClassValue, declaration: FunctionValue['declaration']): FunctionValue => ({
  kind: 'function',
  declaration,
  scope: type.scope,
  module: type.module,
  self: undefined,
  owner: type,
});

const classAbove = ({ superclass }: ClassValue): ClassValue | undefined =>
  superclass?.kind === 'class' ? superclass : undefined;

/** Of a module that has not run, or of a whole one, its text tells. */
function behindImport(
  lowering: Lowering,
  { specifier, name }: ImportedName,
  from: Module,
): readonly Reference[] {
  const target = lowering.modules.resolve(specifier, from);
  if (target === undefined) return NOTHING;
  if (name === '*' || target.state !== 'done') return behindText(target);
  const value = readExport(lowering, target, name);
  return value === undefined ? NOTHING : behindValue(value);
}

const holdsSites = ({ module, declaration }: FunctionValue | ClassValue): boolean =>
  hasSites(module, declaration);

const hasSites = ({ sites }: Module, { pos, end }: ts.Node): boolean => sites.within(pos, end);
