import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import { Prover, type TriedFix } from '../../src/fix/prove.js';
import { proofText } from '../../src/report/render/words.js';
import type { FixCandidate } from '../../src/rule/finding.js';

/** Rewrites that somebody may think of, run beside the original: which of them count as fixes, and why not. */

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'a-program.ts');
let text = '';
const readFile = (path: string): string | undefined => (path === file ? text : undefined);
const confirmer = new Confirmer({ root, mode: 'function', readText: readFile });

afterAll(() => confirmer.close());

/** What comes of putting one expression for another in a program whose first finding is confirmed. */
async function tried(code: string, old: string, by: string, claim: FixCandidate['claim']): Promise<unknown> {
  const { proof, reason, isRefuted } = await put(code, old, by, claim);
  return proof === undefined ? [isRefuted ? 'refuted' : 'unproven', reason] : 'proven';
}

async function put(code: string, old: string, by: string, claim: FixCandidate['claim']): Promise<TriedFix> {
  text = `import * as tf from '@tensorflow/tfjs';\n${code}\n`;
  const [finding] = new Analyser(root, { readFile }).analyse([file]);
  const verdict = await confirmer.confirm(finding!);
  expect(verdict.status).toBe('confirmed');
  const start = text.indexOf(old);
  const candidate: FixCandidate = { title: by, claim, replacements: [] };
  const edits = [{ span: { file, start, end: start + old.length }, text: by, lead: 0 }];
  return await new Prover(confirmer, () => text).prove(finding!, verdict, { candidate, edits });
}

const LEVEL = `export const level = (x: tf.Tensor1D) => tf.log(tf.relu(x));`;

describe('a guard', () => {
  it('that leaves ordinary numbers alone is a fix', async () => {
    expect(await tried(LEVEL, 'tf.relu(x)', 'tf.maximum(tf.relu(x), 1e-7)', 'guard')).toBe('proven');
  });

  it('says what it does to results on the way to where they break', async () => {
    const growth = `export const growth = (x: tf.Tensor1D) => tf.exp(x);`;
    const { proof } = await put(growth, 'tf.exp(x)', 'tf.exp(tf.clipByValue(x, -30, 30))', 'guard');
    expect(proofText(proof!)).toMatch(
      /^leaves results as they are at \d+ points of ordinary size, but not at \d+ of \d+ extreme ones; /,
    );
  });

  it('that gives something else altogether is none, however finite that is', async () => {
    const reason = expect.stringContaining('it is another function: of') as unknown;
    expect(await tried(LEVEL, 'tf.relu(x)', 'tf.onesLike(x)', 'guard')).toEqual(['refuted', reason]);
  });

  it('that holds at the witness alone is none', async () => {
    const ratio = `export const ratio = (x: tf.Tensor1D, y: tf.Tensor1D) => tf.div(x, tf.relu(y));`;
    const moved = 'tf.relu(y).add(tf.relu(tf.sub(1e-3, x.abs())))';
    expect(await tried(ratio, 'tf.relu(y)', moved, 'guard')).toEqual([
      'refuted',
      'it fails on other inputs on which the original does',
    ]);
  });

  it('that loses the digits of what it guards is none', async () => {
    const rough = 'tf.relu(x).add(tf.scalar(1e-20).mul(1e-30).mul(1e30)).add(1e-30)';
    expect(await tried(LEVEL, 'tf.relu(x)', rough, 'guard')).toEqual([
      'refuted',
      expect.stringMatching(/^it is wrong by .* at the witness$/) as unknown,
    ]);
  });
});
