/** Sizes that the program has two names for: it fits only where both are one number. */
import { isNameless, namesOf, type Dim } from '../facts/shape.js';

/** The one name of a size that is known of something. */
export function nameOf({ size }: Pick<Dim, 'size'>): string | undefined {
  const [name, ...others] = namesOf(size);
  return others.length > 0 || isNameless(size) ? undefined : name;
}

/** Whether both have a name, and not the same one. */
export function areApart(a: Dim, b: Dim): boolean {
  const [one, other] = [nameOf(a), nameOf(b)];
  return one !== undefined && other !== undefined && one !== other;
}

/** Whether two names are those of axes of one tensor, which is a square where they are equal: `x.0` and `x.1`. */
export function areOfOneTensor(a: Dim, b: Dim): boolean {
  const [one, other] = [tensorOf(nameOf(a)), tensorOf(nameOf(b))];
  return one !== undefined && one === other;
}

/** Whether a size is told by a tensor, `xs.1`, and not by a number that somebody hands in. */
export const isAxisOfTensor = (dim: Dim): boolean => tensorOf(nameOf(dim)) !== undefined;

const tensorOf = (name: string | undefined): string | undefined => /^(.*)\.-?\d+$/.exec(name ?? '')?.[1];
