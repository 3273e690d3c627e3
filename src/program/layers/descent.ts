/** Where the code trains something linear by gradient descent, on numbers that it writes down: one node says all of it. */
import { growthPerStep, largestCurvature } from '../../facts/descent.js';
import { opNamed } from '../../ops/table.js';
import { writtenValues } from '../../ops/written-values.js';
import { spanOf } from '../../source/span.js';
import type { ts } from '../../source/typescript.js';
import { leastSquares, type LeastSquares } from '../gradients/least-squares.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import { lossGiven } from '../tensorflow/datasets.js';
import { toOperand } from '../tensorflow/operands.js';
import { asNumber, asString, type LayerValue, type Value } from '../values.js';
import { rememberWriting } from '../written.js';

/** How `fit` cuts what it is given, where nothing else is said. */
const BATCH = 32;
/** The rate of an optimizer that is named by a string (tfjs-layers/src/optimizers.ts). */
const NAMED_RATE = 0.01;

/** Closer to 1 the error grows so slowly that a little less, as a batch may give, is stable. */
const GROWS = 1.05;
/** As many powers of ten as the error grows by in the steps that are run: far beyond float32, far within float64. */
const POWERS = 45;

interface Steps {
  readonly rate: number;
  readonly momentum: number;
  /** The call that makes the optimizer. */
  readonly place: ts.Node | undefined;
}

const optimizers = new WeakMap<LayerValue, Value>();

/** Remembers the optimizer that a model was compiled with. */
export function rememberOptimizer(model: LayerValue, optimizer: Value | undefined): void {
  if (optimizer !== undefined) optimizers.set(model, optimizer);
}

/** `optimizer.minimize(() => loss)`: how often is up to the loop that it stands in. */
export function lowerMinimize(lowering: Lowering, optimizer: LayerValue, loss: Value, place: ts.Node): void {
  const steps = stepsOf(optimizer);
  const squares = steps && loss.kind === 'tensor' ? leastSquares(loss.node) : undefined;
  const rows = squares && rowsOf(squares);
  if (steps === undefined || squares === undefined || rows === undefined) return;
  lowerDescent(
    lowering,
    squares,
    steps,
    { rows, share: squares.isMean ? 1 / rows : 1, taken: undefined },
    place,
  );
}

/** `model.fit(x, y)` of a single dense layer without an activation. */
export function lowerFit(
  lowering: Lowering,
  model: LayerValue,
  [x, , config]: readonly Value[],
  place: ts.Node,
): void {
  const steps = stepsOf(optimizers.get(model));
  const layer = onlyDense(model);
  if (steps === undefined || layer === undefined || x === undefined || !isSquaredError(lossGiven(model)))
    return;
  const inputs = toOperand(lowering, x, spanOf(place));
  const units = asNumber(layer.get('units'));
  const rows = inputs && rowsIn(inputs);
  if (inputs === undefined || rows === undefined || units === undefined) return;
  const bias = layer.get('useBias');
  const constants = bias?.kind === 'constant' && bias.value === false ? 0 : 1;
  const fields = config?.kind === 'object' ? config.fields : undefined;
  const batch = fields?.has('batchSize') === true ? asNumber(fields.get('batchSize')) : BATCH;
  const epochs = fields?.has('epochs') === true ? asNumber(fields.get('epochs')) : 1;
  const taken = batch && epochs ? epochs * Math.ceil(rows / batch) : undefined;
  const squares = { columns: [inputs], scaled: [], constants, isMean: true };
  lowerDescent(lowering, squares, steps, { rows, share: 1 / (rows * units), taken }, place);
}

/** Only a descent that does not arrive is worth a node. */
function lowerDescent(
  lowering: Lowering,
  { columns, scaled, constants }: LeastSquares,
  { rate, momentum, place: made }: Steps,
  {
    rows,
    share,
    taken,
  }: { readonly rows: number; readonly share: number; readonly taken: number | undefined },
  place: ts.Node,
): void {
  const curvature = largestCurvature(inputsOf(rows, columns, scaled, constants), share);
  const growth = growthPerStep(rate, momentum, curvature);
  if (!(growth > GROWS)) return;
  const steps = Math.ceil((POWERS * Math.LN10) / (2 * Math.log(growth)));
  const attributes = {
    scaled: [...columns.map(() => false), ...scaled.map(() => true)],
    ...{ constants, rate, momentum, share, steps, curvature, growth },
    ...(taken === undefined ? {} : { taken }),
  };
  const node = lowering.builder.op(
    opNamed('optimizer.descent')!,
    { inputs: [...columns, ...scaled] },
    attributes,
    spanOf(place),
  );
  if (made !== undefined) rememberWriting(node, made, ['rate', 'momentum'], false);
}

/** What the weights multiply, sample by sample. */
function inputsOf(
  rows: number,
  columns: readonly Node[],
  scaled: readonly Node[],
  constants: number,
): readonly (readonly number[])[] {
  const all = [...columns, ...scaled].map((x) => writtenValues(x)!);
  return Array.from({ length: rows }, (_, row) => [
    ...all.flatMap((values) =>
      values.slice((row * values.length) / rows, ((row + 1) * values.length) / rows),
    ),
    ...Array.from({ length: constants }, () => 1),
  ]);
}

function stepsOf(optimizer: Value | undefined): Steps | undefined {
  if (asString(optimizer) === 'sgd') return { rate: NAMED_RATE, momentum: 0, place: undefined };
  if (optimizer?.kind !== 'layer') return undefined;
  const rate = asNumber(optimizer.config);
  if (rate === undefined) return undefined;
  if (optimizer.type === 'train.sgd') return { rate, momentum: 0, place: optimizer.place };
  const momentum = asNumber(optimizer.settings);
  if (optimizer.type !== 'train.momentum' || momentum === undefined) return undefined;
  return { rate, momentum, place: optimizer.place };
}

/** The configuration of the dense layer that a model is all of. */
function onlyDense({ type, layers }: LayerValue): ReadonlyMap<string, Value> | undefined {
  const [layer] = layers;
  if (type !== 'sequential' || layers.length !== 1 || layer?.kind !== 'layer') return undefined;
  if (layer.type !== 'layers.dense' || layer.config?.kind !== 'object') return undefined;
  const { fields } = layer.config;
  const isLinear = !fields.has('activation') || asString(fields.get('activation')) === 'linear';
  const isPlain = !['kernelRegularizer', 'kernelConstraint', 'biasConstraint'].some((name) =>
    fields.has(name),
  );
  return isLinear && isPlain ? fields : undefined;
}

const isSquaredError = (loss: Value | undefined): boolean =>
  ['meanSquaredError', 'mse'].includes(asString(loss) ?? '') ||
  (loss?.kind === 'tensorflow' && /(?:losses|metrics)\.meanSquaredError$/.test(loss.path));

/** How many samples there are, if all inputs are written down and have as many. */
function rowsOf({ columns, scaled }: LeastSquares): number | undefined {
  const counts = [...columns.map(rowsIn), ...scaled.map((x) => writtenValues(x)?.length)];
  const [first] = counts;
  return counts.every((count) => count !== undefined && count === first) ? first : undefined;
}

function rowsIn(x: Node): number | undefined {
  const rows = x.shape?.[0]?.size;
  return typeof rows === 'number' && rows > 0 && writtenValues(x) !== undefined ? rows : undefined;
}
