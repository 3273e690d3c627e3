/** Matrix products and decompositions. */
import { absolute, multiply } from '../facts/arithmetic.js';
import { constantRange, interval, joinRanges, stored, TRUTH, withNaN, type Range } from '../facts/range.js';
import { multiplySizes, showShape, type Shape, type Size } from '../facts/shape.js';
import {
  booleanOf,
  isTensorLike,
  numberOf,
  operand,
  operandList,
  optional,
  refusal,
  required,
  stringOf,
  tensor,
  tensorRange,
  tensors,
  tensorType,
  throws,
  widerType,
} from './build.js';
import { contraction } from './contraction.js';
import { moving } from './moving.js';
import type { OpCall, OpRow, ShapeResult } from './row.js';
import { bindLetters, cellState, dotProduct, matrixProduct, parseEquation } from './shapes/contractions.js';

/** What the cpu kernel adds in float64 before it stores a partial sum. */
const BLOCK = 48;

function refused(call: OpCall, ...names: readonly string[]): { readonly throws: string } | undefined {
  const reason = names.map((name) => refusal(operand(call, name), 'numeric')).find((text) => text !== undefined);
  return reason === undefined ? undefined : throws(reason);
}

function productType(call: OpCall, a: string, b: string) {
  return widerType(tensorType(operand(call, a)), tensorType(operand(call, b)));
}

/** A row for the product of two tensors: each element sums `count` products. */
function product(
  name: string,
  [a, b]: readonly [string, string],
  more: Pick<OpRow, 'shape' | 'gradient'> & {
    readonly count: (call: OpCall) => Size | undefined;
    readonly parameters?: OpRow['parameters'];
    readonly chained?: boolean;
  },
): OpRow {
  const parameters = [tensor(a), tensor(b), ...(more.parameters ?? [])];
  return {
    name,
    parameters,
    chained: more.chained ? parameters.map((parameter) => parameter.name) : undefined,
    shape: (call) => refused(call, a, b) ?? more.shape(call),
    dtype: (call) => productType(call, a, b),
    range: (call) =>
      contraction({
        a: tensorRange(operand(call, a)),
        b: tensorRange(operand(call, b)),
        count: more.count(call),
        block: BLOCK,
        dtype: productType(call, a, b),
      }),
    gradient: more.gradient,
    dangers: [],
  };
}

/** The gradient of a batch operand that was broadcast is not summed over the batch: tfjs-core/src/gradients/BatchMatMul_grad.ts. */
export const matMul = product('matMul', ['a', 'b'], {
  parameters: [optional('transposeA', 'boolean', false), optional('transposeB', 'boolean', false)],
  chained: true,
  gradient: 'unreduced',
  shape: (call) => {
    const [transposeA, transposeB] = [booleanOf(call, 'transposeA'), booleanOf(call, 'transposeB')];
    if (transposeA === undefined || transposeB === undefined) return undefined;
    return matrixProduct(operand(call, 'a').shape, operand(call, 'b').shape, transposeA, transposeB);
  },
  count: (call) => {
    const { shape } = operand(call, 'a');
    const transposed = booleanOf(call, 'transposeA');
    return shape && transposed !== undefined ? shape[shape.length - (transposed ? 2 : 1)]?.size : undefined;
  },
});

const dot = product('dot', ['t1', 't2'], {
  chained: true,
  gradient: 'flows',
  shape: (call) => dotProduct(operand(call, 't1').shape, operand(call, 't2').shape),
  count: (call) => operand(call, 't1').shape?.at(-1)?.size,
});

const outerProduct = product('outerProduct', ['v1', 'v2'], {
  gradient: 'flows',
  shape: (call) => {
    const [a, b] = [operand(call, 'v1').shape, operand(call, 'v2').shape];
    const other = [a, b].find((shape) => shape && shape.length !== 1);
    if (other) return throws(`an outer product takes vectors, ${showShape(other)} is none`);
    return a && b && [a[0]!, b[0]!];
  },
  count: () => 1,
});

/** No gradient is registered for it (tfjs issue 7722). */
const einsum: OpRow = {
  name: 'einsum',
  parameters: [required('equation', 'string'), tensors('tensors')],
  shape: (call) => {
    const parsed = equationOf(call);
    if (parsed === undefined || 'throws' in parsed) return parsed;
    const bound = bindLetters(parsed, operandList(call, 'tensors').map(({ shape }) => shape));
    if (bound === undefined || 'throws' in bound) return bound;
    return [...parsed.output].map((letter) => (bound as ReadonlyMap<string, Shape[number]>).get(letter)!);
  },
  dtype: (call) => {
    const [a, b = a] = operandList(call, 'tensors').map((each) => tensorType(each));
    return widerType(a, b);
  },
  range: (call) => {
    const [a, b = constantRange(1)] = operandList(call, 'tensors').map((each) => tensorRange(each));
    const dtype = einsum.dtype(call);
    // Products and sums over each letter are stored one after the other.
    return contraction({ a: a!, b, count: summedOver(call), block: 1, dtype });
  },
  gradient: 'throws',
  dangers: [],
  run: (tf, { operands, attributes }) => tf.einsum(attributes['equation'], ...(operands['tensors'] as unknown[])),
};

function equationOf(call: OpCall) {
  const equation = stringOf(call, 'equation');
  return equation === undefined ? undefined : parseEquation(equation, operandList(call, 'tensors').length);
}

