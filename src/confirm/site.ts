import { operatorBySign } from '../ops/operators.js';
import { opChained, opNamed } from '../ops/table.js';
import type { OpRow } from '../ops/row.js';
import { BlamedCall } from './blamed-call.js';
import { isTensor, type RealmTensor } from './engine.js';
import type { EvaluationOptions, NumericTensor, SiteCall } from './evaluation.js';
import { isMended, mendedNumber } from './mending.js';
import type { Realm } from './realm.js';
import { readOperand, readTensor, readValue, tensorsIn } from './values.js';

/** A loop may run the site thousands of times; the first calls show what the others do. */
const MAX_CALLS = 64;

/** Of the function of a gradient all that is told is that it was given. */
const HANDED_OUT: NumericTensor = { shape: [], dtype: 'bool', values: [1] };

class Visits {
  count = 0;
  calls: SiteCall[] = [];

  add(call: SiteCall): void {
    if (this.calls.length < MAX_CALLS) this.calls.push(call);
  }

  clear(): void {
    this.count = 0;
    this.calls = [];
  }
}

type Operands = Readonly<Record<string, NumericTensor>>;

/** Notes every time the site runs: operands, result, and which kernels and gradients belong to it. */
export class SiteRecorder {
  private readonly all = new Visits();
  private readonly blamed = new Visits();
  readonly call = new BlamedCall();
  /** Called each time. */
  onEnter = (): void => undefined;
  /** What it threw last. */
  error: unknown;
  /** Results, kept alive for a gradient, when one is wanted. */
  readonly results: RealmTensor[] = [];
  private keepResults = false;
  private without: string | undefined;
  private given: string | undefined;

  constructor(
    private readonly realm: Realm,
    private readonly op: string,
    readonly isFormula = false,
  ) {}

  /** Where it is never reached through the call, or only by a callback that runs later, any way to it will do. */
  private get visits(): Visits {
    return this.blamed.count > 0 ? this.blamed : this.all;
  }

  get calls(): readonly SiteCall[] {
    return this.visits.calls;
  }

  /** Times it was reached, also when it threw. */
  get entered(): number {
    return this.visits.count;
  }

  get isKernelGradient(): boolean {
    return this.op === 'kernelGradient';
  }

  begin({ gradient, without, given }: Pick<EvaluationOptions, 'gradient' | 'without' | 'given'>): void {
    this.all.clear();
    this.blamed.clear();
    this.call.isRunning = false;
    this.error = undefined;
    this.results.length = 0;
    this.keepResults = gradient;
    this.without = without;
    this.given = given;
  }

  private enter(): void {
    this.all.count += 1;
    if (this.call.isRunning) this.blamed.count += 1;
    this.onEnter();
  }

  private note(call: SiteCall): void {
    this.all.add(call);
    if (this.call.isRunning) this.blamed.add(call);
  }

  /** Runs the site itself; its operands are already computed. */
  run(operands: Operands, body: () => unknown): unknown {
    const { trace } = this.realm;
    this.enter();
    if (Object.keys(operands).length === 0) trace.siteOperands = [];
    trace.siteDepth += 1;
    let value: unknown;
    try {
      value = this.mended(body());
      if (value instanceof Promise) this.noteRejection(value);
    } catch (error) {
      this.error = error;
      throw error;
    } finally {
      trace.siteDepth -= 1;
      if (trace.siteOperands !== undefined) operands = this.operandsOfKernels(trace.siteOperands);
      trace.siteOperands = undefined;
    }
    this.record(operands, value);
    return value;
  }

  /** An asynchronous op does not throw. */
  private noteRejection(promise: Promise<unknown>): void {
    promise.then(undefined, (error: unknown) => {
      this.error = error;
    });
  }

  /** Arithmetic on JavaScript numbers, which was run elsewhere. */
  numbers(operands: readonly number[], output: number): void {
    this.enter();
    const names = opNamed(this.op)?.parameters.map(({ name }) => name) ?? [];
    const named: Record<string, NumericTensor> = {};
    operands.forEach((operand, index) => {
      // An element that a list does not have is no number.
      if (names[index] !== undefined) add(named, names[index], Number(operand));
    });
    this.record(named, output);
  }

  /** A site whose operands are not told apart: only what comes out. */
  result(value: unknown): unknown {
    this.enter();
    if (this.isKernelGradient) this.note({ operands: {}, output: HANDED_OUT });
    else this.record({}, value);
    return value;
  }

  /** Runs the site, or what the unit has in its place where it is to do without it. */
  runCall(
    receiver: unknown,
    name: string,
    args: readonly unknown[],
    body: (receiver: unknown, args: readonly unknown[]) => unknown,
  ): unknown {
    if (this.given !== undefined) return this.result(body(...this.withGiven(receiver, name, args)));
    if (this.without === undefined)
      return this.run(this.operands(receiver, name, args), () => body(receiver, args));
    const row = opNamed(this.op)!;
    const [order, values] = argumentsOf(row, receiver, name, args);
    const place = order.indexOf(this.without);
    if (this.number === undefined) return this.result(values[place]);
    const given = Array.from({ length: Math.max(args.length, place + 1) }, (_, at) => args[at]);
    given[place - (values.length - args.length)] = 0;
    return this.result(body(receiver, given));
  }

  /** The same receiver and arguments, but for the operand through which no gradient is to get. */
  private withGiven(
    receiver: unknown,
    name: string,
    args: readonly unknown[],
  ): [receiver: unknown, args: readonly unknown[]] {
    const [order, values] = argumentsOf(opNamed(this.op)!, receiver, name, args);
    const place = order.indexOf(this.given!);
    const offTape = values.map((value, at) =>
      at === place && isTensor(value) ? copyOffTape(this.realm, value) : value,
    );
    return values.length > args.length ? [offTape[0], offTape.slice(1)] : [receiver, offTape];
  }

