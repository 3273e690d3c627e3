/** What rules raise, before it is decided where that is reported. */
import { SizeNames } from '../facts/size-names.js';
import type { Node } from '../program/node.js';
import type { Span } from '../source/span.js';
import type { Finding } from './finding.js';
import type { Rule, Suspicion } from './rule.js';
import type { LoweredUnit } from '../program/lowered-unit.js';

/** A suspicion with the place it was raised at. */
export interface Raised {
  readonly rule: Rule;
  readonly suspicion: Suspicion;
  readonly site: Node;
  readonly unit: LoweredUnit;
}

export function toFinding(
  { rule, suspicion, site }: Raised,
  span: Span,
  unit: LoweredUnit,
  chain: Finding['related'],
): Finding {
  const sizes = new SizeNames();
  return {
    rule: rule.name,
    category: rule.category,
    advice: rule.severity === 'info' || suspicion.advice === true,
    site,
    span,
    unit: unit.unit,
    nodes: unit.nodes,
    message: sizes.in(suspicion.message),
    danger: { ...suspicion.danger, text: sizes.in(suspicion.danger.text) },
    manifest: suspicion.manifest,
    listed: suspicion.listed,
    candidate: suspicion.candidate,
    related: [
      ...chain,
      ...(suspicion.related ?? []).map(({ node, message }) => ({
        span: node.span,
        message: sizes.in(message),
      })),
    ],
    fixes: suspicion.fixes ?? [],
  };
}
