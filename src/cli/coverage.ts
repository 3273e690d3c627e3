import type { FollowedReport } from '../analyser.js';
import { table } from '../report/render/terminal-text.js';

/** As many places are shown for each cause: enough to see what it is about. */
const PLACES = 3;

/** Silence about code is only worth something if it is known what was not seen. */
export function coverageText({ operations, followed, lost, unmodelled }: FollowedReport): string {
  if (operations === 0) return 'There are no tensor operations.\n';
  const share = Math.floor((1000 * followed) / operations) / 10;
  const lines = [
    followed === operations
      ? `All ${operations} tensor operations could be followed.`
      : `${followed} of ${operations} tensor operations (${share} %) could be followed. The others rest on:`,
  ];
  for (const { cause, operations: count, places } of lost) {
    lines.push('', `  ${count}  ${cause}`);
    const rows = places
      .slice(0, PLACES)
      .map(({ file, line, expression, operations: each }) => [String(each), `${file}:${line}`, expression]);
    lines.push(...table(rows).map((row) => `    ${row}`));
    if (places.length > PLACES) lines.push(`    and ${places.length - PLACES} more places`);
  }
  if (unmodelled.length > 0) {
    const names = unmodelled.map(({ name, calls }) => `${name} (${calls})`).join(', ');
    lines.push('', `Functions of TensorFlow.js that are not modelled, with their calls: ${names}`);
  }
  return `${lines.join('\n')}\n`;
}
