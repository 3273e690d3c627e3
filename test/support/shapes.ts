import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { ReportedFinding, Verdict } from '../../src/report/report.js';
import type { Finding } from '../../src/rule/finding.js';

const folder = path.resolve(import.meta.dirname, '../../fixtures/shapes');

/** A program of `fixtures/shapes`: one function with one shape that nobody meant, or with one that somebody did. */
export interface ShapePattern {
  readonly id: string;
  readonly file: string;
  /** Of the hazard; of the function where nothing may be said. */
  readonly line: number;
  /** A rule, or `silent`. */
  readonly expected: string;
}

export const shapePatterns = JSON.parse(
  readFileSync(path.join(folder, 'expected.json'), 'utf8'),
) as readonly ShapePattern[];

export const shapeFiles = [...new Set(shapePatterns.map(({ file }) => path.join(folder, file)))];

/**
 * What is told of each pattern, by the function that it stands in: the static pass alone, but for custom gradients, which
 * nothing is said of before they are run.
 */
export async function toldOfShapes(): Promise<ReadonlyMap<string, readonly ReportedFinding[]>> {
  const analyser = new Analyser(folder);
  const findings = analyser.analyse(shapeFiles);
  const confirmer = new Confirmer({ root: folder, mode: 'function' });
  const verdicts = new Map<Finding, Verdict>();
  for (const finding of findings)
    if (finding.candidate === true) verdicts.set(finding, await confirmer.confirm(finding));
  confirmer.close();
  const reported = analyser.report(findings, verdicts);
  return new Map(
    shapePatterns.map((pattern) => [pattern.id, reported.filter((finding) => isIn(pattern, finding))]),
  );
}

function isIn({ id, file }: ShapePattern, { file: where, start }: ReportedFinding): boolean {
  if (where !== file) return false;
  const above = readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, start.line);
  return above.findLast((line) => line.startsWith('export '))?.includes(` ${id}_`) === true;
}

/** True when the one thing that is told is what was expected, at its line. */
export function isRight({ expected, line }: ShapePattern, told: readonly ReportedFinding[]): boolean {
  if (expected === 'silent') return told.length === 0;
  return told.length === 1 && told[0]!.rule === expected && told[0]!.start.line === line;
}
