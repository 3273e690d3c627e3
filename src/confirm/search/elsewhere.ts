/** The same inputs at other places, for what shows at some of them and not at others. */
import { clampAll } from './domain.js';
import type { Trial, Trials } from './trials.js';

/** At the bottom of a parabola the slope is 0, and some models give probabilities: then another place tells more. */
export const PLACES: readonly ((value: number) => number)[] = [
  (value) => value,
  (value) => 3 * value,
  (value) => -2 * value,
  (value) => value / 2,
  (value) => 1 / (1 + Math.exp(-value)),
];

/** The same inputs, moved. */
export async function elsewhere(
  trials: Trials,
  { layout, values }: Pick<Trial, 'layout' | 'values'>,
  place: (value: number) => number,
): Promise<Trial> {
  return await trials.run(
    layout,
    clampAll(
      layout,
      values.map((numbers) => numbers.map(place)),
    ),
  );
}
