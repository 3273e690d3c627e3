/**
 * Random small programs, in which results are used again: the oracle of the relations that intervals miss, such as
 * `x - max(x)` and `e / sum(e)`. Every value on the way must lie in its range, and be held where the range says so.
 */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { constantRange, interval, type Held, type Range } from '../../src/facts/range.js';
import { shapeOf, symbol } from '../../src/facts/shape.js';
import { isThrown } from '../../src/ops/build.js';
import { runOp } from '../../src/ops/call.js';
import type { AttributeValue, OpCall, Operand } from '../../src/ops/row.js';
import { opNamed } from '../../src/ops/table.js';
import { showRange, valueDifference } from './compare.js';
import type { Comparison, Disagreement } from './random-calls.js';
import { count, tensorOf, type Draw } from './random-values.js';

interface Value {
  readonly name: string;
  readonly operand: Operand;
  readonly tensor: tf.Tensor | number;
}

const UNARY = [
  'exp',
  'log',
  'sqrt',
  'square',
  'abs',
  'neg',
  'relu',
  'sigmoid',
  'tanh',
  'softmax',
  'logSoftmax',
  'reciprocal',
  'expm1',
  'log1p',
  'rsqrt',
  'softplus',
  'sign',
  'cumsum',
];
const BINARY = [
  'sub',
  'sub',
  'sub',
  'div',
  'div',
  'mul',
  'add',
  'maximum',
  'minimum',
  'squaredDifference',
  'pow',
];
const REDUCTIONS = ['max', 'max', 'min', 'sum', 'sum', 'mean', 'logSumExp', 'norm', 'euclideanNorm', 'prod'];
const CONSTANTS = [0, 1, 2, -1, 0.5, 1e-8, 1e-7, 1e-12, 100];

interface Program {
  readonly values: readonly Value[];
  readonly disagreement: string | undefined;
}

export async function compareRandomPrograms(
  programs: number,
  seed: number,
): Promise<Omit<Comparison, 'perOp'>> {
  await tf.setBackend('cpu');
  const drawn = fc.sample(
    fc.gen().map((g) => runProgram(g)),
    { numRuns: programs, seed },
  );
  const disagreements: Disagreement[] = [];
  let compared = 0;
  for (const { values, disagreement } of drawn) {
    compared += values.length;
    if (disagreement === undefined) continue;
    const { name, operand } = values.at(-1)!;
    disagreements.push({ op: operand.op, reason: disagreement, call: name });
  }
  return { compared, agreed: compared - disagreements.length, disagreements };
}

/** Draws and runs a program, up to the first disagreement. */
function runProgram(g: Draw): Program {
  tf.engine().startScope();
  try {
    const values: Value[] = [input(g)];
    for (let step = g(fc.integer, { min: 2, max: 8 }); step > 0; step -= 1) {
      const next = draw(g, values);
      if (next === undefined) continue;
      values.push(next);
      const disagreement = compare(next);
      if (disagreement !== undefined) return { values, disagreement };
    }
    return { values, disagreement: undefined };
  } finally {
    tf.engine().endScope();
  }
}

function input(g: Draw): Value {
  const shape = g(() => fc.constantFrom<number[][]>([3], [2, 3], [2, 2], [1, 3], [4, 1], [2, 2, 2], [1]));
  const drawn = tensorOf(g, shape, 'float32');
  const exact = constantRange(...drawn.values);
  const wide = g(fc.boolean) && Number.isFinite(exact.high - exact.low);
  const [low, high] = [
    Math.min(
      exact.low,
      g(() => fc.constantFrom(0, -1, -100)),
    ),
    Math.max(exact.high, 100),
  ];
  const range = wide ? interval(low, high, 'assumed', { mayBeNaN: exact.mayBeNaN }) : exact;
  return {
    name: `x[${shape}](${drawn.values.join(' ')} in ${showRange(range)})`,
    operand: { op: 'input', operands: {}, attributes: {}, shape: shapeOf(...shape), dtype: 'float32', range },
    tensor: tf.tensor([...drawn.values], shape),
  };
}

