/** Tensors that code computes twice in the same way are the same tensor: `v.norm()` in a condition, and behind it. */
import { operandNodes, type Node } from './node.js';

/** The same for nodes that are certain to hold the same values. */
export const structureOf = (node: Node): string => computed(node, MOST_DEPTH) ?? named(node);

const MOST_DEPTH = 6;

const named = ({ id }: Node): string => `node ${id}`;

/** Undefined where another run of the same code may give other values. */
function computed(node: Node, depth: number): string | undefined {
  const { op, operands, attributes, output } = node;
  if (op === 'constant') return `constant ${node.dtype} ${JSON.stringify(attributes['value'])}`;
  if (depth === 0 || isChanging(op)) return undefined;
  if (isGiven(op) || operandNodes(node).length === 0) return named(node);
  const parts: string[] = [];
  for (const [name, operand] of Object.entries(operands)) {
    const of = (Array.isArray(operand) ? operand : [operand]) as readonly Node[];
    const written = of.map((one) => computed(one, depth - 1));
    if (written.includes(undefined)) return undefined;
    parts.push(`${name}: ${written.join()}`);
  }
  return `${op}(${parts.join('; ')}) ${JSON.stringify(attributes)} ${output ?? ''}`;
}

/** Training changes variables, and draws come out otherwise each time. */
const isChanging = (op: string): boolean =>
  op === 'variable' || op === 'dropout' || op === 'multinomial' || /random|truncatedNormal/i.test(op);

const isGiven = (op: string): boolean => ['input', 'unknown', 'join', 'js.element'].includes(op);
