import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { auditModels, modelFiles, root } from '../test/support/models.js';
import gradlint from '../src/eslint/index.js';
import { table } from './table.js';

/** The command line and ESLint over the model programs: the same errors and warnings at the same places. */
export async function faces(): Promise<string> {
  const audited = new Set(
    (await auditModels('off'))
      .filter(({ severity }) => severity !== 'info')
      .map(({ rule, file, start }) => `${file}:${start.line}:${start.column} ${rule}`),
  );
  const linted = new Set(await lintModels());
  const only = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] =>
    [...a].filter((place) => !b.has(place));
  const differing = [
    ...only(audited, linted).map((place) => `- command line only: ${place}`),
    ...only(linted, audited).map((place) => `- ESLint only: ${place}`),
  ];
  return [
    '## Command line and ESLint on the model programs\n',
    table(
      ['files', 'command line', 'ESLint', 'in both'],
      [
        [
          modelFiles.length,
          audited.size,
          linted.size,
          [...audited].filter((place) => linted.has(place)).length,
        ],
      ],
    ),
    ...differing,
  ].join('\n');
}

async function lintModels(): Promise<string[]> {
  const folder = path.join(root, 'fixtures/models');
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      gradlint.configs.recommended,
      { files: ['**/*.{ts,tsx}'], languageOptions: { parser: tseslint.parser } },
      { languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
    ],
  });
  const places: string[] = [];
  for (const file of modelFiles) {
    const [result] = await eslint.lintText(readFileSync(path.join(folder, file), 'utf8'), {
      filePath: path.join(folder, file),
    });
    for (const { ruleId, line, column } of result!.messages)
      if (ruleId !== null) places.push(`${file}:${line}:${column} ${ruleId.replace('gradlint/', '')}`);
  }
  return places;
}
