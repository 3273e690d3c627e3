import type { DType } from '../../src/facts/dtype.js';
import { constantRange, unknownRange } from '../../src/facts/range.js';
import { dim, shapeOf, symbol, type Shape } from '../../src/facts/shape.js';
import { isThrown } from '../../src/ops/build.js';
import type { Attributes, AttributeValue, OpCall, Operand, OpRow, Parameter } from '../../src/ops/row.js';
import { TAKES_OBJECT, TAKES_REST } from '../../src/ops/spelling.js';
import { opChained, opNamed } from '../../src/ops/table.js';
import { differences, type ActualTensor, type Difference } from './compare.js';
import { loadShippedTests, shippedTestFiles, type TensorFlowModule } from './shipped-tests.js';

/**
 * The second oracle: the op calls of the tests that ship inside tfjs-core, each compared with what the op table says of
 * it. The arguments are those that the authors of TensorFlow.js found worth testing.
 */
export interface ShippedCalls {
  readonly files: number;
  /** Files that could not be run, and why. */
  readonly skippedFiles: Readonly<Record<string, string>>;
  readonly testsPassed: number;
  readonly testsFailed: number;
  /** Calls of functions and methods that the table covers. */
  calls: number;
  compared: number;
  agreed: number;
  /** Calls whose arguments are no tensors and no numbers, by op. */
  readonly notCalls: Record<string, number>;
  /** Calls of which the table does not know the shape. */
  readonly unknownShape: Record<string, number>;
  /** Calls with finite results of which the table says that they may be infinite: sound, but of little use. */
  readonly unbounded: Record<string, number>;
  readonly disagreements: CallDisagreement[];
  readonly perOp: Record<string, { calls: number; agreed: number }>;
  /** Calls of functions that the table does not cover. */
  readonly uncovered: Record<string, number>;
  readonly elapsedMs: number;
}

export interface CallDisagreement extends Difference {
  readonly file: string;
  readonly op: string;
  readonly arguments: string;
}

export interface ShippedCallsOptions {
  readonly files?: (path: string) => boolean;
}

export async function compareShippedCalls({
  files = () => true,
}: ShippedCallsOptions = {}): Promise<ShippedCalls> {
  const started = performance.now();
  const recorder = new Recorder();
  const paths = shippedTestFiles().filter(files);
  const shipped = await loadShippedTests(paths, (tf) => recorder.namespace(tf));
  recorder.methods(shipped.tf);
  const skippedFiles: Record<string, string> = {};
  const counts = { passed: 0, failed: 0 };
  for (const [path, load] of Object.entries(shipped.files)) {
    recorder.file = path;
    try {
      await quietly(async () => {
        await load();
        const { passed, failed } = await shipped.jasmine.run();
        counts.passed += passed;
        counts.failed += failed;
        await recorder.settled();
      });
    } catch (error) {
      skippedFiles[path] = error instanceof Error ? error.message : String(error);
    }
  }
  return Object.assign(recorder.result, {
    files: paths.length,
    skippedFiles,
    testsPassed: counts.passed,
    testsFailed: counts.failed,
    elapsedMs: performance.now() - started,
  });
}

/** Some tests print, and warn of what they provoke. */
async function quietly(action: () => Promise<void>): Promise<void> {
  const { log, warn, error } = console;
  Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });
  try {
    await action();
  } finally {
    Object.assign(console, { log, warn, error });
  }
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Stands in for functions and methods of TensorFlow.js, and compares each call with the table. */
class Recorder {
  file = '';
  readonly result = {
    calls: 0,
    compared: 0,
    agreed: 0,
    notCalls: {} as Record<string, number>,
    unbounded: {} as Record<string, number>,
    unknownShape: {} as Record<string, number>,
    uncovered: {} as Record<string, number>,
    disagreements: [] as CallDisagreement[],
    perOp: {} as Record<string, { calls: number; agreed: number }>,
  };
  /** Ops that TensorFlow.js calls itself on the way are not compared. */
  #depth = 0;
  #pending: Promise<void>[] = [];
  #tf: TensorFlowModule;

