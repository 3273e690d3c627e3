/**
 * Two kernels of the cpu backend are tuned for float32 and stay coarse in a float64 realm: `Softplus` leaves its formula
 * at ±13.94, and `Erf` is a polynomial with an error of 1.5e-7. Here they are exact to float64.
 */
export const EXACT_KERNELS: Readonly<Record<string, (x: number) => number>> = {
  Softplus: softplus,
  Erf: erf,
};

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), as in `CALERF`. */
function erf(x: number): number {
  const y = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (y <= 0.46875) return x * rational(A, B, y * y);
  const complement = y <= 4 ? Math.exp(-y * y) * rational(C, D, y) : farComplement(y);
  return Math.sign(x) * (1 - complement);
}

function farComplement(y: number): number {
  if (y > 6) return 0; // 1 - erfc(6) is 1 in float64
  const z = 1 / (y * y);
  return (Math.exp(-y * y) * (INVERSE_SQRT_PI - z * rational(P, Q, z))) / y;
}

/** Coefficients from the highest power down. */
function rational(numerator: readonly number[], denominator: readonly number[], x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0);

const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);
const A = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const B = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const C = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
  881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const D = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];
