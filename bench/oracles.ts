import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allOps, opFamilies } from '../src/ops/table.js';
import { compareRandomCalls, type Comparison, type OpCounts } from '../test/ops/random-calls.js';
import { opsWithoutRow, publicOps } from '../test/ops/public-ops.js';
import type { Shipped } from './shipped-oracle.js';
import { table } from './table.js';

/** Enough that 100,000 random calls are compared in all. */
const RUNS_PER_OP = 360;
const SMOKE_RUNS_PER_OP = 5;
const SEED = 20_260_101;

const shippedOracle = fileURLToPath(new URL('shipped-oracle.ts', import.meta.url));

/** The op table against TensorFlow.js itself: thrown or not, shape, dtype, and every value inside the predicted range. */
export async function oracles(smoke: boolean): Promise<string> {
  // In a process of its own: it loads a second copy of the library, and kernels are registered once a process.
  const shipped = JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', shippedOracle, smoke ? 'smoke' : 'all'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    })
      .split('\n')
      .at(-1)!,
  ) as Shipped;
  const random = await compareRandomCalls(smoke ? SMOKE_RUNS_PER_OP : RUNS_PER_OP, SEED);
  const rows = [
    ['random calls', allOps.length, random.compared, random.agreed, 0, random.compared - random.agreed],
    [
      `op calls of ${shipped.files} test files shipped in tfjs-core`,
      shipped.ops,
      shipped.compared,
      shipped.agreed,
      shipped.explained,
      shipped.unexplained.length,
    ],
  ];
  const listed = [
    ...random.disagreements.map(({ op, reason, call }) => `- ${op}: ${reason} in ${call}`),
    ...shipped.unexplained.map((text) => `- ${text}`),
  ];
  return [
    '## The op table against TensorFlow.js\n',
    table(['oracle', 'ops', 'compared', 'agreed', 'explained', 'unexplained'], rows),
    `\nPublic ops without a row: ${opsWithoutRow().length} of ${publicOps().length}`,
    '\n### Random calls by family\n',
    familyTable(random),
    ...listed.slice(0, 40),
  ].join('\n');
}

/** Predicted shape equal to the real one, or a call that throws as predicted; what a call agrees in beside is its values. */
function familyTable({ perOp }: Comparison): string {
  const rows = Object.entries(opFamilies).map(([family, ops]) => {
    const counts = ops.map(({ name }) => perOp.get(name)!);
    const sum = (count: keyof OpCounts): number => counts.reduce((total, one) => total + one[count], 0);
    return [family, ops.length, sum('compared'), sum('agreed') - sum('thrown'), sum('thrown')];
  });
  const total = [1, 2, 3, 4].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  return table(
    ['family', 'ops', 'calls', 'shape, type and values as predicted', 'TensorFlow.js throws'],
    [...rows, ['all', ...total]],
  );
}
