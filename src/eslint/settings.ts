import { ConfigurationError } from '../errors.js';
import { backendNames } from '../facts/backend.js';
import type { BackendName } from '../facts/backend.js';

/** `settings: { gradlint: { backend: 'float16' } }` in a configuration. */
export interface Settings {
  readonly backend?: BackendName | undefined;
}

const NONE: Settings = {};
const known = new WeakMap<object, Settings>();

/**
 * The settings of gradlint among those of a configuration. Each rule asks for those of each file.
 *
 * @throws ConfigurationError where they are none: ESLint ends, for what was checked by other numbers than meant is not checked
 */
export function settingsIn(all: { readonly gradlint?: unknown }): Settings {
  const before = known.get(all);
  if (before !== undefined) return before;
  const settings = all.gradlint === undefined ? NONE : checked(all.gradlint);
  known.set(all, settings);
  return settings;
}

function checked(given: unknown): Settings {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refused(
      'settings.gradlint',
      `an object such as { backend: 'webgl' }, not ${JSON.stringify(given)}`,
    );
  const unknown = Object.keys(given).find((name) => name !== 'backend');
  if (unknown !== undefined) throw refused('settings.gradlint', `backend, and has no ${unknown}`);
  const { backend } = given as { readonly backend?: unknown };
  if (backend !== undefined && !backendNames.includes(backend as BackendName))
    throw refused('settings.gradlint.backend', `${backendNames.join(', ')}, not ${JSON.stringify(backend)}`);
  return given as Settings;
}

function refused(setting: string, takes: string): ConfigurationError {
  const error = new ConfigurationError(
    `${setting} takes ${takes}.`,
    'Mend it in the configuration of ESLint.',
  );
  // ESLint prints the stack of what a rule throws, and nothing else.
  error.stack = `gradlint: ${error.message}\n${error.advice}`;
  return error;
}
