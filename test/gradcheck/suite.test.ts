/** The verdicts of the checker on the labelled suite, and on a sample of random functions. `npm run bench -- gradcheck` does all. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradient, type GradientReport } from '../../src/gradcheck/index.js';
import { composition, type Composition } from './compositions.js';
import { planted } from './planted.js';
import { flat } from './suite/case.js';
import { families } from './suite/index.js';

beforeAll(() => tf.setBackend('cpu'));

type Checked = Pick<Composition, 'fn'> & { readonly inputs: readonly unknown[] };

const check = ({ fn, inputs }: Checked, options = {}): Promise<GradientReport> =>
  checkGradient(fn as (...xs: never[]) => tf.Tensor, inputs as never, { tf, ...options });

describe.each(Object.entries(families))('%s', (_, cases) => {
  const small = cases.filter(({ inputs }) => inputs.flatMap(flat).length <= 100);
  test.each(small)('$name, order $order: $expected', async (gradientCase) => {
    const { verdict } = await check(gradientCase, { order: gradientCase.order });
    expect(gradientCase.expected).toContain(verdict);
  });
});

describe('random smooth functions', () => {
  test('none has a wrong gradient', async () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < 25; seed += 1) {
      const { verdict, message } = await check(composition(seed));
      if (verdict === 'wrong-gradient') wrong.push(message);
    }
    expect(wrong).toEqual([]);
  });

  test('one element off by 1e-5 is found', async () => {
    const missed: string[] = [];
    for (let seed = 0; seed < 25; seed += 1) {
      const each = planted(composition(seed), 1e-5);
      if (each === undefined) continue;
      const { verdict } = await check(each);
      if (verdict !== 'wrong-gradient') missed.push(`${each.text}: ${verdict}`);
    }
    expect(missed).toEqual([]);
  });
});
