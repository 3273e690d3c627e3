/** What a backend does with float32 numbers. */
export interface Measured {
  readonly epsilon: number;
  /** Where a result changes its kind, by what is asked. */
  readonly edges: Readonly<Record<string, number>>;
  /** What is made of NaN, Infinity, 0 and halves, as text: JSON has no NaN. */
  readonly answers: Readonly<Record<string, string>>;
  /** The largest distance from the exact result in units in the last place, over ordinary operands. */
  readonly ulps: Readonly<Record<string, number>>;
}

interface Tensor {
  dataSync(): ArrayLike<number>;
}
type Op = (...args: unknown[]) => Tensor;
type Library = Record<string, Op> & {
  tensor1d(values: readonly number[]): Tensor;
  tidy<T>(body: () => T): T;
  backend(): { epsilon(): number };
};

/** Measures the current backend of this TensorFlow.js. */
export function measure(tf: object): Measured {
  const library = tf as Library;
  return {
    epsilon: library.backend().epsilon(),
    edges: edgesOf(library),
    answers: answersOf(library),
    ulps: ulpsOf(library),
  };
}

function valuesOf(tf: Library, op: string, operands: readonly number[][], ...rest: unknown[]): number[] {
  return tf.tidy(() =>
    Array.from(tf[op]!(...operands.map((values) => tf.tensor1d(values)), ...rest).dataSync()),
  );
}

function scalarOf(tf: Library, op: string, ...operands: number[]): number {
  return valuesOf(
    tf,
    op,
    operands.map((value) => [value]),
  )[0]!;
}

/** The share of the smaller of two logits. */
function softmaxOf(tf: Library, gap: number): number {
  return valuesOf(tf, 'softmax', [[gap, 0]])[1]!;
}

