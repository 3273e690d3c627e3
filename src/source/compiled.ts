import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The folder of the package: the same for `dist`, as installed, and for `src`, as tests run it. */
export const packageRoot: string = here.endsWith(path.join('dist', 'src', 'source'))
  ? path.resolve(here, '../../..')
  : path.resolve(here, '../..');

/** A compiled module, by its path in `src`: what processes and threads of their own are started with. */
export const compiled = (module: string): string => path.join(packageRoot, 'dist', 'src', module);
