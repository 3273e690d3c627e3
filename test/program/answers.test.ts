/** What calls give that nobody described: of a field of it, too, nothing is known, whatever method has its name. */
import { expect, test } from 'vitest';
import { showShape } from '../../src/facts/shape.js';
import { lower } from './lower.js';

const shapes = (body: string): readonly string[] =>
  lower(`export function f(env: any) { const steps: number[][] = []; ${body} }`)
    .unit('f')
    .nodes.filter(({ op }) => op === 'tensor2d')
    .map(({ shape }) => showShape(shape));

test.each([
  `for (;;) { const { done } = env.step(); steps.push([1, 2]); if (done) break; } return tf.tensor2d(steps);`,
  `for (;;) { const answer = env.step(); steps.push([1, 2]); if (answer.done) return tf.tensor2d(steps); }`,
  `while (true) { const answer = env.step(); steps.push([1, 2]); if (answer.isOver) break; } return tf.tensor2d(steps);`,
  `for (let i = 0; i < 100; i++) { const answer = env.step(); steps.push([1, 2]); if (answer.done || i > 5) break; } return tf.tensor2d(steps);`,
  `do { const answer = env.step(); steps.push([1, 2]); if (!answer.goesOn) break; } while (true); return tf.tensor2d(steps);`,
])('a loop that an answer ends goes any number of rounds: %s', (body) => {
  expect(shapes(body).map((shape) => shape.replace(/\?\d+/, '?'))).toContain('[?, 2]');
});

test('both ways of a condition are ways', () => {
  const body = `if (env.step().done) return tf.tensor2d([[1, 2]]); return tf.tensor2d([[1], [2]]);`;
  expect(shapes(body)).toEqual(['[1, 2]', '[2, 1]']);
});
