/** Whether one operation, at the numbers it ran on, has the gradient that it should have: a check of a check's parts. */
import type { Float64Backend } from '../float64/backend.js';
import type { RealmTensor, TensorData } from '../float64/engine.js';
import { UNIT_ROUNDOFF } from '../float64/rounding.js';
import type { Random } from '../random.js';
import { slopeAlong, type Rise, type Slope } from './ladder.js';
import { dot, rootMeanSquare, Sum } from './sums.js';

/** Something that computes, and the gradient that is claimed for it. */
export interface Claim {
  /** Their numbers are changed in place, and put back. */
  readonly operands: readonly RealmTensor[];
  /** What it gives for the numbers that the operands now have. */
  values(): Float64Array[];
  /** The claimed gradient of the sum of values · upstream, by each operand; undefined where none is claimed. */
  gradients(upstream: readonly Float64Array[]): Float64Array[] | undefined;
}

/** Relative to the slope: how far apart rounding may bring both. */
const TOLERANCE = 1e-8;
const STRETCH = 0.9;
const DIRECTIONS = 4;
/** From here on a ladder is near enough to step over nothing. */
const NEAR_RUNGS = 2;

/** Whether differences refute the claim, along one of some random directions. */
export function isRefuted(claim: Claim, backend: Float64Backend, random: Random): boolean {
  const middle = claim.values();
  const upstream = middle.map((values) => values.map(() => random.normal()));
  const gradients = claim.gradients(upstream);
  if (gradients === undefined) return false;
  for (let round = 0; round < DIRECTIONS; round += 1) {
    const line = lineThrough(claim.operands, backend, random);
    const claims = claim.operands.map(({ dataId }, index) =>
      dot(gradients[index]!, line.get(dataId)!.direction),
    );
    const slope = slopeOf(claim, line, middle, upstream);
    if (!isKnown(slope)) continue;
    const size = Math.max(Math.abs(slope.value), ...claims.map(Math.abs));
    const error = Math.abs(slope.value - claims.reduce((sum, claim) => sum + claim, 0));
    if (!(error <= 4 * slope.error + TOLERANCE * size)) return true;
  }
  return false;
}

/** The numbers of an operand, and how they move with a step of 1. */
interface Moved {
  readonly data: TensorData;
  readonly before: Float64Array;
  readonly direction: Float64Array;
}

type Line = ReadonlyMap<object, Moved>;

/** Operands that share their numbers move together. */
function lineThrough(operands: readonly RealmTensor[], { backend }: Float64Backend, random: Random): Line {
  const line = new Map<object, Moved>();
  for (const { dataId } of operands) {
    const data = backend.data.get(dataId)!;
    const before = data.values as Float64Array;
    const usual = rootMeanSquare(before) || 1;
    const direction = before.map((value) => (Math.abs(value) || usual) * (2 * random.unit() - 1));
    line.set(dataId, { data, before, direction });
  }
  return line;
}

function slopeOf(
  claim: Claim,
  line: Line,
  middle: readonly Float64Array[],
  upstream: readonly Float64Array[],
): Slope {
  const walk = slopeAlong(STRETCH);
  let step = walk.next();
  while (!step.done) step = walk.next(riseOf(claim, line, step.value, middle, upstream));
  return step.value;
}

/**
 * The operands get other numbers: what a custom gradient runs on cannot be handed in. Their arrays stay as they are, for a
 * constant may have been made of them.
 */
function riseOf(
  claim: Claim,
  line: Line,
  place: number,
  middle: readonly Float64Array[],
  upstream: readonly Float64Array[],
): Rise {
  for (const { data, before, direction } of line.values())
    data.values = before.map((value, at) => value + place * direction[at]!);
  try {
    const rise = new Sum();
    let noise = 0;
    for (const [index, values] of claim.values().entries())
      for (const [at, value] of values.entries()) {
        const weight = upstream[index]![at]!;
        rise.add(weight * (value - middle[index]![at]!));
        noise += 4 * UNIT_ROUNDOFF.float64 * Math.abs(weight * value);
      }
    return { value: rise.value, noise };
  } finally {
    for (const { data, before } of line.values()) data.values = before;
  }
}

/** A ladder that settles on nothing may stand beside a kink: only where nothing moves at all, as beside a step, is it sure. */
function isKnown({ kind, settled, rungs }: Slope): boolean {
  if (kind !== 'smooth') return false;
  return settled || rungs.slice(NEAR_RUNGS).every(({ ahead, behind }) => ahead === 0 && behind === 0);
}
