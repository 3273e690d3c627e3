import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { GradlintError } from '../errors.js';
import type { Engine } from './engine.js';

/** TensorFlow.js, or its cpu backend, cannot be found or is none that can be used. */
export class TensorFlowUnusable extends GradlintError {}

/** What is used of a `tf` namespace. */
export interface TensorFlowModule {
  engine(): Engine;
  ready(): Promise<void>;
  registerKernel(config: object): void;
  getKernel(name: string, backend: string): object | undefined;
  getKernelsForBackend(backend: string): object[];
  env(): { platform: { isTypedArray?(value: unknown): boolean } };
  readonly version_core?: string;
  readonly version?: Readonly<Record<string, string>>;
}

/** Packages under which a project may have TensorFlow.js, the whole library first. */
const PACKAGES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-core',
];

/** The given namespace, or the TensorFlow.js that is installed for the working directory. */
export function tensorFlow(given?: unknown): TensorFlowModule {
  if (given !== undefined) {
    const tf = unwrapped(given);
    if (tf !== undefined) return tf;
    throw new TensorFlowUnusable(
      'The option `tf` is not TensorFlow.js.',
      "Pass the namespace: `import * as tf from '@tensorflow/tfjs'`.",
    );
  }
  for (const name of PACKAGES) {
    const entry = resolveFrom(path.join(process.cwd(), 'here.js'), name);
    if (entry === undefined) continue;
    const tf = unwrapped(createRequire(entry)(entry));
    if (tf !== undefined) return tf;
  }
  throw new TensorFlowUnusable(
    `TensorFlow.js is not installed for ${process.cwd()}.`,
    'Install `@tensorflow/tfjs`, or pass the option `tf`.',
  );
}

/** A CommonJS namespace may come as the default export of an ES module. */
function unwrapped(namespace: unknown): TensorFlowModule | undefined {
  const usable = (candidate: unknown): candidate is TensorFlowModule =>
    typeof (candidate as Partial<TensorFlowModule> | null | undefined)?.engine === 'function' &&
    typeof (candidate as Partial<TensorFlowModule>).registerKernel === 'function';
  if (usable(namespace)) return namespace;
  const inner = (namespace as { default?: unknown } | null | undefined)?.default;
  return usable(inner) ? inner : undefined;
}

export const versionOf = (tf: TensorFlowModule): string =>
  tf.version_core ?? tf.version?.['tfjs-core'] ?? 'unknown';

export interface LibraryFiles {
  /** CommonJS files. */
  readonly core: string;
  readonly cpu: string;
}

/** The files of the cpu backend and of the core it stands on, best of the same version as the TensorFlow.js in use. */
export function locateLibrary(version: string, near?: string): LibraryFiles {
  const found: { files: LibraryFiles; version: string }[] = [];
  const starts = [near, path.join(process.cwd(), 'here.js'), import.meta.filename];
  for (const start of starts) {
    if (start === undefined) continue;
    const entries = PACKAGES.map((name) => resolveFrom(start, name)).filter((entry) => entry !== undefined);
    for (const from of [start, ...entries]) {
      const cpu = resolveFrom(from, '@tensorflow/tfjs-backend-cpu');
      const core = cpu === undefined ? undefined : resolveFrom(cpu, '@tensorflow/tfjs-core');
      if (cpu === undefined || core === undefined) continue;
      found.push({ files: { core, cpu }, version: versionBeside(core) });
    }
  }
  const best = found.find((one) => one.version === version) ?? found[0];
  if (best !== undefined) return best.files;
  throw new TensorFlowUnusable(
    `@tensorflow/tfjs-backend-cpu cannot be found from ${process.cwd()}.`,
    'It comes with `@tensorflow/tfjs`; install that, or the backend itself.',
  );
}

function resolveFrom(file: string, name: string): string | undefined {
  try {
    return createRequire(file).resolve(name);
  } catch {
    return undefined;
  }
}

function versionBeside(entry: string): string {
  try {
    const manifest = createRequire(entry)('../package.json') as { version?: string };
    return manifest.version ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