/** The float32 number, nearest to where a property holds, at which it does not, on the way from where it does. */
function edge(holds: (x: number) => boolean, from: number, to: number): number {
  let [inside, outside] = [from, to];
  for (let step = 0; step < 200; step += 1) {
    const middle = Math.fround(inside + (outside - inside) / 2);
    if (middle === inside || middle === outside) break;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** The smallest power of two. */
function smallest(keeps: (x: number) => boolean): number {
  let exponent = -100;
  while (exponent > -150 && keeps(2 ** (exponent - 1))) exponent -= 1;
  return 2 ** exponent;
}

/** The edges of the current backend, measured. */
export function edgesOf(library: object): Measured['edges'] {
  const tf = library as Library;
  return {
    'exp(x) is Infinity from': edge((x) => Number.isFinite(scalarOf(tf, 'exp', x)), 1, 200),
    'exp(-x) is 0 from': edge((x) => scalarOf(tf, 'exp', -x) > 0, 1, 200),
    'sigmoid(-x) is 0 from': edge((x) => scalarOf(tf, 'sigmoid', -x) > 0, 1, 200),
    'sigmoid(x) is 1 from': edge((x) => scalarOf(tf, 'sigmoid', x) < 1, 1, 200),
    'tanh(x) is 1 from': edge((x) => scalarOf(tf, 'tanh', x) < 1, 1, 200),
    'softmax([x, 0]) has a 0 from': edge((x) => softmaxOf(tf, x) > 0, 1, 200),
    'log(softmax([x, 0])) is -Infinity from': edge(
      (x) => Number.isFinite(scalarOf(tf, 'log', softmaxOf(tf, x))),
      1,
      200,
    ),
    'cosh(x) is Infinity from': edge((x) => Number.isFinite(scalarOf(tf, 'cosh', x)), 1, 200),
    'x² is Infinity from': edge((x) => Number.isFinite(scalarOf(tf, 'square', x)), 1, 1e30),
    '1 + x is 1 below': edge((x) => scalarOf(tf, 'add', 1, x) > 1, 1e-2, 1e-12),
    'smallest that mul gives': smallest((x) => scalarOf(tf, 'mul', x * 2 ** 64, 2 ** -64) > 0),
    'smallest that relu keeps': smallest((x) => scalarOf(tf, 'relu', x) > 0),
    'smallest that log reads': smallest((x) => Number.isFinite(scalarOf(tf, 'log', x))),
  };
}

/** What the ops are asked at the edges of their domains. */
function callsAtEdges(): readonly (readonly [op: string, ...operands: number[]])[] {
  return [
    ...(['relu', 'relu6', 'sigmoid', 'tanh', 'abs', 'sign', 'round', 'isNaN'] as const).map(
      (op) => [op, NaN] as const,
    ),
    ...(['maximum', 'minimum', 'add', 'greater'] as const).flatMap(
      (op) => [[op, NaN, 1] as const, [op, 1, NaN] as const] as const,
    ),
    ...[0, -0, -1, 1e-40].map((x) => ['log', x] as const),
    ...[0, -1].flatMap((x) => [['sqrt', x] as const, ['rsqrt', x] as const, ['reciprocal', x] as const]),
    ['div', 0, 0],
    ['div', 1, 0],
    ['div', 1e-40, 1e-40],
    ['divNoNan', 1, 0],
    ['pow', -2, 2],
    ['pow', -2, 3],
    ['pow', -2, 0.5],
    ['pow', 0, 0],
    ['pow', 0, -1],
    ['mod', -1, 3],
    ['mod', 1, 0],
    ['floorDiv', -1, 2],
    ['floorDiv', 1, 0],
    ['asin', 1.0000001],
    ['acos', 1.0000001],
    ['acosh', 0.9999],
    ['atanh', 1],
    ['log1p', -1],
    ['log1p', 1e-8],
    ['expm1', 1e-8],
    ['softplus', -100],
    ['softplus', 100],
    ['exp', Infinity],
    ['exp', -Infinity],
    ['sub', Infinity, Infinity],
    ['mul', Infinity, 0],
    ['tanh', 100],
    ['sin', 1e5],
    ['atan2', 0, 0],
    ['round', 0.5],
    ['round', 1.5],
  ];
}

function answersOf(tf: Library): Measured['answers'] {
  const answers = Object.fromEntries(
    callsAtEdges().map(([op, ...operands]) => {
      const name = `${op}(${operands.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(', ')})`;
      return [name, String(scalarOf(tf, op, ...operands))];
    }),
  );
  const among = [0.25, NaN, 0.75];
  for (const op of ['max', 'min', 'sum', 'argMax'])
    answers[`${op}([${among.join(', ')}])`] = String(valuesOf(tf, op, [among])[0]);
  answers['clipByValue(NaN, 0, 1)'] = String(valuesOf(tf, 'clipByValue', [[NaN]], 0, 1)[0]);
  return answers;
}

function ulpsOf(tf: Library): Measured['ulps'] {
  const between = (low: number, high: number): number[] =>
    Array.from({ length: 4000 }, (_, i) => Math.fround(low + ((high - low) * (i + 0.5)) / 4000));
  const ulpOf = (x: number): number => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);
  const exactly: Record<string, readonly [f: (x: number) => number, low: number, high: number]> = {
    exp: [Math.exp, -80, 80],
    expm1: [Math.expm1, -1, 1],
    log: [Math.log, 0.01, 100],
    log1p: [Math.log1p, -0.5, 1],
    sqrt: [Math.sqrt, 0.01, 100],
    rsqrt: [(x) => 1 / Math.sqrt(x), 0.01, 100],
    reciprocal: [(x) => 1 / x, 0.01, 100],
    sigmoid: [(x) => 1 / (1 + Math.exp(-x)), -20, 20],
    tanh: [Math.tanh, -3, 3],
    sin: [Math.sin, 0.1, 3],
    cos: [Math.cos, -1.5, 1.5],
    asinh: [Math.asinh, -100, -1],
  };
  return Object.fromEntries(
    Object.entries(exactly).map(([op, [f, low, high]]) => {
      const xs = between(low, high);
      const real = valuesOf(tf, op, [xs]);
      return [op, Math.max(...xs.map((x, i) => Math.abs(real[i]! - f(x)) / ulpOf(f(x))))];
    }),
  );
}

/** The text of `measure` and of all that it calls, for a browser: nothing else of this module is there. */
export const MEASURE_SOURCE = [
  ...[measure, valuesOf, scalarOf, softmaxOf, edge, smallest],
  ...[edgesOf, callsAtEdges, answersOf, ulpsOf],
].join('\n');
