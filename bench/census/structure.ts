import { operand, show, type Case } from './case.js';

const table = operand('x', [2, 3]);
const cube = operand('x', [2, 3, 2]);
const row = operand('x', [4]);
const other = operand('y', [2, 3], undefined, 1);

const PADDINGS: readonly (readonly [readonly number[], readonly (readonly [number, number])[]])[] = [
  [[4], [[1, 2]]],
  [[3, 4], [[1, 1], [2, 1]]], // prettier-ignore
];

function paddings(): Case[] {
  return PADDINGS.flatMap(([shape, widths]) => [
    {
      op: 'pad',
      title: `${show(shape)} by ${JSON.stringify(widths)}`,
      operands: [operand('x', shape)],
      run: (tf, x) => tf.pad(x, widths, 0.5),
    } satisfies Case,
    ...['reflect', 'symmetric'].map((mode): Case => ({
      op: 'mirrorPad',
      title: `${mode}, ${show(shape)} by ${JSON.stringify(widths)}`,
      operands: [operand('x', shape)],
      run: (tf, x) => tf.mirrorPad(x, widths, mode),
    })),
  ]);
}

function gathers(): Case[] {
  return [
    { op: 'gather', title: 'axis 0, an index twice', operands: [table], run: (tf, x) => tf.gather(x, tf.tensor1d([1, 0, 1], 'int32')) }, // prettier-ignore
    { op: 'gather', title: 'axis 1', operands: [table], run: (tf, x) => tf.gather(x, tf.tensor1d([2, 0], 'int32'), 1) }, // prettier-ignore
    { op: 'gather', title: 'axis 1 of rank 3', operands: [cube], run: (tf, x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1) }, // prettier-ignore
    { op: 'gather', title: 'axis 1, indices of rank 2', operands: [table], run: (tf, x) => tf.gather(x, tf.tensor2d([[2, 0], [1, 1]], undefined, 'int32'), 1) }, // prettier-ignore
    { op: 'gather', title: 'axis -1', condition: 'negative axis', operands: [table], run: (tf, x) => tf.gather(x, tf.tensor1d([2, 0], 'int32'), -1) }, // prettier-ignore
    { op: 'gather', title: 'batchDims 1', condition: 'batchDims', operands: [table], run: (tf, x) => tf.gather(x, tf.tensor2d([[2, 0], [1, 1]], undefined, 'int32'), 1, 1) }, // prettier-ignore
    { op: 'gather', title: 'batchDims 1 of rank 3', condition: 'batchDims', operands: [cube], run: (tf, x) => tf.gather(x, tf.tensor2d([[2, 0], [1, 1]], undefined, 'int32'), 1, 1) }, // prettier-ignore
    { op: 'gatherND', title: 'two elements', operands: [table], run: (tf, x) => tf.gatherND(x, tf.tensor2d([[0, 1], [1, 2]], undefined, 'int32')) }, // prettier-ignore
    { op: 'scatterND', title: 'two rows', operands: [operand('updates', [2, 3])], run: (tf, updates) => tf.scatterND(tf.tensor2d([[2], [0]], undefined, 'int32'), updates, [4, 3]) }, // prettier-ignore
    { op: 'tensorScatterUpdate', title: 'one row', operands: [operand('tensor', [3, 3]), operand('updates', [1, 3], undefined, 1)], run: (tf, x, updates) => tf.tensorScatterUpdate(x, tf.tensor2d([[2]], undefined, 'int32'), updates) }, // prettier-ignore
    { op: 'unsortedSegmentSum', title: 'two segments', operands: [operand('x', [4, 2])], run: (tf, x) => tf.unsortedSegmentSum(x, tf.tensor1d([0, 1, 0, 1], 'int32'), 2) }, // prettier-ignore
  ];
}

