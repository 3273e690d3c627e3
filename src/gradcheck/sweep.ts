import type { RunOptions } from '../float64/backend.js';
import { placeOf } from './inputs.js';
import { coordinate, type Lines } from './line.js';
import type { GradientElement, Sweep, SweepPoint } from './report.js';
import { EXACT, type Point, type Subject } from './subject.js';
import { Sum } from './sums.js';

export interface Swept {
  readonly subject: Subject;
  readonly point: Point;
  readonly weights: Float64Array;
  readonly lines: Lines;
  readonly scales: Float64Array;
  readonly element: number;
  readonly autodiff: number;
}

/** Steps from 1e-12 to 1, two a decade. */
const STEPS = Array.from({ length: 25 }, (_, index) => 10 ** (-12 + index / 2));

/**
 * What a plain central difference, (f(x + h) - f(x - h)) / 2h with the same absolute step for all, makes of one element:
 * in float32, where the steps of most users are far too short, and in float64.
 */
export function sweepSteps({ subject, point, weights, lines, scales, element, autodiff }: Swept): Sweep {
  const line = coordinate(element, scales);
  const slope = lines.slope(line);
  const scale = line.direction[element]!;
  const reference = slope.value / scale;
  const quotient = (step: number, options: RunOptions): number => {
    const at = (move: number): Float64Array => {
      const moved = point.slice();
      moved[element] = moved[element]! + move;
      return subject.value(moved, options).values;
    };
    const [ahead, behind] = [at(step), at(-step)];
    const rise = new Sum();
    for (let index = 0; index < ahead.length; index += 1)
      rise.add(weights[index]! * (ahead[index]! - behind[index]!));
    return rise.value / (2 * step);
  };
  const error = (value: number): number =>
    Math.abs(value - reference) / (Math.abs(reference) > 0 ? Math.abs(reference) : 1);
  const points = STEPS.map((step): SweepPoint => ({
    step,
    float32: error(quotient(step, { precision: 'float32', constants: 'float32' })),
    float64: error(quotient(step, EXACT)),
  }));
  const { input, index } = placeOf(element, subject.forms);
  return {
    along: index.length === 0 ? `input ${input}` : `input ${input} at [${index.join(', ')}]`,
    reference,
    autodiff,
    points,
    chosen: {
      step: Math.abs(slope.step * scale),
      error: Math.abs(slope.error / slope.value) || 0,
    },
  };
}

/** The element that is swept: the one the verdict rests on, else the first. */
export function elementToSweep(worst: GradientElement | null, subject: Subject): number {
  if (worst === null) return 0;
  const { shape, offset } = subject.forms[worst.input]!;
  return offset + worst.index.reduce((flat, each, axis) => flat * shape[axis]! + each, 0);
}
