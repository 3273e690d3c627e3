import { describe, expect, test } from 'vitest';
import { fixed } from './fixed.js';

/** A fix is written the way the file writes TensorFlow.js. */
describe('the namespace', () => {
  test.each([
    [`import * as tf from '@tensorflow/tfjs';`, 'tf'],
    [`import * as tfc from '@tensorflow/tfjs-core';`, 'tfc'],
    [`import tensorflow from '@tensorflow/tfjs-node';`, 'tensorflow'],
    [`const tf = require('@tensorflow/tfjs');`, 'tf'],
    [`import type * as tf from '@tensorflow/tfjs';\nimport * as t from '@tensorflow/tfjs';`, 't'],
  ])('%s', (head, tf) => {
    const program = (body: string): string =>
      `${head}\nexport const f = (x) => ${body};\nexport const g = () => ${tf}.scalar(1);\n`;
    expect(fixed(program(`${tf}.log(${tf}.softmax(x))`), 'program.ts')).toBe(program(`${tf}.logSoftmax(x)`));
  });

  test('a script tag', () => {
    expect(fixed(`const f = (x) => tf.log(tf.add(1, tf.exp(x)));\n`, 'program.js')).toBe(
      `const f = (x) => tf.softplus(x);\n`,
    );
  });
});

describe('names imported one by one', () => {
  test('a name that is not there yet is added', () => {
    expect(
      fixed(`import { log, softmax } from '@tensorflow/tfjs';\nexport const f = (x) => log(softmax(x));\n`),
    ).toBe(
      `import { log, softmax, logSoftmax } from '@tensorflow/tfjs';\nexport const f = (x) => logSoftmax(x);\n`,
    );
  });

  test('one that is there is used, by its local name', () => {
    expect(
      fixed(
        `import { log, softmax, logSoftmax as ls } from '@tensorflow/tfjs';\nexport const f = (x) => log(softmax(x));\n`,
      ),
    ).toBe(
      `import { log, softmax, logSoftmax as ls } from '@tensorflow/tfjs';\nexport const f = (x) => ls(x);\n`,
    );
  });

  test('one that the file has for something else gets another name', () => {
    expect(
      fixed(
        `import {\n  log,\n  softmax,\n} from '@tensorflow/tfjs';\nconst logSoftmax = 1;\nexport const f = (x) => log(softmax(x));\n`,
      ),
    ).toBe(
      `import {\n  log,\n  softmax, logSoftmax as tfLogSoftmax,\n} from '@tensorflow/tfjs';\nconst logSoftmax = 1;\nexport const f = (x) => tfLogSoftmax(x);\n`,
    );
  });

  test('by require', () => {
    expect(
      fixed(
        `const { log, exp, add } = require('@tensorflow/tfjs');\nmodule.exports = (x) => log(add(1, exp(x)));\n`,
        'a.js',
      ),
    ).toBe(
      `const { log, exp, add, softplus } = require('@tensorflow/tfjs');\nmodule.exports = (x) => softplus(x);\n`,
    );
  });
});

const TF = `import * as tf from '@tensorflow/tfjs';\n`;

describe('the expression', () => {
  const after = (code: string): string | undefined => fixed(TF + code)?.slice(TF.length);

  test.each([
    [
      'a chain',
      'export const f = (x: tf.Tensor) => x.softmax().log();',
      'export const f = (x: tf.Tensor) => x.logSoftmax();',
    ],
    [
      'a chain with more behind it',
      'export const f = (x: tf.Tensor) => x.exp().add(1).log().mean();',
      'export const f = (x: tf.Tensor) => x.softplus().mean();',
    ],
    [
      'a type assertion inside',
      'export const f = (x: tf.Tensor) => (tf.softmax(x as tf.Tensor2D) as tf.Tensor2D).log();',
      'export const f = (x: tf.Tensor) => tf.logSoftmax(x as tf.Tensor2D);',
    ],
    [
      'parentheses where a dot needs them',
      'export const f = (a: tf.Tensor, b: tf.Tensor, c: boolean) => (c ? a : b).softmax().log();',
      'export const f = (a: tf.Tensor, b: tf.Tensor, c: boolean) => (c ? a : b).logSoftmax();',
    ],
    [
      'a comment',
      'export const f = (x: tf.Tensor) =>\n  tf.log(\n    // of the policy\n    tf.softmax(x /* logits */),\n  );',
      'export const f = (x: tf.Tensor) =>\n  /* of the policy */ /* logits */ tf.logSoftmax(x);',
    ],
    [
      'a comment behind return',
      'export function f(x: tf.Tensor) {\n  return tf.log( // of the policy\n    tf.softmax(x));\n}',
      'export function f(x: tf.Tensor) {\n  return /* of the policy */ tf.logSoftmax(x);\n}',
    ],
    [
      'many lines',
      'export const f = (x: tf.Tensor) =>\n  tf.log(\n    tf.add(\n      1,\n      tf.exp(\n        x.mul(\n          2,\n        ),\n      ),\n    ),\n  );',
      'export const f = (x: tf.Tensor) =>\n  tf.softplus(x.mul(\n          2,\n        ));',
    ],
    [
      'a variable between',
      'export function f(x: tf.Tensor) {\n  const p = tf.softmax(x);\n  return tf.log(p);\n}',
      'export function f(x: tf.Tensor) {\n  const p = tf.softmax(x);\n  return tf.logSoftmax(x);\n}',
    ],
    [
      'an axis and keepDims as they were written',
      'export const f = (x: tf.Tensor3D, axis: number) => tf.log(tf.sum(tf.exp(x), axis, true));',
      'export const f = (x: tf.Tensor3D, axis: number) => tf.logSumExp(x, axis, true);',
    ],
  ])('%s', (_, before, expected) => expect(after(before)).toBe(expected));

  test.each([
    [
      'a name that means something else here',
      'const soft = (x: tf.Tensor) => tf.softmax(x);\nexport const f = (y: tf.Tensor) => tf.log(soft(y));',
    ],
    [
      'a variable that was assigned to since',
      'export function f(x: tf.Tensor) {\n  const p = tf.softmax(x);\n  x = x.add(1);\n  return tf.log(p);\n}',
    ],
    ['an optional chain', 'export const f = (x?: tf.Tensor) => x?.softmax().log();'],
  ])('is left alone: %s', (_, code) => expect(after(code)).toBeUndefined());
});
