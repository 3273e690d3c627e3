import type { Trial, Trials } from './trials.js';

/** Inputs of which one is made ordinary. */
const MOST_INPUTS = 4;
const MILDER = [1 / 2, 1 / 4, 1 / 8, 1 / 16] as const;

/**
 * From inputs on which the site failed and something else did the harm to inputs on which the site fails alone: all numbers
 * smaller, for what is saturated at one place is often saturated everywhere, or one of the inputs made ordinary.
 */
export async function failApart(trials: Trials): Promise<Trial | undefined> {
  for (const { layout, values } of trials.takeInnocent()) {
    const milder = MILDER.map((factor) => values.map((slot) => slot.map((value) => factor * value)));
    const alone = [...layout.keys()].slice(0, MOST_INPUTS).map((index) =>
      values.with(
        index,
        values[index]!.map(() => 1),
      ),
    );
    for (const proposed of [...milder, ...alone]) {
      if (trials.exhausted) return undefined;
      const trial = await trials.run(layout, proposed);
      if (trial.judgement.kind === 'fails') return trial;
    }
  }
  return undefined;
}
