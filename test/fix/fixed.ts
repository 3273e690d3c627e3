import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import { applyEdits } from '../../src/fix/apply.js';

export interface Fixed {
  readonly rule: string;
  readonly title: string;
  readonly text: string;
}

/** Every way in which gradlint would rewrite a program, finding by finding. */
export function rewrites(text: string, name = 'program.ts'): Fixed[] {
  const file = path.resolve(name);
  const analyser = new Analyser(path.dirname(file), {
    readFile: (other) => (other === file ? text : undefined),
  });
  return analyser.analyse([file]).flatMap((finding) =>
    analyser.writtenFixes(finding).map(({ candidate, edits }) => ({
      rule: finding.rule,
      title: candidate.title,
      text: applyEdits(edits, () => text).get(file)!,
    })),
  );
}

/** The program after the first fix that is offered. */
export const fixed = (text: string, name?: string): string | undefined => rewrites(text, name)[0]?.text;

/** What raises a finding that counts, and whether the text can be parsed. */
export function lint(text: string, name = 'program.ts'): { rules: string[]; problems: string[] } {
  const file = path.resolve(name);
  const analyser = new Analyser(path.dirname(file), {
    readFile: (other) => (other === file ? text : undefined),
  });
  const findings = analyser.analyse([file]).filter(({ manifest }) => manifest);
  return {
    rules: findings.map(({ rule }) => rule),
    problems: analyser.problems.map(({ message }) => message),
  };
}
