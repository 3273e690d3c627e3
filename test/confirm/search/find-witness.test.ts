import { describe, expect, it } from 'vitest';
import { TYPICAL } from './cases/typical.js';
import { confirm, number, tensor, type Suspicion } from './closures.js';

/** What a reader of a verdict is shown, case by case. */

const value = async (suspicion: Suspicion): Promise<Record<string, unknown>> => {
  const { witness } = await confirm(suspicion);
  return Object.fromEntries((witness?.inputs ?? []).map((input) => [input.name, input.value]));
};

describe('a value that breaks', () => {
  it('exp overflows: the witness is a whole number, the threshold that of float32', async () => {
    const verdict = await confirm(TYPICAL['exp(x)']!);
    expect(verdict).toMatchObject({
      status: 'confirmed',
      failure: 'overflow',
      threshold: 'fails for x >= 88.73',
      witness: {
        inputs: [{ name: 'x', value: [89], shape: [1], dtype: 'float32' }],
        observed: { 'x of tf.exp in float32': [89], 'tf.exp in float32': ['Infinity'] },
      },
    });
  });

  it('the log of a softmax: two logits 104 apart', async () => {
    const wide: Suspicion = {
      ...TYPICAL['log(softmax(z))']!,
      inputs: { z: tensor(1, ['B', 'C'], [-1000, 1000]) },
    };
    const verdict = await confirm(wide);
    expect(verdict).toMatchObject({ failure: 'infinity', threshold: 'fails for |z[0][1]| >= 104' });
    expect(verdict.witness).toMatchObject({
      inputs: [{ name: 'z', value: [[0, 104]] }],
      observed: {
        'x of tf.log in float32': [[0, 1]],
        'tf.log in float32': [['-Infinity', 0]],
        'tf.log in float64': [[-104, 0]],
        'gradient of z in float32': [['NaN', 'NaN']],
      },
    });
  });

  it('division by the deviation of constant data', async () => {
    expect(await value(TYPICAL['(x - mean) / std']!)).toEqual({ x: [[0, 0]] });
  });

  it('a denominator that changes its sign: the zero in between, and only that', async () => {
    const verdict = await confirm(TYPICAL['1 / (x - 5)']!);
    expect(verdict).toMatchObject({ failure: 'infinity', threshold: 'fails for x = 5' });
  });

  it('JavaScript numbers are inputs too', async () => {
    const verdict = await confirm(TYPICAL['1 / (3x - 10.5) of a number']!);
    expect(verdict.witness?.inputs[1]).toEqual({ name: 'scale', value: 3.5 });
  });
});

describe('a gradient that breaks', () => {
  it('sqrt at 0: the value is fine, the gradient is not', async () => {
    const verdict = await confirm(TYPICAL['gradient of sqrt(x)']!);
    expect(verdict).toMatchObject({
      failure: 'inf-gradient',
      threshold: 'fails for x = 0',
      witness: { observed: { 'tf.sqrt in float32': [0], 'gradient of x in float32': ['Infinity'] } },
    });
  });

  it('1 / (1 + exp(-x)): right forward, NaN backward', async () => {
    const verdict = await confirm(TYPICAL['gradient of 1 / (1 + exp(-x))']!);
    expect(verdict).toMatchObject({ failure: 'nan-gradient', threshold: 'fails for x <= -88.73' });
    expect(verdict.witness?.observed['result in float32']).toEqual([0]);
  });

  it('a clip that cuts the gradient off is told from a loss that does not depend on it', async () => {
    const { z, y } = await value(TYPICAL['gradient of log(clip(softmax(z), 1e-7, 1)) is dead']!);
    const [logits, labels] = [z as number[], y as number[]];
    const labelled = logits[labels.indexOf(1)]!;
    expect(Math.max(...logits) - labelled).toBeGreaterThan(15);
  });

  it('a wrong formula is shown by the slope of the values', async () => {
    const verdict = await confirm(TYPICAL['wrong gradient of softmaxCrossEntropy by the labels']!);
    expect(verdict.failure).toBe('wrong-value');
    const claimed = verdict.witness?.observed['gradient by labels[0][0] from TensorFlow.js'];
    const measured = verdict.witness?.observed['slope measured by differences'];
    expect(claimed).not.toBeCloseTo(measured as number, 3);
  });

  it('is no failure where none is taken', async () => {
    const verdict = await confirm({ ...TYPICAL['gradient of sqrt(x)']!, gradient: false });
    expect(verdict).toMatchObject({ status: 'not-run', reason: 'no gradient is taken here', points: 0 });
  });
});

describe('digits that are lost', () => {
  it('a variance in one pass: two large numbers next to each other', async () => {
    const { x } = (await value(TYPICAL['mean(x^2) - mean(x)^2']!)) as { x: number[] };
    expect(x).toHaveLength(2);
    expect(Math.abs(x[0]! - x[1]!) / x[0]!).toBeLessThan(0.01);
  });

  it('1 - cos(x): all of them', async () => {
    const verdict = await confirm(TYPICAL['1 - cos(x)']!);
    expect(verdict.witness).toMatchObject({
      inputs: [{ value: [0.0001] }],
      observed: { 'tf.sub in float32': [0], 'tf.sub in float64': [expect.closeTo(5e-9, 12)] },
    });
  });

  it('are not lost at the site if they were not there: a difference of inputs that were rounded before', async () => {
    const verdict = await confirm({
      op: 'sub',
      harm: 'accuracy',
      failures: ['cancellation'],
      inputs: { x: tensor(1, ['N']), y: tensor(2, ['N']) },
      run: (tf, at, x, y) => {
        const [a, b] = [x.mul(1.1), y.mul(1.1)];
        return at({ a, b }, () => tf.sub(a, b));
      },
    });
    expect(verdict.status).toBe('not-reproduced');
  });
});

