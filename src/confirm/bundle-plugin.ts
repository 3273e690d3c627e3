import { builtinModules } from 'node:module';
import path from 'node:path';
import type { Loader, Message, Plugin } from 'esbuild';
import { isTensorFlowPackage, tensorFlowPath } from '../source/packages.js';
import { asPattern } from '../source/words.js';

/**
 * What stood in the way of a bundle, and is replaced by stubs when it is made again: imports that cannot be resolved,
 * files that cannot be parsed. Learned once for a whole project.
 */
export class Obstacles {
  /** The project uses decorators as TypeScript had them first, and its tsconfig does not say so. */
  decorators = false;
  /** Some module awaits at its top level. */
  awaits = false;
  private readonly imports = new Set<string>();
  private readonly files = new Set<string>();

  learn(messages: readonly Message[], entry: string): void {
    for (const { text, location } of messages) {
      const file = location === null ? undefined : path.resolve(location.file);
      const unresolved = /^Could not resolve "(.+)"/.exec(text)?.[1];
      if (unresolved !== undefined)
        this.imports.add(importKey(unresolved, file === undefined ? '' : path.dirname(file)));
      else if (text.startsWith('Top-level await')) this.awaits = true;
      else if (/experimental decorators/i.test(text)) this.decorators = true;
      else if (file !== undefined && file !== entry) this.files.add(file);
    }
  }

  stubs(specifier: string, folder: string): boolean {
    return this.imports.has(importKey(specifier, folder));
  }

  broke(file: string): boolean {
    return this.files.has(file);
  }

  get anyImport(): boolean {
    return this.imports.size > 0;
  }

  /** More than when a bundle was begun: there is reason to try it again, whoever learned. */
  get count(): number {
    return this.imports.size + this.files.size + Number(this.decorators) + Number(this.awaits);
  }
}

export interface PluginOptions {
  readonly entry: string;
  readonly obstacles: Obstacles;
  /** The text of a file of the project; undefined to take the file as it is on disk. */
  text(file: string): string | undefined;
}

/** TensorFlow.js is that of the realm; what a realm does not have is a stub; what is no code is nothing. */
export function bundlePlugin({ entry, obstacles, text }: PluginOptions): Plugin {
  return {
    name: 'gradlint',
    setup: (build) => {
      // Staged or unsaved, it need not be on disk.
      build.onResolve({ filter: exactly(entry) }, () => ({ path: entry }));

      build.onResolve({ filter: /^@tensorflow\/tfjs/ }, ({ path: specifier }) => ({
        path: specifier,
        namespace: TENSORFLOW,
      }));
      build.onLoad({ filter: /.*/, namespace: TENSORFLOW }, ({ path: specifier }) => ({
        contents: tensorFlowModule(specifier),
      }));

      build.onResolve({ filter: BUILTINS }, ({ path: specifier }) => ({ path: specifier, namespace: STUB }));
      if (obstacles.anyImport) {
        build.onResolve({ filter: /.*/ }, ({ path: specifier, resolveDir }) =>
          obstacles.stubs(specifier, resolveDir) ? { path: specifier, namespace: STUB } : undefined,
        );
      }
      build.onLoad({ filter: /.*/, namespace: STUB }, ({ path: specifier }) => ({
        contents: stubModule(specifier),
      }));

      build.onLoad({ filter: CODE, namespace: 'file' }, ({ path: file }) => {
        if (obstacles.broke(file)) return { contents: stubModule(path.basename(file)) };
        const contents = text(file);
        return contents === undefined
          ? undefined
          : { contents, loader: loaderOf(file), resolveDir: path.dirname(file) };
      });
      // Images, styles, shaders, models: nothing that a function computes with.
      build.onLoad({ filter: /\.[^./\\]+$/, namespace: 'file' }, ({ path: file }) =>
        CODE.test(file) || file.endsWith('.json') ? undefined : { contents: '', loader: 'empty' },
      );
    },
  };
}

const TENSORFLOW = 'gradlint-tensorflow';
const STUB = 'gradlint-stub';
const CODE = /\.[cm]?[jt]sx?$/;
const BUILTINS = new RegExp(
  `^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')}))$`,
);

const exactly = (text: string): RegExp => new RegExp(`^${asPattern(text)}$`);

/** A relative import means another file in another folder. */
const importKey = (specifier: string, folder: string): string =>
  specifier.startsWith('.') ? path.resolve(folder, specifier) : specifier;

function tensorFlowModule(specifier: string): string {
  const part = tensorFlowPath(specifier);
  if (part !== undefined) return `module.exports = globalThis.__gradlintTf${part === '' ? '' : `.${part}`};`;
  // Backends and the rest register themselves or are the namespace again; a visor is nothing to compute with.
  if (specifier.includes('-vis')) return 'module.exports = globalThis.tfvis;';
  return isTensorFlowPackage(specifier) ? 'module.exports = globalThis.__gradlintTf;' : stubModule(specifier);
}

const stubModule = (name: string): string =>
  `module.exports = globalThis.__gradlintStub(${JSON.stringify(name)});`;

/** JSX in .js files is common. */
function loaderOf(file: string): Loader {
  const extension = path.extname(file).slice(1);
  if (extension === 'tsx' || extension === 'jsx') return extension;
  return extension.endsWith('ts') ? 'ts' : 'jsx';
}
