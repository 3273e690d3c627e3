import type { JsonNumber, Witness } from '../report.js';
import { value } from './value.js';

/** One quantity that was seen, in as many precisions as it was seen in. */
export interface Observation {
  /** `tf.exp`, `gradient of x`, `shape of a`. */
  readonly name: string;
  /** As the backend stores numbers. */
  readonly stored?: string;
  readonly float64?: string;
  /** What is not said of a precision: a shape, an error. */
  readonly said?: string;
}

const BROKEN = /\b(?:NaN|Infinity)\b/;

export const isBroken = (shown: string | undefined): boolean => shown !== undefined && BROKEN.test(shown);

/** The observed values of a witness, the precisions of one quantity beside each other. */
export function observations({ observed }: Witness): Observation[] {
  const byName = new Map<string, Observation>();
  for (const [key, seen] of Object.entries(observed)) {
    const [, name, precision] = /^(.*?)(?: in (float16|float32|float64))?$/s.exec(key) as unknown as [
      string,
      string,
      string?,
    ];
    byName.set(name, {
      ...byName.get(name),
      name,
      [precision === undefined ? 'said' : precision === 'float64' ? precision : 'stored']: value(
        precision === undefined ? seen : only(seen),
        6,
      ),
    });
  }
  return [...byName.values()];
}

/** What the backend stores numbers in. */
export const formatOf = ({ observed }: Witness): 'float16' | 'float32' =>
  Object.keys(observed).some((key) => key.endsWith(' in float16')) ? 'float16' : 'float32';

/** The brackets around a single number say less than the number. */
function only(seen: JsonNumber): JsonNumber {
  return Array.isArray(seen) && seen.length === 1 ? only((seen as readonly JsonNumber[])[0]!) : seen;
}
