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
    values.push(...spreadValues(lowering, lowering.evaluate(argument.expression, scope)));
  }
  return values;
}

/** The arguments that a list becomes, as in `f(...list)` and `f.apply(self, list)`; behind those that are known stands the rest. */
export function spreadValues(lowering: Lowering, list: Value): Value[] {
  const { elements, rest } = iterate(lowering, list);
  return rest === undefined
    ? [...elements]
    : [...elements, { ...lowering.unknown('unknown element'), spread: rest }];
}
