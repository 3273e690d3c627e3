/**
 * Tensors of data that a program makes up: numbers that are written down, drawn, or laid out between two ends. They show what a
 * function is used on, as in a demonstration or a test, and promise nothing of what others hand it.
 */
import type { ts } from '../source/typescript.js';
import type { Range } from '../facts/range.js';
import { declaredRange } from './claims/documented.js';
import type { DocumentedParameter } from './claims/documentation.js';
import { isLaidOut } from './by-data.js';
import type { Lowering } from './lowering.js';
import { operandNodes, slice, type Node } from './node.js';
import type { Value } from './values.js';

/** Notes whether all that calls give a parameter is an example. `args`: of the whole call. */
export function noteExample(
  { examples }: Lowering,
  parameter: ts.ParameterDeclaration,
  value: Value,
  documented: ReadonlyMap<string, DocumentedParameter>,
  args: readonly Value[],
): void {
  const before = examples.get(parameter);
  if (before === 'none') return;
  // A number is a setting as often, unless a comment says where it may lie.
  const isDeclared = declaredRange(documented.get(parameter.name.getText())) !== undefined;
  const isExample = isExampleData(value) || (isDeclared && isWrittenNumber(value));
  // Beside what a caller is given itself, draws are noise, and written numbers a table.
  if (!isExample || args.some(isGiven)) examples.set(parameter, 'none');
  else examples.set(parameter, before === 'drawn' || isDrawn(value) ? 'drawn' : 'written');
}

const isGiven = (value: Value): boolean =>
  value.kind === 'input' ||
  ((value.kind === 'tensor' || value.kind === 'number') &&
    slice(value.node).some(({ op }) => op === 'input'));

const isDrawn = (value: Value): boolean =>
  value.kind === 'tensor' && slice(value.node).some(({ op }) => op !== 'linspace' && DRAWN.has(op));

/** Whether an argument shows what a function takes, and is no setting of it. */
function isExampleData(value: Value): boolean {
  if (value.kind === 'tensor') return isMadeUp(value.node);
  if (value.kind !== 'array') return false;
  const { elements, rest } = value;
  const numbers = rest === undefined ? elements : [...elements, rest];
  return (elements.length > 1 || rest !== undefined) && numbers.every(isMadeUpNumber);
}

/** A written number, or `i / 10` of the place i: places themselves are those of something else. */
const isMadeUpNumber = (value: Value): boolean =>
  isWrittenNumber(value) || (value.kind === 'number' && !value.node.range.integer && isLaidOut(value.node));

/** Of rows the first one tells. */
const isWrittenNumber = (value: Value): boolean =>
  value.kind === 'array'
    ? value.elements.length > 0 && isWrittenNumber(value.elements[0]!)
    : value.kind === 'constant' && typeof value.value === 'number';

function isMadeUp(node: Node, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  if (DRAWN.has(node.op)) return true;
  if (OF_LISTS.test(node.op)) return isMeasured(node.range);
  if (!HANDING_ON.has(node.op)) return false;
  const operands = operandNodes(node).filter(({ op }) => op !== 'constant');
  return operands.length > 0 && operands.every((operand) => isMadeUp(operand, depth + 1));
}

/** Truths and classes, 0 and 1, are what they are whoever hands them over. */
const isMeasured = ({ low, high, integer }: Range): boolean =>
  Number.isFinite(low) && Number.isFinite(high) && !(integer && low >= 0 && high <= 1);

const MAX_DEPTH = 8;

const OF_LISTS = /^tensor[1-6]?d?$/;

const DRAWN: ReadonlySet<string> = new Set([
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'truncatedNormal',
  'linspace',
]);

/** What lays data out anew, or moves and stretches it. */
const HANDING_ON: ReadonlySet<string> = new Set([
  ...['reshape', 'expandDims', 'squeeze', 'transpose', 'slice', 'stack', 'concat', 'cast', 'clone', 'tile'],
  ...['add', 'sub', 'mul', 'div'],
]);
