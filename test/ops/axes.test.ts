/**
 * What rows say of axes: where an axis came from, where a size of 1 came from, and sizes that are not known. The oracles
 * cannot see these, because TensorFlow.js has no words for them.
 */
import { describe, expect, test } from 'vitest';
import { constantRange, assumedInput } from '../../src/facts/range.js';
import { dim, showSize, symbol, type Dim, type Shape } from '../../src/facts/shape.js';
import { offsetBy } from '../../src/facts/size-offsets.js';
import { isThrown } from '../../src/ops/build.js';
import type { Attributes, Operand, ShapeAttribute } from '../../src/ops/row.js';
import { opChained, opNamed } from '../../src/ops/table.js';

const B = symbol('B');
const batch: Dim = { size: B, axis: { id: 'batch', label: 'the batch axis' } };
const features: Dim = { size: 32, axis: { id: 'features', label: 'the feature axis' } };
const classes: Dim = { size: 10, axis: { id: 'classes', label: 'the class axis' } };
const column = dim(1, { one: 'structural' });
const less = offsetBy(B, -1)!;

/** The result of an op, in words: `batch, features, 1 explicit`. */
function result(
  name: string,
  operands: Record<string, Shape | undefined | readonly Shape[]>,
  attributes: Attributes = {},
  output?: string | number,
): string {
  const row = opNamed(name) ?? opChained(name)!.row;
  const facts = (shape: Shape | undefined): Operand => ({
    op: 'input',
    operands: {},
    attributes: {},
    shape,
    dtype: undefined,
    range: assumedInput(),
  });
  const isList = (given: Shape | undefined | readonly Shape[]): given is readonly Shape[] =>
    Array.isArray(given?.[0]);
  const given = Object.entries(operands).map(([key, value]) => [
    key,
    isList(value) ? value.map(facts) : facts(value),
  ]);
  const defaults = row.parameters
    .filter((each) => each.default !== undefined)
    .map((each) => [each.name, each.default]);
  const shape = row.shape({
    operands: Object.fromEntries(given) as Record<string, Operand>,
    attributes: { ...(Object.fromEntries(defaults) as Attributes), ...attributes },
    output,
    freshSize: (key) => symbol(`?${key}`),
  });
  if (shape === undefined) return 'unknown';
  return isThrown(shape) ? `throws: ${shape.throws}` : shape.map(showDim).join(', ');
}

function showDim({ size, axis, one }: Dim): string {
  return [axis?.id ?? showSize(size), one].filter((word) => word !== undefined).join(' ');
}

const sizes = (...shape: readonly Dim[]): ShapeAttribute => ({ shape });

describe('an axis is the same axis after it was moved', () => {
  test('by transpose, expandDims, squeeze and stack', () => {
    const x = [batch, features];
    expect(result('transpose', { x })).toBe('features, batch');
    expect(result('expandDims', { x }, { axis: -1 })).toBe('batch, features, 1 explicit');
    expect(result('squeeze', { x: [batch, column] }, { axis: [1] })).toBe('batch');
    expect(result('stack', { tensors: [x, x] }, { axis: 1 })).toBe('batch, 2, features');
  });

  test('by a reshape that leaves it in front or at the end', () => {
    const image = [batch, dim(28), dim(28), features];
    expect(result('reshape', { x: image }, { shape: sizes(batch, dim(-1)) })).toBe('batch, 25088');
    expect(result('reshape', { x: image }, { shape: [-1, 32] })).toBe('784·B, features');
    expect(result('flatten', { x: [features] }, { shape: [-1] })).toBe('features');
  });

  test('by a matMul, which takes its axes from both sides and keeps the single column of a layer', () => {
    const a = [batch, features];
    expect(result('matMul', { a, b: [features, classes] })).toBe('batch, classes');
    expect(result('matMul', { a, b: [features, dim(1)] })).toBe('batch, 1 structural');
    expect(result('matMul', { a, b: [classes, features] }, { transposeB: true })).toBe('batch, classes');
    expect(result('dot', { t1: a, t2: [features] })).toBe('batch');
  });

  test('by a convolution that keeps the size, and by einsum', () => {
    const x = [batch, dim(28), dim(28), dim(3)];
    const filter = [dim(5), dim(5), dim(3), features];
    const options = { strides: 2, pad: 'same', dataFormat: 'NHWC', dilations: 1 };
    expect(result('conv2d', { x, filter }, options)).toBe('batch, 14, 14, features');
    expect(
      result(
        'einsum',
        {
          tensors: [
            [batch, features],
            [features, classes],
          ],
        },
        { equation: 'bf,fc->bc' },
      ),
    ).toBe('batch, classes');
  });
});

