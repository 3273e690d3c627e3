import type { Report } from '../report.js';

/** JSON has no NaN and no Infinity, and witnesses are about them: they are written as strings. */
const spellNonFinite = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

export const json = (report: Report): string => `${JSON.stringify(report, spellNonFinite, 2)}\n`;