describe('shapes', () => {
  it('both operands expand', async () => {
    const verdict = await confirm(TYPICAL['[B, 1] - [B]']!);
    expect(verdict).toMatchObject({
      failure: 'wrong-shape',
      witness: { observed: { 'shape of a': [2, 1], 'shape of b': [2], 'shape of tf.sub': [2, 2] } },
    });
  });

  it('throws for sizes that differ, and says that equal ones pass in silence', async () => {
    const verdict = await confirm(TYPICAL['[B, N] - [B]']!);
    expect(verdict.failure).toBe('throws');
    expect(verdict.witness?.observed).toEqual({
      throws: 'Operands could not be broadcast together with shapes 2,3 and 2.',
      'with B = N = 3': 'runs without an error, result [3, 3]',
    });
  });

  it('a squeeze that takes the batch along when there is one row', async () => {
    const verdict = await confirm({
      op: 'squeeze',
      harm: 'shape',
      failures: ['wrong-shape'],
      inputs: { x: tensor(1, ['B', 1, 4]) },
      run: (tf, at, x) => at({ x }, () => tf.squeeze(x)),
    });
    expect(verdict).toMatchObject({
      failure: 'wrong-shape',
      witness: { observed: { 'shape of tf.squeeze': [4], 'with B = 2': [2, 4] } },
    });
  });

  it('of unknown rank are found by trying', async () => {
    expect(await confirm(TYPICAL['unknown rank']!)).toMatchObject({ status: 'confirmed' });
  });
});

describe('what is not confirmed', () => {
  const safe: Suspicion = {
    op: 'log',
    region: { operand: 'x', low: -Infinity, high: 0 },
    harm: 'value',
    failures: ['infinity', 'nan'],
    inputs: { p: tensor(1, ['N'], [0, 1]) },
    run: (tf, at, p) => {
      const x = tf.maximum(p, 1e-7);
      return at({ x }, () => tf.log(x));
    },
  };

  it('says how much was tried and how near it came', async () => {
    const verdict = await confirm(safe);
    expect(verdict.status).toBe('not-reproduced');
    expect(verdict.points).toBeGreaterThan(100);
    expect(verdict.reason).toMatch(
      /^the operand stayed outside the danger region \(\d+\); nearest approach: x = 1e-7$/,
    );
  });

  it('does not leave the promised domain to find a failure', async () => {
    const outside: number[] = [];
    const { region, ...anywhere } = safe;
    expect(region).toBeDefined();
    await confirm({
      ...anywhere,
      inputs: { p: tensor(1, ['N'], [0.25, 0.75]), n: number(2, [2, 3]) },
      run: (tf, at, p, n) => {
        for (const seen of p.dataSync() as Float32Array) if (seen < 0.25 || seen > 0.75) outside.push(seen);
        if ((n as number) < 2 || (n as number) > 3) outside.push(n as number);
        return at({ x: p }, () => tf.log(p));
      },
    });
    expect(outside).toEqual([]);
  });

  it('a unit that always throws was not run', async () => {
    const verdict = await confirm({
      ...safe,
      run: () => {
        throw new Error('no data loaded');
      },
    });
    expect(verdict.status).toBe('not-run');
    expect(verdict.reason).toContain('no data loaded');
  });

  it('an empty domain was not run', async () => {
    const verdict = await confirm({ ...safe, inputs: { p: tensor(1, ['N'], [1, 0]) } });
    expect(verdict).toMatchObject({ status: 'not-run', reason: 'no value of p lies in [1, 0]' });
  });

  it('a failure of another op is not this one', async () => {
    const verdict = await confirm({
      ...safe,
      inputs: { p: tensor(1, ['N'], [-1, 1]) },
      run: (tf, at, p) => {
        const x = tf.sqrt(p).add(1);
        return at({ x }, () => tf.log(x));
      },
    });
    expect(verdict.status).toBe('not-reproduced');
    expect(verdict.reason).toContain('an operand of the site was already broken');
  });

  it('an infinity that does no harm is none', async () => {
    const verdict = await confirm({
      op: 'exp',
      region: { operand: 'x', low: 88.73, high: Infinity },
      harm: 'value',
      failures: ['overflow'],
      inputs: { x: tensor(1, ['N']) },
      run: (tf, at, x) =>
        tf.div(
          1,
          tf.add(
            1,
            at({ x: x.neg() }, () => tf.exp(x.neg())),
          ),
        ),
    });
    expect(verdict.status).toBe('not-reproduced');
    expect(verdict.reason).toContain('the result and its gradient came out right');
  });
});

it('gives the same answer for the same job', async () => {
  const { elapsedMs: _, ...first } = await confirm(TYPICAL['sqrt(pairwise distance) negative']!);
  const { elapsedMs: __, ...second } = await confirm(TYPICAL['sqrt(pairwise distance) negative']!);
  expect(second).toEqual(first);
});
