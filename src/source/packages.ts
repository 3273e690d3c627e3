/** Which imports mean TensorFlow.js, and which part of it. */

/** Packages whose exports are the `tf` namespace. */
const NAMESPACE_PACKAGES = new Set(['', '-core', '-node', '-node-gpu', '-react-native', '-layers']);

/** Files of these packages that export (part of) the namespace: their bundles, and the ops one by one. */
const NAMESPACE_FILES = /^(?:\/\+esm|\/(?:dist|src)\/(?:index|tf[\w.-]*|ops\/[\w/]+)(?:\.[mc]?js)?)?$/;

/** `@tensorflow/tfjs-core@4.22.0/dist/index.js`, with or without a version, of npm or of a content delivery network. */
const SPECIFIER = /(?:^|^npm:|^https?:\/\/.*\/)@tensorflow\/tfjs([\w-]*)(?:@[^/?#]*)?([^?#]*)/;

/**
 * The path under `tf` that an import of `specifier` stands for: `''` for the whole namespace, `data` for tfjs-data;
 * undefined for other packages. The layers package exports `layers`, `sequential`, `model`, … as `tf` does.
 */
export function tensorFlowPath(specifier: string): string | undefined {
  const [, name, file] = SPECIFIER.exec(specifier) ?? [];
  if (name === undefined || file === undefined || !NAMESPACE_FILES.test(file)) return undefined;
  if (NAMESPACE_PACKAGES.has(name)) return '';
  return name === '-data' ? 'data' : undefined;
}

/** A package of TensorFlow.js that is not the namespace itself: backends, converters, visor. */
export const isTensorFlowPackage = (specifier: string): boolean => SPECIFIER.test(specifier);
