import type { Sweep } from './report.js';
import { shown } from './words.js';

/** The sweep as text: a row a step, the best step of each precision marked. */
export function sweepTable({ along, reference, points, chosen }: Sweep): string {
  const best = (precision: 'float32' | 'float64'): number =>
    Math.min(...points.map((point) => point[precision]).filter((error) => !Number.isNaN(error)));
  const [best32, best64] = [best('float32'), best('float64')];
  const cell = (error: number, least: number): string =>
    `${percentOrPower(error)}${error === least ? ' <' : '  '}`.padStart(13);
  const rows = points.map(
    ({ step, float32, float64 }) =>
      `${step.toExponential(0).padStart(7)} ${cell(float32, best32)} ${cell(float64, best64)}`,
  );
  return [
    `Error of (f(x + h) - f(x - h)) / 2h for ${along}, whose gradient is ${shown(reference)}:`,
    '',
    '   step       float32       float64',
    ...rows,
    '',
    `gradlint: step ${chosen.step.toExponential(1)}, extrapolated, error at most ${percentOrPower(chosen.error)}`,
  ].join('\n');
}

const percentOrPower = (error: number): string =>
  Number.isFinite(error) ? error.toExponential(1) : String(error);
