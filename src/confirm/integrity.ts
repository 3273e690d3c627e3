/**
 * Whether a realm is still what it was before user code ran in it. What can be put back is put back; of the rest it is told
 * what has changed, and the realm must not serve another job. This looks with nothing but what it took hold of beforehand.
 */
import type { TensorFlow } from '../ops/row.js';
import type { Engine } from './engine.js';

const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, isExtensible, ownKeys } =
  Reflect;
const { assign, is } = Object;
const text = String;

type Key = string | symbol;
type Holder = Record<Key, unknown>;

/** Functions that an object had, and under which names. */
interface Part {
  readonly name: string;
  readonly holder: Holder;
  readonly keys: readonly Key[];
  readonly values: readonly unknown[];
  /** Of everything that is in it; absent where more does no harm. */
  readonly allKeys: readonly Key[] | undefined;
}

/** What is added to these is in every object, or meets those who look whether it is there. Looking costs more than comparing. */
const CLOSED: ReadonlySet<string> = new Set(
  ['Object', 'Array', 'Function', 'String', 'Number', 'Promise'].map((name) => `${name}.prototype`),
);

interface Global {
  readonly name: Key;
  readonly descriptor: PropertyDescriptor;
}

/** None of it is in the published types. */
type Inside = Engine & {
  readonly registry: Record<string, unknown>;
  readonly registryFactory: Record<string, unknown>;
};

type Environment = ReturnType<TensorFlow['env']> & { flags: Record<string, unknown> };

export class Integrity {
  private readonly parts: readonly Part[];
  private readonly globals: readonly Global[];
  private readonly random = Math.random;
  private readonly state: readonly unknown[];
  private readonly environment: Environment;
  private readonly flags: Readonly<Record<string, unknown>>;
  private readonly flagNames: readonly string[];
  private readonly platform: unknown;

  /** Once, when the realm is as it is to be. */
  constructor(
    tf: TensorFlow,
    private readonly engine: Engine,
  ) {
    this.globals = globalsNow();
    this.parts = [...builtIns(), ...inTensorFlow(tf, engine)].map(([name, holder]) => partOf(name, holder));
    this.state = stateOf(engine);
    this.environment = tf.env() as Environment;
    this.flags = { ...this.environment.flags };
    this.flagNames = Object.keys(this.flags);
    this.platform = this.environment.platform;
  }

  /** After each job: what it has changed for good, in the words of a verdict. */
  damage(): string | undefined {
    if (!isExtensible(globalThis)) return 'it freezes `globalThis`';
    // Only user code draws numbers: those who replace it want to know which.
    if (Math.random !== this.random) defineProperty(Math, 'random', { value: this.random });
    return this.changedGlobal() ?? this.changedPart() ?? this.changedEngine();
  }

  private changedGlobal(): string | undefined {
    for (let index = 0; index < this.globals.length; index += 1) {
      const { name, descriptor } = this.globals[index]!;
      if (isAsItWas(name, descriptor)) continue;
      if (!defineProperty(globalThis, name, descriptor)) return `it changes \`${text(name)}\` for good`;
    }
    return undefined;
  }

  private changedPart(): string | undefined {
    let changed: string | undefined;
    for (let index = 0; index < this.parts.length; index += 1) {
      const part = this.parts[index]!;
      const { name, holder, keys, values } = part;
      if (!isExtensible(holder)) return `it freezes \`${name}\``;
      for (let at = 0; at < keys.length; at += 1) {
        const key = keys[at]!;
        const value = values[at];
        if (holder[key] === value) continue;
        // The answer has to get out, for which Node needs much of it.
        defineProperty(holder, key, { value, writable: true, configurable: true });
        changed ??= `it changes \`${name}${member(key)}\``;
      }
      const added = additionThatStays(part);
      if (added !== undefined) return `it adds \`${name}${member(added)}\` for good`;
    }
    return changed;
  }

  private changedEngine(): string | undefined {
    const now = stateOf(this.engine);
    for (let index = 0; index < now.length; index += 1)
      if (now[index] !== this.state[index]) return 'it resets TensorFlow.js or takes its backend away';
    this.restoreFlags();
    return undefined;
  }

