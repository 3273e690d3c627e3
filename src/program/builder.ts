import { CPU, claimedOn, rangeOn, type Backend } from '../facts/backend.js';
import type { DType } from '../facts/dtype.js';
import { anySize, constantRange, interval, joinRanges, unknownRange, type Range } from '../facts/range.js';
import {
  asClaimed,
  certainlyDiffer,
  isClaimed,
  dim,
  isSymbolic,
  sameSize,
  symbol,
  type Dim,
  type Shape,
  type Size,
  type SymbolicSize,
} from '../facts/shape.js';
import { HOW_MANY } from '../ops/build.js';
import type { Attributes, AttributeValue, NamedSizes, OpCall, OpRow } from '../ops/row.js';
import type { Span } from '../source/span.js';
import { COMPARED, isCompared, isNonZero, NON_ZERO } from './apart.js';
import { carriedDecision, carriedLayout, carriedSteps, ELEMENT } from './by-data.js';
import { carriedGrowth, FILTERED, isFiltered, isMagnitude, magnitudeOf } from './growth.js';
import { carriedExtreme } from './spread.js';
import { mapOperands, withFacts, type Node, type Gradient, type Differentiated } from './node.js';
import { carriedSource } from './element-source.js';
import {
  isRow,
  isWeight,
  isWeightByHand,
  ONE_IS_ONE,
  READ_BACK,
  readsBack,
  ROW,
  WEIGHT,
} from './read-back.js';
import { joinedRange, widenedRange } from './met-ranges.js';
import type { UnknownCause, UnknownValue } from './values.js';

/** Where in the run of a unit a node is made: kept by the lowering, read by the builder. */
export interface Position {
  readonly chain: readonly Span[];
  /** The function that the last call of the chain entered. */
  readonly within?: Span | undefined;
  /** In a function of the chain, on one of two ways of which nothing says which one is taken. */
  readonly conditional?: boolean | undefined;
  readonly differentiated: Differentiated;
  /** The gradient that is being taken, if it is known what of. */
  readonly gradient?: Gradient | undefined;
}

/** A position in a call of a function. */
export const entered = (
  { chain, conditional, differentiated, gradient }: Position,
  site: Span,
  within: Span,
): Position => ({ chain: [...chain, site], within, conditional, differentiated, gradient });

/** A position on one of two ways. */
export const conditionally = ({ chain, within, differentiated, gradient }: Position): Position => ({
  chain,
  within,
  conditional: true,
  differentiated,
  gradient,
});

export interface InputFacts {
  readonly shape: Shape | undefined;
  /** Undefined where nothing says it: most inputs are float32, labels and indices are not. */
  readonly dtype: DType | undefined;
  readonly range: Range;
}

/** What of the lowering those need who only make nodes. */
export interface NodeMaker {
  readonly builder: Builder;
}

/** The same of those who may find a value that they cannot follow. */
export interface ValueMaker extends NodeMaker {
  unknown(cause: UnknownCause): UnknownValue;
}

const sizes = new WeakMap<Node, Dim['size']>();

/** The size that a JavaScript number is, where it was read as one: `x.shape[0]`, `rows.length`. */
export const sizeBehind = (number: Node): Dim['size'] | undefined => sizes.get(number);

const START: Position = {
  chain: [],
  within: undefined,
  conditional: undefined,
  differentiated: 'no',
  gradient: undefined,
};

/** Makes nodes and computes their facts: the abstract reading happens here, once, as the program grows. */
export class Builder {
  /** The ops of the unit that is being lowered; inputs, constants and joins are found through their operands. */
  nodes: Node[] = [];
  position = START;
  private readonly numbers = new Map<number, Node>();
  private nextSymbol = 1;
  private nextId = 0;

  /** How many nodes there are: the next one has this number as its id. */
  get count(): number {
    return this.nextId;
  }

  constructor(private readonly backend: Backend = CPU) {}

  freshSize(): SymbolicSize {
    return symbol(`?${this.nextSymbol++}`);
  }

  freshShape(rank: number): Shape {
    return Array.from({ length: rank }, () => dim(this.freshSize()));
  }