  /** The namespace that tests import: ops replaced, all else as it is. */
  namespace(tf: TensorFlowModule, path = ''): TensorFlowModule {
    if (path === '') this.#tf = tf;
    const replaced: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(tf as Record<string, unknown>)) {
      const full = path === '' ? name : `${path}.${name}`;
      const row = opNamed(full);
      if (row)
        replaced[name] = this.#recorded(
          member as AnyFunction,
          row,
          row.parameters.map((each) => each.name),
          {},
        );
      else if (isOp(member)) replaced[name] = this.#counted(member, full);
      else if (holdsOps(member)) replaced[name] = this.namespace(member, full);
      else replaced[name] = member;
    }
    return replaced;
  }

  methods(tf: TensorFlowModule): void {
    const { prototype } = tf.Tensor as { prototype: Record<string, unknown> };
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const spelling = opChained(name);
      if (!spelling) continue;
      const { row, parameters, attributes } = spelling;
      prototype[name] = this.#recorded(
        prototype[name] as AnyFunction,
        row,
        parameters,
        attributes ?? {},
        true,
      );
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }

  #counted(original: AnyFunction, name: string): AnyFunction {
    const { uncovered } = this.result;
    return function (this: unknown, ...args) {
      count(uncovered, name);
      return original.apply(this, args);
    };
  }

  #recorded(
    original: AnyFunction,
    row: OpRow,
    order: readonly string[],
    fixed: Attributes,
    isMethod = false,
  ): AnyFunction {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- `this` of the replacement is the receiver of the call
    const recorder = this;
    return function (this: unknown, ...args: unknown[]): unknown {
      if (recorder.#depth > 0 || recorder.#elsewhere()) return original.apply(this, args);
      const named = TAKES_OBJECT.has(row.name)
        ? order.map((name) => (args[0] as Record<string, unknown>)[name])
        : args;
      const call = recorder.#bound(row, order, fixed, isMethod ? [this, ...args] : named);
      recorder.#depth += 1;
      let outcome: Outcome;
      try {
        outcome = { returned: original.apply(this, args) };
      } catch (error) {
        outcome = { threw: error };
      } finally {
        recorder.#depth -= 1;
      }
      recorder.#judge(row, call, outcome);
      if ('threw' in outcome) throw outcome.threw;
      return outcome.returned;
    };
  }

  /** Some tests make backends of their own, which cannot do what the cpu backend does. */
  #elsewhere(): boolean {
    return this.#tf.engine().backendName !== 'cpu';
  }

  /** The call as the table sees it; undefined when an argument can never be a tensor. */
  #bound(
    row: OpRow,
    order: readonly string[],
    fixed: Attributes,
    args: readonly unknown[],
  ): OpCall | undefined {
    const operands: Record<string, Operand | readonly Operand[]> = {};
    const attributes: Record<string, AttributeValue> = {};
    for (const parameter of row.parameters) {
      const { name, kind } = parameter;
      const positions = order.flatMap((each, index) => (each === name ? [index] : []));
      const given =
        kind === 'tensors' ? listArguments(row, positions, args) : positions.map((index) => args[index]);
      if (kind === 'tensor' || kind === 'tensors') {
        const list = given
          .filter((value) => value !== undefined && value !== null)
          .map((value) => this.#operand(value));
        if (list.some((operand) => operand === undefined)) return undefined;
        if (list.length === 0 && kind === 'tensor' && !parameter.optional) return undefined;
        if (kind === 'tensors') operands[name] = list as Operand[];
        else if (list.length > 0) operands[name] = list[0]!;
      } else attributes[name] = this.#attribute(parameter, name in fixed ? fixed[name] : given[0]);
    }
    return { operands, attributes, freshSize: (key) => symbol(key) };
  }

  #attribute(parameter: Parameter, value: unknown): AttributeValue {
    if (value === undefined) return parameter.default;
    return attributeOf(value, (each) => each instanceof this.#tf.Tensor);
  }

  #operand(value: unknown): Operand | undefined {
    if (value instanceof this.#tf.Tensor) return tensorOperand(value as LibraryTensor);
    return literalOperand(value);
  }

  #judge(row: OpRow, call: OpCall | undefined, outcome: Outcome): void {
    this.result.calls += 1;
    if (call === undefined) {
      count(this.result.notCalls, row.name);
      return;
    }
    if ('returned' in outcome && outcome.returned instanceof Promise) {
      const settled = outcome.returned.then(
        (returned) => this.#compare(row, call, { returned }),
        (threw: unknown) => this.#compare(row, call, { threw }),
      );
      this.#pending.push(settled);
    } else this.#compare(row, call, outcome);
  }

  #compare(row: OpRow, call: OpCall, outcome: Outcome): void {
    const found = this.#differences(row, call, outcome);
    const counted = (this.result.perOp[row.name] ??= { calls: 0, agreed: 0 });
    this.result.compared += 1;
    counted.calls += 1;
    if (found.length === 0) {
      this.result.agreed += 1;
      counted.agreed += 1;
    }
    for (const difference of found) {
      this.result.disagreements.push({
        file: this.file,
        op: row.name,
        arguments: showCall(call),
        ...difference,
      });
    }
  }

  #differences(row: OpRow, call: OpCall, outcome: Outcome): Difference[] {
    try {
      if ('threw' in outcome) return this.#unforeseen(row, call, outcome.threw);
      const results = outputsOf(outcome.returned);
      const known = results.every(([output]) => row.shape({ ...call, output }) !== undefined);
      if (!known) count(this.result.unknownShape, row.name);
      if (results.some(([output, tensor]) => isUnbounded(row, { ...call, output }, tensor)))
        count(this.result.unbounded, row.name);
      return results.flatMap(([output, tensor]) => differences(row, { ...call, output }, tensor));
    } catch (error) {
      return [
        {
          predicted: `the row fails: ${error instanceof Error ? String(error.stack).split('\n').slice(0, 3).join() : ''}`,
          actual: '',
        },
      ];
    }
  }

  #unforeseen(row: OpRow, call: OpCall, threw: unknown): Difference[] {
    const record = typeof row.result === 'object' ? row.result.record[0] : undefined;
    const shape = row.shape({ ...call, output: record ?? (row.result === 'list' ? 0 : undefined) });
    if (isThrown(shape)) return [];
    const message = threw instanceof Error ? threw.message : String(threw);
    return [{ predicted: 'no throw', actual: `throws: ${message.slice(0, 200)}` }];
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function isUnbounded(row: OpRow, call: OpCall, { dtype, values }: ActualTensor): boolean {
  if (dtype === 'string' || values.length === 0 || !Array.from(values).every(Number.isFinite)) return false;
  const { low, high } = row.range(call);
  return !Number.isFinite(low) || !Number.isFinite(high);
}

