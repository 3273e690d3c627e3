/** A stream of random numbers that depends on nothing but its seed, so that a verdict can be replayed. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform in 0..count-1. */
  below(count: number): number;
  normal(): number;
  pick<T>(choices: readonly T[]): T;
}

/** G. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003) no. 14: the triple 13, 17, 5. */
export function xorshift32(seed: number): Random {
  // The state must not be zero; the constant is the golden ratio in 32 bits.
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x9e3779b9) | 0 || 1;
  const unit = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Seeds that differ in few bits start alike.
  for (let skipped = 0; skipped < 8; skipped++) unit();
  const below = (count: number): number => Math.floor(unit() * count);
  return {
    unit,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    pick: (choices) => choices[below(choices.length)]!,
  };
}
