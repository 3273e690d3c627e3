import type { LoweredProject, Option } from '../program/project.js';
import { opNamed } from '../ops/table.js';
import { isExpected, operandNodes, slice, type Node } from '../program/node.js';
import { placeOf, type Span } from '../source/span.js';
import { Calls } from './calls.js';
import { isJavaScript } from './danger.js';
import type { Finding } from './finding.js';
import { withoutRepeatedNotes } from './notes.js';
import { withMoreRows, withOtherData } from './other-data.js';
import { operandOf } from './patterns.js';
import type { LoweredUnit } from '../program/lowered-unit.js';
import { type Raised, toFinding } from './raised.js';
import type { Module } from '../program/module.js';
import { type CheckOptions, checkUnit } from './check-unit.js';
import { JudgedAlone } from './judged-alone.js';
import { anchored } from './anchor.js';

/** Asks every rule about every op of every unit, and reports each root cause once, at the place that is at fault. */
export function check(project: LoweredProject, given: CheckOptions): Finding[] {
  const options = { ...given, beside: besideOf(project) };
  const alone = new JudgedAlone(project, options);
  // A function that the project calls is judged as it is called.
  const isJudgedElsewhere = (unit: LoweredUnit): boolean =>
    unit.unit.kind !== 'module' && project.isCalled(unit);
  const judged = project.units.filter((unit) => !isJudgedElsewhere(unit) || unit.unit.custom === true);
  const raised = judged.flatMap((unit) =>
    checkUnit(unit, options, isJudgedElsewhere(unit) ? 'gradient' : undefined),
  );
  const nodes = judged.flatMap((unit) => unit.nodes);
  const calls = new Calls(nodes, raised);
  const told = [
    ...raised.flatMap((one) => anchored(one, calls, alone)),
    ...undescribed(nodes).flatMap((site) => asIfNotCalled(site, alone)),
    ...project.options.flatMap((option) => asked(option, alone)),
    ...project.widerThanUsed.flatMap((within) => onOtherWays(within, nodes, alone)),
  ];
  const others = [...withOtherData(project, calls, alone), ...withMoreRows(project, calls, alone)];
  const findings = surest([...told, ...withoutTold(others, told, raised)]);
  const inOrder = findings.sort(
    (a, b) => a.span.file.localeCompare(b.span.file) || a.span.start - b.span.start,
  );
  // What is only listed comes behind: it hides no note.
  const isListed = ({ listed }: Finding): boolean => listed === true;
  return withoutRepeatedNotes([...inOrder.filter((one) => !isListed(one)), ...inOrder.filter(isListed)]);
}

/** The other functions of the file of one. */
function besideOf({ units }: LoweredProject): NonNullable<CheckOptions['beside']> {
  const files = new Map<Module, LoweredUnit[]>();
  for (const unit of units) {
    const list = files.get(unit.module);
    if (list === undefined) files.set(unit.module, [unit]);
    else list.push(unit);
  }
  return ({ module, declaration }) =>
    (files.get(module) ?? []).filter((unit) => unit.declaration !== declaration);
}

/** Those at other places than what is told already, and than what that covers. */
function withoutTold(
  findings: readonly Finding[],
  told: readonly Finding[],
  raised: readonly Raised[],
): readonly Finding[] {
  const sure = told.filter(({ manifest, listed }) => manifest && listed !== true).map(({ site }) => site);
  const covered = raised
    .filter(({ suspicion }) => suspicion.manifest)
    .flatMap(({ suspicion }) => suspicion.covers ?? []);
  const places = new Set([...sure, ...covered].map(({ span }) => placeOf(span)));
  return findings.filter(({ site }) => !places.has(placeOf(site.span)));
}

/** Of findings of one rule at one place the one that tells most. */
function surest(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.rule} ${placeOf(finding.span)}`;
    const known = kept.get(key);
    if (known === undefined || rank(finding) > rank(known)) kept.set(key, finding);
  }
  return [...kept.values()];
}

const rank = (finding: Finding): number =>
  (finding.manifest ? 4 : 0) + (finding.listed === true ? 0 : 2) + (isExpected(finding.site) ? 1 : 0);

/** Sites in functions of the project of which no call that was followed shows what they are handed. */
function undescribed(nodes: readonly Node[]): Node[] {
  // By place: a call that tells nothing; null once a call told something.
  const seen = new Map<string, Node | null>();
  for (const node of nodes) {
    if (node.within === undefined || (opNamed(node.op)?.dangers.length ?? 0) === 0) continue;
    const place = placeOf(node.span);
    const operands = operandNodes(node);
    // A number that is known is what a call hands over, or what it leaves out.
    const isKnown = isJavaScript(node) && operands.every(({ op }) => op === 'constant');
    if (isKnown || !operands.every(isAnything)) seen.set(place, null);
    else if (!seen.has(place)) seen.set(place, node);
  }
  return [...seen.values()].filter((node) => node !== null);
}

/** Where no call says anything of what a site is handed, it is judged as if nobody called it. */
const asIfNotCalled = (node: Node, alone: JudgedAlone): Finding[] =>
  alone
    .judge(node.within!)
    .raised.filter(({ site }) => placeOf(site.span) === placeOf(node.span))
    .map((raised) => {
      const { differentiated } = isExpected(node) ? node : raised.site;
      return { ...toFinding(raised, node.span, raised.unit, []), site: { ...raised.site, differentiated } };
    });

/** What a caller may choose is asked of the function, though the default is harmless. */
const asked = (option: Option, alone: JudgedAlone): Finding[] =>
  alone
    .judge(option.within)
    .raised.filter((raised) => !raised.suspicion.manifest && restsOn(raised, option))
    .map((raised) => toFinding(raised, raised.site.span, raised.unit, []));

/** On ways that no call of the project takes, but others may: they hand over what it leaves out. */
function onOtherWays(within: Span, nodes: readonly Node[], alone: JudgedAlone): Finding[] {
  const taken = new Set(nodes.filter(({ span }) => isInside(span, within)).map(({ span }) => placeOf(span)));
  return alone
    .judge(within)
    .raised.filter(
      ({ suspicion, site }) =>
        suspicion.manifest && isInside(site.span, within) && !taken.has(placeOf(site.span)),
    )
    .map((raised) => toFinding(raised, raised.site.span, raised.unit, []));
}

const isInside = (span: Span, { file, start, end }: Span): boolean =>
  span.file === file && span.start >= start && span.end <= end;

/** Whether a suspicion is about this input of the function, and about no other. */
function restsOn({ suspicion: { decisive, danger }, site }: Raised, { name, kind }: Option): boolean {
  const { region } = danger;
  if (kind === 'not 0' && region?.low === 0 && region.high === 0) return false;
  const operand = decisive ?? (region && operandOf(site, region.operand));
  const inputs = operand === undefined ? [] : slice(operand).filter(({ op }) => op === 'input');
  return inputs.length > 0 && inputs.every(({ attributes }) => attributes['path'] === name);
}

const isAnything = ({ op, range, attributes }: Node): boolean =>
  op === 'constant' ||
  (attributes['nonZero'] !== true &&
    range.low === -Infinity &&
    range.high === Infinity &&
    range.lowBy === 'bound' &&
    range.highBy === 'bound');
