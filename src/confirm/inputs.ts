import { under } from '../ops/call.js';
import type { RealmTensor, RealmVariable } from './engine.js';
import type { ConcreteInputs, NumericTensor, Precision } from './evaluation.js';
import { isRest, nameOfElement, type InputForm, type NamedInput } from './job.js';
import { NotRunnable } from './not-runnable.js';
import type { Realm } from './realm.js';
import type { Stubs } from './stubs.js';
import { makeTensor } from './values.js';

/** The inputs of one run as JavaScript values, tensors made where they are wanted. */
export interface BuiltInputs {
  readonly self: Record<string, unknown>;
  readonly captured: Record<string, unknown>;
  readonly parameters: readonly unknown[];
  /** Float tensors by the node of their form: what a gradient is taken with respect to. */
  readonly tensors: ReadonlyMap<number, RealmTensor>;
}

/** Of an optimizer that the search hands in: what it does to the weights matters as little as that it does it. */
const LEARNING_RATE = 1e-3;

/** Left by the code of a unit. */
type Classes = Readonly<Record<string, { readonly prototype: object } | undefined>>;

/** The inputs of a run of a function, from what the search chose. */
export function buildInputs(
  inputs: readonly NamedInput[],
  run: RunOfUnit,
  variables: ReadonlyMap<number, RealmVariable> = new Map(),
): BuiltInputs {
  const builder = new InputBuilder(run);
  const self: Record<string, unknown> = {};
  const captured: Record<string, unknown> = {};
  const parameters: unknown[] = [];
  for (const { name, source, form } of inputs) {
    if (source === 'variable') {
      const variable = form.kind === 'tensor' ? variables.get(form.node) : undefined;
      if (variable !== undefined && form.kind === 'tensor') builder.assign(variable, form.node, name);
      continue;
    }
    const value = builder.build(form, name, source !== 'parameter');
    if (source === 'parameter') parameters.push(...(isRest(name) && Array.isArray(value) ? value : [value]));
    else if (source === 'captured') captured[name] = value;
    else if (source === 'this') self[name.replace(/^this\./, '')] = value;
  }
  return { self, captured, parameters, tensors: builder.floats };
}

/** What one run of a unit takes place with. */
interface RunOfUnit {
  readonly concrete: ConcreteInputs;
  readonly realm: Realm;
  readonly precision: Precision;
  readonly stubs: Stubs;
}

class InputBuilder {
  private readonly tensors = new Map<number, RealmTensor>();
  private readonly classes = (globalThis as { __gradlintClasses?: Classes }).__gradlintClasses ?? {};

  constructor(private readonly run: RunOfUnit) {}

  get floats(): ReadonlyMap<number, RealmTensor> {
    return new Map([...this.tensors].filter(([, { dtype }]) => dtype === 'float32'));
  }

  /** `isHeld`: by an object or a closure, so that its tensors may be weights. */
  build(form: InputForm, name: string, isHeld: boolean): unknown {
    const { realm, stubs } = this.run;
    switch (form.kind) {
      case 'tensor':
        return form.as === 'array' ? toArray(this.chosen(form.node, name)) : this.tensor(form, name, isHeld);
      case 'number':
        return this.chosen(form.node, name).values[0];
      case 'constant':
        return form.value;
      case 'object':
        return this.object(form, name, isHeld);
      case 'list':
        return form.elements.map((element, index) => this.build(element, nameOfElement(name, index), isHeld));
      case 'model': {
        const answers = form.answers.map((answer) => this.build(answer.form, answer.name, false));
        return modelThatGives(answers, stubs.make(name) as object, this.run.realm.trace.answers);
      }
      case 'tensorflow':
        return under(realm.tf, form.path === '' ? [] : form.path.split('.')) as unknown;
      case 'optimizer':
        return realm.tf.train.sgd(LEARNING_RATE) as unknown;
      case 'unused':
        return undefined;
      case 'opaque':
        return stubs.make(name);
    }
  }

  /** Gives a variable of the module the value that was chosen for it. */
  assign(variable: RealmVariable, node: number, name: string): void {
    variable.assign(makeTensor(this.run.realm, this.chosen(node, name), this.run.precision));
    this.tensors.set(node, variable);
  }