export const structure = (): Case[] => [
  ...paddings(),
  ...gathers(),
  { op: 'reshape', title: '[2, 3] to [3, 2]', operands: [table], run: (tf, x) => tf.reshape(x, [3, 2]) },
  { op: 'transpose', title: '[2, 3]', operands: [table], run: (tf, x) => tf.transpose(x) },
  { op: 'transpose', title: 'perm [2, 0, 1]', operands: [cube], run: (tf, x) => tf.transpose(x, [2, 0, 1]) },
  { op: 'expandDims', title: 'axis 1', operands: [table], run: (tf, x) => tf.expandDims(x, 1) },
  { op: 'squeeze', title: '[2, 1, 3]', operands: [operand('x', [2, 1, 3])], run: (tf, x) => tf.squeeze(x) },
  { op: 'slice', title: 'from the middle', operands: [table], run: (tf, x) => tf.slice(x, [0, 1], [2, 2]) },
  { op: 'slice', title: 'to the end', operands: [row], run: (tf, x) => tf.slice(x, 1) },
  { op: 'stridedSlice', title: 'every second', operands: [row], run: (tf, x) => tf.stridedSlice(x, [0], [4], [2]) }, // prettier-ignore
  { op: 'concat', title: 'axis 0', operands: [table, other], run: (tf, x, y) => tf.concat([x, y], 0) },
  { op: 'concat', title: 'axis 1', operands: [table, other], run: (tf, x, y) => tf.concat([x, y], 1) },
  { op: 'concat', title: 'axis -1', condition: 'negative axis', operands: [table, other], run: (tf, x, y) => tf.concat([x, y], -1) }, // prettier-ignore
  { op: 'stack', title: 'axis 0', operands: [table, other], run: (tf, x, y) => tf.stack([x, y]) },
  { op: 'stack', title: 'axis 1', operands: [table, other], run: (tf, x, y) => tf.stack([x, y], 1) },
  { op: 'unstack', title: 'axis 1, weighted', operands: [table], run: (tf, x) => { const [a, b, c] = tf.unstack(x, 1); return tf.add(tf.mul(a, b), tf.mul(c, 2)); } }, // prettier-ignore
  { op: 'split', title: 'axis 1, weighted', operands: [operand('x', [2, 4])], run: (tf, x) => { const [a, b] = tf.split(x, 2, 1); return tf.add(tf.mul(a, 3), b); } }, // prettier-ignore
  { op: 'split', title: 'axis -1', condition: 'negative axis', operands: [operand('x', [2, 4])], run: (tf, x) => { const [a, b] = tf.split(x, 2, -1); return tf.add(tf.mul(a, 3), b); } }, // prettier-ignore
  { op: 'split', title: 'sizes 1 and 3', operands: [operand('x', [2, 4])], run: (tf, x) => tf.mul(tf.split(x, [1, 3], 1)[1], 2) }, // prettier-ignore
  { op: 'tile', title: '[4] twice', operands: [row], run: (tf, x) => tf.tile(x, [2]) },
  { op: 'tile', title: '[2, 3] by [2, 3]', operands: [table], run: (tf, x) => tf.tile(x, [2, 3]) },
  { op: 'tile', title: 'rank 3', operands: [cube], run: (tf, x) => tf.tile(x, [1, 2, 2]) },
  { op: 'tile', title: 'rank 5', condition: 'rank above 4', operands: [operand('x', [1, 2, 1, 2, 1])], run: (tf, x) => tf.tile(x, [1, 1, 2, 1, 2]) }, // prettier-ignore
  { op: 'reverse', title: 'axis 1', operands: [table], run: (tf, x) => tf.reverse(x, 1) },
  { op: 'reverse', title: 'axis -1', condition: 'negative axis', operands: [table], run: (tf, x) => tf.reverse(x, -1) }, // prettier-ignore
  { op: 'broadcastTo', title: '[3] to [2, 3]', operands: [operand('x', [3])], run: (tf, x) => tf.broadcastTo(x, [2, 3]) }, // prettier-ignore
  { op: 'broadcastTo', title: '[2, 1] to [2, 3]', operands: [operand('x', [2, 1])], run: (tf, x) => tf.broadcastTo(x, [2, 3]) }, // prettier-ignore
  { op: 'batchToSpaceND', title: '[4, 1, 1, 1]', operands: [operand('x', [4, 1, 1, 1])], run: (tf, x) => tf.batchToSpaceND(x, [2, 2], [[0, 0], [0, 0]]) }, // prettier-ignore
  { op: 'spaceToBatchND', title: '[1, 2, 2, 1]', operands: [operand('x', [1, 2, 2, 1])], run: (tf, x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]) }, // prettier-ignore
  { op: 'depthToSpace', title: '[1, 1, 1, 4]', operands: [operand('x', [1, 1, 1, 4])], run: (tf, x) => tf.depthToSpace(x, 2) }, // prettier-ignore
  { op: 'diag', title: '[3]', operands: [operand('x', [3])], run: (tf, x) => tf.diag(x) },
  { op: 'linalg.bandPart', title: 'lower triangle', operands: [operand('x', [3, 3])], run: (tf, x) => tf.linalg.bandPart(x, -1, 0) }, // prettier-ignore
  { op: 'meshgrid', title: '[2] and [3]', operands: [operand('x', [2]), operand('y', [3], undefined, 1)], run: (tf, x, y) => { const [a, b] = tf.meshgrid(x, y); return tf.mul(a, b); } }, // prettier-ignore
  { op: 'onesLike', title: 'plus x', operands: [row], run: (tf, x) => tf.add(tf.onesLike(x), x) },
  { op: 'zerosLike', title: 'plus x', operands: [row], run: (tf, x) => tf.add(tf.zerosLike(x), x) },
];
