import type { Random } from '../random.js';
import type { Slope, SlopeKind } from './ladder.js';
import { claimAlong, coordinate, type Claim, type Line, type Lines } from './line.js';
import type { InputForm } from './subject.js';

/** What a line through the point says of the gradient. */
export type LineVerdict =
  'right' | 'wrong' | 'invalid-subgradient' | 'kink' | 'jump' | 'edge' | 'undefined' | 'unclear';

export interface Measured {
  readonly line: Line;
  readonly slope: Slope;
  readonly claim: Claim;
  readonly verdict: LineVerdict;
}

export interface FormulaEvidence {
  /** Elements that were measured alone. */
  readonly coordinates: readonly Measured[];
  /** Directions over several elements. */
  readonly directions: readonly Measured[];
  /** Directions that disagree although no single element was found that does. */
  readonly unlocated: readonly Measured[];
  /** How far rounding in the last digit of the outputs may move the number that is made of them. */
  readonly hidden: number;
}

/** What has a slope, or two. */
const SLOPES: readonly SlopeKind[] = ['smooth', 'kink'];

/** As many elements are measured one by one; of more, directions over all of them and a few of the worst scaled. */
const FEW = 64;

/**
 * Compares the gradient with the slopes of the function: alone for each element where they are few; else along signed
 * random directions, in which an element that is off by 1e-5 shows as 1e-5 of one term in the sum, far above the error of a
 * float64 ladder; what shows is then looked for by halving.
 */
export function checkFormula(
  lines: Lines,
  forms: readonly InputForm[],
  scales: Float64Array,
  gradient: Float64Array,
  noise: Float64Array,
  random: Random,
): FormulaEvidence {
  const { hidden } = lines;
  const measure = (line: Line): Measured => {
    // The slope first: a reference that has seen the claim is none.
    const measured = lines.slope(line);
    // The steps of rounding are steps too.
    const slope = measured.kind === 'jump' && lines.isRounding(measured) ? levelled(measured) : measured;
    const claim = claimAlong(line, gradient, noise);
    const verdict = judge(slope, claim, line.element !== undefined, hidden);
    const flat = slope.rungs.every(({ ahead, behind }) => ahead === 0 && behind === 0);
    if (verdict === 'wrong' && flat && lines.isAbsorbed(line))
      return { line, slope: { ...slope, error: Infinity }, claim, verdict: 'unclear' };
    return { line, slope, claim, verdict };
  };
  const total = gradient.length;
  const usable = Array.from({ length: total }, (_, index) => index).filter((index) =>
    Number.isFinite(gradient[index]!),
  );
  const chosen =
    total <= FEW ? Array.from({ length: total }, (_, index) => index) : worstScaled(gradient, scales);
  const coordinates = chosen.map((element) => measure(coordinate(element, scales)));
  const closed = new Set(
    coordinates.filter(({ slope }) => !SLOPES.includes(slope.kind)).map(({ line }) => line.element!),
  );
  const open = usable.filter((element) => !closed.has(element));
  const directions = directionsOver(forms, open, scales, gradient, total > FEW, random).map(measure);
  const unlocated: Measured[] = [];
  for (const direction of directions) {
    const kind = direction.verdict;
    if (kind === 'right' || kind === 'unclear') continue;
    if (total <= FEW) {
      if (kind === 'wrong' || kind === 'invalid-subgradient') unlocated.push(direction);
      continue;
    }
    const found = locate(direction, measure, kind);
    if (found !== undefined) coordinates.push(found);
    const accuses = kind === 'wrong' || kind === 'invalid-subgradient';
    const accused = found?.verdict === 'wrong' || found?.verdict === 'invalid-subgradient';
    if (found === undefined || (accuses && !accused)) unlocated.push(direction);
    if (accused) break;
  }
  return { coordinates, directions, unlocated, hidden };
}

/** No slope to be seen in rounding. */
function levelled(slope: Slope): Slope {
  const { ahead, behind, step } = slope.rungs[0]!;
  const error = Math.max(Math.abs(ahead), Math.abs(behind)) / step;
  return { ...slope, kind: 'smooth', value: 0, forward: 0, backward: 0, error, settled: false };
}

function judge(slope: Slope, claim: Claim, alone: boolean, hidden: number): LineVerdict {
  if (slope.kind === 'undefined' || slope.kind === 'jump' || slope.kind === 'edge') {
    if (slope.kind !== 'edge' || !Number.isFinite(slope.value)) return slope.kind;
    return Math.abs(claim.slope - slope.value) >
      allowance(slope, claim, alone) + 1e-3 * Math.abs(slope.value) &&
      Number.isFinite(claim.slope) &&
      slope.error < 1e-3 * Math.abs(slope.value)
      ? 'wrong'
      : 'edge';
  }
  if (!Number.isFinite(claim.slope)) return slope.kind === 'kink' ? 'kink' : 'right';
  const allowed = allowance(slope, claim, alone);
  if (slope.kind === 'kink') {
    const [low, high] = [slope.forward, slope.backward].sort((a, b) => a - b) as [number, number];
    return claim.slope >= low - allowed && claim.slope <= high + allowed ? 'kink' : 'invalid-subgradient';
  }
  const difference = Math.abs(claim.slope - slope.value);
  const size = Math.abs(slope.value);
  const known = slope.settled ? Math.max(size, Math.abs(claim.slope)) : size;
  if (slope.error > 0.05 * known) return difference <= 1e-6 * size ? 'right' : 'unclear';
  if (difference <= allowed) return 'right';
  return difference <= (4 * hidden) / slope.step ? 'unclear' : 'wrong';
}

