import type { ts } from '../source/typescript.js';
import { Handed } from './claims/handed.js';
import { asNumberInput } from './claims/inputs.js';
import { spanOf } from '../source/span.js';
import { Builder, entered, type Position } from './builder.js';
import { CustomCalls } from './custom-calls.js';
import type { GradientParameters } from './gradient.js';
import { OpenUnit } from './open-unit.js';
import { Kernels } from './gradients/kernels.js';
import { Past } from './control/later.js';
import type { Module, ModuleSource } from './module.js';
import { isPartOf } from './part-of.js';
import type { Differentiated, Gradient, Node } from './node.js';
import { Journal, Scope } from './scope.js';
import { nodesIn } from './values.js';
import type {
  ClassValue,
  ExampleKind,
  FunctionValue,
  InputValue,
  LayerValue,
  ObjectValue,
  OptionKind,
  UnknownCause,
  UnknownValue,
  Value,
} from './values.js';
import { isShort, MAX_DEPTH } from './budget.js';
import type { Completion, Frame } from './frame.js';
import type { LoweredUnit, UnitRequest } from './lowered-unit.js';
import { KnownExpressions } from './control/known-expressions.js';

/**
 * The parts of the interpreter that lead into each other: expressions call functions, functions run statements, statements
 * hold expressions. All of them reach these through the lowering, and none imports what imports it.
 */
export interface Interpreter {
  /** What an expression may be. `name` is what it is about to be called, for functions and layers. */
  evaluate(lowering: Lowering, expression: ts.Expression, scope: Scope, name?: string): Value;
  execute(lowering: Lowering, statement: ts.Statement, scope: Scope, labels?: readonly string[]): Completion;
  executeBlock(lowering: Lowering, statements: readonly ts.Statement[], scope: Scope): Completion;
  callFunction(
    lowering: Lowering,
    fn: FunctionValue,
    args: readonly Value[],
    site: ts.Node | undefined,
  ): Value;
  callValue(lowering: Lowering, callee: Value, args: readonly Value[], place: ts.Node): Value;
  getProperty(lowering: Lowering, object: Value, name: string, place: ts.Node): Value;
  getElement(lowering: Lowering, object: Value, index: Value, place: ts.Node): Value;
}

/**
 * The state of lowering source into tensor programs. It is an abstract interpreter: it runs the user's code with values
 * that may be tensors of unknown content, takes both branches where a condition is not known, and leaves a node for
 * every tensor that is made. Statements, expressions and calls are in files of their own beside this one.
 */
export class Lowering {
  readonly journal = new Journal();
  readonly builder: Builder;
  readonly units: LoweredUnit[] = [];
  /** Functions of TensorFlow.js that are not modelled, with the places that use them. */
  readonly unmodelled = new Map<string, Set<string>>();
  /** Functions whose body was entered from a followed call. */
  readonly called = new Set<ts.Node>();
  /** The same, in the order in which they were first entered. */
  private readonly newlyCalled: ts.Node[] = [];
  /** Parameters that a call gives what an option of the caller is by default. */
  readonly options = new Map<ts.ParameterDeclaration, OptionKind>();
  /** Parameters that a call leaves out, or gives: whether all that are seen leave it out. */
  readonly leftOut = new Map<ts.ParameterDeclaration, boolean>();
  /** Parameters of called functions: whether all that calls give them is data that is made up. */
  readonly examples = new Map<ts.ParameterDeclaration, ExampleKind>();
  /** Lists that called functions take: whether all that calls give is a list of one thing, `predict([sample])`. */
  readonly singles = new Map<ts.ParameterDeclaration, boolean>();
  /** What calls gave that were not followed. */
  readonly handed = new Handed();
  /** Functions lowered as units of their own. */
  readonly lowered = new Map<ts.Node, LoweredUnit>();
  /** What conditions told of expressions, in the unit that is being run. */
  known = new KnownExpressions();
  frame: Frame | undefined;
  /** How many loops the code that is being run stands in. */
  loopDepth = 0;
  /** How often the callback that is run is run, with all that it is run in, for elements one by one. */
  unrolled = 1;
  /** Of the ways that meet: whether data decide which one is taken. */
  isByData: (() => boolean) | undefined;
  /** How many functions were made: a call that made none leaves none that could read its variables. */
  functionsMade = 0;
  /** Code that reaches no site is run too. */
  everything = false;
  /** How many modules were run: what names in them stand for is known from then on. */
  evaluated = 0;
  /** Functions that `tf.customGrad` was given, and the shapes they are called with. */
  readonly customCalls = new CustomCalls();
  /** Of an abstract class one that extends it and is none: its methods have their `this` from there. */
  readonly concrete = new Map<ts.Node, ClassValue>();
  /** Classes with code in their fields, as `score = (x) => …`: what runs where an object of them is made. */
  readonly withCodeInFields = new Set<ClassValue>();
  /** Of an interface the classes that implement it. */
  readonly implementations = new Map<ts.Node, Set<ClassValue>>();
  /** Functions that `tf.grad` and the like were given, and by what they are differentiated. */
  readonly gradientsMade = new Map<ts.Node, GradientParameters>();
  /** Kernels and gradients of kernels that the project has. */
  readonly kernels = new Kernels();
  /** Functions that were made and may still have to be lowered on their own. */
  readonly pending: FunctionValue[] = [];
  private open: OpenUnit | undefined;
  rehearsing = false;
  /** The callback that is being run, if others call it, and what stands around it. */
  private callback: { readonly boundary: Scope; readonly past: Past } | undefined;

