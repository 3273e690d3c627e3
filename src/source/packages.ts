/** Which imports mean TensorFlow.js, and which part of it. */

/** Packages whose exports are the `tf` namespace. */
const NAMESPACE_PACKAGES = /^@tensorflow\/tfjs(-core|-node|-node-gpu|-react-native)?(\/dist\/(index|ops\/ops))?(\.js)?$/;
const LAYERS_PACKAGE = /^@tensorflow\/tfjs-layers$/;
const DATA_PACKAGE = /^@tensorflow\/tfjs-data$/;

/**
 * The path under `tf` that an import of `specifier` stands for: `''` for the whole namespace, `data` for tfjs-data;
 * undefined for other packages. The layers package exports `layers`, `sequential`, `model`, … as `tf` does.
 */
export function tensorFlowPath(specifier: string): string | undefined {
  if (NAMESPACE_PACKAGES.test(specifier) || LAYERS_PACKAGE.test(specifier)) return '';
  if (DATA_PACKAGE.test(specifier)) return 'data';
  return undefined;
}

/** A package of TensorFlow.js that is not the namespace itself: backends, converters, visor. */
export const isTensorFlowPackage = (specifier: string): boolean => specifier.startsWith('@tensorflow/tfjs');