  private restoreFlags(): void {
    const { environment, flags, flagNames } = this;
    environment.platform = this.platform as Environment['platform'];
    for (let index = 0; index < flagNames.length; index += 1) {
      if (environment.flags[flagNames[index]!] === flags[flagNames[index]!]) continue;
      environment.flags = assign({}, flags);
      return;
    }
  }
}

function globalsNow(): Global[] {
  return ownKeys(globalThis).map((name) => ({
    name,
    descriptor: getOwnPropertyDescriptor(globalThis, name)!,
  }));
}

/** Values are compared as they are read: looking at descriptors takes longer, and there are many. */
function isAsItWas(name: Key, descriptor: PropertyDescriptor): boolean {
  if (descriptor.get === undefined) return is((globalThis as unknown as Holder)[name], descriptor.value);
  return getOwnPropertyDescriptor(globalThis, name)?.get === descriptor.get;
}

function partOf(name: string, holder: Holder): Part {
  const allKeys = ownKeys(holder);
  const keys = allKeys.filter((key) => typeof getOwnPropertyDescriptor(holder, key)?.value === 'function');
  const values = keys.map((key) => holder[key]);
  return { name, holder, keys, values, allKeys: CLOSED.has(name) ? allKeys : undefined };
}

/** What user code added is taken away, as globals are; what cannot be is told. */
function additionThatStays({ holder, allKeys }: Part): Key | undefined {
  if (allKeys === undefined) return undefined;
  const now = ownKeys(holder);
  if (now.length === allKeys.length) return undefined;
  for (let index = 0; index < now.length; index += 1)
    if (!isAmong(now[index]!, allKeys) && !deleteProperty(holder, now[index]!)) return now[index];
  return undefined;
}

function isAmong(key: Key, keys: readonly Key[]): boolean {
  for (let index = 0; index < keys.length; index += 1) if (keys[index] === key) return true;
  return false;
}

const member = (key: Key): string => (typeof key === 'symbol' ? `[${key.description}]` : `.${key}`);

/** What the engine stands on, in a fixed order. */
function stateOf(engine: Engine): readonly unknown[] {
  const { state, backendName, backendInstance, registry, registryFactory } = engine as Inside;
  const name = backendName ?? '';
  const { data } = (backendInstance ?? {}) as { data?: unknown };
  return [state, name, backendInstance, data, registry[name], registryFactory[name]];
}

/** Of the language, so far as gradlint and TensorFlow.js are made of it. */
function builtIns(): [string, Holder][] {
  const classes = {
    ...{ Object, Function, Array, String, Number, Boolean, Symbol, BigInt, RegExp, Error, Promise },
    ...{ Map, Set, WeakMap, WeakSet, ArrayBuffer, DataView, Float64Array, Int32Array, Uint8Array },
    TypedArray: getPrototypeOf(Int32Array) as typeof Int32Array,
  };
  const iterators = {
    'Array Iterator': getPrototypeOf([].values()),
    'Map Iterator': getPrototypeOf(new Map().values()),
    'Set Iterator': getPrototypeOf(new Set().values()),
    Generator: getPrototypeOf(getPrototypeOf((function* () {})())!),
  };
  const both = Object.entries(classes).flatMap(([name, one]): [string, object][] => [
    [name, one],
    [`${name}.prototype`, one.prototype as object],
  ]);
  return [...both, ...Object.entries({ Math, JSON, Reflect, ...iterators })] as [string, Holder][];
}

function inTensorFlow(tf: TensorFlow, engine: Engine): [string, Holder][] {
  const { backend } = engine;
  const classes = tf as unknown as Record<string, { prototype: object } | undefined>;
  return [
    ['tf', tf],
    ['tf.Tensor.prototype', classes['Tensor']?.prototype],
    ['tf.Variable.prototype', classes['Variable']?.prototype],
    ['tf.engine()', engine],
    ['tf.engine()', getPrototypeOf(engine)],
    ['tf.backend()', backend],
    ['tf.backend()', getPrototypeOf(backend)],
  ].filter((entry): entry is [string, Holder] => entry[1] !== undefined);
}
