/** Random tensors, attributes and calls, drawn by the kinds of a row's parameters. */
import fc from 'fast-check';
import type { AttributeValue, OpRow, Parameter } from '../../src/ops/row.js';

export type Draw = fc.GeneratorValue;

export type DrawnType = 'float32' | 'int32' | 'bool' | 'number' | 'complex64' | 'string';

export interface DrawnTensor {
  readonly shape: readonly number[];
  readonly dtype: DrawnType;
  readonly values: readonly number[];
  /** What a tensor of strings holds instead of numbers. */
  readonly texts?: readonly string[];
  /** How much wider than its values the table is told the range is. */
  readonly width: 'exact' | 'wider' | 'assumed' | 'unknown';
}

export interface DrawnCall {
  readonly operands: Readonly<Record<string, DrawnTensor | readonly DrawnTensor[]>>;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Attributes that are functions: the table is told nothing of them. */
  readonly functions?: Readonly<Record<string, unknown>>;
}

// Values

const BOUNDARY: readonly number[] = [
  0,
  0,
  -0,
  1,
  1,
  -1,
  2,
  -2,
  3,
  -3,
  6,
  7,
  0.5,
  -0.5,
  1.5,
  2.5,
  0.1,
  -0.2,
  10,
  100,
  -100,
  1 + 2 ** -23,
  1 - 2 ** -24,
  -1 - 2 ** -23,
  -1 + 2 ** -24,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -1e-38,
  2.9e-39,
  5.4e-20,
  -2.7e-23,
  1.1e-19,
  1e-8,
  -5.96e-8,
  1.19e-7,
  1e-4,
  13.94,
  -13.95,
  17.33,
  -17.33,
  88.72283,
  88.72284,
  -88.7,
  89.416,
  103.972,
  -103.973,
  104,
  -104,
  3.1415927,
  1.5707964,
  2 ** 24,
  2 ** 24 + 2,
  1e10,
  -1e10,
  1e19,
  -1e19,
  1.8446745e19,
  1e20,
  -1e20,
  3e38,
  -3e38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
];

const SPECIAL = [NaN, Infinity, -Infinity];

export const float32: fc.Arbitrary<number> = fc
  .oneof(
    { weight: 5, arbitrary: fc.constantFrom(...BOUNDARY) },
    { weight: 2, arbitrary: fc.integer({ min: -5, max: 5 }) },
    { weight: 2, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }) },
    { weight: 1, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  )
  .map(Math.fround);

const int32 = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(100, -100, 65536, 16777217, 2147483647, -2147483648) },
);

function valuesOf(g: Draw, dtype: DrawnType, count: number): number[] {
  if (dtype === 'string') return Array<number>(count).fill(0);
  const one = dtype === 'int32' ? int32 : dtype === 'bool' ? fc.integer({ min: 0, max: 1 }) : float32;
  const style = g(fc.integer, { min: 0, max: 9 });
  if (style <= 1) return Array<number>(count).fill(g(() => one));
  const special = style === 2 && dtype !== 'int32' && dtype !== 'bool';
  const sign = style === 3 && dtype !== 'int32' ? Math.abs : (x: number): number => x;
  const element = special ? fc.oneof(one, fc.constantFrom(...SPECIAL)) : one;
  return g(() => fc.array(element, { minLength: count, maxLength: count })).map(sign);
}

// Shapes

