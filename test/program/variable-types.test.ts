/** Variables that code fills which runs at its own time are what their types say, or what the file assigns to them. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const TOLD = ['silent-broadcast warning: xs.sum(1, true).sub(ys)'];

/** Of `ys` nobody says whether it is a row or a column. */
const OPEN = ['silent-broadcast info: xs.sum(1, true).sub(ys)'];

describe('of a module', () => {
  const program = (declared: string, xs = 'data.xs', ys = 'data.ys'): string => `${declared}
    export async function load(path: string) {
      const data = await (await fetch(path)).json();
      xs = ${xs};
      ys = ${ys};
    }
    export const errors = () => xs.sum(1, true).sub(ys);`;

  it('by their types', () => {
    expect(found(program('let xs: tf.Tensor2D; let ys: tf.Tensor1D;'))).toEqual(TOLD);
    expect(found(program('let xs: tf.Tensor2D; let ys: tf.Tensor2D;'))).toEqual([]);
  });

  it('by their types, which may be null', () => {
    expect(found(program('let xs: tf.Tensor2D | null = null; let ys: tf.Tensor1D | null = null;'))).toEqual(
      TOLD,
    );
  });

  it('by what is assigned to them', () => {
    const program1 = program('let xs, ys = null;', 'tf.tensor2d(data.xs)', 'tf.tensor1d(data.ys)');
    expect(found(program1)).toEqual(TOLD);
    expect(found(program('let xs, ys = null;', 'tf.tensor2d(data.xs)', 'tf.tensor2d(data.ys)'))).toEqual([]);
  });

  it('unknown where two assignments differ', () => {
    const reset = 'export const reset = () => { ys = tf.zeros([8, 1]); };';
    const text = program('let xs, ys;', 'tf.tensor2d(data.xs)', 'tf.tensor1d(data.ys)');
    expect(found(`${text}\n${reset}`)).toEqual(OPEN);
  });

  it('unknown where one is written by a pattern', () => {
    const text = program('let xs, ys;', 'tf.tensor2d(data.xs)', 'tf.tensor1d(data.ys)');
    expect(found(`${text}\nexport const next = () => { [xs, ys] = queue.shift(); };`)).toEqual([]);
    expect(found(`${text}\nexport const first = () => { ys ??= tf.tensor1d([0]); };`)).toEqual(TOLD);
    expect(found(`${text}\nexport const first = () => { ys ??= tf.tensor2d([[0]]); };`)).toEqual(OPEN);
  });
});

it('of a function, between its handlers', () => {
  const program = (rank: string): string => `declare const data: any;
    export function setup(button: HTMLElement) {
      let xs: tf.Tensor2D;
      let ys: tf.Tensor${rank};
      button.addEventListener('load', () => { xs = data.xs; ys = data.ys; });
      button.addEventListener('click', () => xs.sum(1, true).sub(ys));
    }`;
  expect(found(program('1D'))).toEqual(TOLD);
  expect(found(program('2D'))).toEqual([]);
});

it('a parameter of the same name is another variable', () => {
  expect(
    found(`export function first(rows: any) { let labels: tf.Tensor1D; labels = rows.labels; return labels; }
      export function second(labels: any, xs: tf.Tensor2D) {
        labels = labels.rows;
        return xs.sum(1, true).sub(labels);
      }`),
  ).toEqual([]);
});
