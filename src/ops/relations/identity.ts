/** `tf.eye(n)`: what is multiplied by it keeps its diagonal. */
import type { Operand } from '../row.js';
import { input } from './same.js';

export function isIdentity(x: Operand): boolean {
  const inner = x.op === 'cast' ? input(x, 'x') : undefined;
  return inner === undefined ? x.op === 'eye' : isIdentity(inner);
}
