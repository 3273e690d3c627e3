/** Lists of the caller that the code makes longer or shorter: what they were called before says no longer how many there are. */
import type { InputValue } from '../values.js';

const resized = new WeakSet<InputValue>();

const RESIZING: ReadonlySet<string> = new Set(['push', 'pop', 'shift', 'unshift', 'splice']);

/** Notes that a method was called that changes how long the list is, if it is one. */
export function noteResized(list: InputValue, method: string): void {
  if (RESIZING.has(method)) resized.add(list);
}

export const isResized = (list: InputValue): boolean => resized.has(list);
