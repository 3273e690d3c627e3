/** What the op table knows of values that an interval alone does not: each line is an expression and its range. */
import { describe, expect, test } from 'vitest';
import {
  assumedInput,
  constantRange,
  interval,
  reached,
  unknownRange,
  type Range,
} from '../../src/facts/range.js';
import { shapeOf, symbol, type Shape } from '../../src/facts/shape.js';
import type { AttributeValue, OpCall, Operand } from '../../src/ops/row.js';
import { opNamed } from '../../src/ops/table.js';

// Writing expressions

function input(range: Range = assumedInput(), shape: Shape | undefined = shapeOf(symbol('B'), 10)): Operand {
  return { op: 'input', operands: {}, attributes: {}, shape, dtype: 'float32', range };
}

function number(value: number): Operand {
  const range = constantRange(value);
  return { op: 'constant', operands: {}, attributes: { value }, shape: [], dtype: 'number', range };
}

type Argument = Operand | number | boolean | string | null | readonly number[];

/** `tf('sum', x, -1, true)`; numbers are operands where the row takes a tensor. `moments.variance` is an output. */
function tf(path: string, ...args: readonly Argument[]): Operand {
  const [name, output] = path.split('.') as [string, string | undefined];
  const row = opNamed(name)!;
  const operands: Record<string, Operand> = {};
  const attributes: Record<string, AttributeValue> = {};
  for (const [index, { name: parameter, kind, default: fallback }] of row.parameters.entries()) {
    const given = args[index];
    if (kind === 'tensor')
      operands[parameter] = typeof given === 'number' ? number(given) : (given as Operand);
    else attributes[parameter] = given === undefined ? fallback : (given as AttributeValue);
  }
  const call: OpCall = { operands, attributes, output, freshSize: symbol };
  return {
    op: name,
    operands,
    attributes,
    shape: row.shape(call) as Shape,
    dtype: row.dtype(call),
    range: row.range(call),
  };
}

/** `[0 attained, 1 attained]`, to four digits. */
function show({ range }: Operand): string {
  const digits = (value: number): string => String(Number(value.toPrecision(4)));
  const end = (value: number, by: string): string => `${Object.is(value, -0) ? '-0' : digits(value)} ${by}`;
  return `[${end(range.low, range.lowBy)}, ${end(range.high, range.highBy)}]${range.mayBeNaN ? ' or NaN' : ''}`;
}

/** An expression in the words of TensorFlow.js beside what the table makes of it. */
type Line = readonly [written: string, expression: Operand, range: string];

function lines(...table: readonly Line[]): void {
  test.each(table)('%s', (_, expression, range) => {
    expect(show(expression)).toBe(range);
  });
}

/** A tensor nobody described, of shape [B, 10]; a value that could not be followed; a promise written down. */
const x = input();
const unknown = input(unknownRange(), undefined);
const p = input(interval(0, 1, 'declared'));

const y = input();
const vector = input(assumedInput(), shapeOf(3));
const centred = tf('sub', x, tf('mean', x, -1, true));
const variance = tf('mean', tf('square', centred), -1, true);
const standardised = tf('div', centred, tf('sqrt', tf('add', variance, 1e-5)));
const max = tf('max', x, -1, true);
const shifted = tf('sub', x, max);
const e = tf('exp', shifted);
const total = tf('sum', e, -1, true);
const norm = tf('norm', x, 'euclidean', -1, true);

