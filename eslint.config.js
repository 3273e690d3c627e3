import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig([
  globalIgnores(['dist', 'fixtures', 'coverage', '.*.mjs']),
  js.configs.recommended,
  tseslint.configs.strict,
  {
    rules: {
      // The tensor program is walked by index after its length is known.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipComments: true, skipBlankLines: true }],
      // A switch over the kinds of a thing is a table, and counts as one. Joining two values meets every pair of kinds.
      complexity: ['error', { max: 40, variant: 'modified' }],
    },
  },
  { files: ['test/**', 'bench/**'], rules: { 'max-lines': 'off' } },
]);
