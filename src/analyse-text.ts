import { dirname } from 'node:path';
import type { BackendName } from './facts/backend.js';
import { Analyser } from './analyser.js';
import type { ReportedFinding } from './report/report.js';
import { isTensorFile } from './source/tensor-files.js';

/** The static pass over one file as an editor holds it. Other files of the project are read from disk when it imports them. */
export function analyseText(text: string, file: string, backend?: BackendName): ReportedFinding[] {
  if (!isTensorFile(file, text)) return [];
  const analyser = new Analyser(dirname(file), {
    readFile: (path) => (path === file ? text : undefined),
    suppressedBy: ['gradlint'],
    backend,
  });
  return analyser
    .report(analyser.analyse([file]), new Map())
    .filter((finding) => finding.file === basenameOf(file));
}

const basenameOf = (file: string): string => file.split(/[/\\]/).at(-1)!;
