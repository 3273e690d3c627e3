import path from 'node:path';

/** How reports name a file: from the root on, with `/` on every system. */
export const relativePath = (root: string, file: string): string =>
  path.relative(root, file).split(path.sep).join('/');
