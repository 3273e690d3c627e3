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
}

/** No TensorFlow.js can be found: neither in the project nor beside gradlint. */
export class TensorFlowMissing extends GradlintError {}

/** The backend that is asked for is a package of its own, and is not there. */
export class BackendMissing extends GradlintError {}

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Packages that are the whole library, or depend on it. */
const WHOLE = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
/** A project may have installed these instead. Gradients and chained ops come with the layers package only. */
const PARTS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];

/**
 * The project's own TensorFlow.js, so that verdicts hold for the version it uses; then the one gradlint came with, for
 * projects whose own one is too old to be watched or cannot be loaded.
 */
export function locateTensorFlow(root: string, own = HERE): readonly TensorFlowLocation[] {
  const found = [locateFrom(root, 'project'), locateFrom(own, 'gradlint')].filter((one) => one !== undefined);
  if (found.length > 0) return found;
  throw new TensorFlowMissing(
    `TensorFlow.js is not installed in ${root}`,
    'Install `@tensorflow/tfjs`, or run with `--no-confirm`.',
  );
}

/**
 * The same, each with the WebAssembly backend that is installed beside it.
 *
 * @throws BackendMissing where the project's own TensorFlow.js, or the only one there is, has none
 */
export function locateWebAssembly(root: string, own = HERE): readonly TensorFlowLocation[] {
  const all = locateTensorFlow(root, own);
  const found = all.flatMap((tensorflow) => {
    const require = requireFrom(tensorflow.from === 'project' ? root : own);
    const backend = resolve(require, WASM);
    return backend === undefined ? [] : [location([...tensorflow.modules, backend], tensorflow.from)];
  });
  if (found[0]?.from === all[0]!.from) return found;
  throw new BackendMissing(
    `The wasm backend of TensorFlow.js is not installed in ${root}`,
    `Install \`${WASM}\` in the version of TensorFlow.js, or run with \`--no-confirm\`.`,
  );
}

const WASM = '@tensorflow/tfjs-backend-wasm';

const requireFrom = (directory: string): NodeJS.Require =>
  createRequire(path.join(directory, 'resolve-from-here.js'));

function locateFrom(directory: string, from: TensorFlowLocation['from']): TensorFlowLocation | undefined {
  const require = requireFrom(directory);
  for (const name of WHOLE) {
    const entry = resolve(require, name);
    if (entry === undefined) continue;
    // The Node packages load native code; what they are built on is the same library without it.
    const library = name === '@tensorflow/tfjs' ? entry : resolve(createRequire(entry), '@tensorflow/tfjs');
    if (library !== undefined) return location([library], from);
  }
  const parts = PARTS.map((name) => resolve(require, name)).filter((part) => part !== undefined);
  return parts.length === PARTS.length ? location(parts, from) : undefined;
}

function resolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return realpathSync(require.resolve(name));
  } catch {
    return undefined;
  }
}

function location(modules: readonly string[], from: TensorFlowLocation['from']): TensorFlowLocation {
  const readable = new Set(modules.map(packageRoot));
  return { modules, readable: [...readable], from };
}

/** The outermost `node_modules` on the path: package managers put dependencies beside or below a package. */
function packageRoot(file: string): string {
  const marker = `${path.sep}node_modules${path.sep}`;
  const at = file.indexOf(marker);
  return at < 0 ? path.dirname(file) : file.slice(0, at + marker.length - 1);
}