type Outcome = { readonly returned: unknown } | { readonly threw: unknown };

/** TensorFlow.js names its ops: `add__op`. */
function isOp(value: unknown): value is AnyFunction {
  return typeof value === 'function' && value.name.endsWith('__op');
}

/** `tf.losses`, `tf.image`, ... */
function holdsOps(value: unknown): value is TensorFlowModule {
  return typeof value === 'object' && value !== null && Object.values(value).some(isOp);
}

// Arguments

/** What no row takes: an argument where a list is expected. */
const NO_OPERAND = {};

/** A list; all arguments that are left; or the receiver of a method and what it is joined to. */
function listArguments(row: OpRow, positions: readonly number[], args: readonly unknown[]): unknown[] {
  if (TAKES_REST.has(row.name)) return args.slice(positions[0]);
  const given = positions.map((index) => args[index]);
  const [only] = given;
  if (given.length === 1 && !Array.isArray(only)) return [NO_OPERAND];
  return given.flatMap((value) => value);
}

interface LibraryTensor {
  readonly shape: number[];
  readonly dtype: DType;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number>;
}

function tensorOperand(tensor: LibraryTensor): Operand | undefined {
  if (tensor.isDisposed) return undefined;
  const facts = { operands: {}, shape: shapeOf(...tensor.shape), dtype: tensor.dtype };
  if (tensor.dtype === 'string') return { ...facts, op: 'input', attributes: {}, range: unknownRange() };
  const values = Array.from(tensor.dataSync());
  // What a test computes with, it mostly writes down.
  return { ...facts, op: 'tensor', attributes: { values }, range: constantRange(...values) };
}

