/**
 * The word of each row for how a gradient reaches each operand, beside what TensorFlow.js does when random calls of the
 * row are differentiated.
 */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { runOp } from '../../src/ops/call.js';
import { assumedInput } from '../../src/facts/range.js';
import { shapeOf, symbol } from '../../src/facts/shape.js';
import type { GradientFlow, OpCall, Operand, OpRow } from '../../src/ops/row.js';
import { allOps } from '../../src/ops/table.js';
import { drawCall } from './generators.js';
import type { DrawnCall, DrawnTensor } from './random-values.js';

type Verdict = 'flows' | 'zero' | 'throws';

/** What may be seen beside the word, and what must be seen at least once. */
const MEANING: Readonly<Record<GradientFlow, (seen: ReadonlySet<Verdict>) => boolean>> = {
  flows: (seen) => seen.has('flows'),
  unreduced: (seen) => seen.has('flows'),
  zero: (seen) => !seen.has('flows'),
  throws: (seen) => seen.has('throws'),
  none: () => true,
  given: () => true,
};

const CALLS_PER_ROW = 25;

/** To one pixel with aligned corners, the backward kernel of the cpu walks over an infinite window. */
const isEndless = ({ name }: OpRow, { attributes }: DrawnCall): boolean =>
  name === 'image.resizeNearestNeighbor' && attributes['alignCorners'] === true;

beforeAll(() => tf.setBackend('cpu'));

test('each operand is reached by a gradient as its row says', async () => {
  const wrong: string[] = [];
  for (const row of allOps.filter(({ parameters }) =>
    parameters.some(({ kind }) => kind.startsWith('tensor')),
  )) {
    for (const [operand, seen] of await gradientsSeen(row)) {
      const [name = '', foreseen] = operand.split(' ');
      const word = typeof row.gradient === 'string' ? row.gradient : row.gradient[name];
      if (foreseen !== undefined || word === undefined || !MEANING[word](seen))
        wrong.push(`${row.name} ${operand}: ${word} in the table, ${[...seen].join(' or ')} seen`);
    }
  }
  expect(wrong).toEqual([]);
});

/** What happened to each float operand of those random calls that do not throw already forward. */
async function gradientsSeen(row: OpRow): Promise<Map<string, Set<Verdict>>> {
  const seen = new Map<string, Set<Verdict>>();
  const drawn = fc.sample(
    fc.gen().map((g) => drawCall(g, row)),
    { numRuns: CALLS_PER_ROW, seed: 3 },
  );
  for (const call of drawn) {
    if (call === undefined || isEndless(row, call) || !(await runs(row, call))) continue;
    for (const [name, given] of Object.entries(call.operands)) {
      const [first] = [given].flat() as DrawnTensor[];
      if (first?.dtype !== 'float32' || first.shape.includes(0)) continue;
      const verdicts = seen.get(name) ?? new Set<Verdict>();
      const verdict = differentiated(row, call, name);
      if (verdict === 'unused') continue;
      const foreseen = throwsForeseen(row, call);
      // Where a danger says that the backward pass throws, nothing but that is expected of its operand.
      if (foreseen.length === 0) seen.set(name, verdicts.add(verdict));
      else if (foreseen.includes(name) && verdict !== 'throws') {
        seen.set(`${name} (foreseen to throw)`, new Set([verdict]));
      }
    }
  }
  return seen;
}

/** The operands of the dangers that say that differentiating this call throws. */
function throwsForeseen(row: OpRow, { operands, attributes }: DrawnCall): string[] {
  const fact = ({ shape, dtype }: DrawnTensor): Operand => ({
    op: 'input',
    operands: {},
    attributes: {},
    shape: shapeOf(...shape),
    dtype,
    range: assumedInput(),
  });
  const facts = Object.entries(operands).map(([name, given]) => [
    name,
    Array.isArray(given) ? given.map(fact) : fact(given as DrawnTensor),
  ]);
  const seen: OpCall = {
    operands: Object.fromEntries(facts) as OpCall['operands'],
    attributes,
    freshSize: symbol,
  };
  return row.dangers
    .filter(({ harm, failure }) => harm === 'gradient' && failure === 'throws')
    .filter((danger) => danger.when?.(seen) === true)
    .map(({ operand }) => operand);
}

