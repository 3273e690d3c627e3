/** Inputs of a unit or a slice, as the search is told of them. */
import type { Range } from '../facts/range.js';
import { showSize } from '../facts/shape.js';
import { growthOf, mayStayZero } from '../program/growth.js';
import { withFacts, type Node } from '../program/node.js';
import { numberOfSize } from '../program/shapes/size-formulas.js';
import { roleOf } from '../program/tensorflow/number-roles.js';
import type { NumberRole, UnitInputForm } from '../program/unit.js';
import { sharesIn } from '../rule/mixtures.js';
import { Apart } from './apart.js';
import { PLACES, type InputForm } from './job.js';
import type { LikelyShapes } from './likely-shapes.js';
import { keyOfClass } from './input-classes.js';
import { indexLimit, isCondition, meetsIntegers } from './integer-inputs.js';
import { slotName } from './slice.js';

/** The default domain of what nobody described. */
const DEFAULT_LIMIT = 100;

/** A depth of 1 is refused by oneHot, and tells little anywhere. */
export const ORDINARY_COUNT = 2;

/** Sums of two numbers are halved without an error: three show what more would. */
export const ORDINARY_LENGTH = 3;

/** What the ops that feed the site, or all of the unit, show of its inputs. */
export interface Shown {
  readonly nodes: readonly Node[];
  readonly shapes: LikelyShapes;
  readonly apart?: Apart;
  /** Which of the constants is chosen where conditions ask for one of several. */
  readonly choice?: number | undefined;
  /** The site is arithmetic on JavaScript numbers. */
  readonly inNumbers?: boolean | undefined;
  /** A gradient is taken by variables, and no variable is in sight: the weights are among the tensors that are handed in. */
  readonly handsInWeights?: boolean | undefined;
  /** A list of which nothing tells the length has as many elements: loops go round it more than once. */
  readonly rounds?: number | undefined;
}

export function toForm(form: UnitInputForm, shown: Shown): InputForm {
  switch (form.kind) {
    case 'tensor':
      return {
        ...tensorForm(form.node, shown),
        claimedRank: form.claimedRank,
        as: form.as,
        ...(form.as === 'array' && shown.inNumbers === true ? asDoubles(form.node) : {}),
      };
    case 'number':
      return numberForm(asFound(form.node, form.role), shown, form.role);
    case 'numbers':
      return numbersForm(form);
    case 'object':
      return {
        kind: 'object',
        fields: Object.fromEntries(
          Object.entries(form.fields).map(([name, field]) => [name, toForm(field, shown)]),
        ),
        of: form.of && keyOfClass(form.of),
      };
    case 'list':
      return {
        kind: 'list',
        elements: repeated(form.elements, shown).map((element) => toForm(element, shown)),
      };
    case 'choice': {
      const chosen = (shown.choice ?? 0) % form.values.length;
      return { kind: 'constant', value: form.values[chosen], chosen: true };
    }
    case 'model':
      return {
        kind: 'model',
        answers: form.answers.map((answer) => ({ name: answerName(answer), form: toForm(answer, shown) })),
      };
    default:
      return form;
  }
}

/** The one element that stands for any of a list, once for each round of a loop. */
const repeated = (elements: readonly UnitInputForm[], { rounds }: Shown): readonly UnitInputForm[] =>
  elements.length === 1 && rounds !== undefined
    ? Array.from({ length: rounds }, () => elements[0]!)
    : elements;

/** `this.actor.predict(observation)`: the call that gave it. */
const answerName = (answer: UnitInputForm): string =>
  answer.kind === 'tensor'
    ? slotName(answer.node)
    : answer.kind === 'list' && answer.elements[0] !== undefined
      ? answerName(answer.elements[0]).replace(/\[\d+\]$/, '')
      : 'a result';

