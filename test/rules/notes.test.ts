/** What depends on what callers pass, and nothing says what that is: a note where it stands. */
import { describe, expect, it } from 'vitest';
import { found, reported } from '../program/lower.js';

describe('masked-infinity', () => {
  const logSumExp = (x: string): string => `
export function total(${x}) {
  const most = tf.max(x, -1, true);
  const shifted = tf.sub(x, most);
  return tf.add(tf.log(tf.sum(tf.exp(shifted), -1, true)), most);
}`;
  const note = 'masked-infinity info: tf.sub(x, most)';

  it('a log-sum-exp by hand of a row that is masked throughout', () => {
    expect(found(logSumExp('x: tf.Tensor2D'))).toContain(note);
  });

  it('is not said of what has a range', () => {
    expect(found(`/** @range x [-50, 50] */${logSumExp('x: tf.Tensor2D')}`)).not.toContain(note);
  });
});

describe('probability-product', () => {
  it('powers of weights that are handed in, and are drawn from', () => {
    const program = `
export function draw(weights: tf.Tensor2D, temperature: number) {
  const masses = tf.cumsum(tf.pow(weights, tf.scalar(1 / temperature)), 1);
  const total = masses.slice([0, masses.shape[1] - 1], [-1, 1]);
  return tf.randomUniform([1]).mul(total).less(masses).argMax(1);
}`;
    expect(found(program)).toContain(
      'probability-product info: masses.slice([0, masses.shape[1] - 1], [-1, 1])',
    );
  });

  it('is not said of a sum that nothing is divided by', () => {
    const program = `
export const energy = (weights: tf.Tensor2D, order: number) => tf.pow(weights, tf.scalar(1 / order)).sum();`;
    expect(found(program).filter((one) => one.startsWith('probability-product'))).toEqual([]);
  });
});

describe('default-axis', () => {
  it.each(['tf.cumsum(p)', 'p.cumprod()', 'tf.cumsum(p, undefined, true)'])('of a scan: %s', (scan) => {
    expect(found(`export const run = (p: tf.Tensor2D) => ${scan};`)).toEqual([`default-axis info: ${scan}`]);
  });

  it('is not said where the first axis is named, nor of one axis', () => {
    const program = `
export const down = (p: tf.Tensor2D) => p.cumsum(0);
export const along = (p: tf.Tensor1D) => p.cumsum();`;
    expect(found(program)).toEqual([]);
  });
});

describe('a size less one', () => {
  const program = (before: string, divisor: string): string => `
export function variance(x: tf.Tensor2D) {
  const n = x.shape[0];
  ${before}
  return x.sub(x.mean(0, true)).square().sum(0).div(${divisor});
}`;

  it('is 0 for a single row', () => {
    const note = 'division-near-zero info: x.sub(x.mean(0, true)).square().sum(0).div(n - 1)';
    expect(found(program('', 'n - 1'))).toEqual([note]);
  });

  it.each([
    ['', 'n > 1 ? n - 1 : 1'],
    ['', 'Math.max(n - 1, 1)'],
    ["if (n < 2) throw new Error('too few');", 'n - 1'],
    ["tf.util.assert(n > 1, () => 'too few');", 'n - 1'],
    ['', 'n'],
  ])('is not said where it cannot be: %s %s', (before, divisor) => {
    expect(found(program(before, divisor))).toEqual([]);
  });
});

describe('indices of numbers that callers hand over', () => {
  it('are refused unless they are an Int32Array', () => {
    const program = `export const labels = (xs: any) => tf.oneHot(tf.tensor1d(xs), 3);`;
    expect(found(program)).toEqual(['incompatible-shapes info: tf.oneHot(tf.tensor1d(xs), 3)']);
  });

  it.each([
    `tf.oneHot(tf.tensor1d(xs, 'int32'), 3)`,
    'tf.oneHot(xs, 3)',
    'tf.oneHot(tf.tensor1d(new Int32Array(xs)), 3)',
    'tf.oneHot(tf.tensor1d(new Int32Array([0, 1])), 3)',
  ])('not by %s', (use) => {
    expect(found(`export const labels = (xs: any) => ${use};`)).toEqual([]);
  });
});

