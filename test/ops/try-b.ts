import { compareShippedCalls } from './shipped-calls.js';
const pattern = new RegExp(process.argv[2] ?? '.');
const onlyOp = new RegExp(process.argv[3] ?? '.');
const max = Number(process.argv[4] ?? 40);
const r = await compareShippedCalls({ files: (f) => pattern.test(f) });
const { disagreements, perOp, ...rest } = r;
const bad: Record<string, number> = {};
for (const d of disagreements) bad[d.op] = (bad[d.op] ?? 0) + 1;
console.log(rest);
console.log(bad, disagreements.length, Object.keys(perOp).length);
const seen: Record<string, number> = {};
for (const d of disagreements.filter((x) => onlyOp.test(x.op))) {
  seen[d.op] = (seen[d.op] ?? 0) + 1;
  if (seen[d.op]! > max) continue;
  console.log(`${d.op} (${d.file})\n   ${d.arguments}\n   predicted ${d.predicted}\n   actual    ${d.actual}`);
}
process.exit(0);