function draw(g: Draw, values: readonly Value[]): Value | undefined {
  const last = values.at(-1)!;
  const any = (): Value => values[g(fc.integer, { min: 0, max: values.length - 1 })]!;
  const style = g(fc.integer, { min: 0, max: 9 });
  if (style < 2)
    return apply(
      g(() => fc.constantFrom(...UNARY)),
      { x: g(fc.integer, { min: 0, max: 3 }) === 0 ? any() : last },
    );
  if (style === 2) return g(fc.boolean) ? normalised(g, last, any()) : averaged(g, last, any());
  if (style === 3 && g(fc.boolean)) return rearrange(g, last);
  if (style === 3) return guard(g, any(), last);
  if (style <= 5) return reduce(g, g(fc.integer, { min: 0, max: 3 }) === 0 ? any() : last);
  const name = g(() => fc.constantFrom(...BINARY));
  const other = g(fc.integer, { min: 0, max: 3 }) === 0 ? constant(g) : any();
  const [a, b] = g(fc.integer, { min: 0, max: 2 }) === 0 ? [last, other] : [other, last];
  return name === 'pow' ? apply(name, { base: a, exp: b }) : apply(name, { a, b });
}

/** The rank back that a reduction took, or the same values in another order. */
function rearrange(g: Draw, x: Value): Value | undefined {
  const rank = x.operand.shape!.length;
  if (rank < 4 && g(fc.integer, { min: 0, max: 2 }) > 0) {
    return apply('expandDims', { x }, { axis: g(fc.integer, { min: -rank - 1, max: rank }) });
  }
  return apply('reverse', { x }, { axis: rank === 0 ? null : g(fc.integer, { min: 0, max: rank - 1 }) });
}

/** x / norm(x), cosine similarity, min-max scaling, with guards and without. */
function normalised(g: Draw, x: Value, other: Value): Value | undefined {
  const attributes = {
    axis: g(fc.boolean) || x.operand.shape!.length === 0 ? null : -1,
    keepDims: g(fc.boolean),
  };
  const reduced = (name: string, of: Value | undefined): Value | undefined =>
    of && apply(name, { x: of }, attributes);
  const both = (name: string, a: Value | undefined, b: Value | undefined): Value | undefined =>
    a && b && apply(name, { a, b });
  const guarded = (value: Value | undefined): Value | undefined => {
    const guard = g(() => fc.constantFrom(undefined, 'maximum', 'add'));
    return guard === undefined ? value : both(guard, value, constant(g));
  };
  switch (g(fc.integer, { min: 0, max: 3 })) {
    case 0:
      return both('div', x, guarded(reduced('norm', x)));
    case 1: {
      const squares = reduced('sum', apply('square', { x }));
      const under = guarded(squares);
      return both('div', x, under && apply('sqrt', { x: under }));
    }
    case 2:
      return both(
        'div',
        reduced('sum', both('mul', x, other)),
        guarded(both('mul', reduced('norm', x), reduced('norm', other))),
      );
    default:
      return both(
        'div',
        both('sub', x, reduced('min', x)),
        guarded(both('sub', reduced('max', x), reduced('min', x))),
      );
  }
}

/** Averages by weights that sum to 1, dot products of vectors of length 1, squared distances that are written out. */
function averaged(g: Draw, x: Value, other: Value): Value | undefined {
  const axis = g(fc.boolean) ? -1 : 0;
  const both = (name: string, a: Value | undefined, b: Value | undefined): Value | undefined =>
    a && b && apply(name, { a, b });
  const sum = (of: Value | undefined, keepDims: boolean): Value | undefined =>
    of && apply('sum', { x: of }, { axis, keepDims });
  const ofSquares = (of: Value, keepDims = true): Value | undefined =>
    sum(apply('square', { x: of }), keepDims);
  const unit = (of: Value): Value | undefined => {
    const guarded = both(
      g(() => fc.constantFrom('maximum', 'add')),
      ofSquares(of),
      constant(g),
    );
    const inverse = guarded && apply('rsqrt', { x: guarded });
    const isInverse = g(fc.boolean);
    return isInverse ? both('mul', of, inverse) : both('div', of, guarded && apply('sqrt', { x: guarded }));
  };
  const cut = (of: Value | undefined): Value | undefined =>
    of && g(fc.boolean) ? (apply('transpose', { x: of }, { perm: null }) ?? of) : of;
  // Of more axes TensorFlow.js reads some values from the wrong places.
  const table = (a: Value | undefined, b: Value | undefined): Value | undefined =>
    a?.operand.shape!.length === 2 && b?.operand.shape!.length === 2
      ? apply('matMul', { a, b }, { transposeA: g(fc.boolean), transposeB: g(fc.boolean) })
      : undefined;
  switch (g(fc.integer, { min: 0, max: 4 })) {
    case 0:
      return sum(both('mul', unit(x), unit(other)), g(fc.boolean));
    case 1:
      return table(cut(unit(x)), cut(unit(other)));
    case 2:
      return sum(both('mul', apply('softmax', { x }), other), g(fc.boolean));
    case 3:
      return g(fc.boolean)
        ? table(cut(apply('softmax', { x })), other)
        : table(other, cut(apply('softmax', { x })));
    default: {
      const product = g(fc.boolean)
        ? sum(both('mul', x, other), true)
        : table(x, apply('transpose', { x: other }, { perm: null }));
      return both('sub', both('add', ofSquares(x), ofSquares(other)), both('mul', product, TWO));
    }
  }
}

