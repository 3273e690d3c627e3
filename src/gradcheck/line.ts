import { operandsOf, type TensorInfo } from '../float64/engine.js';
import { UNIT_ROUNDOFF } from '../float64/rounding.js';
import { slopeAlong, type Rise, type Slope } from './ladder.js';
import type { Domain } from './report.js';
import { EXACT, type InputForm, type Point, type Subject } from './subject.js';
import { dot, largest, rootMeanSquare, Sum } from './sums.js';

/**
 * How far each element is moved by a step of 1: by its own size, so that elements of 1e-6 and of 1e6 are moved alike. What
 * is 0 is moved by the size of its input, and if that is 0, by 1.
 */
export function scalesOf(point: Point, forms: readonly InputForm[]): Float64Array {
  const scales = new Float64Array(point.length);
  for (const { offset, size } of forms) {
    const values = point.subarray(offset, offset + size);
    const usual = rootMeanSquare(values) || 1;
    for (let index = 0; index < size; index += 1) scales[offset + index] = Math.abs(values[index]!) || usual;
  }
  return scales;
}

/** A line through the point: how each element moves with a step of 1. */
export interface Line {
  readonly direction: Float64Array;
  /** The only element that moves, if there is one. */
  readonly element?: number | undefined;
}

/** Measures a function along lines through a point. All in exact numbers. */
export class Lines {
  private readonly middle: Float64Array;
  /** How far rounding in the last digit may have moved each output: what float32 got wrong, 2^-29 of it. */
  private readonly noise: Float64Array;
  /** Of all sums on the way. */
  private largestTerm: number | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly point: Point,
    /** One number is made of the outputs: the sum of weights * outputs. */
    private readonly weights: Float64Array,
    middle: Float64Array,
    /** Outputs in float32, where it is known how much float32 gets wrong. */
    differences: Float64Array | undefined,
    private readonly domains: readonly (Domain | undefined)[],
    private readonly stretch: number,
  ) {
    this.middle = middle;
    this.noise = middle.map((value, index) => {
      const shown = differences === undefined ? 0 : Math.abs(differences[index]!);
      return 4 * (Number.isFinite(shown) ? shown * 2 ** -29 : 0) + UNIT_ROUNDOFF.float64 * Math.abs(value);
    });
  }

  slope({ direction }: Line): Slope {
    const walk = slopeAlong(this.stretch);
    // Only outputs that move make noise; which ones do shows at the widest step, which comes first.
    const moving = new Uint8Array(this.middle.length);
    let step = walk.next();
    while (!step.done) step = walk.next(this.rise(direction, step.value, moving));
    return step.value;
  }

  /** What outputs that did not move may have hidden of a rise: a change below their last digit. */
  get hidden(): number {
    return dot(this.weights.map(Math.abs), this.noise);
  }

  /**
   * Whether a sum on the way swallows the change that the line makes: a number so much smaller than the other terms that
   * float64 has no digit for it. Then nothing moves, though the function is not constant.
   */
  isAbsorbed({ direction }: Line): boolean {
    const moved = this.moved(direction, 2 ** -6);
    if (moved === undefined) return false;
    const [before, after] = [this.sums(this.point), this.sums(moved)];
    return before.some(({ operands, outputs }, index) => {
      const there = after[index];
      return there !== undefined && same(outputs, there.outputs) && addsUp(operands, there.operands);
    });
  }

  /**
   * Whether a jump is no more than the rounding of a sum on the way, of terms that cancel each other.
   */
  isRounding({ rungs }: Slope): boolean {
    const { ahead, behind } = rungs.at(-1)!;
    this.largestTerm ??= Math.max(
      0,
      ...this.sums(this.point).flatMap(({ operands }) => operands.map((values) => largest(values))),
    );
    return Math.max(Math.abs(ahead), Math.abs(behind)) <= 64 * UNIT_ROUNDOFF.float64 * this.largestTerm;
  }

  private sums(point: Point): { operands: ArrayLike<number>[]; outputs: ArrayLike<number>[] }[] {
    const sums: { operands: ArrayLike<number>[]; outputs: ArrayLike<number>[] }[] = [];
    this.subject.value(point, {
      ...EXACT,
      watch: (kernel, args, outputs) => {
        if (!SUMS.has(kernel)) return;
        const values = (info: TensorInfo): ArrayLike<number> =>
          Array.from((args.backend.data.get(info.dataId)?.values ?? []) as ArrayLike<number>);
        sums.push({ operands: operandsOf(args).map(values), outputs: [outputs].flat().map(values) });
      },
    });
    return sums;
  }

  /** The value at a place of the line, less the value in the middle. */
  private rise(direction: Float64Array, place: number, moving: Uint8Array): Rise {
    const moved = this.moved(direction, place);
    if (moved === undefined) return { value: NaN, noise: NaN };
    const { values } = this.subject.value(moved);
    const rise = new Sum();
    let noise = 0;
    for (let index = 0; index < values.length; index += 1) {
      const [now, before] = [values[index]!, this.middle[index]!];
      const weight = this.weights[index]!;
      if (now !== before && !Object.is(now, before)) {
        moving[index] = 1;
        rise.add(weight * (now - before));
      }
      if (moving[index] === 1) noise += Math.abs(weight) * this.noise[index]!;
    }
    return { value: rise.value, noise };
  }

  private moved(direction: Float64Array, place: number): Point | undefined {
    const moved = new Float64Array(this.point.length);
    for (let index = 0; index < moved.length; index += 1)
      moved[index] = this.point[index]! + place * direction[index]!;
    const outside = this.subject.forms.some(({ offset, size }, input) => {
      const domain = this.domains[input];
      if (domain === undefined) return false;
      const { low = -Infinity, high = Infinity } = domain;
      return moved.subarray(offset, offset + size).some((value) => value < low || value > high);
    });
    return outside ? undefined : moved;
  }
}

