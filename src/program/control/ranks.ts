/** What a condition on the rank of a tensor tells of it: inside `if (x.rank === 2)` x is a matrix. */
import { MAX_RANK, ofRank } from '../../facts/open-shape.js';
import { ts } from '../../source/typescript.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import type { Scope } from '../scope.js';
import { openShapeOf } from '../shapes/open-shape.js';
import type { Value } from '../values.js';

/** `x.rank` or `x.shape.length`, or a name for it, is `rank`: so it is in the branch that the condition guards. */
export function learnRank(lowering: Lowering, subject: ts.Expression, rank: number, scope: Scope): void {
  if (!Number.isInteger(rank) || rank < 0 || rank > MAX_RANK) return;
  const named = tensorOfRank(subject);
  const counted = named === undefined ? countedBy(subject, scope) : undefined;
  for (const name of named === undefined ? namesOf(counted, scope) : [named]) {
    const holder = scope.find(name);
    const node = tensorIn(holder?.variables.get(name));
    if (holder === undefined || node === undefined || node.shape !== undefined || node.throws !== undefined)
      continue;
    lowering.journal.write(holder.variables, name, { kind: 'tensor', node: ranked(lowering, node, rank) });
  }
}

/** The name of the tensor that an expression asks the rank of. */
function tensorOfRank(subject: ts.Expression): string | undefined {
  if (!ts.isPropertyAccessExpression(subject)) return undefined;
  const { name, expression } = subject;
  if (name.text === 'rank') return ts.isIdentifier(expression) ? expression.text : undefined;
  const isLength =
    name.text === 'length' && ts.isPropertyAccessExpression(expression) && expression.name.text === 'shape';
  return isLength && ts.isIdentifier(expression.expression) ? expression.expression.text : undefined;
}

/** The tensor that a name counts the axes of: `const rank = x.shape.length`. */
function countedBy(subject: ts.Expression, scope: Scope): Node | undefined {
  if (!ts.isIdentifier(subject)) return undefined;
  const value = scope.find(subject.text)?.variables.get(subject.text);
  return value?.kind === 'number' && value.node.op === 'js.rank'
    ? (value.node.operands['x'] as Node)
    : undefined;
}

/** The names under which a tensor is known, the innermost first. */
function namesOf(node: Node | undefined, scope: Scope): readonly string[] {
  if (node === undefined) return [];
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    for (const [name, value] of at.variables) if (tensorIn(value) === node) names.push(name);
  return names;
}

function tensorIn(value: Value | undefined): Node | undefined {
  if (value?.kind === 'tensor') return value.node;
  return value?.kind === 'input' && value.form.kind === 'tensor' ? value.form.value.node : undefined;
}

const known = new WeakMap<Node, Map<number, Node>>();

/** The tensor with so many axes; the same one wherever it is asked. */
function ranked(lowering: Lowering, node: Node, rank: number): Node {
  const made = known.get(node) ?? new Map<number, Node>();
  known.set(node, made);
  const form = openShapeOf(node);
  const one = made.get(rank) ?? {
    ...node,
    shape: form === undefined ? lowering.builder.freshShape(rank) : ofRank(form, rank),
  };
  made.set(rank, one);
  return one;
}
