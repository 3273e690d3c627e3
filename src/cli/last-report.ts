import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

export function lastReport(root: string): Report {
  const advice = 'Run an audit here first, without --no-cache.';
  try {
    const report = JSON.parse(readFileSync(join(root, FOLDER, FILE), 'utf8')) as Report;
    if (report.schema === 1) return report;
  } catch {
    throw new CacheError(`There is no report of an audit in ${join(root, FOLDER)}.`, advice);
  }
  throw new CacheError(
    `The report in ${join(root, FOLDER)} was written by another version of gradlint.`,
    advice,
  );
}
