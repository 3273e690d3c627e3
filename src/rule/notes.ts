import { placeOf } from '../source/span.js';
import type { Finding } from './finding.js';
import { operandOf } from './patterns.js';

/**
 * A precondition is told once: not by two rules at one place, and not again where the same input is divided by, or its
 * logarithm taken, once more. What breaks by itself is told wherever it does.
 */
export function withoutRepeatedNotes(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  return findings.filter((finding) => {
    if (finding.manifest || finding.category !== 'numerical') return true;
    const keys = [`at ${placeOf(finding.span)}`, preconditionOf(finding)].filter((key) => key !== undefined);
    const isNew = keys.every((key) => !told.has(key));
    for (const key of keys) told.add(key);
    return isNew;
  });
}

/** What is asked of an input of the function: `xScale` is not 0. */
function preconditionOf({ rule, site, unit, danger }: Finding): string | undefined {
  const { region } = danger;
  const operand = region && operandOf(site, region.operand);
  if (region === undefined || operand?.op !== 'input') return undefined;
  return [rule, placeOf(unit.span), String(operand.attributes['path']), region.low, region.high].join(' ');
}