const TWO: Value = {
  name: '2',
  operand: {
    op: 'constant',
    operands: {},
    attributes: { value: 2 },
    shape: [],
    dtype: 'number',
    range: constantRange(2),
  },
  tensor: 2,
};

/** `where(x > c, x, other)`: a guard of the value. */
function guard(g: Draw, x: Value, other: Value): Value | undefined {
  const comparison = g(() =>
    fc.constantFrom('greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'),
  );
  const bound = constant(g);
  const condition = apply(comparison, g(fc.boolean) ? { a: x, b: bound } : { a: bound, b: x });
  const [a, b] = g(fc.boolean) ? [x, other] : [other, x];
  return condition && apply('where', { condition, a, b });
}

function constant(g: Draw): Value {
  const value = g(() => fc.constantFrom(...CONSTANTS));
  const range = constantRange(value);
  return {
    name: String(value),
    operand: { op: 'constant', operands: {}, attributes: { value }, shape: [], dtype: 'number', range },
    tensor: value,
  };
}

function reduce(g: Draw, x: Value): Value | undefined {
  const rank = x.operand.shape!.length;
  const axis = g(fc.boolean) || rank === 0 ? null : g(fc.integer, { min: -rank, max: rank - 1 });
  const keepDims = g(fc.integer, { min: 0, max: 3 }) > 0;
  if (g(fc.integer, { min: 0, max: 5 }) === 0) return apply('moments', { x }, { axis, keepDims }, 'variance');
  return apply(
    g(() => fc.constantFrom(...REDUCTIONS)),
    { x },
    { axis, keepDims },
  );
}

function apply(
  name: string,
  given: Readonly<Record<string, Value>>,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  output?: string,
): Value | undefined {
  const row = opNamed(name)!;
  const names = row.parameters.map((parameter) => parameter.name);
  const operandName = names[0]!;
  const operands = 'x' in given ? { [operandName]: given['x']! } : given;
  const call: OpCall = {
    operands: mapValues(operands, (value) => value.operand),
    attributes: { ...defaults(row.parameters), ...attributes },
    output,
    freshSize: symbol,
  };
  const shape = row.shape(call);
  if (isThrown(shape) || shape === undefined) return undefined;
  const result = runOp(tf, row, {
    operands: mapValues(operands, (value) => value.tensor),
    attributes: call.attributes,
  });
  const tensor = (output === undefined ? result : (result as Record<string, unknown>)[output]) as tf.Tensor;
  if (tensor.shape.length > 4 || count(tensor.shape) > 200) return undefined;
  const shown = Object.values(operands)
    .map((value) => value.name)
    .join(', ');
  const written =
    attributes['axis'] === undefined ? '' : `, ${attributes['axis']}, ${attributes['keepDims']}`;
  return {
    name: `${name}(${shown}${written})${output === undefined ? '' : `.${output}`}`,
    operand: {
      op: name,
      operands: call.operands,
      attributes: call.attributes,
      shape,
      dtype: row.dtype(call),
      range: row.range(call),
    },
    tensor,
  };
}

function defaults(
  parameters: readonly { name: string; default?: AttributeValue }[],
): Record<string, AttributeValue> {
  return Object.fromEntries(parameters.map(({ name, default: value }) => [name, value]));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

function compare({ operand, tensor }: Value): string | undefined {
  if (typeof tensor === 'number') return undefined;
  const { range } = operand;
  const difference = valueDifference(range, {
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: tensor.dataSync(),
  });
  if (difference) return `${difference.actual}, the table says ${difference.predicted}`;
  return range.holds && compareHeld(range, range.holds, tensor);
}

/** Each slice holds the value, unless it is spoilt by NaN. */
function compareHeld(range: Range, held: Held, tensor: tf.Tensor): string | undefined {
  if (tensor.size === 0) return undefined;
  const hits = tf.logicalOr(tf.isNaN(tensor), tf.equal(tensor, held.value));
  const slices = tf.any(hits, held.axes === undefined ? undefined : [...held.axes]);
  if (Array.from(slices.dataSync()).every((hit) => hit === 1)) return undefined;
  return `does not hold ${held.value} along ${String(held.axes)}: ${tensor.dataSync().join(' ')} in ${showRange(range)}`;
}