/** How far apart slope and claim may be by the errors of both. */
function allowance(slope: Slope, claim: Claim, alone: boolean): number {
  const floor = alone ? 1e-7 * Math.max(Math.abs(claim.slope), Math.abs(slope.value)) : 1e-11 * claim.terms;
  return 4 * slope.error + 2 * claim.noise + floor;
}

/** The extremes of size, of effect, and one of each input that has none. */
function worstScaled(gradient: Float64Array, scales: Float64Array): number[] {
  const effect = (index: number): number => Math.abs(gradient[index]! * scales[index]!);
  const extremes = [
    extreme(gradient.length, (index) => effect(index)),
    extreme(gradient.length, (index) => (effect(index) > 0 ? -effect(index) : -Infinity)),
    extreme(gradient.length, (index) => -scales[index]!),
    ...nonFinite(gradient),
  ];
  return [...new Set(extremes)];
}

function extreme(count: number, key: (index: number) => number): number {
  let best = 0;
  for (let index = 1; index < count; index += 1) if (key(index) > key(best)) best = index;
  return best;
}

/** A few elements that have no finite gradient: are they edges, kinks, or smooth? */
function nonFinite(gradient: Float64Array): number[] {
  const found: number[] = [];
  for (let index = 0; index < gradient.length && found.length < 4; index += 1)
    if (!Number.isFinite(gradient[index]!)) found.push(index);
  return found;
}

/** Elements whose effect is so small that directions over all would drown it are measured among themselves. */
const DROWNED = 1e-6;

function directionsOver(
  forms: readonly InputForm[],
  elements: readonly number[],
  scales: Float64Array,
  gradient: Float64Array,
  many: boolean,
  random: Random,
): Line[] {
  const over = (members: readonly number[], sign: (index: number) => number): Line => {
    const direction = new Float64Array(scales.length);
    for (const index of members) direction[index] = sign(index) * scales[index]!;
    return { direction };
  };
  const signed = (): number => (random.unit() < 0.5 ? -1 : 1);
  if (elements.length < 2) return [];
  const lines = [over(elements, signed), over(elements, signed), over(elements, () => 1)];
  if (!many) return lines;
  if (forms.length > 1) {
    for (const { offset, size } of forms.slice(0, 6)) {
      const own = elements.filter((index) => index >= offset && index < offset + size);
      if (own.length > 1) lines.push(over(own, signed));
    }
  }
  const effect = (index: number): number => Math.abs(gradient[index]! * scales[index]!);
  const most = elements.reduce((so, index) => Math.max(so, effect(index)), 0);
  const zero = elements.filter((index) => gradient[index] === 0);
  const faint = elements.filter((index) => gradient[index] !== 0 && effect(index) < DROWNED * most);
  for (const group of [zero, faint])
    if (group.length > 0 && group.length < elements.length) lines.push(over(group, signed));
  return lines;
}

/** The element that makes a direction disagree, or bend, by halving the direction. */
function locate(
  direction: Measured,
  measure: (line: Line) => Measured,
  kind: LineVerdict,
): Measured | undefined {
  const weigh = ({ slope, claim }: Measured): number => {
    if (kind === 'wrong' || kind === 'invalid-subgradient') return Math.abs(slope.value - claim.slope);
    return slope.kind === 'smooth' ? 0 : slope.kind === 'kink' ? Math.abs(slope.forward - slope.backward) : 1;
  };
  let members = [...direction.line.direction.keys()].filter((index) => direction.line.direction[index] !== 0);
  let whole = weigh(direction);
  while (members.length > 1) {
    const half = members.slice(0, members.length >> 1);
    const measured = measure(part(direction.line, half));
    const weight = weigh(measured);
    const rest = members.slice(half.length);
    // What the one half does not have, the other one has.
    const inHalf =
      kind === 'wrong' ? 2 * weight >= whole : weight > 0.01 * whole && measured.verdict !== 'right';
    members = inHalf ? half : rest;
    if (inHalf) whole = weight;
  }
  const found = measure(part(direction.line, members));
  return found.verdict === 'right' || found.verdict === 'unclear' ? undefined : found;
}

function part({ direction }: Line, members: readonly number[]): Line {
  const own = new Float64Array(direction.length);
  for (const index of members) own[index] = direction[index]!;
  return { direction: own, element: members.length === 1 ? members[0] : undefined };
}