  constructor(
    readonly modules: ModuleSource,
    private readonly interpreter: Interpreter,
  ) {
    this.builder = new Builder(modules.backend);
  }

  evaluate(expression: ts.Expression, scope: Scope, name?: string): Value {
    return this.interpreter.evaluate(this, expression, scope, name);
  }

  execute(statement: ts.Statement, scope: Scope, labels?: readonly string[]): Completion {
    return this.interpreter.execute(this, statement, scope, labels);
  }

  executeBlock(statements: readonly ts.Statement[], scope: Scope): Completion {
    return this.interpreter.executeBlock(this, statements, scope);
  }

  callFunction(fn: FunctionValue, args: readonly Value[], site: ts.Node | undefined): Value {
    return this.interpreter.callFunction(this, fn, args, site);
  }

  callValue(callee: Value, args: readonly Value[], place: ts.Node): Value {
    return this.interpreter.callValue(this, callee, args, place);
  }

  getProperty(object: Value, name: string, place: ts.Node): Value {
    return this.interpreter.getProperty(this, object, name, place);
  }

  getElement(object: Value, index: Value, place: ts.Node): Value {
    return this.interpreter.getElement(this, object, index, place);
  }

  /** Runs `body` as a unit: its nodes, reads and returns are its own. */
  unit(request: UnitRequest, body: (unit: OpenUnit) => Value | undefined): LoweredUnit {
    const open = new OpenUnit(request);
    const result = this.within(open, request, () => {
      const given = body(open);
      for (const listed of open.listed) asNumberInput(this, listed);
      return given;
    });
    const lowered = open.closed(result);
    if (request.gradient !== undefined)
      request.gradient.losses = lowered.returned.flatMap((value) => nodesIn(value));
    if (this.rehearsing) return lowered;
    this.units.push(lowered);
    if (!this.lowered.has(request.declaration)) this.lowered.set(request.declaration, lowered);
    this.pending.push(...open.created);
    return lowered;
  }

  /** Runs the code of a unit, and goes back to the one that was being run. */
  private within<T>(open: OpenUnit, { differentiated, gradient }: UnitRequest, body: () => T): T {
    const { open: outer, frame, known, builder } = this;
    const { nodes, position } = builder;
    this.open = open;
    this.frame = undefined;
    this.known = new KnownExpressions();
    builder.nodes = open.nodes;
    builder.position = { chain: [], within: undefined, conditional: undefined, differentiated, gradient };
    try {
      return body();
    } finally {
      open.past.restore();
      this.open = outer;
      this.frame = frame;
      this.known = known;
      builder.nodes = nodes;
      builder.position = position;
    }
  }

  /** Runs `body` as a unit of which only the values count: its ops and calls are told where the code runs as its own. */
  rehearse(request: UnitRequest, body: () => void): void {
    const outer = this.rehearsing;
    this.rehearsing = true;
    try {
      this.unit(request, () => void body());
    } finally {
      this.rehearsing = outer;
    }
  }

  /** Before an expression is evaluated: whether the unit goes on at all. */
  goesOn(): boolean {
    const isOwn = this.builder.position.chain.length === 0;
    if (this.open?.goesOn(isOwn, isOwn && this.loopDepth === 0) ?? true) return true;
    this.leaveUnfinished();
    return false;
  }

