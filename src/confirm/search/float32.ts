/**
 * Float32 numbers as a line of integers, and as short decimals.
 *
 * A realm may have replaced `Float32Array` by `Float64Array`, so bits are read through a DataView.
 */
const bits = new DataView(new ArrayBuffer(4));

export const MAX32 = 3.4028234663852886e38;
/** The smallest normal number. */
export const MIN32 = 1.1754943508222875e-38;
/** One binade, in ordinals. */
export const BINADE = 2 ** 23;
/** Half an ulp of 1: the largest relative error of one rounding to float32. */
export const ROUNDING = 2 ** -24;

const MAX_ORDINAL = ordinal(MAX32);

/** The place of a float32 number in the order of all of them; 0 for both zeros. */
export function ordinal(value: number): number {
  bits.setFloat32(0, value);
  const raw = bits.getInt32(0);
  return raw < 0 ? -(raw & 0x7fffffff) : raw;
}

/** The finite float32 number at that place; past the ends the largest one. */
export function fromOrdinal(place: number): number {
  const whole = Math.max(-MAX_ORDINAL, Math.min(MAX_ORDINAL, Math.round(place)));
  bits.setInt32(0, Math.abs(whole));
  const magnitude = bits.getFloat32(0);
  return whole < 0 ? -magnitude : magnitude;
}

export function ulps(value: number, steps: number): number {
  return fromOrdinal(ordinal(value) + steps);
}

/** How far apart two numbers are, in binades: 1 from 2 is 1, 0 from 1 is 127. */
export function binadesBetween(from: number, to: number): number {
  return Math.abs(ordinal(from) - ordinal(to)) / BINADE;
}

/** The shortest decimal that rounds to this float32 number: 0.1 and not 0.10000000149011612. */
export function shortest(value: number): number {
  if (!Number.isFinite(value) || Math.fround(value) !== value) return value;
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24) return value;
  for (let digits = 1; digits <= 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}

/**
 * The number with the fewest digits between an edge and a number further in, as near to the edge as its digits allow:
 * the first number a person would write for "a little beyond 88.72" is 89, for "a little below 5.4e-20" 5e-20.
 */
export function roundBeyond(edge: number, inner: number): number {
  if (edge === inner || edge === 0) return edge;
  if (Math.sign(edge) !== Math.sign(inner)) return 0;
  const [near, far] = [Math.abs(Math.fround(edge)), Math.abs(Math.fround(inner))];
  const outwards = far > near;
  const within = (candidate: number): boolean => {
    const size = Math.abs(Math.fround(candidate));
    return outwards ? size >= near && size <= far : size <= near && size >= far;
  };
  if (near >= 1 && near < 128) {
    const whole = Math.sign(edge) * (outwards ? Math.ceil(near) : Math.floor(near));
    if (within(whole)) return whole;
  }
  const written = shortest(edge);
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = withDigits(written, digits, outwards);
    if (within(candidate)) return candidate;
  }
  return written;
}

/** `value` with that many significant digits, its magnitude rounded up or down. */
export function withDigits(value: number, digits: number, up: boolean): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.floor(Math.log10(Math.abs(value))) - digits + 1;
  const nearest = Number(value.toPrecision(digits));
  if (nearest === value) return value;
  const scaled = Math.abs(value) / 10 ** exponent;
  // Through text, because 3 * 10 ** -5 is not the number nearest to 0.00003.
  const rounded = Number(`${up ? Math.ceil(scaled) : Math.floor(scaled)}e${exponent}`);
  return value < 0 ? -rounded : rounded;
}