export function tensorForm(node: Node, shown: Shown): InputForm & { kind: 'tensor' } {
  const { nodes, shapes, apart } = shown;
  const { range, shape } = node;
  const isTruth = isCondition(node, nodes);
  // How many whole numbers from 0 on it holds.
  const depth = isTruth ? 2 : indexLimit(node, nodes, shapes);
  const isWhole = depth !== undefined || meetsIntegers(node, nodes);
  const dtype = isTruth ? 'bool' : isWhole ? 'int32' : (node.dtype ?? 'float32');
  const isShare = range.lowBy === 'assumed' && range.highBy === 'assumed' && sharesIn(nodes).has(node.id);
  const isTrained =
    node.attributes['trained'] === true || (shown.handsInWeights === true && dtype === 'float32');
  return {
    kind: 'tensor',
    node: node.id,
    likely: shapes.shapes.get(node.id),
    dims: shape?.map(
      (d, axis) =>
        apart?.nameAt(node, axis) ??
        apart?.nameOf(d.axis) ??
        (typeof d.size === 'number' ? d.size : showSize(d.size)),
    ),
    dtype,
    low: isShare ? 0 : depth === undefined ? limited(range.low, -DEFAULT_LIMIT) : 0,
    high: isShare ? 1 : depth === undefined ? limited(range.high, DEFAULT_LIMIT) : depth - 1,
    integer: depth !== undefined || range.integer,
    ...(isTrained ? { trained: true } : {}),
  };
}

/** Of what the code counts, and leaves at 0, that is a number like any other. */
const asFound = (node: Node, role: NumberRole | undefined): Node =>
  role === undefined && mayStayZero(growthOf(node)) && node.range.low === 0
    ? withFacts(node, { range: { ...node.range, lowBy: 'declared' } })
    : node;

export function numberForm(
  node: {
    readonly id: number;
    readonly range: Pick<Range, 'low' | 'high' | 'integer'> & Partial<Pick<Range, 'lowBy'>>;
  },
  { shapes }: Shown,
  role?: NumberRole,
): InputForm & { kind: 'number' } {
  const { low, high, integer, lowBy } = node.range;
  const whole = integer || role !== undefined;
  const [ordinary, most] = whole ? WHOLE[role?.kind ?? 'size'] : [-DEFAULT_LIMIT, DEFAULT_LIMIT];
  // A range that is declared, and a count that is found as it started, are no sizes.
  const least = role === undefined && lowBy === 'declared' ? low : ordinary;
  return {
    kind: 'number',
    node: node.id,
    low: whole ? Math.max(least, limited(low, least)) : limited(low, least),
    high: whole ? Math.min(most, limited(high, most)) : limited(high, most),
    integer: whole,
    ...(role?.kind === 'size'
      ? { size: showSize(role.size), likely: numberOfSize(role.size, shapes.sizes) }
      : {}),
    ...(role?.kind === 'axis' ? { axis: true } : {}),
  };
}

/** Whole numbers that an op asks for are counts and depths; axes and indices are those of small tensors. */
const WHOLE: Readonly<Record<NumberRole['kind'], readonly [number, number]>> = {
  size: [ORDINARY_COUNT, 2 ** 3],
  axis: [0, 3],
  index: [0, 0],
};

/** Numbers that have not been stored in a tensor yet. */
const DOUBLE = { dtype: 'float64', double: true } as const;

const asDoubles = ({ shape }: Node): Partial<InputForm & { kind: 'tensor' }> =>
  shape?.length === 1 && typeof shape[0]!.size !== 'number'
    ? { ...DOUBLE, likely: [ORDINARY_LENGTH] }
    : DOUBLE;

/**
 * As many as any other list of numbers of the unit has: what goes through two of them goes through both. Of places there may be
 * none, as of what passed a test, and the first is one that every list has.
 */
function numbersForm({ node, atLeast }: UnitInputForm & { kind: 'numbers' }): InputForm & { kind: 'tensor' } {
  const arePlaces = roleOf(node)?.kind === 'index';
  const { low, high, integer } = arePlaces ? FIRST : node.range;
  return {
    kind: 'tensor',
    node: node.id,
    dims: [arePlaces && atLeast <= 1 ? PLACES : 'numbers'],
    likely: [Math.max(ORDINARY_LENGTH, atLeast)],
    low: limited(low, -DEFAULT_LIMIT),
    high: limited(high, DEFAULT_LIMIT),
    integer,
    as: 'array',
    ...DOUBLE,
  };
}

const FIRST = { low: 0, high: 0, integer: true } as const;

const limited = (value: number, fallback: number): number => (Number.isFinite(value) ? value : fallback);
