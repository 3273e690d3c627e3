import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CacheError } from '../errors.js';
import { json } from '../report/render/json.js';
import type { Report } from '../report/report.js';

const FOLDER = '.gradlint-cache';
const FILE = 'last-report.json';

/** Keeps the report for `gradlint replay`. A folder that cannot be written to is no reason to fail an audit. */
export function keepReport(report: Report, root: string): void {
  const folder = join(root, FOLDER);
  try {
    mkdirSync(folder, { recursive: true });
    // The folder ignores itself, so nobody has to.
    writeFileSync(join(folder, '.gitignore'), '*\n');
    writeFileSync(join(folder, FILE), json(report));
  } catch {
    return;
  }
}

export interface LastReport {
  readonly report: Report;
  /** The folder that it is kept in. */
  readonly folder: string;
  /** When that audit ended. */
  readonly written: Date;
}

export function lastReport(root: string): LastReport {
  const advice = 'Run an audit here first, without --no-cache.';
  const folder = join(root, FOLDER);
  const file = join(folder, FILE);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    if (report.schema === 1) return { report, folder, written: statSync(file).mtime };
  } catch {
    throw new CacheError(`There is no report of an audit in ${folder}.`, advice);
  }
  throw new CacheError(`The report in ${folder} was written by another version of gradlint.`, advice);
}
