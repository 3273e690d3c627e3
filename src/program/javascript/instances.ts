/** Inputs whose declared type is a class of the project: they are taken for objects as a method of the class may find them. */
import { ts } from '../../source/typescript.js';
import { instanceNamed } from './classes.js';
import type { TypeClaim } from '../claims/type-claims.js';
import type { Lowering } from '../lowering.js';
import { readExport, readImport, readTypeImport } from './modules.js';
import { classMayMatter } from '../selection/relevance.js';
import type { ClassValue, InputValue, ObjectValue, Value } from '../values.js';
import { isAbstract, methodOf } from './members.js';
import type { Module } from '../module.js';

/**
 * The object that an input is, if its type says so and nothing showed otherwise. Of an abstract class there are none.
 * `method`: what is called of it, where something is.
 */
export function asInstance(lowering: Lowering, value: InputValue, method?: string): ObjectValue | undefined {
  if (value.form.kind === 'instance') return value.form.object;
  if (value.form.kind !== 'undetermined') return undefined;
  const { claim, place } = value;
  const type =
    claim !== undefined
      ? classClaimed(lowering, claim, place.getSourceFile())
      : method === undefined
        ? undefined
        : classOfName(lowering, value, method);
  if (type === undefined || isAbstract(type) || !classMayMatter(type)) return undefined;
  const object: ObjectValue = { ...instanceNamed(lowering, type, value.name), given: true };
  value.form = { kind: 'instance', object };
  return object;
}

/** The class that a type names, or the only one that implements the interface that it is. */
function classClaimed(lowering: Lowering, claim: TypeClaim, file: ts.SourceFile): ClassValue | undefined {
  if (claim.kind === 'other' && claim.name !== undefined)
    return classNamed(lowering, claim.name, claim.from, file);
  const [only, ...others] =
    claim.kind === 'object' && claim.of !== undefined ? (lowering.implementations.get(claim.of) ?? []) : [];
  return others.length === 0 ? only : undefined;
}

function classNamed(
  lowering: Lowering,
  name: string,
  from: string | undefined,
  file: ts.SourceFile,
): ClassValue | undefined {
  const module = lowering.modules.moduleOf(file);
  if (module === undefined) return undefined;
  const target = from === undefined ? undefined : lowering.modules.resolve(from, module);
  if (from !== undefined) return target && asClass(readExport(lowering, target, name));
  return asClass(
    module.scope.variables.get(name) ??
      readImport(lowering, module, name) ??
      readTypeImport(lowering, module, name),
  );
}

const asClass = (value: Value | undefined): ClassValue | undefined =>
  value?.kind === 'class' ? value : undefined;

/**
 * Where no type says what a parameter is, its name may: `vae` in a file that has or imports a class `VAE`, `scaler` beside
 * a `StandardScaler`. The class has to be the only one of such a name, and to have the method that is called.
 */
function classOfName(
  lowering: Lowering,
  { name, place }: InputValue,
  method: string,
): ClassValue | undefined {
  const module = lowering.modules.moduleOf(place.getSourceFile());
  const word = name.split('.').at(-1)!.toLowerCase();
  if (module === undefined || word.length < SHORTEST) return undefined;
  const [only, ...others] = new Set(
    classNames(module).filter((type) => isNamedAfter(word, type.toLowerCase())),
  );
  if (only === undefined || others.length > 0) return undefined;
  const type = asClass(module.scope.variables.get(only) ?? readImport(lowering, module, only));
  return type !== undefined && methodOf(type, method) !== undefined ? type : undefined;
}

/** Shorter names are those of any object. */
const SHORTEST = 3;

const isNamedAfter = (word: string, type: string): boolean =>
  type.endsWith(word) || type.startsWith(word) || word.endsWith(type);

interface Capitals {
  readonly among: number;
  readonly names: readonly string[];
}

/** By module: each call of a method of a parameter asks, and a file may declare thousands of names. */
const capitals = new WeakMap<Module, Capitals>();

/** What is written with a capital, as classes are: of the file itself, and of what it imports. */
function classNames(module: Module): readonly string[] {
  const { imports, scope } = module;
  const among = imports.size + scope.variables.size;
  const before = capitals.get(module);
  if (before?.among === among) return before.names;
  const names = [...imports.keys(), ...scope.variables.keys()].filter((name) => /^[A-Z]/.test(name));
  capitals.set(module, { among, names });
  return names;
}
