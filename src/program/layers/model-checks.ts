/** Where the code puts a model together, or hands it data: what is asked of the shapes there, as nodes of the program. */
import { assumedInput } from '../../facts/range.js';
import { dim, type Shape } from '../../facts/shape.js';
import { defaultsOf } from '../../ops/defaults.js';
import type { Attributes } from '../../ops/row.js';
import { opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import { toAttribute, toOperand } from '../tensorflow/operands.js';
import { lossGiven } from '../tensorflow/datasets.js';
import type { Node } from '../node.js';
import { rememberWriting } from '../written.js';
import { runOwn } from './own-layers.js';
import { layerFault } from './layer-faults.js';
import { layerCallOf, outputOf, shapesTaken, shapesTakenAsMade } from './model-outputs.js';
import { asString, type LayerValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';

/** A layer that refuses what it is put behind. */
export function checkLayer(
  lowering: Lowering,
  layer: Value,
  input: Shape | undefined,
  place?: ts.Node,
): void {
  const own = layer.kind === 'layer' && layer.type === 'custom' ? layer.config : layer;
  if (own?.kind === 'object' && input !== undefined) runOwn(lowering, own, input, place);
  if (layer.kind !== 'layer' || layer.place === undefined || input === undefined) return;
  const fault = layerFault(layer.type, layerCallOf(lowering, layer), input);
  if (fault === undefined) return;
  const span = spanOf(layer.place);
  const facts = { shape: input, dtype: 'float32' as const, range: assumedInput() };
  const x = lowering.builder.input('what comes in', facts, span);
  const config = layer.config === undefined ? {} : toAttribute(layer.config);
  lowering.builder.op(opNamed('layers.apply')!, { x }, { implied: layer.type, config, fault }, span);
}

/** Layers one behind the other, as a sequential model is given them. */
export function checkSequence(lowering: Lowering, layers: readonly Value[], place: ts.Node): void {
  layers.forEach((layer, index) => {
    if (index > 0) checkLayer(lowering, layer, outputOfSequence(lowering, layers.slice(0, index)), place);
  });
}

/** `model.add(layer)`. */
export function checkLayerOf(lowering: Lowering, model: LayerValue, layer: Value, place: ts.Node): void {
  const before = certainLayers(model);
  if (before !== undefined) checkLayer(lowering, layer, outputOfSequence(lowering, before), place);
}

/** The layers of a sequential model; undefined where other ways that lead here would have left others. */
function certainLayers({ type, layers }: LayerValue): readonly Value[] | undefined {
  const isCertain = layers.every((layer) =>
    layer.kind === 'layer' ? layer.type !== 'either' : layer.kind === 'object',
  );
  return type === 'sequential' && isCertain ? layers : undefined;
}

const outputOfSequence = (lowering: Lowering, layers: readonly Value[]): Shape | undefined =>
  layers.length === 0
    ? undefined
    : outputOf(lowering, { kind: 'layer', type: 'sequential', config: undefined, layers, id: 0 }).shape;

/** What a model gives, if it gives one tensor and nothing about it depends. */
function outputOfModel(lowering: Lowering, model: LayerValue): Shape | undefined {
  if (model.type === 'model') return outputOf(lowering, model).shape;
  const layers = certainLayers(model);
  return layers && outputOfSequence(lowering, layers);
}

/** `model.predict(x)`: an example has the shape that the model declares; a single one needs a batch all the same. */
export function checkInput(
  lowering: Lowering,
  model: LayerValue,
  x: Value | undefined,
  place: ts.Node,
  promotes = true,
): void {
  const certain = shapesTaken(lowering, model);
  // A claim, as long as nobody is seen to hand the model over.
  const asMade = certain.length === 0;
  const expected = asMade ? shapesTakenAsMade(lowering, model) : certain;
  const given = x?.kind === 'array' ? x.elements : [x];
  if (expected.length !== given.length) return;
  expected.forEach((shape, index) =>
    expect(lowering, given[index], shape, { role: 'input', promotes, asMade }, place),
  );
}

/** `model.fit(x, y)`: targets have the shape of what the model gives, but for the classes of sparse ones. */
export function checkTarget(
  lowering: Lowering,
  model: LayerValue,
  y: Value | undefined,
  place: ts.Node,
  promotes = true,
): void {
  const loss = lossGiven(model);
  const isOne = loss?.kind === 'constant' || loss?.kind === 'function' || loss?.kind === 'tensorflow';
  const shape = outputOfModel(lowering, model);
  if (!isOne || shape === undefined || shape.length < 2) return;
  const column = columnOfClasses(loss, shape);
  expect(lowering, y, column ?? shape, { role: 'target', promotes }, place);
  const classes = shape.at(-1)!.size;
  if (column !== undefined && typeof classes === 'number' && y?.kind === 'tensor')
    lowerSparseClasses(lowering, y.node, { depth: classes, implied: asString(loss)! }, place);
}

/** What `sparseCategoricalCrossentropy` makes of the numbers of classes first. */
function lowerSparseClasses({ builder }: Lowering, labels: Node, classes: Attributes, place: ts.Node): void {
  const span = spanOf(place);
  const indices = builder.op(opNamed('cast')!, { x: labels }, { dtype: 'int32' }, span);
  builder.op(opNamed('oneHot')!, { indices }, { ...defaultsOf(opNamed('oneHot')!), ...classes }, span);
}

/** Labels that are the number of a class each: what the loss that a model is compiled with takes, its metrics are given. */
export const columnOfClasses = (loss: Value | undefined, output: Shape | undefined): Shape | undefined =>
  output !== undefined && asString(loss) === 'sparseCategoricalCrossentropy'
    ? [...output.slice(0, -1), dim(1, { one: 'structural' })]
    : undefined;

interface Role {
  readonly role: 'input' | 'target';
  readonly promotes: boolean;
  readonly asMade?: boolean;
}

function expect(
  lowering: Lowering,
  value: Value | undefined,
  expected: Shape | undefined,
  role: Role,
  place: ts.Node,
): void {
  if (value?.kind !== 'tensor' || value.node.shape === undefined || expected === undefined) return;
  const attributes = { expected: { shape: expected.slice(1) }, ...role };
  const x = toOperand(lowering, value, spanOf(place));
  if (x === undefined) return;
  const node = lowering.builder.op(opNamed('model.example')!, { x }, attributes, spanOf(place));
  // `fit(xs, ys)`, but `fitDataset(dataset)`.
  const isSecond = role.role === 'target' && role.promotes;
  rememberWriting(node, place, isSecond ? ['model', 'input', 'x'] : ['model', 'x'], true);
}
