import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../rules/index.js';
import { Analyser } from '../../src/analyser.js';
import type { Example, Rule } from '../../src/rule/rule.js';
import { ts } from '../../src/source/typescript.js';

/**
 * A function is as wrong when a program calls it as when nobody calls it, be it with what is read from a file or with what the
 * program draws to show it. What a gradient would break is told only where one is taken, which these programs do not.
 */

const root = path.resolve(import.meta.dirname, '../..');

interface Source {
  readonly name: string;
  /** An argument of a type; undefined where this is no source of such. */
  readonly tensor: (rank: string, name: string) => string;
  readonly number: (name: string) => string | undefined;
  /** Of which rules; a shape that is drawn tells what is right and what is not. */
  readonly categories: readonly Rule['category'][];
  /** Examples of which something else is told when they are called so. */
  readonly except: readonly string[];
}

const SOURCES: readonly Source[] = [
  {
    name: 'what it reads from a file',
    tensor: (rank, name) => `tf.tensor${rank === '' ? '' : `${rank}d`}(data.${name})`,
    number: (name) => `Number(data.${name})`,
    categories: ['numerical', 'shape', 'gradient'],
    // Told of the call, for the function is right as it stands: both parameters are sizes of one tensor there.
    except: [
      'two parameters that are given one number',
      'a loss of its own, over a dataset of single numbers',
      // What a comment calls an axis is said of the parameter, and what is handed over has names of its own.
      'a mask of a comment, over the scores of each step for each',
      'a mask of a comment, over what each step looks for in each other one',
      'tags along the axis of time, beside those of each step',
      // So are the ranks that types tell.
      'values in columns against targets in a row, by their types',
    ],
  },
  {
    name: 'what it draws',
    tensor: (rank) => `tf.randomNormal<tf.Rank.R${rank || 2}>([${SIZES[Number(rank || 2)]!.join(', ')}])`,
    // A number that is written down is a setting.
    number: () => undefined,
    categories: ['numerical'],
    // That all draws are 0 does not happen.
    except: ['a unit vector', 'the log of a squared signal'],
  },
];

const SIZES = [[], [5], [5, 4], [5, 4, 3], [2, 8, 8, 3]];

const files = { model: path.join(root, 'model.ts'), main: path.join(root, 'main.ts') };

/** What makes an argument of a declared type out of data; undefined of other types. */
function argument(source: Source, type: string | undefined, name: string): string | undefined {
  const rank = /^tf\.Tensor([1-4]?)D?$/.exec(type ?? '')?.[1];
  if (rank !== undefined) return source.tensor(rank, name);
  return type === 'number' ? source.number(name) : undefined;
}

/** Calls of all that an example exports; undefined where an argument is needed that data cannot be. */
function calls(source: Source, code: string): string | undefined {
  const written = ts
    .createSourceFile('model.ts', code, ts.ScriptTarget.Latest, true)
    .statements.flatMap((statement) => callsOf(source, statement));
  const known = written.filter((call) => call !== undefined);
  return written.length > 0 && known.length === written.length ? known.join('\n') : undefined;
}

function callsOf(source: Source, statement: ts.Statement): (string | undefined)[] {
  if (!statement.getText().startsWith('export ')) return [];
  if (ts.isFunctionDeclaration(statement)) return [callOf(source, statement.name!.text, statement)];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    initializer !== undefined && ts.isArrowFunction(initializer)
      ? [callOf(source, name.getText(), initializer)]
      : [],
  );
}

function callOf(source: Source, name: string, { parameters }: ts.SignatureDeclaration): string | undefined {
  const required = parameters.filter((parameter) => parameter.initializer === undefined);
  const args = required.map((parameter) =>
    argument(source, parameter.type?.getText(), parameter.name.getText()),
  );
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
const called = (source: Source, examples: readonly Example[]): (Example & { readonly body: string })[] =>
  examples.flatMap((example) => {
    const body = calls(source, example.code);
    return body === undefined ? [] : [{ ...example, body }];
  });

/** Whether what is drawn has shapes that the function can do something with. */
function fits(rule: Rule, { body, ...example }: ReturnType<typeof called>[number]): boolean {
  const shapes = (texts: Readonly<Record<string, string>>): string[] =>
    told(rule, texts).filter((line) => line.startsWith('incompatible-shapes'));
  return shapes(program(example, body)).length <= shapes({ [files.model]: model(example) }).length;
}

const program = (example: Example, body: string): Readonly<Record<string, string>> => ({
  [files.model]: model(example),
  [files.main]: main(body),
});

for (const source of SOURCES) {
  const fitting = (rule: Rule, examples: readonly Example[]): ReturnType<typeof called> =>
    called(
      source,
      examples.filter(({ title }) => !source.except.includes(title)),
    ).filter((example) => fits(rule, example));

  describe(source.name, () => {
    for (const rule of allRules.filter(({ category }) => source.categories.includes(category))) {
      it.each(fitting(rule, rule.examples.hazardous))(`${rule.name} says the same of: $title`, (example) => {
        const alone = { [files.model]: model(example) };
        expect(told(rule, program(example, example.body))).toEqual(told(rule, alone));
      });

      it.each(fitting(rule, rule.examples.safe))(`${rule.name} says nothing of: $title`, (example) => {
        expect(told(rule, program(example, example.body))).toEqual([]);
      });
    }
  });
}
