/** Groups of files that several threads take one after the other. */
export class GroupQueue {
  /** How many groups are taken, and for each by which thread, counted from 1; shared memory. */
  readonly taken: Int32Array<SharedArrayBuffer>;

  constructor(
    private readonly groups: readonly (readonly string[])[],
    taken?: Int32Array<SharedArrayBuffer>,
  ) {
    const bytes = (groups.length + 1) * Int32Array.BYTES_PER_ELEMENT;
    this.taken = taken ?? new Int32Array(new SharedArrayBuffer(bytes));
  }

  /** Takes what no other thread has taken, until nothing is left. */
  *takenBy(thread: number): Iterable<readonly string[]> {
    for (let at = this.next(); at < this.groups.length; at = this.next()) {
      Atomics.store(this.taken, at + 1, thread);
      yield this.groups[at]!;
    }
  }

  /** What a thread has taken so far. */
  of(thread: number): readonly (readonly string[])[] {
    return this.groups.filter((_, at) => Atomics.load(this.taken, at + 1) === thread);
  }

  private next(): number {
    return Atomics.add(this.taken, 0, 1);
  }
}
