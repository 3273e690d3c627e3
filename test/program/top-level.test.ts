/** What stands in a block at the top level of a module runs when the module does, and not at some later time. */
import { expect, it } from 'vitest';
import { found } from './lower.js';

const AVERAGE = `
class Average {
  private seen = 0;
  private total = tf.zeros([3]);
  add(x: tf.Tensor) {
    this.total = this.total.add(x);
    const mean = this.total.div(this.seen);
    this.seen++;
    return mean;
  }
}
const average = new Average();
`;

it.each([
  ['no block', 'average.add(tf.ones([3])).print();'],
  ['a block', '{ average.add(tf.ones([3])).print(); }'],
  ['a loop', 'for (let i = 0; i < 20; i++) average.add(tf.ones([3])).print();'],
  ['a condition', 'if (process.argv.length > 2) { average.add(tf.ones([3])).print(); }'],
  ['something that may throw', 'try { average.add(tf.ones([3])).print(); } catch { average; }'],
])('%s', (_, code) => {
  expect(found(AVERAGE + code)).toEqual(['division-near-zero warning: this.total.div(this.seen)']);
});

it('what a function finds later may be another object by then', () => {
  const next = 'export const next = () => average.add(tf.ones([3]));';
  const skipping = AVERAGE.replace('add(x', 'skip() { this.seen++; }\n  add(x');
  expect(found(skipping + next)).toEqual(['division-near-zero info: this.total.div(this.seen)']);
  // But what nothing else adds to is 0 in the first call of any.
  expect(found(AVERAGE + next)).toEqual(['division-near-zero warning: this.total.div(this.seen)']);
});
