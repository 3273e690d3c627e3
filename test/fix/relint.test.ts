import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allRules } from '../../rules/index.js';
import { lint, rewrites } from './fixed.js';

const TF = `import * as tf from '@tensorflow/tfjs';\n`;

/** A fix leaves a program that can be parsed, and in which its rule finds nothing any more; other rules may. */
describe('every rewrite of every example', () => {
  const examples = allRules.flatMap((rule) =>
    rule.examples.hazardous.map(({ title, code }) => [rule.name, title, TF + code] as const),
  );
  test.each(examples)('%s: %s', (rule, _, program) => {
    for (const { rule: fixes, text, title } of rewrites(program)) {
      const { rules, problems } = lint(text);
      const left = fixes === rule ? rules.filter((name) => name === rule) : [];
      expect({ title, problems, left }).toEqual({
        title,
        problems: [],
        left: [],
      });
    }
  });
});

/** Formulas with a stable form, with `T` for the namespace and `X` for the operand. */
const FORMULAS = [
  'T.log(T.softmax(X))',
  'T.log(T.add(1, T.exp(X)))',
  'T.log(T.add(T.exp(X), 1))',
  'T.exp(X).log1p()',
  'T.log(T.cosh(X))',
  'T.sqrt(T.exp(X))',
  'T.sub(T.exp(X), 1)',
  'T.sub(1, T.cos(X))',
  'T.log(T.sub(1, T.sigmoid(X)))',
  '(X).softmax().log()',
  '(X).exp().add(1).log()',
  '(X).exp().sub(1)',
];
const OPERANDS = [
  'x',
  'x.mul(0.5)',
  'x as tf.Tensor2D',
  'c ? x : y',
  'x!',
  'x /* of the caller */',
  'T.concat([x, y])',
  'fields.x',
  '(x)',
];
const CONTEXTS = [
  'F',
  '[F, F]',
  'F.mean()',
  '{ const z = F; return z; }',
  'T.tidy(() => F)',
  '{\n  return F;\n}',
];
const HEADS: readonly (readonly [head: string, namespace: string])[] = [
  [`import * as tf from '@tensorflow/tfjs';`, 'tf'],
  [`import * as tfc from '@tensorflow/tfjs-core';\nimport type * as tf from '@tensorflow/tfjs';`, 'tfc'],
  [`const tf = require('@tensorflow/tfjs');`, 'tf'],
];
const BREAKS = ['', '\n', ' /* why */ ', ' // why\n'];

test('in any spelling', () => {
  const program = fc
    .record({
      formula: fc.constantFrom(...FORMULAS),
      operand: fc.constantFrom(...OPERANDS),
      context: fc.constantFrom(...CONTEXTS),
      head: fc.constantFrom(...HEADS),
      gap: fc.constantFrom(...BREAKS),
    })
    .map(({ formula, operand, context, head: [head, namespace], gap }) => {
      const written = formula.replaceAll('(', `(${gap}`).replaceAll('X', operand);
      const body = context.replaceAll('F', written).replace(/\bT\b/g, namespace);
      return `${head}\nexport const f = (x: tf.Tensor, y: tf.Tensor, c: boolean, fields: { x: tf.Tensor }) => ${body};\n`;
    });
  let rewritten = 0;
  fc.assert(
    fc.property(program, (text) => {
      const before = lint(text);
      expect(before.problems).toEqual([]);
      for (const fix of rewrites(text)) {
        rewritten += 1;
        const { rules, problems } = lint(fix.text);
        expect(problems).toEqual([]);
        expect(rules.length).toBeLessThan(before.rules.length);
        const comments = (code: string): number => code.split('why').length;
        expect(comments(fix.text)).toBe(comments(text));
      }
    }),
    { numRuns: 200, seed: 7 },
  );
  expect(rewritten).toBeGreaterThan(150);
});
