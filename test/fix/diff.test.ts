/** The diff of --fix-dry-run, as `git apply` takes it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../src/fix/diff.js';
import { edited } from '../../src/fix/plan.js';
import type { Edit } from '../../src/report/report.js';
import { folder, git, write } from '../folder.js';

const edit = (line: number, from: number, to: number, text: string, endLine = line): Edit => ({
  file: 'a b.js',
  start: { line, column: from },
  end: { line: endLine, column: to },
  text,
});

const numbered = (count: number, end: string): string =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}`).join(end);

test.each([
  ['one line in the middle', `${numbered(9, '\n')}\n`, [edit(5, 1, 5, 'row')]],
  ['lines that end in CRLF', `${numbered(9, '\r\n')}\r\n`, [edit(2, 1, 5, 'row'), edit(9, 1, 5, 'row')]],
  ['no newline at the end', numbered(3, '\n'), [edit(3, 1, 5, 'row')]],
  ['no newline at the end, and a change before it', numbered(3, '\n'), [edit(1, 1, 5, 'row')]],
  [
    'changes far from each other, of another length',
    `${numbered(40, '\n')}\n`,
    [
      edit(30, 1, 5, 'row'),
      edit(2, 1, 7, 'one\ntwo\nthree'),
      edit(20, 1, 5, 'row', 22),
      edit(24, 1, 1, '// '),
    ],
  ],
  ['one line only', 'x', [edit(1, 1, 2, 'y')]],
  ['a line that only JavaScript ends', 'a\u2028b c\nd\n', [edit(2, 1, 2, 'x')]],
])('%s', (_, text, edits) => {
  const root = folder({ 'a b.js': text });
  write(root, { 'fix.diff': unifiedDiff('a b.js', text, edits) });
  git(root, 'apply', 'fix.diff');
  expect(readFileSync(path.join(root, 'a b.js'), 'utf8')).toBe(edited(text, edits));
});
