import { expect, test } from 'vitest';
import { frame, frameText } from '../../src/report/render/frame.js';

const at = (line: number, column: number) => ({ line, column });

function shown(text: string, start: [number, number], end: [number, number], width?: number): string {
  const made = frame(text, at(...start), at(...end), width);
  return made === undefined ? 'nothing' : frameText(made).join('\n');
}

test('the marked part stands between a line before and a line after', () => {
  expect(shown('a\nlet y = log(x);\nb\nc', [2, 9], [2, 15])).toBe(
    ['1 │ a', '2 │ let y = log(x);', '  │         ^~~~~~', '3 │ b'].join('\n'),
  );
});

test('empty context is left out, and numbers are aligned', () => {
  expect(shown(`${'\n'.repeat(8)}log(x)\nlog(y)\n`, [9, 1], [9, 7])).toBe(
    [' 9 │ log(x)', '   │ ^~~~~~', '10 │ log(y)'].join('\n'),
  );
});

test('tabs take two columns, also under the mark', () => {
  expect(shown('\t\tf(\tx)', [1, 3], [1, 8])).toBe(['1 │     f(  x)', '  │     ^~~~~~'].join('\n'));
});

test('a long place shows its two ends', () => {
  const text = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`).join('\n');
  expect(shown(text, [2, 1], [15, 3]).split('\n')).toEqual([
    ' 1 │ line 1',
    ' 2 ┃ line 2',
    '   ┃ ^~~~~~',
    ' 3 ┃ line 3',
    ' 4 ┃ line 4',
    ' ⋮ ┃',
    '13 ┃ line 13',
    '14 ┃ line 14',
    '15 ┃ line 15',
    '16 │ line 16',
  ]);
});

test('a line of a bundle is cut around the mark', () => {
  const text = `${'x'.repeat(500)}log(p)${'y'.repeat(500)}`;
  const lines = shown(text, [1, 501], [1, 507], 60).split('\n');
  expect(lines[0]).toHaveLength('1 │ '.length + 60);
  const column = lines[1]!.indexOf('^');
  expect(lines[0]!.slice(column, column + 6)).toBe('log(p)');
});

test('a place that the text has not shows nothing', () => {
  expect(shown('one line', [3, 1], [3, 2])).toBe('nothing');
  expect(shown('one line', [1, 5], [1, 900])).toContain('1 │ one line');
});

test('line ends of every system count as one', () => {
  expect(shown('a\r\nb\r\nlog(x)\r\n', [3, 1], [3, 7])).toBe(
    ['2 │ b', '3 │ log(x)', '  │ ^~~~~~'].join('\n'),
  );
});
