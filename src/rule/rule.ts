import type { BackendName } from '../facts/backend.js';
import type { Node } from '../program/node.js';
import type { Category, Danger, FixCandidate } from './finding.js';
import type { Site } from './site.js';

/**
 * One rule, one claim. The ESLint rule, the docs page, the terminal explanation and the tests are derived from it; its
 * examples are its proof: each hazardous one is confirmed by running it, each safe one survives the same search.
 */
export interface Rule {
  readonly name: string;
  readonly category: Category;
  /** What it asserts, in one sentence. */
  readonly claim: string;
  /** Why it breaks, in a few sentences with the numbers. */
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
  /** `info`: what it says is advice, never more than a note, however well it is proven. */
  readonly severity?: 'info' | undefined;
  /** The backends that it says something of; absent: all. */
  readonly backends?: readonly BackendName[] | undefined;
  /** The ops it looks at. */
  readonly ops: readonly string[];
  check(site: Site): Suspicion | Pardon | undefined;
  readonly examples: {
    readonly hazardous: readonly Example[];
    readonly safe: readonly Example[];
  };
}

/** A whole small program. `tf` is imported for it. */
export interface Example {
  readonly title: string;
  readonly code: string;
}

/** What a rule says of a site. */
export interface Suspicion {
  readonly message: string;
  readonly danger: Danger;
  /** False: it depends on a promise nobody wrote down. */
  readonly manifest: boolean;
  /** Nothing speaks against the site but that it is one of its kind: it is told only if a run confirms it. */
  readonly candidate?: boolean | undefined;
  /** The op at fault, where the site is only a marker beside it. */
  readonly at?: Node | undefined;
  /** It is worth knowing, and no more: a note, however well it is proven. */
  readonly advice?: boolean | undefined;
  /** It is asked of callers, who mostly keep to it unasked: it is listed among the preconditions, and no finding. */
  readonly listed?: boolean | undefined;
  /** The operand that decides, whatever the others are. Absent: that of the danger region. */
  readonly decisive?: Node | undefined;
  /** What is at fault stands in the function of the site, whatever callers hand over: it is told there. */
  readonly isOwnFault?: boolean | undefined;
  /** Only the function itself shows what becomes of the result: where it says nothing alone, no call of it does. */
  readonly isOfFunction?: boolean | undefined;
  /** Ops that share the root cause: no other finding is raised on them. */
  readonly covers?: readonly Node[] | undefined;
  readonly related?: readonly { readonly node: Node; readonly message: string }[] | undefined;
  readonly fixes?: readonly FixCandidate[] | undefined;
}

/** Ops that look dangerous alone and are harmless as they are used here: no rule has to say anything of them. */
export interface Pardon {
  readonly pardons: readonly Node[];
}

export function defineRule(rule: Rule): Rule {
  return rule;
}
