import { slice, type Node } from './node.js';

/** Set on the counter of a loop that goes from one written number to another: it meets both ends, and all between. */
export const COUNTER = { counter: true } as const;

/** Whether a number is computed from counters of loops, and from nothing else that changes: the ends of its range are met. */
export function isOfCounters(number: Node): boolean {
  const parts = slice(number);
  return (
    parts.some(isCounter) &&
    parts.every((node) => isCounter(node) || node.op === 'constant' || COMPUTED.has(node.op))
  );
}

/** Whether a counter goes into a number: what is computed of one in steps is no tiny number, but 0 or a step away from it. */
export const stepsAlong = (number: Node): boolean => slice(number).some(isCounter);

const isCounter = ({ attributes }: Node): boolean => attributes['counter'] === true;

/** Arithmetic that goes one way, so that ends come of ends. */
const COMPUTED: ReadonlySet<string> = new Set(
  ['add', 'sub', 'mul', 'div', 'neg', 'pow', 'sqrt', 'abs'].map((name) => `js.${name}`),
);
