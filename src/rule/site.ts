import type { Backend } from '../facts/backend.js';
import { opNamed } from '../ops/table.js';
import { dangersOn, limitOn, type Limit, type Threshold } from '../ops/thresholds.js';
import type { DangerRegion } from '../ops/row.js';
import { isNonZero } from '../program/apart.js';
import { behindGradients, dependsOn, leadsToLoss, takenBy, type Reached } from '../program/gradient.js';
import { operandNodes, slice, type Gradient, type Node } from '../program/node.js';
import { writtenArgument, writtenOperand } from '../program/written.js';
import type { Span } from '../source/span.js';
import { constantOf, negated, operandOf, producer } from './patterns.js';
import type { Discarded, LoweredUnit } from '../program/lowered-unit.js';

/** What a rule is handed: one op of a unit, with its facts, and the helpers to talk about it. */
export class Site {
  constructor(
    readonly node: Node,
    readonly unit: LoweredUnit,
    private readonly context: UnitContext,
  ) {}

  /** Another op of the same unit, to be asked the same questions. */
  at(node: Node): Site {
    return new Site(node, this.unit, this.context);
  }

  /** The operand of this name; undefined if it was not given. */
  operand(name: string): Node | undefined {
    const found = this.node.operands[name];
    return found === undefined || Array.isArray(found) ? undefined : (found as Node);
  }

  /** The danger regions of the op, from the op table, as they are on the backend. */
  get dangers(): readonly DangerRegion[] {
    return dangersOn(this.backend, opNamed(this.node.op)?.dangers ?? []);
  }

  /** Where the program is meant to run. */
  get backend(): Backend {
    return this.context.backend;
  }

  /** A threshold as it is there, in the words of a message. */
  limit(threshold: Threshold): Limit {
    return limitOn(this.backend, threshold);
  }

  /** Source text of a node, on one line and not too long; an operand of the site as the site writes it. */
  text(node: Node = this.node): string {
    const source = shorten(this.source(node));
    // A number that ways agree on is nowhere in the source.
    return source === '' && node.op === 'constant' ? String(node.attributes['value']) : source;
  }

  /** Source text as it stands, for edits. */
  source(node: Node): string {
    return this.textAt(this.place(node));
  }

  textAt(span: Span): string {
    return this.context.textOf(span);
  }

  /** All of the file that the site stands in. */
  fileText(): string {
    return this.textAt({ ...this.node.span, start: 0, end: Infinity });
  }

  /** Where the source has an argument of a call; undefined where it was left out or cannot be told. */
  argument(node: Node, parameter: string): Span | undefined {
    return writtenArgument(node, parameter);
  }

  /** Where a node is written: an operand of the site as the site writes it. */
  place(node: Node): Span {
    if (node === this.node) return node.span;
    // An operand of an operand, as in a formula, is written where that one is.
    let users: readonly Node[] = [this.node];
    for (let level = 0; level < FORMULA_DEPTH; level += 1) {
      for (const user of users) {
        const span = writtenOperand(user, node);
        if (span !== undefined) return span;
      }
      users = users.flatMap(operandNodes);
    }
    return node.span;
  }

  /** Whether a gradient is taken through this site. */
  gradient(): 'yes' | 'possible' | 'no' {
    if (this.isTakenBy(this.node)) return 'yes';
    if (!dependsOnInput(this.node)) return 'no';
    const { differentiated } = this.node;
    if (differentiated === 'result')
      return this.leadsToLoss() && dependsOn(this.node.gradient!, this.node) !== 'no' ? 'yes' : 'no';
    if (differentiated === 'possible') return this.context.flowsToResult(this.node) ? 'possible' : 'no';
    return isConstant(this.node) ? 'no' : differentiated;
  }

  /** Whether TensorFlow.js differentiates the op by this operand, for a gradient that the code is seen to take. */
  differentiates(operand: Node | undefined): Reached {
    const { gradient } = this.node;
    if (gradient === undefined || operand === undefined || !leadsToLoss(gradient, this.node)) return 'no';
    return dependsOn(gradient, operand);
  }

  /** Whether the result goes into what a gradient is taken of. */
  leadsToLoss(): boolean {
    const { gradient } = this.node;
    return gradient !== undefined && leadsToLoss(gradient, this.node);
  }

  /** The same for the second derivative: whether a gradient is taken of the gradient, by what the operand depends on. */
  differentiatesTwice(operand: Node | undefined): Reached {
    const outer = this.node.gradient?.outer;
    const first = this.differentiates(operand);
    if (outer === undefined || first !== 'yes') return 'no';
    return dependsOn(outer, operand!);
  }

  /** Whether the operand depends on an input or variable, or on what the gradient is taken by: else there is nothing to differentiate by. */
  varies(operand: Node | undefined): boolean {
    return operand !== undefined && (dependsOnInput(operand) || this.isTakenBy(operand));
  }

  /** Whether a gradient is taken by something that the operand is seen to depend on: that may be written down, `tf.grad(f)(tf.tensor1d([0, 1]))`. */
  private isTakenBy(operand: Node): boolean {
    const { gradient } = this.node;
    return gradient !== undefined && takenBy(gradient).length > 0 && dependsOn(gradient, operand) === 'yes';
  }

  /** Whether no line ends between what makes a node and this. */
  isOnOneLine({ span }: Node): boolean {
    const [first, last] = [span, this.node.span].sort((a, b) => a.start - b.start);
    return first!.file === last!.file && !this.context.textOf({ ...first!, end: last!.start }).includes('\n');
  }

  /** Ops of the unit that take this node as an operand. */
  users(node: Node = this.node): readonly Node[] {
    return this.context.users(node);
  }

