import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { globSync } from 'tinyglobby';
import { Jasmine } from './jasmine.js';

/**
 * The test files that ship inside tfjs-core, made runnable in this process: one bundle of TensorFlow.js, its cpu
 * backend and the test files, in which the namespace that the tests import is the one that `record` hands back.
 */
export interface ShippedTests {
  readonly jasmine: Jasmine;
  /** The library itself, not recorded. */
  readonly tf: TensorFlowModule;
  readonly files: Readonly<Record<string, () => Promise<unknown>>>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TensorFlow.js as its own tests see it
export type TensorFlowModule = any;

const require = createRequire(import.meta.url);
const CORE = dirname(require.resolve('@tensorflow/tfjs-core/package.json')) + '/dist';
const CPU = dirname(require.resolve('@tensorflow/tfjs-backend-cpu/package.json')) + '/dist/index.js';

/** Paths relative to tfjs-core/dist of all shipped test files. */
export function shippedTestFiles(): string[] {
  return globSync('**/*_test.js', { cwd: CORE }).sort();
}

export async function loadShippedTests(
  files: readonly string[],
  record: (tf: TensorFlowModule) => TensorFlowModule,
): Promise<ShippedTests> {
  const code = await bundle(files);
  const jasmine = new Jasmine();
  const globals = { ...jasmine.globals, __record: record, require, module: { exports: {} } };
  compileFunction(code, Object.keys(globals), { filename: 'shipped-tests.js' })(...Object.values(globals));
  const { tf, jasmineUtil, files: loaders } = globals.module.exports as TensorFlowModule;
  jasmineUtil.setTestEnvs([{ name: 'cpu', backendName: 'cpu', isDataSync: true }]);
  return { jasmine, tf, files: loaders };
}

async function bundle(files: readonly string[]): Promise<string> {
  const loaders = files.map(
    (file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(join(CORE, file))})`,
  );
  const entry = `
    import * as tf from ${JSON.stringify(join(CORE, 'index.js'))};
    import ${JSON.stringify(join(CORE, 'public/chained_ops/register_all_chained_ops.js'))};
    import ${JSON.stringify(join(CORE, 'register_all_gradients.js'))};
    import ${JSON.stringify(CPU)};
    import * as jasmineUtil from ${JSON.stringify(join(CORE, 'jasmine_util.js'))};
    export { tf, jasmineUtil };
    export const files = { ${loaders.join(', ')} };`;
  const result = await build({
    stdin: { contents: entry, resolveDir: CORE, loader: 'js' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    plugins: [asTheTestsImport],
  });
  return result.outputFiles[0]!.text;
}

const asTheTestsImport: Plugin = {
  name: 'as the tests import',
  setup(context) {
    // The backend must meet the very modules that the tests import, not the package's own bundle of them.
    context.onResolve({ filter: /^@tensorflow\/tfjs-core/ }, ({ path }) => {
      const inside = relative('@tensorflow/tfjs-core/dist', path);
      return { path: inside.startsWith('..') ? join(CORE, 'index.js') : join(CORE, withExtension(inside)) };
    });
    context.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path, importer, resolveDir }) => {
      if (!importer.endsWith('_test.js')) return undefined;
      const target = join(resolveDir, path).replace(/(\/index)?(\.js)?$/, '');
      return target === CORE ? { path: 'tf', namespace: 'recorded' } : undefined;
    });
    context.onLoad({ filter: /.*/, namespace: 'recorded' }, () => ({
      contents: `module.exports = __record(require(${JSON.stringify(join(CORE, 'index.js'))}));`,
      resolveDir: CORE,
    }));
    // jasmine_util of tfjs-core brings Jasmine itself; only its describeWithFlags is wanted.
    context.onResolve({ filter: /^jasmine-core/ }, () => ({ path: 'jasmine', namespace: 'jasmine' }));
    context.onLoad({ filter: /.*/, namespace: 'jasmine' }, () => ({
      contents: 'module.exports = { core: () => ({}), noGlobals: () => ({}) };',
    }));
  },
};

function withExtension(path: string): string {
  return path.endsWith('.js') ? path : `${path}.js`;
}
