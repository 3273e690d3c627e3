/**
 * Types for `require('gradlint/gradcheck')` and its like. TypeScript takes the declarations of a package of ES modules for such
 * modules too, which `require` cannot load; so what the bundles in dist/cjs give is declared once more, in files that say so by
 * their names.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { required, root } from './entries.mjs';

const dist = join(root, 'dist');
const target = join(dist, 'cjs');

const OWN = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.js\2/g;
const written = new Set();

for (const [name, module] of Object.entries(required)) {
  write(join(dist, module));
  writeFileSync(join(target, `${name}.d.cts`), `export * from './types/${module}.cjs';\n`);
}

/** The declarations of a module, and of those that they name. */
function write(module) {
  if (written.has(module)) return;
  written.add(module);
  const text = readFileSync(`${module}.d.ts`, 'utf8');
  const file = join(target, 'types', `${relative(dist, module)}.d.cts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    text.replace(OWN, (_, before, quote, path) => `${before}${quote}${path}.cjs${quote}`),
  );
  for (const [, , , path] of text.matchAll(OWN)) write(resolve(dirname(module), path));
}
