/** `gradlint shapes`: the source with the shapes of its tensors beside them. */
import { describe, expect, test } from 'vitest';
import { shapeHints } from '../../src/program/shapes/shape-hints.js';
import { inlay, inlayText } from '../../src/report/render/inlay.js';
import { lower } from '../program/lower.js';

const FILE = '/project/main.ts';

function read(program: string) {
  const { lowered, project } = lower(program);
  const { source } = project.load(FILE)!;
  // The line of the import, which `lower` adds.
  const start = source.text.indexOf('\n') + 1;
  return { source, start, hints: shapeHints(lowered.units, FILE) };
}

/** As it is printed where there is no terminal: code that still runs. */
function shown(program: string, colour = false): string {
  const { source, start, hints } = read(program);
  return inlayText({ text: source.text, start, end: source.text.length }, hints, colour);
}

test('every tensor expression has its shape behind it, parameters where they are declared', () => {
  expect(
    shown(`
export function standardise(x: tf.Tensor2D) {
  const { mean, variance } = tf.moments(x, 0);
  return x.sub(mean).div(variance.add(1e-6).sqrt());
}
`),
  ).toBe(`
export function standardise(x /* [x.0, x.1] */: tf.Tensor2D) {
  const { mean, variance } = tf.moments(x, 0) /* mean [x.1], variance [x.1] */;
  return x.sub(mean) /* [x.0, x.1] */.div(variance.add(1e-6) /* [x.1] */.sqrt() /* [x.1] */) /* [x.0, x.1] */;
}
`);
});

test('names of sizes are those of the comment above the function', () => {
  expect(
    shown(`
/** @shape q [B, C]
 *  @shape target [1, C] */
export const loss = (q: tf.Tensor, target: tf.Tensor) => q.sub(target).square().mean();
`),
  ).toBe(`
/** @shape q [B, C]
 *  @shape target [1, C] */
export const loss = (q /* [B, C] */: tf.Tensor, target /* [1, C] */: tf.Tensor) => q.sub(target) /* [B, C] */.square() /* [B, C] */.mean() /* [] */;
`);
});

test('what is not known is marked where it is lost, and not again', () => {
  expect(
    shown(`
import { load } from 'elsewhere';
export const f = async (sizes: number[]) => tf.ones(sizes).neg().reshape([-1, 3]).exp();
`),
  ).toBe(`
import { load } from 'elsewhere';
export const f = async (sizes: number[]) => tf.ones(sizes) /* [?] */.neg().reshape([-1, 3]) /* [?1, 3] */.exp() /* [?1, 3] */;
`);
});

test('where any rank is taken, shapes are told as those of a parameter', () => {
  expect(
    shown(`
export const centre = (x: tf.Tensor) => x.sub(x.mean(-1, true));
export const weighted = (x: tf.Tensor, w: tf.Tensor) => x.mul(w).sum(0);
`),
  ).toBe(`
export const centre = (x /* [...x] */: tf.Tensor) => x.sub(x.mean(-1, true) /* [...x[:-1], 1] */) /* [...x] */;
export const weighted = (x /* [...x] */: tf.Tensor, w /* [...w] */: tf.Tensor) => x.mul(w) /* [...(w|x)] */.sum(0) /* [...(w|x)[1:]] */;
`);
});

test('a function that is called has the shapes that it is called with', () => {
  expect(
    shown(`
const square = (x: tf.Tensor) => tf.mul(x, x);
export const a = square(tf.ones([2]));
export const b = square(tf.ones([2, 3]));
`),
  ).toBe(`
const square = (x: tf.Tensor) => tf.mul(x, x) /* [2] or [2, 3] */;
export const a = square(tf.ones([2]) /* [2] */);
export const b = square(tf.ones([2, 3]) /* [2, 3] */);
`);
});

test('models and layers have shapes, lists have a length, other types than float32 are named, and what throws says why', () => {
  expect(
    shown(`
const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5 }), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
const scores = model.predict(tf.ones([4, 28, 28, 1]));
const best = tf.argMax(scores, 0);
const halves = tf.split(scores, 2);
const wrong = tf.add(scores, tf.ones([3, 1]));
`),
  ).toBe(`
const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5 }), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
const scores = model.predict(tf.ones([4, 28, 28, 1]) /* [4, 28, 28, 1] */) /* [4, 1] */;
const best = tf.argMax(scores, 0) /* int32 [1] */;
const halves = tf.split(scores, 2) /* 2 × [2, 1] */;
const wrong = tf.add(scores, tf.ones([3, 1]) /* [3, 1] */) /* throws: operands could not be broadcast together with shapes [4, 1] and [3, 1] */;
`);
});

test('in a terminal it is told by colour', () => {
  expect(shown(`const a = tf.ones([2]);\n`, true)).toBe(`const a = tf.ones([2])\u001b[36m [2]\u001b[39m;\n`);
});

describe('for editors', () => {
  test('each expression with its place, and each size with where it came from', () => {
    const { source, hints } = read(`const f = (x: tf.Tensor2D) => tf.matMul(x, tf.ones([4, 1]));`);
    const { expressions } = inlay(
      'main.ts',
      hints,
      ({ span }) => source.text.slice(span.start, span.end),
      (offset) => ({ line: 1, column: offset }),
    );
    expect(expressions.map(({ expression }) => expression)).toEqual([
      'x',
      'tf.ones([4, 1])',
      'tf.matMul(x, tf.ones([4, 1]))',
    ]);
    expect(expressions.at(-1)!.ways).toEqual([
      {
        origin: 'matMul',
        dtype: 'float32',
        throws: null,
        outputs: [
          {
            name: null,
            shape: ['x.0', 1],
            axes: ['axis 0 of `x`', 'a 1 by construction'],
            form: null,
            claimed: false,
          },
        ],
      },
    ]);
  });

  test('a shape that is that of a parameter is no list of sizes', () => {
    const { source, hints } = read('export const f = (x: tf.Tensor) => x.mean(-1);');
    const { expressions } = inlay(
      'main.ts',
      hints,
      ({ span }) => source.text.slice(span.start, span.end),
      () => ({ line: 1, column: 1 }),
    );
    expect(expressions.at(-1)!.ways[0]!.outputs).toEqual([
      { name: null, shape: null, form: '[...x[:-1]]', axes: null, claimed: false },
    ]);
  });

  test('a rank that only a type claims is said to be one', () => {
    const { hints } = read(`import { load } from 'elsewhere';\nconst y = tf.neg(load() as tf.Tensor1D);`);
    const { expressions } = inlay(
      'main.ts',
      hints,
      () => '',
      () => ({ line: 1, column: 1 }),
    );
    expect(expressions[0]!.ways[0]!.outputs).toEqual([
      { name: null, shape: ['?1'], form: null, axes: [null], claimed: true },
    ]);
  });
});
