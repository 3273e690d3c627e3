/** Where a gradient is taken by a list of variables: those that the loss depends on besides, and a loss that depends on none. */
import { opNamed } from '../../ops/table.js';
import { spanOf } from '../../source/span.js';
import type { ts } from '../../source/typescript.js';
import { placeMade } from '../declared-name.js';
import { carriesToLoss, dependsOn, isList, isMadeBefore, onTape } from '../gradient.js';
import type { Lowering } from '../lowering.js';
import { isTrainable, operandNodes, tensorSlice, type Gradient, type Node } from '../node.js';
import { nodesIn, type Value } from '../values.js';
import { isSetAside } from './set-aside.js';
import { variablesGiven } from './taken-gradients.js';

/** Notes at the call what is wrong with its list. */
export function lowerVariableList(
  lowering: Lowering,
  loss: Value,
  list: Value | undefined,
  place: ts.Node,
): void {
  const losses = nodesIn(loss);
  if (isMissing(list)) {
    if (losses[0]?.gradient !== undefined)
      lowering.builder.op(opNamed('optimizer.withoutList')!, { losses }, {}, spanOf(place));
    return;
  }
  const by = variablesGiven(list);
  if (!isList(by) || by.length === 0 || losses.length === 0) return;
  const before = computedBefore(losses, by);
  if (before.length > 0) {
    lowering.builder.op(opNamed('optimizer.unconnected')!, { before }, {}, spanOf(place));
    return;
  }
  const gradient: Gradient = { by: 'variables', losses, outer: undefined, ran: losses[0]!.gradient?.ran };
  const listed = new Set(by.flatMap(alternatives));
  const unlisted = trainableIn(gradient, losses, listed);
  // Who lists one twice, `[...q1.weights, ...q1.weights]`, means another one.
  const twice = by.length - new Set(by).size;
  const variables =
    twice > 0
      ? unlisted
      : [...new Map(unlisted.map((node) => [placeMade(node), node])).values()].filter((variable) =>
          isSetAside(variable, place),
        );
  if (variables.length === 0) return;
  lowering.builder.op(opNamed('optimizer.leftOut')!, { variables, losses }, { twice }, spanOf(place));
}

const trainableIn = (
  gradient: Gradient,
  losses: readonly Node[],
  listed: ReadonlySet<Node>,
): readonly Node[] => onTape(gradient, losses).filter((node) => isTrainable(node) && !listed.has(node));

const isMissing = (list: Value | undefined): boolean =>
  list === undefined || (list.kind === 'constant' && (list.value === undefined || list.value === null));

/** What was computed before the loss, where none of the variables gets into it in another way. */
function computedBefore(losses: readonly Node[], by: readonly Node[]): readonly Node[] {
  const gradient = losses[0]?.gradient;
  if (gradient?.ran === undefined || losses.some((loss) => dependsOn(gradient, loss) !== 'no')) return [];
  const isLive = by.some((variable) => carriesToLoss({ by, losses, outer: undefined }, variable));
  const holdsVariable = (node: Node): boolean =>
    tensorSlice(node).some((one) => one !== node && by.includes(one));
  return isLive
    ? losses.flatMap(tensorSlice).filter((node) => isMadeBefore(gradient, node) && holdsVariable(node))
    : [];
}

/** What a name of the list stands for, whichever way was taken. */
const alternatives = (node: Node): readonly Node[] =>
  node.op === 'join' || node.op === 'unknown' ? [node, ...operandNodes(node).flatMap(alternatives)] : [node];
