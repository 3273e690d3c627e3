/** Layers that are classes of the project: what `call` makes of a tensor, or what `computeOutputShape` says of it. */
import { assumedInput, unknownRange } from '../../facts/range.js';
import type { Shape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { classUnit } from '../javascript/lives.js';
import type { Lowering } from '../lowering.js';
import { array, record, type ClassValue, type ObjectValue, type TensorValue, type Value } from '../values.js';
import { sizes } from './layer-call.js';
import { spanOf } from '../../source/span.js';
import type { Output } from './model-results.js';
import { methodOf } from '../javascript/members.js';

/** What each is of the tensors that it gives; undefined where that is not known. */
export function outputsOfOwn(
  lowering: Lowering,
  layer: ObjectValue,
  inputs: readonly Output[],
): readonly Output[] | undefined {
  const type = layer.prototype;
  if (type === undefined || inputs.length === 0 || inputs.some(({ shape }) => shape === undefined))
    return undefined;
  let outputs: readonly Output[] | undefined;
  // Weights are made for the shape that this model has; another model may give the class another one.
  lowering.journal.attempt(() =>
    lowering.rehearse(classUnit(type, 'possible'), () => {
      const tensors = inputs.map((input) => tensorOf(lowering, type, input));
      const shapes = tensors.map((tensor) => lowering.getProperty(tensor, 'shape', type.declaration));
      const oneShape = shapes.length === 1 ? shapes[0]! : array(shapes);
      const run = (name: string, ...args: readonly Value[]): Value | undefined =>
        callMethod(lowering, layer, type, name, args);
      lowering.call({ ...type, self: undefined }, undefined, () => {
        run('build', oneShape);
        // A model hands over a list, also of one tensor.
        outputs =
          tensorsOf(run('call', array(tensors), record())) ??
          declared(lowering, run('computeOutputShape', oneShape));
      });
    }),
  );
  return outputs;
}

/** `layer.apply(x)` of a layer of the project, with a tensor: it builds its weights for this shape, and is called. */
export function applyOwn(
  lowering: Lowering,
  layer: ObjectValue,
  [x, options]: readonly Value[],
  place: ts.Node,
): Value | undefined {
  const type = layer.prototype;
  const shape = x?.kind === 'tensor' && x.node.shape !== undefined;
  if (type === undefined || !shape || methodOf(type, 'call') === undefined) return undefined;
  callMethod(lowering, layer, type, 'build', [lowering.getProperty(x, 'shape', place)], place);
  return callMethod(lowering, layer, type, 'call', [x, options ?? record()], place);
}

/** A layer of the project that is put behind something: it builds its weights for that shape, and is called with it. */
export function runOwn(
  lowering: Lowering,
  layer: ObjectValue,
  input: Shape,
  place: ts.Node | undefined,
): void {
  const type = layer.prototype;
  if (type === undefined || lowering.rehearsing || methodOf(type, 'call') === undefined) return;
  // Another model may give it another shape.
  lowering.journal.attempt(() => {
    const x = tensorOf(lowering, type, { shape: input, range: assumedInput() });
    const at = place ?? type.declaration;
    callMethod(lowering, layer, type, 'build', [lowering.getProperty(x, 'shape', at)], at);
    callMethod(lowering, layer, type, 'call', [array([x]), record()], at);
  });
}

function tensorOf(lowering: Lowering, type: ClassValue, { shape, range }: Output): TensorValue {
  const facts = { shape, dtype: 'float32' as const, range };
  return { kind: 'tensor', node: lowering.builder.input('inputs', facts, spanOf(type.declaration)) };
}

function callMethod(
  lowering: Lowering,
  layer: ObjectValue,
  type: ClassValue,
  name: string,
  args: readonly Value[],
  place?: ts.Node,
): Value | undefined {
  const declaration = methodOf(type, name);
  if (declaration === undefined) return undefined;
  const method = lowering.getProperty(layer, name, declaration);
  return lowering.callValue(method, args, place ?? declaration);
}

function tensorsOf(value: Value | undefined): readonly Output[] | undefined {
  const values = value?.kind === 'array' && value.rest === undefined ? value.elements : [value];
  if (!values.every((each) => each?.kind === 'tensor')) return undefined;
  const outputs = values.map(({ node }): Output => ({ shape: node.shape, range: node.range }));
  return outputs.every(({ shape }) => shape !== undefined) ? outputs : undefined;
}

function declared(lowering: Lowering, value: Value | undefined): readonly Output[] | undefined {
  const shape = sizes(lowering.builder, value);
  return shape && [{ shape, range: unknownRange() }];
}
