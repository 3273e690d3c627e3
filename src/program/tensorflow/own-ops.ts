import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { opNamed } from '../../ops/table.js';
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { ImportedName } from '../module.js';
import type { Scope } from '../scope.js';
import { callTensorFlow } from './tensorflow.js';
import type { Value } from '../values.js';
import { argumentValues } from '../javascript/arguments.js';

/** Where ops of TensorFlow.js that are not under `tf` itself are found. */
const NAMESPACES = ['', 'losses.', 'linalg.', 'image.', 'signal.', 'spectral.', 'fused.', 'math.'];

const OPERATION_MODULE = /(?:^|\/)operation(?:\.js)?$/;

/** Files of TensorFlow.js whose functions are known by their names, and not entered. */
export const isModelled = (specifier: string): boolean =>
  OPERATION_MODULE.test(specifier) || CONVERSION_MODULE.test(specifier);

const CONVERSION_MODULE = /(?:^|\/)tensor_util_env(?:\.js)?$/;

/** Functions under `tf` that are not made by `op`, by the file that has them. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  globals: ['tidy', 'keep', 'dispose', 'time', 'profile'],
  gradients: ['customGrad', 'grad', 'grads', 'valueAndGrad', 'valueAndGrads', 'variableGrads'],
  ...Object.fromEntries(
    [
      'scalar',
      'zeros',
      'ones',
      'fill',
      'linspace',
      'range',
      'complex',
      'tensor',
      'tensor1d',
      'tensor2d',
      'tensor3d',
      'tensor4d',
    ].map((name) => [name, [name]]),
  ),
};

/**
 * TensorFlow.js makes its own ops by `export const log = op({log_})`, with `op` from its file `operation`. Read like other
 * code that would be a function around a function; it is the op of that name. An op that the table does not have is the
 * function it is made of.
 */
export function ownOp(lowering: Lowering, call: ts.CallExpression, scope: Scope): Value | undefined {
  const [made] = call.arguments;
  if (!ts.isIdentifier(call.expression) || made === undefined) return undefined;
  const imported = lowering.frame?.module.imports.get(call.expression.text);
  if (imported === undefined) return undefined;
  // Every op of the library begins with this; what comes out is what went in, as a tensor.
  if (imported.name === 'convertToTensor' && CONVERSION_MODULE.test(imported.specifier))
    return lowering.evaluate(made, scope);
  if (isOwnFunction(lowering, imported))
    return callTensorFlow(lowering, imported.name, argumentValues(lowering, call.arguments, scope), call);
  if (imported.name !== 'op' || !OPERATION_MODULE.test(imported.specifier)) return undefined;
  const [property] = ts.isObjectLiteralExpression(made) ? made.properties : [];
  if (property?.name === undefined || !ts.isIdentifier(property.name)) return undefined;
  const name = property.name.text.replace(/_$/, '');
  const path = NAMESPACES.map((namespace) => namespace + name).find(
    (candidate) => opNamed(candidate) !== undefined,
  );
  const object = lowering.evaluate(made, scope);
  if (path !== undefined) return { kind: 'tensorflow', path };
  return object.kind === 'object' ? object.fields.get(property.name.text) : undefined;
}

/** Whether an imported function is one that TensorFlow.js gives its users as it is. */
function isOwnFunction(lowering: Lowering, imported: ImportedName): boolean {
  const known = ownFunctions.get(imported) ?? looksOwn(lowering, imported);
  ownFunctions.set(imported, known);
  return known;
}

const ownFunctions = new WeakMap<ImportedName, boolean>();

function looksOwn(lowering: Lowering, { specifier, name }: ImportedName): boolean {
  const [, file] = /^\.{1,2}\/(?:.*\/)?(\w+)(?:\.js)?$/.exec(specifier) ?? [];
  if (file === undefined || !Object.hasOwn(FUNCTIONS, file) || !FUNCTIONS[file]!.includes(name)) return false;
  const module = lowering.modules.resolve(specifier, lowering.frame!.module);
  return module !== undefined && isLibrary(dirname(module.file));
}

const OPERATION_FILES = ['operation.ts', 'ops/operation.ts', 'operation.js', 'ops/operation.js'];

const libraries = new Map<string, boolean>();

/** The folder that has the file `operation`, and the one above it. */
function isLibrary(folder: string): boolean {
  const known =
    libraries.get(folder) ?? OPERATION_FILES.some((operation) => existsSync(join(folder, operation)));
  libraries.set(folder, known);
  return known;
}
