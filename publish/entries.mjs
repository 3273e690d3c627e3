/** The modules that package.json promises, by their paths in `dist` without an extension, as they are compiled one by one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

const { bin, exports } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const promised = Object.values(exports).filter((entry) => typeof entry === 'object');

const moduleOf = ({ types }) => types.slice('./dist/'.length, -'.d.ts'.length);

/** By where package.json says that they are found, from `dist/esm` or `dist/cjs`, without an extension. */
const named = (folder, pairs) =>
  Object.fromEntries(
    pairs.map(([file, module]) => [file.replace(`./dist/${folder}/`, '').replace(/\.c?js$/, ''), module]),
  );

/** For `import`, and as commands. */
export const imported = named('esm', [
  ...Object.values(bin).map((file) => [`./${file}`, file.replace('dist/esm', 'src').replace('.js', '')]),
  ...promised.map((entry) => [entry.default, moduleOf(entry)]),
]);

/** For `require`. */
export const required = named(
  'cjs',
  promised
    .filter((entry) => entry.require !== undefined)
    .map((entry) => [entry.require.default, moduleOf(entry)]),
);
