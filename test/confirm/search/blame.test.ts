import { describe, expect, it } from 'vitest';
import { confirm, tensor, type Suspicion } from './closures.js';

/** Programs that can break in two places: a failure counts only for the place that is to blame for it. */

const x = tensor(1, ['N']);
const y = tensor(2, ['N']);
const VALUE = { harm: 'value', failures: ['overflow', 'infinity', 'nan'] } as const;
const GRADIENT = { harm: 'gradient', failures: ['nan-gradient', 'inf-gradient'], gradient: true } as const;
const OVERFLOW = { op: 'exp', region: { operand: 'x', low: 88.73, high: Infinity }, ...VALUE } as const;
const ROOT = { op: 'sqrt', region: { operand: 'x', low: 0, high: 0 }, ...GRADIENT } as const;
const SATURATED = {
  op: 'sigmoid',
  region: { operand: 'x', low: 1, high: Infinity },
  harm: 'gradient',
  failures: ['vanished-gradient'],
  gradient: true,
} as const;

/** The verdict, with the numbers of the witness. */
async function verdict(suspicion: Suspicion): Promise<unknown[]> {
  const { status, failure, witness, reason } = await confirm(suspicion);
  const inputs = Object.fromEntries((witness?.inputs ?? []).map((input) => [input.name, input.value]));
  return status === 'confirmed' ? [status, failure, inputs] : [status, reason?.replace(/ \(\d+\)/g, '')];
}

const NOT_TO_BLAME = 'the site failed, but it is something else that breaks the result';
const MASKED = 'the site failed, but the result and its gradient came out right';

describe('a value', () => {
  it('that is bounded further on, beside a logarithm that breaks', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x, y },
      run: (tf, at, x, y) =>
        at({ x }, () => tf.exp(x))
          .minimum(10)
          .add(tf.log(y.abs())),
    };
    const [status, reason] = await verdict(suspicion);
    expect(status).toBe('not-reproduced');
    expect(reason).toContain(MASKED);
    expect(reason).toContain(NOT_TO_BLAME);
  });

  it('that is only asked whether it is above another, and is', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x },
      run: (tf, at, x) => at({ x }, () => tf.exp(x)).greater(1),
    };
    const [status, reason] = await verdict(suspicion);
    expect(status).toBe('not-reproduced');
    expect(reason).toContain(NOT_TO_BLAME);
  });

  it('of which nobody can tell any more which one is the largest', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x },
      run: (tf, at, x) => at({ x }, () => tf.exp(x)).argMax(),
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'overflow', { x: [89] }]);
  });

  it('that breaks the result, beside one that need not', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x, y },
      run: (tf, at, x, y) => at({ x }, () => tf.exp(x)).add(tf.log(y.abs())),
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'overflow', { x: [89], y: [1] }]);
  });

  it('that breaks the result together with its twin: mending one of them mends nothing', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x },
      run: (tf, at, x) => at({ x }, () => tf.exp(x)).add(tf.exp(x).mul(2)),
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'overflow', { x: [89] }]);
  });

  it('that is bounded, in a result that is infinite on purpose', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x },
      run: (tf, at, x) => tf.where(x.greater(0), at({ x }, () => tf.exp(x)).minimum(100), Infinity),
    };
    expect((await verdict(suspicion))[0]).toBe('not-reproduced');
  });

  it('that is bounded, in a result that has lost its digits elsewhere', async () => {
    const suspicion: Suspicion = {
      ...OVERFLOW,
      inputs: { x, y },
      run: (tf, at, x, y) =>
        at({ x }, () => tf.exp(x))
          .minimum(1e-3)
          .add(y.add(1e5).sub(1e5)),
    };
    expect((await verdict(suspicion))[0]).toBe('not-reproduced');
  });

  it('of a formula whose operand has broken before is none of the formula', async () => {
    const suspicion: Suspicion = {
      op: 'log',
      formula: true,
      ...VALUE,
      inputs: { x: tensor(1, ['N'], [-5, 5]), y: tensor(2, ['N'], [0, 100]) },
      run: (tf, at, x, y) => {
        const p = tf.exp(x.mul(y.log())).sum().add(1);
        return at({ x: p }, () => tf.log(p));
      },
    };
    const [status, reason] = await verdict(suspicion);
    expect(status).toBe('not-reproduced');
    expect(reason).toContain(NOT_TO_BLAME);
  });

  it('of a formula whose own part overflows is', async () => {
    const suspicion: Suspicion = {
      op: 'log',
      formula: true,
      ...VALUE,
      inputs: { x: tensor(1, ['N'], [-1000, 1000]), y },
      run: (tf, at, x, y) => {
        const p = tf.exp(tf.div(x, y)).sum();
        return at({ x: p }, () => tf.log(p));
      },
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'overflow', { x: [89], y: [1] }]);
  });
});

describe('a gradient', () => {
  it('that gets nowhere, beside one that is NaN', async () => {
    const suspicion: Suspicion = {
      ...ROOT,
      inputs: { x, y },
      run: (tf, at, x, y) => {
        const held = tf.tensor1d(Array.from(x.dataSync() as Iterable<number>));
        return at({ x: held }, () => tf.sqrt(held)).add(tf.acos(y.clipByValue(-1, 1)));
      },
    };
    expect((await verdict(suspicion))[0]).toBe('not-reproduced');
  });

  it('that is NaN by itself, beside one that need not be', async () => {
    const suspicion: Suspicion = {
      ...ROOT,
      inputs: { x, y },
      run: (tf, at, x, y) => at({ x: x.abs() }, () => tf.sqrt(x.abs())).add(tf.log(y.abs())),
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'inf-gradient', { x: [0], y: [1] }]);
  });
});

describe('a gradient that vanishes', () => {
  it('at the site', async () => {
    const suspicion: Suspicion = {
      ...SATURATED,
      inputs: { x },
      run: (tf, at, x) => at({ x }, () => tf.sigmoid(x)),
    };
    expect(await verdict(suspicion)).toEqual(['confirmed', 'vanished-gradient', { x: [18] }]);
  });

  it('at another op, while that of the site is alive', async () => {
    const suspicion: Suspicion = {
      ...SATURATED,
      inputs: { x: tensor(1, ['N'], [-5, 5]), y },
      run: (tf, at, x, y) => at({ x }, () => tf.sigmoid(x)).add(tf.relu(y)),
    };
    const [status, reason] = await verdict(suspicion);
    expect(status).toBe('not-reproduced');
    expect(reason).toContain(NOT_TO_BLAME);
  });

  it('behind the site already', async () => {
    const suspicion: Suspicion = {
      ...SATURATED,
      inputs: { x: tensor(1, ['N'], [-5, 5]) },
      run: (tf, at, x) => at({ x }, () => tf.sigmoid(x)).clipByValue(0, 0.6),
    };
    expect((await verdict(suspicion))[0]).toBe('not-reproduced');
  });
});

describe('digits', () => {
  it('that are lost, and do not count in the result', async () => {
    const suspicion: Suspicion = {
      op: 'sub',
      harm: 'accuracy',
      failures: ['cancellation'],
      gradient: true,
      inputs: { x: tensor(1, ['N'], [-1, 1]) },
      run: (tf, at, x) => {
        const grown = tf.exp(x.mul(1e-3));
        return at({ a: grown, b: tf.scalar(1) }, () => tf.sub(grown, 1)).add(100);
      },
    };
    const [status, reason] = await verdict(suspicion);
    expect(status).toBe('not-reproduced');
    expect(reason).toContain(MASKED);
  });
});
