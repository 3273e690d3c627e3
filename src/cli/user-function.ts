import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GradlintError, messageOf, PathError, UsageError } from '../errors.js';
import type { Place } from './place.js';

export interface UserFunction {
  readonly fn: (...args: unknown[]) => unknown;
  /** The TensorFlow.js that the file gets; undefined where it imports none. */
  readonly tf: unknown;
}

const EXPORTED = '__gradlintFunction';

/**
 * Bundles the file, packages left out, runs it in this process, and gives the function: exported or not, if it stands at
 * module level.
 *
 * @throws GradlintError where the file cannot be bundled, or throws when it is run
 */
export async function loadFunction({ file, function: name }: Place, root: string): Promise<UserFunction> {
  const entry = path.resolve(root, file);
  const source = read(entry, file);
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    throw new UsageError(
      `${name} cannot be called from outside.`,
      'Name a function that stands at the top level of the file, or wrap the method in one.',
    );
  const code = await bundle(entry, `${source}\nexport { ${name} as ${EXPORTED} };\n`, file, name);
  const require = createRequire(entry);
  const module = { exports: {} as Record<string, unknown> };
  try {
    const run = new Function('module', 'exports', 'require', '__filename', '__dirname', code) as (
      ...values: unknown[]
    ) => void;
    run(module, module.exports, require, entry, path.dirname(entry));
  } catch (error) {
    throw new GradlintError(
      `${file} throws when it is run: ${messageOf(error)}`,
      'It is loaded as an import would load it.',
    );
  }
  const fn = module.exports[EXPORTED];
  if (typeof fn !== 'function') throw new UsageError(`${file} has no function ${name} at its top level.`);
  return { fn: fn as UserFunction['fn'], tf: tensorFlowOf(require) };
}

async function bundle(entry: string, contents: string, file: string, name: string): Promise<string> {
  const { build } = await import('esbuild');
  const loader = (path.extname(entry).replace(/^\.[mc]?/, '') || 'js') as 'ts' | 'tsx' | 'js' | 'jsx';
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: path.dirname(entry), sourcefile: entry, loader },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'silent',
    });
    return outputFiles[0]!.text;
  } catch (error) {
    const [first] = (error as { errors?: { text: string }[] }).errors ?? [];
    const text = first?.text ?? messageOf(error);
    if (text.includes(`"${name}"`))
      throw new UsageError(`${file} has no function ${name} at its top level.`, undefined);
    throw new GradlintError(`${file} cannot be bundled: ${text}`);
  }
}

function read(entry: string, file: string): string {
  try {
    return readFileSync(entry, 'utf8');
  } catch (error) {
    throw new PathError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function tensorFlowOf(require: NodeJS.Require): unknown {
  for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-core']) {
    try {
      return require(name) as unknown;
    } catch {
      // not installed there
    }
  }
  return undefined;
}
