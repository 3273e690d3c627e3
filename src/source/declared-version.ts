import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A version as far as it decides what TensorFlow.js does. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

const declared = new Map<string, Version | undefined>();

/**
 * The version of TensorFlow.js that the nearest package.json with one asks for, at its newest: `^1.7.0` is any 1.x.
 * Undefined where none says it.
 */
export function declaredVersion(folder: string): Version | undefined {
  if (declared.has(folder)) return declared.get(folder);
  const above = dirname(folder);
  const version =
    versionIn(join(folder, 'package.json')) ?? (above === folder ? undefined : declaredVersion(above));
  declared.set(folder, version);
  return version;
}

const DEPENDENCY = /"@tensorflow\/tfjs(?:-core|-node|-node-gpu)?"\s*:\s*"([~^>=\s]*)(\d+)(?:\.(\d+))?[^"]*"/g;

function versionIn(file: string): Version | undefined {
  const versions = [...textOf(file).matchAll(DEPENDENCY)].map(([, range, major, minor]) => ({
    major: range!.includes('>') ? Infinity : Number(major),
    minor: range!.includes('^') || minor === undefined ? Infinity : Number(minor),
  }));
  return versions.sort((a, b) => b.major - a.major || b.minor - a.minor)[0];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export const isOlder = (version: Version | undefined, than: Version): boolean =>
  version !== undefined &&
  (version.major < than.major || (version.major === than.major && version.minor < than.minor));
