/** Sum without the rounding of its partial sums (A. Neumaier, Z. Angew. Math. Mech. 54 (1974)). */
export class Sum {
  private total = 0;
  private lost = 0;

  add(term: number): void {
    const next = this.total + term;
    this.lost += Math.abs(this.total) >= Math.abs(term) ? this.total - next + term : term - next + this.total;
    this.total = next;
  }

  get value(): number {
    return Number.isFinite(this.lost) ? this.total + this.lost : this.total;
  }
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sum = new Sum();
  for (let index = 0; index < a.length; index += 1) if (b[index] !== 0) sum.add(a[index]! * b[index]!);
  return sum.value;
}

export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index += 1) {
    const size = Math.abs(values[index]!);
    if (!(size <= most)) most = size;
  }
  return most;
}

export function rootMeanSquare(values: ArrayLike<number>): number {
  const scale = largest(values);
  if (!(scale > 0) || scale === Infinity) return scale;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += (values[index]! / scale) ** 2;
  return scale * Math.sqrt(sum / values.length);
}