describe('a bounded function meets its ends, whatever is assumed of x', () => {
  lines(
    ['sigmoid(x)', tf('sigmoid', x), '[3.784e-44 attained, 1 attained]'],
    ['tanh(x)', tf('tanh', x), '[-1 attained, 1 attained]'],
    ['softmax(x)', tf('softmax', x), '[0 attained, 1 attained]'],
    ['1 - softmax(x)', tf('sub', 1, tf('softmax', x)), '[0 attained, 1 attained]'],
    ['relu(x)', tf('relu', x), '[0 attained, 100 assumed]'],
    ['square(x), which is 0 only where x is', tf('square', x), '[0 assumed, 10000 assumed]'],
    ['abs(x), likewise', tf('abs', x), '[0 assumed, 100 assumed]'],
    [
      'sum(square(x)), which is 0 for a zero vector',
      tf('sum', tf('square', x)),
      '[0 attained, 42950000000000 bound]',
    ],
    ['square(x) + square(y)', tf('add', tf('square', x), tf('square', x)), '[0 attained, 20000 assumed]'],
    ['sin(x)', tf('sin', x), '[-1 attained, 1 attained]'],
    ['exp(x)', tf('exp', x), '[3.784e-44 attained, Infinity assumed]'],
    ['logSoftmax(x)', tf('logSoftmax', x), '[-202.3 assumed, 0 attained]'],
    ['clipByValue(x, 1e-7, 1)', tf('clipByValue', x, 1e-7, 1), '[1e-7 attained, 1 attained]'],
    ['maximum(x, 1e-7)', tf('maximum', x, 1e-7), '[1e-7 attained, 100 assumed]'],
  );
});

describe('linear operations keep what is assumed and what is declared', () => {
  lines(
    ['x + 1', tf('add', x, 1), '[-99 assumed, 101 assumed]'],
    ['1 - p', tf('sub', 1, p), '[0 declared, 1 declared]'],
    ['p * x', tf('mul', p, x), '[-100 assumed, 100 assumed]'],
    ['sum(p, -1)', tf('sum', p, -1), '[0 declared, 10 declared]'],
    ['mean(x)', tf('mean', x), '[-100 assumed, 100 assumed]'],
  );
});

describe('float32 is taken at its word', () => {
  lines(
    ['1 - 1e-8', tf('sub', number(1), 1e-8), '[1 attained, 1 attained]'],
    ['1 + 5.96e-8', tf('add', number(1), 5.96e-8), '[1 attained, 1 attained]'],
    [
      '1 - clip(?, 1e-8, 1 - 1e-8)',
      tf('sub', 1, tf('clipByValue', p, 1e-8, 1 - 1e-8)),
      '[0 attained, 1 attained]',
    ],
    ['log(p + 1e-8)', tf('log', tf('add', p, 1e-8)), '[-18.42 declared, 0 declared]'],
    ['log(1 - sigmoid(x))', tf('log', tf('sub', 1, tf('sigmoid', x))), '[-Infinity attained, 0 attained]'],
    ['x mod 3, which a little below 0 rounds to 3', tf('mod', x, 3), '[-0 attained, 3 attained]'],
    ['floor(x) mod 3', tf('mod', tf('floor', x), 3), '[-0 attained, 2 attained]'],
    ['square(1e20)', tf('square', number(1e20)), '[Infinity attained, Infinity attained]'],
  );
});

describe('NaN comes from the domain, and from Infinity', () => {
  lines(
    ['log(p)', tf('log', p), '[-Infinity declared, 0 declared]'],
    ['p * log(p)', tf('mul', p, tf('log', p)), '[-0.3679 attained, 0 declared] or NaN'],
    ['1 / p', tf('div', 1, p), '[1 declared, Infinity declared]'],
    ['1 / x', tf('div', 1, x), '[-Infinity assumed, Infinity assumed]'],
    [
      'exp(x) - exp(2x)',
      tf('sub', tf('exp', x), tf('exp', tf('mul', x, 2))),
      '[-Infinity assumed, Infinity assumed] or NaN',
    ],
  );

  test('a denominator that is 0 but never -0 does not reach -Infinity', () => {
    expect(tf('div', 1, tf('relu', x)).range.low).toBeGreaterThan(0);
    expect(tf('div', 1, tf('neg', tf('relu', x))).range.low).toBe(-Infinity);
  });
});

