import vm from 'node:vm';
import { OWN_FLOAT64_ARRAY } from './own-arrays.js';
import { settled } from './run.js';
import type { Stubs } from './stubs.js';

/**
 * Runs a script that the bundler made, and gives what it leaves at `globalThis.__gradlintUnit`. Rejects with what it throws
 * before it leaves anything there: the rest of the module may throw, as a program does that is wrong.
 * What it tried that is not available here, and caught, `stubs.check` tells afterwards.
 */
export async function loadScript(code: string, stubs: Stubs): Promise<unknown> {
  const global = globalThis as Record<string, unknown>;
  global[OWN_FLOAT64_ARRAY] ??= Float64Array;
  global['__gradlintUnit'] = undefined;
  global['__gradlintLoading'] = undefined;
  stubs.loading = true;
  try {
    // Without a callback for them, dynamic imports in the script are rejected.
    new vm.Script(code, { filename: 'unit.js' }).runInThisContext();
    // Set by modules that await at their top level.
    await settled(Promise.resolve(global['__gradlintLoading']));
  } catch (error) {
    if (global['__gradlintUnit'] === undefined) throw error;
  } finally {
    stubs.loading = false;
  }
  return global['__gradlintUnit'];
}
