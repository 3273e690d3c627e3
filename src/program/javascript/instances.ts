/** Inputs whose declared type is a class of the project: they are taken for objects as a method of the class may find them. */
import { ts } from '../../source/typescript.js';
import { instanceNamed } from './classes.js';
import type { TypeClaim } from '../claims/type-claims.js';
import type { Lowering } from '../lowering.js';
import { readExport, readImport, readTypeImport } from './modules.js';
import { classMayMatter } from '../selection/relevance.js';
import type { ClassValue, InputValue, ObjectValue, Value } from '../values.js';
import { isAbstract } from './members.js';

/** The object that an input is, if its type says so and nothing showed otherwise. Of an abstract class there are none. */
export function asInstance(lowering: Lowering, value: InputValue): ObjectValue | undefined {
  if (value.form.kind === 'instance') return value.form.object;
  const { claim } = value;
  if (value.form.kind !== 'undetermined' || claim === undefined) return undefined;
  const type = classClaimed(lowering, claim, value.place.getSourceFile());
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
