/** What is used of the inside of TensorFlow.js. The same from 2.x to 4.x; none of it is in the published types. */
export interface Engine {
  readonly state: EngineState;
  backendName: string | null;
  backendInstance: object | null;
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
  ): { value: RealmTensor; grads: (RealmTensor | null | undefined)[] };
  addTapeNode(...args: unknown[]): void;
  trackTensor(tensor: RealmTensor, backend?: object | null): void;
  makeTensor(
    values: ArrayLike<number>,
    shape: readonly number[],
    dtype: string,
    backend?: object,
  ): RealmTensor;
  makeVariable(...args: unknown[]): RealmVariable;
  runKernel(name: string, inputs: Record<string, unknown>, attrs?: object): RealmTensor | RealmTensor[];
  setBackend(name: string): Promise<boolean>;
  readonly backend: CpuBackend;
}

export interface EngineState {
  readonly registeredVariables: Record<string, RealmVariable>;
  readonly tensorInfo: WeakMap<
    object,
    { readonly backend: CpuBackend; readonly shape: readonly number[]; readonly dtype: string }
  >;
  readonly numBytes: number;
  readonly numTensors: number;
  activeTape: TapeNode[] | null;
  gradientDepth: number;
  kernelDepth: number;
  scopeStack: unknown[];
  activeScope: unknown;
}

export interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Record<string, RealmTensor>;
  readonly outputs: readonly RealmTensor[];
  gradient?: (dys: unknown) => Record<string, () => RealmTensor>;
  saved?: RealmTensor[];
}

/** A value as the cpu backend keeps it. A complex one is two tensors. */
export interface TensorData {
  values?: unknown;
  readonly dtype?: string;
  refCount?: number;
  complexTensorInfos?: { readonly real: TensorInfo; readonly imag: TensorInfo };
}

export interface CpuBackend {
  data: DataStorage;
  write(values: unknown, shape: readonly number[], dtype: string): object;
  makeTensorInfo(shape: readonly number[], dtype: string, values?: unknown): TensorInfo;
  readSync(dataId: object): unknown;
  refCount(dataId: object): number;
  incRef(dataId: object): void;
  decRef(dataId: object): void;
  disposeData(dataId: object, force?: boolean): boolean;
  /** 16 or 32: it decides `epsilon`. */
  floatPrecision(): 16 | 32;
}

export interface DataStorage {
  get(dataId: object): TensorData | undefined;
  set(dataId: object, data: TensorData): void;
  has(dataId: object): boolean;
  delete(dataId: object): boolean;
  numDataIds(): number;
}

export interface TensorInfo {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
}

export interface RealmTensor extends TensorInfo {
  readonly id: number;
  readonly size: number;
  readonly isDisposed: boolean;
  dispose(): void;
  clone(): RealmTensor;
  dataSync(): ArrayLike<number>;
}

export interface RealmVariable extends RealmTensor {
  readonly name: string;
  readonly trainable: boolean;
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

export const isTensor = (value: unknown): value is RealmTensor =>
  typeof value === 'object' &&
  value !== null &&
  'dataId' in value &&
  'shape' in value &&
  'dtype' in value &&
  'dispose' in value;

/** Some kernels take a list, and optional operands are null. */
export function operandsOf(args: KernelArguments): TensorInfo[] {
  return (Object.values(args.inputs).flat() as (TensorInfo | null | undefined)[]).filter(
    (operand) => operand !== null && operand !== undefined,
  );
}
