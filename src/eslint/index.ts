import type { ESLint, Linter } from 'eslint';
import { allRules } from '../../rules/index.js';
import { version } from '../version.js';
import { eslintRule } from './rule.js';

/** Rules whose findings are certain without running anything; the others say what can happen. */
const CERTAIN: ReadonlySet<string> = new Set(['incompatible-shapes']);

interface Plugin extends ESLint.Plugin {
  readonly configs: { readonly recommended: Linter.Config };
}

/** The ESLint plugin: the static pass of gradlint, for the flat configuration of ESLint 9 and 10. */
const plugin: Plugin = {
  meta: { name: 'gradlint', version, namespace: 'gradlint' },
  rules: Object.fromEntries(allRules.map((rule) => [rule.name, eslintRule(rule)])),
  configs: {
    recommended: {
      name: 'gradlint/recommended',
      plugins: {
        // The plugin contains the configuration, and the configuration the plugin.
        get gradlint() {
          return plugin;
        },
      },
      rules: Object.fromEntries(
        allRules.map(({ name }) => [`gradlint/${name}`, CERTAIN.has(name) ? 'error' : 'warn'] as const),
      ),
    },
  },
};

export default plugin;
