import { Chance } from './chance.js';
import { NotRunnable } from './not-runnable.js';

/**
 * Stands for something that a realm does not have: a package that is not installed, `fs`, `document`. Modules that only
 * set things up with it while they load can be loaded; a unit that uses it is not runnable, and the first use says why.
 *
 * What only shows things, the page and its charts, can be used by units too: it takes everything and gives stubs. Where a
 * number or a text of it is asked for, the unit is not runnable: nobody knows what stands in the page.
 */
export class Stubs {
  /** While a module loads, stubs give stubs. */
  loading = true;
  /** The first use by a unit, kept because user code may catch the error. */
  blocked: NotRunnable | undefined;
  /** What is made here answers otherwise elsewhere. */
  readonly chance = new Chance();

  make(name: string, isShown = false): unknown {
    const takes = (): boolean => {
      this.chance.note();
      return isShown || this.loading;
    };
    const target = function (): void {
      // Only functions can be called and constructed through a proxy.
    };
    const get = (_: unknown, key: string | symbol): unknown => {
      this.chance.note();
      if (key === Symbol.toPrimitive) return () => (this.loading ? '' : this.deny(name));
      // Not a promise, not iterable, not a module with a default of its own.
      if (typeof key === 'symbol' || key === 'then' || key === '__esModule') return undefined;
      if (key === 'prototype') return target.prototype as unknown;
      if (isShown && key in SIZES) return SIZES[key];
      return this.make(`${name}.${key}`, isShown);
    };
    // Bundles copy the own names of a module and leave the rest to its prototype.
    const prototype = new Proxy({}, { get, getPrototypeOf: () => null });
    return new Proxy(target, {
      get,
      getPrototypeOf: () => prototype,
      set: () => true,
      has: (_, key) => typeof key === 'string' && key !== '__esModule',
      apply: (_, __, args: unknown[]) =>
        takes() ? decorated(args, this.make(`${name}()`, isShown)) : this.deny(`${name}()`),
      construct: () => (takes() ? this.make(`new ${name}()`, isShown) : this.deny(`new ${name}()`)) as object,
    });
  }

  /** Notes that the unit tried it, and stops it there. */
  deny(what: string): never {
    return this.stop(`it uses \`${what}\`, which is not available where gradlint runs code`);
  }

  stop(why: string): never {
    this.blocked ??= new NotRunnable(why);
    throw this.blocked;
  }

  /** After a run: whether the unit tried something it may not. */
  check(): void {
    const blocked = this.blocked;
    this.blocked = undefined;
    if (blocked !== undefined) throw blocked;
  }
}

/** What things that are shown measure: those of a canvas that nobody gave a size. */
const SIZES: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['width', 'clientWidth', 'offsetWidth', 'naturalWidth', 'videoWidth'].map((name) => [name, 300]),
  ),
  ...Object.fromEntries(
    ['height', 'clientHeight', 'offsetHeight', 'naturalHeight', 'videoHeight'].map((name) => [name, 150]),
  ),
};

/** A stub that is called as a decorator leaves what it decorates as it was; any other call gives a stub. */
function decorated(args: readonly unknown[], otherwise: unknown): unknown {
  const [target, second, third] = args;
  if (
    typeof target === 'function' &&
    args.length === 1 &&
    /^class\b/.test(Function.prototype.toString.call(target))
  )
    return target;
  const standard =
    typeof second === 'object' && second !== null && 'kind' in second && 'addInitializer' in second;
  const member =
    (typeof target === 'object' || typeof target === 'function') &&
    ['string', 'symbol', 'undefined'].includes(typeof second) &&
    args.length >= 2;
  const described =
    third === undefined ||
    typeof third === 'number' ||
    (typeof third === 'object' && third !== null && 'configurable' in third);
  return standard || (member && described) ? undefined : otherwise;
}
