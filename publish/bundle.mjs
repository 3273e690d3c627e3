/**
 * What is published: few large files, since to find, read and compile the hundreds of modules that they are made of takes longer
 * than to check a file with them.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { imported, required, root } from './entries.mjs';

/** What is started or loaded by its path: see `compiled` in src/source/compiled.ts. */
const STARTED = ['confirm/realm-main', 'confirm/check-main', 'audit/share-thread', 'analyse-text'];

const dist = join(root, 'dist');
const inDist = (entries) =>
  Object.fromEntries(Object.entries(entries).map(([name, module]) => [name, join(dist, `${module}.js`)]));

const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };

/** Of a CommonJS module that is imported, Node looks through the text for names first: of the compiler that takes a tenth of a second. */
const compilerIsRequired = {
  name: 'compiler-is-required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ts-morph$/ }, () => ({ path: 'ts-morph', namespace: 'required' }));
    onLoad({ filter: /.*/, namespace: 'required' }, () => ({
      contents: `import { createRequire } from 'node:module';
        export const { ts } = createRequire(import.meta.url)('ts-morph');`,
    }));
  },
};

for (const folder of ['esm', 'cjs']) rmSync(join(dist, folder), { recursive: true, force: true });
await build({
  ...common,
  entryPoints: inDist({
    ...imported,
    ...Object.fromEntries(STARTED.map((name) => [name, `src/${name}`])),
  }),
  outdir: join(dist, 'esm'),
  format: 'esm',
  packages: 'external',
  splitting: true,
  plugins: [compilerIsRequired],
  chunkNames: 'shared/[name]-[hash]',
});
await build({
  ...common,
  entryPoints: inDist(required),
  outdir: join(dist, 'cjs'),
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.filename': '__filename' },
});
