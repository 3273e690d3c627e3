/** Where the element of an operand lies that was broadcast to this element of the result. */
export function broadcastIndex(index: number, result: readonly number[], operand: readonly number[]): number {
  let [rest, stride, at] = [index, 1, 0];
  for (let axis = 1; axis <= operand.length; axis += 1) {
    const size = result[result.length - axis]!;
    const own = operand[operand.length - axis]!;
    if (own > 1) at += (rest % size) * stride;
    rest = Math.floor(rest / size);
    stride *= own;
  }
  return at;
}
