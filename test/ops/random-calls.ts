/**
 * The oracle of the op table: random calls, run by TensorFlow.js and read by the table. Where TensorFlow.js throws the
 * table must say so, and the other way round; shape and element type must agree; every value must lie in the range.
 */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import type { DType } from '../../src/facts/dtype.js';
import {
  assumedInput,
  constantRange,
  interval,
  joinRanges,
  unknownRange,
  type Range,
} from '../../src/facts/range.js';
import { dim, showShape, symbol, type Shape } from '../../src/facts/shape.js';
import { isThrown } from '../../src/ops/build.js';
import { runOp } from '../../src/ops/call.js';
import type { AttributeValue, OpCall, OpRow, Operand } from '../../src/ops/row.js';
import { allOps } from '../../src/ops/table.js';
import { differences } from './compare.js';
import { DATA_DEPENDENT, drawCall } from './generators.js';
import type { DrawnCall, DrawnTensor } from './random-values.js';

export interface Comparison {
  readonly compared: number;
  readonly agreed: number;
  readonly disagreements: readonly Disagreement[];
  /** By op. */
  readonly perOp: ReadonlyMap<string, OpCounts>;
}

export interface OpCounts {
  compared: number;
  agreed: number;
  /** Calls that TensorFlow.js refused, as the table had said. */
  thrown: number;
}

export interface Disagreement {
  readonly op: string;
  readonly reason: string;
  readonly call: string;
}

/** What the table is not told in a run: it must be right all the same, if less precise. */
interface Hidden {
  readonly shapes: boolean;
  readonly sizes: boolean;
  readonly attributes: boolean;
}

const NOTHING_HIDDEN: Hidden = { shapes: false, sizes: false, attributes: false };

export async function compareRandomCalls(
  runsPerOp: number,
  seed: number,
  only?: RegExp,
): Promise<Comparison> {
  await tf.setBackend('cpu');
  const disagreements: Disagreement[] = [];
  const perOp = new Map<string, OpCounts>();
  for (const row of allOps) {
    if (only !== undefined && !only.test(row.name)) continue;
    const counts: OpCounts = { compared: 0, agreed: 0, thrown: 0 };
    perOp.set(row.name, counts);
    for (const { call, hidden } of drawnCalls(row, runsPerOp, seed)) {
      const outcome = await runCall(row, call);
      const reasons = differencesFrom(outcome, row, call, hidden);
      counts.compared += 1;
      if (reasons.length === 0) counts.agreed += 1;
      if (reasons.length === 0 && 'threw' in outcome) counts.thrown += 1;
      for (const reason of reasons)
        disagreements.push({ op: row.name, reason, call: showCall(row, call, hidden) });
    }
  }
  const sum = (count: keyof OpCounts): number =>
    [...perOp.values()].reduce((total, counts) => total + counts[count], 0);
  return { compared: sum('compared'), agreed: sum('agreed'), disagreements, perOp };
}

function drawnCalls(row: OpRow, runs: number, seed: number): { call: DrawnCall; hidden: Hidden }[] {
  const drawn = fc.gen().map((g) => {
    const style = g(fc.integer, { min: 0, max: 11 });
    const hidden = { shapes: style === 0, sizes: style === 1, attributes: style === 2 };
    return { call: drawCall(g, row), hidden: style <= 2 ? hidden : NOTHING_HIDDEN };
  });
  const calls = fc.sample(drawn, { numRuns: runs, seed: seed + hash(row.name) });
  return calls.filter(
    (drawing): drawing is { call: DrawnCall; hidden: Hidden } => drawing.call !== undefined,
  );
}

function hash(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}

// The table's side

function operandOf(tensor: DrawnTensor, hidden: Hidden): Operand {
  const number = tensor.dtype === 'number';
  // A list of numbers that is told exactly is one that the program writes down.
  const written = !number && tensor.width === 'exact' && /^(float32|int32)$/.test(tensor.dtype);
  return {
    op: number ? 'constant' : written ? 'tensor' : 'input',
    operands: {},
    attributes: number ? { value: tensor.values[0] } : written ? { values: tensor.values } : {},
    shape: hidden.shapes && !tensor.shape.includes(0) ? undefined : shapeOf(tensor, hidden.sizes),
    dtype: tensor.dtype,
    range: rangeOf(tensor),
  };
}

function shapeOf(tensor: DrawnTensor, hideSizes: boolean): Shape {
  // A size that is not known stands for one that is at least 1, and mostly more.
  return tensor.shape.map((size, axis) =>
    dim(hideSizes && axis % 2 === 0 && size > 1 ? symbol(`N${size}`) : size),
  );
}