describe('log-near-one', () => {
  it('of an exponential that only decays', () => {
    const program = `export const rest = (x: tf.Tensor1D) => tf.log(tf.add(1, tf.exp(tf.neg(tf.abs(x)))));`;
    expect(found(program)).toEqual(['log-near-one info: tf.log(tf.add(1, tf.exp(tf.neg(tf.abs(x)))))']);
  });

  it('a grid of written steps begins with one of them, however many there are', () => {
    const curve = (x: string): string[] =>
      found(`export function curve(n: number) { return ${x}.add(1).log(); }`);
    expect(curve('tf.range(0, n).mul(1e-6)')).toEqual([
      'log-near-one warning: tf.range(0, n).mul(1e-6).add(1).log()',
    ]);
    expect(curve('tf.range(0, n).mul(0.01)')).toEqual([]);
    expect(curve('tf.linspace(0, 1, n)')).toEqual([]);
  });
});

describe('cancellation', () => {
  const deviation = (root: string): string => `
export class Running {
  n = 0;
  sum = 0;
  squares = 0;
  push(x: number) { this.n += 1; this.sum += x; this.squares += x * x; }
  deviation() { const mean = this.sum / this.n; return ${root}; }
}
export const scale = (x: tf.Tensor, running: Running) => x.div(running.deviation() + 1e-6);`;

  const EMPTY = 'division-near-zero info: this.sum / this.n';

  it('of sums that fields keep between calls', () => {
    const root = 'Math.sqrt(this.squares / this.n - mean * mean)';
    expect(found(deviation(root))).toEqual([EMPTY, `cancellation warning: ${root}`]);
  });

  it('is not said where what comes out below 0 is cut off', () => {
    expect(found(deviation('Math.sqrt(Math.max(0, this.squares / this.n - mean * mean))'))).toEqual([EMPTY]);
  });
});

describe('ranks that only a type claims', () => {
  const program = (use: string): string => `
export function combine(model: tf.GraphModel, x: tf.Tensor2D) {
  const mask = model.execute(x) as tf.Tensor2D;
  return ${use};
}`;

  it.each([
    ['incompatible-shapes', 'tf.concat([mask, x], 2)'],
    ['wrong-value-broadcast', 'tf.pad(mask, [[0, 0], [0, 0], [0, 1]])'],
    ['squeeze-batch', '(model.execute(x) as tf.Tensor3D).mean(1, true).squeeze()'],
  ])('%s is a note', (rule, use) => {
    expect(found(program(use))).toEqual([`${rule} info: ${use}`]);
  });

  it('nothing is said of what fits', () => {
    expect(found(program('tf.concat([mask, x], 1)'))).toEqual([]);
    expect(found(program('tf.pad(mask, [[0, 0], [0, 1]])'))).toEqual([]);
  });
});

describe('squeeze-batch', () => {
  it('of steps that a sequence is split into', () => {
    const program = `
export const steps = (x: tf.Tensor3D) => tf.split(x, x.shape[1], 1).map((step) => step.squeeze());`;
    expect(found(program)).toEqual(['squeeze-batch info: step.squeeze()']);
  });
});

describe('cancellation', () => {
  const nearest = (rest: string): string => `
export function nearest(points: tf.Tensor2D, codes: tf.Tensor2D) {
  const squares = points.square().sum(1, true).add(codes.square().sum(1));
  return squares.sub(points.matMul(codes, false, true).mul(2))${rest};
}`;

  it.each(['.argMin(1)', '.neg().topk(3).indices'])(
    'an expanded distance that only ranks points: %s',
    (rest) => {
      expect(found(nearest(rest)).filter((one) => one.startsWith('cancellation'))).toEqual([
        'cancellation info: squares.sub(points.matMul(codes, false, true).mul(2))',
      ]);
    },
  );

  it('is not said of a sum of products less the product of sums, which is no covariance', () => {
    const program = (sum: string): string =>
      `export const f = (x: tf.Tensor1D, y: tf.Tensor1D) => ${sum}.sub(x.sum().mul(y.sum()));`;
    expect(found(program('x.mul(y).sum()'))).toEqual([]);
    expect(found(program('x.mul(y).sum().mul(x.size)'))).toEqual([
      'cancellation warning: x.mul(y).sum().mul(x.size).sub(x.sum().mul(y.sum()))',
    ]);
  });

  it('is a warning where its root is taken', () => {
    expect(found(nearest('.sqrt()'))).toContain(
      'cancellation warning: squares.sub(points.matMul(codes, false, true).mul(2))',
    );
  });
});

