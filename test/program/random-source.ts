/**
 * Random TypeScript programs over tensors, as text. Shapes are tracked while a program is drawn, so that it runs; what
 * the front end has to find out for itself is everything else.
 *
 * What is drawn: helpers, closures, recursion and callbacks; classes with fields, getters, private and static members,
 * and inheritance; `if`, `switch`, `try`, labelled loops of all four kinds, jumps; lists, objects, patterns, spreads,
 * generators; variables that are assigned, captured and changed by others; a second file; documented ranges
 * (`random-features`). Guards by early return, throw, `where`, options, defaults and bounds (`random-guards`). Formulas
 * in which one operation relies on another (`random-sequences`). Numbers of JavaScript with `Math`, and tensors read back.
 * Calls of every row of the op table on tensors at hand and on literals (`random-ops`). Not drawn: promises, layers and
 * models, gradients, variables that training moves, texts.
 */
import fc from 'fast-check';
import { FEATURES, type Drawing } from './random-features.js';
import { GUARDS } from './random-guards.js';
import { tableOp } from './random-ops.js';
import { SEQUENCES } from './random-sequences.js';

/** A statement, or one with blocks in it: `if (…) {`, its statements, `}`. */
export type Statement = readonly (string | readonly Statement[])[];

/**
 * Expressions whose value is watched stand in marks with a number: `«3|tf.log(x)»` for operations, `‹4|helper(x)›` for
 * calls of functions of the program.
 */
export interface RandomProgram {
  /** Statements of the module in front of `f`. */
  readonly top: readonly Statement[];
  readonly body: readonly Statement[];
  readonly shapes: readonly Shape[];
  /** What the documentation of `f` says of its tensors, and of its numbers `n` and `m`. */
  readonly ranges: Readonly<Record<string, InputRange>>;
  /** What stands in front of `f` is a file of its own. */
  readonly twoFiles: boolean;
}

/** `(0, 1]`: an end that is open does not belong to it. */
export interface InputRange {
  readonly low: number;
  readonly high: number;
  readonly openLow: boolean;
  readonly openHigh: boolean;
}

/** The mark of calls that lead into a function that is running: they are not followed. */
export const RECURSIVE = 0;

export type Draw = fc.GeneratorValue;

export type Shape = readonly number[];

interface TensorName {
  readonly name: string;
  readonly shape: Shape;
  /** Declared with `let`. */
  readonly mutable: boolean;
}

interface NumberName {
  readonly name: string;
  readonly mutable: boolean;
}

/** A list of tensors of one shape. `length`: how many it surely has. */
interface ListName {
  readonly name: string;
  readonly shape: Shape;
  readonly length: number;
}

/** An object with tensors and numbers as fields. */
interface ObjectName {
  readonly name: string;
  readonly tensors: readonly { readonly field: string; readonly shape: Shape }[];
  readonly numbers: readonly string[];
}

/** A function that takes a tensor (and numbers) and gives a tensor of the same shape. */
interface FunctionName {
  readonly name: string;
  /** The call, with holes: `$x` for the tensor, `$k` for a number. */
  readonly call: string;
  /** What shapes it takes; any if undefined. */
  readonly shape?: Shape | undefined;
}

interface Names {
  tensors: TensorName[];
  numbers: NumberName[];
  lists: ListName[];
  objects: ObjectName[];
  functions: FunctionName[];
  conditions: string[];
}

const UNARY = [
  'abs',
  'neg',
  'square',
  'sqrt',
  'exp',
  'log',
  'log1p',
  'expm1',
  'sigmoid',
  'tanh',
  'relu',
  'softplus',
  'sin',
  'cos',
  'sign',
  'floor',
  'ceil',
  'round',
  'reciprocal',
  'rsqrt',
  'erf',
  'elu',
  'leakyRelu',
  'relu6',
  'cumsum',
  'softmax',
  'logSoftmax',
  'zerosLike',
  'onesLike',
  'clone',
  'selu',
  'atan',
  'asinh',
  'isNaN',
  'isFinite',
] as const;
const BINARY = [
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'pow',
  'squaredDifference',
  'divNoNan',
  'mod',
  'floorDiv',
  'greater',
  'lessEqual',
] as const;
const REDUCTIONS = ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp'] as const;
/** Methods that other things have too: they do not tell that a parameter without a type is a tensor. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['add', 'reverse', 'slice', 'pow']);
const BOOLEAN: ReadonlySet<string> = new Set(['greater', 'lessEqual', 'isNaN', 'isFinite']);
const MATH = [
  ...[
    'abs',
    'exp',
    'sqrt',
    'log',
    'floor',
    'tanh',
    'sign',
    'ceil',
    'round',
    'trunc',
    'cbrt',
    'log2',
    'log10',
    'log1p',
  ],
  ...[
    'expm1',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'asinh',
    'acosh',
    'atanh',
    'fround',
  ],
] as const;
const NUMBERS = [0, 1, 2, -1, 0.5, -3, 10, 1e-7, 1e-3, 100, 1000];
const RANGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 1],
  [-1, 1],
  [1e-7, 1],
  [0, 1000],
  [-50, -1],
  [0.5, 2],
  [1, 1e30],
  [-88, 88],
  [-1e-3, 0],
  [-1e38, 1e38],
  [0, 1e-30],
];
const SHAPES: readonly Shape[] = [[3], [2, 3], [2, 2], [1, 3], [4, 1], [2, 1, 3], []];
const SAME_SHAPE_CLAIMS = ['tf.Tensor', 'any', 'tf.Tensor'];

/** Draws a program with a function `f` of two or three tensors, two numbers and two conditions. */
export function drawProgram(g: Draw): RandomProgram {
  return new Writer(g).program();
}

