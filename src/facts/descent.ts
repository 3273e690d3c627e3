/**
 * How gradient descent goes on a squared error that is linear in its weights: share * |inputs · weights - targets|².
 * Its second derivative is 2 * share * inputsᵀ inputs, whatever the weights are; along the direction in which that is
 * largest, each step multiplies the distance to the minimum by one number (Polyak 1964, the heavy ball; without momentum,
 * 1 - rate * curvature).
 */

/** The largest second derivative along any direction, by the power method: never more than it is. */
export function largestCurvature(inputs: readonly (readonly number[])[], share: number): number {
  const width = inputs[0]?.length ?? 0;
  // Of inputs that are all of one sign a direction of ones is never at a right angle to the largest.
  let direction = Array.from({ length: width }, (_, index) => 1 + index / (7 * width));
  let curvature = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const length = Math.hypot(...direction);
    if (!(length > 0)) return 0;
    direction = direction.map((value) => value / length);
    const outputs = inputs.map((row) =>
      row.reduce((sum, value, index) => sum + value * direction[index]!, 0),
    );
    curvature = 2 * share * outputs.reduce((sum, value) => sum + value * value, 0);
    direction = direction.map((_, index) =>
      inputs.reduce((sum, row, sample) => sum + row[index]! * outputs[sample]!, 0),
    );
  }
  return curvature;
}

/** Enough for two digits, unless the two largest are alike: then either is as good. */
const ROUNDS = 24;

/** By how much each step multiplies the distance to the minimum, at last: above 1 it never gets there. */
export function growthPerStep(rate: number, momentum: number, curvature: number): number {
  const middle = 1 + momentum - rate * curvature;
  const discriminant = middle * middle - 4 * momentum;
  // The roots of z² - middle * z + momentum.
  if (discriminant < 0) return Math.sqrt(momentum);
  return (Math.abs(middle) + Math.sqrt(discriminant)) / 2;
}
