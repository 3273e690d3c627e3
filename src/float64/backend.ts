import type {
  CpuBackend,
  DataStorage,
  Engine,
  KernelArguments,
  KernelConfig,
  TensorData,
  TensorInfo,
} from './engine.js';
import { EXACT_KERNELS } from './exact-kernels.js';
import { evaluateKernels } from './kernels.js';
import { roundAll, rounded, settle, type Precision } from './rounding.js';
import { locateLibrary, versionOf, type TensorFlowModule } from './tensorflow.js';
import { acceptFloat64Arrays, withWideArrays } from './wide-arrays.js';
import { asWebGL, elementwise } from './webgl-kernels.js';

export const BACKEND_NAME = 'float64';
const MADE = Symbol.for('gradlint.float64');

/** Sees every kernel that runs, after it ran. `finite` is about its outputs. */
export type KernelWatch = (
  kernel: string,
  args: KernelArguments,
  outputs: TensorInfo | TensorInfo[],
  finite: boolean,
) => void;

export interface RunOptions {
  /** To which the output of every kernel is rounded. */
  readonly precision: Precision;
  /** To which numbers are rounded that enter from outside of kernels: constants, captured tensors, random numbers. */
  readonly constants: Precision;
  readonly watch?: KernelWatch | undefined;
}

/**
 * The cpu backend of an engine with float64 storage, kernels and all, in the same process. Rounding the output of every
 * kernel makes float32 and float16 of it (to a few ulp: sums inside a kernel are float64 on the cpu backend too). How well
 * that is WebGL with float16 textures: docs/float16.md.
 *
 * Tensors of other backends are read where they are, and copied: they stay where they are, as they are.
 */
export class Float64Backend {
  readonly backend: CpuBackend;
  /** What it is set to outside of `run`: plain float64. */
  private options: RunOptions = { precision: 'float64', constants: 'float64' };
  private kernelDepth = 0;

  private constructor(
    private readonly tf: TensorFlowModule,
    readonly engine: Engine,
    near?: string,
  ) {
    const { configs, makeBackend } = evaluateKernels(locateLibrary(versionOf(tf), near), engine);
    this.backend = makeBackend();
    // What the WebGL backend says of itself with float16 textures: optimizers and layers then add 1e-4, not 1e-7.
    this.backend.floatPrecision = () => (this.options.precision === 'float16' ? 16 : 32);
    this.shareData();
    this.widenWrites();
    for (const config of configs) this.register(config);
  }

  /**
   * One an engine.
   *
   * @param near a file from which the kernels are looked for first; default: one in the working directory
   * @throws TensorFlowUnusable where its files cannot be found
   */
  static of(tf: TensorFlowModule, near?: string): Float64Backend {
    // On the engine itself: this module may be loaded twice, as an ES module and bundled for `require`.
    const engine = tf.engine() as Engine & { [MADE]?: Float64Backend };
    engine[MADE] ??= new Float64Backend(tf, engine, near);
    engine[MADE].adoptKernels();
    return engine[MADE];
  }

  /** Runs a synchronous function on this backend. Afterwards the engine, its backend and all globals are as before. */
  run<T>(body: () => T, options: RunOptions): T {
    const { engine } = this;
    const before = { options: this.options, name: engine.backendName, instance: engine.backendInstance };
    const restorePlatform = acceptFloat64Arrays(this.tf);
    this.options = options;
    engine.backendName = BACKEND_NAME;
    engine.backendInstance = this.backend;
    try {
      return options.constants === 'float64' ? withWideArrays(body) : body();
    } finally {
      engine.backendName = before.name;
      engine.backendInstance = before.instance;
      this.options = before.options;
      restorePlatform();
    }
  }

  /** Kernels that were registered for the cpu backend by others: they run as they are, on float64 numbers. */
  private adoptKernels(): void {
    for (const config of this.tf.getKernelsForBackend('cpu') as KernelConfig[]) {
      if (this.tf.getKernel(config.kernelName, BACKEND_NAME) === undefined) this.register(config);
    }
  }

