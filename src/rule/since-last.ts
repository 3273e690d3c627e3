/** `1 / (time - this.time)`, where `this.time = time` follows: for two calls with one time stamp that is 1 / 0. */
import type { Node } from '../program/node.js';
import { isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';

/** Whether a number is how far what a method is handed lies from what it was handed before. */
export function isSinceLast(site: Site, difference: Node): boolean {
  if (!isOp(difference, 'js.sub')) return false;
  const [now, before] = ['a', 'b'].map((name) => pathOf(operandOf(difference, name)));
  if (now === undefined || !/^\w+$/.test(now) || before === undefined || !/^this\.#?\w+$/.test(before))
    return false;
  return new RegExp(String.raw`(?<![\w$])${before}\s*=\s*${now}\s*[;,\n]`).test(site.fileText());
}

function pathOf(node: Node | undefined): string | undefined {
  const path = isOp(node, 'input') ? node.attributes['path'] : undefined;
  return typeof path === 'string' ? path : undefined;
}
