/** The tensor program as text: what `gradlint graph` shows, and what the tests of the front end compare. */
import type { Range } from '../facts/range.js';
import { showAnyShape } from '../facts/open-shape.js';
import { showSize } from '../facts/shape.js';
import { SizeNames } from '../facts/size-names.js';
import { isShapeAttribute, isUnknown } from '../ops/build.js';
import type { AttributeValue } from '../ops/row.js';
import { opNamed } from '../ops/table.js';
import type { Span } from '../source/span.js';
import { operandNodes, type Node } from './node.js';
import { formOf } from './shapes/open-shape.js';
import type { UnitInputForm } from './unit.js';
import { nodesIn, type Value } from './values.js';
import type { LoweredUnit } from './lowered-unit.js';

/** What only the files know. */
export interface SourceText {
  textOf(span: Span): string;
  /** `src/loss.ts:3`. */
  placeOf(span: Span): string;
}

/** A unit with its inputs, then a line a node: `%3 = log(%2)  [B, 10]  float32  [-inf, 0]  | tf.log(p)`. */
export function printUnit(unit: LoweredUnit, source: SourceText): string {
  const names = new Names();
  const order = nodesInOrder(unit);
  for (const node of order) names.give(node);
  const lines = order.filter((node) => !isScalar(node)).map((node) => nodeLine(node, names, source));
  const sections = [header(unit, names, source), aligned(lines).join('\n'), ending(unit, names)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Every node of the unit, and before each what flows into it; inputs that nothing uses come last. */
function nodesInOrder({ unit, nodes, returned }: LoweredUnit): Node[] {
  const order = new Set<Node>();
  const add = (root: Node): void => {
    const open = [root];
    while (open.length > 0) {
      const node = open.at(-1)!;
      const missing = order.has(node) ? [] : operandNodes(node).filter((operand) => !order.has(operand));
      if (missing.length > 0) open.push(...missing.reverse());
      else order.add(open.pop()!);
    }
  };
  for (const node of nodes) add(node);
  for (const value of returned) for (const node of nodesIn(value)) add(node);
  for (const { form } of unit.inputs) for (const node of nodesOfForm(form)) add(node);
  return [...order];
}

function nodesOfForm(form: UnitInputForm): Node[] {
  if (form.kind === 'tensor' || form.kind === 'number' || form.kind === 'numbers') return [form.node];
  if (form.kind === 'list') return form.elements.flatMap(nodesOfForm);
  if (form.kind === 'model') return form.answers.flatMap(nodesOfForm);
  return form.kind === 'object' ? Object.values(form.fields).flatMap(nodesOfForm) : [];
}

/** `%1`, `%2`, … within a unit, and `?1`, `?2`, … for sizes nobody named. */
class Names {
  private readonly nodes = new Map<Node, string>();
  private readonly sizes = new SizeNames();

  give(node: Node): void {
    if (!isScalar(node)) this.nodes.set(node, `%${this.nodes.size + 1}`);
  }

  of(node: Node): string {
    return this.nodes.get(node) ?? showNumber(Number(node.attributes['value']));
  }

  shape(node: Node): string {
    return this.sizesIn(showAnyShape(formOf(node)));
  }

  sizesIn(text: string): string {
    return this.sizes.in(text);
  }
}

/** Single numbers are shown where they are used. */
const isScalar = (node: Node): boolean => node.op === 'constant' && node.shape?.length === 0;

// Head and end

const GRADIENTS = { yes: ', differentiated', result: ', a loss', possible: '', no: ', not differentiated' };

function header({ unit, returned }: LoweredUnit, names: Names, source: SourceText): string {
  const kind = unit.static === true ? `static ${unit.kind}` : unit.kind;
  const gradient = GRADIENTS[unit.differentiated];
  const inputs = unit.inputs.map(({ name, form }) => `  ${name}: ${showForm(form, names)}`);
  const result = returned.slice(0, 1).map((value) => `  returns ${showValue(value, names)}`);
  return [`${kind} ${unit.name}  (${source.placeOf(unit.span)}${gradient})`, ...inputs, ...result].join('\n');
}

function ending({ discarded, unknowns }: LoweredUnit, names: Names): string {
  const thrownAway =
    discarded.length === 0 ? [] : [`discarded: ${discarded.map(({ node }) => names.of(node)).join(', ')}`];
  const causes = [...unknowns].map(([cause, count]) => `${count} ${cause}`);
  return [...thrownAway, ...(causes.length === 0 ? [] : [`not followed: ${causes.join(', ')}`])].join('\n');
}

function showForm(form: UnitInputForm, names: Names): string {
  switch (form.kind) {
    case 'tensor':
      return `${form.as === 'array' ? 'numbers of a tensor' : 'tensor'} ${names.of(form.node)}`;
    case 'number':
      return `number ${names.of(form.node)}`;
    case 'numbers':
      return `[number ${names.of(form.node)}, …]`;
    case 'constant':
      return JSON.stringify(form.value) ?? 'undefined';
    case 'object': {
      const fields = Object.entries(form.fields).map(([name, field]) => `${name}: ${showForm(field, names)}`);
      return `{ ${fields.join(', ')} }`;
    }
    case 'list':
      return `[${form.elements.map((element) => showForm(element, names)).join(', ')}]`;
    case 'choice':
      return form.values.map((one) => JSON.stringify(one) ?? 'undefined').join(' or ');
    case 'model':
      return `a model that gives ${form.answers.map((answer) => showForm(answer, names)).join(', then ')}`;
    case 'tensorflow':
      return form.path === '' ? 'TensorFlow.js' : `tf.${form.path}`;
    case 'optimizer':
      return 'an optimizer';
    case 'unused':
      return 'unused';
    case 'opaque':
      return `not describable: ${form.why}`;
  }
}

/** What an expression may be, in short: `{ loss: %4, step: 1 }`. */
function showValue(value: Value, names: Names): string {
  switch (value.kind) {
    case 'tensor':
    case 'number':
      return names.of(value.node);
    case 'constant':
      return typeof value.value === 'number'
        ? showNumber(value.value)
        : (JSON.stringify(value.value) ?? 'undefined');
    case 'array': {
      const rest = value.rest === undefined ? [] : [`...${showValue(value.rest, names)}`];
      return `[${[...value.elements.map((element) => showValue(element, names)), ...rest].join(', ')}]`;
    }
    case 'object': {
      const fields = [...value.fields].map(([name, field]) => `${name}: ${showValue(field, names)}`);
      return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
    }
    case 'input':
      return `input ${value.name}`;
    case 'unknown':
      return `unknown (${value.cause})`;
    case 'tensorflow':
      return value.path === '' ? 'tf' : `tf.${value.path}`;
    default:
      return `a ${value.kind}`;
  }
}

// Nodes

interface NodeLine {
  readonly columns: readonly string[];
  readonly source: string;
}

function nodeLine(node: Node, names: Names, source: SourceText): NodeLine {
  const facts =
    node.throws === undefined ? [names.shape(node), node.dtype ?? ''] : [`throws: ${node.throws}`, ''];
  const [caller] = node.chain;
  const from = caller === undefined ? '' : `  (called at ${source.placeOf(caller)})`;
  const text = source.textOf(node.span).replace(/\s+/g, ' ').trim();
  return {
    columns: [`${names.of(node)} = ${expression(node, names)}`, ...facts, showRange(node.range)],
    source: `${text.length <= 60 ? text : `${text.slice(0, 57)}...`}${from}`,
  };
}

function expression(node: Node, names: Names): string {
  const output =
    typeof node.output === 'number' ? `[${node.output}]` : node.output === undefined ? '' : `.${node.output}`;
  switch (node.op) {
    case 'input':
      return `input ${String(node.attributes['path'])}`;
    case 'unknown':
      return `unknown: ${String(node.attributes['cause'])}`;
    case 'constant':
      return `constant ${shortened(showAttribute(node.attributes['value'], names))}`;
    case 'join':
      return operandNodes(node)
        .map((alternative) => names.of(alternative))
        .join(' or ');
    default:
      return `${node.op}(${[...showOperands(node, names), ...showAttributes(node, names)].join(', ')})${output}`;
  }
}

function showOperands(node: Node, names: Names): string[] {
  return Object.values(node.operands).map((operand) => {
    if (!Array.isArray(operand)) return names.of(operand as Node);
    return `[${(operand as readonly Node[]).map((element) => names.of(element)).join(', ')}]`;
  });
}

/** Those that were given: a default says nothing. */
function showAttributes({ op, attributes }: Node, names: Names): string[] {
  const parameters = opNamed(op)?.parameters ?? [];
  return Object.entries(attributes)
    .filter(
      ([name, value]) =>
        value !== undefined && value !== parameters.find((known) => known.name === name)?.default,
    )
    .map(([name, value]) => `${name}: ${showAttribute(value, names)}`);
}

function showAttribute(value: AttributeValue, names: Names): string {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (isUnknown(value)) {
    const range = value.range ?? value.numbers;
    return range === undefined ? '?' : `? in ${showRange(range)}`;
  }
  if (isShapeAttribute(value))
    return `[${value.shape.map(({ size }) => names.sizesIn(showSize(size))).join(', ')}]`;
  if (Array.isArray(value))
    return `[${value.map((element: AttributeValue) => showAttribute(element, names)).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${name}: ${showAttribute(field, names)}`)
    .join(', ')} }`;
}

const shortened = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 37)}...`);

/** `[-100, 100]`, `whole [0, 9]`, `[0, inf] or NaN`; `any` where nothing is known. */
export function showRange({ low, high, integer, mayBeNaN }: Range): string {
  if (low === -Infinity && high === Infinity) return mayBeNaN ? 'any' : 'any but NaN';
  return `${integer && low !== high ? 'whole ' : ''}[${showNumber(low)}, ${showNumber(high)}]${mayBeNaN ? ' or NaN' : ''}`;
}

function showNumber(number: number): string {
  if (Math.abs(number) === Infinity) return number > 0 ? 'inf' : '-inf';
  if (Object.is(number, -0)) return '-0';
  return String(Number(number.toPrecision(5)));
}

function aligned(lines: readonly NodeLine[]): string[] {
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...lines.map(({ columns }) => columns[column]!.length)),
  );
  return lines.map(({ columns, source }) => {
    const padded = columns.map((text, column) => text.padEnd(Math.min(widths[column] ?? 0, 60)));
    return `${padded
      .filter((text) => text !== '')
      .join('  ')
      .trimEnd()}  | ${source}`;
  });
}
