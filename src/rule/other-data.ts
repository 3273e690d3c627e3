/** Functions that the project only shows on data that it makes up are asked about other data too. */
import type { LoweredProject, Shown } from '../program/project.js';
import { namesOf } from '../facts/shape.js';
import { operandNodes, slice } from '../program/node.js';
import { placeOf, type Span } from '../source/span.js';
import { anchored } from './anchor.js';
import type { Calls } from './calls.js';
import { isMagnitudeOf } from './draws.js';
import type { Finding } from './finding.js';
import type { JudgedAlone } from './judged-alone.js';
import { rootOfPath } from '../program/path.js';
import { operandOf } from './patterns.js';
import type { Raised } from './raised.js';

/** What goes wrong with other data. What a function asks of its callers these keep to: that is not told. */
export const withOtherData = (
  { examples }: LoweredProject,
  calls: Calls,
  alone: JudgedAlone,
): readonly Finding[] =>
  byFunction(examples).flatMap(({ within, names, drawn }) =>
    alone
      .judge(within)
      .raised.filter(
        (raised) => raised.suspicion.manifest && isAbout(raised, names) && !isOfDraws(raised, drawn),
      )
      .flatMap((raised) => anchored(raised, calls, alone)),
  );

/**
 * The broadcasts of functions that take a list, which the project only gives lists of one thing: beside one row everything
 * fits.
 */
export const withMoreRows = (
  { singles }: LoweredProject,
  calls: Calls,
  alone: JudgedAlone,
): readonly Finding[] =>
  singles.flatMap(({ name, within }) =>
    alone
      .judge(within)
      .raised.filter((raised) => raised.suspicion.manifest && isBroadcastOf(name, raised))
      .flatMap((raised) => anchored(raised, calls, alone)),
  );

/** Whether rows of this parameter meet others in an op. */
const isBroadcastOf = (parameter: string, { site, suspicion: { danger } }: Raised): boolean =>
  danger.harm === 'shape' &&
  operandNodes(site).some(({ shape }) =>
    shape?.some(({ size }) => namesOf(size).some((name) => rootOfPath(name) === parameter)),
  );

interface ShownFunction {
  readonly within: Span;
  /** Its parameters that are given data which is made up. */
  readonly names: Set<string>;
  /** Those of them that are given draws. */
  readonly drawn: Set<string>;
}

function byFunction(examples: readonly Shown[]): ShownFunction[] {
  const functions = new Map<string, ShownFunction>();
  for (const { name, within, isDrawn } of examples) {
    const key = placeOf(within);
    const known = functions.get(key) ?? { within, names: new Set(), drawn: new Set() };
    functions.set(key, known);
    known.names.add(name);
    if (isDrawn) known.drawn.add(name);
  }
  return [...functions.values()];
}

/** Whether a suspicion is about these parameters and nothing else that the function is given. */
function isAbout(
  { suspicion: { decisive, danger }, site, unit }: Raised,
  names: ReadonlySet<string>,
): boolean {
  const { region } = danger;
  const operand = decisive ?? (region && operandOf(site, region.operand)) ?? site;
  const leaves = slice(operand).filter(({ op }) => op === 'input' || op === 'unknown');
  const isLost = leaves.some(({ op }) => op === 'unknown');
  const given = isLost
    ? unit.unit.inputs.map(({ name }) => name)
    : leaves.map(({ attributes }) => String(attributes['path']));
  return given.length > 0 && given.every((path) => names.has(rootOfPath(path)));
}

/** A direction that is drawn, `z.div(z.norm())`: that all draws are 0 does not happen. */
function isOfDraws({ suspicion: { danger }, site }: Raised, drawn: ReadonlySet<string>): boolean {
  const isAtZero = danger.region !== undefined && danger.region.low <= 0 && danger.region.high >= 0;
  const operand = isAtZero ? operandOf(site, danger.region!.operand) : undefined;
  return isMagnitudeOf(
    operand,
    ({ op, attributes }) => op === 'input' && drawn.has(String(attributes['path'])),
  );
}
