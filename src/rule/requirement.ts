/** What a function asks of its callers, in the words of its source. */
import type { Finding } from './finding.js';

/** `p > 0` for a danger of `p <= 0`; undefined of findings that rest on no promise. */
export function requirementOf({ manifest, category, danger }: Finding): string | undefined {
  if (manifest || category !== 'numerical' || danger.region === undefined || danger.harm !== 'value')
    return undefined;
  const [, operand, sign, limit] = /^(.*) (<=|>=|<|>|=) (\S+)$/.exec(danger.text) ?? [];
  return sign === undefined ? undefined : `${operand} ${OPPOSITES[sign]} ${limit}`;
}

const OPPOSITES: Readonly<Record<string, string>> = { '<=': '>', '>=': '<', '<': '>=', '>': '<=', '=': '!=' };
