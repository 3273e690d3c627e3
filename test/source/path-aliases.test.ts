/** Imports by an alias of the project: `paths` and `baseUrl` of the nearest tsconfig.json or jsconfig.json. */
import { expect, test } from 'vitest';
import { ImportedFiles } from '../../src/source/imported-files.js';

const FILES: Readonly<Record<string, string>> = {
  '/project/base.json': `{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["generated/*", "src/*"], "@/long/*": ["elsewhere/*"], "~lib": ["src/lib/index.ts"] } } }`,
  '/project/tsconfig.json': `{ "extends": "./base.json" /* comments are allowed */ }`,
  '/project/src/model.ts': '',
  '/project/src/lib/index.ts': '',
  '/project/elsewhere/deep.js': '',
  '/project/packages/old/jsconfig.json': `{ "compilerOptions": { "paths": { "#utils/*": ["./utils/*.js"] } } }`,
  '/project/packages/old/utils/maths.js': '',
  '/project/packages/broken/tsconfig.json': `{ "compilerOptions": `,
  '/project/packages/vite/tsconfig.json': `{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }`,
  '/project/packages/vite/tsconfig.node.json': `{ "include": ["vite.config.ts"] }`,
  '/project/packages/vite/tsconfig.app.json': `{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }`,
  '/project/packages/vite/lib/soft.ts': '',
  '/project/node_modules/ppo/index.js': '',
};

const imports = new ImportedFiles((file) => FILES[file]);

test.each([
  ['./model', '/project/src/main.ts', '/project/src/model.ts'],
  ['.', '/project/src/lib/other.ts', '/project/src/lib/index.ts'],
  ['@/model', '/project/src/deep/down/main.ts', '/project/src/model.ts'],
  ['@/lib', '/project/src/main.ts', '/project/src/lib/index.ts'],
  ['~lib', '/project/src/main.ts', '/project/src/lib/index.ts'],
  ['@/long/deep.js', '/project/src/main.ts', '/project/elsewhere/deep.js'],
  ['src/model', '/project/tools/main.ts', '/project/src/model.ts'],
  ['#utils/maths', '/project/packages/old/main.js', '/project/packages/old/utils/maths.js'],
  ['@/model', '/project/packages/old/main.js', undefined],
  ['@/model', '/project/packages/broken/main.ts', undefined],
  ['@lib/soft', '/project/packages/vite/src/main.ts', '/project/packages/vite/lib/soft.ts'],
  ['ppo', '/project/src/main.ts', undefined],
  ['node_modules/ppo', '/project/src/main.ts', undefined],
  ['@tensorflow/tfjs', '/project/src/main.ts', undefined],
])('%s in %s is %s', (specifier, file, expected) => {
  expect(imports.resolve(specifier, file)).toBe(expected);
});
