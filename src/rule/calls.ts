/** Calls of the project's own functions, by the ops that they lead to. */
import type { Node } from '../program/node.js';
import { placeOf } from '../source/span.js';
import type { Raised } from './raised.js';

/** What a rule says of an op, as one call of the function that it stands in shows it. */
type RaisedAt = Omit<Raised, 'unit'>;

export class Calls {
  /** The calls that lead to an op, by its place. */
  private readonly leading = new Map<string, Set<string>>();
  /** Those for which a rule is sure, by the rule and the place. */
  private readonly breaking = new Map<string, Set<string>>();

  constructor(nodes: Iterable<Node>, raised: Iterable<RaisedAt>) {
    for (const node of nodes) if (node.within !== undefined) note(this.leading, placeOf(node.span), node);
    for (const one of raised) if (one.suspicion.manifest) note(this.breaking, keyOf(one), one.site);
  }

  /** Whether a call leads to the op without breaking it, as far as the rule can tell. */
  someKeeps(raised: RaisedAt): boolean {
    const breaking = this.breaking.get(keyOf(raised));
    const leading = this.leading.get(placeOf(raised.site.span)) ?? [];
    return [...leading].some((call) => breaking?.has(call) !== true);
  }
}

const keyOf = ({ rule, site }: RaisedAt): string => `${rule.name} ${placeOf(site.span)}`;

function note(calls: Map<string, Set<string>>, key: string, { chain }: Node): void {
  const known = calls.get(key) ?? new Set();
  calls.set(key, known.add(chain.map(placeOf).join(' ')));
}
