import type { Precision } from './evaluation.js';

/** What realms use of the inside of TensorFlow.js. The same from 1.x to 4.x; none of it is in the published types. */
export interface Engine {
  readonly state: EngineState;
  startScope(name?: string): void;
  endScope(result?: unknown): void;
  startTape(): void;
  endTape(): void;
  keep(tensor: RealmTensor): RealmTensor;
  gradients(
    f: () => RealmTensor,
    xs: readonly RealmTensor[],
    dy?: RealmTensor | null,
    allowNoGradients?: boolean,
  ): { grads: (RealmTensor | null)[] };
  addTapeNode(...args: unknown[]): void;
  makeTensor(values: ArrayLike<number>, shape: readonly number[], dtype: string): RealmTensor;
  setBackend(name: string): Promise<boolean>;
  backend: CpuBackend;
}

interface EngineState {
  readonly registeredVariables: Record<string, RealmVariable>;
  readonly numBytes: number;
  activeTape: TapeNode[] | null;
  gradientDepth: number;
  kernelDepth: number;
  scopeStack: unknown[];
  activeScope: unknown;
}

export interface TapeNode {
  readonly kernelName: string;
  gradient?: (dys: unknown) => Record<string, () => RealmTensor>;
  saved?: RealmTensor[];
}

export interface CpuBackend {
  data: { get(dataId: object): { values?: unknown } | undefined };
  write(values: unknown, shape: readonly number[], dtype: string): object;
}

export interface TensorInfo {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface RealmTensor extends TensorInfo {
  readonly id: number;
  readonly isDisposed: boolean;
  dispose(): void;
  clone(): RealmTensor;
  dataSync(): ArrayLike<number>;
}

export interface RealmVariable extends RealmTensor {
  readonly name: string;
  assign(value: RealmTensor): void;
}

export interface KernelConfig {
  readonly kernelName: string;
  readonly backendName: string;
  kernelFunc(args: KernelArguments): TensorInfo | TensorInfo[];
}

export interface KernelArguments {
  readonly inputs: Record<string, TensorInfo | readonly TensorInfo[] | null | undefined>;
  readonly attrs?: Record<string, unknown> | undefined;
  readonly backend: CpuBackend;
}

/** What was seen of the current run; cleared before each. */
export class Trace {
  /** Off between runs: leftovers of asynchronous user code are not part of any. */
  active = false;
  precision: Precision = 'float32';
  kernels = 0;
  origin: { kernel: string; during: 'forward' | 'backward'; atSite: boolean } | undefined;
  phase: 'forward' | 'backward' = 'forward';
  /** How deep inside the expression of the site. */
  siteDepth = 0;
  /** Gradient functions that are running, innermost last: whether the op each belongs to ran at the site. */
  readonly gradientsOfSite: boolean[] = [];
  /** Times that the unit itself asked for gradients: it trains. */
  innerGradients = 0;
  /** A backward pass threw, whether or not user code caught it. */
  failedBackward = false;
  /** Whether the gradient function that ran last belongs to an op at the site. */
  lastGradientOfSite = false;
  /** Kernels that ran at the site and have no gradient. */
  readonly withoutGradient = new Set<string>();
  readonly kept: RealmTensor[] = [];
  /** Set while the inputs of a run are made: the only numbers from outside that may be finer than float32. */
  takesInputs = false;
  /** When set, the tensor operands of every kernel that runs at the site are added. */
  siteOperands: TensorInfo[] | undefined;

  begin(precision: Precision): void {
    this.active = true;
    this.precision = precision;
    this.kernels = 0;
    this.origin = undefined;
    this.phase = 'forward';
    this.siteDepth = 0;
    this.gradientsOfSite.length = 0;
    this.innerGradients = 0;
    this.failedBackward = false;
    this.lastGradientOfSite = false;
    this.withoutGradient.clear();
    this.kept.length = 0;
    this.siteOperands = undefined;
  }

  end(): void {
    this.active = false;
  }

  get during(): 'forward' | 'backward' {
    return this.gradientsOfSite.length > 0 ? 'backward' : this.phase;
  }

  get atSite(): boolean {
    return this.gradientsOfSite.at(-1) ?? (this.siteDepth > 0 && this.phase === 'forward');
  }
}

export const isTensor = (value: unknown): value is RealmTensor =>
  typeof value === 'object' &&
  value !== null &&
  'dataId' in value &&
  'shape' in value &&
  'dtype' in value &&
  'dispose' in value;
