import type { JsonNumber, Witness } from '../report.js';
import { value } from './value.js';

/** One quantity that was seen, as it was computed and as it should have come out. */
export interface Observation {
  /** `tf.exp`, `gradient of x`, `shape of a`. */
  readonly name: string;
  readonly computed?: string;
  readonly reference?: string;
  /** What is not said of a precision: a shape, an error. */
  readonly said?: string;
}

const BROKEN = /\b(?:NaN|Infinity)\b/;

export const isBroken = (shown: string | undefined): boolean => shown !== undefined && BROKEN.test(shown);

/** What numbers were computed in, and what they are held against: those of a backend, and those of JavaScript. */
export type Precisions = readonly [computed: string, reference: string];

export function precisionsOf({ observed }: Witness): Precisions {
  const names = (precision: string): boolean =>
    Object.keys(observed).some((key) => key.endsWith(` in ${precision}`));
  if (names('exact')) return ['float64', 'exact'];
  return [names('float16') ? 'float16' : 'float32', 'float64'];
}

/** The observed values of a witness, the precisions of one quantity beside each other. */
export function observations(witness: Witness): Observation[] {
  const [computed] = precisionsOf(witness);
  const byName = new Map<string, Observation>();
  for (const [key, seen] of Object.entries(witness.observed)) {
    const [, name, precision] = /^(.*?)(?: in (float16|float32|float64|exact))?$/s.exec(key) as unknown as [
      string,
      string,
      string?,
    ];
    const column = precision === undefined ? 'said' : precision === computed ? 'computed' : 'reference';
    byName.set(name, {
      ...byName.get(name),
      name,
      [column]: value(precision === undefined ? seen : only(seen), 6),
    });
  }
  return [...byName.values()];
}

/** The brackets around a single number say less than the number. */
function only(seen: JsonNumber): JsonNumber {
  return Array.isArray(seen) && seen.length === 1 ? only((seen as readonly JsonNumber[])[0]!) : seen;
}
