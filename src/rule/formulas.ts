import type { Failure } from '../ops/row.js';
import { placeOf, type Span } from '../source/span.js';
import type { Finding } from './finding.js';

/**
 * Formulas of one gradient that fail in the same way have one cause: a reduction that was forgotten is forgotten by all
 * inputs. The first of them stands, with the others beside it.
 *
 * @param failureOf the failure that was seen of a finding
 * @returns the findings that stand, and the places of those that stand for others
 */
export function withoutRepeatedFormulas(
  findings: readonly Finding[],
  failureOf: (finding: Finding) => Failure | undefined,
): { readonly told: readonly Finding[]; readonly others: ReadonlyMap<Finding, readonly Span[]> } {
  const first = new Map<string, Finding>();
  const others = new Map<Finding, Span[]>();
  const told = findings.filter((finding) => {
    if (finding.unit.kernel === undefined) return true;
    const key = `${placeOf(finding.unit.span)} ${finding.rule} ${failureOf(finding)}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, finding);
    else others.set(known, [...(others.get(known) ?? []), finding.span]);
    return known === undefined;
  });
  return { told, others };
}
