import type { Backend } from '../facts/backend.js';
import type { DType } from '../facts/dtype.js';
import type { Range } from '../facts/range.js';
import type { Axis, Shape, Size } from '../facts/shape.js';

/**
 * One row of the op table: all that gradlint knows of one TensorFlow.js op. The abstract reading uses `shape`, `dtype`,
 * `range`, `gradient` and `dangers`; the concrete reading uses `run`. The oracles compare the two.
 */
export interface OpRow {
  /** The name under the `tf` namespace: `exp`, `losses.meanSquaredError`, `image.resizeBilinear`. */
  readonly name: string;
  /** In the order of the function form; what is not given takes the default. */
  readonly parameters: readonly Parameter[];
  /** Parameter names in the order of the chained form (`x.op(...)`), the receiver first; absent if there is none. */
  readonly chained?: readonly string[] | undefined;
  /** Other names under `tf` for the same function. */
  readonly aliases?: readonly string[] | undefined;
  /** Other chained names, with fixed attributes: `toFloat` is `cast` with dtype float32. */
  readonly chainedAliases?: readonly ChainedAlias[] | undefined;
  /**
   * `one` tensor; a `record` of named tensors (`moments`), of which some may be lists of tensors that the row tells
   * nothing apart in; a `list` of tensors (`split`). Default `one`.
   */
  readonly result?: OpResult | undefined;
  /** It is laid out in whichever shape it is given: nothing else about the call depends on the sizes. */
  readonly anyShape?: boolean | undefined;
  shape(call: OpCall): ShapeResult;
  dtype(call: OpCall): DType | undefined;
  range(call: OpCall): Range;
  /** Operands whose axes lie along those of the result, from the right: element by element, broadcast where there are several. */
  readonly aligned?: readonly string[] | undefined;
  /** How a gradient gets from the result to each tensor operand; one word for all, or a word per parameter. */
  readonly gradient: GradientFlow | Readonly<Record<string, GradientFlow>>;
  readonly dangers: readonly DangerRegion[];
  /** How to run it, when not simply `tf[name](...arguments in order)`. */
  run?(tf: TensorFlow, call: ConcreteCall): unknown;
}

export type OpResult =
  'one' | { readonly record: readonly string[]; readonly lists?: readonly string[] } | 'list' | 'lists';

export interface ChainedAlias {
  readonly name: string;
  readonly attributes?: Attributes | undefined;
  /** Parameter order of this spelling, the receiver first; default: that of `chained`. */
  readonly parameters?: readonly string[] | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly optional?: boolean | undefined;
  readonly default?: AttributeValue;
  /** It takes this argument and all behind it: `einsum(equation, ...tensors)`. */
  readonly isRest?: boolean | undefined;
  /** Of a list: what comes out is made of elements of it, however many there are. */
  readonly anyNumber?: boolean | undefined;
  /** Of a tensor: what a list of fields in its place holds are numbers, as indices mostly are. */
  readonly isRow?: boolean | undefined;
}

/** `tensor` takes a tensor or TensorLike; `tensors` a list of them; the rest are attributes. */
export type ParameterKind =
  | 'tensor'
  | 'tensors'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'string'
  | 'axes'
  | 'shape'
  | 'numbers'
  | 'dtype'
  | 'function'
  | 'any';

/** A folded constant, or an attribute that could not be folded: `unknown`. A shape may hold symbolic sizes. */
export type AttributeValue =
  | undefined
  | null
  | number
  | boolean
  | string
  | UnknownAttribute
  | ShapeAttribute
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

export interface UnknownAttribute {
  readonly unknown: true;
  /** What is known of an unknown number. */
  readonly range?: Range | undefined;
  /** Of a list: where all numbers in it lie, however deep they are nested. */
  readonly numbers?: Range | undefined;
  /** Of a list of zeros and ones: what is asked of data decides which of them. */
  readonly byData?: boolean | undefined;
  /** Of a number that is computed from places, counts and settings alone: no data. */
  readonly ofSteps?: boolean | undefined;
  /** Of a typed array: the type of its elements. */
  readonly type?: DType | undefined;
  /** Of a typed array that TensorFlow.js makes no tensor of: its name, `Float64Array`. */
  readonly refused?: string | undefined;
  /** Two unknowns of one identity are the same number, whatever it is. */
  readonly identity?: number | undefined;
  /** Of a list of unknown length: what each of its elements is. */
  readonly each?: AttributeValue;
  /** How many elements it has, if that has a name. */
  readonly size?: Size | undefined;
  /** Of a list that is written down, and of which an element may be a list of any length: the elements. */
  readonly written?: readonly AttributeValue[];
  /** Of a list of unknown length, of whose elements the length is known but not how deep they are nested: what each is. */
  readonly row?: AttributeValue;
}