  /** Functions that the unit is in when it ends were not run to their end: they are left to be read by themselves. */
  private leaveUnfinished(): void {
    for (let frame = this.frame; frame !== undefined; frame = frame.caller) {
      if (!frame.isFirst || frame.declaration === undefined) continue;
      this.called.delete(frame.declaration);
      frame.isFirst = false;
    }
  }

  /** Whether the unit has had its share. */
  get isSpent(): boolean {
    return this.open?.isSpent ?? false;
  }

  /** Why a call of this function would not be followed. */
  whyCut(declaration: ts.Node): UnknownCause | undefined {
    if ((this.frame?.depth ?? 0) >= MAX_DEPTH || (this.isSpent && !isShort(declaration))) return 'budget';
    for (let frame = this.frame; frame !== undefined; frame = frame.caller) {
      if (frame.declaration === declaration) return 'recursion';
    }
    return undefined;
  }

  /** Runs `body` as a call of `declaration`. Returns undefined when the call is not followed. */
  call<T>(
    fn: { declaration: ts.Node; module: Module; self: Value | undefined; owner?: FunctionValue['owner'] },
    site: ts.Node | undefined,
    body: (frame: Frame) => T,
  ): T | UnknownValue {
    const cut = this.whyCut(fn.declaration);
    if (cut !== undefined) return this.unknown(cut);
    const depth = (this.frame?.depth ?? 0) + 1;
    const outer = { frame: this.frame, position: this.builder.position };
    const frame: Frame = {
      declaration: fn.declaration,
      module: fn.module,
      self: fn.self,
      owner: fn.owner,
      returns: [],
      yields: [],
      exits: [],
      caller: this.frame,
      depth,
      isFirst: site !== undefined && !this.rehearsing && !this.called.has(fn.declaration),
    };
    this.frame = frame;
    if (site !== undefined) {
      if (!this.rehearsing) this.noteCalled(fn.declaration);
      const inside = isPartOf(outer.frame?.declaration, fn.declaration, site);
      if (!inside) this.builder.position = entered(outer.position, spanOf(site), spanOf(fn.declaration));
    }
    try {
      return body(frame);
    } finally {
      this.frame = outer.frame;
      this.builder.position = outer.position;
    }
  }

  private noteCalled(declaration: ts.Node): void {
    if (this.called.has(declaration)) return;
    this.called.add(declaration);
    this.newlyCalled.push(declaration);
  }

  /** Runs `body` under a gradient. What that is taken by may only be known after it was run. */
  differentiated(body: () => Value, by: () => Gradient['by']): Value {
    return this.underGradient(body, by, this.builder.position.gradient);
  }

  /** The same by variables, for a step of training: of that no gradient is taken because of a name. */
  trained(body: () => Value, by: () => Gradient['by']): Value {
    const { differentiated, gradient } = this.builder.position;
    return this.underGradient(body, by, differentiated === 'result' ? undefined : gradient);
  }

  private underGradient(body: () => Value, by: () => Gradient['by'], outer: Gradient | undefined): Value {
    const gradient: Gradient = { by: 'variables', losses: [], outer };
    const first = this.builder.count;
    try {
      const value = this.standingUnder('yes', gradient, body);
      gradient.losses = nodesIn(value);
      gradient.ran = { first, end: this.builder.count };
      return value;
    } finally {
      gradient.by = by();
    }
  }

  /** Runs what gives a loss by its name, where nothing is seen to take a gradient of it. */
  expectingGradient(body: () => Value, note: (gradient: Gradient, loss: Value) => void): Value {
    const gradient: Gradient = { by: { predicted: [], labels: [] }, losses: [], outer: undefined };
    const value = this.standingUnder('result', gradient, body);
    note(gradient, value);
    return value;
  }

  /** Runs what TensorFlow.js keeps off its tape: the inside of a custom gradient. */
  untaped<T>(body: () => T): T {
    return this.standingUnder('no', undefined, body);
  }

  private standingUnder<T>(differentiated: Differentiated, gradient: Gradient | undefined, body: () => T): T {
    const outer = this.builder.position;
    this.builder.position = { ...outer, differentiated, gradient };
    try {
      return body();
    } finally {
      this.position = outer;
    }
  }