class Writer implements Drawing {
  private nextName = 0;
  private nextMark = 0;
  private names: Names = { tensors: [], numbers: [], lists: [], objects: [], functions: [], conditions: [] };
  /** Labels of loops that stand around. */
  private loops: string[] = [];
  private inLoop = 0;
  /** In `f`, whose parameters can be seen. */
  private inFunction = false;
  private readonly declared: (() => void)[] = [];
  private readonly instances: { name: string; text: string }[] = [];

  constructor(readonly g: Draw) {}

  // Drawing

  int(min: number, max: number): number {
    return this.g(fc.integer, { min, max });
  }

  /** True once in `often` draws. */
  oneIn(often: number): boolean {
    return this.int(1, often) === 1;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]!;
  }

  name(prefix: string): string {
    return `${prefix}${(this.nextName += 1)}`;
  }

  op(expression: string): string {
    return `«${(this.nextMark += 1)}|${expression}»`;
  }

  called(expression: string): string {
    return `‹${(this.nextMark += 1)}|${expression}›`;
  }

  /** Draws in a scope of its own: what is named in it is forgotten. */
  private scoped<T>(body: () => T): T {
    const outer = this.names;
    this.names = {
      tensors: [...outer.tensors],
      numbers: [...outer.numbers],
      lists: [...outer.lists],
      objects: [...outer.objects],
      functions: [...outer.functions],
      conditions: [...outer.conditions],
    };
    try {
      return body();
    } finally {
      this.names = outer;
    }
  }

  // Expressions

  number(): string {
    const { numbers, objects } = this.names;
    const style = this.int(0, 7);
    const fields = objects.flatMap(({ name, numbers: fields }) => fields.map((field) => `${name}.${field}`));
    if (style <= 1 || numbers.length === 0) return String(this.pick(NUMBERS));
    if (style === 2 && fields.length > 0) return this.pick(fields);
    if (style === 3) return this.arithmetic();
    return this.pick(numbers).name;
  }

  private arithmetic(): string {
    const a = this.pick(this.names.numbers).name;
    const b = this.oneIn(2) ? this.pick(this.names.numbers).name : String(this.pick(NUMBERS));
    const style = this.int(0, 9);
    if (style <= 4) return `(${this.op(`${a} ${this.pick(['+', '-', '*', '/', '%'])} ${b}`)})`;
    if (style === 5) return this.op(`Math.${this.pick(['max', 'min'])}(${a}, ${b})`);
    if (style === 6)
      return this.oneIn(4)
        ? this.op(`Math.${this.pick(['atan2', 'hypot', 'pow'])}(${a}, ${b})`)
        : this.op(`Math.${this.pick(MATH)}(${a})`);
    if (style === 7) return `(${this.condition()} ? ${a} : ${b})`;
    // A bare parameter with a fallback has, as far as gradlint knows, its fallback.
    if (style === 8) return `(${this.op(`${a} * 1`)} || ${b})`;
    return `(${a} && ${b})`;
  }

  condition(): string {
    const { numbers, conditions } = this.names;
    const style = this.int(0, 6);
    if (style <= 2 && conditions.length > 0) return this.pick(conditions);
    if (style === 3 && conditions.length > 0) return `!${this.pick(conditions)}`;
    if (style === 4 && conditions.length > 1)
      return `(${this.pick(conditions)} ${this.pick(['&&', '||'])} ${this.comparison()})`;
    return numbers.length === 0 ? 'true' : this.comparison();
  }

  private comparison(): string {
    const a = this.pick(this.names.numbers).name;
    return `${a} ${this.pick(['<', '<=', '>', '>=', '===', '!=='])} ${this.pick(NUMBERS)}`;
  }

  /** A tensor of this shape, as short as can be. */
  ofShape(shape: Shape): string {
    const same = this.tensorsAtHand().filter((tensor) => equal(tensor.shape, shape));
    if (same.length > 0 && !this.oneIn(8)) return this.pick(same).name;
    return this.oneIn(2)
      ? this.op(`tf.fill([${shape}], ${this.number()})`)
      : this.op(`tf.${this.pick(['ones', 'zeros'])}([${shape}])`);
  }

  private tensorsAtHand(): { name: string; shape: Shape }[] {
    const fields = this.names.objects.flatMap(({ name, tensors }) =>
      tensors.map(({ field, shape }) => ({ name: `${name}.${field}`, shape })),
    );
    const elements = this.names.lists
      .filter(({ length }) => length > 0)
      .map(({ name, shape, length }) => ({ name: `${name}[${this.int(0, length - 1)}]`, shape }));
    return [...this.names.tensors, ...this.names.tensors, ...fields, ...elements];
  }

  tensor(): { name: string; shape: Shape } {
    const all = this.tensorsAtHand();
    // What was made last is the most interesting.
    return this.oneIn(3) ? this.names.tensors.at(-1)! : this.pick(all);
  }

  private spelled(name: string, x: string, ...more: string[]): string {
    const result = this.spelling(name, x, more);
    return BOOLEAN.has(name) ? this.op(`tf.cast(${result}, 'float32')`) : result;
  }

  private spelling(name: string, x: string, more: readonly string[]): string {
    const style = this.int(0, 5);
    const isClear = !AMBIGUOUS.has(name) || !/^(?:a1|x|e\d*)$/.test(x);
    if (style <= 1 && isClear && /^[\w.[\]]+$/.test(x)) return this.op(`${x}.${name}(${more.join(', ')})`);
    const args = [x, ...more].join(', ');
    if (style === 2) return this.op(`tf['${name}'](${args})`);
    if (style === 3 && ALIASED.includes(name)) return this.op(`${name}Of(${args})`);
    if (style === 4 && ALIASED.includes(name)) return this.op(`table.${name}(${args})`);
    return this.op(`tf.${name}(${args})`);
  }

  /** An expression for a new tensor, and its shape. */
  private expression(depth = 0): { text: string; shape: Shape } {
    const from = depth < 2 && this.oneIn(5) ? this.expression(depth + 1) : undefined;
    const { name: x, shape } = from === undefined ? this.tensor() : { name: from.text, shape: from.shape };
    const style = this.int(0, 21);
    if (style <= 5)
      return {
        text: this.spelled(
          this.pick(UNARY.filter((name) => shape.length > 0 || !/softmax|Softmax|cumsum/.test(name))),
          x,
        ),
        shape,
      };
    if (style <= 10) return this.binary(x, shape);
    if (style <= 13) return this.reduction(x, shape);
    if (style === 14) return this.reshaped(x, shape);
    if (style === 15) return { text: this.spelled('clipByValue', x, ...this.bounds()), shape };
    if (style === 16)
      return {
        text: this.op(
          `tf.where(${this.op(`tf.greater(${x}, ${this.number()})`)}, ${this.ofShape(shape)}, ${this.ofShape(shape)})`,
        ),
        shape,
      };
    if (style === 17 && shape.length > 0) return this.joined(x, shape);
    if (style === 18 && shape.length === 2) return this.product(x, shape);
    if (style === 19) return this.callOf(x, shape);
    if (style === 20)
      return { text: `tf.tidy(() => ${this.spelled(this.pick(['exp', 'abs', 'neg', 'tanh']), x)})`, shape };
    return { text: `(${this.condition()} ? ${x} : ${this.ofShape(shape)})`, shape };
  }

  private bounds(): [string, string] {
    const [low, high] = [this.int(-5, 2), this.int(3, 8)];
    return [String(low), String(high)];
  }

  private binary(x: string, shape: Shape): { text: string; shape: Shape } {
    const name = this.pick(BINARY);
    const style = this.int(0, 4);
    const other =
      style <= 1
        ? { name: this.number(), shape: [] }
        : style === 2
          ? this.tensor()
          : { name: this.ofShape(shape), shape };
    const result = broadcast(shape, other.shape);
    if (result === undefined) return { text: this.spelled(name, x, this.number()), shape };
    const swap = this.oneIn(4) && style > 1;
    return {
      text:
        swap && !BOOLEAN.has(name)
          ? this.op(`tf.${name}(${other.name}, ${x})`)
          : this.spelled(name, x, other.name),
      shape: result,
    };
  }

  private reduction(x: string, shape: Shape): { text: string; shape: Shape } {
    const name = this.pick(REDUCTIONS);
    if (shape.length === 0 || this.oneIn(4)) return { text: this.spelled(name, x), shape: [] };
    const axis = this.int(0, shape.length - 1);
    const written = this.oneIn(2) ? axis : axis - shape.length;
    if (this.oneIn(2))
      return {
        text: this.spelled(name, x, String(written), 'true'),
        shape: shape.map((size, index) => (index === axis ? 1 : size)),
      };
    return {
      text: this.spelled(name, x, String(written)),
      shape: shape.filter((_, index) => index !== axis),
    };
  }

  private reshaped(x: string, shape: Shape): { text: string; shape: Shape } {
    const count = shape.reduce((product, size) => product * size, 1);
    switch (this.int(0, 4)) {
      case 0:
        return { text: this.spelled('reshape', x, `[${this.pick([`${count}`, '-1'])}]`), shape: [count] };
      case 1:
        return /^\w+$/.test(x)
          ? { text: this.op(`${x}.flatten()`), shape: [count] }
          : { text: this.spelled('expandDims', x, '0'), shape: [1, ...shape] };
      case 2:
        return { text: this.spelled('transpose', x), shape: [...shape].reverse() };
      case 3:
        return shape.length === 0
          ? { text: this.spelled('expandDims', x), shape: [1] }
          : { text: this.spelled('slice', x, '[0]', `[1]`), shape: [1, ...shape.slice(1)] };
      default:
        return shape.length === 0
          ? { text: this.spelled('clone', x), shape }
          : { text: this.spelled('reverse', x), shape };
    }
  }

  private joined(x: string, shape: Shape): { text: string; shape: Shape } {
    const other = this.ofShape(shape);
    if (this.oneIn(3) && shape.length < 3)
      return { text: this.op(`tf.stack([${x}, ${other}])`), shape: [2, ...shape] };
    if (this.oneIn(2))
      return { text: this.op(`tf.concat([${x}, ${other}], 0)`), shape: [shape[0]! * 2, ...shape.slice(1)] };
    return {
      text: this.op(`tf.tile(${x}, [${shape.map((_, axis) => (axis === 0 ? 2 : 1))}])`),
      shape: [shape[0]! * 2, ...shape.slice(1)],
    };
  }

  private product(x: string, shape: Shape): { text: string; shape: Shape } {
    const other = this.ofShape(shape);
    return { text: this.op(`tf.matMul(${x}, ${other}, false, true)`), shape: [shape[0]!, shape[0]!] };
  }

  private callOf(x: string, shape: Shape): { text: string; shape: Shape } {
    const fitting = this.names.functions.filter((fn) => fn.shape === undefined || equal(fn.shape, shape));
    if (fitting.length === 0) return { text: this.spelled('tanh', x), shape };
    const call = this.pick(fitting)
      .call.replaceAll('$x', () => x)
      .replaceAll('$k', () => this.number());
    return { text: this.called(call), shape };
  }

  /** An expression of a given shape. */
  expressionOf(shape: Shape): string {
    const x = this.ofShape(shape);
    const style = this.int(0, 6);
    if (style <= 2)
      return this.spelled(
        this.pick(['abs', 'neg', 'tanh', 'relu', 'exp', 'square', 'sqrt', 'log', 'sigmoid']),
        x,
      );
    if (style <= 4)
      return this.spelled(
        this.pick(['add', 'sub', 'mul', 'div', 'maximum', 'minimum']),
        x,
        this.oneIn(2) ? this.number() : this.ofShape(shape),
      );
    return style === 5 ? this.callOf(x, shape).text : x;
  }

  target(): { name: string; shape: Shape } | undefined {
    const mutable = this.names.tensors.filter((tensor) => tensor.mutable);
    return mutable.length === 0 ? undefined : this.pick(mutable);
  }

  declareTensor(name: string, shape: Shape, mutable = false): void {
    this.declared.push(() => this.names.tensors.push({ name, shape, mutable }));
  }

  declareNumber(name: string): void {
    this.declared.push(() => this.names.numbers.push({ name, mutable: false }));
  }

  /** What a feature declares can be used behind it. */
  private feature(draw: (draw: Drawing) => Statement): Statement {
    const text = draw(this);
    for (const declare of this.declared.splice(0)) declare();
    return text;
  }

  // Statements

  private newTensor(text: string, shape: Shape): Statement {
    const mutable = this.oneIn(3);
    const name = this.name('v');
    this.names.tensors.push({ name, shape, mutable });
    return [`${mutable ? 'let' : 'const'} ${name} = ${text};`];
  }

  private statement(depth: number): Statement {
    const style = this.int(0, depth > 2 ? 11 : 39);
    if (style <= 5) {
      const { text, shape } = this.expression();
      return shape.length > 3 || shape.some((size) => size > 12)
        ? this.newTensor(this.op(`tf.ones([2])`), [2])
        : this.newTensor(text, shape);
    }
    if (style <= 7) return this.assignment();
    if (style === 8) return this.numberStatement();
    if (style === 9) return this.listStatement();
    if (style === 10) return this.objectStatement();
    if (style === 11) return this.several();
    if (style <= 14) return this.conditional(depth);
    if (style <= 17) return this.loop(depth);
    if (style === 18) return this.switch(depth);
    if (style === 19) return this.attempt(depth);
    if (style === 20) return this.closure(depth);
    if (style === 21) return this.listLoop(depth);
    if (style === 22) return this.jump();
    if (style === 23) return this.callback(depth);
    if (style >= 25 && style <= 32) return this.feature(this.pick(this.oneIn(4) ? GUARDS : FEATURES));
    if (style >= 33 && style <= 35) return this.feature(tableOp);
    if (style >= 36) return this.feature(this.pick(SEQUENCES));
    return this.conditional(depth);
  }

  private block(depth: number, least = 1, most = 3): Statement[] {
    return this.scoped(() => this.statements(depth, this.int(least, most)));
  }

  private statements(depth: number, count: number): Statement[] {
    return Array.from({ length: count }, () => this.statement(depth));
  }

  private assignment(): Statement {
    const mutable = this.names.tensors.filter((tensor) => tensor.mutable);
    if (mutable.length === 0) {
      const { text, shape } =
        this.tensor().shape.length > 2 ? { text: this.op('tf.scalar(2)'), shape: [] } : this.expression();
      const small = shape.length <= 3 && shape.every((size) => size <= 12);
      const name = this.name('u');
      this.names.tensors.push({ name, shape: small ? shape : [2], mutable: true });
      return [`let ${name} = ${small ? text : this.op('tf.ones([2])')};`];
    }
    const target = this.pick(mutable);
    if (this.oneIn(6)) {
      const other = mutable.find((tensor) => tensor !== target && equal(tensor.shape, target.shape));
      if (other !== undefined) return [`[${target.name}, ${other.name}] = [${other.name}, ${target.name}];`];
    }
    if (this.oneIn(6))
      return [`${this.condition()} && (${target.name} = ${this.expressionOf(target.shape)});`];
    return [`${target.name} = ${this.expressionOf(target.shape)};`];
  }

  private numberStatement(): Statement {
    const mutable = this.names.numbers.filter((number) => number.mutable);
    if (mutable.length > 0 && this.oneIn(2)) {
      const { name } = this.pick(mutable);
      switch (this.int(0, 4)) {
        case 0:
          return [`${name} ${this.pick(['+=', '-=', '*='])} ${this.number()};`];
        case 1:
          return [`${name}${this.pick(['++', '--'])};`];
        case 2:
          return [
            `if (${name} ${this.pick(['<', '>', '<=', '>='])} ${this.pick(NUMBERS)}) ${name} = ${this.number()};`,
          ];
        default:
          return [`${name} = ${this.number()};`];
      }
    }
    const name = this.name('k');
    const text = this.oneIn(4) ? this.sizeOf() : this.number();
    this.names.numbers.push({ name, mutable: this.oneIn(2) });
    return [`${this.names.numbers.at(-1)!.mutable ? 'let' : 'const'} ${name} = ${text};`];
  }

  private sizeOf(): string {
    const { name, shape } = this.tensor();
    return shape.length === 0
      ? `${name}.rank`
      : this.pick([
          `${name}.shape[${this.int(0, shape.length - 1)}]`,
          `${name}.size`,
          `${name}.shape.length`,
        ]);
  }

  private listStatement(): Statement {
    const { lists } = this.names;
    if (lists.length === 0 || this.oneIn(4)) {
      const { shape } = this.tensor();
      const length = this.int(0, 3);
      const name = this.name('xs');
      const elements = Array.from({ length }, () => this.ofShape(shape));
      const spread = lists.find((list) => equal(list.shape, shape));
      lists.push({ name, shape, length });
      return [
        `const ${name}${length === 0 ? ': any[]' : ''} = [${[...elements, ...(spread === undefined || this.oneIn(2) ? [] : [`...${spread.name}`])].join(', ')}];`,
      ];
    }
    const at = this.int(0, lists.length - 1);
    const list = lists[at]!;
    const { name, shape, length } = list;
    const grown = (by: number): void => {
      if (this.inLoop === 0) lists[at] = { ...list, length: length + by };
    };
    switch (this.int(0, 8)) {
      case 0:
      case 1: {
        const text = `${name}.push(${this.expressionOf(shape)});`;
        grown(1);
        return [text];
      }
      case 2: {
        const text = `${name}.unshift(${this.ofShape(shape)});`;
        grown(1);
        return [text];
      }
      case 3:
        return length === 0
          ? this.assignment()
          : [`${name}[${this.int(0, length - 1)}] = ${this.expressionOf(shape)};`];
      case 4:
        return [`${name}.reverse();`];
      case 5: {
        const result = this.name('ys');
        const text = `const ${result} = ${name}.map((x, i) => ${this.op(this.pick([`tf.mul(x, i + 1)`, `tf.exp(x)`, `x.neg()`, `tf.add(x, 0.5)`]))});`;
        lists.push({ name: result, shape, length });
        return [text];
      }
      case 6:
        if (length === 0) return this.assignment();
        return this.newTensor(
          `${name}.reduce((x, y) => ${this.op(this.pick(['tf.add(x, y)', 'tf.maximum(x, y)', 'x.sub(y)', 'tf.mul(x, y)']))})`,
          shape,
        );
      case 7: {
        if (length < 2) return this.assignment();
        const [a, b] = [this.name('v'), this.name('v')];
        this.names.tensors.push({ name: a, shape, mutable: false }, { name: b, shape, mutable: false });
        return [`const [${a}, ${b}] = ${name}${this.oneIn(3) ? `.slice(0, 2)` : ''};`];
      }
      default:
        return length === 0
          ? this.assignment()
          : this.newTensor(this.op(`tf.sum(${this.op(`tf.stack(${name})`)}, 0)`), shape);
    }
  }

  private objectStatement(): Statement {
    const { objects } = this.names;
    if (objects.length > 0 && this.oneIn(2)) {
      const object = this.pick(objects);
      const target = object.tensors.length === 0 ? undefined : this.pick(object.tensors);
      switch (this.int(0, 3)) {
        case 0:
          return target === undefined
            ? this.assignment()
            : [`${object.name}.${target.field} = ${this.expressionOf(target.shape)};`];
        case 1:
          return object.numbers.length === 0
            ? this.assignment()
            : [
                `${object.name}.${this.pick(object.numbers)} ${this.pick(['=', '+=', '*='])} ${this.number()};`,
              ];
        case 2: {
          if (target === undefined) return this.assignment();
          const name = this.name('v');
          this.names.tensors.push({ name, shape: target.shape, mutable: false });
          return [`const { ${target.field}: ${name} = ${this.ofShape(target.shape)} } = ${object.name};`];
        }
        default: {
          const name = this.name('o');
          const override =
            target === undefined ? '' : `, ${target.field}: ${this.expressionOf(target.shape)}`;
          objects.push({ ...object, name });
          return [`const ${name} = { ...${object.name}${override} };`];
        }
      }
    }
    const name = this.name('o');
    const tensors = Array.from({ length: this.int(1, 2) }, (_, index) => ({
      field: `t${index}`,
      shape: this.tensor().shape,
    }));
    const fields = [
      ...tensors.map(({ field, shape }) => `${field}: ${this.expressionOf(shape)}`),
      `k: ${this.number()}`,
    ];
    objects.push({ name, tensors, numbers: ['k'] });
    return [`const ${name} = { ${fields.join(', ')} };`];
  }

  /** Ops with several results. */
  private several(): Statement {
    const { name: x, shape } = this.tensor();
    const [a, b] = [this.name('v'), this.name('v')];
    if (this.oneIn(2) || shape.length === 0 || shape[0]! % 2 !== 0) {
      this.names.tensors.push({ name: a, shape: [], mutable: false }, { name: b, shape: [], mutable: false });
      return [`const { mean: ${a}, variance: ${b} } = ${this.op(`tf.moments(${x})`)};`];
    }
    const half = [shape[0]! / 2, ...shape.slice(1)];
    this.names.tensors.push(
      { name: a, shape: half, mutable: false },
      { name: b, shape: half, mutable: false },
    );
    return [`const [${a}, ${b}] = ${this.op(`tf.split(${x}, 2)`)};`];
  }

  private conditional(depth: number): Statement {
    const condition = this.condition();
    const then = this.block(depth + 1);
    return this.oneIn(2)
      ? [`if (${condition}) {`, then, '}']
      : [`if (${condition}) {`, then, '} else {', this.block(depth + 1), '}'];
  }

  private loop(depth: number): Statement {
    const i = this.name('i');
    const label = this.name('loop');
    const times = this.pick(this.inFunction ? ['2', '3', 'reps', 'reps', '4', '0'] : ['2', '3', '0']);
    const count = this.name('n');
    this.loops.push(label);
    this.inLoop += 1;
    const body = this.scoped(() => {
      this.names.numbers.push({ name: i, mutable: false });
      return this.statements(depth + 1, this.int(1, 3));
    });
    this.inLoop -= 1;
    this.loops.pop();
    switch (this.int(0, 3)) {
      case 0:
        return [`let ${i} = ${times};`, `${label}: while (${i}-- > 0) {`, body, '}'];
      case 1:
        return [
          `let ${count} = 0; let ${i} = 0;`,
          `${label}: do { ${i} = ${count}; ${count} += 1;`,
          body,
          `} while (${count} < ${times});`,
        ];
      case 2:
        return [`let ${i} = 0;`, `${label}: while (true) { if (${i} >= ${times}) break; ${i}++;`, body, '}'];
      default:
        return [`${label}: for (let ${i} = 0; ${i} < ${times}; ${i}++) {`, body, '}'];
    }
  }

  private listLoop(depth: number): Statement {
    const { shape } = this.tensor();
    const label = this.name('loop');
    const e = this.name('e');
    const known = this.names.lists.find((list) => equal(list.shape, shape));
    const list =
      known !== undefined && this.oneIn(2)
        ? `[...${known.name}]`
        : `[${Array.from({ length: this.int(1, 3) }, () => this.ofShape(shape)).join(', ')}]`;
    this.loops.push(label);
    this.inLoop += 1;
    const body = this.scoped(() => {
      this.names.tensors.push({ name: e, shape, mutable: false });
      return this.statements(depth + 1, this.int(1, 3));
    });
    this.inLoop -= 1;
    this.loops.pop();
    return [`${label}: for (const ${e} of ${list}) {`, body, '}'];
  }

  private jump(): Statement {
    if (this.loops.length === 0) return this.assignment();
    return [
      `if (${this.condition()}) ${this.pick(['break', 'continue'])}${this.oneIn(2) ? ` ${this.pick(this.loops)}` : ''};`,
    ];
  }

  private switch(depth: number): Statement {
    const subject = this.inFunction && this.oneIn(2) ? 'mode' : this.pick(this.names.numbers).name;
    const values = subject === 'mode' ? [`'a'`, `'b'`] : ['0', '1'];
    const loops = this.loops;
    // A break without a label leaves the switch: harmless, but `continue` must not lead to it.
    const arm = (value: string): Statement => [
      `case ${value}: {`,
      this.block(depth + 1, 1, 2),
      this.oneIn(3) ? '}' : 'break; }',
    ];
    const arms = values.map(arm);
    this.loops = loops;
    const otherwise: Statement[] = this.oneIn(2) ? [['default: {', this.block(depth + 1, 1, 2), '}']] : [];
    return [`switch (${subject}) {`, [...arms, ...otherwise], '}'];
  }

  private attempt(depth: number): Statement {
    const tried = this.scoped(() => {
      const first = this.statements(depth + 1, this.int(1, 2));
      return [
        ...first,
        [`if (${this.condition()}) throw new Error('no');`],
        ...this.statements(depth + 1, this.int(0, 2)),
      ] as Statement[];
    });
    const caught = this.block(depth + 1, 0, 2);
    return this.oneIn(3)
      ? ['try {', tried, '} catch {', caught, '} finally {', this.block(depth + 1, 1, 2), '}']
      : ['try {', tried, '} catch {', caught, '}'];
  }

  /** A local function, which sees and changes what is around it. */
  private closure(depth: number): Statement {
    const name = this.name('fn');
    const { shape } = this.tensor();
    const loops = this.loops;
    const inLoop = this.inLoop;
    this.loops = [];
    this.inLoop = 1;
    const body = this.scoped(() => this.functionBody(depth + 1, shape));
    this.loops = loops;
    this.inLoop = inLoop;
    this.names.functions.push({ name, call: this.oneIn(2) ? `${name}($x)` : `${name}($x, $k)`, shape });
    const parameters = `x: ${this.pick(SAME_SHAPE_CLAIMS)}, k = ${this.pick(NUMBERS)}`;
    const usesThis = this.names.numbers.some(({ name: number }) => number.startsWith('this.'));
    return usesThis || this.oneIn(2)
      ? [`const ${name} = (${parameters}) => {`, body, '};']
      : [`function ${name}(${parameters}) {`, body, '}'];
  }

  /** Statements that may return early, and do return a tensor of the shape of `x`. */
  private functionBody(depth: number, shape: Shape): Statement[] {
    this.names.tensors.push({ name: 'x', shape, mutable: true });
    this.names.numbers.push({ name: 'k', mutable: true });
    const body = this.statements(depth, this.int(0, 2));
    if (this.oneIn(2)) body.push([`if (${this.condition()}) return ${this.expressionOf(shape)};`]);
    body.push(...this.statements(depth, this.int(0, 2)));
    body.push([`return ${this.expressionOf(shape)};`]);
    return body;
  }

  private callback(depth: number): Statement {
    const { shape } = this.tensor();
    const mutable = this.names.tensors.filter((tensor) => tensor.mutable);
    if (mutable.length === 0) return this.assignment();
    const { name, shape: target } = this.pick(mutable);
    const list = `[${Array.from({ length: this.int(1, 2) }, () => this.ofShape(shape)).join(', ')}]`;
    const e = this.name('e');
    const loops = this.loops;
    this.loops = [];
    this.inLoop += 1;
    const body = this.scoped(() => {
      this.names.tensors.push({ name: e, shape, mutable: false });
      return [
        ...this.statements(depth + 1, this.int(0, 1)),
        [`${name} = ${this.expressionOf(target)};`],
      ] as Statement[];
    });
    this.inLoop -= 1;
    this.loops = loops;
    if (this.oneIn(2)) return [`${list}.forEach((${e}) => {`, body, '});'];
    return [`tf.tidy(() => { const ${e} = ${this.ofShape(shape)};`, body, '});'];
  }

  // The whole program

  program(): RandomProgram {
    const top: Statement[] = [
      [`const { ${ALIASED.map((name) => `${name}: ${name}Of`).join(', ')} } = tf;`],
      [`const table = { ${ALIASED.map((name) => `${name}: tf.${name}`).join(', ')} };`],
      [`const EPS = ${this.pick(['1e-7', '1e-3', '0.1'])};`],
      ['let state = 1;'],
      [`export function setState(k: number) { state = k; }`],
    ];
    this.names.numbers.push({ name: 'EPS', mutable: false });
    for (let helper = this.int(0, 2); helper > 0; helper -= 1) top.push(this.helper());
    if (this.oneIn(3)) top.push(this.class());
    if (this.oneIn(4)) top.push(this.recursive());
    const shapes = Array.from({ length: this.int(2, 3) }, () => this.pick(SHAPES));
    shapes.forEach((shape, index) =>
      this.names.tensors.push({ name: `a${index}`, shape, mutable: this.oneIn(2) }),
    );
    this.names.numbers.push(
      { name: 'n', mutable: true },
      { name: 'm', mutable: false },
      { name: 'state', mutable: false },
    );
    this.names.conditions.push('c', 'd');
    this.inFunction = true;
    for (const { name } of this.instances)
      this.names.functions.push({ name, call: `${name}.run($x, $k)`, shape: [2, 3] });
    const body = [
      ...this.instances.map(({ text }): Statement => [text]),
      ...this.statements(0, this.int(2, 8)),
    ];
    const results = [
      ...this.names.tensors.slice(-4).map(({ name }) => name),
      this.pick(this.names.numbers).name,
    ];
    body.push([`return { ${results.map((name, index) => `r${index}: ${name}`).join(', ')} };`]);
    const ranges: Record<string, InputRange> = {};
    for (const name of ['n', 'm', ...shapes.map((_, index) => `a${index}`)])
      if (this.oneIn(4)) ranges[name] = this.range();
    return { top, body, shapes, ranges, twoFiles: this.oneIn(4) };
  }

  private range(): InputRange {
    const [low, high] = this.pick(RANGES);
    return { low, high, openLow: this.oneIn(3), openHigh: this.oneIn(3) };
  }

  /** A function of the module: it sees nothing of `f`. */
  private helper(): Statement {
    const name = this.name('helper');
    const body = this.scoped(() => {
      this.names = { ...this.names, tensors: [], lists: [], objects: [] };
      return this.functionBody(1, [2, 3]);
    });
    const fitting = { name, call: this.oneIn(2) ? `${name}($x)` : `${name}($x, $k)`, shape: [2, 3] };
    this.names.functions.push(fitting);
    return [`function ${name}(x: ${this.pick(SAME_SHAPE_CLAIMS)}, k = ${this.pick(NUMBERS)}) {`, body, '}'];
  }

  private class(): Statement {
    const name = this.name('Model');
    const body = this.scoped(() => {
      this.names = {
        ...this.names,
        tensors: [],
        lists: [],
        objects: [],
        numbers: [
          ...this.names.numbers,
          { name: 'this.scale', mutable: true },
          { name: 'this.twice', mutable: false },
        ],
      };
      return this.functionBody(1, [2, 3]);
    });
    // What an instance of the module holds is not known once methods changed it: each function makes its own.
    const instance = this.name('model');
    this.instances.push({ name: instance, text: `const ${instance} = new ${name}(${this.pick(NUMBERS)});` });
    return [
      `class ${name} {`,
      [
        [`scale = ${this.pick(NUMBERS)};`],
        [`get twice() { return this.scale * 2; }`],
        [`constructor(k: number) { this.scale += k; }`],
        [`run(x: ${this.pick(SAME_SHAPE_CLAIMS)}, k = ${this.pick(NUMBERS)}) {`, body, '}'],
      ],
      '}',
    ];
  }

  private recursive(): Statement {
    const name = this.name('rec');
    const step = this.scoped(() => {
      this.names = {
        ...this.names,
        tensors: [{ name: 'x', shape: [2, 3], mutable: false }],
        lists: [],
        objects: [],
        functions: [],
      };
      return this.expressionOf([2, 3]);
    });
    this.names.functions.push({ name, call: `${name}($x, 2)`, shape: [2, 3] });
    return [
      `function ${name}(x: any, depth: number): any { if (depth <= 0) return x;`,
      [[`return ‹${RECURSIVE}|${name}(${step}, depth - 1)›;`]],
      '}',
    ];
  }
}

/** Ops that also go under other names. */
const ALIASED = ['exp', 'log', 'abs', 'add', 'sub', 'mul', 'tanh', 'relu'];

const equal = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const [left, right] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result.push(Math.max(left, right));
  }
  return result;
}
