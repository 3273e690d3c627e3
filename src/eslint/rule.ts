import type { Rule as EslintRule, SourceCode } from 'eslint';
import type { Fix, Position, ReportedFinding } from '../report/report.js';
import type { Rule } from '../rule/rule.js';
import { analysisOf } from './analysis.js';
import { settingsIn } from './settings.js';

interface Options {
  /** Also report what depends on a promise nobody wrote down. */
  readonly notes?: boolean;
}

/** One rule of gradlint as ESLint knows rules. One analysis of a file serves them all. */
export function eslintRule({ name, claim }: Rule): EslintRule.RuleModule {
  return {
    meta: {
      type: 'problem',
      docs: { description: claim },
      hasSuggestions: true,
      schema: [
        {
          type: 'object',
          properties: {
            notes: {
              type: 'boolean',
              description: 'Also report what depends on a promise nobody wrote down.',
            },
          },
          additionalProperties: false,
        },
      ],
      defaultOptions: [{ notes: false }],
    },
    create: (context) => {
      const settings = settingsIn(context.settings);
      const { notes = false } = (context.options[0] ?? {}) as Options;
      return {
        Program: () => {
          const { findings, failure } = analysisOf(context.sourceCode, context.filename, settings);
          if (failure?.toldBy(name) === true) {
            context.report({
              loc: { line: 1, column: 0 },
              message: `gradlint could not analyse this file: ${failure.message}`,
            });
          }
          for (const finding of findings) {
            const isShown =
              finding.rule === name && finding.suppressed === null && (notes || finding.severity !== 'info');
            if (isShown) context.report(descriptor(finding, context.sourceCode));
          }
        },
      };
    },
  };
}

function descriptor(finding: ReportedFinding, sourceCode: SourceCode): EslintRule.ReportDescriptor {
  return {
    loc: { start: place(finding.start), end: place(finding.end) },
    // Braces would be taken for placeholders.
    message: '{{ message }}',
    data: { message: finding.message },
    suggest: finding.fixes
      .filter(({ edits }) => edits.every(({ file }) => file === finding.file))
      .map((fix) => ({ desc: fix.title, fix: (fixer) => replacements(fix, fixer, sourceCode) })),
  };
}

const replacements = (fix: Fix, fixer: EslintRule.RuleFixer, sourceCode: SourceCode): EslintRule.Fix[] =>
  fix.edits.map(({ start, end, text }) =>
    fixer.replaceTextRange(
      [sourceCode.getIndexFromLoc(place(start)), sourceCode.getIndexFromLoc(place(end))],
      text,
    ),
  );

/** ESLint counts columns from 0. */
const place = ({ line, column }: Position): { line: number; column: number } => ({
  line,
  column: column - 1,
});