  private set position({ differentiated, gradient }: Position) {
    this.builder.position = { ...this.builder.position, differentiated, gradient };
  }

  unknown(cause: UnknownCause): UnknownValue {
    this.open?.lost(cause);
    return { kind: 'unknown', cause, condition: undefined, spread: undefined };
  }

  /** What a function under `tf` gives that the op table does not have. */
  unknownFunction(path: string, place: ts.Node): UnknownValue {
    const name = `tf.${path}`;
    const places = this.unmodelled.get(name) ?? new Set();
    this.unmodelled.set(name, places);
    const { file, start } = spanOf(place);
    places.add(`${file}:${start}`);
    return this.unknown('unmodelled TensorFlow.js function');
  }

  /** Forgets what was noted from here on: of a round of a loop that another one stands for. */
  checkpoint(): () => void {
    const lists = [
      this.builder.nodes,
      this.open?.discarded,
      this.frame?.returns,
      this.frame?.yields,
      ...(this.frame?.exits ?? []).map(({ ways }) => ways),
    ];
    const lengths = lists.map((list) => list?.length);
    const calls = this.newlyCalled.length;
    return () => {
      // The round that stands for this one may have no steps left to call them.
      for (const declaration of this.newlyCalled.splice(calls)) this.called.delete(declaration);
      lists.forEach((list, index) => {
        if (list !== undefined) list.length = lengths[index]!;
      });
    };
  }

  created(fn: FunctionValue): FunctionValue {
    this.functionsMade += 1;
    this.open?.created.push(fn);
    return fn;
  }

  /** Notes what a model gave that the unit was handed: a tensor, or a list of them. */
  answered(model: LayerValue | InputValue, answer: Node | readonly Node[]): void {
    this.open?.answered(model, answer);
  }

  /** Notes what stands in a tensor by itself: it is a number, if nothing in the unit says more of it. */
  listed(input: InputValue): void {
    this.open?.listed.push(input);
  }

  /** Notes a tensor that nobody takes: of a statement, or under a name that is never read. */
  discarded(node: Node, name?: string): void {
    this.open?.discarded.push({ node, name });
  }

  /** The value of a name, from the innermost scope that has it; undefined if none has. `place` is where it is read. */
  lookup(name: string, from: Scope, place?: ts.Node, source?: ts.SourceFile): Value | undefined {
    const found = this.find(name, from, place, source);
    if (found === undefined) return undefined;
    const value = found.scope.variables.get(name)!;
    if (found.captured && found.scope.owner !== undefined && !this.open!.captured.has(name))
      this.open!.captured.set(name, value);
    return value;
  }

  /** The scope that declares a name, in `source`. What may have changed since that scope was run is made an input first. */
  find(
    name: string,
    from: Scope,
    place?: ts.Node,
    source = this.frame?.module.source,
  ): { scope: Scope; captured: boolean } | undefined {
    let captured = false;
    let past: Past | undefined;
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (scope === this.callback?.boundary) past = this.callback.past;
      if (scope === this.open?.boundary) captured = true;
      // The top level of another module has run before the unit.
      if (captured || (scope.owner === undefined && scope.ofFunction !== this.open?.top))
        past = this.open?.past;
      if (!scope.variables.has(name)) continue;
      if (place !== undefined) past?.touch(scope.variables, name, place, source!);
      return { scope, captured };
    }
    return undefined;
  }

  /** What the module that is being run has put into the global object. What functions put there, others find later. */
  ownGlobal(name: string, place: ts.Node): Value | undefined {
    const { frame, open } = this;
    const module = frame?.module;
    if (module?.globals.has(name) !== true) return undefined;
    if (open !== undefined && open.top !== module.scope)
      open.past.touch(module.globals, name, place, module.source, `.${name}`);
    return module.globals.get(name);
  }

  /** Runs a callback that somebody else calls, at some later time. */
  later<T>(boundary: Scope, body: () => T): T {
    const outer = this.callback;
    this.callback = { boundary, past: new Past(true) };
    try {
      return body();
    } finally {
      this.callback.past.restore();
      this.callback = outer;
    }
  }

  readField(object: ObjectValue, name: string, value: Value): void {
    this.open?.reads(object, name, value);
  }

  writeField(object: ObjectValue, name: string, value: Value): void {
    if (this.frame?.declaration !== undefined) this.open?.writes(object, name);
    this.journal.write(object.fields, name, value);
  }
}
