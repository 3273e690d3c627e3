/** The op table: every row, by name and by chained spelling. */
import { activation } from './activation.js';
import { binaries } from './binary.js';
import { cells } from './cells.js';
import { comparison } from './comparison.js';
import { creation } from './creation.js';
import { sequences } from './sequences.js';
import { elementwise } from './elementwise.js';
import { fusions } from './fused.js';
import { image } from './image.js';
import { implied } from './implied.js';
import { indexing } from './indexing.js';
import { counting } from './counting.js';
import { metrics } from './metrics.js';
import { models } from './models.js';
import { norms } from './norm.js';
import { normalisation } from './normalisation.js';
import { signal } from './signal.js';
import { javascript } from './javascript.js';
import { linearAlgebra } from './linear-algebra.js';
import { losses } from './losses.js';
import { ragged } from './ragged.js';
import { random } from './random.js';
import { reductions } from './reduction.js';
import type { Attributes, OpRow } from './row.js';
import { scans } from './scan.js';
import { sparse } from './sparse.js';
import { spatial } from './spatial.js';
import { pools } from './pooling.js';
import { structure } from './structure.js';
import { texts } from './texts.js';
import { paddings } from './padding.js';

/** The rows by what they are about, in the order of the files. */
export const opFamilies: Readonly<Record<string, readonly OpRow[]>> = {
  elementwise,
  activation,
  binary: binaries,
  comparison,
  reduction: reductions,
  norm: norms,
  scan: scans,
  creation,
  sequences,
  structure,
  padding: paddings,
  'linear algebra': linearAlgebra,
  cells,
  spatial,
  pooling: pools,
  losses,
  random,
  image,
  fused: fusions,
  indexing,
  counting,
  sparse,
  ragged,
  texts,
  metrics,
  normalisation,
  signal,
  javascript,
};

export const allOps: readonly OpRow[] = Object.values(opFamilies).flat();

/** A chained spelling: whose row it is, the order of its parameters (the receiver first), and what it fixes. */
export interface ChainedSpelling {
  readonly row: OpRow;
  readonly parameters: readonly string[];
  readonly attributes?: Attributes | undefined;
}

const byName = new Map<string, OpRow>();
const byChainedName = new Map<string, ChainedSpelling>();

for (const row of allOps) {
  for (const name of [row.name, ...(row.aliases ?? [])]) byName.set(name, row);
  // A method is called by the last part of its name: `x.resizeBilinear()` is `tf.image.resizeBilinear(x)`.
  if (row.chained) byChainedName.set(row.name.split('.').at(-1)!, { row, parameters: row.chained });
  for (const { name, parameters, attributes } of row.chainedAliases ?? []) {
    byChainedName.set(name, { row, parameters: parameters ?? row.chained ?? [], attributes });
  }
}

for (const row of [...implied, ...models]) byName.set(row.name, row);

/** The row of `tf.<name>`; `js.exp` is Math.exp. */
export function opNamed(name: string): OpRow | undefined {
  return byName.get(name);
}

/** The row of `x.<name>()`. */
export function opChained(name: string): ChainedSpelling | undefined {
  return byChainedName.get(name);
}
