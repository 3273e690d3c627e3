import {
  checkGradient,
  type GradientInput,
  type GradientOptions,
  type GradientReport,
} from '../gradcheck/index.js';
import { placeIn, shown } from '../gradcheck/words.js';

/** What vitest and jest both ask of a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/**
 * `await expect(fn).toHaveCorrectGradient(inputs, options)`: passes for the verdict `correct` alone.
 *
 * @throws GradientCheckError when the question cannot be asked: see `checkGradient`
 */
export async function toHaveCorrectGradient(
  fn: unknown,
  inputs: GradientInput | readonly GradientInput[],
  options?: GradientOptions,
): Promise<MatcherResult> {
  const report = await checkGradient(fn as Parameters<typeof checkGradient>[0], inputs, options);
  return { pass: report.ok, message: () => failureText(report, inputs) };
}

/** What a failing test prints: what was found, both numbers, the rates, and how to see it again. */
export function failureText(report: GradientReport, inputs: unknown): string {
  const { worst, evidence, verdict } = report;
  const rows: [string, string][] = [['verdict', verdict]];
  if (worst !== null) {
    rows.push(['element', `${placeIn(worst, Infinity)}, where the input is ${shown(worst.at, 9)}`]);
    rows.push(['autodiff', shown(worst.autodiff, 10)]);
    rows.push(['reference', `${shown(worst.reference, 10)} ± ${shown(worst.errorBound, 2)}`]);
  }
  if (evidence.sides !== undefined)
    rows.push([
      'slopes',
      `${shown(evidence.sides.backward)} from below, ${shown(evidence.sides.forward)} from above`,
    ]);
  if (evidence.rate !== undefined && evidence.rate < 1.5)
    rows.push(['rate', `${shown(evidence.rate, 2)} (2 with the right gradient, 1 with a wrong one)`]);
  if (report.kernel !== undefined) rows.push(['kernel', `${report.kernel}, ${report.during} pass`]);
  rows.push(['runs', `${report.evaluations} in ${report.elapsedMs.toFixed(0)} ms`]);
  rows.push(['again', reproduction(report, inputs)]);
  return [report.message, '', ...rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`)].join('\n');
}

/** Inputs that are short are written out. */
const LONGEST = 200;

function reproduction({ function: name, seed, precision, order }: GradientReport, inputs: unknown): string {
  const written = JSON.stringify(inputs, (_, value: unknown) => asNumbers(value)) ?? 'inputs';
  const options = [`seed: ${seed}`];
  if (precision !== 'float32') options.push(`precision: '${precision}'`);
  if (order !== 1) options.push(`order: ${order}`);
  return `await checkGradient(${name}, ${written.length <= LONGEST ? written : 'inputs'}, { ${options.join(', ')} })`;
}

/** Tensors as the numbers they hold. */
function asNumbers(value: unknown): unknown {
  const tensor = value as { arraySync?(): unknown; isDisposed?: boolean } | null;
  if (typeof tensor?.arraySync === 'function' && tensor.isDisposed === false) return tensor.arraySync();
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}
