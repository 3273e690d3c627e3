import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { CpuBackend, Engine, KernelConfig } from './engine.js';
import type { LibraryFiles } from './tensorflow.js';

export interface Float64Kernels {
  readonly configs: readonly KernelConfig[];
  makeBackend(): CpuBackend;
}

type Exports = Record<string, unknown>;

/**
 * The kernels of the cpu backend with Float64Array for storage. Their file is evaluated once more, in this process, with
 * the name `Float32Array` bound to `Float64Array`; so is the core library, because kernels allocate through its `util`,
 * `buffer` and `backend_util`. That second core is never seen by anybody: it gets a global object of its own for its
 * registries, and where kernels ask for the engine they get the one in use.
 */
export function evaluateKernels(files: LibraryFiles, engine: Engine): Float64Kernels {
  const core = evaluate(files.core, {});
  const configs: KernelConfig[] = [];
  const cpu = evaluate(files.cpu, {
    '@tensorflow/tfjs-core': {
      ...core,
      engine: () => engine,
      registerBackend: () => true,
      registerKernel: (config: KernelConfig) => configs.push(config),
    },
  });
  const Backend = cpu['MathBackendCPU'] as new () => CpuBackend & { firstUse?: boolean };
  return {
    configs,
    makeBackend: () => {
      const backend = new Backend();
      backend.firstUse = false; // no advice to install the Node backend
      return backend;
    },
  };
}

/** Runs a CommonJS file in this context, so that its arrays are arrays of the user's. */
function evaluate(file: string, given: Record<string, unknown>): Exports {
  const require = createRequire(file);
  const module = { exports: {} as Exports };
  const names = ['module', 'exports', 'require', 'global', 'window', 'self', 'Float32Array'];
  const source = readFileSync(file, 'utf8').replace(/\/\/# sourceMappingURL=.*\s*$/, '');
  const name = `gradlint-float64/${path.basename(file)}`;
  // The user's installed library, evaluated a second time
  const run = new Function(...names, `${source}\n//# sourceURL=${name}`) as (...values: unknown[]) => void;
  const resolve = (id: string): unknown => (id in given ? given[id] : require(id));
  run(module, module.exports, resolve, privateGlobal(), undefined, undefined, Float64Array);
  return module.exports;
}

/** The registries of TensorFlow.js hang on the global object under these names. */
function privateGlobal(): object {
  const own = { _tfGlobals: undefined, _tfengine: undefined };
  return Object.assign(Object.create(globalThis) as object, own);
}
