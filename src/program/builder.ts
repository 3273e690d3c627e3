import type { DType } from '../facts/dtype.js';
import { constantRange, interval, joinRanges, unknownRange, type Range } from '../facts/range.js';
import { certainlyDiffer, dim, sameSize, symbol, type Dim, type Shape, type SymbolicSize } from '../facts/shape.js';
import type { Attributes, AttributeValue, OpCall, OpRow } from '../ops/row.js';
import type { Span } from '../source/span.js';
import type { Node } from './node.js';
import type { Differentiated } from './unit.js';
import type { UnknownCause } from './values.js';

/** Where in the run of a unit a node is made: kept by the lowering, read by the builder. */
export interface Position {
  readonly chain: readonly Span[];
  /** The function that the last call of the chain entered. */
  readonly within?: Span | undefined;
  readonly differentiated: Differentiated;
}

export interface InputFacts {
  readonly shape: Shape | undefined;
  /** Undefined where nothing says it: most inputs are float32, labels and indices are not. */
  readonly dtype: DType | undefined;
  readonly range: Range;
}

/** Makes nodes and computes their facts: the abstract reading happens here, once, as the program grows. */
export class Builder {
  /** Of the unit that is being lowered. */
  nodes: Node[] = [];
  position: Position = { chain: [], differentiated: 'no' };
  private nextSymbol = 1;
  private nextId = 0;

  freshSize(): SymbolicSize {
    return symbol(`?${this.nextSymbol++}`);
  }

  freshShape(rank: number): Shape {
    return Array.from({ length: rank }, () => dim(this.freshSize()));
  }

  op(row: OpRow, operands: Node['operands'], attributes: Attributes, span: Span, output?: string | number): Node {
    const sizes = new Map<string, SymbolicSize>();
    const call: OpCall = {
      operands,
      attributes,
      output,
      freshSize: (key) => {
        const known = sizes.get(key) ?? this.freshSize();
        sizes.set(key, known);
        return known;
      },
    };
    const shaped = row.shape(call);
    const throws = shaped !== undefined && 'throws' in shaped ? shaped.throws : undefined;
    const shape = throws === undefined ? (shaped as Shape | undefined) : undefined;
    return this.add({
      op: row.name,
      operands,
      attributes,
      shape,
      dtype: row.dtype(call),
      range: throws === undefined ? row.range(call) : unknownRange(),
      span,
      output,
      throws,
    });
  }

  input(path: string, facts: InputFacts, span: Span): Node {
    return this.add({ op: 'input', operands: {}, attributes: { path }, ...facts, span });
  }

  /** A literal. `dtype` number for JavaScript numbers in JavaScript arithmetic; float32 when used as an operand. */
  constant(value: number | boolean, dtype: DType, span: Span): Node {
    const number = Number(value);
    return this.add({
      op: 'constant',
      operands: {},
      attributes: { value },
      shape: [],
      dtype,
      range: constantRange(dtype === 'number' ? number : Math.fround(number)),
      span,
    });
  }

  /** An array literal of numbers as an operand. */
  literal(value: AttributeValue, shape: Shape, dtype: DType, range: Range, span: Span): Node {
    return this.add({ op: 'constant', operands: {}, attributes: { value }, shape, dtype, range, span });
  }

  /** A size of a tensor, as a JavaScript number. */
  size(of: Node, axis: number, size: Dim['size'], span: Span): Node {
    const range = typeof size === 'number' ? constantRange(size) : { ...interval(1, 2 ** 31, 'bound'), integer: true };
    return this.add({ op: 'js.size', operands: { x: of }, attributes: { axis }, shape: [], dtype: 'number', range, span });
  }

  /** One element of a tensor that was read back to JavaScript. */
  element(of: Node, span: Span): Node {
    return this.add({ op: 'js.element', operands: { x: of }, attributes: {}, shape: [], dtype: 'number', range: of.range, span });
  }

  unknown(cause: UnknownCause, span: Span, dtype?: DType): Node {
    const shape = dtype === 'number' ? [] : undefined;
    return this.add({ op: 'unknown', operands: {}, attributes: { cause }, shape, dtype, range: unknownRange(), span });
  }

  join(a: Node, b: Node, span: Span): Node {
    if (a === b) return a;
    const alternatives = [...alternativesOf(a), ...alternativesOf(b).filter((node) => !alternativesOf(a).includes(node))];
    return this.add({
      op: 'join',
      operands: { alternatives },
      attributes: {},
      shape: this.joinShapes(a.shape, b.shape),
      dtype: a.dtype === b.dtype ? a.dtype : undefined,
      range: joinRanges(a.range, b.range),
      span,
    });
  }

  /**
   * A value that a loop changes. `stable`: an end that the first round moved goes to 0, if it stayed on its side, else
   * to infinity; the caller has to see that further rounds stay within. `none`: anything.
   */
  widened(before: Node, after: Node, span: Span, limit: 'stable' | 'none'): Node {
    const integer = before.range.integer && after.range.integer;
    return this.add({
      op: 'unknown',
      operands: {},
      attributes: { cause: 'loop-carried value' },
      shape: this.joinShapes(before.shape, after.shape),
      dtype: before.dtype === after.dtype ? before.dtype : undefined,
      range: { ...(limit === 'none' ? unknownRange() : widenedRange(before.range, after.range)), integer },
      span,
    });
  }

  private joinShapes(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
    if (a === undefined || b === undefined || a.length !== b.length) return undefined;
    return a.map((left, axis) => {
      const right = b[axis]!;
      if (sameSize(left.size, right.size) && !certainlyDiffer(left.size, right.size)) {
        return { size: left.size, axis: left.axis?.id === right.axis?.id ? left.axis : undefined, one: left.one ?? right.one };
      }
      return dim(this.freshSize());
    });
  }

  private add(node: Omit<Node, 'id' | keyof Position>): Node {
    const made: Node = { ...node, id: this.nextId++, ...this.position };
    this.nodes.push(made);
    return made;
  }
}

const alternativesOf = (node: Node): readonly Node[] =>
  node.op === 'join' ? (node.operands['alternatives'] as readonly Node[]) : [node];

function widenedRange(before: Range, after: Range): Range {
  const lowStays = after.low >= before.low;
  const highStays = after.high <= before.high;
  const low = lowStays ? before.low : after.low >= 0 ? 0 : -Infinity;
  const high = highStays ? before.high : after.high <= 0 ? 0 : Infinity;
  return {
    ...interval(low, high, [lowStays ? before.lowBy : 'bound', highStays ? before.highBy : 'bound']),
    mayBeNaN: before.mayBeNaN || after.mayBeNaN,
  };
}
