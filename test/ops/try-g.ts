import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { drawCall } from './generators.js';
import { runOp } from '../../src/ops/call.js';
import { allOps } from '../../src/ops/table.js';
await tf.setBackend('cpu');
const only = new RegExp(process.argv[2] ?? '.');
for (const row of allOps) {
  if (!only.test(row.name) || row.name.startsWith('js.') || row.name === 'truncatedNormal') continue;
  const tensors = row.parameters.filter((p) => p.kind === 'tensor' || p.kind === 'tensors');
  if (tensors.length === 0) continue;
  const seen: Record<string, Record<string, number>> = {};
  const messages: Record<string, string> = {};
  const calls = fc.sample(fc.gen().map((g) => drawCall(g, row)), { numRuns: 60, seed: 3 });
  for (const call of calls) {
    if (call === undefined) continue;
    const make = (t: any) => t.dtype === 'number' ? tf.scalar(Math.random() * 2 + 0.3) : t.dtype === 'complex64' ? tf.complex(tf.randomUniform(t.shape), tf.randomUniform(t.shape)) : t.dtype === 'string' ? tf.tensor(t.values.map(String), t.shape, 'string') : t.dtype === 'float32' ? tf.randomUniform(t.shape, 0.3, 2) : tf.tensor(t.values.length ? [...t.values] : new Float32Array(0), [...t.shape], t.dtype);
    const operands: any = {};
    for (const [n, t] of Object.entries(call.operands)) operands[n] = Array.isArray(t) ? t.map(make) : make(t);
    let out: any;
    try { out = runOp(tf, row, { operands, attributes: call.attributes }); } catch { continue; }
    if (out instanceof Promise) { await out.catch(() => 0); continue; }
    for (const { name } of tensors) {
      const given = operands[name];
      if (given === undefined) continue;
      const wrt = Array.isArray(given) ? given[0] : given;
      if (wrt === undefined || wrt.dtype !== 'float32' || wrt.size === 0) continue;
      const total = (o: any) => { const list = Array.isArray(o) ? o : o instanceof tf.Tensor ? [o] : Object.values(o); let f = list.filter((x: any) => x.dtype === 'float32'); if (f.length === 0) f = list.map((x:any)=>x.dtype==='complex64'?tf.real(x):tf.cast(x, 'float32')); return tf.addN(f.map((x: any) => tf.sum(tf.mul(x, 1.7)))); };
      let verdict: string;
      try {
        const g = tf.grad((x) => total(runOp(tf, row, { operands: { ...operands, [name]: Array.isArray(given) ? [x, ...given.slice(1)] : x }, attributes: call.attributes })))(wrt);
        const v = Array.from(g.dataSync());
        verdict = v.every((e) => e === 0) ? 'zero' : 'flows';
      } catch (e) { verdict = 'throws'; messages[name] = (e as Error).message.slice(0, 90); }
      seen[name] ??= {}; seen[name]![verdict] = (seen[name]![verdict] ?? 0) + 1;
    }
  }
  for (const [name, verdicts] of Object.entries(seen)) {
    const said = typeof row.gradient === 'string' ? row.gradient : row.gradient[name];
    const keys = Object.keys(verdicts);
    const agree = keys.length === 1 && keys[0] === said;
    if (!agree) console.log(row.name, name, 'says', said, JSON.stringify(verdicts), messages[name] ?? '');
  }
}
process.exit(0);