/** A number or array where a tensor is expected, as TensorFlow.js converts it. */
function literalOperand(value: unknown): Operand | undefined {
  const leaves: unknown[] = [];
  const shape = nestedShape(value, leaves);
  const [first = 0] = leaves;
  if (!['number', 'boolean', 'string'].includes(typeof first)) return undefined;
  const dtype =
    typeof first === 'string'
      ? 'string'
      : typeof first === 'boolean'
        ? 'bool'
        : (arrayType(value) ?? 'float32');
  const range = dtype === 'string' ? unknownRange() : constantRange(...leaves.map(Number));
  const attributes = dtype === 'string' ? {} : { value: leaves.map(Number) };
  return { op: 'constant', operands: {}, attributes, shape, dtype, range };
}

function nestedShape(value: unknown, leaves: unknown[]): Shape {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    leaves.push(value);
    return [];
  }
  const inner = Array.from(value as ArrayLike<unknown>, (each) => nestedShape(each, leaves));
  return [dim(inner.length), ...(inner[0] ?? [])];
}

function arrayType(value: unknown): DType | undefined {
  const first = Array.isArray(value) ? (value as unknown[])[0] : value;
  if (Array.isArray(first)) return arrayType(first);
  if (!ArrayBuffer.isView(first)) return undefined;
  return first instanceof Float32Array || first instanceof Float64Array ? 'float32' : 'int32';
}

function attributeOf(value: unknown, isTensor: (value: unknown) => boolean): AttributeValue {
  if (value === null || value === undefined) return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'function' || isTensor(value)) return { unknown: true };
  if (Array.isArray(value)) return value.map((each) => attributeOf(each, isTensor));
  if (ArrayBuffer.isView(value)) {
    return { typed: arrayType(value)!, values: Array.from(value as unknown as ArrayLike<number>) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, attributeOf(field, isTensor)]),
  );
}

// Results

/** A tensor, a list or a record of tensors, a TensorBuffer. */
function outputsOf(result: unknown): [string | number | undefined, ActualTensor][] {
  if (Array.isArray(result)) return result.flatMap((each: unknown, index) => namedOutputs(index, each));
  if (typeof result === 'object' && result !== null && !('dtype' in result)) {
    return Object.entries(result).flatMap(([name, each]) => namedOutputs(name, each));
  }
  return [[undefined, actualTensor(result)]];
}

/** An output that is a list is as many outputs of one name. */
function namedOutputs(output: string | number, value: unknown): [string | number, ActualTensor][] {
  return Array.isArray(value)
    ? value.map((each) => [output, actualTensor(each)])
    : [[output, actualTensor(value)]];
}

function actualTensor(value: unknown): ActualTensor {
  const tensor = value as LibraryTensor & { readonly values?: ArrayLike<number> };
  if (!Array.isArray(tensor.shape)) return literalResult(value);
  const numeric = tensor.dtype !== 'string';
  return {
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: numeric ? (tensor.values ?? tensor.dataSync()) : [],
  };
}

/** `ensureShape` hands back what it was given. */
function literalResult(value: unknown): ActualTensor {
  const operand = literalOperand(value);
  const shape = operand?.shape?.map(({ size }) => Number(size)) ?? [];
  return { shape, dtype: operand?.dtype ?? 'float32', values: [] };
}

function showCall({ operands, attributes }: OpCall): string {
  const shown = Object.entries(operands).map(([name, given]) => {
    const list = (Array.isArray(given) ? given : [given]) as Operand[];
    return `${name}: ${list.map(showOperand).join(' & ')}`;
  });
  const rest = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const options = rest.map(([name, value]) => `${name}: ${JSON.stringify(value).slice(0, 120)}`);
  return [...shown, ...options].join(', ');
}

function showOperand({ op, shape, dtype, range }: Operand): string {
  const sizes = shape?.map(({ size }) => String(size)).join(',') ?? '?';
  return `${op === 'constant' ? 'literal ' : ''}${dtype ?? '?'}[${sizes}] ${range.low}..${range.high}${range.mayBeNaN ? ' NaN' : ''}`;
}
