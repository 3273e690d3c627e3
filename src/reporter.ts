import type { Comments } from './comments.js';
import { findingId } from './finding-id.js';
import type { TriedFix, WrittenFix } from './fix/prove.js';
import type { Places } from './places.js';
import { isAssigned } from './program/moving-squares.js';
import { isTrainable, slice } from './program/node.js';
import type { Fix, ReportedFinding, Severity, Verdict } from './report/report.js';
import type { Finding } from './rule/finding.js';
import { withoutRepeatedFormulas } from './rule/formulas.js';
import { shorten } from './rule/site.js';

/** By finding, the fixes that were run beside the original. */
export type TriedFixes = ReadonlyMap<Finding, readonly TriedFix[]>;

/** Tells findings in the words of the report. */
export class Reporter {
  constructor(
    private readonly places: Places,
    private readonly comments: Comments,
    private readonly writtenFixes: (finding: Finding) => readonly WrittenFix[],
  ) {}

  /** Findings as the report tells them, with an id each that edits elsewhere in the file do not change. */
  report(
    findings: readonly Finding[],
    verdicts: ReadonlyMap<Finding, Verdict>,
    tried: TriedFixes = new Map(),
  ): ReportedFinding[] {
    const occurrences = new Map<string, number>();
    const { told, others } = withoutRepeatedFormulas(
      findings.filter((finding) => isTold(finding, verdicts.get(finding))),
      (finding) => verdicts.get(finding)?.failure,
    );
    return told.map((finding) => {
      const expression = shorten(this.places.textOf(finding.span));
      const file = this.places.relative(finding.span.file);
      const identity = [finding.rule, file, finding.unit.name, expression].join('\n');
      const occurrence = occurrences.get(identity) ?? 0;
      occurrences.set(identity, occurrence + 1);
      const verdict = verdicts.get(finding) ?? {
        status: 'not-run',
        reason: this.whyNotRun(finding),
      };
      return {
        id: findingId(`${identity}\n${occurrence}`),
        rule: finding.rule,
        category: finding.category,
        severity: severityOf(finding, verdict),
        message: finding.message,
        file,
        ...this.places.positions(finding.span),
        function: finding.name ?? finding.unit.name,
        expression,
        danger: finding.danger.text,
        related: [
          ...finding.related,
          ...(others.get(finding) ?? []).map((span) => ({ span, message: 'and this one' })),
        ].map(({ span, message }) => ({
          file: this.places.relative(span.file),
          ...this.places.positions(span),
          message,
        })),
        verdict:
          finding.name === undefined || verdict.evidence === undefined
            ? verdict
            : { ...verdict, ran: finding.unit.name },
        fixes: this.reportedFixes(finding, tried.get(finding)),
        suppressed: this.comments.suppressed(finding),
      };
    });
  }

  /** What was tried and is no fix is not offered as one; what was not tried is said to be so. */
  private reportedFixes(finding: Finding, tried: readonly TriedFix[] | undefined): Fix[] {
    const offered =
      tried?.filter(({ isRefuted }) => !isRefuted) ??
      this.writtenFixes(finding).map((fix) => ({ ...fix, proof: undefined }));
    return offered.map(({ candidate, edits, proof }) => ({
      title: candidate.title,
      edits: edits.map(({ span, text }) => ({
        file: this.places.relative(span.file),
        ...this.places.positions(span),
        text,
      })),
      proof: proof ?? null,
    }));
  }

  private whyNotRun(finding: Finding): string {
    if (!finding.manifest) return PROMISE;
    return this.comments.suppressed(finding) === null
      ? 'confirmation is off'
      : 'a suppressed finding is not run';
  }
}

/** A refuted finding is none; a candidate is one once it is confirmed. */
const isTold = ({ candidate }: Finding, verdict: Verdict | undefined): boolean =>
  verdict?.status !== 'refuted' && (candidate !== true || verdict?.status === 'confirmed');

const PROMISE = 'latent: it depends on what callers pass, and nothing here says what that is';

/**
 * error: confirmed inside the domain, or certain to throw. warning: it can happen, and was not reproduced or not run.
 * info: latent, or only under a gradient that nothing here takes, and that no weight is there for.
 */
function severityOf(finding: Finding, verdict: Verdict): Severity {
  const { danger, site } = finding;
  // The step of an optimizer takes its gradient itself, and what a weight has a part in is there to be differentiated.
  const isTaken = (): boolean =>
    site.differentiated !== 'possible' ||
    site.op.startsWith('optimizer.') ||
    slice(site).some((node) => isTrainable(node) && !isAssigned(node));
  const unseenGradient = danger.harm === 'gradient' && !isTaken();
  if (!finding.manifest || finding.advice || unseenGradient) return 'info';
  if (finding.danger.expansion === 'throws') return 'error';
  return verdict.status === 'confirmed' ? 'error' : 'warning';
}