function rangeOf(tensor: DrawnTensor): Range {
  if (tensor.dtype === 'complex64' || tensor.dtype === 'string') return unknownRange();
  const exact = constantRange(...tensor.values);
  const whole = tensor.dtype === 'int32' || tensor.dtype === 'bool';
  switch (tensor.width) {
    case 'exact':
      return exact;
    case 'wider': {
      if (!Number.isFinite(exact.high - exact.low)) return exact;
      const by = Math.fround(Math.abs(exact.low) / 2 + 1);
      const low = tensor.dtype === 'bool' ? 0 : Math.max(exact.low - by, whole ? -(2 ** 31) : -Infinity);
      const high = tensor.dtype === 'bool' ? 1 : whole ? exact.high : Math.fround(exact.high + by);
      return interval(whole ? Math.floor(low) : Math.fround(low), high, 'declared', {
        integer: whole,
        mayBeNaN: exact.mayBeNaN,
      });
    }
    case 'assumed': {
      const joined = joinRanges(exact, whole ? interval(0, 1, 'assumed', { integer: true }) : assumedInput());
      return { ...joined, mayBeNaN: exact.mayBeNaN };
    }
    case 'unknown':
      return whole ? interval(-(2 ** 31), 2 ** 31 - 1, 'bound', { integer: true }) : unknownRange();
  }
}

function abstractCall(call: DrawnCall, hidden: Hidden): OpCall {
  const empty = Object.values(call.operands)
    .flat()
    .some((tensor) => (tensor as DrawnTensor).shape.includes(0));
  const made = new Map<DrawnTensor, Operand>();
  const operand = (tensor: DrawnTensor): Operand => {
    const known = made.get(tensor) ?? operandOf(tensor, hidden);
    made.set(tensor, known);
    return known;
  };
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(call.attributes)) {
    const known = !hidden.attributes || value === undefined || empty;
    attributes[name] = known ? value : { unknown: true };
  }
  for (const name of Object.keys(call.functions ?? {})) attributes[name] = { unknown: true };
  let fresh = 0;
  return {
    operands: mapTensors(call.operands, operand),
    attributes,
    freshSize: (key) => symbol(`${key}#${(fresh += 1)}`),
  };
}

function mapTensors<T>(
  operands: DrawnCall['operands'],
  f: (tensor: DrawnTensor) => T,
): Record<string, T | T[]> {
  return Object.fromEntries(
    Object.entries(operands).map(([name, given]) => [name, isList(given) ? given.map(f) : f(given)]),
  );
}

function isList(given: DrawnTensor | readonly DrawnTensor[]): given is readonly DrawnTensor[] {
  return Array.isArray(given);
}

// The library's side

interface Result {
  readonly shape: readonly (number | undefined)[];
  readonly dtype: DType;
  readonly values: readonly number[];
}

type Outcome =
  | { readonly threw: string }
  | { readonly results: readonly (readonly [string | number | undefined, Result])[] };

async function runCall(row: OpRow, call: DrawnCall): Promise<Outcome> {
  tf.engine().startScope();
  try {
    const made = new Map<DrawnTensor, unknown>();
    const operands = mapTensors(call.operands, (tensor) => {
      if (!made.has(tensor)) made.set(tensor, realTensor(tensor));
      return made.get(tensor);
    });
    const attributes = { ...call.attributes, ...call.functions } as DrawnCall['attributes'];
    const result = await runOp(tf, row, { operands, attributes });
    return { results: outputs(result).map(([output, value]) => [output, read(value)]) };
  } catch (error) {
    return { threw: error instanceof Error ? error.message : String(error) };
  } finally {
    tf.engine().endScope();
  }
}

function realTensor({ dtype, values, shape, texts }: DrawnTensor): unknown {
  if (dtype === 'number') return values[0];
  if (dtype === 'complex64') return tf.complex(tf.tensor([...values], [...shape]), tf.zeros([...shape]));
  if (dtype === 'string') return tf.tensor([...(texts ?? values.map(String))], [...shape], 'string');
  return tf.tensor(values.length === 0 ? new Float32Array(0) : [...values], [...shape], dtype);
}

function outputs(result: unknown): [string | number | undefined, unknown][] {
  if (Array.isArray(result)) return result.flatMap((value: unknown, index) => each(index, value));
  if (result instanceof tf.Tensor || typeof result === 'number') return [[undefined, result]];
  if (typeof result === 'object' && result !== null && !('dtype' in result))
    return Object.entries(result).flatMap(([name, value]) => each(name, value));
  return [[undefined, result]];
}

