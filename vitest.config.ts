import { defineConfig } from 'vitest/config';

/** These change TensorFlow.js, or the numbers it computes with, for the whole process: each of their files has one of its own. */
const ALONE = ['confirm/search', 'facts/backend', 'float64', 'gradcheck', 'matchers', 'ops'].flatMap(
  (place) => [`test/${place}/**/*.test.ts`, `test/${place}.test.ts`],
);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // By default one processor is left to vitest itself, which has little to do.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      // Half of the time of all files together is what each of them imports.
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
    ],
  },
});
