import { opNamed } from '../ops/table.js';
import { ts } from '../source/typescript.js';
import { evaluate } from './expressions.js';
import type { Lowering } from './lowering.js';
import type { Scope } from './scope.js';
import type { Value } from './values.js';

/** Where ops of TensorFlow.js that are not under `tf` itself are found. */
const NAMESPACES = ['', 'losses.', 'linalg.', 'image.', 'signal.', 'spectral.', 'fused.', 'math.'];

const OPERATION_MODULE = /(?:^|\/)operation(?:\.js)?$/;

const CONVERSION_MODULE = /(?:^|\/)tensor_util_env(?:\.js)?$/;

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
  if (imported.name === 'convertToTensor' && CONVERSION_MODULE.test(imported.specifier)) return evaluate(lowering, made, scope);
  if (imported.name !== 'op' || !OPERATION_MODULE.test(imported.specifier)) return undefined;
  const [property] = ts.isObjectLiteralExpression(made) ? made.properties : [];
  if (property?.name === undefined || !ts.isIdentifier(property.name)) return undefined;
  const name = property.name.text.replace(/_$/, '');
  const path = NAMESPACES.map((namespace) => namespace + name).find((candidate) => opNamed(candidate) !== undefined);
  const object = evaluate(lowering, made, scope);
  if (path !== undefined) return { kind: 'tensorflow', path };
  return object.kind === 'object' ? object.fields.get(property.name.text) : undefined;
}
