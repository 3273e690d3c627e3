/** Probabilities that `tf.multinomial` takes for logits: it draws by the softmax of each row. */
import type { Answer } from '../job.js';
import type { Trial } from './trials.js';
import { inputsOf } from './witness.js';

/** A row of which one class is drawn clearly more or less often than its probability says. */
export function drawnAsLogits(trial: Trial): Answer | undefined {
  for (const { operands } of trial.evidence.float32.siteCalls) {
    const given = operands['logits'];
    const classes = given?.shape.at(-1) ?? 0;
    for (let start = 0; given !== undefined && start < given.values.length; start += classes) {
      const probabilities = shares(given.values.slice(start, start + classes));
      if (probabilities === undefined) continue;
      const drawn = shares(probabilities.map((p) => Math.exp(p)))!;
      const at = probabilities.findIndex((p, index) => Math.abs(p - drawn[index]!) > CLEARLY);
      if (at < 0) continue;
      const observed = { [`probability of class ${at}`]: probabilities[at]!, 'is drawn with': drawn[at]! };
      return { status: 'confirmed', failure: 'wrong-value', witness: { inputs: inputsOf(trial), observed } };
    }
  }
  return undefined;
}

/** One draw in twenty more, or fewer. */
const CLEARLY = 0.05;

/** Each of them by their sum, where they may be probabilities. */
function shares(values: readonly number[]): readonly number[] | undefined {
  const sum = values.reduce((all, value) => all + value, 0);
  return sum > 0 && values.every((value) => value >= 0) ? values.map((value) => value / sum) : undefined;
}