  /** The number that the unit is to do without, by its name: 0 stands in its place. */
  get number(): string | undefined {
    const parameter = opNamed(this.op)?.parameters.find(({ name }) => name === this.without);
    return parameter?.kind === 'number' ? parameter.name : undefined;
  }

  /** The same in a slice, where operands have names. */
  runNamed(operands: Readonly<Record<string, unknown>>, read: () => Operands, body: () => unknown): unknown {
    if (this.without === undefined) return this.run(read(), body);
    return this.result(this.number === undefined ? operands[this.without] : body());
  }

  /** By the names of the op's parameters, however the call is spelled. */
  operands(receiver: unknown, name: string, args: readonly unknown[]): Operands {
    const row = opNamed(this.op);
    if (row === undefined || !this.realm.trace.active) return {};
    const [order, values] = argumentsOf(row, receiver, name, args);
    const operands: Record<string, NumericTensor> = {};
    for (const { name: parameter, kind } of row.parameters) {
      const value = values[order.indexOf(parameter)];
      if (kind === 'tensors' && Array.isArray(value)) {
        value.forEach((item, index) => add(operands, `${parameter}[${index}]`, item));
      } else if (
        kind === 'tensor' ||
        kind === 'tensors' ||
        parameter === 'values' ||
        row.name.startsWith('js.')
      )
        add(operands, parameter, row.name.startsWith('js.') ? Number(value) : value);
    }
    return operands;
  }

  /** A JavaScript number, which no kernel makes. */
  private mended(value: unknown): unknown {
    const { mending } = this.realm.trace;
    if (typeof value !== 'number' || Number.isFinite(value) || mending === undefined) return value;
    return isMended(mending, true) ? mendedNumber(value, mending) : value;
  }

  private record(operands: Operands, value: unknown): void {
    if (!this.realm.trace.active) return;
    const outputs = readValue(value);
    for (const output of outputs) this.note({ operands, output });
    if (!this.keepResults || this.results.length >= MAX_CALLS) return;
    for (const tensor of tensorsIn(value)) {
      // User code may dispose of the tensor before the gradient is taken.
      if (tensor.dtype === 'float32' && !tensor.isDisposed)
        this.results.push(this.realm.engine.keep(tensor.clone()));
    }
  }

  /** The op was reached in a way that hides its arguments (a layer, a callback): its first kernels show them. */
  private operandsOfKernels(infos: readonly { dataId: object }[]): Operands {
    const row = opNamed(this.op);
    const names =
      row?.parameters.filter((parameter) => parameter.kind === 'tensor').map((parameter) => parameter.name) ??
      [];
    const operands: Record<string, NumericTensor> = {};
    names.forEach((name, index) => {
      const info = infos[index] as RealmTensor | undefined;
      if (info !== undefined && isTensor(info) && !info.isDisposed) operands[name] = readTensor(info);
    });
    return operands;
  }
}

function add(operands: Record<string, NumericTensor>, name: string, value: unknown): void {
  const read = readOperand(value);
  if (read !== undefined) operands[name] = read;
}

function argumentsOf(
  row: OpRow,
  receiver: unknown,
  name: string,
  args: readonly unknown[],
): [order: readonly string[], values: readonly unknown[]] {
  return isTensor(receiver)
    ? [chainedOrder(row, name), [receiver, ...args]]
    : [row.parameters.map((parameter) => parameter.name), args];
}

function chainedOrder(row: OpRow, name: string): readonly string[] {
  const spelling = opChained(name);
  if (spelling?.row === row) return spelling.parameters;
  return row.chained ?? row.parameters.map((parameter) => parameter.name);
}

/** As within a kernel, what is done is not noted. */
function copyOffTape({ engine }: Realm, tensor: RealmTensor): RealmTensor {
  engine.state.kernelDepth += 1;
  try {
    return tensor.clone();
  } finally {
    engine.state.kernelDepth -= 1;
  }
}

type Callable = (...args: unknown[]) => unknown;

/**
 * What instrumented source calls in place of the expression at the site. Receiver and arguments are evaluated before, as
 * the source has them, so that the ops in them are not taken for the site.
 */
export function siteProbe(recorder: SiteRecorder): unknown {
  const probe = (value: unknown): unknown => recorder.result(value);
  /** `receiver.name(...args)`; with `optional` somewhere on the way to it there is a `?.`. */
  probe.method = (receiver: unknown, name: string, optional: boolean, args: readonly unknown[]): unknown => {
    if (optional && (receiver === undefined || receiver === null)) return undefined;
    const method = (receiver as Record<string, Callable | undefined>)[name];
    if (optional && (method === undefined || method === null)) return undefined;
    // Through the receiver, so that a name that is no method gives the error that the source would give.
    return recorder.runCall(receiver, name, args, (on, given) =>
      (on as Record<string, Callable>)[name]!(...given),
    );
  };
  probe.call = (callee: unknown, optional: boolean, args: readonly unknown[]): unknown => {
    if (optional && (callee === undefined || callee === null)) return undefined;
    return recorder.runCall(undefined, '', args, (_, given) => (callee as Callable)(...given));
  };
  probe.binary = (operator: string, a: unknown, b: unknown): unknown =>
    recorder.run(recorder.operands(undefined, '', [a, b]), () =>
      operatorBySign.get(operator)!.run(a as number, b as number),
    );
  probe.enter = (): boolean => recorder.call.enter();
  probe.leave = (before: boolean, value: unknown): unknown => recorder.call.leave(before, value);
  return probe;
}
