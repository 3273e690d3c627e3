/** What comes out where a layer or model is applied, to tensors or to symbols. */
import { assumedInput } from '../../facts/range.js';
import { isOpen, ofRank } from '../../facts/open-shape.js';
import { dim, type Shape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import { asTensor } from '../claims/inputs.js';
import type { Lowering } from '../lowering.js';
import { merged } from './merge-layers.js';
import { checkLayer } from './model-checks.js';
import type { Node } from '../node.js';
import { formOf } from '../shapes/open-shape.js';
import { toOperand } from '../tensorflow/operands.js';
import { outputOf, outputsOf, shapesTaken } from './model-outputs.js';
import { array, type LayerValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import { resultOf, type Output } from './model-results.js';

/**
 * What comes out of a layer or model: its shape as far as the configuration tells, its range by the last activation.
 * `predict` takes a row of numbers for as many examples of one number each.
 */
export function applied(
  lowering: Lowering,
  layer: LayerValue,
  input: Value | undefined,
  place: ts.Node,
  promotes = false,
): Value {
  if (input === undefined) return lowering.unknown('unresolved call');
  if (isSymbolic(input)) return symbolic(lowering, layer, input, place);
  const operands = operandsOf(lowering, input, place);
  const taken = operands.some((node) => node?.shape === undefined) ? shapesTaken(lowering, layer) : [];
  const inputs = operands.map((node, index): Output => {
    const column =
      promotes && node?.shape?.length === 1 ? [...node.shape, dim(1, { one: 'data' })] : undefined;
    return { shape: column ?? node?.shape ?? ofRankTaken(node, taken[index]), range: assumedInput() };
  });
  const several = operands.filter((node) => node !== undefined);
  const operand = input.kind === 'array' ? several : operands[0];
  const outputs = outputsOf(lowering, layer, ...inputs);
  if (outputs !== undefined) {
    const results = outputs.map((each) => resultOf(lowering, each, undefined, place, isTrained(layer)));
    lowering.answered(
      layer.of ?? layer,
      results.map(({ node }) => node),
    );
    return array(results);
  }
  const result = merged(lowering, layer, operands, place);
  if (result !== undefined) return result;
  const output = resultOf(lowering, outputOf(lowering, layer, ...inputs), operand, place, isTrained(layer));
  lowering.answered(layer.of ?? layer, output.node);
  return output;
}

/** `x.slice([0, 0], [1, width])` of any rank, as it is where the model that takes it asks for two axes: one example. */
function ofRankTaken(node: Node | undefined, taken: Shape | undefined): Shape | undefined {
  const form = node && formOf(node);
  if (form === undefined || taken === undefined || !isOpen(form)) return undefined;
  const { front, rest, back } = form;
  const between = taken.length - front.length - back.length;
  return between < 0 ? undefined : ofRank(form, between + rest.first + rest.last);
}

/** The weights of a `tf.GraphModel` are no variables: a gradient gets through it, and to none of them. */
const isTrained = ({ type, of }: LayerValue): boolean =>
  type !== 'loadGraphModel' && !(of?.claim?.kind === 'other' && of.claim.name === 'GraphModel');

/** What a layer makes of symbols: another one, or several. */
function symbolic(lowering: Lowering, layer: LayerValue, input: Value, place: ts.Node): Value {
  if (input.kind === 'layer') checkLayer(lowering, layer, outputOf(lowering, input).shape, place);
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
