import { smallestOn, type Backend } from '../../src/facts/backend.js';
import * as thresholds from '../../src/ops/thresholds.js';
import { limitOn, type Threshold } from '../../src/ops/thresholds.js';

/** The edges that `measure` looks for, as the tables of gradlint have them. */
const THRESHOLDS: Readonly<Record<string, Threshold>> = {
  'exp(x) is Infinity from': thresholds.EXP_OVERFLOW,
  'exp(-x) is 0 from': thresholds.EXP_UNDERFLOW,
  'sigmoid(-x) is 0 from': thresholds.SIGMOID_UNDERFLOW,
  'sigmoid(x) is 1 from': thresholds.SIGMOID_ONE,
  'tanh(x) is 1 from': thresholds.TANH_ONE,
  'softmax([x, 0]) has a 0 from': thresholds.SOFTMAX_UNDERFLOW,
  'log(softmax([x, 0])) is -Infinity from': thresholds.SOFTMAX_UNDERFLOW,
  'cosh(x) is Infinity from': thresholds.COSH_OVERFLOW,
  'x² is Infinity from': thresholds.SQUARE_OVERFLOW,
  '1 + x is 1 below': thresholds.LOST_BESIDE_ONE,
};

export function edgesOn(backend: Backend): Readonly<Record<string, number>> {
  const limits = Object.entries(THRESHOLDS).map(([edge, at]) => [edge, limitOn(backend, at).value]);
  return {
    ...(Object.fromEntries(limits) as Record<string, number>),
    'smallest that mul gives': smallestOn(backend, 'mul'),
    'smallest that relu keeps': smallestOn(backend, 'relu'),
    'smallest that log reads': smallestOn(backend),
  };
}
