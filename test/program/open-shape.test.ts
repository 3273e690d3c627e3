/** Shapes of which only is known that they are those of a parameter, held against TensorFlow.js at every rank. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it, test } from 'vitest';
import { isOpen, ofRank, showAnyShape } from '../../src/facts/open-shape.js';
import type { Size } from '../../src/facts/shape.js';
import { formOf } from '../../src/program/shapes/open-shape.js';
import { nodesIn } from '../../src/program/values.js';
import { found, lower } from './lower.js';

/** The form of what a function of `x` and `y` gives. */
function form(expression: string) {
  const { lowered } = lower(`export const f = (x: tf.Tensor, y: tf.Tensor) => ${expression};`);
  const { returned } = lowered.units.find(({ unit }) => unit.name === 'f')!;
  return formOf(nodesIn(returned[0]!)[0]!);
}

const shown = (expression: string): string => showAnyShape(form(expression));

/** Of what the base of a form is this rank, the real shape if there is one. */
function real(expression: string, rank: number): number[] | undefined {
  const f = new Function('tf', 'x', `return ${expression};`) as (
    library: typeof tf,
    x: tf.Tensor,
  ) => tf.Tensor;
  return tf.tidy(() => {
    try {
      return f(tf, tf.ones(SIZES.slice(0, rank))).shape;
    } catch {
      return undefined;
    }
  });
}

const SIZES = [4, 3, 5, 2];

function numberOf(size: Size): number {
  if (typeof size === 'number') return size;
  const product = size.symbols.reduce((total, name) => total * SIZES[Number(name.replace(/^x\./, ''))]!, 1);
  return size.coefficient * product;
}

const OF_ONE: readonly (readonly [string, string])[] = [
  ['x.log().add(1)', '[...x]'],
  ['tf.softmax(x)', '[...x]'],
  ['x.mean(-1)', '[...x[:-1]]'],
  ['x.mean(-1, true)', '[...x[:-1], 1]'],
  ['x.sub(x.mean(-1, true))', '[...x]'],
  ['x.sub(x.mean(0))', '[...x]'],
  ['x.sum(0)', '[...x[1:]]'],
  ['x.sum(1)', '[x.0, ...x[2:]]'],
  ['x.sum(x.rank - 1)', '[...x[:-1]]'],
  ['x.sum(x.shape.length - 1, true).add(tf.ones([x.shape[x.rank - 1]]))', '[...x]'],
  ['x.argMax(-1)', '[...x[:-1]]'],
  ['tf.moments(x, 0).variance.sqrt()', '[...x[1:]]'],
  ['x.expandDims(-1)', '[...x, 1]'],
  ['x.expandDims(1)', '[x.0, 1, ...x[1:]]'],
  ['x.expandDims(0).squeeze([0])', '[...x]'],
  ['tf.stack([x, x.neg()], -1)', '[...x, 2]'],
  ['tf.unstack(x)[0]', '[...x[1:]]'],
  ['tf.concat([x, x], -1)', '[...x[:-1], 2·x.-1]'],
  ['x.slice([0, 1], [-1, 2])', '[x.0, 2, ...x[2:]]'],
  [`tf.gather(x, tf.tensor1d([1, 2], 'int32'))`, '[2, ...x[1:]]'],
  [`tf.oneHot(x.cast('int32'), 7)`, '[...x, 7]'],
  ['tf.matMul(x, tf.ones([2, 6]))', '[...x[:-1], 6]'],
  ['x.cumsum(1).reverse()', '[...x]'],
  ['tf.where(x.greater(0), x, tf.zerosLike(x))', '[...x]'],
];

describe('what an op makes of a tensor of any rank', () => {
  it.each(OF_ONE)('%s is %s', (expression, text) => {
    const open = form(expression)!;
    expect(showAnyShape(open)).toBe(text);
    if (!isOpen(open)) throw new Error('The rank is known.');
    for (let rank = 0; rank <= SIZES.length; rank += 1) {
      const shape = real(expression, rank);
      // What it asks of sizes, such as 2 columns, only some of the ranks have.
      if (shape !== undefined) expect(ofRank(open, rank).map(({ size }) => numberOf(size))).toEqual(shape);
      if (rank < open.least) expect(shape).toBeUndefined();
    }
  });
});

describe('what is not told apart', () => {
  it('the last axis of what is left without one may be the first', () => {
    expect(shown('x.mean(1)')).toBe('[x.0, ...x[2:]]');
    expect(shown('x.mean(1).max(-1)')).toBe('[...max([x.0, ...x[2:]])]');
  });

  it('all axes in another order', () => {
    expect(shown('x.transpose()')).toBe('[...transpose(x)]');
  });

  it('an axis that slid under another one', () => {
    expect(shown('x.sub(x.mean(-1))')).toBe('[...([...x[:-1]]|x)]');
  });
});

describe('lists of sizes of unknown length', () => {
  it.each([
    ['tf.zeros(x.shape)', '[...x]'],
    ['x.reshape([...x.shape.slice(0, -1), 3, -1])', '[...x[:-1], 3, ?'],
    ['x.reshape(x.shape.concat([1]))', '[...x, 1]'],
    ['tf.ones([2, ...x.shape.slice(1)])', '[2, ...x[1:]]'],
    ['x.reshape(y.shape)', '[...y]'],
    ['tf.zeros(x.shape.slice(1, -1))', '[...x[1:-1]]'],
  ])('%s is %s', (expression, text) => {
    expect(shown(expression).startsWith(text)).toBe(true);
  });

  it('what was written to since is another list', () => {
    const { lowered } = lower(`
      export function f(x: tf.Tensor) {
        const sizes = x.shape.slice();
        sizes.push(4);
        return tf.zeros(sizes);
      }`);
    const { returned } = lowered.units.find(({ unit }) => unit.name === 'f')!;
    expect(formOf(nodesIn(returned[0]!)[0]!)).toBeUndefined();
  });
});

describe('several parameters', () => {
  it.each([
    ['x.add(y)', '[...(x|y)]'],
    ['x.add(y).mul(x).sub(1)', '[...(x|y)]'],
    ['x.add(y).mean(-1)', '[...(x|y)[:-1]]'],
    ['x.mean(-1, true).mul(y.max(-1, true))', '[...([...x[:-1]]|[...y[:-1]]), 1]'],
    ['tf.matMul(x, y)', '[...([...x[:-2]]|[...y[:-2]]), x.-2, y.-1]'],
  ])('%s is %s', (expression, text) => {
    expect(shown(expression)).toBe(text);
  });
});

test('where a call throws at all ranks but one, the rank is that one', () => {
  expect(shown('x.transpose([1, 0])')).toBe('[x.1, x.0]');
  expect(shown('tf.softmax(x, 1)')).toBe('[x.0, x.1]');
});

test('what may have any number of axes has no form', () => {
  expect(shown('x.squeeze()')).toBe('[?]');
});

describe('what rules make of it', () => {
  it('a column of any rank but one, against a row', () => {
    expect(
      found(`
        export const loss = (x: tf.Tensor, y: tf.Tensor) =>
          tf.matMul(x, tf.ones([4, 1])).sub(y.flatten()).square().mean();`),
    ).toEqual(['silent-broadcast warning: tf.matMul(x, tf.ones([4, 1])).sub(y.flatten())']);
  });

  it('where it may as well be one number, nothing is said', () => {
    expect(
      found(
        `export const f = (x: tf.Tensor, y: tf.Tensor) => x.sum(-1, true).sub(y.flatten()).abs().mean();`,
      ),
    ).toEqual([]);
  });
});
