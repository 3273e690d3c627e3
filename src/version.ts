import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './source/compiled.js';

export const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
  readonly version: string;
};