  private tensor(form: InputForm & { kind: 'tensor' }, name: string, isHeld: boolean): RealmTensor {
    const known = this.tensors.get(form.node);
    if (known !== undefined) return known;
    const { realm, precision } = this.run;
    const value = makeTensor(realm, this.chosen(form.node, name), precision);
    const tensor = isHeld || form.trained === true ? weight(realm, value) : value;
    this.tensors.set(form.node, tensor);
    return tensor;
  }

  private object(form: InputForm & { kind: 'object' }, name: string, isHeld: boolean): unknown {
    const fields = Object.fromEntries(
      Object.entries(form.fields).map(([key, field]) => [key, this.build(field, `${name}.${key}`, isHeld)]),
    );
    const type = form.of === undefined ? undefined : this.classes[form.of];
    // Without its constructor: what that would set up is among the fields. They may shadow accessors of the class.
    return type === undefined
      ? fields
      : (Object.create(type.prototype, Object.getOwnPropertyDescriptors(fields)) as unknown);
  }

  private chosen(node: number, name: string): NumericTensor {
    return chosenFor(node, name, this.run.concrete);
  }
}

function chosenFor(node: number, name: string, concrete: ConcreteInputs): NumericTensor {
  const value = concrete.get(node);
  if (value === undefined) throw new NotRunnable(`no value was chosen for \`${name}\``);
  return value;
}

/** Stands for a model: each call gives the next answer, and the last one from then on. What else is asked of it is a stub's. */
function modelThatGives(answers: readonly unknown[], otherwise: object, asked: Map<object, number>): unknown {
  // Whoever called a model disposes of what it gave.
  const copy = (answer: unknown): unknown =>
    Array.isArray(answer) ? answer.map(copy) : (answer as RealmTensor).clone();
  const call = (): unknown => {
    const calls = asked.get(answers) ?? 0;
    asked.set(answers, calls + 1);
    return copy(answers[Math.min(calls, answers.length - 1)]);
  };
  const later = (): Promise<unknown> => Promise.resolve(call());
  const methods: Readonly<Record<string, unknown>> = {
    predict: call,
    predictOnBatch: call,
    apply: call,
    call,
    execute: call,
    executeAsync: later,
    predictAsync: later,
    // What sets it up does not change what it gives.
    add: () => undefined,
    compile: () => undefined,
    dispose: () => undefined,
    summary: () => undefined,
  };
  return new Proxy(otherwise, {
    get: (target, key) =>
      typeof key === 'string' && Object.hasOwn(methods, key)
        ? methods[key]
        : (Reflect.get(target, key) as unknown),
  });
}

/**
 * A tensor that a class or closure holds may be a variable, or the weight of a layer, which is read by `read()`. This is
 * all of them at once.
 */
function weight(realm: Realm, value: RealmTensor): RealmTensor {
  const variable = realm.tf.variable(value) as RealmVariable;
  return Object.assign(variable, {
    read: () => variable,
    write: (next: RealmTensor) => variable.assign(next),
  });
}

/** Nested arrays, as `arraySync` gives them. */
function toArray({ shape, values, dtype }: NumericTensor): unknown {
  // Where no type is asked for, TensorFlow.js goes by what the values are.
  let level: unknown[] = dtype === 'bool' ? values.map((value) => value !== 0) : [...values];
  for (const size of shape.slice(1).reverse()) {
    level = Array.from({ length: level.length / size }, (_, index) =>
      level.slice(index * size, (index + 1) * size),
    );
  }
  return shape.length === 0 ? level[0] : level;
}

/** Inputs of a slice, by node: tensors, and JavaScript numbers. */
export function buildSlots(
  inputs: readonly NamedInput[],
  concrete: ConcreteInputs,
  realm: Realm,
  precision: Precision,
): { values: Map<number, unknown>; tensors: Map<number, RealmTensor> } {
  const values = new Map<number, unknown>();
  const tensors = new Map<number, RealmTensor>();
  for (const { name, form } of inputs) {
    if (form.kind !== 'tensor' && form.kind !== 'number') continue;
    const value = chosenFor(form.node, name, concrete);
    if (form.kind === 'number') values.set(form.node, value.values[0]);
    else {
      const tensor = makeTensor(realm, value, precision);
      values.set(form.node, tensor);
      if (tensor.dtype === 'float32') tensors.set(form.node, tensor);
    }
  }
  return { values, tensors };
}
