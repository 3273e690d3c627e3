/** A setup file for vitest: `setupFiles: ['gradlint/vitest']`, or import it in a test. */
import { expect } from 'vitest';
import type { GradientInput, GradientOptions } from '../gradcheck/index.js';
import { gradientMatchers } from './index.js';

expect.extend(gradientMatchers);

declare module 'vitest' {
  // The type parameter has to be named as vitest names it.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-explicit-any
  interface Matchers<T = any> {
    /** Whether the gradient of the function is right at these inputs: see `checkGradient` of `gradlint/gradcheck`. */
    toHaveCorrectGradient(
      inputs: GradientInput | readonly GradientInput[],
      options?: GradientOptions,
    ): Promise<void>;
  }
}
