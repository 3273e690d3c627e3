/** Which functions of TensorFlow.js make tensors of tensors, and have no row in the op table. */
import * as tf from '@tensorflow/tfjs';
import { opNamed } from '../../src/ops/table.js';

/** Namespaces of ops. Those of layers, data, optimizers and input and output hold none. */
const NAMESPACES = ['image', 'linalg', 'losses', 'math', 'signal', 'sparse', 'spectral', 'string', 'fused'];

/** Functions of the namespace that compute nothing: they set up, keep, register, differentiate, load or measure. */
const NO_OPS = new Set(
  `backend copyRegisteredKernels cosineWindow customGrad deprecationWarn deregisterOp disableDeprecationWarnings dispose
  disposeVariables enableDebugMode enableProdMode enclosingPowerOfTwo engine env findBackend findBackendFactory
  forceHalfFloat getBackend getGradient getKernel getKernelsForBackend grad grads input keep loadGraphModel
  loadGraphModelSync loadLayersModel memory model nextFrame op print profile ready registerBackend
  registerCallbackConstructor registerGradient registerKernel registerOp removeBackend sequential setBackend setPlatform
  setWebGLContext sumOutType tidy time train unregisterGradient unregisterKernel upcastType valueAndGrad valueAndGrads
  variableGrads`.split(/\s+/),
);

export function publicOps(): string[] {
  const functions = (owner: object, prefix: string): string[] =>
    Object.entries(owner)
      .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
      .map(([name]) => prefix + name);
  const spaces = NAMESPACES.flatMap((name) =>
    functions((tf as unknown as Record<string, object>)[name]!, `${name}.`),
  );
  return [...functions(tf, '').filter((name) => !NO_OPS.has(name)), ...spaces].sort();
}

export const opsWithoutRow = (): string[] => publicOps().filter((name) => opNamed(name) === undefined);
