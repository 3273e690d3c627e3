import { expect, test } from 'vitest';
import { hunks } from '../../src/report/render/patch.js';

const edit = (start: [number, number], end: [number, number], text: string) => ({
  file: 'a.ts',
  start: { line: start[0], column: start[1] },
  end: { line: end[0], column: end[1] },
  text,
});

test('an edit within a line keeps the rest of the line', () => {
  expect(hunks('a\nlet y = log(x);\nb', [edit([2, 9], [2, 15], 'log1p(x)')])).toEqual([
    { line: 2, removed: ['let y = log(x);'], added: ['let y = log1p(x);'] },
  ]);
});

test('edits of one line are one hunk, of distant lines two', () => {
  const text = 'f(x) + f(y)\n-\nf(z)';
  expect(
    hunks(text, [edit([3, 1], [3, 2], 'g'), edit([1, 8], [1, 9], 'g'), edit([1, 1], [1, 2], 'g')]),
  ).toEqual([
    { line: 1, removed: ['f(x) + f(y)'], added: ['g(x) + g(y)'] },
    { line: 3, removed: ['f(z)'], added: ['g(z)'] },
  ]);
});

test('an edit over lines replaces them all', () => {
  expect(hunks('f(\n  x,\n)', [edit([1, 2], [3, 2], '()')])).toEqual([
    { line: 1, removed: ['f(', '  x,', ')'], added: ['f()'] },
  ]);
});

test('edits that do not fit the text show nothing', () => {
  expect(hunks('one', [edit([4, 1], [4, 2], '')])).toBeUndefined();
  expect(hunks('one', [edit([1, 1], [1, 3], 'a'), edit([1, 2], [1, 3], 'b')])).toBeUndefined();
});