/** A shape or list of sizes of which some are symbolic: `[x.shape[0], 10]`, `x.shape`. `-1` is the size -1. */
export interface ShapeAttribute {
  readonly shape: Shape;
}

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What the table sees of an operand: its facts, and the op that made it, for relations such as `x - max(x)`. */
export interface Operand {
  /** Operands of one id are one value: of one of them more may be known, such as its rank in a branch that asked for it. */
  readonly id?: number | undefined;
  readonly op: string;
  readonly operands: Readonly<Record<string, Operand | readonly Operand[]>>;
  readonly attributes: Attributes;
  readonly shape: Shape | undefined;
  readonly dtype: DType | undefined;
  readonly range: Range;
  /** Which output of a multi-output op this is. */
  readonly output?: string | number | undefined;
}

/** Sizes that were given by the name of a constant, by parameter: a list has as many as it has elements. */
export type NamedSizes = Readonly<Record<string, readonly (Axis | undefined)[]>>;

/** A call as the abstract reading sees it. Every parameter that was given or has a default is present. */
export interface OpCall {
  readonly operands: Readonly<Record<string, Operand | readonly Operand[]>>;
  readonly attributes: Attributes;
  /** For `record` results the field, for `list` results the index, that is asked for. */
  readonly output?: string | number | undefined;
  readonly named?: NamedSizes | undefined;
  /** A size that nothing is known of, stable for this call and axis. */
  freshSize(key: string): import('../facts/shape.js').SymbolicSize;
}

/** `undefined`: not known (also: unknown rank). `throws`: TensorFlow.js is certain to throw, with the reason in our words. */
export type ShapeResult = Shape | undefined | { readonly throws: string };

/**
 * `flows`: the chain rule. `zero`: differentiable in name, gradient is always 0 (floor, oneHot, argMax).
 * `throws`: no gradient is registered. `unreduced`: right unless the operand was broadcast, then it throws.
 * `none`: not a differentiable input (conditions, indices of what has no gradient itself). `given`: neither, and what is
 * computed on the tape throws (indices of `gather`).
 */
export type GradientFlow = 'flows' | 'zero' | 'throws' | 'unreduced' | 'none' | 'given';

/**
 * Operand values for which the op breaks. Ends are inclusive where `equals` or `Inclusive` says so.
 * `harm`: `value` breaks forward, `gradient` only backward, `accuracy` loses digits.
 */
export interface DangerRegion {
  readonly operand: string;
  readonly harm: 'value' | 'gradient' | 'accuracy';
  readonly failure: Failure;
  /** The region is low..high, both inclusive. */
  readonly low: number;
  readonly high: number;
  /** In the words of a message, with the operand's parameter name: `x > 88.72`. */
  readonly text: string;
  /** Where the region lies on another backend than the cpu. Absent: there too. */
  on?(backend: Backend): Pick<DangerRegion, 'low' | 'high' | 'text'>;
  /** The region is one only for such calls: `pow` breaks at 0 when the exponent is below 1. Absent: always. */
  when?(call: OpCall): boolean;
}

/** What is seen when it breaks; the vocabulary of verdicts. */
export type Failure =
  | 'overflow'
  | 'underflow'
  | 'nan'
  | 'infinity'
  | 'nan-gradient'
  | 'inf-gradient'
  | 'vanished-gradient'
  | 'cancellation'
  | 'wrong-shape'
  | 'wrong-value'
  | 'throws';

/** TensorFlow.js as the concrete reading uses it: the module object of the realm. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the realm's library is loaded at run time, in any version
export type TensorFlow = any;

export interface ConcreteCall {
  /** Tensors of the realm. */
  readonly operands: Readonly<Record<string, unknown>>;
  readonly attributes: Attributes;
}