  op(
    row: OpRow,
    operands: Node['operands'],
    attributes: Attributes,
    span: Span,
    output?: string | number,
    named?: NamedSizes,
  ): Node {
    let sizes: Map<string, SymbolicSize> | undefined;
    const call: OpCall = {
      operands:
        this.backend === CPU || row.name.startsWith('js.') ? operands : operandsOn(this.backend, operands),
      attributes,
      output,
      named,
      freshSize: (key) => {
        sizes ??= new Map();
        const known = sizes.get(key) ?? this.freshSize();
        sizes.set(key, known);
        return known;
      },
    };
    const shaped = row.shape(call);
    const onClaim = restsOnClaim(operands);
    const isThrown = shaped !== undefined && 'throws' in shaped;
    const throws = isThrown && !onClaim ? shaped.throws : undefined;
    const known = isThrown ? undefined : shaped;
    const shape = onClaim && known !== undefined ? asClaimed(known) : known;
    const dtype = row.dtype(call);
    const range = isThrown ? unknownRange() : rangeOn(this.backend, row.range(call), dtype, row.name);
    const node = this.add(row.name, operands, attributes, shape, dtype, range, span, output, throws, named);
    if (isThrown && onClaim) throwsAsClaimed.set(node, shaped.throws);
    this.nodes.push(node);
    return node;
  }

  /**
   * `trained`: a weight or not, where that is known, or what a layer makes with its weights `from` a tensor,
   * or from several; `score`: as a
   * linear layer gives it; `shares`: what a softmax gives along the last axis; `label`: what a model is trained towards;
   * `prose`: only a comment says which rank it has; `numbers`: its type says that it is lists of numbers.
   */
  input(
    path: string,
    facts: InputFacts,
    span: Span,
    {
      trained,
      score,
      shares,
      label,
      from,
      element,
      prose,
      numbers,
    }: {
      trained?: boolean;
      score?: boolean | undefined;
      shares?: boolean | undefined;
      label?: boolean;
      from?: Node | readonly Node[] | undefined;
      element?: boolean;
      prose?: boolean;
      numbers?: boolean;
    } = {},
  ): Node {
    const operands = from === undefined ? NONE : 'op' in from ? { from } : { fromSeveral: from };
    const attributes = {
      path,
      ...(trained === undefined ? {} : { trained }),
      ...(score === true ? { score } : {}),
      ...(shares === true ? { shares } : {}),
      ...(label === true ? { label } : {}),
      ...(element === true ? ELEMENT : {}),
      ...(prose === true ? { prose } : {}),
      ...(numbers === true ? { numbers } : {}),
    };
    const range = claimedOn(this.backend, facts.range);
    return this.add('input', operands, attributes, facts.shape, facts.dtype, range, span);
  }

  /** In the place of an op that was just made, and of which nothing is known but what it gives: an input. */
  asInput({ span }: Node, path: string, facts: InputFacts): Node {
    this.nodes.pop();
    return this.input(path, facts, span, { trained: false });
  }

  /** Notes a tensor that the code makes otherwise than by an op: what a model gives, or what could not be followed. */
  made(node: Node): Node {
    this.nodes.push(node);
    return node;
  }

  /** Puts a node that more is known of in the place of one that was just made. */
  replace(node: Node, better: Node): void {
    const at = this.nodes.lastIndexOf(node);
    if (at >= 0) this.nodes[at] = better;
  }

  /** A literal. `dtype` number for JavaScript numbers in JavaScript arithmetic; float32 when used as an operand. */
  constant(value: number | boolean, dtype: DType, span: Span): Node {
    const number = Number(value);
    if (dtype === 'number') return this.numberConstant(number, span);
    return this.add('constant', NONE, { value }, SCALAR, dtype, constantRange(Math.fround(number)), span);
  }

  /** Numbers of JavaScript have no place of their own in messages: one node serves all that are equal. */
  private numberConstant(value: number, span: Span): Node {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const made = this.add('constant', NONE, { value }, SCALAR, 'number', constantRange(value), span);
    this.numbers.set(value, made);
    return made;
  }

  /** An array literal of numbers as an operand. */
  literal(value: AttributeValue, shape: Shape, dtype: DType, range: Range, span: Span): Node {
    return this.add('constant', NONE, { value }, shape, dtype, range, span);
  }

  /** A place in the unit that is no op, and that rules may look at. */
  marker(op: string, operands: Node['operands'], span: Span, attributes: Attributes = NONE): Node {
    return this.add(op, operands, attributes, undefined, undefined, ANYTHING, span);
  }

