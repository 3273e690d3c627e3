import { opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import { customGradient } from '../gradients/custom-gradients.js';
import { tensorOfData } from './data.js';
import { createLayer, isLayerFactory } from '../layers/layers.js';
import { positional } from '../javascript/lists.js';
import type { Lowering } from '../lowering.js';
import { stackedCells } from '../layers/stacked-cells.js';
import { record, UNDEFINED, type FunctionValue, type Value } from '../values.js';
import { lowerVariableList } from '../gradients/variable-lists.js';
import { gradientOf, variablesGiven } from '../gradients/taken-gradients.js';
import { lostTensor, callRow, MAX_ARGUMENTS } from './op-calls.js';
import { isOneValue, leavesTape } from './tensor-methods.js';
import { UTILITIES } from './utilities.js';

/** A call of a function under `tf`. */
export function callTensorFlow(
  lowering: Lowering,
  path: string,
  given: readonly Value[],
  place: ts.Node,
): Value {
  const args = positional(lowering, given, MAX_ARGUMENTS, place);
  const special = SPECIAL[path];
  if (special !== undefined) return special(lowering, args, place);
  const data = tensorOfData(lowering, path, args, place);
  if (data !== undefined) return data;
  const row = opNamed(path);
  // How many arguments a list of unknown length gives is not known.
  if (row?.parameters.at(-1)?.isRest === true && args !== given)
    return lostTensor(lowering, 'unknown element', place);
  if (row !== undefined) return callRow(lowering, row, args, place);
  if (isLayerFactory(path)) return createLayer(lowering, path, args, place);
  return lowering.unknownFunction(path, place);
}

type Special = (lowering: Lowering, args: readonly Value[], place: ts.Node) => Value;

const isFunction = (value: Value | undefined): value is FunctionValue => value?.kind === 'function';

const lastFunction = (args: readonly Value[]): FunctionValue | undefined => args.find(isFunction);

/** Functions of TensorFlow.js that take functions, and a few that are no ops. */
const SPECIAL: Readonly<Record<string, Special>> = {
  tidy: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  time: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  profile: (lowering, args, place) => enter(lowering, lastFunction(args), [], place),
  keep: (_, args) => args[0] ?? UNDEFINED,
  clone: (lowering, args, place) =>
    args[0]?.kind === 'tensor' && isOneValue(args[0].node) && !leavesTape(lowering, args[0].node)
      ? args[0]
      : callRow(lowering, opNamed('clone')!, args, place),
  grad: (lowering, args, place) => gradientOf(lowering, args[0], 'first', place, (value) => value),
  grads: (lowering, args, place) => gradientOf(lowering, args[0], 'all', place, (value) => value),
  valueAndGrad: (lowering, args, place) =>
    gradientOf(lowering, args[0], 'first', place, (grad, value) =>
      record([
        ['grad', grad],
        ['value', value],
      ]),
    ),
  valueAndGrads: (lowering, args, place) =>
    gradientOf(lowering, args[0], 'all', place, (grads, value) =>
      record([
        ['grads', grads],
        ['value', value],
      ]),
    ),
  variableGrads: (lowering, args, place) => {
    const value = lowering.trained(
      () => enter(lowering, lastFunction(args), [], place),
      () => variablesGiven(args[1]),
    );
    lowerVariableList(lowering, value, args[1], place);
    return record([
      ['value', value],
      ['grads', lowering.unknown('unknown element')],
    ]);
  },
  customGrad: (lowering, args, place) => customGradient(lowering, args[0], place),
  multiRNNCell: (lowering, args, place) =>
    stackedCells(lowering, args, place) ?? callRow(lowering, opNamed('multiRNNCell')!, args, place),
  dispose: () => UNDEFINED,
  ready: () => UNDEFINED,
  nextFrame: () => UNDEFINED,
  setBackend: () => UNDEFINED,
  memory: (lowering) => lowering.unknown('unknown element'),
  getBackend: (lowering) => lowering.unknown('unknown element'),
  backend: () => ({ kind: 'native', name: 'tf.backend()' }),
  ...UTILITIES,
};

function enter(
  lowering: Lowering,
  fn: FunctionValue | undefined,
  args: readonly Value[],
  place: ts.Node,
): Value {
  return fn === undefined ? lowering.unknown('unresolved call') : lowering.callFunction(fn, args, place);
}
