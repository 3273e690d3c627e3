import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { SourceCode } from 'eslint';
import type { BackendName } from '../facts/backend.js';
import { messageOf } from '../errors.js';
import type { ReportedFinding } from '../report/report.js';
import { compiled } from '../source/compiled.js';
import { isSource } from '../source/source-file.js';
import { isTensorFile } from '../source/tensor-files.js';
import type { Settings } from './settings.js';

export interface FileAnalysis {
  readonly findings: readonly ReportedFinding[];
  readonly failure?: Failure | undefined;
}

interface Failure {
  readonly message: string;
  /** Whether this rule is to tell of it: the first that asks, so that it is told once. */
  toldBy(rule: string): boolean;
}

const NOTHING: FileAnalysis = { findings: [] };
const analyses = new WeakMap<SourceCode, FileAnalysis>();

/** What the static pass says of a file; computed for the first rule that asks. */
export function analysisOf(sourceCode: SourceCode, filename: string, { backend }: Settings): FileAnalysis {
  const known = analyses.get(sourceCode);
  if (known !== undefined) return known;
  const analysis = analyse(sourceCode.text, filename, backend);
  analyses.set(sourceCode, analysis);
  return analysis;
}

function analyse(text: string, filename: string, backend: BackendName | undefined): FileAnalysis {
  // Text without a file, as an editor or a pipe hands it over, may be in any dialect.
  const file = /^<.*>$/.test(filename) ? resolve('input.tsx') : filename;
  if (!isSource(file) || !isTensorFile(file, text)) return NOTHING;
  try {
    return { findings: loadAnalyseText()(text, file, backend) };
  } catch (error) {
    let teller: string | undefined;
    return {
      findings: [],
      failure: { message: messageOf(error), toldBy: (rule) => (teller ??= rule) === rule },
    };
  }
}

type AnalyseText = typeof import('../analyse-text.js').analyseText;

/** Rules are synchronous, and the parser takes a third of a second to load: it waits for a file that needs it. */
function loadAnalyseText(): AnalyseText {
  const require = createRequire(import.meta.url);
  return (require(compiled('analyse-text.js')) as { analyseText: AnalyseText }).analyseText;
}
