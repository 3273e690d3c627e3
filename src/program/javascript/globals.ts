/** Names that no scope declares: those of JavaScript, and `tf` as a script tag gives it. */
import { constant, type Value } from '../values.js';

const GLOBALS: ReadonlySet<string> = new Set([
  'Math',
  'Number',
  'Array',
  'Object',
  'JSON',
  'Promise',
  'String',
  'Boolean',
  'console',
  'performance',
  'Date',
  'Map',
  'Set',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'require',
  'define',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Uint8Array',
  'Int16Array',
  'Uint16Array',
  'Uint32Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Error',
  'setTimeout',
  'setInterval',
  'requestAnimationFrame',
  'Reflect',
]);

const CONSTANTS: ReadonlyMap<string, number | undefined> = new Map([
  ['undefined', undefined],
  ['NaN', NaN],
  ['Infinity', Infinity],
]);

export const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'window', 'self', 'global']);

export function globalValue(name: string): Value | undefined {
  if (CONSTANTS.has(name)) return constant(CONSTANTS.get(name));
  if (name === 'tf') return { kind: 'tensorflow', path: '' };
  return GLOBALS.has(name) || GLOBAL_OBJECTS.has(name) ? { kind: 'native', name } : undefined;
}
