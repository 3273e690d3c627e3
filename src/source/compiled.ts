import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package, from wherever this code stands: in `src`, as tests run it, or in what is published. */
export const packageRoot: string = (function rootAbove(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, 'package.json')) ? folder : rootAbove(parent);
})(path.dirname(fileURLToPath(import.meta.url)));

/** A published module, by its path in `src`: what processes and threads of their own are started with. */
export const compiled = (module: string): string => path.join(packageRoot, 'dist', 'esm', module);
