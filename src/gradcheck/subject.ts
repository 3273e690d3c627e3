import { sameShape } from '../facts/concrete-shape.js';
import { messageOf } from '../errors.js';
import type { Float64Backend, KernelWatch, RunOptions } from '../float64/backend.js';
import {
  isTensor,
  operandsOf,
  type KernelArguments,
  type RealmTensor,
  type TensorInfo,
} from '../float64/engine.js';
import { areFinite, type Precision } from '../float64/rounding.js';
import { GradientCheckError } from './errors.js';

/** Values of all inputs, one behind the other. */
export type Point = Float64Array;

export interface InputForm {
  readonly shape: readonly number[];
  readonly size: number;
  /** Where its elements begin in a point. */
  readonly offset: number;
}

export interface Output {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

export interface Differentiated extends Output {
  /** Of all inputs, one behind the other. Zero where TensorFlow.js finds no way back to an input. */
  readonly gradient: Float64Array;
  /** Inputs that TensorFlow.js finds no way back to. */
  readonly detached: readonly number[];
}

/** The backward pass threw. */
export class BackwardFailed extends Error {
  constructor(
    message: string,
    readonly kernel: string | undefined,
  ) {
    super(message);
  }
}

/** The first kernel that made something that is not finite out of operands that were. */
export interface Origin {
  readonly kernel: string;
  readonly during: 'forward' | 'backward';
  readonly nan: boolean;
  /** Its gradient is right, the gradient of that is not. */
  readonly twice?: boolean | undefined;
}

export type TensorFunction = (...inputs: RealmTensor[]) => unknown;

/** Numbers as they are: for the formula. */
export const EXACT: RunOptions = { precision: 'float64', constants: 'float64' };

/**
 * A function under test. Runs it on the float64 backend at any point and in any precision, and leaves nothing behind: no
 * tensors, no changed variables, no tape.
 */
export class Subject {
  /** Runs of the function, those for gradients included. */
  evaluations = 0;
  /** Of the last run. */
  origin: Origin | undefined;
  /** Whether the last run drew from `Math.random`. */
  drewAtRandom = false;
  /** Whether a run changed a variable that was there before. */
  changedVariables = false;
  /** Tensors that the last forward run left behind. */
  leaked = 0;
  private shape: readonly number[] | undefined;
  private phase: Origin['during'] = 'forward';
  /** What the first run made and did not dispose. */
  private built: readonly RealmTensor[] = [];
  private readonly leftBehind = new Set<RealmTensor>();
  private readonly variables = new Map<
    string,
    { readonly variable: RealmVariableLike; readonly value: RealmTensor }
  >();

  constructor(
    readonly float64: Float64Backend,
    private readonly call: TensorFunction,
    readonly forms: readonly InputForm[],
    private readonly name: string,
  ) {
    this.rememberVariables();
  }

  /**
   * Runs the function once where the user would run it: layers build their weights there, and caches are filled. What a
   * second run leaves behind again is a leak, and goes with it.
   */
  warmUp(point: Point): void {
    const { engine } = this.float64;
    const made = new Set<RealmTensor>();
    const untrack = this.noteTensors(made);
    engine.startScope('gradient check');
    try {
      const inputs = this.forms.map(({ shape, size, offset }) =>
        engine.makeTensor(Float32Array.from(point.subarray(offset, offset + size)), [...shape], 'float32'),
      );
      const output = this.called(inputs);
      if (!isTensor(output)) throw notATensor(this.name, output);
    } finally {
      engine.endScope();
      untrack();
      this.restoreVariables(made);
      this.built = [...made].filter((tensor) => !tensor.isDisposed);
      this.rememberVariables();
    }
  }

  private rememberVariables(): void {
    for (const [name, variable] of Object.entries(this.float64.engine.state.registeredVariables)) {
      if (this.variables.get(name)?.variable === variable) continue;
      // Owned by nobody: a scope that is open would dispose it.
      this.variables.set(name, { variable, value: this.float64.engine.keep(variable.clone()) });
    }
  }

  /** What the function gives at a point. @throws GradientCheckError when it throws, or gives no tensor of floats */
  value(point: Point, options: RunOptions = EXACT): Output {
    return this.evaluate(
      options,
      () => this.forward(this.tensors(point)),
      (output) => this.read(output),
    );
  }

