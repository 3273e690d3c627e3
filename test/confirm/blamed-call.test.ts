/** A call is blamed for what breaks through it, and not for what breaks through another call of the same function. */
import { expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { folder } from '../folder.js';

const SHARE = `
import * as tf from '@tensorflow/tfjs';
// Nothing but a run tells that it is the sum of all.
const total = (xs) => xs.slice(Math.round(Date.now() / 1e15)).reduce((sum, x) => sum + x, 0);
export const share = (xs) => tf.scalar(xs[0] / total(xs));
export const shares = (xs, ys) => [share(xs), share(ys)];
export const shareLater = async (xs) => (await tf.ready(), share(xs));
`;

const MAIN = `
import * as tf from '@tensorflow/tfjs';
import { share, shares, shareLater } from './share.js';
`;

/** What is said of each line of a program that has these functions in another file, and whether a run showed it. */
async function told(...lines: readonly string[]): Promise<string[]> {
  const root = folder({ 'share.js': SHARE, 'main.js': MAIN + lines.join('\n') });
  const { findings } = await audit(['.'], { root });
  const first = MAIN.split('\n').length;
  return findings.map(
    ({ file, start, verdict }) =>
      `${file === 'main.js' ? lines[start.line - first] : file} ${verdict.status}`,
  );
}

it('the call that hands over nothing but zeros, and not the one beside it', async () => {
  expect(await told('share([0, 3, 1]).print();', 'share([0, 0, 0]).print();')).toEqual([
    'share([0, 3, 1]).print(); not-reproduced',
    'share([0, 0, 0]).print(); confirmed',
  ]);
});

it('whichever way it takes from there', async () => {
  expect(await told('shares([0, 3], [0, 1]);', 'shares([0, 2], [0, 0]);')).toEqual([
    'shares([0, 3], [0, 1]); not-reproduced',
    'shares([0, 2], [0, 0]); confirmed',
  ]);
});

it('what it does later on belongs to it', async () => {
  expect(await told('shareLater([0, 3]);', 'shareLater([0, 0]);')).toEqual([
    'shareLater([0, 3]); not-reproduced',
    'shareLater([0, 0]); confirmed',
  ]);
});
