import type { Edit, Position, Report, ReportedFinding, Severity } from '../report.js';
import { inRepository, type RenderContext, type RuleText } from './context.js';
import { observations, precisionsOf } from './observations.js';
import { active, inFileOrder } from './order.js';
import { editsByFile } from './patch.js';
import { capitalised, fixText, inputText, verdictText } from './words.js';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** GitHub refuses longer descriptions. */
const LONGEST_DESCRIPTION = 1024;

/** SARIF 2.1.0 as GitHub code scanning reads it. */
export function sarif(report: Report, { rules, prefix }: RenderContext): string {
  // GitHub does not honour `suppressions`: a suppressed finding would come back as an alert.
  const findings = inFileOrder(active(report));
  const used = new Set(findings.map(({ rule }) => rule));
  const descriptors = rules.filter(({ name }) => used.has(name));
  const indices = new Map(descriptors.map(({ name }, index) => [name, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gradlint',
            semanticVersion: report.tool.version,
            rules: descriptors.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            toolExecutionNotifications: report.problems.map(({ file, message }) => ({
              level: 'error',
              message: { text: message },
              ...(file === '' ? {} : { locations: [{ physicalLocation: artifact(prefix, file) }] }),
            })),
          },
        ],
        results: findings.map((finding) => result(finding, indices.get(finding.rule), prefix)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor({ name, category, claim, reason, remedy, examples }: RuleText): object {
  const broken = examples.hazardous[0];
  const example = broken === undefined ? '' : `\n\n${broken.title}:\n\n${broken.code}`;
  return {
    id: name,
    name,
    shortDescription: { text: cut(claim) },
    fullDescription: { text: cut(reason) },
    help: {
      text: `${claim}\n\n${reason}\n\n${remedy}${example}`,
      markdown: `${claim}\n\n${reason}\n\n**What to do.** ${remedy}${broken === undefined ? '' : `\n\n**Breaks:** ${broken.title}\n\n\`\`\`ts\n${broken.code}\n\`\`\``}`,
    },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: [category, 'tensorflow.js'], precision: 'high' },
  };
}

const cut = (text: string): string =>
  text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;

function result(finding: ReportedFinding, ruleIndex: number | undefined, prefix: string): object {
  const { id, rule, severity, file, start, end, related, fixes, verdict, danger } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: text(finding) },
    locations: [
      {
        physicalLocation: { ...artifact(prefix, file), region: region(start, end) },
        logicalLocations: [{ name: finding.function, kind: 'function' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${id}:1`, 'gradlint/v1': id },
    relatedLocations: related.map((place, index) => ({
      id: index + 1,
      physicalLocation: { ...artifact(prefix, place.file), region: region(place.start, place.end) },
      message: { text: place.message },
    })),
    fixes: fixes.map((fix) => ({
      description: { text: fixText(fix) },
      artifactChanges: changes(fix.edits, prefix),
    })),
    properties: {
      danger,
      verdict: verdict.status,
      ...(verdict.failure === undefined ? {} : { failure: verdict.failure }),
    },
  };
}

/** Tight places show the first sentence only: that is the message's own. */
function text(finding: ReportedFinding): string {
  const { message, verdict, related } = finding;
  const lines = [unlinked(message)];
  if (verdict.witness !== undefined) {
    const inputs = verdict.witness.inputs.map(inputText).join(', ');
    const [, precision] = precisionsOf(verdict.witness);
    const seen = observations(verdict.witness).map(({ name, computed, reference, said }) => {
      const precise = reference === undefined ? '' : ` (${reference} in ${precision})`;
      return said === undefined ? `${name} ${computed ?? '?'}${precise}` : `${name}: ${said}`;
    });
    lines.push(unlinked(`${inputs === '' ? 'Observed' : `With ${inputs}`}: ${seen.join(', ')}.`));
  }
  lines.push(unlinked(`${capitalised(verdictText(finding))}.`));
  lines.push(
    ...related.map(
      (place, index) => `See [${place.message.replace(/[[\]]/g, String.raw`\$&`)}](${index + 1}).`,
    ),
  );
  return lines.join('\n');
}

/** `f[0](x)` would be read as a link. */
const unlinked = (text: string): string => text.replaceAll('](', '] (');

function changes(edits: readonly Edit[], prefix: string): object[] {
  return editsByFile(edits).map(([file, inFile]) => ({
    ...artifact(prefix, file),
    replacements: inFile.map(({ start, end, text: inserted }) => ({
      deletedRegion: region(start, end),
      insertedContent: { text: inserted },
    })),
  }));
}

const artifact = (prefix: string, file: string) => ({
  artifactLocation: {
    uri: inRepository(prefix, file).split('/').map(encodeURIComponent).join('/'),
    uriBaseId: '%SRCROOT%',
  },
});

const region = (start: Position, end: Position) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});
