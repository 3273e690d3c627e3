/**
 * The published recipes of other gradient checkers, written anew over TensorFlow.js (facts: their steps, schemes and
 * tolerances). What of a recipe cannot be had here is left out: forward mode, complex numbers, sparse layouts.
 */
import {
  centralColumn,
  dot,
  elements,
  movedAlong,
  pulledRows,
  type Differentiable,
} from './differentiable.js';
import { Random } from '../../test/support/random.js';

export interface Rival {
  readonly name: string;
  /** True: the gradient passes. A throw of TensorFlow.js goes through. */
  passes(f: Differentiable): boolean;
}

/** torch.autograd.gradcheck: eps 1e-6, atol 1e-5, rtol 1e-3, the whole Jacobian both ways, NaN differs from all. */
export const torchSlow: Rival = {
  name: 'torch gradcheck, slow',
  passes(f) {
    const rows = pulledRows(f);
    for (const [input, element] of elements(f)) {
      const numeric = centralColumn(f, input, element, 1e-6);
      if (!rows.every((row, output) => allClose(row[input]![element]!, numeric[output]!, 1e-5, 1e-3)))
        return false;
    }
    return true;
  },
};

/** The same with fast_mode: one number v'Ju an input, u and v random, not negative, of length 1; atol scaled by their sums. */
const torchFast: Rival = {
  name: 'torch gradcheck, fast',
  passes(f) {
    const random = new Random(0);
    const unit = (length: number): Float64Array => {
      const vector = Float64Array.from({ length }, () => random.uniform());
      const norm = Math.sqrt(dot(vector, vector));
      return vector.map((value) => value / norm);
    };
    const v = unit(f.value(f.point).length);
    const directions = f.point.map((vector) => unit(vector.length));
    const analytic = f.pullback(f.point, v);
    const atol = 1e-5 * sum(directions[0]!) * sum(v);
    return directions.every((u, input) => {
      const only = directions.map((_, index) => (index === input ? u : undefined));
      const ahead = f.value(movedAlong(f, only, 1e-6));
      const behind = f.value(movedAlong(f, only, -1e-6));
      const numeric = dot(
        v,
        ahead.map((value, output) => (value - behind[output]!) / 2e-6),
      );
      return allClose(dot(u, analytic[input]!), numeric, atol, 1e-3);
    });
  },
};

/** jax.test_util.check_grads, reverse mode: eps 1e-4 for all types, one normal direction and cotangent, NaN equals NaN. */
export const jax: Rival = {
  name: 'JAX check_grads',
  passes(f) {
    const random = new Random(0);
    const tolerance = f.storage === 'float32' ? 2e-3 : 1e-5;
    const normal = ({ length }: { length: number }): Float64Array =>
      Float64Array.from({ length }, () => random.normal());
    const tangent = f.point.map(normal);
    const ahead = f.value(movedAlong(f, tangent, 1e-4));
    const behind = f.value(movedAlong(f, tangent, -1e-4));
    const cotangent = normal(ahead);
    // Infinity minus Infinity is 0 there.
    const difference = ahead.map((value, output) =>
      value === behind[output] ? 0 : (value - behind[output]!) * (0.5 / 1e-4),
    );
    const gradients = f.pullback(f.point, cotangent);
    const claimed = gradients.reduce((total, gradient, input) => total + dot(tangent[input]!, gradient), 0);
    const numeric = dot(difference, cotangent);
    if (Number.isNaN(claimed) && Number.isNaN(numeric)) return true;
    return allClose(claimed, numeric, tolerance, tolerance);
  },
};

/** tf.test.compute_gradient: delta 2^-10, the whole Jacobian; its users ask for a largest difference below 1e-3. */
export const tensorFlow: Rival = {
  name: 'TensorFlow compute_gradient',
  passes(f) {
    const rows = pulledRows(f);
    for (const [input, element] of elements(f)) {
      const numeric = centralColumn(f, input, element, 2 ** -10);
      if (!rows.every((row, output) => Math.abs(row[input]![element]! - numeric[output]!) < 1e-3))
        return false;
    }
    return true;
  },
};

/**
 * ceres::GradientChecker with RIDDERS: relative precision 1e-6, absolute only where one side is exactly 0. It knows float64
 * alone; in float32 a precision of 1e-3 is ours.
 */
export const ceres: Rival = {
  name: 'Ceres, Ridders',
  passes(f) {
    const rows = pulledRows(f);
    const precision = f.storage === 'float32' ? 1e-3 : 1e-6;
    for (const [input, element] of elements(f)) {
      const numeric = ridders(f, input, element);
      const close = rows.every((row, output) => {
        const [a, b] = [row[input]![element]!, numeric[output]!];
        const absolute = Math.abs(a - b);
        const relative = a === 0 || b === 0 ? absolute : absolute / Math.max(Math.abs(a), Math.abs(b));
        return relative < precision;
      });
      if (!close) return false;
    }
    return true;
  },
};

export const rivals: readonly Rival[] = [torchSlow, torchFast, jax, tensorFlow, ceres];

/**
 * C. J. F. Ridders, Advances in Engineering Software 4 (1982), with the options of Ceres: the first step is 1e-2 of x (at
 * the least 1e-2) times 2^5, halved up to ten times; stops when the norm of the error is below 1e-12 or doubles.
 */
function ridders(f: Differentiable, input: number, element: number): Float64Array {
  const x = f.point[input]![element]!;
  let step = Math.max(1e-2, 1e-2 * Math.abs(x)) * 2 ** 5;
  let previous: Float64Array[] = [];
  let best: Float64Array | undefined;
  let smallest = Number.MAX_VALUE;
  for (let level = 0; level < 10; level += 1, step /= 2) {
    const current = [centralColumn(f, input, element, step)];
    best ??= current[0]!;
    for (let order = 1; order <= level; order += 1) {
      const factor = 4 ** order;
      const [finer, coarser] = [current[order - 1]!, previous[order - 1]!];
      const candidate = finer.map((value, output) => (factor * value - coarser[output]!) / (factor - 1));
      current.push(candidate);
      const error = Math.max(distance(candidate, finer), distance(candidate, coarser));
      if (error <= smallest) {
        smallest = error;
        best = candidate;
        if (smallest < 1e-12) return best;
      }
    }
    if (level > 0 && distance(current[level]!, previous[level - 1]!) > 2 * smallest) break;
    previous = current;
  }
  return best!;
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((total, value, index) => total + (value - b[index]!) ** 2, 0));

/** numpy and torch: |a - b| <= atol + rtol |b|; equal infinities are close, NaN is close to nothing. */
const allClose = (a: number, b: number, atol: number, rtol: number): boolean =>
  a === b || Math.abs(a - b) <= atol + rtol * Math.abs(b);

const sum = (vector: Float64Array): number => vector.reduce((total, value) => total + value, 0);

/** What a user would write in float64: every column of the Jacobian by a central difference, beside autodiff. */
export function plainDifferences(f: Differentiable): number {
  let largest = 0;
  const rows = pulledRows(f);
  for (const [input, element] of elements(f)) {
    const step = 2 ** -20 * Math.max(1, Math.abs(f.point[input]![element]!));
    const column = centralColumn(f, input, element, step);
    rows.forEach((row, output) => {
      largest = Math.max(largest, Math.abs(row[input]![element]! - column[output]!));
    });
  }
  return largest;
}
