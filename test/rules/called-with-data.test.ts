import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../rules/index.js';
import { Analyser } from '../../src/analyser.js';
import type { Example, Rule } from '../../src/rule/rule.js';
import { ts } from '../../src/source/typescript.js';

/**
 * A function is as wrong when a program calls it with what it reads from a file as when nobody calls it. What a gradient
 * would break is told only where one is taken, which these programs do not.
 */

const root = path.resolve(import.meta.dirname, '../..');

/** Told of the call, for the function is right as it stands: both parameters are sizes of one tensor there. */
const WRONG_AS_CALLED = [
  'two parameters that are given one number',
  'a loss of its own, over a dataset of single numbers',
];

const files = { model: path.join(root, 'model.ts'), main: path.join(root, 'main.ts') };

/** What makes an argument of a declared type out of data; undefined of other types. */
function argument(type: string | undefined, name: string): string | undefined {
  const rank = /^tf\.Tensor([1-4]?)D?$/.exec(type ?? '')?.[1];
  if (rank !== undefined) return `tf.tensor${rank === '' ? '' : `${rank}d`}(data.${name})`;
  return type === 'number' ? `Number(data.${name})` : undefined;
}

/** Calls of all that an example exports; undefined where an argument is needed that data cannot be. */
function calls(code: string): string | undefined {
  const written = ts
    .createSourceFile('model.ts', code, ts.ScriptTarget.Latest, true)
    .statements.flatMap(callsOf);
  const known = written.filter((call) => call !== undefined);
  return written.length > 0 && known.length === written.length ? known.join('\n') : undefined;
}

function callsOf(statement: ts.Statement): (string | undefined)[] {
  if (!statement.getText().startsWith('export ')) return [];
  if (ts.isFunctionDeclaration(statement)) return [callOf(statement.name!.text, statement)];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    initializer !== undefined && ts.isArrowFunction(initializer) ? [callOf(name.getText(), initializer)] : [],
  );
}

function callOf(name: string, { parameters }: ts.SignatureDeclaration): string | undefined {
  const required = parameters.filter((parameter) => parameter.initializer === undefined);
  const args = required.map((parameter) => argument(parameter.type?.getText(), parameter.name.getText()));
  return args.includes(undefined) ? undefined : `  console.log(model.${name}(${args.join(', ')}));`;
}

function told(rule: Rule, texts: Readonly<Record<string, string>>): string[] {
  const analyser = new Analyser(root, {
    readFile: (file) => texts[file],
    backend: rule.backends?.[0] ?? 'cpu',
  });
  const findings = analyser.analyse(Object.keys(texts));
  return analyser
    .report(findings, new Map())
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule: name, file, start }) => `${name} ${file}:${start.line}:${start.column}`)
    .sort();
}

const model = ({ code }: Example): string => `import * as tf from '@tensorflow/tfjs';\n\n${code}\n`;

const main = (body: string): string => `import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import * as model from './model';

export function main(path: string) {
  const data = JSON.parse(readFileSync(path, 'utf8'));
${body}
}
`;

/** The examples that a program can call, with the calls. */
const called = (examples: readonly Example[]): (Example & { readonly body: string })[] =>
  examples.flatMap((example) => {
    const body = calls(example.code);
    return body === undefined ? [] : [{ ...example, body }];
  });

for (const rule of allRules) {
  const { hazardous, safe } = rule.examples;
  describe(rule.name, () => {
    it.each(called(hazardous.filter(({ title }) => !WRONG_AS_CALLED.includes(title))))(
      'says the same of: $title',
      (example) => {
        const alone = { [files.model]: model(example) };
        expect(told(rule, { ...alone, [files.main]: main(example.body) })).toEqual(told(rule, alone));
      },
    );

    it.each(called(safe))('says nothing of: $title', (example) => {
      expect(told(rule, { [files.model]: model(example), [files.main]: main(example.body) })).toEqual([]);
    });
  });
}
