import { elementsIn } from '../../src/facts/concrete-shape.js';
import type { Condition } from '../../src/ops/gradient-conditions.js';
import type { TensorFlow } from '../../src/ops/row.js';

/** One call of an op whose gradient is checked. */
export interface Case {
  /** The row of the op table. */
  readonly op: string;
  /** What is particular about this call: `axis 0 of [2, 3]`. */
  readonly title: string;
  /** The condition the call stands for, in the words of `src/ops/gradient-conditions.ts`; absent: an ordinary call. */
  readonly condition?: Condition | undefined;
  /** Operands for which the condition holds; absent: all. */
  readonly conditionOf?: readonly string[] | undefined;
  /** The operands that are differentiated, in order. */
  readonly operands: readonly Operand[];
  run(tf: TensorFlow, ...operands: TensorFlow[]): TensorFlow;
}

export interface Operand {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Float32 numbers between the ends, all different and in no order; `turn` makes another draw of the same shape. */
export function operand(
  name: string,
  shape: readonly number[],
  [low, high]: readonly [number, number] = [-0.9, 0.9],
  turn = 0,
): Operand {
  const size = elementsIn(shape);
  // Multiples of the golden section, modulo 1, are as far from each other as can be (Kronecker sequence).
  const values = Array.from({ length: size }, (_, index) => {
    const share = ((index + 1 + 0.37 * turn) * 0.6180339887498949) % 1;
    return Math.fround(low + share * (high - low));
  });
  return { name, shape, values };
}

/** `[2, 3]`. */
export const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
