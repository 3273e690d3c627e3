import { describe, expect, test } from 'vitest';
import {
  codeIn,
  MAX_FILE_BYTES,
  mayHandleTensors,
  mentionsTensorFlow,
  whyUnreadable,
} from '../../src/source/prefilter.js';

describe('TensorFlow.js is named by', () => {
  test.each([
    `import * as anything from '@tensorflow/tfjs';`,
    `import {log} from '@tensorflow/tfjs-core';`,
    `import {log} from "@tensorflow/tfjs-core/dist/ops/log.js";`,
    `const flow = require('@tensorflow/tfjs-node');`,
    `const {log} = await import('https://esm.sh/@tensorflow/tfjs');`,
    'const y = tf.log(x);',
    'const { log } = tf;',
    'window.tf.ready();',
    'globalThis["tf"]',
    'tfc.test_util',
    'import { tf } from "./tensorflow";',
  ])('%s', (text) => expect(mentionsTensorFlow(text)).toBe(true));
});

describe('TensorFlow.js is not named by', () => {
  test.each([
    '',
    'const craftful = 1;',
    'gtf.log(x)',
    'tfx',
    '// written by the platform team',
    "import '@tensorflow-models/knn';",
  ])('%s', (text) => expect(mentionsTensorFlow(text)).toBe(false));
});

describe('tensors may be handled by', () => {
  test.each([
    'export const f = (x) => x.log();',
    'export const f = (x, y) => x.sub(y).square()',
    'export const f = (x, y) => x.matMul(y)',
    'const y = tf.log(x)',
  ])('%s', (text) => expect(mayHandleTensors(text)).toBe(true));
});

describe('tensors are not handled by', () => {
  test.each([
    'console.log("a")',
    'Math.sqrt(2), Math.pow(a, b), Math.exp()',
    'set.add(1)',
    'element.classList.add("a")',
  ])('%s', (text) => expect(mayHandleTensors(text)).toBe(false));
});

describe('bytes that are no source code', () => {
  test('binary files', () => expect(whyUnreadable(Buffer.from('const a = 1;\0\u0001'))).toContain('binary'));
  test('binary files without a NUL, also as they are read', () => {
    const bytes = Buffer.from([60, 254, 218, 69, 8, 127, 149, 4, 65, 31, 10]);
    expect(whyUnreadable(bytes)).toContain('binary');
    expect(whyUnreadable(Buffer.from(bytes.toString('utf8')))).toContain('binary');
  });
  test('files that are too large', () =>
    expect(whyUnreadable(Buffer.alloc(MAX_FILE_BYTES + 1, 32))).toContain('5 MB'));
  test('nothing is wrong with text', () =>
    expect(whyUnreadable(Buffer.from('const ω = "ü";'))).toBeUndefined());
  test('nor with a comment in Latin-1, nor with a control character in a string', () => {
    expect(whyUnreadable(Buffer.from('// für\r\n\tconst a = 1;\f', 'latin1'))).toBeUndefined();
    expect(whyUnreadable(Buffer.from('const red = "\u001b[31mü";'))).toBeUndefined();
  });
});

describe('the code in a file', () => {
  const map = '//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozfQ==';
  test('ends before the map that a compiler put behind it', () => {
    expect(codeIn(Buffer.from(`const ω = 1;\n${map}`))).toBe('const ω = 1;\n');
    expect(codeIn(Buffer.from(`const ω = 1;\n${map}\r\n`))).toBe('const ω = 1;\n');
  });
  test('goes on behind a map that is part of it', () => {
    const code = `const template = \`\n${map}\n\`;\nexport default template;`;
    expect(codeIn(Buffer.from(code))).toBe(code);
  });
  test('is all of it where there is no map', () =>
    expect(codeIn(Buffer.from('const a = 1;'))).toBe('const a = 1;'));
});
