import { placeOf } from './inputs.js';
import type { FormulaEvidence, Measured } from './formula.js';
import type { GradientElement, GradientEvidence } from './report.js';
import type { RoundingEvidence } from './rounding.js';
import type { InputForm, Output, Point } from './subject.js';

export function evidenceOf(
  point: Point,
  formula: FormulaEvidence,
  rounding: RoundingEvidence | undefined,
): GradientEvidence {
  const { coordinates, directions } = formula;
  const clear = [...coordinates, ...directions].filter(({ verdict }) => verdict !== 'unclear');
  const errors = clear.map(relativeError).filter((error) => Number.isFinite(error));
  return {
    elements: point.length,
    coordinates: coordinates.length,
    directions: directions.length,
    formulaError: Math.max(0, ...errors),
    ...(rounding && { roundingError: rounding.roundingError, valueError: rounding.valueError }),
  };
}

function relativeError({ slope, claim }: Measured): number {
  if (slope.kind !== 'smooth') return NaN;
  const size = Math.max(Math.abs(slope.value), Math.abs(claim.slope), claim.terms);
  return size === 0 ? 0 : Math.abs(slope.value - claim.slope) / size;
}

export function worstMeasured(all: readonly Measured[]): Measured | undefined {
  let worst: { measured: Measured; error: number } | undefined;
  for (const measured of all) {
    const { slope, claim } = measured;
    const size = Math.max(Math.abs(slope.value), Math.abs(claim.slope));
    const difference = Math.abs(slope.value - claim.slope);
    const error = size === 0 || Number.isNaN(difference) ? 0 : difference / size;
    if (worst === undefined || error > worst.error) worst = { measured, error };
  }
  return worst?.measured;
}

export const along = ({ slope, claim }: Measured): { kind: 'direction'; slope: number; claimed: number } => ({
  kind: 'direction',
  slope: slope.value,
  claimed: claim.slope,
});

/** Slopes of both sides, by element where it is one. */
export function sides({ line, slope }: Measured): Pick<GradientEvidence, 'sides'> {
  const scale = line.element === undefined ? 1 : line.direction[line.element]!;
  const [backward, forward] = [slope.backward / scale, slope.forward / scale];
  return { sides: scale < 0 ? { backward: forward, forward: backward } : { backward, forward } };
}

export const kinkIn = (measured: Measured): Partial<GradientEvidence> =>
  measured.slope.kind === 'kink' ? { kind: 'kink', ...sides(measured) } : {};

export function sameValues(a: Output, b: Output): boolean {
  return a.values.every((value, index) => Object.is(value, b.values[index]!));
}

/** The element that was measured; undefined for a direction. */
export function elementOf(
  { line, slope, claim }: Measured,
  point: Point,
  forms: readonly InputForm[],
): GradientElement | undefined {
  if (line.element === undefined) return undefined;
  const scale = line.direction[line.element]!;
  return {
    ...placeOf(line.element, forms),
    at: point[line.element]!,
    autodiff: claim.slope / scale,
    reference: slope.value / scale,
    errorBound: Math.abs(slope.error / scale),
  };
}
