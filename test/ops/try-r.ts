import { compareRandomCalls } from './random-calls.js';
import { creation } from '../../src/ops/creation.js';
import { structure } from '../../src/ops/structure.js';
import { indexing } from '../../src/ops/indexing.js';
import { linearAlgebra } from '../../src/ops/linear-algebra.js';
import { spatial } from '../../src/ops/spatial.js';
import { image } from '../../src/ops/image.js';
import { signal } from '../../src/ops/signal.js';
import { losses } from '../../src/ops/losses.js';
import { metrics } from '../../src/ops/metrics.js';
import { normalisation } from '../../src/ops/normalisation.js';
import { random } from '../../src/ops/random.js';
import { fusions } from '../../src/ops/fused.js';
const mine = [creation, structure, indexing, linearAlgebra, spatial, image, signal, losses, metrics, normalisation, random, fusions].flat().map((r) => r.name);
const filter = new RegExp(process.argv[3] ?? '.');
const only = new RegExp(`^(${mine.filter((n) => filter.test(n)).join('|').replaceAll('.', '\\.')})$`);
const t = performance.now();
const r = await compareRandomCalls(Number(process.argv[2] ?? 50), Number(process.argv[5] ?? 1), only);
const by: Record<string, number> = {};
for (const d of r.disagreements) by[d.op] = (by[d.op] ?? 0) + 1;
console.log(mine.length, r.compared, r.agreed, by, performance.now() - t);
const seen: Record<string, number> = {};
for (const d of r.disagreements) {
  seen[d.op] = (seen[d.op] ?? 0) + 1;
  if (seen[d.op]! > Number(process.argv[4] ?? 2)) continue;
  console.log(`${d.call.slice(0, 420)}\n    ${d.reason.slice(0, 300)}`);
}
process.exit(0);
