/** A function that callers hand in gives what they choose: its results are inputs, like the parameters themselves. */
import { describe, expect, it } from 'vitest';
import { facts, found } from './lower.js';

describe('what a function that is handed in gives', () => {
  it.each([
    ['used as a tensor', 'export const f = (forward, x) => tf.exp(forward(x));', 'tf.exp(forward(x))'],
    [
      'awaited',
      'export const f = async (forward, x) => (await forward(x)).exp();',
      '(await forward(x)).exp()',
    ],
    [
      'as a field',
      'export const f = (forward, x) => tf.exp(forward(x).scores);',
      'tf.exp(forward(x).scores)',
    ],
    [
      'taken apart',
      'export function f(encode, x) {\n  const [mean, logVariance] = encode(x);\n  return mean.add(logVariance.exp());\n}',
      'logVariance.exp()',
    ],
    [
      'of a method',
      'export const f = (agent, state) => tf.exp(agent.act(state));',
      'tf.exp(agent.act(state))',
    ],
    [
      'in a function that a function gives',
      'export const losses = (forward) => (x) => tf.exp(forward(x));',
      'tf.exp(forward(x))',
    ],
    [
      'of a type',
      'export const f = (forward: (x: tf.Tensor) => tf.Tensor2D, x: tf.Tensor) => tf.exp(forward(x));',
      'tf.exp(forward(x))',
    ],
    [
      'of a method of an interface',
      'interface Net {\n  forward(x: tf.Tensor): tf.Tensor2D;\n}\nexport const f = (net: Net, x: tf.Tensor) => tf.exp(net.forward(x));',
      'tf.exp(net.forward(x))',
    ],
  ])('%s', (_, program, site) => {
    expect(found(program)).toEqual([`exp-overflow warning: ${site}`]);
  });

  it('may be a probability or not: a note', () => {
    const program = 'export const surprisal = (forward, x) => tf.log(forward(x)).neg();';
    expect(found(program)).toEqual(['log-of-zero info: tf.log(forward(x))']);
  });

  it('has no rank that anybody knows, or that of its type', () => {
    expect(facts('export const f = (forward, x) => tf.neg(forward(x));')).toBe('[?] [-100, 100]');
    const typed =
      'export const f = (forward: (x: tf.Tensor) => tf.Tensor2D, x: tf.Tensor) => tf.neg(forward(x));';
    expect(facts(typed)).toBe('[?1, ?2] [-100, 100]');
  });

  it('is no input where it may be an op of a tensor: that may well give more than an input holds', () => {
    expect(facts('export const f = (x, exponent) => tf.neg(x.pow(exponent));')).toBe('[?] any');
  });

  it('is not 0 where another number stands for that', () => {
    const program = 'export const f = (rate, x: tf.Tensor) => x.div(rate(1) || 0.5);';
    expect(found(program)).toEqual([]);
  });
});
