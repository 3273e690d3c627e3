/** What scripts and CommonJS modules may hold, and modules may not. */
import { expect, test } from 'vitest';
import { parse, syntaxError, ts } from '../../src/source/typescript.js';

test.each([
  [`console.log('\\033[32m loss');`],
  ['const mode = 017;'],
  ['const day = 08;'],
  [`const text = '\\8';`],
  ['<!-- hidden from old browsers\nlet a = 1;\n  --> shown again\n'],
])('%j is JavaScript in a script, and none in a module', (text) => {
  expect(syntaxError(parse('a.cjs', text))).toBeUndefined();
  expect(syntaxError(parse('a.js', text))).toBeUndefined();
  expect(syntaxError(parse('a.mjs', text))).toMatch(/^syntax error at 1:/);
  expect(syntaxError(parse('a.ts', text))).toMatch(/^syntax error at 1:/);
  expect(syntaxError(parse('a.js', `${text}\nexport {};`))).toMatch(/^syntax error at 1:/);
  expect(syntaxError(parse('a.js', `'use strict';${text}`))).toMatch(/^syntax error at 1:/);
});

test('an old number means what it means to JavaScript', () => {
  const numbers: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNumericLiteral(node)) numbers.push(Number(node.text));
    ts.forEachChild(node, visit);
  };
  visit(parse('a.js', 'f(017, 08, 0o17)'));
  expect(numbers).toEqual([15, 8, 15]);
});

test('a comment of HTML moves nothing', () => {
  const text = '<!-- hidden\nlet a = 1;\n--> shown';
  const [statement] = parse('a.js', text).statements;
  expect(text.slice(statement!.getStart(), statement!.end)).toBe('let a = 1;');
});

test('in a text the characters stay, and other errors are told', () => {
  const source = parse('a.js', 'const page = `\n<!-- x -->\n`;');
  expect(source.statements[0]!.getText()).toContain('<!-- x -->');
  expect(syntaxError(parse('a.js', '<!-- x\nlet a = 1;\nlet b = (;'))).toMatch(/^syntax error/);
});
