/** Writing properties and elements. */
import { inputField } from '../claims/inputs.js';
import { fillsList, join } from '../control/joins.js';
import { nameOfMeeting } from '../control/flow.js';
import { areLeftAtZero, metCount } from '../growth.js';
import { operandNodes, type Node } from '../node.js';
import { readsBack } from '../read-back.js';
import { rewrite, typical } from './lists.js';
import type { Lowering } from '../lowering.js';
import {
  constant,
  asNumber,
  asString,
  type ArrayValue,
  type FunctionValue,
  type ObjectValue,
  type Value,
  SOME_FIELD,
} from '../values.js';
import { asPlace } from '../tensorflow/number-roles.js';
import { GLOBAL_OBJECTS } from './globals.js';
import { forgetElements, forgetField } from '../control/known.js';
import { accessorOf } from './members.js';
import { objectOf } from './function-objects.js';

export function setProperty(lowering: Lowering, object: Value, name: string, value: Value): void {
  const setter = setterOf(object, name);
  forgetField(lowering, name);
  if (setter !== undefined) lowering.callFunction(setter, [value], undefined);
  else if (object.kind === 'object') writeOne(lowering, object, name, value);
  else if (object.kind === 'input' && object.form.kind === 'instance')
    lowering.writeField(object.form.object, name, value);
  else if (object.kind === 'native' && GLOBAL_OBJECTS.has(object.name)) setGlobal(lowering, name, value);
  else if (object.kind === 'class') lowering.journal.write(object.statics, name, value);
  else if (object.kind === 'function') lowering.journal.write(objectOf(object).fields, name, value);
  else if (object.kind === 'array' && name === 'length') setLength(lowering, object, value);
  else if (object.kind === 'input') {
    inputField(object, name);
    if (object.form.kind === 'object') lowering.journal.write(object.form.fields, name, value);
  }
}

/** What is written to one of several objects, of which nobody knows which one, each of them may have. */
function writeOne(lowering: Lowering, object: ObjectValue, name: string, value: Value): void {
  lowering.writeField(object, name, value);
  for (const one of object.of ?? []) {
    const before = one.fields.get(name);
    const joined = before === undefined ? value : join(lowering, before, value);
    const isCount = before !== undefined && object.chosenByData === true;
    const either = isCount ? metCount(joined, before, value, nameOfMeeting()) : joined;
    if (either !== before) writeOne(lowering, one, name, either);
  }
}

function setGlobal({ frame, journal }: Lowering, name: string, value: Value): void {
  if (frame !== undefined) journal.write(frame.module.globals, name, value);
}

function setterOf(object: Value, name: string): FunctionValue | undefined {
  if (object.kind === 'class') return accessorOf(object, object, name, 'set', true);
  if (object.kind !== 'object') return undefined;
  const own = object.accessors?.get(name)?.set;
  return own === undefined
    ? accessorOf(object.prototype, object, name, 'set', false)
    : { ...own, self: object };
}

function setLength(lowering: Lowering, list: ArrayValue, value: Value): void {
  const length = asNumber(value);
  const isShorter = length !== undefined && length <= list.elements.length;
  rewrite(
    lowering,
    list,
    isShorter
      ? { elements: list.elements.slice(0, length), rest: undefined }
      : { elements: [], rest: typical(lowering, list) },
  );
}

/** Elements are replaced in place; where it is not known which, what was there stays possible. */
export function setElement(lowering: Lowering, object: Value, index: Value, value: Value): void {
  const position = asNumber(index);
  // `cache[3] = x` of an object sets the field that `cache[3]` reads.
  const field = object.kind === 'object' && position !== undefined ? String(position) : undefined;
  const key = asString(index) ?? field;
  if (key !== undefined) return setProperty(lowering, object, key, value);
  if (object.kind === 'object') {
    const known = object.fields.get(SOME_FIELD);
    lowering.journal.write(
      object.fields,
      SOME_FIELD,
      known === undefined ? value : join(lowering, known, value),
    );
  }
  if (object.kind === 'input') forgetElements(lowering, object);
  if (object.kind !== 'array') return;
  asPlace(lowering, index);
  const { elements, rest } = object;
  const either = (old: Value | undefined): Value => {
    if (old === undefined) return value;
    const kept = fillsList(old) && isOfData(index) ? constant(0) : old;
    const joined = join(lowering, kept, value);
    return isData(index) || areLeftAtZero(kept, value)
      ? metCount(joined, kept, value, nameOfMeeting())
      : joined;
  };
  // Who writes to a place that is not known means one that is there, but for `xs[xs.length] = x`. A typed array never grows.
  const isBehind = index.kind === 'number' && index.size !== undefined;
  const size = isBehind && object.typed === undefined ? undefined : object.size;
  if (position === undefined) {
    // What was read says which of the elements that there are.
    const isInside =
      rest === undefined && elements.length > 0 && (object.typed !== undefined || isData(index));
    return rewrite(lowering, object, {
      elements: elements.map(either),
      rest: isInside ? undefined : either(rest),
      size,
    });
  }
  if (position < elements.length)
    return rewrite(lowering, object, {
      elements: elements.map((old, at) => (at === position ? value : old)),
      rest,
    });
  if (position === elements.length && rest === undefined)
    return rewrite(lowering, object, { elements: [...elements, value], rest });
  rewrite(lowering, object, { elements, rest: either(rest), size });
}

/** `Math.floor(x * bins)`, `Math.min(bins - 1, Math.floor(x * bins))`: where a number that was read out of a list belongs. */
function isBinOf({ op, operands, attributes }: Node, depth = 0): boolean {
  if (depth > 0 && attributes['element'] === true) return true;
  if (!op.startsWith('js.') || depth > MOST_STEPS || (depth === 0 && !ROUNDING.has(op))) return false;
  return Object.values(operands).some((operand) => isBinOf(operand as Node, depth + 1));
}

const ROUNDING: ReadonlySet<string> = new Set([
  'js.floor',
  'js.trunc',
  'js.round',
  'js.ceil',
  'js.cut',
  'js.min',
  'js.max',
]);
const MOST_STEPS = 5;

/** An index with one among its terms that was read out of a list, `row * classes + labels[row]`: it leaves out most elements. */
function isOfData(index: Value, depth = 0): boolean {
  if (isData(index)) return depth === 0 || isElement(index);
  if (index.kind !== 'number' || index.node.op !== 'js.add' || depth === MOST_TERMS) return false;
  return operandNodes(index.node).some((node) => isOfData({ kind: 'number', node }, depth + 1));
}

/** Not an offset that callers give. */
const isElement = (index: Value): boolean =>
  index.kind === 'number' &&
  (index.node.op !== 'input' || String(index.node.attributes['path']).includes('['));

const MOST_TERMS = 3;

/** An index that is no count of rounds, but was read: nothing says that each element has its turn. */
export function isData(index: Value): boolean {
  if (index.kind === 'input') return true;
  if (index.kind !== 'number') return false;
  const { op, attributes, range } = index.node;
  return (
    readsBack(index.node) ||
    op === 'input' ||
    (attributes['cause'] === 'unknown element' && !range.integer) ||
    isBinOf(index.node)
  );
}
