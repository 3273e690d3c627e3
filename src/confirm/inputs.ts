import { under } from '../ops/call.js';
import type { RealmTensor, RealmVariable } from './engine.js';
import type { ConcreteInputs, NumericTensor, Precision } from './evaluation.js';
import type { InputForm, NamedInput } from './job.js';
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

export function buildInputs(
  inputs: readonly NamedInput[],
  concrete: ConcreteInputs,
  realm: Realm,
  precision: Precision,
  stubs: Stubs,
  variables: ReadonlyMap<number, RealmVariable> = new Map(),
): BuiltInputs {
  const tensors = new Map<number, RealmTensor>();
  const classes = (globalThis as { __gradlintClasses?: Classes }).__gradlintClasses ?? {};
  const self: Record<string, unknown> = {};
  const captured: Record<string, unknown> = {};
  const parameters: unknown[] = [];

  const given = (node: number, name: string): NumericTensor => {
    const value = concrete.get(node);
    if (value === undefined) throw new NotRunnable(`no value was chosen for \`${name}\``);
    return value;
  };
  let state = false;
  const build = (form: InputForm, name: string): unknown => {
    switch (form.kind) {
      case 'tensor': {
        if (form.as === 'array') return toArray(given(form.node, name));
        const known = tensors.get(form.node);
        if (known !== undefined) return known;
        const value = makeTensor(realm, given(form.node, name), precision);
        const tensor = state || form.trained === true ? weight(realm, value) : value;
        tensors.set(form.node, tensor);
        return tensor;
      }
      case 'number':
        return given(form.node, name).values[0];
      case 'constant':
        return form.value;
      case 'object': {
        const fields = Object.fromEntries(
          Object.entries(form.fields).map(([key, field]) => [key, build(field, `${name}.${key}`)]),
        );
        const type = form.of === undefined ? undefined : classes[form.of];
        // Without its constructor: what that would set up is among the fields. They may shadow accessors of the class.
        return type === undefined
          ? fields
          : (Object.create(type.prototype, Object.getOwnPropertyDescriptors(fields)) as unknown);
      }
      case 'list':
        return form.elements.map((element, index) => build(element, `${name}[${index}]`));
      case 'model': {
        const outer = state;
        state = false;
        const answers = form.answers.map((answer) => build(answer.form, answer.name));
        state = outer;
        return modelThatGives(answers, stubs.make(name) as object);
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
  };

  for (const { name, source, form } of inputs) {
    if (source === 'variable') {
      const variable = form.kind === 'tensor' ? variables.get(form.node) : undefined;
      if (variable === undefined || form.kind !== 'tensor') continue;
      variable.assign(makeTensor(realm, given(form.node, name), precision));
      tensors.set(form.node, variable);
      continue;
    }
    state = source !== 'parameter';
    const value = build(form, name);
    if (source === 'parameter') parameters.push(value);
    else if (source === 'captured') captured[name] = value;
    else if (source === 'this') self[name.replace(/^this\./, '')] = value;
  }
  for (const [node, tensor] of tensors) if (tensor.dtype !== 'float32') tensors.delete(node);
  return { self, captured, parameters, tensors };
}

/** Stands for a model: each call gives the next answer, and the last one from then on. What else is asked of it is a stub's. */
function modelThatGives(answers: readonly unknown[], otherwise: object): unknown {
  let calls = 0;
  // Whoever called a model disposes of what it gave.
  const copy = (answer: unknown): unknown =>
    Array.isArray(answer) ? answer.map(copy) : (answer as RealmTensor).clone();
  const call = (): unknown => copy(answers[Math.min(calls++, answers.length - 1)]);
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
function toArray({ shape, values }: NumericTensor): unknown {
  let level: unknown[] = [...values];
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
    const value = concrete.get(form.node);
    if (value === undefined) throw new NotRunnable(`no value was chosen for \`${name}\``);
    if (form.kind === 'number') values.set(form.node, value.values[0]);
    else {
      const tensor = makeTensor(realm, value, precision);
      values.set(form.node, tensor);
      if (tensor.dtype === 'float32') tensors.set(form.node, tensor);
    }
  }
  return { values, tensors };
}
