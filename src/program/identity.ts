const identities = new WeakMap<object, number>();
let next = 1;

/** A number that is this object's own wherever it is asked for: in keys, where two of the same looks are two. */
export function identityOf(object: object): number {
  const identity = identities.get(object) ?? next++;
  identities.set(object, identity);
  return identity;
}
