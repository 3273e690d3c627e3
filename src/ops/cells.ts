/** One step of recurrent cells. */
import { add, multiply } from '../facts/arithmetic.js';
import { interval, joinRanges, stored, TRUTH, unknownRange, withNaN } from '../facts/range.js';
import { operand, operandList, refusal, required, tensor, tensorRange, tensors, throws } from './build.js';
import { BLOCK, contraction } from './contraction.js';
import type { OpCall, OpRow, ShapeResult } from './row.js';
import { cellState } from './shapes/contractions.js';

/** newC = sigmoid(i) tanh(j) + c sigmoid(f + forgetBias), newH = tanh(newC) sigmoid(o): tfjs-core/src/ops/basic_lstm_cell.ts. */
const basicLSTMCell: OpRow = {
  name: 'basicLSTMCell',
  parameters: ['forgetBias', 'lstmKernel', 'lstmBias', 'data', 'c', 'h'].map(tensor),
  result: 'list',
  shape: (call): ShapeResult => {
    const [data, kernel] = [operand(call, 'data').shape, operand(call, 'lstmKernel').shape];
    if (data === undefined || kernel === undefined) return operand(call, 'c').shape;
    return cellState(call, data, kernel, operand(call, 'h').shape);
  },
  dtype: () => 'float32',
  range: (call) => {
    const kept = multiply(tensorRange(operand(call, 'c')), TRUTH);
    const mayBeNaN = kept.mayBeNaN || mayGateBeNaN(call);
    if (call.output === 1) return interval(-1, 1, 'attained', { mayBeNaN });
    return stored(withNaN(add(kept, interval(-1, 1, 'attained')), mayBeNaN), 'float32');
  },
  gradient: 'flows',
  dangers: [],
};

/** The gates saturate, so that only NaN gets through them: of the data, or of sums that overflow both ways. */
function mayGateBeNaN(call: OpCall): boolean {
  const [data, h, kernel, bias, forget] = ['data', 'h', 'lstmKernel', 'lstmBias', 'forgetBias'].map((name) =>
    tensorRange(operand(call, name)),
  );
  const rows = operand(call, 'lstmKernel').shape?.[0]?.size;
  const sums = contraction({
    a: joinRanges(data!, h!),
    b: kernel!,
    count: rows,
    block: BLOCK,
    dtype: 'float32',
  });
  return stored(add(stored(add(sums, bias!), 'float32'), forget!), 'float32').mayBeNaN;
}

/**
 * Cells one above the other: each takes the state h of the one below as its data. A cell is a function: what it makes is
 * found by following it (`program/layers/stacked-cells`); of cells that cannot be followed nothing is known.
 */
const multiRNNCell: OpRow = {
  name: 'multiRNNCell',
  parameters: [required('lstmCells', 'function'), tensor('data'), tensors('c'), tensors('h')],
  result: 'lists',
  shape: (call): ShapeResult => {
    const given = [operand(call, 'data'), ...operandList(call, 'c'), ...operandList(call, 'h')];
    const reason = given.map((each) => refusal(each, 'any')).find(Boolean);
    return reason === undefined ? undefined : throws(reason);
  },
  dtype: () => undefined,
  range: () => unknownRange(),
  gradient: 'flows',
  dangers: [],
};

export const cells: readonly OpRow[] = [basicLSTMCell, multiRNNCell];
