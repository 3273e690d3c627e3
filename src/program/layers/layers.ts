import { assumedInput } from '../../facts/range.js';
import { dim, type Shape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { callValue, isCallable, unresolvedCall } from '../javascript/calls.js';
import { derivedDataset, elementOf, lowerDatasetLoss, rememberLoss } from '../tensorflow/datasets.js';
import { lowerNamedLoss, lowerOptimizer } from '../tensorflow/implied.js';
import { asTensor } from '../claims/inputs.js';
import type { Lowering } from '../lowering.js';
import { loop } from '../control/loops.js';
import { sizes } from './layer-call.js';
import { merged } from './merge-layers.js';
import { checkInput, checkLayer, checkLayerOf, checkSequence, checkTarget } from './model-checks.js';
import type { Node } from '../node.js';
import { Fields, nextNumber } from '../scope.js';
import { toOperand } from '../tensorflow/operands.js';
import { outputOf, outputsOf } from './model-outputs.js';
import { callFunction } from '../javascript/functions.js';
import { array, asString, record, UNDEFINED, type LayerValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import { resultOf, type Output } from './model-results.js';
import { lowerLosses } from './given-losses.js';
import { variablesGiven } from '../gradients/taken-gradients.js';

const FACTORIES =
  /^(layers\.\w+|sequential|model|input|loadLayersModel|loadGraphModel|train\.\w+|data\.\w+|initializers\.\w+|regularizers\.\w+|constraints\.\w+|callbacks\.\w+)$/;

export const isLayerFactory = (path: string): boolean => FACTORIES.test(path);

let nextId = 1;

export function createLayer(lowering: Lowering, path: string, args: readonly Value[], place: ts.Node): Value {
  lowerOptimizer(lowering, path, args, place);
  const config = args[0];
  const layers =
    path === 'sequential' && config?.kind === 'object' ? listed(config.fields.get('layers')) : [];
  if (path === 'sequential') checkSequence(lowering, layers);
  return {
    kind: 'layer',
    type: path === 'layers.input' ? 'input' : path,
    config: asGiven(config),
    layers,
    id: nextId++,
    made: nextNumber(),
    settings: args[1],
    place,
  };
}

/** A layer reads its configuration when it is made: what is written into the object later is for the next one. */
const asGiven = (config: Value | undefined): Value | undefined =>
  config?.kind === 'object' ? { ...config, fields: new Fields(config.fields) } : config;

const listed = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'array' ? value.elements : [];

/** A method of a layer, model, optimizer or dataset. */
export function callLayer(
  lowering: Lowering,
  layer: LayerValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  switch (name) {
    case 'add':
      if (args[0] !== undefined) {
        checkLayerOf(lowering, layer, args[0]);
        lowering.journal.writeLayers(layer, [...layer.layers, args[0]]);
      }
      return UNDEFINED;
    case 'predict':
    case 'predictOnBatch':
      checkInput(lowering, layer, args[0], place, name === 'predict');
      return applied(lowering, layer, args[0], place);
    case 'apply':
    case 'execute':
    case 'call':
      return applied(lowering, layer, args[0], place);
    case 'fit':
    case 'evaluate':
    case 'trainOnBatch':
      checkInput(lowering, layer, args[0], place);
      checkTarget(lowering, layer, args[1], place);
      return unresolvedCall(lowering, args, place);
    case 'compile': {
      const config = args[0]?.kind === 'object' ? args[0] : undefined;
      const output = outputOf(lowering, layer);
      lowerLosses(lowering, config?.fields.get('loss'), 'yes', output);
      lowerLosses(lowering, config?.fields.get('metrics'), 'no', output);
      rememberLoss(layer, config?.fields.get('loss'));
      lowerNamedLoss(lowering, layer, config?.fields.get('loss'), output, place);
      return UNDEFINED;
    }
    case 'minimize':
    case 'computeGradients': {
      const fn = args[0];
      const value =
        fn?.kind === 'function'
          ? lowering.differentiated(
              () => callFunction(lowering, fn, [], place),
              () => variablesGiven(args[name === 'minimize' ? 2 : 1]),
            )
          : lowering.unknown('unresolved call');
      return name === 'minimize'
        ? value
        : record([
            ['value', value],
            ['grads', lowering.unknown('unknown element')],
          ]);
    }
    case 'addWeight': {
      const shape = weightShape(lowering, args[1]);
      const label = asString(args[0]) ?? 'weight';
      const node = lowering.builder.input(
        label,
        { shape, dtype: 'float32', range: assumedInput() },
        spanOf(place),
        { trained: true },
      );
      return { kind: 'tensor', node };
    }
    case 'fitDataset':
    case 'evaluateDataset':
      lowerDatasetLoss(lowering, layer, args[0], outputOf(lowering, layer), place);
      return unresolvedCall(lowering, args, place);
    case 'map':
    case 'mapAsync':
    case 'batch':
    case 'shuffle':
    case 'prefetch':
    case 'repeat':
    case 'take':
    case 'skip':
    case 'filter':
      return derivedDataset(lowering, layer, name, args, place);
    case 'forEachAsync': {
      const [each] = args;
      const element = elementOf(lowering, layer);
      if (each === undefined || !isCallable(each) || element === undefined)
        return unresolvedCall(lowering, args, place);
      // Any number of times, with elements like this one.
      loop(lowering, () => {
        callValue(lowering, each, [element], place);
        return { enters: undefined, completion: 'next' };
      });
      return UNDEFINED;
    }
    default:
      return unresolvedCall(lowering, args, place);
  }
}

/** An axis of one is there because the weight is so made. */
const weightShape = (lowering: Lowering, value: Value | undefined): Shape | undefined =>
  sizes(lowering.builder, value)?.map((d) => (d.size === 1 ? dim(1, { one: 'structural' }) : d));

/** What comes out of a layer or model: its shape as far as the configuration tells, its range by the last activation. */
function applied(lowering: Lowering, layer: LayerValue, input: Value | undefined, place: ts.Node): Value {
  if (input === undefined) return lowering.unknown('unresolved call');
  if (isSymbolic(input)) return symbolic(lowering, layer, input, place);
  const operands = operandsOf(lowering, input, place);
  const inputs = operands.map((node): Output => ({ shape: node?.shape, range: assumedInput() }));
  const operand = input.kind === 'array' ? undefined : operands[0];
  const outputs = outputsOf(lowering, layer, ...inputs);
  if (outputs !== undefined) {
    const results = outputs.map((each) => resultOf(lowering, each, undefined, place));
    lowering.answered(
      layer.of ?? layer,
      results.map(({ node }) => node),
    );
    return array(results);
  }
  const result = merged(lowering, layer, operands, place);
  if (result !== undefined) return result;
  const output = resultOf(lowering, outputOf(lowering, layer, ...inputs), operand, place);
  lowering.answered(layer.of ?? layer, output.node);
  return output;
}

/** What a layer makes of symbols: another one, or several. */
function symbolic(lowering: Lowering, layer: LayerValue, input: Value, place: ts.Node): Value {
  if (input.kind === 'layer') checkLayer(lowering, layer, outputOf(lowering, input).shape);
  else if (input.kind === 'array' && input.rest === undefined)
    merged(
      lowering,
      layer,
      input.elements.map((one) => standIn(lowering, one, place)),
      place,
    );
  const made = (output?: number): LayerValue => ({
    kind: 'layer',
    type: 'symbolic',
    config: input,
    layers: [input, layer],
    id: layer.id,
    output,
  });
  const several = outputsOf(lowering, layer);
  return several === undefined ? made() : array(several.map((_, index) => made(index)));
}

/** What goes through a symbol when the model runs. */
function standIn(lowering: Lowering, symbol: Value, place: ts.Node): Node | undefined {
  const { shape, range } = symbol.kind === 'layer' ? outputOf(lowering, symbol) : NOTHING_KNOWN;
  return shape && lowering.builder.input('what comes in', { shape, dtype: 'float32', range }, spanOf(place));
}

const NOTHING_KNOWN: Output = { shape: undefined, range: assumedInput() };

/** The tensors that a layer is given: one, or a list of them; of a list of unknown length none. */
function operandsOf(lowering: Lowering, input: Value, place: ts.Node): (Node | undefined)[] {
  const operandOf = (value: Value): Node | undefined =>
    toOperand(lowering, value.kind === 'input' ? (asTensor(lowering, value) ?? value) : value, spanOf(place));
  if (input.kind !== 'array') return [operandOf(input)];
  const isNumbers = input.elements.every(({ kind }) => kind === 'constant' || kind === 'number');
  return input.rest !== undefined || isNumbers ? [] : input.elements.map(operandOf);
}

/** What a model is built of, in place of tensors: `tf.input` and what layers make of it. */
const isSymbolic = (value: Value): boolean =>
  value.kind === 'layer' || (value.kind === 'array' && value.elements.some(isSymbolic));