const size = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 8, arbitrary: fc.integer({ min: 2, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);

export function drawShape(g: Draw, minRank = 0, maxRank = 4): number[] {
  const rank = g(fc.integer, { min: minRank, max: maxRank });
  return g(() => fc.array(size, { minLength: rank, maxLength: rank }));
}

/** A shape that mostly broadcasts with this one. */
export function related(g: Draw, shape: readonly number[]): number[] {
  const style = g(fc.integer, { min: 0, max: 9 });
  if (style === 0) return drawShape(g);
  if (style <= 3) return [...shape];
  const dropped = shape.slice(g(fc.integer, { min: 0, max: shape.length }));
  return dropped.map((length) => (g(fc.integer, { min: 0, max: 3 }) === 0 ? 1 : length));
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function tensorOf(g: Draw, shape: readonly number[], dtype: DrawnType): DrawnTensor {
  const width = g(
    () =>
      fc.constantFrom('exact', 'exact', 'exact', 'wider', 'assumed', 'unknown') as fc.Arbitrary<
        DrawnTensor['width']
      >,
  );
  return { shape, dtype, values: valuesOf(g, dtype, count(shape)), width };
}

// Element types

const TYPES: Readonly<Record<string, DrawnType>> = {
  condition: 'bool',
  mask: 'bool',
  indices: 'int32',
  segmentIds: 'int32',
  sparseIndices: 'int32',
  targets: 'float32',
};

/** Rows that take bool tensors under a name that says nothing. */
const BOOL_ROWS = new Set(['logicalNot', 'logicalAnd', 'logicalOr', 'logicalXor', 'all', 'any']);

function drawType(g: Draw, row: OpRow, name: string): DrawnType {
  if (row.name.startsWith('js.')) return 'number';
  const likely = BOOL_ROWS.has(row.name) ? 'bool' : (TYPES[name] ?? 'float32');
  const style = g(fc.integer, { min: 0, max: 99 });
  if (style < 76) return likely;
  if (style < 84) return 'int32';
  if (style < 90) return 'bool';
  if (style < 97) return 'float32';
  return style < 99 ? 'number' : 'complex64';
}

// Attributes

export function drawAxes(g: Draw, rank: number): AttributeValue {
  const style = g(fc.integer, { min: 0, max: 9 });
  const axis = (): number =>
    style === 9
      ? g(fc.integer, { min: -rank - 1, max: rank })
      : g(fc.integer, { min: -rank, max: Math.max(rank - 1, -rank) });
  if (style <= 1) return null;
  if (style <= 5) return axis();
  const axes = Array.from({ length: g(fc.integer, { min: 0, max: Math.min(rank, 3) }) }, axis);
  const distinct = new Map(axes.map((value) => [((value % rank) + rank) % rank, value]));
  return [...distinct.values()];
}

function drawAttribute(g: Draw, parameter: Parameter, rank: number): AttributeValue {
  switch (parameter.kind) {
    case 'axes':
      return drawAxes(g, rank);
    case 'boolean':
      return g(fc.boolean);
    case 'integer':
      return g(fc.integer, { min: -2, max: 5 });
    case 'number':
      return g(() => float32);
    case 'shape':
      return g(() => fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }));
    case 'numbers':
      return g(() => fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }));
    case 'dtype':
      return g(() => fc.constantFrom('float32', 'int32', 'bool', 'complex64', 'float64'));
    case 'string':
      return g(() => fc.constantFrom('reflect', 'symmetric', 'NHWC', 'left', 'right'));
    default:
      return undefined;
  }
}

// Calls

export function byParameters(g: Draw, row: OpRow): DrawnCall {
  const operands: Record<string, DrawnTensor | readonly DrawnTensor[]> = {};
  const attributes: Record<string, AttributeValue> = {};
  let first: DrawnTensor | undefined;
  for (const parameter of row.parameters) {
    const leftOut = parameter.optional === true && g(fc.integer, { min: 0, max: 2 }) === 0;
    if (parameter.kind === 'tensor') {
      if (leftOut) continue;
      const drawn = drawOperand(g, row, parameter.name, first);
      first ??= drawn;
      operands[parameter.name] = drawn;
    } else if (parameter.kind === 'tensors') {
      const list = drawList(g, row, parameter.name);
      first ??= list[0];
      operands[parameter.name] = list;
    } else {
      const value = leftOut ? parameter.default : drawAttribute(g, parameter, first?.shape.length ?? 0);
      attributes[parameter.name] = value === undefined ? parameter.default : value;
    }
  }
  return { operands, attributes };
}

function drawOperand(g: Draw, row: OpRow, name: string, first: DrawnTensor | undefined): DrawnTensor {
  const dtype = drawType(g, row, name);
  if (dtype === 'number') return tensorOf(g, [], 'number');
  // Now and then the very same tensor: x - x, x * x.
  if (first !== undefined && first.dtype === dtype && g(fc.integer, { min: 0, max: 7 }) === 0) return first;
  return tensorOf(g, first === undefined ? drawShape(g) : related(g, first.shape), dtype);
}

function drawList(g: Draw, row: OpRow, name: string): DrawnTensor[] {
  const length = g(() => fc.constantFrom(1, 2, 2, 3, 3, 0));
  const shape = drawShape(g);
  const dtype = drawType(g, row, name);
  return Array.from({ length }, () => {
    const odd = g(fc.integer, { min: 0, max: 11 }) === 0;
    const type = dtype === 'number' ? 'float32' : dtype;
    return tensorOf(
      g,
      odd ? related(g, shape) : shape,
      g(fc.integer, { min: 0, max: 15 }) === 0 ? 'int32' : type,
    );
  });
}

/** Any single attribute replaced by these. */
export function withAttributes(call: DrawnCall, attributes: DrawnCall['attributes']): DrawnCall {
  return { ...call, attributes: { ...call.attributes, ...attributes } };
}

/** The first tensor of a call, if it has one. */
export function firstTensor(call: DrawnCall): DrawnTensor | undefined {
  return Object.values(call.operands).flat()[0] as DrawnTensor | undefined;
}
