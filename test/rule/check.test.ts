import { describe, expect, it } from 'vitest';
import { allRules } from '../../rules/index.js';
import { check } from '../../src/rule/check.js';
import { defineRule } from '../../src/rule/rule.js';
import { found, lower, reported } from '../program/lower.js';

/** Which findings stand where: of sites in functions that are called, and what calls say of them. */

describe('a function that tf.grad is given', () => {
  // Who calls the gradient, and with what, is in another project.
  it.each([
    [
      'in place',
      'export const slope = tf.grad((x: tf.Tensor) => tf.maximum(tf.log(tf.relu(x)), -50).sum());',
    ],
    [
      'by its name',
      'const floored = (x: tf.Tensor) => tf.maximum(tf.log(tf.relu(x)), -50).sum(); export const slope = tf.grad(floored);',
    ],
    [
      'in a function that hands the gradient out',
      'export const slopeFrom = (low: number) => tf.valueAndGrad((x: tf.Tensor) => tf.maximum(tf.log(tf.relu(x)), -50).sum());',
    ],
    [
      'with other arguments',
      'export const slopes = tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.maximum(tf.log(tf.relu(y)), -50).mul(x).sum());',
    ],
  ])('%s', (_, program) => {
    expect(found(program)).toEqual([expect.stringMatching(/^ineffective-guard warning: tf\.log/)]);
  });

  it('has a note where nothing takes a gradient', () => {
    const program = 'export const floored = (x: tf.Tensor) => tf.maximum(tf.log(tf.relu(x)), -50).sum();';
    expect(found(program)).toEqual(['ineffective-guard info: tf.log(tf.relu(x))']);
  });
});

describe('a function that is called', () => {
  it('is judged on its own where no call says what it is handed', () => {
    const program = `
function sample(logVariance: tf.Tensor) { return tf.exp(logVariance); }
export function draw(x: tf.Tensor) { return sample(model.predict(x) as tf.Tensor); }
`;
    expect(found(program)).toEqual(['exp-overflow warning: tf.exp(logVariance)']);
  });

  it('is not, once a call shows that all is well', () => {
    const program = `
function sample(logVariance: tf.Tensor) { return tf.exp(logVariance); }
export function draw(x: tf.Tensor) { return sample(tf.tanh(x)); }
`;
    expect(found(program)).toEqual([]);
  });

  it.each([
    ['a function', 'function rows(x: tf.Tensor) { return x.div(x.sum(1)); }\nrows(tf.ones([3, 3])).print();'],
    ['an arrow', 'const rows = (x: tf.Tensor) => x.div(x.sum(1));\nrows(tf.ones([3, 3])).print();'],
    [
      'a method',
      'class Rows { of(x: tf.Tensor) { return x.div(x.sum(1)); } }\nnew Rows().of(tf.ones([3, 3])).print();',
    ],
  ])('is judged as such where only the top level of its module calls it: %s', (_, program) => {
    const [finding] = reported(program);
    expect(finding).toMatchObject({ rule: 'axis-mismatch', expression: 'x.div(x.sum(1))' });
    expect(finding!.function).toMatch(/^rows$|^Rows\.of$/);
  });

  it('is part of the top level where it is handed over in place', () => {
    const [finding] = reported('tf.tidy(() => tf.relu(tf.scalar(-1)).log().print());');
    expect(finding).toMatchObject({ rule: 'log-of-zero', function: '<module>' });
  });

  it('does not report shapes of a way that the call may never take', () => {
    const program = `
function attend(q: tf.Tensor2D, k: tf.Tensor2D, transposed: boolean) {
  return transposed ? tf.matMul(q, k) : tf.matMul(q, k, false, true);
}
export function f(flag: boolean) { return attend(tf.ones([2, 3]), tf.ones([2, 3]), flag); }
`;
    expect(found(program)).toEqual([]);
  });

  it('reports shapes of the way that the call does take', () => {
    const program = `
function attend(q: tf.Tensor2D, k: tf.Tensor2D, transposed: boolean) {
  return transposed ? tf.matMul(q, k) : tf.matMul(q, k, false, true);
}
export function f() { return attend(tf.ones([2, 3]), tf.ones([2, 3]), true); }
`;
    expect(found(program)).toEqual([
      'incompatible-shapes error: attend(tf.ones([2, 3]), tf.ones([2, 3]), true)',
    ]);
  });
});

