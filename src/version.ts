import { readFileSync } from 'node:fs';

/** From the package file, which stands two folders above the compiled module and one above the source. */
function readVersion(): string {
  for (const location of ['../../package.json', '../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(location, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (name === 'gradlint') return version;
    } catch {
      // not there: the next
    }
  }
  return '0.0.0';
}

export const version: string = readVersion();