describe('what an operand was made of', () => {
  const zeroOrNaN = tf('sub', tf('exp', x), tf('exp', x));
  lines(
    ['x - max(x)', shifted, '[-200 assumed, 0 attained]'],
    ['exp(x - max(x))', e, '[0 attained, 1 attained]'],
    ['sum(exp(x - max(x)))', total, '[1 attained, 10 attained]'],
    ['log(sum(exp(x - max(x))))', tf('log', total), '[0 attained, 2.303 attained]'],
    ['e / sum(e)', tf('div', e, total), '[0 attained, 1 attained]'],
    [
      'exp(x) / sum(exp(x))',
      tf('div', tf('exp', x), tf('sum', tf('exp', x), -1, true)),
      '[0 attained, 1 attained] or NaN',
    ],
    [
      '|x|ᵃ / sum(|x|ᵃ), of x that is not known to be 0',
      tf('div', tf('pow', y, 0.6), tf('sum', tf('pow', y, 0.6))),
      '[0 assumed, 1 attained] or NaN',
    ],
    ['sum(softmax(x), -1)', tf('sum', tf('softmax', x), -1), '[1 attained, 1 attained]'],
    ['sum(e / sum(e), -1)', tf('sum', tf('div', e, total), -1), '[1 attained, 1 attained]'],
    ['x - logSumExp(x)', tf('sub', x, tf('logSumExp', x, -1, true)), '[-202.3 assumed, 0 attained]'],
    [
      'logSumExp(1 / 0)',
      tf('logSumExp', tf('reciprocal', number(0))),
      '[Infinity attained, Infinity attained] or NaN',
    ],
    ['logSumExp(x) - x', tf('sub', tf('logSumExp', x, -1, true), x), '[-0 attained, 202.3 assumed]'],
    ['logSumExp(x) - max(x)', tf('sub', tf('logSumExp', x), tf('max', x)), '[-0 attained, 222.2 bound]'],
    ['x - minimum(x, 1)', tf('sub', x, tf('minimum', x, 1)), '[-0 attained, 200 assumed]'],
    [
      'minimum(x, y) - maximum(y, x)',
      tf('sub', tf('minimum', x, y), tf('maximum', y, x)),
      '[-200 assumed, 0 attained]',
    ],
    ['relu(x) - x', tf('sub', tf('relu', x), x), '[-0 attained, 200 assumed]'],
    ['x - floor(x)', tf('sub', x, tf('floor', x)), '[-0 attained, 1 attained]'],
    ['maximum(x, -x)', tf('maximum', x, tf('neg', x)), '[0 attained, 100 assumed]'],
    [
      '|x| / (|x| + |y|)',
      tf('div', tf('abs', x), tf('add', tf('abs', x), tf('abs', y))),
      '[0 assumed, 1 attained] or NaN',
    ],
    ['x / (1 + |x|)', tf('div', x, tf('add', 1, tf('abs', x))), '[-1 attained, 1 attained]'],
    [
      'x / max(norm(x), 1e-12)',
      tf('div', x, tf('maximum', tf('norm', x, 2, -1, true), 1e-12)),
      '[-1 attained, 1 attained]',
    ],
    ['c / sqrt(mean(c²) + 1e-5)', standardised, '[-3.162 attained, 3.162 attained]'],
    ['x · x', tf('dot', vector, vector), '[0 attained, 30000 assumed]'],
    ['max(x) - min(x)', tf('sub', tf('max', x), tf('min', x)), '[0 attained, 200 assumed]'],
    ['x * x', tf('mul', x, x), '[0 assumed, 10000 assumed]'],
    ['x - x', tf('sub', x, x), '[0 attained, 0 attained]'],
    ['sum(p) / sum(p)', tf('div', tf('sum', p), tf('sum', p)), '[1 attained, 1 attained] or NaN'],
    ['moments(x).variance', tf('moments.variance', x), '[0 attained, 40000 assumed]'],
    [
      'mean(x²) - mean(x)²',
      tf('sub', tf('mean', tf('square', x)), tf('square', tf('mean', x))),
      '[-0.009537 attained, 10000 assumed]',
    ],
    ['x / max(norm(x), 1e-8)', tf('div', x, tf('maximum', norm, 1e-8)), '[-1 attained, 1 attained]'],
    [
      'dot / max(norm(x) * norm(p), 1e-8)',
      tf(
        'div',
        tf('sum', tf('mul', x, p), -1),
        tf('maximum', tf('mul', tf('norm', x, 2, -1), tf('norm', p, 2, -1)), 1e-8),
      ),
      '[-1 attained, 1 attained]',
    ],
    [
      '(x - min(x)) / (max(x) - min(x))',
      tf('div', tf('sub', x, tf('min', x)), tf('sub', tf('max', x), tf('min', x))),
      '[-0 attained, 1 attained] or NaN',
    ],
    ['where(x > 0, x, 1)', tf('where', tf('greater', x, 0), x, 1), '[1.401e-45 bound, 100 assumed]'],
    [
      'where(norm(x) = 0, 1, norm(x))',
      tf('where', tf('equal', norm, 0), 1, norm),
      '[1.401e-45 bound, 316.2 assumed]',
    ],
    [
      'where(norm(x) ≠ 0, norm(x), 1)',
      tf('where', tf('notEqual', norm, 0), norm, 1),
      '[1.401e-45 bound, 316.2 assumed]',
    ],
    [
      'where(z = 0, 1, z) of a z that is 0 or NaN',
      tf('where', tf('equal', zeroOrNaN, 0), 1, zeroOrNaN),
      '[0 attained, 1 attained] or NaN',
    ],
    ['where(x = 0, 1, x)', tf('where', tf('equal', x, 0), 1, x), '[-100 assumed, 100 assumed]'],
    ['where(x >= 1, x, 2)', tf('where', tf('greaterEqual', x, 1), x, 2), '[1 attained, 100 assumed]'],
  );

  test('each row of exp(x - max(x)) holds a 1', () => {
    expect(shifted.range.holds).toEqual({ value: 0, axes: [1] });
    expect(e.range.holds).toEqual({ value: 1, axes: [1] });
  });

  test('a maximum along another axis says nothing of the rows', () => {
    const other = tf('sub', x, tf('max', x, 0, true));
    expect(show(tf('sum', tf('exp', other), -1))).toBe('[0 attained, 10 attained]');
  });

  test('without keepDims the rows of a square tensor meet the wrong maxima', () => {
    const square = input(assumedInput(), shapeOf(10, 10));
    expect(show(tf('sub', square, tf('max', square, -1)))).toBe('[-200 assumed, 200 assumed]');
  });

  test('an expression written twice is the same value; two draws are not', () => {
    expect(show(tf('sub', tf('exp', x), tf('exp', x)))).toBe('[0 attained, 0 attained] or NaN');
    expect(show(tf('sub', tf('dropout', p, 0.5), tf('dropout', p, 0.5)))).toBe('[-2 declared, 2 declared]');
  });

  test('a norm that is not guarded may underflow to 0, which ordinary inputs do not reach', () => {
    const unit = tf('div', x, norm);
    expect(show(unit)).toBe('[-Infinity bound, Infinity bound] or NaN');
    expect(show({ ...unit, range: reached(unit.range) })).toBe('[-1 attained, 1 attained] or NaN');
  });
});

