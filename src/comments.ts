import { findingId } from './finding-id.js';
import type { Places } from './places.js';
import type { ReportedFinding } from './report/report.js';
import type { Finding } from './rule/finding.js';
import { shorten } from './rule/site.js';
import { Suppressions } from './source/suppressions.js';

/** What a suppression says that gives no reason. */
const NO_REASON = 'no reason given';
/** The name under which comments are reported that silence nothing. */
export const UNUSED = 'unused-suppression';

/** The comments that silence findings, and those that silence none. */
export class Comments {
  private readonly comments = new Map<string, Suppressions>();

  constructor(
    private readonly places: Places,
    private readonly by: readonly ('gradlint' | 'eslint')[] = ['gradlint', 'eslint'],
  ) {}

  /** Whether a comment in the source silences the finding, and why. */
  suppressed(finding: Finding): { readonly reason: string } | null {
    const { file, start } = finding.span;
    const found = this.suppressionsOf(file)?.of(finding.rule, this.places.position(file, start).line);
    return found === undefined ? null : { reason: found.reason === '' ? NO_REASON : found.reason };
  }

  /** Suppressions that no finding needed, as notes. Ask after the report was made. */
  unusedSuppressions(files: readonly string[]): ReportedFinding[] {
    return files.flatMap((file) =>
      (this.suppressionsOf(file)?.unused ?? []).map(({ start, end, rules }, index): ReportedFinding => {
        const what = rules.length === 0 ? 'any rule' : rules.join(', ');
        const expression = shorten(this.places.textOf({ file, start, end }));
        const identity = [UNUSED, this.places.relative(file), expression, index].join('\n');
        return {
          id: findingId(identity),
          rule: UNUSED,
          category: 'numerical',
          severity: 'info',
          message: `\`${expression}\` silences nothing: no finding of ${what} is left there. Remove the comment.`,
          file: this.places.relative(file),
          ...this.places.positions({ file, start, end }),
          function: '<module>',
          expression,
          danger: `no finding of ${what} is left there`,
          related: [],
          verdict: { status: 'not-run', reason: 'a comment is nothing to run' },
          fixes: [],
          suppressed: null,
        };
      }),
    );
  }

  private suppressionsOf(file: string): Suppressions | undefined {
    const known = this.comments.get(file);
    if (known !== undefined) return known;
    const source = this.places.source(file);
    if (source === undefined) return undefined;
    const made = new Suppressions(source, this.by);
    this.comments.set(file, made);
    return made;
  }
}
