/** A call that there are no steps left to follow: what it hands over has the shapes that it has. */
import { expect, test } from 'vitest';
import { found } from './lower.js';

/** More than a unit has steps for. */
const LONG = `function long(x: tf.Tensor) {
  ${Array.from({ length: 100 }, (_, i) => `x = x.mul(0.5).add(${i}).neg();`).join('\n  ')}
  return x;
}`;

/** Short functions are run whenever they are called. */
const NOT_SHORT = ' '.repeat(200);

const program = (update: string, call: string, first = 'long(long(tf.tensor2d(rows)));'): string => `
  ${LONG}
  ${update}
  export function train(rows: number[][], labels: number[]) {
    ${first}
    ${call}
  }`;

const FOLLOWED = [expect.stringMatching(/^silent-broadcast warning: update\(/)];
const READ_BY_ITSELF = [expect.stringMatching(/^silent-broadcast warning: .*\.sub\(/)];

test.each([
  [
    'a tensor',
    `function update(x: tf.Tensor, y: tf.Tensor) { ${NOT_SHORT} return x.sum(1, true).sub(y).square().mean(); }`,
    'return update(tf.tensor2d(rows), tf.tensor1d(labels));',
  ],
  [
    'fields of an object',
    `function update(data: any) { ${NOT_SHORT} return data.x.sum(1, true).sub(data.y).square().mean(); }`,
    'return update({ x: tf.tensor2d(rows), y: tf.tensor1d(labels) });',
  ],
  [
    'fields that are taken apart',
    `function update({ batch: { x }, y }: any) { ${NOT_SHORT} return x.sum(1, true).sub(y).square().mean(); }`,
    'return update({ batch: { x: tf.tensor2d(rows) }, y: tf.tensor1d(labels) });',
  ],
])('%s', (_, update, call) => {
  expect(found(program(update, call, ''))).toEqual(FOLLOWED);
  expect(found(program(update, call))).toEqual(READ_BY_ITSELF);
});

test('what the comment says goes first', () => {
  const update = `/** @shape y [B, 1] */
    function update(x: tf.Tensor, y: tf.Tensor) { ${NOT_SHORT} return x.sum(1, true).sub(y).square().mean(); }`;
  expect(found(program(update, 'return update(tf.tensor2d(rows), tf.tensor1d(labels));'))).toEqual([]);
});
