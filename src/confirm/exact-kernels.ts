/**
 * Two kernels of the cpu backend are tuned for float32 and stay coarse in a float64 realm: `Softplus` leaves its formula
 * at ±13.94, and `Erf` is a polynomial with an error of 1.5e-7. Here they are exact to float64.
 */
export const EXACT_KERNELS: Readonly<Record<string, (x: number) => number>> = { Softplus: softplus, Erf: erf };

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

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0);

const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);
const A = [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
const B = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const C = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const D = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const P = [1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4];
const Q = [1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3];
