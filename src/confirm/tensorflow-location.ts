import { createRequire } from 'node:module';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GradlintError } from '../errors.js';

/** Which TensorFlow.js a realm loads, and what it has to be able to read for that. */
export interface TensorFlowLocation {
  /** Absolute paths of CommonJS modules; their exports together are the `tf` namespace, the first wins. */
  readonly modules: readonly string[];
  /** Directories that hold them and their dependencies. */
  readonly readable: readonly string[];
  readonly from: 'project' | 'gradlint';
  /** The folder from which they are found. */
  readonly folder: string;
}

/** No TensorFlow.js can be found: neither in the project nor beside gradlint. */
export class TensorFlowMissing extends GradlintError {
  readonly inVerdict =
    'TensorFlow.js is not installed where this file looks for it: install `@tensorflow/tfjs` to have it run';
}

/** The backend that is asked for is a package of its own, and is not there. */
export class BackendMissing extends GradlintError {
  readonly inVerdict = `the wasm backend of TensorFlow.js is not installed where this file looks for it: install \`${WASM}\` to have it run`;
}

const HERE = path.dirname(fileURLToPath(import.meta.url));

const WASM = '@tensorflow/tfjs-backend-wasm';
/** Packages that are the whole library, or depend on it. */
const WHOLE = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
/** A project may have installed these instead. Gradients and chained ops come with the layers package only. */
const PARTS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];

/**
 * The project's own TensorFlow.js, so that verdicts hold for the version it uses; then the one gradlint came with, for
 * projects whose own one is too old to be watched or cannot be loaded.
 *
 * @param from folders of the project, the first first
 */
export function locateTensorFlow(
  from: string | readonly string[],
  own = HERE,
): readonly TensorFlowLocation[] {
  const found = new Map<string, TensorFlowLocation>();
  for (const folder of [from, own].flat()) {
    const one = locateFrom(folder, folder === own ? 'gradlint' : 'project');
    if (one !== undefined && !found.has(one.modules.join())) found.set(one.modules.join(), one);
  }
  if (found.size > 0) return [...found.values()];
  throw new TensorFlowMissing(
    `TensorFlow.js is not installed in ${firstOf(from)}`,
    'Install `@tensorflow/tfjs` there: what is to run needs it.',
  );
}

/**
 * The same, each with the WebAssembly backend that is installed beside it.
 *
 * @throws BackendMissing where the project's own TensorFlow.js, or the only one there is, has none
 */
export function locateWebAssembly(
  from: string | readonly string[],
  own = HERE,
): readonly TensorFlowLocation[] {
  const all = locateTensorFlow(from, own);
  const found = all.flatMap((tensorflow) => {
    const backend = resolve(requireFrom(tensorflow.folder), WASM);
    return backend === undefined
      ? []
      : [location([...tensorflow.modules, backend], tensorflow.from, tensorflow.folder)];
  });
  if (found[0]?.folder === all[0]!.folder) return found;
  throw new BackendMissing(
    `The wasm backend of TensorFlow.js is not installed in ${firstOf(from)}`,
    `Install \`${WASM}\` in the version of TensorFlow.js, or run with \`--no-confirm\`.`,
  );
}

const firstOf = (from: string | readonly string[]): string => [from].flat()[0]!;

const requireFrom = (directory: string): NodeJS.Require =>
  createRequire(path.join(directory, 'resolve-from-here.js'));

function locateFrom(directory: string, from: TensorFlowLocation['from']): TensorFlowLocation | undefined {
  const require = requireFrom(directory);
  for (const name of WHOLE) {
    const entry = resolve(require, name);
    if (entry === undefined) continue;
    // The Node packages load native code; what they are built on is the same library without it.
    const library = name === '@tensorflow/tfjs' ? entry : resolve(createRequire(entry), '@tensorflow/tfjs');
    if (library !== undefined) return location([library], from, directory);
  }
  const parts = PARTS.map((name) => resolve(require, name)).filter((part) => part !== undefined);
  return parts.length === PARTS.length ? location(parts, from, directory) : undefined;
}

function resolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return realpathSync(require.resolve(name));
  } catch {
    return undefined;
  }
}

function location(
  modules: readonly string[],
  from: TensorFlowLocation['from'],
  folder: string,
): TensorFlowLocation {
  const readable = new Set(modules.map(packageRoot));
  return { modules, readable: [...readable], from, folder };
}

/** The outermost `node_modules` on the path: package managers put dependencies beside or below a package. */
function packageRoot(file: string): string {
  const marker = `${path.sep}node_modules${path.sep}`;
  const at = file.indexOf(marker);
  return at < 0 ? path.dirname(file) : file.slice(0, at + marker.length - 1);
}
