import { meetsCondition } from './gradient-conditions.js';
import type { LibraryGradient } from './library-gradient.js';
import { MEASURED } from './library-gradients-measured.js';
import type { OpCall } from './row.js';
import type { Shape } from '../facts/shape.js';

/** The newest version that was looked at: what holds for it is what rules speak of. */
export const NEWEST = '4.22.0';

const current = MEASURED.filter(({ versions }) => versions.includes(NEWEST));

/** Defects of this op in the newest version. */
export const libraryGradients = (op: string, order: 1 | 2): readonly LibraryGradient[] =>
  current.filter((row) => row.op === op && row.order === order);

/** Ops that have one of these defects. */
export const opsWith = (order: 1 | 2, ...defects: readonly LibraryGradient['defect'][]): string[] => [
  ...new Set(
    current.filter((row) => row.order === order && defects.includes(row.defect)).map(({ op }) => op),
  ),
];

/** Whether a call is one of those that have the defect; undefined where that cannot be told. */
export function isAffected(
  { condition, operand }: LibraryGradient,
  call: OpCall,
  result: Shape | undefined,
): boolean | undefined {
  return meetsCondition(condition, call, operand, result);
}
