import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import type { ReportedFinding } from '../../src/report/report.js';

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

/** What the static pass tells of each pattern, by the function that it stands in. */
export function toldOfShapes(): ReadonlyMap<string, readonly ReportedFinding[]> {
  const analyser = new Analyser(folder);
  const reported = analyser.report(analyser.analyse(shapeFiles), new Map());
  return new Map(
    shapePatterns.map((pattern) => [pattern.id, reported.filter((finding) => isIn(pattern, finding))]),
  );
}

function isIn({ id, file }: ShapePattern, { file: where, start }: ReportedFinding): boolean {
  if (where !== file) return false;
  const above = readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, start.line);
  return above.findLast((line) => line.startsWith('export '))?.includes(`function ${id}_`) === true;
}

/** True when the one thing that is told is what was expected, at its line. */
export function isRight({ expected, line }: ShapePattern, told: readonly ReportedFinding[]): boolean {
  if (expected === 'silent') return told.length === 0;
  return told.length === 1 && told[0]!.rule === expected && told[0]!.start.line === line;
}
