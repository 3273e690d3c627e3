/** The arguments of a call. */
import { ts } from '../../source/typescript.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import type { Scope } from '../scope.js';
import type { Value } from '../values.js';

export function argumentValues(
  lowering: Lowering,
  args: ts.NodeArray<ts.Expression> | undefined,
  scope: Scope,
): Value[] {
  const values: Value[] = [];
  for (const argument of args ?? []) {
    if (!ts.isSpreadElement(argument)) {
      values.push(lowering.evaluate(argument, scope));
      continue;
    }
    const spread = iterate(lowering, lowering.evaluate(argument.expression, scope));
    values.push(...spread.elements);
    if (spread.rest !== undefined)
      values.push({ ...lowering.unknown('unknown element'), spread: spread.rest });
  }
  return values;
}