/** The number of terms: the sizes of all letters that the result lacks. */
function summedOver(call: OpCall): Size | undefined {
  const parsed = equationOf(call);
  if (parsed === undefined || 'throws' in parsed) return undefined;
  const bound = bindLetters(parsed, operandList(call, 'tensors').map(({ shape }) => shape));
  if (bound === undefined || 'throws' in bound) return undefined;
  const summed = [...(bound as ReadonlyMap<string, Shape[number]>)].filter(([letter]) => !parsed.output.includes(letter));
  return multiplySizes(summed.map(([, d]) => d.size));
}

// Decompositions

/** Orthonormal q and upper triangular r; a column of zeros, or one that depends on others, makes NaN. */
const qr: OpRow = {
  name: 'linalg.qr',
  parameters: [tensor('x'), optional('fullMatrices', 'boolean', false)],
  result: 'list',
  shape: (call) => {
    const { shape: x } = operand(call, 'x');
    const full = booleanOf(call, 'fullMatrices');
    if (x === undefined || full === undefined) return undefined;
    const [rows, columns] = x.slice(-2);
    if (rows === undefined || columns === undefined) return throws(`${showShape(x)} is no matrix`);
    const [m, n] = [rows.size, columns.size];
    if (typeof m !== 'number' || typeof n !== 'number') return undefined;
    if (x.length > 2) return m === n ? x : throws(`stacked matrices must be square, ${showShape(x)} are not`);
    const tall = !full && m > n;
    const q = tall ? [rows, columns] : [rows, rows];
    return call.output === 1 ? (tall ? [columns, columns] : [rows, columns]) : q;
  },
  dtype: () => 'float32',
  range: (call) => {
    const x = operand(call, 'x');
    // Whole columns of x are turned into columns of r: none of them gets longer.
    const rows = x.shape?.at(-2)?.size;
    const length = typeof rows === 'number' ? Math.sqrt(rows) * absolute(x.range).high : Infinity;
    const most = (call.output === 1 ? length : 1) * (1 + 1e-4) + 1e-30;
    return interval(-most, most, 'bound', { mayBeNaN: true });
  },
  gradient: 'flows',
  dangers: [],
};

const gramSchmidt: OpRow = moving({
  name: 'linalg.gramSchmidt',
  of: 'xs',
  accepts: 'numeric',
  dtype: () => 'float32',
  range: () => interval(-1.0001, 1.0001, 'bound', { mayBeNaN: true }),
  shape: (call, xs) => {
    if (isTensorLike(operand(call, 'xs'))) return throws('the vectors must be tensors');
    const [count, size] = xs.map((d) => d.size);
    if (count === undefined || size === undefined || xs.length !== 2) return undefined;
    const tooMany = typeof count === 'number' && typeof size === 'number' && count > size;
    return tooMany ? throws(`${count} vectors of ${size} numbers cannot be orthogonal`) : xs;
  },
});

const bandPart = moving({
  name: 'linalg.bandPart',
  of: 'a',
  accepts: 'numeric',
  more: [required('numLower', 'integer'), required('numUpper', 'integer')],
  range: (call) => joinRanges(constantRange(0), tensorRange(operand(call, 'a'))),
  shape: (call, a) => {
    const [rows, columns] = a.slice(-2);
    if (rows === undefined || columns === undefined) return throws(`${showShape(a)} is no matrix`);
    for (const [name, side] of [['numLower', rows], ['numUpper', columns]] as const) {
      const width = numberOf(call, name);
      if (width !== undefined && !Number.isInteger(width)) return throws(`${name} is ${width}`);
      if (width !== undefined && typeof side.size === 'number' && width > side.size) {
        return throws(`${name} is ${width}, ${showShape(a)} has only ${side.size}`);
      }
    }
    return a;
  },
});

// Cells

/** newC = sigmoid(i) tanh(j) + c sigmoid(f + forgetBias), newH = tanh(newC) sigmoid(o): tfjs-core/src/ops/basic_lstm_cell.ts. */
const basicLSTMCell: OpRow = {
  name: 'basicLSTMCell',
  parameters: ['forgetBias', 'lstmKernel', 'lstmBias', 'data', 'c', 'h'].map(tensor),
  result: 'list',
  shape: (call): ShapeResult => {
    const [data, kernel] = [operand(call, 'data').shape, operand(call, 'lstmKernel').shape];
    if (data === undefined || kernel === undefined) return operand(call, 'c').shape;
    return cellState(call, data, kernel);
  },
  dtype: () => 'float32',
  range: (call) => {
    if (call.output === 1) return withNaN(interval(-1, 1, 'attained'), !isFiniteCell(call));
    const kept = multiply(tensorRange(operand(call, 'c')), TRUTH);
    const sum = joinRanges(kept, interval(kept.low - 1, kept.high + 1, [kept.lowBy, kept.highBy]));
    return stored(withNaN(sum, kept.mayBeNaN || !isFiniteCell(call)), 'float32');
  },
  gradient: 'flows',
  dangers: [],
};

/** Whether nothing that goes into the gates is infinite. */
function isFiniteCell(call: OpCall): boolean {
  const finite = ({ low, high, mayBeNaN }: Range): boolean => Number.isFinite(low) && Number.isFinite(high) && !mayBeNaN;
  return ['lstmKernel', 'lstmBias', 'data', 'h', 'c'].every((name) => finite(tensorRange(operand(call, name))));
}

export const linearAlgebra: readonly OpRow[] = [
  matMul,
  dot,
  outerProduct,
  einsum,
  qr,
  gramSchmidt,
  bandPart,
  basicLSTMCell,
];
