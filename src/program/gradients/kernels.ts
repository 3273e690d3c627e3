import type { FunctionValue, ObjectValue, Value } from '../values.js';

/** A gradient configuration of a kernel: `{kernelName, inputsToSave, outputsToSave, gradFunc}`. */
export interface GradientConfiguration {
  readonly kernel: string;
  readonly gradient: FunctionValue;
  readonly inputsToSave: readonly string[];
  readonly outputsToSave: readonly boolean[];
  readonly saveAllInputs: boolean;
}

/** What the project tells TensorFlow.js of kernels, wherever it registers it. */
export class Kernels {
  private readonly waiting: GradientConfiguration[] = [];
  /** The code of kernels of the project, by name; that for the cpu, where there are several. */
  private readonly code = new Map<string, FunctionValue>();

  /** Notes an object that has a `kernelName`, if it is a configuration. */
  note({ fields }: ObjectValue): void {
    const kernel = nameOf(fields.get('kernelName'));
    if (kernel === undefined) return;
    const code = fields.get('kernelFunc');
    if (code?.kind === 'function' && (nameOf(fields.get('backendName')) === 'cpu' || !this.code.has(kernel)))
      this.code.set(kernel, code);
    const gradient = fields.get('gradFunc');
    if (gradient?.kind !== 'function' || gradient.wrap !== undefined) return;
    const inputsToSave = listOf(fields.get('inputsToSave'));
    const outputsToSave = listOf(fields.get('outputsToSave'));
    if (inputsToSave === undefined || outputsToSave === undefined) return;
    this.waiting.push({
      kernel,
      gradient,
      inputsToSave: inputsToSave.filter((name) => typeof name === 'string'),
      outputsToSave: outputsToSave.map((saves) => saves === true),
      saveAllInputs: primitive(fields.get('saveAllInputs')) === true,
    });
  }

  codeOf(kernel: string): FunctionValue | undefined {
    return this.code.get(kernel);
  }

  /** Those that were not taken yet. */
  take(): readonly GradientConfiguration[] {
    return this.waiting.splice(0);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }
}

const primitive = (value: Value | undefined): unknown =>
  value?.kind === 'constant' ? value.value : undefined;

/** `'Log'`, or `tf.Log`, which is the same text. */
function nameOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'tensorflow') return value.path.split('.').at(-1);
  const text = primitive(value);
  return typeof text === 'string' ? text : undefined;
}

/** The constants of a list; none where there is no list, undefined where it could not be followed. */
function listOf(value: Value | undefined): readonly unknown[] | undefined {
  if (value === undefined) return [];
  return value.kind === 'array' && value.rest === undefined ? value.elements.map(primitive) : undefined;
}
