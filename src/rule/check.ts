import type { LoweredProject, Option } from '../program/project.js';
import type { Backend } from '../facts/backend.js';
import { SizeNames } from '../facts/size-names.js';
import { opNamed } from '../ops/table.js';
import { operandNodes, slice, type Node } from '../program/node.js';
import { placeOf, type Span } from '../source/span.js';
import { Calls } from './calls.js';
import type { Finding } from './finding.js';
import { withoutRepeatedNotes } from './notes.js';
import { operandOf } from './patterns.js';
import type { Rule, Suspicion } from './rule.js';
import { Site, UnitContext } from './site.js';
import type { LoweredUnit } from '../program/lowered-unit.js';

export interface CheckOptions {
  readonly rules: readonly Rule[];
  readonly textOf: (span: Span) => string;
  readonly backend: Backend;
}

/** A suspicion with the place it was raised at. */
interface Raised {
  readonly rule: Rule;
  readonly suspicion: Suspicion;
  readonly site: Node;
  readonly unit: LoweredUnit;
}

/** A function as if nobody called it. */
interface Alone {
  readonly name: string | undefined;
  readonly raised: readonly Raised[];
}

/** Asks every rule about every op of every unit, and reports each root cause once, at the place that is at fault. */
export function check(project: LoweredProject, options: CheckOptions): Finding[] {
  const standalone = new Map<string, Alone>();
  const judgedAlone = (within: Span): Alone => {
    const key = placeOf(within);
    const known = standalone.get(key);
    if (known !== undefined) return known;
    const unit = project.standalone(within);
    const alone = { name: unit?.unit.name, raised: unit === undefined ? [] : checkUnit(unit, options) };
    standalone.set(key, alone);
    return alone;
  };
  const findings = new Map<string, Finding>();
  const add = (finding: Finding): void => {
    const key = `${finding.rule} ${placeOf(finding.span)}`;
    const known = findings.get(key);
    if (known === undefined || surer(finding, known)) findings.set(key, finding);
  };
  const undescribed = new Undescribed();
  // A function that the project calls is judged as it is called.
  const isJudgedElsewhere = (unit: LoweredUnit): boolean =>
    unit.unit.kind !== 'module' && project.isCalled(unit);
  const judged = project.units.filter((unit) => !isJudgedElsewhere(unit) || unit.unit.custom === true);
  const all = judged.flatMap((unit) => {
    undescribed.note(unit.nodes);
    return checkUnit(unit, options, isJudgedElsewhere(unit) ? 'gradient' : undefined);
  });
  const calls = new Calls(
    judged.flatMap(({ nodes }) => nodes),
    all,
  );
  for (const raised of all) anchored(raised, calls, judgedAlone).forEach(add);
  // Where no call says anything of what a site is handed, it is judged as if nobody called it.
  for (const node of undescribed.sites()) {
    const alone = judgedAlone(node.within!).raised.filter(
      ({ site }) => placeOf(site.span) === placeOf(node.span),
    );
    for (const raised of alone) {
      const { differentiated } = node.differentiated === 'yes' ? node : raised.site;
      add({ ...toFinding(raised, node.span, raised.unit, []), site: { ...raised.site, differentiated } });
    }
  }
  // What a caller may choose is asked of the function, though the default is harmless.
  for (const option of project.options)
    for (const raised of judgedAlone(option.within).raised)
      if (!raised.suspicion.manifest && restsOn(raised, option))
        add(toFinding(raised, raised.site.span, raised.unit, []));
  const sorted = [...findings.values()].sort(
    (a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start,
  );
  return withoutRepeatedNotes(sorted);
}

/** Sites in functions of the project of which no call that was followed shows what they are handed. */
class Undescribed {
  /** By place: a call that tells nothing; null once a call told something. */
  private readonly seen = new Map<string, Node | null>();

  note(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.within === undefined || (opNamed(node.op)?.dangers.length ?? 0) === 0) continue;
      const place = placeOf(node.span);
      if (!operandNodes(node).every(isAnything)) this.seen.set(place, null);
      else if (!this.seen.has(place)) this.seen.set(place, node);
    }
  }

  sites(): Node[] {
    return [...this.seen.values()].filter((node) => node !== null);
  }
}

