/**
 * Random rounding, as in J. Vignes, "A stochastic arithmetic for reliable scientific computation", Mathematics and
 * Computers in Simulation 35 (1993): what moves when every operation is off by a little has no digits to compare. Two
 * precisions may agree by accident (1 + 1e-30 is 1 in both); two random roundings do not.
 */

import type { CpuBackend, TensorInfo } from '../float64/engine.js';

/** Relative size: far above the rounding of float64, far below that of float32. */
export const PERTURBATION = 2 ** -36;

/** Kernels whose results are operands, moved, chosen or with another sign: nothing is rounded there. */
const EXACT: ReadonlySet<string> = new Set(
  `Identity Reshape Cast Transpose Slice StridedSlice GatherV2 GatherNd Concat Pack Unpack SplitV Tile Reverse PadV2
  MirrorPad ExpandDims BroadcastTo Select Max Min Maximum Minimum Relu Relu6 ClipByValue Neg Abs Step Sign Floor Ceil
  Round OneHot Fill ZerosLike OnesLike Range ResizeNearestNeighbor MaxPool TopK Complex Real Imag`.split(
    /\s+/,
  ),
);

export const isExact = (kernel: string): boolean => EXACT.has(kernel);

/** The same sequence in every run, so that a proof can be had again. */
export class Perturbation {
  private state = 1;

  begin(): void {
    this.state = 0x9e3779b9 | 0;
  }

  /** The results of a kernel, in place. */
  applyTo(outputs: readonly TensorInfo[], backend: CpuBackend): void {
    for (const { dtype, dataId } of outputs) {
      const values = dtype === 'float32' ? backend.data.get(dataId)?.values : undefined;
      if (values instanceof Float64Array) this.apply(values);
    }
  }

  /** What came of JavaScript numbers; of whole ones a whole one, which counts something, stays what it is. */
  ofNumber(value: number, operands: readonly number[]): number {
    return [value, ...operands].every(Number.isInteger) ? value : value * this.next();
  }

  private apply(values: Float64Array): void {
    for (let index = 0; index < values.length; index += 1) values[index]! *= this.next();
  }

  private next(): number {
    // G. Marsaglia, "Xorshift RNGs": the triple 13, 17, 5.
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return 1 + (this.state / 2 ** 31) * PERTURBATION;
  }
}