  /** A size of a tensor, as a JavaScript number. */
  size(of: Node, axis: number, size: Dim['size'], span: Span): Node {
    const range = typeof size === 'number' ? constantRange(size) : anySize();
    const node = this.add('js.size', { x: of }, { axis }, SCALAR, 'number', range, span);
    sizes.set(node, size);
    return node;
  }

  /** How many axes a tensor has of which that is not known. */
  rank(of: Node, span: Span): Node {
    return this.add('js.rank', { x: of }, NONE, SCALAR, 'number', RANKS, span);
  }

  /** One element of a tensor that was read back to JavaScript. */
  element(of: Node, span: Span): Node {
    return this.add('js.element', { x: of }, NONE, SCALAR, 'number', of.range, span);
  }

  unknown(cause: UnknownCause, span: Span, dtype?: DType): Node {
    return this.add(
      'unknown',
      NONE,
      { cause },
      dtype === 'number' ? SCALAR : undefined,
      dtype,
      ANYTHING,
      span,
    );
  }

  join(a: Node, b: Node, span: Span): Node {
    if (a === b) return a;
    if (a.id === b.id) return sameTensor(a, b);
    const known = alternativesOf(a);
    const alternatives = [...known, ...alternativesOf(b).filter((node) => !known.includes(node))];
    // Of JavaScript numbers only the facts are kept; of many tensors also that a gradient flows through each.
    const isNumber = a.dtype === 'number';
    const kept = alternatives.length <= MAX_ALTERNATIVES && !isNumber;
    const shape = this.joinShapes(a.shape, b.shape);
    const dtype = a.dtype === b.dtype ? a.dtype : undefined;
    const range = joinedRange(a, b);
    return this.add(
      kept ? 'join' : 'unknown',
      isNumber ? NONE : { alternatives },
      kept ? NONE : isNumber ? joinedAttributes(a, b) : BRANCHES,
      shape,
      dtype,
      range,
      span,
    );
  }

  /** So many tensors, each one of these: a list that grew in a loop. */
  someOf(nodes: readonly Node[], size: Size, span: Span): Node {
    const range = joinRanges(...nodes.map((node) => node.range));
    const [{ dtype }] = nodes as [Node];
    const type = nodes.every((node) => node.dtype === dtype) ? dtype : undefined;
    const shape = nodes.map((node) => node.shape).reduce((a, b) => this.joinShapes(a, b));
    const attributes = { ...SOME, [HOW_MANY]: { shape: [dim(size)] } };
    return this.add('unknown', { alternatives: nodes }, attributes, shape, type, range, span);
  }

  /**
   * A value that a loop changes. `stable`: an end that the first round moved goes to 0, if it stayed on its side, else
   * to infinity; the caller has to see that further rounds stay within. `open`: an end that still moves goes to infinity.
   * `any`: the range is given up.
   */
  widened(before: Node, after: Node, span: Span, limit: 'stable' | 'open' | 'any'): Node {
    const integer = before.range.integer && after.range.integer;
    const shape = this.joinShapes(before.shape, after.shape);
    const dtype = before.dtype === after.dtype ? before.dtype : undefined;
    const range =
      limit === 'any' ? ANYTHING : { ...widenedRange(before.range, after.range, limit === 'open'), integer };
    const carried = readsBack(before) || readsBack(after) ? CARRIED_BACK : CARRIED;
    const attributes =
      dtype === 'number'
        ? {
            ...carried,
            ...carriedGrowth(before, after),
            ...carriedExtreme(before, after),
            ...carriedSteps(before, after),
          }
        : carried;
    return this.add('unknown', NONE, attributes, shape, dtype, range, span);
  }

  private joinShapes(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
    if (a === undefined || b === undefined || a.length !== b.length) return undefined;
    const joined = a.map((left, axis): Dim => {
      const right = b[axis]!;
      if (sameSize(left.size, right.size) && !certainlyDiffer(left.size, right.size)) {
        const axis = left.axis?.id === right.axis?.id ? left.axis : undefined;
        return dim(left.size, { axis, one: left.one ?? right.one });
      }
      const any = this.freshSize();
      joinedSizes.add(any);
      if ([left, right].some(({ size }) => size === 1 || isOneSomewhere(size))) onesSomewhere.add(any);
      return dim(any);
    });
    return isClaimed(a) || isClaimed(b) ? asClaimed(joined) : joined;
  }

