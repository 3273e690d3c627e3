/**
 * What makes a run of the same code with the same inputs come out otherwise in another place or at another time: draws, the
 * clock, and what stands for a page or a package that is not here.
 */
export class Chance {
  /** Whether any of it had a say, but for draws. */
  asked = false;
  /** Whether anything was drawn: that can be drawn anew. */
  drawn = false;

  forget(): void {
    this.asked = false;
    this.drawn = false;
  }

  note(): void {
    this.asked = true;
  }

  /** The same function, which is noted when it is called. */
  watched<Arguments extends unknown[], Result>(
    body: (...args: Arguments) => Result,
  ): (...args: Arguments) => Result {
    return (...args) => {
      this.note();
      return body(...args);
    };
  }

  /** `Date`, which tells the time where it is given none. */
  watchedDate(original: DateConstructor): DateConstructor {
    const note = (): void => this.note();
    return new Proxy(original, {
      get: (target, key) =>
        key === 'now' ? this.watched(() => target.now()) : (Reflect.get(target, key) as unknown),
      construct(target, args, made): object {
        if (args.length === 0) note();
        return Reflect.construct(target, args, made) as object;
      },
    });
  }
}
