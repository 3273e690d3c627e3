import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { backends } from '../src/facts/backend.js';
import { inFloat64, roundToFloat16 } from '../src/float64/index.js';
import { percent, table } from './table.js';
import { findChromium, runInWebGL } from './webgl/browser.js';
import { calls, makeCall, type Call } from './webgl/calls.js';
import { edgesOn } from './webgl/expected.js';
import { measure } from './webgl/measure.js';
import { type InFloat16, measuringPage, readRun, type WebGLRun } from './webgl/page.js';
import { CAUSES, differences, type Cause, type Difference } from './webgl/differences.js';

const WITHOUT_CHROMIUM =
  'Skipped: no Chromium found. Install it (`apt-get install chromium`), or set CHROMIUM to its path.';

const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];
const SHOWN = 3;

export interface WebGLOptions {
  /** Where to write the page that measures, to be opened on another machine. */
  readonly page?: string | undefined;
  /** The page as it was left there, or the text of its results. */
  readonly results?: string | undefined;
}

/** What WebGL does with numbers, in float32 and in float16, against what gradlint expects of it. */
export async function webgl({ page, results }: WebGLOptions = {}): Promise<string> {
  if (page !== undefined) {
    writeFileSync(page, measuringPage());
    return `${page}: open it in a browser, save what it shows, and name that with --results.`;
  }
  const run = await runOn(results);
  if (run === undefined) return WITHOUT_CHROMIUM;
  const { renderer, float16 } = run;
  const tables = [
    await inFloat32(run),
    ...(float16 === undefined ? [] : [await inFloat16(renderer, float16)]),
  ];
  return tables.join('\n\n');
}

async function runOn(results: string | undefined): Promise<WebGLRun | undefined> {
  if (results !== undefined) return readRun(readFileSync(results, 'utf8'));
  const chromium = findChromium();
  return chromium === undefined ? undefined : runInWebGL(chromium);
}

/** Where results change their kind, what is made of NaN and 0, and how many digits are kept: here, and on the cpu. */
async function inFloat32({ renderer, float32 }: WebGLRun): Promise<string> {
  if (typeof float32 === 'string') return `## float32 on ${renderer}\n\n${float32}`;
  await tf.setBackend('cpu');
  const cpu = measure(tf);
  const expected = edgesOn(backends.webgl);
  const edges = Object.entries(float32.edges).map(([edge, seen]) => [
    edge,
    short(cpu.edges[edge]!),
    short(seen),
    short(expected[edge]!),
  ]);
  const answers = Object.entries(float32.answers).flatMap(([call, seen]) =>
    isSame(cpu.answers[call]!, seen) ? [] : [[call, cpu.answers[call]!, seen]],
  );
  const ulps = Object.entries(float32.ulps).map(([op, seen]) => [op, short(cpu.ulps[op]!), short(seen)]);
  return [
    `## float32 on ${renderer}\n`,
    `backend.epsilon() is ${float32.epsilon} there, ${backends.webgl.epsilon} is expected.\n`,
    table(['', 'cpu', 'WebGL', 'expected'], edges),
    `\n${Object.keys(float32.answers).length} calls at the edges of their domains, of which other answers:\n`,
    table(['', 'cpu', 'WebGL'], answers),
    '\nThe largest error over ordinary operands, in units in the last place:\n',
    table(['', 'cpu', 'WebGL'], ulps),
  ].join('\n');
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

const isSame = (a: string, b: string): boolean =>
  a === b || Math.abs(Number(a) - Number(b)) <= 1e-3 * Math.abs(Number(a));

/** The float16 that rounding makes, against a WebGL backend that keeps every texture in float16. */
async function inFloat16(renderer: string, { epsilon, results }: InFloat16): Promise<string> {
  await tf.setBackend('cpu');
  const compared = calls.map((call, index) => compare(call, results[index]!));
  const rows = compared.map(({ call, cases, agreed, worst, causes, unexplained }) => [
    call.op,
    cases,
    percent(agreed, cases),
    worst,
    ...CAUSE_NAMES.map((cause) => causes.get(cause) ?? ''),
    unexplained.length,
  ]);
  const total = (of: (one: Compared) => number): number => compared.reduce((sum, one) => sum + of(one), 0);
  const cases = total((one) => one.cases);
  const agreed = total((one) => one.agreed);
  const overflow = total(({ causes }) => causes.get('overflow') ?? 0);
  const header = ['op', 'cases', 'within 2 ulp', 'worst of them', ...CAUSE_NAMES, 'unexplained'];
  return [
    '## float16: rounded kernels against WebGL\n',
    table(header, rows),
    '',
    ...CAUSE_NAMES.map((cause) => `- ${cause}: ${CAUSES[cause]}`),
    '',
    `${calls.length} ops, ${cases} values on ${renderer}: ${percent(agreed, cases)} within 2 ulp, ` +
      `${percent(agreed + overflow, cases)} with overflow to NaN counted as overflow; ` +
      `${total(({ unexplained }) => unexplained.length)} unexplained.`,
    `backend.epsilon() is ${ownEpsilon()} here, ${epsilon} in WebGL.`,
    ...compared.flatMap(({ call, unexplained }) => unexplained.slice(0, SHOWN).map((one) => tell(call, one))),
  ].join('\n');
}

const ownEpsilon = (): number => inFloat64(() => tf.backend().epsilon(), { tf, precision: 'float16' });

interface Compared {
  readonly call: Call;
  readonly cases: number;
  readonly agreed: number;
  /** In ulp, among the values that agree. */
  readonly worst: number;
  readonly causes: ReadonlyMap<Cause, number>;
  readonly unexplained: readonly Difference[];
}

function compare(call: Call, real: readonly number[] | string): Compared {
  if (typeof real === 'string') throw new Error(`WebGL cannot run ${call.op}: ${real}`);
  const unrounded = real.find((value) => !Object.is(roundToFloat16(value), value));
  if (unrounded !== undefined)
    throw new Error(`${call.op} gave ${unrounded} in WebGL: not a float16 number.`);
  const emulated = inFloat64(() => tf.tidy(() => makeCall(tf, call)), { tf, precision: 'float16' });
  if (emulated.length !== real.length) throw new Error(`${call.op} gave ${real.length} values in WebGL.`);
  const { far, worst } = differences(call, emulated, real);
  const causes = new Map<Cause, number>();
  for (const { cause } of far) if (cause !== undefined) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  const unexplained = far.filter(({ cause }) => cause === undefined);
  return { call, cases: real.length, agreed: real.length - far.length, worst, causes, unexplained };
}

function tell({ op }: Call, { operands, emulated, real }: Difference): string {
  return `- ${op}(${operands.join(', ')}) is ${emulated} here, ${real} in WebGL`;
}