  /**
   * The gradient of the sum of weights * outputs, at a point whose value is known.
   *
   * @param weights one for each element of the output
   * @throws BackwardFailed when TensorFlow.js has none
   */
  gradient(point: Point, weights: Float64Array, options: RunOptions = EXACT): Differentiated {
    const { engine, backend } = this.float64;
    const run = (): { output: Output; grads: (RealmTensor | null | undefined)[] } => {
      const inputs = this.tensors(point);
      const dy = engine.makeTensor(weights, this.shape!, 'float32', backend);
      const { value, grads } = this.backward(() =>
        engine.gradients(() => this.forward(inputs, 'backward'), inputs, dy, true),
      );
      return { output: this.read(value), grads };
    };
    return this.evaluate(options, run, ({ output, grads }) => {
      const gradient = new Float64Array(this.size);
      for (const [index, { offset }] of this.forms.entries()) {
        const grad = grads[index];
        if (grad) gradient.set(grad.dataSync(), offset);
      }
      const detached = [...grads.keys()].filter((index) => !grads[index]);
      return { ...output, gradient, detached };
    });
  }

  /** The function with its operations recorded, as for a gradient, and something around it. */
  recorded(point: Point, around: (inputs: readonly RealmTensor[], run: () => void) => void): void {
    this.evaluate(
      EXACT,
      () => {
        const inputs = this.tensors(point);
        const { engine } = this.float64;
        engine.startTape();
        try {
          around(inputs, () => void this.forward(inputs));
        } finally {
          // The backward pass, which does not come, would do that.
          for (const { saved } of engine.state.activeTape ?? [])
            for (const tensor of saved ?? []) tensor.dispose();
        }
      },
      () => undefined,
    );
  }

  get size(): number {
    return this.forms.reduce((total, { size }) => total + size, 0);
  }

  /** Disposes what the function left behind. */
  close(): void {
    const leaks = this.leftBehind.size > 0 ? this.built : [];
    for (const tensor of [...this.leftBehind, ...leaks]) if (!tensor.isDisposed) tensor.dispose();
    for (const { value } of this.variables.values()) if (!value.isDisposed) value.dispose();
  }

  private tensors(point: Point): RealmTensor[] {
    const { engine, backend } = this.float64;
    return this.forms.map(({ shape, size, offset }) =>
      engine.makeTensor(point.slice(offset, offset + size), [...shape], 'float32', backend),
    );
  }

  private forward(inputs: readonly RealmTensor[], next: Origin['during'] = 'forward'): RealmTensor {
    this.phase = 'forward';
    const output = this.called(inputs, next === 'backward');
    if (!isTensor(output)) throw notATensor(this.name, output);
    if (output.dtype === 'string' || output.dtype === 'complex64')
      throw new GradientCheckError(
        'no-tensor',
        `${this.name} returns a tensor of ${output.dtype}, which has no gradient.`,
      );
    this.shape ??= output.shape;
    if (!sameShape(this.shape, output.shape)) {
      throw new GradientCheckError(
        'shape-changed',
        `${this.name} returned the shape [${this.shape.join(', ')}], and [${output.shape.join(', ')}] for an input that differs in its values alone.`,
        'A shape that depends on values has no gradient: fix what is selected, and check the rest.',
      );
    }
    this.phase = next;
    return output;
  }

  private called(inputs: readonly RealmTensor[], isRecorded = false): unknown {
    try {
      return this.call(...inputs);
    } catch (error) {
      if (error instanceof BackwardFailed || error instanceof GradientCheckError) throw error;
      const message = `${this.name} threw: ${messageOf(error)}`;
      if (this.shape === undefined) throw new GradientCheckError('function-threw', message);
      // It did not throw before: recording it for the backward pass is what fails.
      if (isRecorded) throw new BackwardFailed(message, undefined);
      throw new GradientCheckError(
        'function-threw',
        `${message}, for an input that differs from the one given in its values alone, or in a later call.`,
        'If it takes a range of values only, say so: the option `domain`.',
      );
    }
  }

