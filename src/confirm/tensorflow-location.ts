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

/** Packages that are the whole library, or depend on it. */
const WHOLE = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
/** A project may have installed these instead. Gradients and chained ops come with the layers package only. */
const PARTS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];

/**
 * The project's own TensorFlow.js, so that verdicts hold for the version it uses; then the one gradlint came with, for
 * projects whose own one is too old to be watched or cannot be loaded.
 */
export function locateTensorFlow(root: string): readonly TensorFlowLocation[] {
  const own = path.dirname(fileURLToPath(import.meta.url));
  const found = [locateFrom(root, 'project'), locateFrom(own, 'gradlint')].filter((one) => one !== undefined);
  if (found.length > 0) return found;
  throw new TensorFlowMissing(
    `TensorFlow.js is not installed in ${root}`,
    'Install `@tensorflow/tfjs`, or run with `--no-confirm`.',
  );
}

function locateFrom(directory: string, from: TensorFlowLocation['from']): TensorFlowLocation | undefined {
  const require = createRequire(path.join(directory, 'resolve-from-here.js'));
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