  private add(
    op: string,
    operands: Node['operands'],
    attributes: Attributes,
    shape: Shape | undefined,
    dtype: DType | undefined,
    range: Range,
    span: Span,
    output?: string | number,
    throws?: string,
    named?: NamedSizes,
  ): Node {
    const { chain, within, conditional, differentiated, gradient } = this.position;
    const id = this.nextId++;
    // One literal with all fields: nodes are the most numerous objects there are, and spreading costs more than all else.
    return {
      id,
      op,
      operands,
      attributes,
      shape,
      dtype,
      range,
      span,
      output,
      throws,
      named,
      chain,
      within,
      conditional,
      differentiated,
      gradient,
    };
  }
}

const joinedSizes = new WeakSet<object>();
const onesSomewhere = new WeakSet<object>();

/** Whether a size was made for two ways that have different ones: it stands for any. */
export const standsForAny = (size: Size): boolean => isSymbolic(size) && joinedSizes.has(size);

/** Whether it is 1 on one of the ways that met. */
export const isOneSomewhere = (size: Size): boolean => isSymbolic(size) && onesSomewhere.has(size);

const throwsAsClaimed = new WeakMap<Node, string>();

/** Why a call throws if the ranks are what types claim: for these nothing is certain. */
export const whyThrowsAsClaimed = (node: Node): string | undefined => throwsAsClaimed.get(node);

function restsOnClaim(operands: Node['operands']): boolean {
  for (const operand of Object.values(operands)) {
    if (
      Array.isArray(operand)
        ? (operand as readonly Node[]).some(({ shape }) => isClaimed(shape))
        : isClaimed((operand as Node).shape)
    )
      return true;
  }
  return false;
}

/** As many ways as are told apart where they meet. */
const MAX_ALTERNATIVES = 4;

const NONE = {};
const SCALAR: Shape = [];
const ANYTHING = unknownRange();
/** A tensor of which somebody asks how many axes it has mostly has some. */
const RANKS: Range = {
  ...interval(0, 6, 'bound', { integer: true }),
  reach: interval(1, 6, 'bound', { integer: true }),
};
const SOME = { cause: 'a list of unknown length' };
const BRANCHES = { cause: 'branches disagree' };
const CARRIED = { cause: 'loop-carried value' };
const CARRIED_BACK = { ...CARRIED, ...READ_BACK };

/** What is known of a number beside its range, where two ways meet. */
const joinedAttributes = (a: Node, b: Node): Attributes =>
  Object.assign(
    {},
    BRANCHES,
    (readsBack(a) || readsBack(b)) && READ_BACK,
    (isRow(a) || isRow(b)) && ROW,
    isNonZero(a) && isNonZero(b) && NON_ZERO,
    (isCompared(a) || isCompared(b)) && COMPARED,
    isWeight(a) && isWeight(b) && WEIGHT,
    isWeightByHand(a) && isWeightByHand(b) && ONE_IS_ONE,
    carriedGrowth(a, b),
    isFiltered(a) && isFiltered(b) && FILTERED,
    isMagnitude(b) && magnitudeOf(a),
    carriedExtreme(a, b),
    carriedDecision(a, b),
    carriedLayout(a, b),
    carriedSource(a, b),
  );

/** Numbers and literals become tensors where they are used, and are rounded then. */
function operandsOn(backend: Backend, operands: Node['operands']): Node['operands'] {
  const stored = (node: Node): Node => {
    if (node.op !== 'constant' && node.dtype !== 'number') return node;
    const range = rangeOn(backend, node.range, undefined, 'constant');
    return range === node.range ? node : withFacts(node, { range });
  };
  return mapOperands(operands, stored);
}

/** One tensor, of which only one way knows the rank, and each what its conditions told. */
function sameTensor(a: Node, b: Node): Node {
  const known = a.shape === undefined ? a : b;
  if (a.range === b.range && a.attributes === b.attributes) return known;
  const { attributes } = b.attributes['nonZero'] === true ? a : b;
  return withFacts(known, { attributes, range: joinRanges(a.range, b.range) });
}

const alternativesOf = (node: Node): readonly Node[] =>
  node.op === 'join' ? (node.operands['alternatives'] as readonly Node[]) : [node];
