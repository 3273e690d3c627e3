/** How rules say what to write instead. */
import type { Node } from '../program/node.js';
import type { FixCandidate, Replacement, Term } from './finding.js';
import { operandOf } from './patterns.js';
import { shorten, type Site } from './site.js';

/** A node stands for what the source has for it; a string is code. */
export type Part = Node | Term | number | string | undefined;

/** Writes terms for one site. */
export class Rewriter {
  constructor(private readonly site: Site) {}

  /** `op(a, b)`, whichever way the file spells it. */
  op(name: string, ...args: readonly Part[]): Term & { kind: 'op' } {
    return { kind: 'op', op: name, args: args.map((arg) => this.term(arg)) };
  }

  /** The node as the formula of the site writes it. */
  source(node: Node): Term {
    return {
      kind: 'source',
      span: this.site.place(node),
      text: this.site.text(node),
      isTensor: node.dtype !== 'number' && node.op !== 'constant',
    };
  }

  /** An argument of a call, as it is written there; nothing where it was left out. */
  argument(node: Node, parameter: string): Term | undefined {
    const span = this.site.argument(node, parameter);
    if (span !== undefined)
      return { kind: 'source', span, text: this.site.textAt(span), isTensor: isTensor(node, parameter) };
    const value = node.attributes[parameter] ?? false;
    return value === false ? undefined : { kind: 'code', text: JSON.stringify(value) };
  }

  private term(part: Part): Term | undefined {
    if (part === undefined) return undefined;
    if (typeof part === 'number' || typeof part === 'string') return { kind: 'code', text: String(part) };
    return 'kind' in part ? part : this.source(part);
  }
}

function isTensor(node: Node, parameter: string): boolean {
  const operand = operandOf(node, parameter);
  return operand !== undefined && operand.dtype !== 'number' && operand.op !== 'constant';
}

/** The same function, computed another way. */
export const sameBy = (site: Site, by: Term): FixCandidate => ({
  title: `Use \`${inWords(by)}\``,
  claim: 'equal',
  replacements: [{ span: site.node.span, by }],
});

/** Several places at once. */
export const together = (
  title: string,
  claim: FixCandidate['claim'],
  replacements: readonly Replacement[],
): FixCandidate => ({ title, claim, replacements });

/** A term as messages write it, with `tf` for whatever the file calls it. */
export function inWords(term: Term): string {
  switch (term.kind) {
    case 'code':
      return term.text;
    case 'source':
      return shorten(term.text);
    case 'op': {
      const args = term.args.map((arg) => (arg === undefined ? undefined : inWords(arg)));
      while (args.length > 0 && args.at(-1) === undefined) args.pop();
      const call = `${callee(term.op)}(${args.map((arg) => arg ?? 'undefined').join(', ')})`;
      return term.output === undefined ? call : `${call}.${term.output}`;
    }
  }
}

/** JavaScript arithmetic is named `js.max` in the op table. */
export const callee = (op: string): string => (op.startsWith('js.') ? `Math.${op.slice(3)}` : `tf.${op}`);
