/** All rules over the ops of one unit: causes silence their symptoms. */
import type { Backend } from '../facts/backend.js';
import type { Node } from '../program/node.js';
import { placeOf, type Span } from '../source/span.js';
import type { Rule } from './rule.js';
import { asPrecondition } from './preconditions.js';
import { Site, UnitContext } from './site.js';
import type { LoweredUnit } from '../program/lowered-unit.js';
import type { Raised } from './raised.js';

export interface CheckOptions {
  readonly rules: readonly Rule[];
  readonly textOf: (span: Span) => string;
  readonly backend: Backend;
  /** Other functions of the same file. */
  readonly beside?: (unit: LoweredUnit) => readonly LoweredUnit[];
  /** Told of a rule that fails at a site, which costs what it would have said there and no more. Absent: it is thrown. */
  readonly onFailure?: ((file: string, rule: Rule, error: unknown) => void) | undefined;
}

const indexes = new WeakMap<readonly Rule[], ReadonlyMap<string, readonly Rule[]>>();

/** Rules by the ops that they look at. */
function indexOf(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const known = indexes.get(rules);
  if (known !== undefined) return known;
  const index = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const op of new Set(rule.ops)) index.set(op, [...(index.get(op) ?? []), rule]);
  indexes.set(rules, index);
  return index;
}

/** The sites that each rule looks at: rules in their order, sites by op. Most rules look at nothing in most units. */
function sitesByRule(rules: readonly Rule[], nodes: readonly Node[]): [rule: Rule, sites: Node[]][] {
  const index = indexOf(rules);
  const byOp = new Map<string, Node[]>();
  for (const node of nodes) {
    const list = byOp.get(node.op);
    if (list === undefined) byOp.set(node.op, [node]);
    else list.push(node);
  }
  const byRule = new Map<Rule, Node[]>();
  for (const [op, sites] of byOp)
    for (const rule of index.get(op) ?? []) byRule.set(rule, [...(byRule.get(rule) ?? []), ...sites]);
  return rules.flatMap((rule) => {
    const sites = byRule.get(rule);
    return sites === undefined ? [] : [[rule, sites]];
  });
}

export function checkUnit(
  unit: LoweredUnit,
  { rules, textOf, backend, beside, onFailure }: CheckOptions,
  only?: Rule['category'],
): Raised[] {
  if (unit.nodes.length === 0) return [];
  const context = new UnitContext(unit, textOf, backend, beside);
  const silenced = new Set<string>();
  const raised: Raised[] = [];
  for (const [rule, sites] of sitesByRule(rules, unit.nodes)) {
    if (only !== undefined && rule.category !== only) continue;
    if (rule.backends?.includes(backend.name) === false) continue;
    const mine: Raised[] = [];
    for (const site of sites) {
      // A gradient of the wrong formula is no symptom of a value that overflows.
      if (rule.category !== 'gradient' && silenced.size > 0 && silenced.has(placeOf(site.span))) continue;
      const asked = new Site(site, unit, context);
      const said = ask(rule, asked, onFailure);
      if (said === undefined) continue;
      if ('pardons' in said) {
        for (const node of said.pardons) silenced.add(placeOf(node.span));
        continue;
      }
      const answer = asPrecondition(asked, said);
      if (answer.at === undefined || !silenced.has(placeOf(answer.at.span)))
        mine.push({ rule, suspicion: answer, site: answer.at ?? site, unit });
    }
    // A cause silences its symptoms, but not its equals: two sites of one rule may cover each other.
    for (const { suspicion, site } of mine) {
      for (const node of suspicion.covers ?? []) silenced.add(placeOf(node.span));
      if (suspicion.manifest) silenced.add(placeOf(site.span));
    }
    if (mine.length > 0) raised.push(...withoutCovered(mine));
  }
  return raised;
}

function ask(rule: Rule, site: Site, onFailure: CheckOptions['onFailure']): ReturnType<Rule['check']> {
  if (onFailure === undefined) return rule.check(site);
  try {
    return rule.check(site);
  } catch (error) {
    onFailure(site.node.span.file, rule, error);
    return undefined;
  }
}

/** Of findings of one rule that cover each other's sites, the first stands. */
function withoutCovered(raised: readonly Raised[]): Raised[] {
  const covered = new Set<string>();
  const kept: Raised[] = [];
  for (const one of [...raised].sort((a, b) => a.site.span.start - b.site.span.start)) {
    if (covered.has(placeOf(one.site.span))) continue;
    for (const node of one.suspicion.covers ?? []) if (node !== one.site) covered.add(placeOf(node.span));
    kept.push(one);
  }
  return kept;
}
