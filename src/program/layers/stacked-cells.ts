/** `tf.multiRNNCell(cells, data, c, h)`: each cell is called with what the one below it made. */
import type { ts } from '../../source/typescript.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { array, standsForCode, type Value } from '../values.js';

/** The new c and h of all cells; undefined where a cell, or a state of it, cannot be followed. */
export function stackedCells(
  lowering: Lowering,
  [cells, data, c, h]: readonly Value[],
  place: ts.Node,
): Value | undefined {
  if (cells?.kind !== 'array' || cells.rest !== undefined || data === undefined) return undefined;
  const [cell, hidden] = [c, h].map((states) => states && iterate(lowering, states));
  const made: [Value[], Value[]] = [[], []];
  let input = data;
  for (const [index, fn] of cells.elements.entries()) {
    const own = cell?.elements[index] ?? cell?.rest;
    const state = hidden?.elements[index] ?? hidden?.rest;
    const result =
      own && state && canBeFollowed(fn) ? lowering.callValue(fn, [input, own, state], place) : undefined;
    if (result?.kind !== 'array' || result.elements.length !== 2) return undefined;
    input = result.elements[1]!;
    result.elements.forEach((value, output) => made[output]!.push(value));
  }
  return array(made.map((values) => array(values)));
}

const canBeFollowed = (fn: Value): boolean =>
  fn.kind === 'function' || (fn.kind === 'native' && standsForCode(fn));
