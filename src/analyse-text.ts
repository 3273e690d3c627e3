import { basename, dirname } from 'node:path';
import type { BackendName } from './facts/backend.js';
import { Analyser } from './analyser.js';
import { AnalysisError } from './errors.js';
import type { ReportedFinding } from './report/report.js';
import { isTensorFile } from './source/tensor-files.js';
import { syntaxErrorIn } from './source/typescript.js';

/** The static pass over one file as an editor holds it. Other files of the project are read from disk when it imports them. */
export function analyseText(text: string, file: string, backend?: BackendName): ReportedFinding[] {
  return isTensorFile(file, text) ? passOver(text, file, backend).findings : [];
}

/**
 * As `analyseText`, for those who have not parsed it themselves.
 *
 * @throws AnalysisError where the text does not parse, or could not be analysed
 */
export function analyseTextOrThrow(text: string, file: string, backend?: BackendName): ReportedFinding[] {
  const error = syntaxErrorIn(file, text);
  if (error !== undefined)
    throw new AnalysisError(`${file} does not parse: ${error}`, 'Mend it, and ask again.');
  if (!isTensorFile(file, text)) return [];
  const { findings, problem } = passOver(text, file, backend);
  if (problem !== undefined) throw new AnalysisError(`${file}: ${problem}`);
  return findings;
}

interface Pass {
  readonly findings: ReportedFinding[];
  /** Why the file itself could not be analysed. */
  readonly problem: string | undefined;
}

function passOver(text: string, file: string, backend: BackendName | undefined): Pass {
  const analyser = new Analyser(dirname(file), {
    readFile: (path) => (path === file ? text : undefined),
    suppressedBy: ['gradlint'],
    backend,
  });
  const isHere = ({ file: name }: { readonly file: string }): boolean => name === basename(file);
  const findings = analyser.report(analyser.analyse([file]), new Map()).filter(isHere);
  return { findings, problem: analyser.problems.find(isHere)?.message };
}
