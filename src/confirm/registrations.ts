import type { TensorFlow } from '../ops/row.js';

interface Kernel {
  readonly kernelName: string;
  readonly backendName: string;
}

interface Gradient {
  readonly kernelName: string;
}

/** Kernels and gradients that the code of a job registers in TensorFlow.js, or takes out of it, and what was there before. */
export class Registrations {
  private readonly kernels = new Map<string, { readonly kernel: Kernel; readonly before: unknown }>();
  private readonly gradients = new Map<string, unknown>();

  constructor(private readonly tf: TensorFlow) {
    const { registerKernel, unregisterKernel, registerGradient, unregisterGradient } = tf;
    tf.registerKernel = (config: Kernel): void => {
      this.noteKernel(config);
      registerKernel(config);
    };
    tf.unregisterKernel = (kernelName: string, backendName: string): void => {
      this.noteKernel({ kernelName, backendName });
      unregisterKernel(kernelName, backendName);
    };
    tf.registerGradient = (config: Gradient): void => {
      this.noteGradient(config.kernelName);
      registerGradient(config);
    };
    tf.unregisterGradient = (kernelName: string): void => {
      this.noteGradient(kernelName);
      unregisterGradient(kernelName);
    };
  }

  /** Puts everything back as it was. */
  undo(): void {
    const { tf } = this;
    for (const { kernel, before } of [...this.kernels.values()]) {
      const { kernelName, backendName } = kernel;
      if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
      if (before !== undefined) tf.registerKernel(before);
    }
    for (const [name, before] of [...this.gradients]) {
      if (tf.getGradient(name) !== undefined) tf.unregisterGradient(name);
      if (before !== undefined) tf.registerGradient(before);
    }
    this.kernels.clear();
    this.gradients.clear();
  }

  private noteKernel(kernel: Kernel): void {
    const { kernelName, backendName } = kernel;
    const key = `${kernelName} ${backendName}`;
    if (!this.kernels.has(key))
      this.kernels.set(key, { kernel, before: this.tf.getKernel(kernelName, backendName) as unknown });
  }

  private noteGradient(name: string): void {
    if (!this.gradients.has(name)) this.gradients.set(name, this.tf.getGradient(name) as unknown);
  }
}
