/** What functions ask of their callers, as lines of a terminal. */
import type { Precondition } from '../report.js';
import { table } from './terminal-text.js';

/** All of them, with a heading; what to say where there are none is for who asks. */
export const preconditionsText = (preconditions: readonly Precondition[]): string =>
  `Preconditions, which callers have to keep:\n\n${preconditionLines(preconditions).join('\n')}\n`;

/** Function by function: what it asks, where it is needed, and the expression that needs it. */
function preconditionLines(preconditions: readonly Precondition[]): string[] {
  return [...byFunction(preconditions)].flatMap(([name, asked]) => [
    `  ${name}`,
    ...table(
      asked.map(({ requires, file, start, expression }) => [
        requires,
        `${file}:${start.line}:${start.column}`,
        expression,
      ]),
    ).map((row) => `    ${row}`),
  ]);
}

function byFunction(preconditions: readonly Precondition[]): Map<string, Precondition[]> {
  const found = new Map<string, Precondition[]>();
  for (const one of preconditions) found.set(one.function, [...(found.get(one.function) ?? []), one]);
  return found;
}
