/** The largest magnitude of some numbers of JavaScript, and their length: 0 in silence. */
import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const scaled = (peak: string, divisor = 'peak'): readonly string[] =>
  found(`export function f(samples: number[]) {
    ${peak}
    return tf.tensor1d(samples.map((sample) => sample / ${divisor}));
  }`);

describe('by which numbers are divided', () => {
  it.each([
    'const peak = Math.max(...samples.map(Math.abs));',
    'const peak = Math.max(...samples.map((sample) => Math.abs(sample)));',
    'const peak = Math.max(...samples.map((sample) => sample * sample));',
    'let peak = 0; for (const sample of samples) peak = Math.max(peak, Math.abs(sample));',
    'let peak = 0; for (const sample of samples) if (Math.abs(sample) > peak) peak = Math.abs(sample);',
    'const peak = Math.hypot(...samples);',
    // From 0 on, of losses of which none may be one.
    'let peak = 0; for (const sample of samples) peak = Math.max(peak, -sample);',
    'let peak = 0; for (const sample of samples) peak = Math.max(peak, 1 - sample / samples[0]);',
  ])('%s', (peak) => {
    expect(scaled(peak)).toEqual(['division-near-zero warning: sample / peak']);
  });
});

describe('that are no zero', () => {
  it.each<[string, string?]>([
    ['const peak = Math.max(...samples.map(Math.abs)) || 1;'],
    ['const peak = Math.max(1e-7, ...samples.map((sample) => Math.abs(sample)));'],
    ['const peak = Math.max(...samples.map(Math.abs)); if (peak === 0) return tf.zeros([samples.length]);'],
    ['const peak = Math.hypot(...samples); if (peak < 1e-9) throw new Error("silence");'],
    ['const peak = Math.hypot(...samples);', '(peak + 1e-9)'],
    ['const peak = Math.max(...samples.map((sample) => Math.abs(sample) + 1));'],
    ['let peak = 0.5; for (const sample of samples) peak = Math.max(peak, -sample);'],
    ['let peak = 0; for (const sample of samples) peak = Math.max(peak, -sample); peak = peak || 1;'],
  ])('%s', (peak, divisor) => {
    expect(scaled(peak, divisor)).toEqual([]);
  });

  it('what a caller chooses is no silence', () => {
    expect(scaled('const peak = Math.max(...samples);')).toEqual([]);
  });
});
