import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allCases } from './census/cases.js';
import { dataFile, defectsOf, type Seen } from './census/defects.js';
import { counts, page } from './census/page.js';
import type { Answer, Gradients } from './census/process.js';
import { entryOf, run, VERSIONS } from './census/versions.js';
import { table } from './table.js';

const root = path.resolve(import.meta.dirname, '..');

const SMOKE = ['maximum', 'mirrorPad', 'tanh', 'matMul', 'cumsum'];

/**
 * Checks the first and second gradient of every differentiable op of TensorFlow.js, in several versions, and prints every
 * check that did not come out right. With `write`, the data that rules use and the page in `docs/` are written anew.
 */
export async function census({ smoke, write }: { smoke: boolean; write: boolean }): Promise<string> {
  const ops = smoke ? SMOKE : undefined;
  const seen: Seen[] = [];
  const lines: string[] = [];
  for (const version of smoke ? VERSIONS.slice(0, 1) : VERSIONS) {
    const module = entryOf(version);
    const [float64, float32] = await Promise.all([run('float64', module, ops), run('float32', module, ops)]);
    seen.push({ version: float64.version, inspected: float64.inspected });
    lines.push(
      agreement(float64, float32.gradients, 'float32', 12),
      agreement(float64, float64.float16, 'float16', 5),
    );
  }
  const rows = defectsOf(seen);
  if (write && !smoke) {
    writeFileSync(path.join(root, 'src/ops/library-gradients-measured.ts'), dataFile(rows));
    mkdirSync(path.join(root, 'docs'), { recursive: true });
    writeFileSync(path.join(root, 'docs/library-gradients.md'), page(seen, rows));
  }
  const cases = allCases().filter(({ op }) => ops === undefined || ops.includes(op)).length;
  return [
    `## Census of gradients: ${cases} calls\n`,
    counts(seen),
    `\n${lines.join('\n')}\n`,
    ...seen.map(({ version, inspected }) => `\n### ${version}\n\n${details(inspected)}`),
  ].join('\n');
}

function details(inspected: Seen['inspected']): string {
  const bad = inspected.filter(({ verdict }) => verdict !== 'right');
  return table(
    ['op', 'call', 'by', 'order', 'verdict', 'TensorFlow.js', 'slope'],
    bad.map(({ op, title, operand, order, verdict, claimed, measured, message }) => [
      op,
      title,
      operand,
      order,
      verdict,
      claimed === undefined ? (message ?? '') : claimed.toPrecision(6),
      measured === undefined ? '' : measured.toPrecision(6),
    ]),
  );
}

/** How far the gradients in a smaller format are from those in float64; half of its digits count as lost. */
function agreement({ version, gradients }: Answer, others: Gradients, format: string, bits: number): string {
  const errors = gradients.flatMap((operands, index) =>
    operands.flatMap((exact, operand) => {
      const other = others[index]?.[operand];
      return exact === undefined || other === undefined ? [] : [relativeError(other, exact)];
    }),
  );
  const finite = errors.filter(Number.isFinite);
  const lost = finite.filter((error) => error > 2 ** -bits).length;
  return (
    `${version}: ${errors.length} first gradients in ${format} beside float64, ${errors.length - finite.length} not finite in one of them, ` +
    `largest error ${Math.max(...finite).toExponential(1)} of the largest element, ${lost} with fewer than ${bits} right bits.`
  );
}

function relativeError(values: readonly number[], reference: readonly number[]): number {
  const scale = Math.max(...reference.map(Math.abs));
  return Math.max(0, ...values.map((value, index) => Math.abs(value - reference[index]!) / (scale || 1)));
}