describe('default-axis', () => {
  it('an accuracy of tensors of which nobody says the rank', () => {
    const program = `
export const accuracy = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.argMax(yTrue).equal(tf.argMax(yPred)).mean();`;
    expect(found(program)).toEqual([
      'default-axis info: tf.argMax(yTrue)',
      'default-axis info: tf.argMax(yPred)',
    ]);
  });

  it('is not said of the best of something that nothing is compared with', () => {
    expect(found('export const best = (x: tf.Tensor) => x.argMax();')).toEqual([]);
  });
});

describe('squeeze-batch', () => {
  it.each(['x.gather([1], 1)', 'x.slice([0, 0, 2], [-1, -1, 1])'])(
    'what was cut out of samples of any rank: %s',
    (cut) => {
      expect(found(`export const one = (x: tf.Tensor) => ${cut}.squeeze();`)).toEqual([
        `squeeze-batch info: ${cut}.squeeze()`,
      ]);
    },
  );

  it('is not said of the first axis, which goes in any case', () => {
    expect(found('export const first = (x: tf.Tensor) => x.gather([0], 0).squeeze();')).toEqual([]);
  });
});

describe('cancellation', () => {
  it.each(['x: number', 'x'])('below 0, as near to it as numbers come: %s', (x) => {
    const program = `export const elu = (${x}) => tf.scalar(x >= 0 ? x : Math.exp(x) - 1);`;
    expect(found(program)).toEqual(['cancellation info: Math.exp(x) - 1']);
  });
});

describe('exp-overflow', () => {
  it.each([
    ['(p: { logPi: tf.Tensor2D }) => p.logPi', 'a logarithm of probabilities by its name'],
    ['(distances: tf.Tensor2D, gamma: number) => distances.square().mul(-gamma)', 'a decay'],
    ['(distances: tf.Tensor2D, width: number) => distances.abs().div(width).neg()', 'a decay'],
  ])('of what is meant to be small: %s, %s', (exponent) => {
    expect(found(`export const f = ${exponent}.exp();`)).toContainEqual(
      expect.stringMatching(/^exp-overflow info: .*exp\(\)$/),
    );
  });

  it('of targets that a loss takes to be logarithms', () => {
    const program = `
function loss(yTrue: tf.Tensor, yPred: tf.Tensor) {
  return yPred.clipByValue(-9, 9).exp().sub(yTrue.expm1()).abs().mean();
}
export function compile() {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [5] })] });
  model.compile({ optimizer: 'sgd', loss });
  return model;
}`;
    expect(found(program)).toContain('exp-overflow info: yTrue.expm1()');
  });

  const kernel = (divisor: string): string =>
    `export const weight = (x: number, sigma: number) => tf.scalar(Math.exp(-((x - 3) ** 2) / (${divisor} + 1e-6)));`;

  it.each(['2 * sigma * sigma', 'sigma * 2 * sigma', '2 * sigma ** 2', '2 * (sigma * sigma)'])(
    'of a bell curve is none: %s',
    (divisor) => expect(found(kernel(divisor))).toEqual([]),
  );

  it('is one where what it is divided by may be negative', () => {
    expect(found(kernel('2 * sigma * x'))).toContain(
      'exp-overflow info: Math.exp(-((x - 3) ** 2) / (2 * sigma * x + 1e-6))',
    );
  });
});

it('a log cosh that does not overflow has no digits where its operand is small', () => {
  const program = `
export function logCosh(label: tf.Tensor, guess: tf.Tensor) {
  const error = guess.sub(label).abs();
  return error.add(error.mul(-2).softplus()).sub(Math.LN2).mean();
}`;
  expect(found(program)).toEqual(['cancellation info: error.add(error.mul(-2).softplus()).sub(Math.LN2)']);
});

