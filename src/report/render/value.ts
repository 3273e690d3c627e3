/** How many numbers of an array are shown. */
const SHOWN = 8;
/** Of a nested one a few more: brackets and rows tell its shape. */
const SHOWN_NESTED = 12;

/**
 * A value of a witness, as it would be written in JavaScript, `NaN` and `Infinity` as numbers. `digits`: how many of a
 * number to show; all, where the number has to be typed in again.
 */
export function value(shown: unknown, digits?: number): string {
  if (typeof shown === 'number')
    return digits === undefined ? String(shown) : String(Number(shown.toPrecision(digits)));
  if (typeof shown === 'string') return shown;
  if (Array.isArray(shown)) return list(shown, digits, depthOf(shown) === 1 ? SHOWN : SHOWN_NESTED);
  if (typeof shown === 'object' && shown !== null) {
    const fields = Object.entries(shown).map(([name, field]) => `${name}: ${value(field, digits)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return String(shown);
}

/** As many rows as columns, and so on, until about `most` numbers are shown. */
function list(elements: readonly unknown[], digits: number | undefined, most: number): string {
  const depth = depthOf(elements);
  const count = elements.flat(depth).length;
  const width = count <= most ? elements.length : Math.max(1, Math.round(most ** (1 / depth)));
  // One element is as long as the words that would leave it out.
  const shown = elements.length - width > 1 || depth > 1 ? elements.slice(0, width) : elements;
  const each = Math.max(1, Math.floor(most / width));
  const parts = shown.map((element) =>
    Array.isArray(element) ? list(element, digits, count <= most ? Infinity : each) : value(element, digits),
  );
  if (shown.length < elements.length) parts.push(`… ${elements.length - shown.length} more`);
  return `[${parts.join(', ')}]`;
}

const depthOf = (given: unknown): number => (Array.isArray(given) ? 1 + depthOf(given[0]) : 0);
