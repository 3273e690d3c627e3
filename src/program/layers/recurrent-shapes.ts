/**
 * Layers that go through a sequence, and give their last output, all of them, or their states too: `computeOutputShape` of
 * `RNN`, `ConvLSTM2D` and `Bidirectional` of tfjs-layers 4.22.
 */
import { dim, multiplySizes, type Dim, type Shape } from '../../facts/shape.js';
import { field, flag, inputOf, made, sizeOf, wrapped, type LayerCall, type LayerRow } from './layer-call.js';
import { KERNEL, spatial, windowed } from './spatial-shapes.js';
import { asNumber, asString, type LayerValue, type Value } from '../values.js';

/** What a step gives and keeps, without the batch. */
interface Step {
  readonly output: Shape;
  readonly states: readonly Shape[];
}

/** A layer that makes this step for each element of a sequence, of [batch, time, ...]. */
function recurrent(stepOf: (call: LayerCall) => Step | undefined): LayerRow {
  const outputOf = (call: LayerCall, step: Step): Shape | undefined => {
    const input = inputOf(call);
    const isSequence = flag(call, 'returnSequences');
    if (isSequence === undefined) return undefined;
    const [batch, time] = [0, 1].map((axis) => input?.[axis] ?? dim(call.freshSize()));
    return isSequence ? [batch!, time!, ...step.output] : [batch!, ...step.output];
  };
  return {
    // With its states it is a list.
    shape: (call) => {
      const step = flag(call, 'returnState') === false ? stepOf(call) : undefined;
      return step && outputOf(call, step);
    },
    outputs: (call) => {
      const step = flag(call, 'returnState') === true ? stepOf(call) : undefined;
      if (step === undefined) return undefined;
      const batch = inputOf(call)?.[0] ?? dim(call.freshSize());
      return [outputOf(call, step), ...step.states.map((state) => [batch, ...state])];
    },
  };
}

/** A layer with a cell of its own, which keeps so many states. */
const ofUnits = (states: number): LayerRow =>
  recurrent((call) => {
    const units = made(call, 'units', 'a recurrent layer');
    return { output: [units], states: Array.from({ length: states }, () => [units]) };
  });

/** The cells of tfjs-layers, with the number of their states. */
const CELLS: Readonly<Record<string, number>> = {
  'layers.simpleRNNCell': 1,
  'layers.gruCell': 1,
  'layers.lstmCell': 2,
};

const ofCells = recurrent((call) => {
  const sizes = stateSizes(call, field(call, 'cell'));
  const [first] = sizes ?? [];
  // The first of the states is as long as the output.
  return first && { output: [first], states: sizes!.map((size) => [size]) };
});

/** The sizes of the states that a cell, or a stack of cells, keeps: those of the last cell of a stack come first. */
function stateSizes(call: LayerCall, cell: Value | undefined): Dim[] | undefined {
  if (cell?.kind === 'array') return ofStack(call, cell);
  if (cell?.kind === 'layer') return sizesOfLayer(call, cell);
  const size = cell && call.property(cell, 'stateSize');
  if (size?.kind === 'array')
    return size.rest === undefined ? size.elements.map((element) => sizeOf(call, element)) : undefined;
  return asNumber(size) === undefined ? undefined : [sizeOf(call, size)];
}

function ofStack(call: LayerCall, cells: Value & { kind: 'array' }): Dim[] | undefined {
  const each = [...cells.elements].reverse().map((inner) => stateSizes(call, inner));
  return cells.rest !== undefined || each.includes(undefined) ? undefined : (each as Dim[][]).flat();
}

function sizesOfLayer(call: LayerCall, { type, config }: LayerValue): Dim[] | undefined {
  const fields = config?.kind === 'object' ? config.fields : undefined;
  if (type === 'layers.stackedRNNCells') return stateSizes(call, fields?.get('cells'));
  const states = CELLS[type];
  if (states === undefined) return undefined;
  const units = sizeOf(call, fields?.get('units'));
  return Array.from({ length: states }, () => units);
}

/** Pictures in a sequence: each state is a picture too. */
const convolutional = recurrent((call) => {
  const [batch, , ...picture] = inputOf(call) ?? [];
  const step: LayerCall = { ...call, inputs: [picture.length === 3 ? [batch!, ...picture] : undefined] };
  const output = spatial(step, 2, windowed(call, 2, KERNEL), () => made(call, 'filters', 'a convolution'));
  const one = output?.slice(1);
  return one && { output: one, states: [one, one] };
});

// In both directions

const bidirectional: LayerRow = {
  shape: (call) => {
    const layer = wrapped(call);
    const forward = layer && call.inner(layer, inputOf(call));
    return forward && merged(call, forward);
  },
  outputs: (call) => {
    const layer = wrapped(call);
    if (layer === undefined) return undefined;
    const given = call.innerOutputs(layer, inputOf(call));
    const [forward, ...states] = given ?? [call.inner(layer, inputOf(call))];
    const mode = field(call, 'mergeMode');
    const isApart = mode?.kind === 'constant' && mode.value === null;
    if (isApart) return [forward, forward, ...states, ...states];
    return given === undefined ? undefined : [forward && merged(call, forward), ...states, ...states];
  },
};

/** Both directions side by side, unless they are added up or the like. */
function merged(call: LayerCall, forward: Shape): Shape | undefined {
  const mode = field(call, 'mergeMode');
  if (mode !== undefined && asString(mode) === undefined) return undefined;
  const isJoined = mode === undefined || asString(mode) === 'concat';
  const last = forward.at(-1)!;
  return isJoined ? [...forward.slice(0, -1), dim(multiplySizes([2, last.size]))] : forward;
}

export const RECURRENT_LAYERS: readonly (readonly [string, LayerRow])[] = [
  ['simpleRNN', ofUnits(1)],
  ['gru', ofUnits(1)],
  ['lstm', ofUnits(2)],
  ['rnn', ofCells],
  ['convLstm2d', convolutional],
  ['bidirectional', bidirectional],
];
