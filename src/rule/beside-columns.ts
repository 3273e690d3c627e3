/** A column beside what is called a number for each sample, of which nobody says how many axes it has: `returns.sub(values)`. */
import { isSymbolic, showShape, type Shape } from '../facts/shape.js';
import { isLayerResult } from '../program/layers/model-results.js';
import type { Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import { nameOfInput } from './input-names.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** A column beside what callers hand in as one, or as a row. */
export function besideOpenRow(site: Site): Suspicion | undefined {
  const [a, b] = BROADCASTING[site.node.op]!.map((name) => site.operand(name));
  return a === undefined || b === undefined
    ? undefined
    : (besideColumn(site, a, b) ?? besideColumn(site, b, a));
}

function besideColumn(site: Site, column: Node, row: Node): Suspicion | undefined {
  if (!MEETING.has(site.node.op) || !isColumn(column.shape) || !isForEachSample(row)) return undefined;
  const [name, of] = [site.text(row), site.text(column)];
  const shape = showShape(column.shape);
  return {
    message: `\`${site.text()}\` broadcasts to a table of all pairs if \`${name}\` is a row, for \`${of}\` is a column, ${shape}, and nothing here says which of the two \`${name}\` is. Drop the column, \`${of}.squeeze([-1])\`, make one, \`${name}.reshape([-1, 1])\`, or say so: \`@shape ${name} ${shape}\`.`,
    danger: { text: `${name} is a row`, harm: 'shape', failures: ['wrong-shape'], expansion: 'both-expand' },
    manifest: false,
    related: [{ node: column, message: `${shape} comes from here` }],
  };
}

/** A size that is not known, and a 1 that a layer of one unit or a reduction left. */
function isColumn(shape: Shape | undefined): boolean {
  const [first, last] = shape ?? [];
  const isLeft = last?.size === 1 && (last.one === 'structural' || last.one === 'kept');
  return shape?.length === 2 && isSymbolic(first!.size) && isLeft;
}

const isForEachSample = (node: Node): boolean =>
  node.op === 'input' &&
  node.shape === undefined &&
  !isLayerResult(node) &&
  EACH.test(nameOfInput(node) ?? '');

/** Numbers of samples, by what they are called. */
const EACH =
  /^(?:labels?|targets?|y_?(?:true|train|test|val)?|ys|truth|actual|returns|rewards?|advantages?|advs?|(?:old_?)?(?:log_?probs?|logps?|values)|(?:sample|importance)_?weights?|dones?|masks?)$/i;

const MEETING: ReadonlySet<string> = new Set([
  ...['sub', 'mul', 'squaredDifference', 'equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'],
  ...['logicalAnd', 'logicalOr', 'logicalXor', 'maximum', 'minimum'],
]);
