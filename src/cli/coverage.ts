import type { FollowedReport, LostReport, ShapesReport } from '../coverage-report.js';
import { table } from '../report/render/terminal-text.js';

/** As many places are shown for each cause: enough to see what it is about. */
const PLACES = 3;

/** Silence about code is only worth something if it is known what was not seen. */
export function coverageText({ operations, followed, lost, shapes, unmodelled }: FollowedReport): string {
  if (operations === 0 && shapes.expressions === 0) return 'There are no tensor operations.\n';
  const lines = [
    followed === operations
      ? `All ${operations} tensor operations could be followed.`
      : `${followed} of ${operations} tensor operations (${share(followed, operations)}) could be followed. The others rest on:`,
    ...lost.flatMap(causeLines),
    '',
    ...shapeLines(shapes),
  ];
  if (unmodelled.length > 0) {
    const names = unmodelled.map(({ name, calls }) => `${name} (${calls})`).join(', ');
    lines.push('', `Functions of TensorFlow.js that are not modelled, with their calls: ${names}`);
  }
  return `${lines.join('\n')}\n`;
}

function shapeLines({ expressions, ranked, shaped, relative, lost }: ShapesReport): string[] {
  const text =
    `Of ${expressions} tensor expressions, ${ranked} (${share(ranked, expressions)}) have a known rank, ` +
    `${shaped} (${share(shaped, expressions)}) a known shape. Of ${relative} more (${share(relative, expressions)}) the rank is known as that of a parameter.`;
  return lost.length === 0
    ? [text]
    : [`${text} The rank of the others is lost to:`, ...lost.flatMap(causeLines)];
}

function causeLines({ cause, operations, places }: LostReport): string[] {
  const rows = places
    .slice(0, PLACES)
    .map(({ file, line, expression, operations: each }) => [String(each), `${file}:${line}`, expression]);
  const more = places.length > PLACES ? [`    and ${places.length - PLACES} more places`] : [];
  return ['', `  ${operations}  ${cause}`, ...table(rows).map((row) => `    ${row}`), ...more];
}

/** Rounded down: 100 % is all. */
const share = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${Math.floor((1000 * part) / whole) / 10} %`;