describe('an option with a harmless default', () => {
  const draw = `
function draw(p: tf.Tensor2D, temperature: number) {
  const masses = tf.cumsum(tf.pow(p, tf.scalar(1 / temperature)), 1);
  const total = masses.slice([0, masses.shape[1] - 1], [-1, 1]);
  return tf.randomUniform([1]).mul(total).less(masses).argMax(1);
}
`;
  const note = 'probability-product info: masses.slice([0, masses.shape[1] - 1], [-1, 1])';

  it.each([
    ['read with ||, which is never 0', 'return draw(p, options.temperature || 1);', []],
    [
      'destructured',
      'const { temperature = 1 } = options;\n  return draw(p, temperature);',
      ['division-near-zero info: 1 / temperature'],
    ],
    [
      'set before',
      'let temperature = 1;\n  if (options) temperature = options.temperature || temperature;\n  return draw(p, temperature);',
      [],
    ],
  ])('is told of in the function that it is handed on to: %s', (_, body, others) => {
    const program = `${draw}export function sample(p: tf.Tensor2D, options?: { temperature?: number }) {\n  ${body}\n}`;
    expect(found(program)).toEqual([...others, note]);
    expect(found(`${program}\nsample(tf.ones([2, 3]));`)).toEqual([...others, note]);
  });

  it('is not where no caller has a choice', () => {
    expect(found(`${draw}export const sample = (p: tf.Tensor2D) => draw(p, 1);`)).toEqual([]);
  });

  it('is not what a condition of its own chooses', () => {
    const program = `
const scaled = (x: tf.Tensor1D, scale: number) => x.div(tf.scalar(scale));
export function halved(x: tf.Tensor1D, half?: string) {
  let scale = 1;
  if (half) scale = 2;
  return scaled(x, scale);
}
halved(tf.ones([3]));`;
    expect(found(program)).toEqual([]);
  });

  it('is not 0 where 0 stands for the default', () => {
    const shares = (option: string): string => `
const shares = (x: tf.Tensor1D, total: number) => x.div(tf.scalar(total));
export const percent = (x: tf.Tensor1D, options: any) => shares(x, options.total ${option} 100);`;
    expect(found(shares('||'))).toEqual([]);
    expect(found(shares('??'))).toEqual(['division-near-zero info: x.div(tf.scalar(total))']);
  });
});

describe('an option that is off by default', () => {
  const rows = (off: number): string => `
export function tiles(x: tf.Tensor2D, count = ${off}) {
  if (count > ${off}) return tf.zeros([count, 4]).add(x.tile([count, 1]));
  return x;
}`;

  it.each([0, 1, 2])('counts in whole numbers where it is a size: off at %d', (off) => {
    expect(found(rows(off))).toEqual([]);
  });
});

describe('a promise that a call breaks', () => {
  const loss = `const loss = (p: tf.Tensor2D) => p.log().mean();\n`;

  it('is told at the call where other calls keep it', () => {
    const program = `${loss}
export const kept = (x: tf.Tensor2D) => loss(x.softmax().add(2));
export const broken = (x: tf.Tensor2D) => loss(x.relu());
`;
    expect(found(program)).toEqual(['log-of-zero info: p.log()', 'log-of-zero warning: loss(x.relu())']);
  });

  it('is none where every call breaks it: the op is at fault', () => {
    const program = `${loss}
export const one = (x: tf.Tensor2D) => loss(x.relu());
export const other = (x: tf.Tensor2D) => loss(x.relu().mul(2));
`;
    expect(found(program)).toEqual(['log-of-zero warning: p.log()']);
  });
});

describe('a rule that fails', () => {
  const failing = defineRule({
    ...allRules[0]!,
    name: 'failing',
    ops: ['log'],
    check: () => {
      throw new TypeError('no such axis');
    },
  });

  it('costs what it would have said there, and is told', () => {
    const program = lower('export const f = (x: tf.Tensor) => tf.log(tf.relu(x));');
    const failures: string[] = [];
    const findings = check(program.lowered, {
      rules: [failing, ...allRules],
      textOf: (span) => program.textOf(span),
      backend: program.project.backend,
      onFailure: (_, rule, error) => failures.push(`${rule.name}: ${String(error)}`),
    });
    expect(findings.map(({ rule }) => rule)).toEqual(['log-of-zero']);
    expect(failures).toEqual(['failing: TypeError: no such axis']);
  });
});
