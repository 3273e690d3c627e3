import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const places = (body: string): string[] =>
  reported({
    'program.ts': `import * as tf from '@tensorflow/tfjs';
export function direction(x: number, y: number) {
${body}
}`,
  })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, start }) => `${rule} ${start.line}:${start.column}`);

/** A vector of zeros has the length 0, and whoever divides coordinates by it has to say what becomes of that. */
describe('coordinates by their own length', () => {
  it('are told once a line', () => {
    expect(
      places(`  const length = Math.hypot(x, y);\n  return tf.tensor1d([x / length, y / length]);`),
    ).toEqual(['division-near-zero 4:23']);
    expect(
      places(
        `  const length = Math.sqrt(x * x + y * y);\n  const across = x / length;\n  return tf.tensor1d([across, -y / length]);`,
      ),
    ).toEqual(['division-near-zero 4:18', 'division-near-zero 5:31']);
  });

  it('are not where the code asks first, or divides by what is not 0', () => {
    expect(
      places(
        `  const length = Math.hypot(x, y);\n  if (length === 0) return tf.zeros([2]);\n  return tf.tensor1d([x / length, y / length]);`,
      ),
    ).toEqual([]);
    expect(
      places(`  const length = Math.hypot(x, y) || 1;\n  return tf.tensor1d([x / length, y / length]);`),
    ).toEqual([]);
    expect(
      places(`  const length = Math.hypot(x, y, 1);\n  return tf.tensor1d([x / length, y / length]);`),
    ).toEqual([]);
  });

  it('are not where it asks for the coordinates', () => {
    expect(
      places(
        `  const length = Math.hypot(x, y);\n  return tf.tensor1d([length !== 0 ? x / length : 0, Math.abs(length) < 1e-9 ? 0 : y / length]);`,
      ),
    ).toEqual([]);
    expect(
      places(
        `  if (x === 0 && y === 0) return tf.zeros([2]);\n  const length = Math.hypot(x, y);\n  return tf.tensor1d([x / length, y / length]);`,
      ),
    ).toEqual([]);
  });

  it('are not where they are never all 0', () => {
    expect(
      places(
        `  const [across, along] = [Math.cos(x), Math.sin(x)];\n  const length = Math.hypot(across, along);\n  return tf.tensor1d([across / length, along / length]);`,
      ),
    ).toEqual([]);
    expect(
      places(
        `  const [across, along] = [Math.random() - 0.5, Math.random() - 0.5];\n  const length = Math.hypot(across, along);\n  return tf.tensor1d([across / length, along / length]);`,
      ),
    ).toEqual([]);
  });

  it('are others than what another vector is divided by', () => {
    expect(
      places(`  const length = Math.hypot(x, 2);\n  return tf.tensor1d([y / Math.hypot(x, x)]);`),
    ).toEqual([]);
  });
});

describe('a bound that is written', () => {
  it('is reached by what is computed from it', () => {
    expect(
      places(
        `  const cosine = Math.max(-1, Math.min(1, x));\n  return tf.scalar(y / Math.sqrt(1 - cosine * cosine));`,
      ),
    ).toEqual(['division-near-zero 4:20']);
    expect(
      places(`  const share = Math.min(Math.max(x, 0), 0.99);\n  return tf.scalar(share / (1 - share));`),
    ).toEqual([]);
  });

  it('is none where code asks for what is at it', () => {
    const steps = (step: string): string[] =>
      places(`  const count = Math.max(1, x);\n  ${step}\n  return tf.scalar(y / (count - 1));`);
    expect(steps('')).toEqual(['division-near-zero 5:20']);
    for (const asked of ['count === 1', 'count <= 1', 'Math.abs(count) === 1', 'count - 1 < 1e-6'])
      expect(steps(`if (${asked}) return tf.scalar(0);`)).toEqual([]);
  });
});
