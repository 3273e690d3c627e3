/** What a backend does with float32 numbers. Also sent to a browser as its source: it must not use anything around it. */
export interface Measured {
  readonly renderer: string;
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

/**
 * Measures the current backend of this TensorFlow.js. An edge is the float32 number, nearest to where a property holds,
 * at which it does not; a smallest number is a power of two.
 */
export function measure(tf: object): Omit<Measured, 'renderer'> {
  const library = tf as Record<string, Op> & {
    tensor1d(values: readonly number[]): Tensor;
    tidy<T>(body: () => T): T;
    backend(): { epsilon(): number };
  };
  const call = (op: string, operands: readonly number[][], ...rest: unknown[]): number[] =>
    library.tidy(() =>
      Array.from(library[op]!(...operands.map((values) => library.tensor1d(values)), ...rest).dataSync()),
    );
  const at = (op: string, ...operands: number[]): number =>
    call(
      op,
      operands.map((value) => [value]),
    )[0]!;
  const softmax = (gap: number): number =>
    library.tidy(() => library['softmax']!(library.tensor1d([gap, 0])).dataSync()[1]!);

  const edge = (holds: (x: number) => boolean, from: number, to: number): number => {
    let [inside, outside] = [from, to];
    for (let step = 0; step < 60; step += 1) {
      const middle = Math.fround(inside + (outside - inside) / 2);
      if (middle === inside || middle === outside) break;
      if (holds(middle)) inside = middle;
      else outside = middle;
    }
    return outside;
  };
  const smallest = (keeps: (x: number) => boolean): number => {
    let exponent = -100;
    while (exponent > -150 && keeps(2 ** (exponent - 1))) exponent -= 1;
    return 2 ** exponent;
  };

  const edges = {
    'exp(x) is Infinity from': edge((x) => Number.isFinite(at('exp', x)), 1, 200),
    'exp(-x) is 0 from': edge((x) => at('exp', -x) > 0, 1, 200),
    'sigmoid(-x) is 0 from': edge((x) => at('sigmoid', -x) > 0, 1, 200),
    'sigmoid(x) is 1 from': edge((x) => at('sigmoid', x) < 1, 1, 200),
    'tanh(x) is 1 from': edge((x) => at('tanh', x) < 1, 1, 200),
    'softmax([x, 0]) has a 0 from': edge((x) => softmax(x) > 0, 1, 200),
    'log(softmax([x, 0])) is -Infinity from': edge((x) => Number.isFinite(at('log', softmax(x))), 1, 200),
    'cosh(x) is Infinity from': edge((x) => Number.isFinite(at('cosh', x)), 1, 200),
    'x² is Infinity from': edge((x) => Number.isFinite(at('square', x)), 1, 1e30),
    '1 + x is 1 below': edge((x) => at('add', 1, x) > 1, 1e-2, 1e-12),
    'smallest that mul gives': smallest((x) => at('mul', x * 2 ** 64, 2 ** -64) > 0),
    'smallest that relu keeps': smallest((x) => at('relu', x) > 0),
    'smallest that log reads': smallest((x) => Number.isFinite(at('log', x))),
  };

  const asked: readonly (readonly [string, ...number[]])[] = [
    ...(['relu', 'relu6', 'sigmoid', 'tanh', 'abs', 'sign', 'round', 'isNaN'] as const).map(
      (op) => [op, NaN] as const,
    ),
    ...(['maximum', 'minimum', 'add', 'greater'] as const).flatMap(
      (op) => [[op, NaN, 1] as const, [op, 1, NaN] as const] as const,
    ),
    ...[0, -0, -1, 1e-40].map((x) => ['log', x] as const),
    ...[0, -1].flatMap((x) => [['sqrt', x] as const, ['rsqrt', x] as const, ['reciprocal', x] as const]),
    ...([
      ['div', 0, 0],
      ['div', 1, 0],
      ['div', 1e-40, 1e-40],
      ['divNoNan', 1, 0],
    ] as const),
    ...([
      ['pow', -2, 2],
      ['pow', -2, 3],
      ['pow', -2, 0.5],
      ['pow', 0, 0],
      ['pow', 0, -1],
    ] as const),
    ...([
      ['mod', -1, 3],
      ['mod', 1, 0],
      ['floorDiv', -1, 2],
      ['floorDiv', 1, 0],
    ] as const),
    ...([
      ['asin', 1.0000001],
      ['acos', 1.0000001],
      ['acosh', 0.9999],
      ['atanh', 1],
    ] as const),
    ...([
      ['log1p', -1],
      ['log1p', 1e-8],
      ['expm1', 1e-8],
      ['softplus', -100],
      ['softplus', 100],
    ] as const),
    ...([
      ['exp', Infinity],
      ['exp', -Infinity],
      ['sub', Infinity, Infinity],
      ['mul', Infinity, 0],
    ] as const),
    ...([
      ['tanh', 100],
      ['sin', 1e5],
      ['atan2', 0, 0],
      ['round', 0.5],
      ['round', 1.5],
    ] as const),
  ];
  const answers = Object.fromEntries(
    asked.map(([op, ...operands]) => {
      const name = `${op}(${operands.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(', ')})`;
      return [name, String(at(op, ...operands))];
    }),
  );
  const among = [0.25, NaN, 0.75];
  for (const op of ['max', 'min', 'sum', 'argMax'])
    answers[`${op}([${among.join(', ')}])`] = String(call(op, [among])[0]);
  answers['clipByValue(NaN, 0, 1)'] = String(call('clipByValue', [[NaN]], 0, 1)[0]);

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
  const ulps = Object.fromEntries(
    Object.entries(exactly).map(([op, [f, low, high]]) => {
      const xs = between(low, high);
      const real = call(op, [xs]);
      return [op, Math.max(...xs.map((x, i) => Math.abs(real[i]! - f(x)) / ulpOf(f(x))))];
    }),
  );
  return { epsilon: library.backend().epsilon(), edges, answers, ulps };
}