  private backward<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (error instanceof GradientCheckError || error instanceof BackwardFailed) throw error;
      const message = messageOf(error);
      throw new BackwardFailed(message, /gradient function not found for (\w+)/i.exec(message)?.[1]);
    }
  }

  private read(output: RealmTensor): Output {
    return { values: Float64Array.from(output.dataSync()), shape: output.shape };
  }

  /** One run, after which the engine is as it was before. */
  private evaluate<T, R>(options: RunOptions, run: () => T, read: (result: T) => R): R {
    const { engine } = this.float64;
    const { state } = engine;
    const before = {
      gradientDepth: state.gradientDepth,
      kernelDepth: state.kernelDepth,
      tape: state.activeTape,
      scopes: state.scopeStack.length,
      scope: state.activeScope,
    };
    const made = new Set<RealmTensor>();
    const untrack = this.noteTensors(made);
    const random = this.noteRandomness();
    this.evaluations += 1;
    this.origin = undefined;
    engine.startScope('gradient check');
    try {
      const watch: KernelWatch = (...seen) => {
        this.watch(...seen);
        options.watch?.(...seen);
      };
      return this.float64.run(() => read(run()), { ...options, watch });
    } finally {
      while (state.scopeStack.length > before.scopes) engine.endScope();
      state.gradientDepth = before.gradientDepth;
      state.kernelDepth = before.kernelDepth;
      state.activeTape = before.tape;
      untrack();
      random();
      this.restoreVariables(made);
      const left = [...made].filter((tensor) => !tensor.isDisposed);
      this.leaked = left.length;
      for (const tensor of left) this.leftBehind.add(tensor);
    }
  }

  private noteTensors(made: Set<RealmTensor>): () => void {
    const { engine } = this.float64;
    const own = Object.hasOwn(engine, 'trackTensor');
    const original = engine.trackTensor;
    engine.trackTensor = (tensor, backend) => {
      made.add(tensor);
      original.call(engine, tensor, backend);
    };
    return () => {
      if (own) engine.trackTensor = original;
      else delete (engine as Partial<typeof engine>).trackTensor;
    };
  }

  private noteRandomness(): () => void {
    const original = Math.random;
    this.drewAtRandom = false;
    Math.random = () => {
      this.drewAtRandom = true;
      return original();
    };
    return () => {
      Math.random = original;
    };
  }

  /** Variables are state of the user's: a function that trains, or keeps moving averages, may not change them here. */
  private restoreVariables(made: Set<RealmTensor>): void {
    for (const { variable, value } of this.variables.values()) {
      made.delete(variable);
      if (variable.dataId === value.dataId || variable.isDisposed) continue;
      this.changedVariables = true;
      variable.assign(value);
    }
  }

  private readonly watch = (
    kernel: string,
    args: KernelArguments,
    outputs: TensorInfo | TensorInfo[],
    finite: boolean,
  ): void => {
    if (finite || this.origin !== undefined) return;
    const { data } = this.float64.backend;
    const valuesOf = ({ dataId, dtype }: TensorInfo): ArrayLike<number> =>
      dtype === 'float32' ? ((data.get(dataId)?.values as ArrayLike<number> | undefined) ?? []) : [];
    const operands = operandsOf(args);
    // A kernel without operands, or with an infinite attribute, does what it was told.
    const told = Object.values(args.attrs ?? {}).some(
      (value) => typeof value === 'number' && !Number.isFinite(value),
    );
    if (operands.length === 0 || told || !operands.every((operand) => areFinite(valuesOf(operand)))) return;
    const nan = [outputs]
      .flat()
      .some((output) => Array.from(valuesOf(output)).some((value) => Number.isNaN(value)));
    this.origin = { kernel, during: this.phase, nan };
  };
}

interface RealmVariableLike extends RealmTensor {
  assign(value: RealmTensor): void;
}

function notATensor(name: string, output: unknown): GradientCheckError {
  if (output instanceof Promise || typeof (output as { then?: unknown } | null)?.then === 'function') {
    void Promise.resolve(output).catch(() => undefined);
    return new GradientCheckError(
      'no-tensor',
      `${name} returns a promise.`,
      'TensorFlow.js differentiates synchronous functions alone: await before, and pass what was awaited in.',
    );
  }
  const what =
    output === undefined
      ? 'nothing'
      : Array.isArray(output)
        ? 'an array'
        : output === null
          ? 'null'
          : `a ${typeof output}`;
  return new GradientCheckError(
    'no-tensor',
    `${name} returns ${what}, not a tensor.`,
    'Return one tensor of any shape.',
  );
}

export type { Precision };
