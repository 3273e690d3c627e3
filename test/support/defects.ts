import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { ReportedFinding, Verdict } from '../../src/report/report.js';
import type { Finding } from '../../src/rule/finding.js';

const root = path.resolve(import.meta.dirname, '../..');
const defects = path.join(root, 'fixtures/defects');
const stable = path.join(root, 'fixtures/stable');

/** A case of the published benchmarks, and where its defect is in the program that ports it. */
export interface Case {
  /** As GRIST and RANUM number it (`28a`), or the soft assertion fuzzer (`SA4`). */
  readonly case: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  /** The finding stands at the call or formula that is at fault, and names this place among its related ones. */
  readonly related?: true;
}

export const cases = JSON.parse(readFileSync(path.join(defects, 'expected.json'), 'utf8')) as readonly Case[];

/** `26-sigmoid` is a second defect in the program of case 26, and no case of its own. */
export const isPublished = ({ case: name }: Case): boolean => !name.includes('-');

export const stableFiles = readdirSync(stable, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.[jt]sx?$/.test(file))
  .sort();

/** A finding as it was raised, and as the report tells it. */
export interface Told {
  readonly finding: Finding;
  readonly reported: ReportedFinding;
}

/** The static pass over the program of a case: files that it imports come with it. */
export function findingsOf(file: string, folder: 'defects' | 'stable'): Told[] {
  const base = folder === 'defects' ? defects : stable;
  const analyser = new Analyser(base);
  const findings = analyser.analyse([path.join(base, file)]);
  const reported = analyser.report(findings, new Map());
  return findings.map((finding, index) => ({ finding, reported: reported[index]! }));
}

/** The finding at the line and column of the case. */
export function findingFor(expected: Case, told: readonly Told[]): Told | undefined {
  const isHere = ({ file, start }: { file: string; start: { line: number; column: number } }): boolean =>
    file === expected.file && start.line === expected.line && start.column === expected.column;
  return told.find(
    ({ reported }) =>
      reported.rule === expected.rule &&
      reported.severity !== 'info' &&
      (expected.related ? reported.related.some(isHere) : isHere(reported)),
  );
}

/** Errors and warnings that no case accounts for. */
export function unexpected(file: string, told: readonly Told[]): string[] {
  const known = new Set(cases.filter((one) => one.file === file).map((one) => findingFor(one, told)));
  return told
    .filter((one) => one.reported.severity !== 'info' && !known.has(one))
    .map(({ reported }) => `${reported.rule} at ${reported.start.line}:${reported.start.column}`);
}

/** Confirms findings one after the other, in warm realms. */
export class DefectConfirmer {
  private readonly confirmer = new Confirmer({ root, mode: 'function' });

  confirm({ finding }: Told): Promise<Verdict> {
    return this.confirmer.confirm(finding);
  }

  close(): void {
    this.confirmer.close();
  }
}