async function runs(row: OpRow, call: DrawnCall): Promise<boolean> {
  try {
    const result = runOp(tf, row, { operands: realOperands(call), attributes: call.attributes });
    // A gradient cannot wait.
    if (result instanceof Promise) await result;
    return !(result instanceof Promise);
  } catch {
    return false;
  }
}

function differentiated(row: OpRow, call: DrawnCall, name: string): Verdict | 'unused' {
  try {
    return tf.tidy(() => {
      const operands = realOperands(call);
      const given = operands[name]!;
      const [x, ...others] = [given].flat() as [tf.Tensor, ...tf.Tensor[]];
      const along = (value: tf.Tensor): tf.Tensor => {
        const replaced = Array.isArray(given) ? [value, ...others] : value;
        return total(
          runOp(tf, row, { operands: { ...operands, [name]: replaced }, attributes: call.attributes }),
        );
      };
      const gradient = tf.grad(along)(x).dataSync();
      return gradient.every((value) => value === 0) ? 'zero' : 'flows';
    });
  } catch (error) {
    // An operand that this call does nothing with: the weights of an activation that is not prelu.
    return /with respect to x\. Make sure/.test(String(error)) ? 'unused' : 'throws';
  }
}

/** A number that depends on every element of every output. */
function total(result: unknown): tf.Tensor {
  const outputs = (result instanceof tf.Tensor ? [result] : Object.values(result as object)) as tf.Tensor[];
  const floats = outputs.some(({ dtype }) => dtype === 'float32')
    ? outputs.filter(({ dtype }) => dtype === 'float32')
    : outputs;
  return floats.map(sumOf).reduce((sum, each) => sum.add(each));
}

function sumOf(output: tf.Tensor): tf.Tensor {
  const parts = output.dtype === 'complex64' ? tf.real(output) : output.toFloat();
  // Not all ones: the sum of a softmax does not depend on anything.
  return parts.mul(tf.randomUniform(output.shape, 1, 2, 'float32', 7)).sum();
}

/** Tensors of ordinary numbers: what happens at 0 and Infinity is not the question. */
function realOperands(call: DrawnCall): Record<string, tf.Tensor | tf.Tensor[]> {
  let seed = 1;
  const real = ({ dtype, shape, values }: DrawnTensor): tf.Tensor => {
    const sizes = [...shape];
    if (dtype === 'float32' || dtype === 'number')
      return tf.randomUniform(sizes, -0.9, 0.9, 'float32', (seed += 1));
    if (dtype === 'complex64') return tf.complex(tf.ones(sizes), tf.ones(sizes));
    return dtype === 'string' ? tf.tensor(values.map(String), sizes) : tf.tensor([...values], sizes, dtype);
  };
  return Object.fromEntries(
    Object.entries(call.operands).map(([name, given]) => [
      name,
      Array.isArray(given) ? given.map(real) : real(given as DrawnTensor),
    ]),
  );
}

describe('whole numbers that are computed from what is trained', () => {
  const w = tf.variable(tf.tensor2d([0.5, -1, 2, 0.25, 3, -2], [2, 3]));
  const chosen = (): tf.Tensor1D => w.argMax(1).toInt() as tf.Tensor1D;
  const CALLS: Readonly<Record<string, () => tf.Tensor>> = {
    gather: () => tf.gather(tf.transpose(w), chosen()),
    unsortedSegmentSum: () => tf.unsortedSegmentSum(w, chosen(), 3),
  };
  const given = allOps.filter(
    ({ gradient }) => typeof gradient !== 'string' && Object.values(gradient).includes('given'),
  );

  it.each(given.map(({ name }) => name))('%s cannot be differentiated', (name) => {
    const loss = (): tf.Scalar => CALLS[name]!().sum();
    expect(() => loss()).not.toThrow();
    expect(() => tf.variableGrads(loss, [w])).toThrow();
  });
});
