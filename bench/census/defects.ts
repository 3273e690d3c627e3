import type { LibraryGradient } from '../../src/ops/library-gradient.js';
import type { Inspected } from './inspect.js';

/** What was seen of one version. */
export interface Seen {
  readonly version: string;
  readonly inspected: readonly Inspected[];
}

const DEFECTS: readonly string[] = ['wrong', 'invalid-subgradient', 'throws'];

/** One row for every op, operand, condition, order and kind of defect, with the versions that have it. */
export function defectsOf(seen: readonly Seen[]): LibraryGradient[] {
  const rows = new Map<string, LibraryGradient & { versions: string[] }>();
  for (const { version, inspected } of seen) {
    for (const one of inspected) {
      if (!DEFECTS.includes(one.verdict)) continue;
      const defect = one.verdict as LibraryGradient['defect'];
      const key = [one.op, one.operand, one.condition, one.order, defect].join('\n');
      const known = rows.get(key);
      if (known === undefined)
        rows.set(key, {
          op: one.op,
          operand: one.operand,
          condition: one.condition,
          order: one.order,
          defect,
          versions: [version],
          example: exampleOf(one),
        });
      else if (!known.versions.includes(version)) known.versions.push(version);
    }
  }
  return [...rows.values()];
}

function exampleOf({ title, message, claimed, measured }: Inspected): LibraryGradient['example'] {
  if (message !== undefined) return { call: title, message };
  return { call: title, claimed: digits(claimed!), measured: digits(measured!) };
}

const digits = (value: number): number => Number(value.toPrecision(6));

/** The rows as a TypeScript module, one row a line. */
export function dataFile(rows: readonly LibraryGradient[]): string {
  return `// Written by \`npm run bench -- census --write\`: what was measured, not what anybody believes. Do not edit.
import type { LibraryGradient } from './library-gradient.js';

// prettier-ignore
export const MEASURED: readonly LibraryGradient[] = [
${rows.map((row) => `  ${JSON.stringify(row)},`).join('\n')}
];
`;
}
