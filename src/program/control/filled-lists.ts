/** Lists that the rounds of a loop put elements into: how many there are behind it, where it is known how many rounds there are. */
import { isSymbolic, multiplySizes, type Size } from '../../facts/shape.js';
import type { Lowering } from '../lowering.js';
import type { Changes, Place } from '../scope.js';
import { knownSize, type ArrayValue, type Filling, type Value } from '../values.js';

/** What is known of the contents of a list behind the loop. */
export interface Filled {
  readonly place: Place;
  readonly key: string;
  readonly size: Size | undefined;
  readonly filling: Filling | undefined;
}

/** The lists that get as many elements in the first round, `once`, as in any other one, which leaves `changes`. */
export function filled(once: Changes, changes: Changes, rounds: Size): readonly Filled[] {
  return [...changes].flatMap(([place, keys]) =>
    [...keys].flatMap(([key, value]) => {
      const [before, after] = [place.get(key), once.get(place)?.get(key)];
      const each = value?.kind === 'array' ? value.filling?.by : undefined;
      if (before?.kind !== 'array' || after?.kind !== 'array' || each === undefined || each === 0) return [];
      const [from, to] = [countIn(before), countIn(after)];
      const size =
        from !== undefined && to === from + each ? plus(from, multiplySizes([each, rounds])) : undefined;
      const filling = fillingBy(before, after, each, rounds);
      return size === undefined && filling === undefined ? [] : [{ place, key, size, filling }];
    }),
  );
}

function countIn(list: ArrayValue): number | undefined {
  const size = knownSize(list);
  return typeof size === 'number' ? size : undefined;
}

const plus = (from: number, more: Size): Size | undefined =>
  from === 0 ? more : isSymbolic(more) ? undefined : from + more;

/** A loop within a round of another one. */
function fillingBy(before: ArrayValue, after: ArrayValue, each: number, rounds: Size): Filling | undefined {
  const { filling } = before;
  const isAlike =
    filling !== undefined && after.filling?.since === filling.since && after.filling.by === filling.by + each;
  return isAlike && !isSymbolic(rounds) ? { ...filling, by: filling.by + each * rounds } : undefined;
}

/** Notes it of what the ways out of the loop left. */
export function setCount({ journal }: Lowering, { place, key, size, filling }: Filled): void {
  const left: Value | undefined = place.get(key);
  if (left?.kind === 'array' && left.rest !== undefined)
    journal.write(place, key, { ...left, size, filling });
}
