/** The concrete reading of a row: the call of the real library. */
import type { ConcreteCall, OpRow, TensorFlow } from './row.js';

/** Runs the op on real tensors: `tf.op(...)` in the order of its parameters, or as its row says. */
export function runOp(tf: TensorFlow, row: OpRow, call: ConcreteCall): unknown {
  if (row.run) return row.run(tf, call);
  const { owner, method } = resolve(tf, row.name);
  return owner[method](...orderedArguments(row, call));
}

/** The arguments in order, without trailing ones that were not given. */
function orderedArguments(row: OpRow, call: ConcreteCall): unknown[] {
  const values = row.parameters.map(({ name }) =>
    name in call.operands ? call.operands[name] : call.attributes[name],
  );
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  return values;
}

/** `image.resizeBilinear` is a method of `tf.image`. */
function resolve(tf: TensorFlow, name: string): { owner: TensorFlow; method: string } {
  const path = name.split('.');
  const method = path.pop()!;
  return { owner: under(tf, path), method };
}

/** What stands under a path of the namespace; under the empty path the namespace itself. */
export const under = (tf: TensorFlow, path: readonly string[]): TensorFlow =>
  path.reduce((owner, part) => owner[part], tf);
