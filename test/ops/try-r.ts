import { compareRandomCalls } from './random-calls.js';
const only = new RegExp(process.argv[3] ?? '.');
const t = performance.now();
const r = await compareRandomCalls(Number(process.argv[2] ?? 50), Number(process.argv[5] ?? 1), only);
const by: Record<string, number> = {};
for (const d of r.disagreements) by[d.op] = (by[d.op] ?? 0) + 1;
console.log(r.compared, r.agreed, by, performance.now() - t);
const seen: Record<string, number> = {};
for (const d of r.disagreements) {
  seen[d.op] = (seen[d.op] ?? 0) + 1;
  if (seen[d.op]! > Number(process.argv[4] ?? 2)) continue;
  console.log(`${d.call.slice(0, 420)}\n    ${d.reason.slice(0, 300)}`);
}
process.exit(0);
