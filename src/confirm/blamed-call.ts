/**
 * A finding that is reported at a call says that this call breaks. Another call of the same function may break as well,
 * and proves nothing of this one: so the call says when it begins and ends, and what the site does meanwhile is told
 * apart from what it does otherwise.
 */
export class BlamedCall {
  isRunning = false;

  /** Before it evaluates its arguments; gives whether it was running. */
  enter(): boolean {
    const before = this.isRunning;
    this.isRunning = true;
    return before;
  }

  /** With what it gave. What a promise or a generator does later on still belongs to it. */
  leave(before: boolean, value: unknown): unknown {
    this.isRunning = before || goesOn(value);
    return value;
  }
}

const goesOn = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['then', 'next'].some((name) => typeof (value as Record<string, unknown>)[name] === 'function');
