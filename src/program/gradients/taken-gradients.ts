/** Functions that take gradients: `tf.grad` and the like, and by what they take them. */
import { assumedInput } from '../../facts/range.js';
import type { ts } from '../../source/typescript.js';
import { asTensor } from '../claims/inputs.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import type { GradientParameters } from '../gradient.js';
import type { Node, Gradient } from '../node.js';
import { array, nodesIn, standsForCode, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';

/**
 * `tf.grad(f)` is a function; called with tensors, f runs under a gradient. `tf.grads` takes a list. Where nothing is seen to
 * call it, f is differentiated all the same.
 */
export function gradientOf(
  lowering: Lowering,
  fn: Value | undefined,
  by: GradientParameters,
  place: ts.Node,
  result: (gradients: Value, value: Value) => Value,
): Value {
  if (fn?.kind === 'function') lowering.gradientsMade.set(fn.declaration, by);
  return {
    kind: 'native',
    name: 'gradient',
    call: (args) => {
      const inputs = args[0]?.kind === 'array' ? iterate(lowering, args[0]).elements : args.slice(0, 1);
      const value = lowering.differentiated(
        () =>
          fn !== undefined && isDifferentiable(fn)
            ? lowering.callValue(fn, inputs, place)
            : lowering.unknown('unresolved call'),
        () => inputs.flatMap(nodeOf),
      );
      const gradients = inputs.map((input): Value => gradientLike(lowering, input, value, place));
      return result(
        args[0]?.kind === 'array' ? array(gradients) : (gradients[0] ?? lowering.unknown('unresolved call')),
        value,
      );
    },
  };
}

/** A function of the project, of TensorFlow.js, or the gradient of one: a gradient can be taken of a gradient. */
const isDifferentiable = (fn: Value): boolean =>
  fn.kind === 'function' || fn.kind === 'tensorflow' || (fn.kind === 'native' && standsForCode(fn));

/** A gradient has the shape of what it is taken with respect to, and may be what any float tensor may be. */
function gradientLike(lowering: Lowering, value: Value, loss: Value, place: ts.Node): Value {
  const node =
    value.kind === 'tensor'
      ? value.node
      : value.kind === 'input'
        ? asTensor(lowering, value)?.node
        : undefined;
  const made = lowering.builder.unknown('unknown element', spanOf(place));
  const operands = { of: nodesIn(loss) };
  const facts = { shape: node?.shape, dtype: 'float32' as const, range: assumedInput() };
  return { kind: 'tensor', node: { ...made, operands, ...facts } };
}

const nodeOf = (value: Value): Node[] => {
  if (value.kind === 'tensor') return [value.node];
  return value.kind === 'input' && value.form.kind === 'tensor' ? [value.form.value.node] : [];
};

/** The variables that a gradient is taken by, where they are listed one by one. */
export function variablesGiven(list: Value | undefined): Gradient['by'] {
  if (list?.kind !== 'array' || list.rest !== undefined) return 'variables';
  const nodes = list.elements.flatMap(nodeOf);
  return nodes.length === list.elements.length ? nodes : 'variables';
}
