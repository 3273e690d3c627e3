/** A setup file for jest: `setupFilesAfterEnv: ['gradlint/jest']`, or import it in a test. */
import type { GradientInput, GradientOptions } from '../gradcheck/index.js';
import { UsageError } from '../errors.js';
import { gradientMatchers } from './index.js';

const { expect } = globalThis as { expect?: { extend(matchers: object): void } };
if (expect === undefined)
  throw new UsageError(
    'gradlint/jest was loaded where jest has no `expect`.',
    "List it under `setupFilesAfterEnv`; with `injectGlobals: false`, import { expect } from '@jest/globals' and call expect.extend(gradientMatchers) of gradlint/matchers.",
  );
expect.extend(gradientMatchers);

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- that is how the types of jest are written
  namespace jest {
    // The type parameters have to be named as @types/jest names them.
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> {
      /** Whether the gradient of the function is right at these inputs: see `checkGradient` of `gradlint/gradcheck`. */
      toHaveCorrectGradient(
        inputs: GradientInput | readonly GradientInput[],
        options?: GradientOptions,
      ): Promise<R>;
    }
  }
}
