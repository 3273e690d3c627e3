import type { LoweredUnit } from '../program/lowering.js';
import type { LoweredProject } from '../program/project.js';
import type { Node } from '../program/node.js';
import type { Span } from '../source/span.js';
import type { Finding } from './finding.js';
import type { Rule, Suspicion } from './rule.js';
import { Site, UnitContext } from './site.js';

export interface CheckOptions {
  readonly rules: readonly Rule[];
  readonly textOf: (span: Span) => string;
}

/** A suspicion with the place it was raised at. */
interface Raised {
  readonly rule: Rule;
  readonly suspicion: Suspicion;
  readonly site: Node;
  readonly unit: LoweredUnit;
}

/** Asks every rule about every op of every unit, and reports each root cause once, at the place that is at fault. */
export function check(project: LoweredProject, options: CheckOptions): Finding[] {
  const standalone = new Map<string, readonly Raised[]>();
  const raisedAlone = (within: Span): readonly Raised[] => {
    const key = placeOf(within);
    const known = standalone.get(key);
    if (known !== undefined) return known;
    const unit = project.standalone(within);
    const raised = unit === undefined ? [] : checkUnit(unit, options);
    standalone.set(key, raised);
    return raised;
  };
  const findings = new Map<string, Finding>();
  for (const unit of [...project.units]) {
    // A function that the project calls is judged as it is called.
    if (unit.unit.kind !== 'module' && project.isCalled(unit.unit.span)) continue;
    for (const raised of checkUnit(unit, options)) {
      for (const finding of anchored(raised, raisedAlone)) {
        const key = `${finding.rule} ${placeOf(finding.span)}`;
        const known = findings.get(key);
        if (known === undefined || surer(finding, known)) findings.set(key, finding);
      }
    }
  }
  return [...findings.values()].sort(
    (a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start,
  );
}

const placeOf = (span: Span): string => `${span.file}:${span.start}-${span.end}`;

const surer = (a: Finding, b: Finding): boolean => rank(a) > rank(b);

const rank = (finding: Finding): number =>
  (finding.manifest ? 2 : 0) + (finding.site.differentiated === 'yes' ? 1 : 0);

function checkUnit(unit: LoweredUnit, { rules, textOf }: CheckOptions): Raised[] {
  const context = new UnitContext(unit, textOf);
  const byOp = new Map<string, Node[]>();
  for (const node of unit.nodes) {
    const list = byOp.get(node.op);
    if (list === undefined) byOp.set(node.op, [node]);
    else list.push(node);
  }
  const silenced = new Set<string>();
  const raised: Raised[] = [];
  for (const rule of rules) {
    const mine: Raised[] = [];
    for (const op of rule.ops) {
      for (const site of byOp.get(op) ?? []) {
        if (silenced.has(placeOf(site.span))) continue;
        const answer = rule.check(new Site(site, unit, context));
        if (answer === undefined) continue;
        if ('pardons' in answer) for (const node of answer.pardons) silenced.add(placeOf(node.span));
        else mine.push({ rule, suspicion: answer, site, unit });
      }
    }
    // A cause silences its symptoms, but not its equals: two sites of one rule may cover each other.
    for (const { suspicion, site } of mine) {
      for (const node of suspicion.covers ?? []) silenced.add(placeOf(node.span));
      if (suspicion.manifest) silenced.add(placeOf(site.span));
    }
    raised.push(...withoutCovered(mine));
  }
  return raised;
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

/**
 * Where a finding is reported. In the unit's own body: there. In a function the unit calls: there too, if it is wrong
 * however it is called; else at the call that broke the function's promise, with the promise beside it.
 */
function anchored(raised: Raised, raisedAlone: (within: Span) => readonly Raised[]): Finding[] {
  const { site, suspicion, unit } = raised;
  const [call] = site.chain;
  if (call === undefined || site.within === undefined) return [toFinding(raised, site.span, unit, [])];
  const alone = raisedAlone(site.within).find(
    (other) => other.rule === raised.rule && placeOf(other.site.span) === placeOf(site.span),
  );
  if (alone?.suspicion.manifest === true || (alone !== undefined && !suspicion.manifest)) {
    const differentiated = site.differentiated === 'yes' ? site : alone.site;
    return [
      {
        ...toFinding(alone, site.span, alone.unit, []),
        site: { ...alone.site, differentiated: differentiated.differentiated },
      },
    ];
  }
  const chain = [
    ...site.chain.slice(1).map((span) => ({ span, message: 'through this call' })),
    { span: site.span, message: 'breaks here' },
  ];
  const promise = alone === undefined ? [] : [toFinding(alone, site.span, alone.unit, [])];
  return [toFinding(raised, call, unit, chain), ...promise];
}

function toFinding(
  { rule, suspicion, site }: Raised,
  span: Span,
  unit: LoweredUnit,
  chain: Finding['related'],
): Finding {
  return {
    rule: rule.name,
    category: rule.category,
    site,
    span,
    unit: unit.unit,
    message: suspicion.message,
    danger: suspicion.danger,
    manifest: suspicion.manifest,
    related: [
      ...chain,
      ...(suspicion.related ?? []).map(({ node, message }) => ({ span: node.span, message })),
    ],
    fixes: suspicion.fixes ?? [],
  };
}
