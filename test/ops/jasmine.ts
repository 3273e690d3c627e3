/**
 * As much of Jasmine as the tests that ship inside tfjs-core use: enough for their bodies to run one after the other.
 * What is asked of `expect` here is that it behaves as they rely on; whether a test passes is theirs to judge, and is
 * counted only to show that the calls we compare were made under the conditions the authors had in mind.
 */

type Body = (done?: Done) => unknown;
type Done = (() => void) & { fail: (reason?: unknown) => void };

interface Suite {
  readonly beforeAll: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  readonly afterAll: Body[];
  readonly children: (Suite | Spec)[];
}

interface Spec {
  readonly name: string;
  readonly body: Body;
}

export interface SpecCounts {
  passed: number;
  failed: number;
  readonly failures: string[];
}

/** How long one test body may take: those that wait for a browser event never end. */
const TIME_LIMIT_MS = 2_000;

export class Jasmine {
  readonly #root = emptySuite();
  #current = this.#root;
  #failuresOfSpec: string[] = [];
  #undoSpies: (() => void)[] = [];

  /** The names that a test file finds in its global scope. */
  readonly globals: Readonly<Record<string, unknown>> = {
    describe: (name: string, define: () => void) => this.#describe(name, define),
    xdescribe: () => undefined,
    it: (name: string, body: Body) => void this.#current.children.push({ name, body }),
    xit: () => undefined,
    beforeAll: (body: Body) => void this.#current.beforeAll.push(body),
    beforeEach: (body: Body) => void this.#current.beforeEach.push(body),
    afterEach: (body: Body) => void this.#current.afterEach.push(body),
    afterAll: (body: Body) => void this.#current.afterAll.push(body),
    expect: (actual: unknown) => this.#expect(actual),
    expectAsync: (actual: Promise<unknown>) => this.#expectAsync(actual),
    fail: (reason: unknown) => void this.#failuresOfSpec.push(String(reason)),
    pending: () => undefined,
    spyOn: (object: Record<string, unknown>, name: string) => this.#spyOn(object, name),
    jasmine: {
      DEFAULT_TIMEOUT_INTERVAL: TIME_LIMIT_MS,
      getEnv: () => ({ configuration: () => ({}), configure: () => undefined }),
      createSpy: () => spy(() => undefined),
      arrayWithExactContents: (items: unknown[]) => new ExactContents(items),
    },
  };

  #describe(_name: string, define: () => void): void {
    const suite = emptySuite();
    const outer = this.#current;
    outer.children.push(suite);
    this.#current = suite;
    try {
      define();
    } finally {
      this.#current = outer;
    }
  }

  /** Runs what was described since the last run. */
  async run(): Promise<SpecCounts> {
    const counts: SpecCounts = { passed: 0, failed: 0, failures: [] };
    await this.#runSuite(this.#root, [], counts);
    this.#root.children.length = 0;
    return counts;
  }

  async #runSuite(suite: Suite, outer: readonly Suite[], counts: SpecCounts): Promise<void> {
    const path = [...outer, suite];
    for (const body of suite.beforeAll) await settled(body);
    for (const child of suite.children) {
      if ('children' in child) await this.#runSuite(child, path, counts);
      else await this.#runSpec(child, path, counts);
    }
    for (const body of suite.afterAll) await settled(body);
  }

  async #runSpec(spec: Spec, path: readonly Suite[], counts: SpecCounts): Promise<void> {
    this.#failuresOfSpec = [];
    const spiesOutside = this.#undoSpies.length;
    const before = path.flatMap((suite) => suite.beforeEach);
    const after = [...path].reverse().flatMap((suite) => suite.afterEach);
    for (const body of [...before, spec.body, ...after]) {
      const error = await settled(body);
      if (error !== undefined) this.#failuresOfSpec.push(error);
    }
    for (const undo of this.#undoSpies.splice(spiesOutside)) undo();
    if (this.#failuresOfSpec.length === 0) counts.passed += 1;
    else {
      counts.failed += 1;
      counts.failures.push(`${spec.name}: ${this.#failuresOfSpec[0] ?? ''}`);
    }
  }

  #expect(actual: unknown, negated = false): Record<string, unknown> {
    const judge = (name: string, holds: unknown): void => {
      if (Boolean(holds) === negated) this.#failuresOfSpec.push(`${negated ? 'not ' : ''}${name}`);
    };
    const matchers: Record<string, unknown> = Object.fromEntries(
      Object.entries(MATCHERS).map(([name, holds]) => [
        name,
        (...expected: unknown[]) => judge(name, (holds as Matcher)(actual, ...expected)),
      ]),
    );
    if (!negated) matchers['not'] = this.#expect(actual, true);
    matchers['nothing'] = () => undefined;
    matchers['withContext'] = () => matchers;
    return matchers;
  }

  #expectAsync(actual: Promise<unknown>): Record<string, unknown> {
    const rejected = actual.then(
      () => void this.#failuresOfSpec.push('toBeRejected'),
      () => undefined,
    );
    return { toBeRejected: () => rejected, toBeRejectedWithError: () => rejected };
  }

  #spyOn(object: Record<string, unknown>, name: string): unknown {
    const original = object[name] as (...args: unknown[]) => unknown;
    const replacement = spy(() => undefined, original);
    object[name] = replacement;
    this.#undoSpies.push(() => (object[name] = original));
    return replacement;
  }
}