/** Whether a suspicion is about this input of the function, and about no other. */
function restsOn({ suspicion: { decisive, danger }, site }: Raised, { name, kind }: Option): boolean {
  const { region } = danger;
  if (kind === 'not 0' && region?.low === 0 && region.high === 0) return false;
  const operand = decisive ?? (region && operandOf(site, region.operand));
  const inputs = operand === undefined ? [] : slice(operand).filter(({ op }) => op === 'input');
  return inputs.length > 0 && inputs.every(({ attributes }) => attributes['path'] === name);
}

const isAnything = ({ op, range }: Node): boolean =>
  op === 'constant' ||
  (range.low === -Infinity && range.high === Infinity && range.lowBy === 'bound' && range.highBy === 'bound');

const surer = (a: Finding, b: Finding): boolean => rank(a) > rank(b);

const rank = (finding: Finding): number =>
  (finding.manifest ? 2 : 0) + (finding.site.differentiated === 'yes' ? 1 : 0);

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

function checkUnit(
  unit: LoweredUnit,
  { rules, textOf, backend }: CheckOptions,
  only?: Rule['category'],
): Raised[] {
  if (unit.nodes.length === 0) return [];
  const context = new UnitContext(unit, textOf, backend);
  const silenced = new Set<string>();
  const raised: Raised[] = [];
  for (const [rule, sites] of sitesByRule(rules, unit.nodes)) {
    if (only !== undefined && rule.category !== only) continue;
    if (rule.backends?.includes(backend.name) === false) continue;
    const mine: Raised[] = [];
    for (const site of sites) {
      // A gradient of the wrong formula is no symptom of a value that overflows.
      if (rule.category !== 'gradient' && silenced.size > 0 && silenced.has(placeOf(site.span))) continue;
      const answer = rule.check(new Site(site, unit, context));
      if (answer === undefined) continue;
      if ('pardons' in answer) for (const node of answer.pardons) silenced.add(placeOf(node.span));
      else if (answer.at === undefined || !silenced.has(placeOf(answer.at.span)))
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
 * however it is called, or however the project calls it; else at the call that broke the function's promise, with the
 * promise beside it.
 */
function anchored(raised: Raised, calls: Calls, judgedAlone: (within: Span) => Alone): Finding[] {
  const { site, suspicion, unit } = raised;
  const [call] = site.chain;
  // A gradient is wrong where the op stands, and shows where it is taken.
  const apart = call !== undefined && raised.rule.category !== 'gradient';
  if (!apart || site.within === undefined) return [toFinding(raised, site.span, unit, [])];
  const { name, raised: others } = judgedAlone(site.within);
  const alone = others.find(
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
  const promise = alone === undefined ? [] : [toFinding(alone, site.span, alone.unit, [])];
  // Shapes tell certain things, and of two ways through a function the caller may know that one is never taken.
  if (site.conditional === true && suspicion.danger.harm === 'shape') return promise;
  const through = site.chain.slice(1).map((span) => ({ span, message: 'through this call' }));
  // What no call of the project keeps to is no promise: the function is wrong as the project has it.
  const isNoPromise =
    raised.rule.category === 'numerical' && site.span.file === call.file && !calls.someKeeps(raised);
  if (isNoPromise) {
    const chain = [{ span: call, message: 'with what this call hands over' }, ...through];
    return [{ ...toFinding(raised, site.span, unit, chain), name }];
  }
  const chain = [...through, { span: site.span, message: 'breaks here' }];
  return [toFinding(raised, call, unit, chain), ...promise];
}

function toFinding(
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