  /** Whether the result goes nowhere but into these ops, perhaps scaled or rearranged on the way. */
  onlyFeeds(ops: ReadonlySet<string>, node: Node = this.node, depth = 0): boolean {
    const users = this.users(node);
    if (users.length === 0 || depth > 6 || this.context.isReturned(node)) return false;
    return users.every(
      (user) =>
        ops.has(user.op) ||
        (producer(user) !== user || scaled(user) === node || negated(user) === node
          ? this.onlyFeeds(ops, user, depth + 1)
          : false),
    );
  }

  /** Whether the unit gives it back, to be used elsewhere too. */
  isReturned(node: Node = this.node): boolean {
    return this.context.isReturned(node);
  }

  /** The number that the site computes, as the unit gives it back, perhaps among others, with what is known of it there. */
  returnedNumbers(): readonly Node[] {
    return this.unit.returned
      .flatMap((value) => nodesIn(value, 'number'))
      .filter(({ id }) => id === this.node.id);
  }

  /** Whether it stands in the function that `tf.customGrad` is given, which has a gradient of its own. */
  isCustom(): boolean {
    return this.unit.unit.custom === true;
  }

  /** Whether code asks for the result before it computes with it, and does so only where it is not 0. */
  isTakenOnlyApartFromZero(): boolean {
    const { id } = this.node;
    const taken = this.users().flatMap((user) => operandNodes(user).filter((operand) => operand.id === id));
    return taken.length > 0 && taken.every(isNonZero) && !this.context.isReturned(this.node);
  }

  /** Ops whose result nobody takes: a clip among them guards nothing. */
  get discarded(): readonly Discarded[] {
    return this.unit.discarded;
  }

  get nodes(): readonly Node[] {
    return this.unit.nodes;
  }

  /** Other functions of the same file. */
  get beside(): readonly LoweredUnit[] {
    return this.context.beside;
  }
}

/** No formula that a rule knows is deeper. */
const FORMULA_DEPTH = 4;

/** What is computed once for a unit and shared by its sites. */
export class UnitContext {
  private results: ReadonlySet<number> | undefined;
  private userLists: Map<number, Node[]> | undefined;

  constructor(
    private readonly unit: LoweredUnit,
    readonly textOf: (span: Span) => string,
    readonly backend: Backend,
    private readonly besides: (unit: LoweredUnit) => readonly LoweredUnit[] = () => [],
  ) {}

  /** Other functions of the same file. */
  get beside(): readonly LoweredUnit[] {
    return this.besides(this.unit);
  }

  flowsToResult(node: Node): boolean {
    this.results ??= behindGradients(this.unit.returned.flatMap((value) => tensorsIn(value)));
    return this.results.has(node.id);
  }

  isReturned(node: Node): boolean {
    return this.unit.returned.flatMap((value) => tensorsIn(value)).some(({ id }) => id === node.id);
  }

  users(node: Node): readonly Node[] {
    if (this.userLists === undefined) {
      this.userLists = new Map();
      for (const user of this.unit.nodes) {
        for (const operand of operandNodes(user)) {
          const list = this.userLists.get(operand.id) ?? [];
          list.push(user);
          this.userLists.set(operand.id, list);
        }
      }
    }
    return this.userLists.get(node.id) ?? [];
  }
}

/** The x of `x / c` and `x * c` for a number c. */
function scaled(node: Node): Node | undefined {
  if (node.op !== 'mul' && node.op !== 'div') return undefined;
  const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
  return b?.dtype === 'number' || constantOf(b) !== undefined
    ? a
    : node.op === 'mul' && (a?.dtype === 'number' || constantOf(a) !== undefined)
      ? b
      : undefined;
}

/** Tensors anywhere in a returned value. */
const tensorsIn = (value: LoweredUnit['returned'][number]): Node[] => nodesIn(value, 'tensor');

/** Tensors or numbers anywhere in a returned value. */
function nodesIn(value: LoweredUnit['returned'][number], kind: 'tensor' | 'number', depth = 0): Node[] {
  if (depth > 4) return [];
  if (value.kind === kind) return [value.node];
  if (value.kind === 'array')
    return [...value.elements, ...(value.rest === undefined ? [] : [value.rest])].flatMap((element) =>
      nodesIn(element, kind, depth + 1),
    );
  if (value.kind === 'object')
    return [...value.fields.values()].flatMap((field) => nodesIn(field, kind, depth + 1));
  return [];
}

const inputDependence = new WeakMap<Node, boolean>();

/**
 * Whether it is computed from nothing that the gradients are taken by which the code is seen to take around it. What became an
 * input inside them may be what was lost on the way.
 */
function isConstant(node: Node): boolean {
  const { gradient } = node;
  if (gradient === undefined) return false;
  for (let around: Gradient | undefined = gradient; around !== undefined; around = around.outer)
    if (dependsOn(around, node) !== 'no') return false;
  return slice(node).every((part) => part.op !== 'input' || part.gradient === undefined);
}

/** Of numbers, and of what a unit makes a tensor of them, no gradient is ever asked. */
function dependsOnInput(node: Node): boolean {
  const known = inputDependence.get(node);
  if (known !== undefined) return known;
  const depends =
    (node.op === 'input' && node.dtype !== 'number' && node.attributes['numbers'] !== true) ||
    node.op === 'unknown' ||
    node.op === 'variable' ||
    operandNodes(node).some(dependsOnInput);
  inputDependence.set(node, depends);
  return depends;
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= 60) return line;
  const cut = line.slice(0, 57);
  return `${cut}...${closing(cut)}`;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** What closes the brackets that a text leaves open. */
function closing(text: string): string {
  const open: string[] = [];
  for (const character of text) {
    const closes = CLOSING[character];
    if (closes !== undefined) open.unshift(closes);
    else if (character === open[0]) open.shift();
  }
  return open.join('');
}