function emptySuite(): Suite {
  return { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [], children: [] };
}

/** Runs a body to its end; the message of what it threw, or undefined. */
async function settled(body: Body): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('took too long')), TIME_LIMIT_MS);
    });
    await Promise.race([body.length > 0 ? untilDone(body) : body(), limit]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function untilDone(body: Body): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason?: unknown) => reject(new Error(String(reason)));
    body(Object.assign(() => resolve(), { fail }));
  });
}

type Matcher = (actual: unknown, ...expected: unknown[]) => boolean;

const MATCHERS: Readonly<Record<string, (actual: never, ...expected: never[]) => boolean>> = {
  toBe: (actual: unknown, expected: unknown) => actual === expected,
  toEqual: equal,
  toBeCloseTo: (actual: number, expected: number, digits = 2) =>
    Math.abs(actual - expected) < 10 ** -digits / 2,
  toBeDefined: (actual: unknown) => actual !== undefined,
  toBeUndefined: (actual: unknown) => actual === undefined,
  toBeNull: (actual: unknown) => actual === null,
  toBeNaN: (actual: number) => Number.isNaN(actual),
  toBeTrue: (actual: unknown) => actual === true,
  toBeFalse: (actual: unknown) => actual === false,
  toBeTruthy: (actual: unknown) => Boolean(actual),
  toBeFalsy: (actual: unknown) => !actual,
  toBeGreaterThan: (actual: number, bound: number) => actual > bound,
  toBeGreaterThanOrEqual: (actual: number, bound: number) => actual >= bound,
  toBeLessThan: (actual: number, bound: number) => actual < bound,
  toBeLessThanOrEqual: (actual: number, bound: number) => actual <= bound,
  toBeInstanceOf: (actual: unknown, type: new () => unknown) => actual instanceof type,
  toContain: (actual: string | unknown[], item: never) => actual.includes(item),
  toMatch: (actual: string, pattern: string | RegExp) => new RegExp(pattern).test(actual),
  toThrow: throws,
  toThrowError: throws,
  toHaveBeenCalled: (actual: Spy) => actual.calls.length > 0,
  toHaveBeenCalledTimes: (actual: Spy, times: number) => actual.calls.length === times,
  toHaveBeenCalledWith: (actual: Spy, ...args: unknown[]) => actual.calls.some((call) => equal(call, args)),
};

function throws(action: () => unknown, expected?: unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (expected instanceof RegExp) return expected.test(message);
    return typeof expected === 'string' ? message === expected : true;
  }
}

class ExactContents {
  constructor(readonly items: readonly unknown[]) {}
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (b instanceof ExactContents) {
    return (
      Array.isArray(a) &&
      a.length === b.items.length &&
      b.items.every((item) => a.some((x) => equal(x, item)))
    );
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a.constructor !== b.constructor) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

interface Spy {
  (...args: unknown[]): unknown;
  readonly calls: unknown[][];
  readonly and: object;
}

function spy(initial: (...args: unknown[]) => unknown, original = initial): Spy {
  const calls: unknown[][] = [];
  let behaviour = initial;
  const become = (next: (...args: unknown[]) => unknown): Spy => {
    behaviour = next;
    return self;
  };
  const self: Spy = Object.assign(
    function (this: unknown, ...args: unknown[]): unknown {
      calls.push(args);
      return behaviour.apply(this, args);
    },
    {
      calls: Object.assign(calls, { count: () => calls.length, first: () => ({ args: calls[0] }) }),
      and: {
        callThrough: () => become(original),
        callFake: (replacement: (...args: unknown[]) => unknown) => become(replacement),
        returnValue: (value: unknown) => become(() => value),
        stub: () => become(() => undefined),
      },
    },
  );
  return self;
}
