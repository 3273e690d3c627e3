/**
 * Matchers for any runner with `expect.extend`: `expect.extend(gradientMatchers)`. For vitest and jest, importing
 * `gradlint/vitest` or `gradlint/jest` in a setup file does that, types included.
 */
import { toHaveCorrectGradient } from './to-have-correct-gradient.js';

export const gradientMatchers = { toHaveCorrectGradient };
export { failureText, toHaveCorrectGradient, type MatcherResult } from './to-have-correct-gradient.js';