/** An output that is a list is as many outputs of one name. */
function each(output: string | number, value: unknown): [string | number, unknown][] {
  return Array.isArray(value) ? value.map((item: unknown) => [output, item]) : [[output, value]];
}

function read(value: unknown): Result {
  if (typeof value === 'number') return { shape: [], dtype: 'number', values: [value] };
  const tensor = value instanceof tf.Tensor ? value : (value as tf.TensorBuffer<tf.Rank>).toTensor();
  const numeric = tensor.dtype !== 'string' && tensor.dtype !== 'complex64';
  const valid = tensor.shape.every((size: number) => Number.isInteger(size));
  return {
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: numeric && valid ? Array.from(tensor.dataSync()) : [],
  };
}

// Side by side

/** Throws that depend on single values, of which the table only knows the ends: gatherND, Otsu's threshold. */
const VALUES_DECIDE = /does not index into|Input x must be non-negative/;

/** The reasons why the table and the library disagree about this call. */
export async function compareCall(
  row: OpRow,
  drawn: DrawnCall,
  hidden: Hidden = NOTHING_HIDDEN,
): Promise<string[]> {
  return differencesFrom(await runCall(row, drawn), row, drawn, hidden);
}

function differencesFrom(outcome: Outcome, row: OpRow, drawn: DrawnCall, hidden: Hidden): string[] {
  const strict = hidden === NOTHING_HIDDEN;
  const call = abstractCall(drawn, hidden);
  const records = typeof row.result === 'object' ? row.result.record : undefined;
  const first: OpCall =
    row.result === undefined || row.result === 'one' ? call : { ...call, output: records?.[0] ?? 0 };
  const shape = row.shape(first);
  if ('threw' in outcome) {
    if (isThrown(shape) || !strict || VALUES_DECIDE.test(outcome.threw)) return [];
    return [`throws (${outcome.threw.slice(0, 120)}), the table says ${showShape(shape)}`];
  }
  if (isThrown(shape)) return [`does not throw, the table says it does: ${shape.throws}`];
  return [...outcome.results].flatMap(([output, result]) =>
    compareResult(row, { ...call, output }, result, strict),
  );
}

/** `strict`: everything was told, so that everything should be known. */
function compareResult(row: OpRow, call: OpCall, result: Result, strict: boolean): string[] {
  const at = call.output === undefined ? '' : `${call.output}: `;
  const found = differences(row, call, { ...result, shape: result.shape as number[] });
  const reasons = found.map(({ predicted, actual }) => `${actual}, the table says ${predicted}`);
  if (strict) reasons.push(...unknown(row, call, result));
  return reasons.map((reason) => `${at}${reason}`);
}

/** What the table does not know although it could. A shape that holds no numbers is a defect of TensorFlow.js. */
function unknown(row: OpRow, call: OpCall, result: Result): string[] {
  const reasons: string[] = [];
  const shape = row.shape(call);
  const valid = result.shape.every((size: number | undefined) => Number.isInteger(size));
  const known =
    shape !== undefined && !isThrown(shape) && shape.every(({ size }) => typeof size === 'number');
  if (valid && !known && !isThrown(shape) && !DATA_DEPENDENT.test(row.name)) {
    reasons.push(`shape [${result.shape}], the table only knows ${showShape(shape)}`);
  }
  if (row.dtype(call) === undefined && row.name !== 'multiRNNCell')
    reasons.push(`element type ${result.dtype}, the table does not know`);
  return reasons;
}

// Showing

function showCall(row: OpRow, call: DrawnCall, hidden: Hidden): string {
  const args = row.parameters.map(({ name }) => {
    const given = call.operands[name];
    if (given === undefined)
      return `${name}=${name in (call.functions ?? {}) ? 'functions' : JSON.stringify(call.attributes[name])}`;
    return `${name}=${isList(given) ? `[${given.map(showTensor).join(', ')}]` : showTensor(given)}`;
  });
  const kept = Object.entries(hidden)
    .filter(([, isHidden]) => isHidden)
    .map(([what]) => what);
  return `${row.name}(${args.join(', ')})${kept.length > 0 ? ` not telling ${kept.join()}` : ''}`;
}

function showTensor({ dtype, shape, values, width, texts }: DrawnTensor): string {
  const words = texts?.map((text) => JSON.stringify(text));
  const shown = (words ?? values.map((value) => (Object.is(value, -0) ? '-0' : String(value)))).slice(0, 6);
  return `${dtype}[${shape}](${shown.join(' ')}${values.length > 6 ? ' ...' : ''})${width === 'exact' ? '' : `:${width}`}`;
}
