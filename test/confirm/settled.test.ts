/** Where nothing decides what the suspected operand is, one run says whether it is ever in danger. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';

const root = path.resolve(import.meta.dirname, '../..');
const texts = new Map<string, string>();
const readFile = (file: string): string | undefined => texts.get(file);
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });
afterAll(() => confirmer.close());

async function statusOf(code: string): Promise<string> {
  const file = path.join(root, `settled-${texts.size}.ts`);
  texts.set(file, `import * as tf from '@tensorflow/tfjs';\n${code}\n`);
  const [finding] = new Analyser(root, { readFile }).analyse([file]);
  return (await confirmer.confirm(finding!)).status;
}

describe('an operand that is computed of what is written down', () => {
  const scaled = (rows: string): string => `
    const table = tf.tensor2d(${rows});
    const spread = table.sub(table.mean(0)).square().mean(0).sqrt();
    export const scale = (row: tf.Tensor1D) => row.sub(table.mean(0)).div(spread);`;

  it('is refuted where it stays outside', async () => {
    expect(await statusOf(scaled('[[52, 2], [75, 3], [110, 4]]'))).toBe('refuted');
  });

  it('is confirmed where it does not', async () => {
    expect(await statusOf(scaled('[[52, 2], [75, 2], [110, 2]]'))).toBe('confirmed');
  });
});

it('a function whose operand is seen where it was not read to be is not', async () => {
  const verdict = await statusOf(`
    export function rate(scores: number[]) {
      const bins = Array.from({ length: 10 }, () => ({ count: 0 }));
      scores.forEach((score) => { bins[Math.floor(score)].count++; });
      const full = bins.filter((bin) => bin.count > 0);
      return tf.scalar(scores[0] / full.length);
    }`);
  expect(verdict).not.toBe('refuted');
});

describe('a module that is handed nothing', () => {
  const steps = (start: string): string => `
    const path = [${start}];
    for (let step = 0; step < 20; step++) path.push(path[step] * 0.9 - 0.1);
    const changes = tf.tensor1d(path.slice(1).map((at, step) => at - path[step]));
    changes.div(changes.abs().max()).print();`;

  it('is refuted where its only run stays outside', async () => {
    expect(await statusOf(steps('1'))).toBe('refuted');
  });

  it('is not where draws or the clock decide what that run is', async () => {
    expect(await statusOf(steps('Math.random()'))).toBe('confirmed');
    expect(await statusOf(steps('Date.now() % 10'))).toBe('confirmed');
  });

  it('may draw when the place is behind it', async () => {
    expect(await statusOf(`${steps('1')}\ntf.randomNormal([3]).print();`)).toBe('refuted');
  });

  it('may draw before, for something else', async () => {
    const labels = `const labels = Array.from({ length: 20 }, () => Math.floor(Math.random() * 3));`;
    expect(await statusOf(`${labels}\ntf.randomNormal([3]).print();${steps('1')}`)).toBe('refuted');
    expect(await statusOf(`${labels}${steps('labels[7]')}`)).toBe('confirmed');
  });
});
