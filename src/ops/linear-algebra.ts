/** Matrix products and decompositions. */
import { absolute } from '../facts/arithmetic.js';
import type { DType } from '../facts/dtype.js';
import {
  anyFloat,
  constantRange,
  interval,
  joinRanges,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
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
import { BLOCK, contraction } from './contraction.js';
import { moving, noBackward } from './moving.js';
import type { OpCall, OpRow } from './row.js';
import {
  bindLetters,
  dotProduct,
  einsumShape,
  matrixProduct,
  parseEquation,
  termsOf,
} from './shapes/contractions.js';
import { averageProduct } from './relations/averages.js';
import { same } from './relations/same.js';
import { atLeast } from '../facts/range-ends.js';

function refused(call: OpCall, ...names: readonly string[]): { readonly throws: string } | undefined {
  const reason = names
    .map((name) => refusal(operand(call, name), 'numeric'))
    .find((text) => text !== undefined);
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
    readonly relation?: (call: OpCall, range: Range) => Range;
  },
): OpRow {
  const parameters = [tensor(a), tensor(b), ...(more.parameters ?? [])];
  return {
    name,
    parameters,
    chained: more.chained ? parameters.map((parameter) => parameter.name) : undefined,
    shape: (call) => refused(call, a, b) ?? more.shape(call),
    dtype: (call) => productType(call, a, b),
    range: (call) => {
      const range = contraction({
        a: tensorRange(operand(call, a)),
        b: tensorRange(operand(call, b)),
        count: more.count(call),
        block: BLOCK,
        dtype: productType(call, a, b),
      });
      return more.relation?.(call, range) ?? range;
    },
    gradient: more.gradient,
    dangers: [],
  };
}

/** The gradient of a batch operand that was broadcast is not summed over the batch: tfjs-core/src/gradients/BatchMatMul_grad.ts. */
export const matMul = product('matMul', ['a', 'b'], {
  parameters: [optional('transposeA', 'boolean', false), optional('transposeB', 'boolean', false)],
  chained: true,
  gradient: 'unreduced',
  relation: averageProduct,
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
  // The dot product of a vector with itself is a sum of squares.
  relation: (call, range) => {
    const [a, b] = [operand(call, 't1'), operand(call, 't2')];
    return a.shape?.length === 1 && a.dtype !== 'int32' && same(a, b) ? atLeast(range, 0) : range;
  },
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
  parameters: [required('equation', 'string'), { ...tensors('tensors'), isRest: true }],
  shape: (call) => {
    const parsed = equationOf(call);
    if (parsed === undefined || 'throws' in parsed) return parsed;
    const bound = bindLetters(
      parsed,
      operandList(call, 'tensors').map(({ shape }) => shape),
    );
    if (bound === undefined || 'throws' in bound) return bound;
    return einsumShape(parsed, bound as ReadonlyMap<string, Shape[number]>);
  },
  dtype: (call) => {
    const parsed = equationOf(call);
    const types = operandList(call, 'tensors').map((each) => tensorType(each));
    if (parsed === undefined || 'throws' in parsed)
      return types.every((dtype) => dtype === types[0] && dtype !== 'bool') ? types[0] : undefined;
    // The kernel multiplies into the type of the tensor that it takes in last, and sums bool to int32.
    const last = types[termsOf(parsed).at(-1)!];
    return new Set(parsed.inputs.join('')).size > parsed.output.length ? sumType(last) : last;
  },
  range: (call) => {
    const [a, b = constantRange(1)] = operandList(call, 'tensors').map((each) => tensorRange(each));
    const dtype = einsum.dtype(call);
    // Products and sums over each letter are stored one after the other.
    const sums = contraction({ a: a!, b, count: summedOver(call), block: 1, dtype });
    // A product that is stored as a bool or an integer loses what does not fit.
    const mixed = operandList(call, 'tensors').some((each) => tensorType(each) !== dtype);
    return !mixed
      ? sums
      : dtype === 'float32'
        ? joinRanges(sums, stored(sums, 'int32'))
        : dtype === undefined
          ? unknownRange()
          : stored(anyFloat(), dtype);
  },
  gradient: 'throws',
  dangers: [],
  run: (tf, { operands, attributes }) =>
    tf.einsum(attributes['equation'], ...(operands['tensors'] as unknown[])),
};

function sumType(dtype: DType | undefined): DType | undefined {
  return dtype === 'bool' ? 'int32' : dtype;
}

function equationOf(call: OpCall) {
  const equation = stringOf(call, 'equation');
  return equation === undefined ? undefined : parseEquation(equation, operandList(call, 'tensors').length);
}

/** The number of terms: the sizes of all letters that the result lacks. */
function summedOver(call: OpCall): Size | undefined {
  const parsed = equationOf(call);
  if (parsed === undefined || 'throws' in parsed) return undefined;
  const bound = bindLetters(
    parsed,
    operandList(call, 'tensors').map(({ shape }) => shape),
  );
  if (bound === undefined || 'throws' in bound) return undefined;
  const summed = [...(bound as ReadonlyMap<string, Shape[number]>)].filter(
    ([letter]) => !parsed.output.includes(letter),
  );
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
    const reason = refusal(operand(call, 'x'), 'float32');
    if (reason !== undefined) return throws(reason);
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
    return { ...unknownRange(), reach: orthogonal((call.output === 1 ? length : 1) * (1 + 1e-4)) };
  },
  // It asks for signs with `greater`, which has no gradient.
  gradient: 'throws',
  dangers: [],
};

/** What matrices of ordinary numbers give; a column of numbers that underflow when squared is divided by 0. */
function orthogonal(most: number): Range {
  return interval(-most, most, 'bound', { mayBeNaN: true });
}

const gramSchmidt: OpRow = moving({
  name: 'linalg.gramSchmidt',
  of: 'xs',
  accepts: 'float32',
  dangers: [noBackward('xs', 'xs is one vector', (call) => operand(call, 'xs').shape?.[0]?.size === 1)],
  dtype: () => 'float32',
  range: () => ({ ...unknownRange(), reach: orthogonal(1.0001) }),
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
  dangers: [noBackward('a', 'a is one matrix', (call) => operand(call, 'a').shape?.length === 2)],
  more: [required('numLower', 'integer'), required('numUpper', 'integer')],
  range: (call) => joinRanges(constantRange(0), tensorRange(operand(call, 'a'))),
  shape: (call, a) => {
    const [rows, columns] = a.slice(-2);
    if (rows === undefined || columns === undefined) return throws(`${showShape(a)} is no matrix`);
    for (const [name, side] of [
      ['numLower', rows],
      ['numUpper', columns],
    ] as const) {
      const width = numberOf(call, name);
      if (width !== undefined && !Number.isInteger(width)) return throws(`${name} is ${width}`);
      if (width !== undefined && typeof side.size === 'number' && width > side.size) {
        return throws(`${name} is ${width}, ${showShape(a)} has only ${side.size}`);
      }
    }
    return a;
  },
});

export const linearAlgebra: readonly OpRow[] = [matMul, dot, outerProduct, einsum, qr, gramSchmidt, bandPart];