  private register(config: KernelConfig): void {
    const { kernelName } = config;
    const exact = EXACT_KERNELS[kernelName];
    const kernelFunc = (args: KernelArguments): TensorInfo | TensorInfo[] => {
      const { precision, watch } = this.options;
      const run = (): TensorInfo | TensorInfo[] => config.kernelFunc(args);
      const outputs = this.inKernel(() => {
        if (precision === 'float16') return asWebGL(kernelName, args, run);
        return exact !== undefined && precision === 'float64' ? elementwise(exact, args) : run();
      });
      const finite = settle(outputs, this.backend, precision);
      watch?.(kernelName, args, outputs, finite);
      return outputs;
    };
    this.tf.registerKernel({ ...config, backendName: BACKEND_NAME, kernelFunc });
  }

  private inKernel<T>(body: () => T): T {
    this.kernelDepth += 1;
    try {
      return body();
    } finally {
      this.kernelDepth -= 1;
    }
  }

  /** Everything that is stored here is a Float64Array of its own. */
  private widenWrites(): void {
    const write = this.backend.write.bind(this.backend);
    this.backend.write = (values, shape, dtype) => {
      if (dtype !== 'float32' || !isNumbers(values)) return write(values, shape, dtype);
      if (this.kernelDepth === 0) return write(this.fromOutside(values), shape, dtype);
      const wide = values instanceof Float64Array ? values : Float64Array.from(values);
      roundAll(wide, this.options.precision);
      return write(wide, shape, dtype);
    };
  }

  private fromOutside(values: ArrayLike<number>): Float64Array {
    if (!(values instanceof Float64Array)) return rounded(Float64Array.from(values), this.options.constants);
    return rounded(values, this.options.constants);
  }

  /**
   * TensorFlow.js moves a tensor to the backend that uses it; from here it would come back as float64. So data of other
   * backends is copied when a kernel asks for it, and who owns it counts its references.
   */
  private shareData(): void {
    const { backend } = this;
    const own = backend.data;
    const copies: Record<Precision, WeakMap<object, TensorData>> = {
      float16: new WeakMap(),
      float32: new WeakMap(),
      float64: new WeakMap(),
    };
    const foreign = (dataId: object): TensorData => {
      const known = copies[this.options.constants];
      const copy = known.get(dataId) ?? this.copyOf(dataId);
      known.set(dataId, copy);
      return copy;
    };
    const storage: DataStorage = {
      get: (dataId) => (own.has(dataId) ? own.get(dataId) : foreign(dataId)),
      set: (dataId, data) => own.set(dataId, data),
      has: (dataId) => own.has(dataId),
      delete: (dataId) => own.delete(dataId),
      numDataIds: () => own.numDataIds(),
    };
    backend.data = storage;

    const ownerOf = (dataId: object): CpuBackend | undefined => {
      if (own.has(dataId)) return undefined;
      const owner = this.engine.state.tensorInfo.get(dataId)?.backend;
      return owner === backend ? undefined : owner;
    };
    const { refCount, incRef, decRef, disposeData } = backend;
    backend.refCount = (dataId) => ownerOf(dataId)?.refCount(dataId) ?? refCount.call(backend, dataId);
    backend.incRef = (dataId) => (ownerOf(dataId) ?? { incRef: incRef.bind(backend) }).incRef(dataId);
    backend.decRef = (dataId) => (ownerOf(dataId) ?? { decRef: decRef.bind(backend) }).decRef(dataId);
    backend.disposeData = (dataId, force) =>
      ownerOf(dataId)?.disposeData(dataId, force) ?? disposeData.call(backend, dataId, force);
  }

  private copyOf(dataId: object): TensorData {
    const info = this.engine.state.tensorInfo.get(dataId);
    if (info === undefined) throw new Error('A tensor was used that has been disposed.');
    const values = info.backend.readSync(dataId);
    const { dtype } = info;
    if (dtype === 'float32')
      return { values: this.fromOutside(values as ArrayLike<number>), dtype, refCount: 1 };
    if (dtype !== 'complex64') return { values, dtype, refCount: 1 };
    const pairs = values as ArrayLike<number>;
    const part = (offset: 0 | 1): TensorInfo => {
      const numbers = Float64Array.from({ length: pairs.length / 2 }, (_, at) => pairs[2 * at + offset]!);
      return this.backend.makeTensorInfo(info.shape, 'float32', this.fromOutside(numbers));
    };
    return { dtype, refCount: 1, complexTensorInfos: { real: part(0), imag: part(1) } };
  }
}

function isNumbers(values: unknown): values is ArrayLike<number> {
  // Not `instanceof Float32Array`: that name may mean Float64Array just now.
  return ArrayBuffer.isView(values) || Array.isArray(values);
}
