import { expect, test } from 'vitest';
import { importGroups } from '../../src/program/selection/import-groups.js';

const imports: Readonly<Record<string, readonly string[]>> = {
  'a.ts': ['helper.ts'],
  'b.ts': ['helper.ts'],
  'c.ts': ['a.ts', 'c.ts'],
  'ring1.ts': ['ring2.ts'],
  'ring2.ts': ['ring1.ts'],
};

const groups = (files: readonly string[]): readonly (readonly string[])[] =>
  importGroups(files, (file) => imports[file] ?? []);

test('small groups share a pass', () => {
  expect(groups(['a.ts', 'b.ts', 'ring1.ts', 'alone.ts'])).toEqual([
    ['a.ts', 'b.ts', 'ring1.ts', 'alone.ts'],
  ]);
});

test('files that import each other, or the same file, are never parted', () => {
  const others = Array.from({ length: 200 }, (_, index) => `other${index}.ts`);
  const files = ['a.ts', 'ring1.ts', ...others, 'ring2.ts', 'b.ts', 'c.ts'];
  const parts = groups(files);
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.flat().sort()).toEqual([...files].sort());
  const partOf = (file: string): number => parts.findIndex((part) => part.includes(file));
  expect(partOf('b.ts')).toBe(partOf('a.ts'));
  expect(partOf('c.ts')).toBe(partOf('a.ts'));
  expect(partOf('ring2.ts')).toBe(partOf('ring1.ts'));
});
