/** Results beside each other, and as a witness shows them. */
import type { JsonNumber } from '../../report/report.js';
import type { NumericTensor } from '../evaluation.js';
import { toJson } from './witness.js';

/** Rounding in another order is no other result. */
export const areAlike = (a: NumericTensor, b: NumericTensor): boolean =>
  a.values.length !== b.values.length ||
  a.values.every((value, index) => Math.abs(value - b.values[index]!) <= 1e-3 * (Math.abs(value) + 1e-3));

export const shownValues = ({ shape, values }: NumericTensor): JsonNumber =>
  shape.length === 0 ? toJson(values[0]!) : values.slice(0, MOST_SHOWN).map(toJson);

const MOST_SHOWN = 8;