describe('silent-broadcast', () => {
  const program = (keepDims: string): string => `
export function loss(table: tf.Tensor2D, weights: tf.Tensor1D, words: any, others: any) {
  const scores = table.gather(words).mul(table.gather(others)).sum(1, ${keepDims});
  return scores.mul(weights.gather(words)).mean();
}`;

  it('of a column where all tensors have one rank, though one of them may be a single index', () => {
    expect(found(program('true'))).toContain('silent-broadcast info: scores.mul(weights.gather(words))');
  });

  it('is not said of a row', () => {
    expect(found(program('false')).filter((one) => one.startsWith('silent-broadcast'))).toEqual([]);
  });
});

describe('incompatible-shapes', () => {
  const model = (inputs: string): string =>
    `const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [${inputs}] })] });`;

  it('a vector for a model of as many inputs as a caller says', () => {
    const code = `
export function line(inputs: number) {
  ${model('inputs')}
  return model.predict(tf.linspace(0, 1, 50));
}`;
    expect(found(code)).toEqual(['incompatible-shapes info: model.predict(tf.linspace(0, 1, 50))']);
    expect(reported(code)[0]!.message).toBe(
      '`model.predict(tf.linspace(0, 1, 50))` hands [50] to a model that takes [batch, inputs]: a single axis is taken for as many examples of one number, not for one of inputs. It throws unless `inputs` is 1. Give it the batch in front: `expandDims(0)`.',
    );
  });

  it('is more where the data have as many', () => {
    const code = `
export function first(rows: tf.Tensor2D) {
  ${model('rows.shape[1]')}
  return model.predict(tf.linspace(0, 1, 50));
}`;
    expect(found(code)).toEqual(['incompatible-shapes warning: model.predict(tf.linspace(0, 1, 50))']);
  });

  it('is not said of a model of one input', () => {
    const code = `
export function line() {
  ${model('1')}
  return model.predict(tf.linspace(0, 1, 50));
}`;
    expect(found(code)).toEqual([]);
  });
});

describe('a gradient that nothing is seen to take', () => {
  const distance = (prior: string): string => `
export class Decay {
  private readonly weights = ${prior};
  distance(target: tf.Tensor1D) {
    return tf.sqrt(this.weights.sub(target).square().sum());
  }
}`;

  it('is a note, but of a weight, which is there to be trained', () => {
    const told = (prior: string): string[] => found(distance(prior)).map((one) => one.replace(/:.*/, ''));
    expect(told('tf.variable(tf.zeros([4]))')).toEqual(['sqrt-at-zero warning']);
    expect(told('tf.variable(tf.zeros([4]), false)')).toEqual(['sqrt-at-zero info']);
    expect(told('tf.randomNormal([4])')).toEqual(['sqrt-at-zero info']);
  });
});

describe('a column beside what callers hand in', () => {
  const program = (name: string, column: string): string => `
export class Critic {
  private readonly net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
  advantages(x: tf.Tensor2D, ${name}: tf.Tensor) {
    return ${name}.sub(${column});
  }
}`;
  const told = (name: string, column: string): string[] =>
    found(program(name, column)).map((one) => one.replace(/:.*/, ''));

  it('is a note where that is called a number for each sample', () => {
    expect(told('returns', 'this.net.predict(x) as tf.Tensor')).toEqual(['silent-broadcast info']);
    expect(told('labels', 'x.mean(1, true)')).toEqual(['silent-broadcast info']);
  });

  it('is none beside anything else, nor where it was dropped', () => {
    expect(told('offset', 'this.net.predict(x) as tf.Tensor')).toEqual([]);
    expect(told('returns', '(this.net.predict(x) as tf.Tensor).squeeze([1])')).toEqual([]);
  });
});

describe('a ramp between two numbers that callers choose', () => {
  it('is a note, however it is asked where between them one is', () => {
    const ramp = `
export function rate(x: tf.Tensor, step: number, warmup: number, total: number) {
  if (step < warmup || step > total) return x;
  return x.mul((step - warmup) / (total - warmup));
}`;
    expect(found(ramp).filter((one) => one.includes(' warning'))).toEqual([]);
  });
});

describe('shape-claim', () => {
  it('does not advise to say the type that is there, where only a size differs', () => {
    const program = `
/** @shape x [B, 10] */
export const total = (x: tf.Tensor2D) => x.sum(1);
export const seven = () => total(tf.ones([4, 7]));`;
    const [claim] = reported(program);
    expect(claim?.message).toMatch(/ Hand over \[B, 10\], or mend what is claimed\.$/);
  });
});
