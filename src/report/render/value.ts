/** How many elements of an array are shown, at each level. */
const SHOWN = 8;

/**
 * A value of a witness, as it would be written in JavaScript, `NaN` and `Infinity` as numbers. `digits`: how many of a
 * number to show; all, where the number has to be typed in again.
 */
export function value(shown: unknown, digits?: number): string {
  if (typeof shown === 'number')
    return digits === undefined ? String(shown) : String(Number(shown.toPrecision(digits)));
  if (typeof shown === 'string') return shown;
  if (Array.isArray(shown)) return list(shown, digits);
  if (typeof shown === 'object' && shown !== null) {
    const fields = Object.entries(shown).map(([name, field]) => `${name}: ${value(field, digits)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return String(shown);
}

function list(elements: readonly unknown[], digits: number | undefined): string {
  const rest = elements.length - SHOWN;
  // One element is as long as the words that would leave it out.
  const shown = rest > 1 ? elements.slice(0, SHOWN) : elements;
  const parts = shown.map((element) => value(element, digits));
  if (rest > 1) parts.push(`… ${rest} more`);
  return `[${parts.join(', ')}]`;
}