describe('an axis is another one when its size changes', () => {
  test('by slice, split, concat, tile and pad', () => {
    const x = [batch, features];
    expect(result('slice', { x }, { begin: [0, 8], size: [-1, 8] })).toBe('batch, 8');
    expect(result('split', { x }, { numOrSizeSplits: 4, axis: 1 }, 0)).toBe('batch, 8');
    expect(result('concat', { tensors: [x, x] }, { axis: 1 })).toBe('batch, 64');
    expect(result('concat', { tensors: [x, x] }, { axis: 0 })).toBe('2·B, features');
    expect(result('tile', { x }, { reps: [1, 2] })).toBe('batch, 64');
    expect(
      result(
        'pad',
        { x },
        {
          paddings: [
            [0, 0],
            [1, 1],
          ],
        },
      ),
    ).toBe('batch, 34');
  });

  test('and stays the same where nothing is cut', () => {
    const x = [batch, features];
    expect(result('slice', { x }, { begin: [0, 0], size: [-1, 32] })).toBe('batch, features');
    expect(
      result(
        'stridedSlice',
        { x },
        { begin: [0, 0], end: [0, 4], strides: [1, 1], beginMask: 1, endMask: 1 },
      ),
    ).toBe('batch, 4');
  });
});

describe('a size of 1 knows where it came from', () => {
  test('the author wrote it', () => {
    expect(result('reshape', { x: [batch] }, { shape: [-1, 1] })).toBe('batch, 1 explicit');
    expect(result('zeros', {}, { shape: [3, 1] })).toBe('3, 1 explicit');
  });

  test('it was cut out', () => {
    expect(result('slice', { x: [batch, features] }, { begin: [0, 3], size: [-1, 1] })).toBe(
      'batch, 1 sliced',
    );
    expect(result('split', { x: [batch, dim(2)] }, { numOrSizeSplits: 2, axis: 1 }, 1)).toBe(
      'batch, 1 sliced',
    );
    expect(result('topk', { x: [batch, classes] }, { k: 1 }, 'values')).toBe('batch, 1 sliced');
    expect(result('gather', { x: [batch, features], indices: [dim(1)] }, { axis: 1 })).toBe(
      'batch, 1 sliced',
    );
  });

  test('a literal nests it', () => {
    expect(result('tensor', {}, { values: [[1], [2], [3]] })).toBe('3, 1 data');
    expect(result('tensor2d', {}, { values: [1, 2, 3], shape: [3, 1] })).toBe('3, 1 explicit');
  });
});

describe('a size that is not known', () => {
  test('is computed with where that is certain', () => {
    expect(result('split', { x: [dim({ coefficient: 2, symbols: ['B'] })] }, { numOrSizeSplits: 2 }, 0)).toBe(
      'B',
    );
    expect(result('reshape', { x: [batch, dim(28), dim(28)] }, { shape: sizes(batch, dim(784)) })).toBe(
      'batch, 784',
    );
    expect(result('oneHot', { indices: [batch] }, { depth: sizes(classes) })).toBe('batch, classes');
    expect(result('concat', { tensors: [[batch], [features]] }, { axis: 0 })).toBe('(B + 32)');
  });

  test('is so many less behind a slice, and as many again with what is added', () => {
    const x = [batch, features];
    expect(result('slice', { x }, { begin: [1, 0], size: [-1, -1] })).toBe('(B - 1), features');
    expect(result('concat', { tensors: [[dim(less)], [dim(1)]] }, { axis: 0 })).toBe('B');
    expect(result('concat', { tensors: [[dim(less)], [dim(less)]] }, { axis: 0 })).toBe('(2*B - 2)');
    expect(
      result(
        'concat',
        {
          tensors: [
            [batch, batch],
            [dim(less), batch],
          ],
        },
        { axis: 1 },
      ),
    ).toMatch(/throws: .*differ beside axis 1/);
  });

  test('is a name of its own where it is not', () => {
    expect(result('concat', { tensors: [[batch], [dim(symbol('C'))]] }, { axis: 0 })).toBe('?axis');
    expect(result('unique', { x: [batch] }, { axis: 0 }, 'values')).toBe('?unique');
    expect(result('range', {}, { start: 0, stop: sizes(batch), step: 1 })).toBe('batch');
  });

  test('only contradicts another one where they differ for every size', () => {
    const x = [batch, dim(28), dim(28)];
    expect(result('reshape', { x }, { shape: sizes(batch, dim(785)) })).toMatch(
      /throws: .*784·B elements.*785·B/,
    );
    expect(result('reshape', { x }, { shape: [-1, 785] })).toBe('?inferred, 785');
    expect(result('matMul', { a: [batch, dim(symbol('D'))], b: [features, classes] })).toBe('batch, classes');
  });

  test('is not guessed where the rank is not known', () => {
    expect(result('transpose', { x: undefined })).toBe('unknown');
    expect(result('reshape', { x: undefined }, { shape: [-1, 4] })).toBe('?inferred, 4');
    expect(result('squeeze', { x: [batch, column] }, { axis: { unknown: true } })).toBe('unknown');
  });
});

test('a variable is trained: it does not stay where it started', () => {
  const zeros: Operand = {
    op: 'zeros',
    operands: {},
    attributes: {},
    shape: [dim(3)],
    dtype: 'float32',
    range: constantRange(0),
  };
  const range = opNamed('variable')!.range({
    operands: { initialValue: zeros },
    attributes: {},
    freshSize: symbol,
  });
  expect(range).toMatchObject({ low: -100, high: 100, lowBy: 'assumed' });
});
