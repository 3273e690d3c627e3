import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Each folder imports from those before it. Files beside the folders put them together, and are left out. */
const FOLDERS = [
  'src/float64',
  'src/source',
  'src/facts',
  'src/ops',
  'src/program',
  'src/rule',
  'rules',
  'src/report',
  'src/gradcheck',
  'src/confirm',
  'src/fix',
  'src/audit',
  'src/matchers',
  'src/cli',
  'src/eslint',
];

const imports = new Map(
  [...filesIn('src'), ...filesIn('rules')].map((file) => [file, importsOf(file)] as const),
);

describe('imports', () => {
  it('point from later folders to earlier ones', () => {
    const backward = [...imports].flatMap(([file, others]) =>
      others
        .filter((other) => isFolder(file) && isFolder(other) && rankOf(other) > rankOf(file))
        .map((other) => `${file} imports ${other}`),
    );
    expect(backward).toEqual([]);
  });

  it('make no circle, but one of types: values hold scopes and modules, and these hold values', () => {
    expect(circles()).toEqual([['src/program/module.ts', 'src/program/scope.ts', 'src/program/values.ts']]);
  });

  it('of a realm, which may not read packages, do not lead to the compiler', () => {
    const loaded = new Map([...imports.keys()].map((file) => [file, importsOf(file, 'values')] as const));
    const realm = reachedFrom('src/confirm/realm-main.ts', loaded);
    expect(realm).toContain('src/confirm/search/slope-search.ts');
    expect(realm).not.toContain('src/source/typescript.ts');
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).split(sep).join('/'));
}

function importsOf(file: string, what: 'all' | 'values' = 'all'): string[] {
  const all = readFileSync(join(ROOT, file), 'utf8');
  const text = what === 'all' ? all : all.replaceAll(OF_TYPES, '');
  return Array.from(text.matchAll(/^(?:import|export|\}) [^;]*?from '(\.[^']*)\.js';$/gms), ([, path]) =>
    relative(ROOT, normalize(join(ROOT, dirname(file), `${path!}.ts`)))
      .split(sep)
      .join('/'),
  );
}

/** `import type { … }`, `import { type A, type B }`: gone once compiled. */
const OF_TYPES = /^(?:import|export) (?:type [^;]*?|\{(?:\s*type \w+,?)+\s*\}) from '[^']*';$/gm;

const folderOf = (file: string): string => file.split('/', file.startsWith('src/') ? 2 : 1).join('/');

const rankOf = (file: string): number => FOLDERS.indexOf(folderOf(file));

const isFolder = (file: string): boolean => rankOf(file) >= 0;

/** Files that lead to each other. */
function circles(): string[][] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file)] as const));
  const found = new Map<string, string[]>();
  for (const [file, others] of reached) {
    if (!others.has(file)) continue;
    const circle = [...others].filter((other) => reached.get(other)?.has(file) === true).sort();
    found.set(circle.join(), circle);
  }
  return [...found.values()];
}

function reachedFrom(file: string, within = imports): Set<string> {
  const seen = new Set<string>();
  const open = [...(within.get(file) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(within.get(next) ?? []));
  }
  return seen;
}