describe('a sum over a number of terms that is not known', () => {
  const sum = tf('sum', x);

  test('is bounded by what a tensor can hold, and reaches what one row does', () => {
    expect(show(sum)).toBe('[-429500000000 bound, 429500000000 bound]');
    expect(show({ ...sum, range: reached(sum.range) })).toBe('[-1000 assumed, 1000 assumed]');
  });

  lines(
    ['exp(sum(x))', tf('exp', sum), '[0 attained, Infinity assumed]'],
    ['sigmoid(sum(x))', tf('sigmoid', sum), '[0 attained, 1 attained]'],
  );
});

describe('a value that could not be followed', () => {
  lines(
    ['log(?)', tf('log', unknown), '[-Infinity bound, Infinity bound] or NaN'],
    ['? + 1', tf('add', unknown, 1), '[-Infinity bound, Infinity bound] or NaN'],
    // The code drives these ends, whatever comes in.
    ['log(sigmoid(?))', tf('log', tf('sigmoid', unknown)), '[-Infinity attained, 0 attained] or NaN'],
    ['clip(?, 1e-7, 1)', tf('clipByValue', unknown, 1e-7, 1), '[1e-7 attained, 1 attained] or NaN'],
    ['norm(? - x)', tf('norm', tf('sub', unknown, x)), '[0 attained, Infinity bound] or NaN'],
  );
});