/** Kernels that add up what they are given. */
const SUMS = new Set(['Add', 'AddN', 'Sub', 'Sum', 'Mean']);

/** Whether changes of the terms leave a change of their sum: those of one operand do, unless they cancel each other. */
function addsUp(before: readonly ArrayLike<number>[], after: readonly ArrayLike<number>[]): boolean {
  const changes = before.map((values, index) =>
    Array.from(values, (value, at) => (after[index]?.[at] ?? NaN) - value).filter((change) => change !== 0),
  );
  const changed = changes.filter((each) => each.length > 0);
  if (changed.length !== 1) return false;
  const sum = new Sum();
  for (const change of changed[0]!) sum.add(change);
  return Math.abs(sum.value) > 1e-6 * largest(changed[0]!);
}

const same = (a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): boolean =>
  a.every((values, index) => {
    const others = b[index];
    return others !== undefined && Array.from(values).every((value, at) => Object.is(value, others[at]));
  });

/** One element alone. */
export function coordinate(element: number, scales: Float64Array): Line {
  const direction = new Float64Array(scales.length);
  direction[element] = scales[element]!;
  return { direction, element };
}

/** What autodiff says of a line, and how far rounding in float64 may have moved it. */
export interface Claim {
  readonly slope: number;
  readonly noise: number;
  /** Size of the terms that add up to it. */
  readonly terms: number;
}

export function claimAlong(line: Line, gradient: Float64Array, noise: Float64Array): Claim {
  const { direction, element } = line;
  if (element !== undefined) {
    const scale = direction[element]!;
    const slope = gradient[element]! * scale;
    return { slope, noise: noise[element]! * scale, terms: Math.abs(slope) };
  }
  let [terms, rounding] = [0, 0];
  for (let index = 0; index < direction.length; index += 1) {
    const scale = Math.abs(direction[index]!);
    if (scale === 0) continue;
    terms += scale * Math.abs(gradient[index]!);
    rounding += scale * noise[index]!;
  }
  return { slope: dot(gradient, direction), noise: rounding, terms };
}

/**
 * How far rounding may have moved the elements of a float64 gradient. The same computation in float32 makes the same
 * errors 2^29 times as large.
 */
export function gradientNoise(float64: Float64Array, float32: Float64Array | undefined): Float64Array {
  const size = largest(float64.filter((value) => Number.isFinite(value)));
  return float64.map((value, index) => {
    const difference = float32 === undefined ? NaN : Math.abs(value - float32[index]!);
    const shown = Number.isFinite(difference) ? difference : Math.abs(value);
    const own = Number.isFinite(value) ? Math.abs(value) : size;
    return 4 * 2 ** -29 * (Number.isFinite(shown) ? shown : 0) + 16 * UNIT_ROUNDOFF.float64 * own;
  });
}
