/** What the program calls that which it is handed. */
import type { Node } from '../program/node.js';
import { producer } from './patterns.js';

/** `logPi` of what is handed in as `mixture.logPi`. */
export function nameOfInput(node: Node | undefined): string | undefined {
  const made = producer(node);
  const path = made?.op === 'input' ? made.attributes['path'] : undefined;
  return typeof path === 'string'
    ? path.split(/[.[\]#]+/).findLast((part) => /^[a-z_$]/i.test(part))
    : undefined;
}
