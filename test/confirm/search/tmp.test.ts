import { it } from 'vitest';
import { confirm, tensor } from './closures.js';
const log0 = { op: 'log', region: { operand: 'x', low: -Infinity, high: 0 }, harm: 'value', failures: ['infinity', 'nan'] } as const;
it('big', async () => {
  for (const add of [0, 1e-7]) {
  const r = await confirm({ ...log0, inputs: { x: tensor(1, ['B', 784], [0, 1]), w: tensor(2, [784, 200], [-1, 1]), v: tensor(3, [200, 10], [-1, 1]) }, run: (tf, at, x, w, v) => { const p = tf.softmax(tf.matMul(tf.relu(tf.matMul(x, w)), v)).add(add); return at({ x: p }, () => tf.log(p)).mul(-1).mean(); } });
  console.log(r.status, r.points, r.evaluations, r.elapsedMs, r.reason, JSON.stringify(r.witness)?.length);
  }
}, 120000);
