/** Writes a rewrite out as edits of the source: in the spelling of the file, with its comments, and only where it is right. */
import { opChained, opNamed } from '../ops/table.js';
import type { FixCandidate, Replacement, Term } from '../rule/finding.js';

import type { Span } from '../source/span.js';
import { SyntaxKind, ts } from '../source/typescript.js';
import { wrapped } from '../source/wrappings.js';
import { meansTheSame, nodeAt, visit } from './scope.js';
import { calleeAt, type Insertion } from './spelling.js';

/** A text to put in place of a span. */
export interface SourceEdit {
  readonly span: Span;
  readonly text: string;
  /** How much of the text, comments that were kept, stands before the expression. */
  readonly lead: number;
}

export type ReadSource = (file: string) => ts.SourceFile | undefined;

/** The edits of a fix; undefined where the source gives no way to write it, or none that is certain to mean the same. */
export function writeFix({ replacements }: FixCandidate, read: ReadSource): SourceEdit[] | undefined {
  const edits: SourceEdit[] = [];
  for (const replacement of replacements) {
    const source = read(replacement.span.file);
    const written = source && writeReplacement(replacement, source);
    if (written === undefined) return undefined;
    for (const edit of written) {
      // Two places may need the same import.
      const same = edits.find(
        (other) => other.span.start === edit.span.start && other.span.end === edit.span.end,
      );
      if (same === undefined) edits.push(edit);
      else if (same.text !== edit.text) return undefined;
    }
  }
  edits.sort((a, b) => a.span.start - b.span.start);
  const overlap = edits.some((edit, i) => i > 0 && edits[i - 1]!.span.end > edit.span.start);
  return overlap ? undefined : edits;
}

function writeReplacement({ span, by }: Replacement, source: ts.SourceFile): SourceEdit[] | undefined {
  const { file } = span;
  const node = nodeAt(source, span.start, span.end);
  if (node === undefined) return undefined;
  if (by === 'nothing') return [removal(node, source)];
  if (!ts.isExpression(node) || isOptional(node)) return undefined;
  const writer = new Writer(source, node);
  const text = writer.write(by);
  if (text === undefined) return undefined;
  const lead = commentsOutside(source, node, writer.taken);
  return [
    { span, text: lead + text, lead: lead.length },
    ...writer.insertions.map(({ at, text: inserted }) => ({
      span: { file, start: at, end: at },
      text: inserted,
      lead: 0,
    })),
  ];
}

/** `x?.log()` is nothing where x is: a function would be called with nothing. */
function isOptional(node: ts.Node): boolean {
  let found = false;
  visit(node, (inner) => (found ||= (inner.flags & ts.NodeFlags.OptionalChain) !== 0));
  return found;
}

/** A statement goes with its line. */
function removal(node: ts.Node, source: ts.SourceFile): SourceEdit {
  const statement = ts.isExpressionStatement(node.parent) ? node.parent : node;
  let [start, end] = [statement.getStart(source), statement.end];
  const before = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  const rest = /^[ \t]*\r?\n/.exec(source.text.slice(end))?.[0];
  if (/^[ \t]*$/.test(before) && rest !== undefined) {
    start -= before.length;
    end += rest.length;
  }
  return { span: { file: source.fileName, start, end }, text: '', lead: 0 };
}

class Writer {
  readonly insertions: Insertion[] = [];
  /** Parts of the source that are written again, comments included. */
  readonly taken: ts.Node[] = [];

  constructor(
    private readonly source: ts.SourceFile,
    private readonly site: ts.Expression,
  ) {}

  write(term: Term): string | undefined {
    switch (term.kind) {
      case 'code':
        return term.text;
      case 'source':
        return this.take(term.span);
      case 'op': {
        const written = this.chained(term) ?? this.called(term);
        return written !== undefined && term.output !== undefined ? `${written}.${term.output}` : written;
      }
    }
  }

  private called({ op, args }: Term & { kind: 'op' }): string | undefined {
    const given = withoutMissing(args);
    const written = given.map((arg) => (arg === undefined ? 'undefined' : this.write(arg)));
    if (written.some((arg) => arg === undefined)) return undefined;
    const spelled = calleeAt(op, this.site);
    if (spelled === undefined) return undefined;
    if (
      spelled.insertion !== undefined &&
      !this.insertions.some(({ text }) => text === spelled.insertion!.text)
    )
      this.insertions.push(spelled.insertion);
    return `${spelled.text}(${written.join(', ')})`;
  }

  /** `x.op(y)`, where the source writes x as a receiver too, or knows no other way. */
  private chained({ op, args }: Term & { kind: 'op' }): string | undefined {
    const row = opNamed(op);
    const [first] = args;
    const parameters = row?.parameters.map(({ name }) => name) ?? [];
    const chain = opChained(op);
    if (first === undefined || row?.chained === undefined || chain?.row !== row) return undefined;
    if (chain.parameters.join() !== parameters.join() || !this.isReceiver(first)) return undefined;
    const written = withoutMissing(args).map((arg) => (arg === undefined ? 'undefined' : this.write(arg)));
    const [receiver, ...others] = written;
    if (receiver === undefined || written.some((arg) => arg === undefined)) return undefined;
    return `${this.enclosed(first, receiver)}.${op}(${others.join(', ')})`;
  }

  private isReceiver(term: Term): boolean {
    if (term.kind === 'op') {
      const [first] = term.args;
      return first !== undefined && opNamed(term.op)?.chained !== undefined && this.isReceiver(first);
    }
    if (term.kind !== 'source' || !term.isTensor) return false;
    const node = this.nodeOf(term.span);
    if (node === undefined) return false;
    const outer = wrapped(node);
    const isCalledOn =
      ts.isPropertyAccessExpression(outer.parent) &&
      outer.parent.expression === outer &&
      ts.isCallExpression(outer.parent.parent) &&
      outer.parent.parent.expression === outer.parent;
    return isCalledOn || calleeAt('add', this.site) === undefined;
  }

  /** In parentheses where a dot would not reach all of it. */
  private enclosed(term: Term, text: string): string {
    if (term.kind !== 'source') return text;
    const node = this.nodeOf(term.span);
    const isWhole =
      node === undefined ||
      ts.isIdentifier(node) ||
      ts.isCallExpression(node) ||
      ts.isPropertyAccessExpression(node) ||
      ts.isElementAccessExpression(node) ||
      ts.isParenthesizedExpression(node) ||
      ts.isNonNullExpression(node) ||
      node.kind === SyntaxKind.ThisKeyword;
    return isWhole ? text : `(${text})`;
  }

  private nodeOf(span: Span): ts.Node | undefined {
    return span.file === this.source.fileName ? nodeAt(this.source, span.start, span.end) : undefined;
  }

  /** What stands in the source: moved as it is, or, if it stands elsewhere or is written twice, only if that changes nothing. */
  private take(span: Span): string | undefined {
    const node = this.nodeOf(span);
    if (node === undefined || ts.isSpreadElement(node)) return undefined;
    const name = declaredName(node);
    const isInside = node.pos >= this.site.pos && node.end <= this.site.end && name === undefined;
    const isFirst = !this.taken.includes(node);
    if (isInside) this.taken.push(node);
    if (isInside && isFirst) return this.textOf(node);
    if (!isLight(node) || (!isInside && !meansTheSame(name ?? node, this.site))) return undefined;
    return name?.text ?? this.textOf(node);
  }

  private textOf(node: ts.Node): string | undefined {
    const text = this.source.text.slice(node.getStart(this.source), node.end);
    return ts.isExpression(node) ? text : undefined;
  }
}

/** `x` of a parameter `x: tf.Tensor` or a variable `x = …`. */
function declaredName(node: ts.Node): ts.Identifier | undefined {
  const isDeclaration = ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node);
  if (isDeclaration) return ts.isIdentifier(node.name) ? node.name : undefined;
  const { parent } = node;
  const isName =
    ts.isIdentifier(node) &&
    (ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) &&
    parent.name === node;
  return isName ? node : undefined;
}

/** Whether it may be computed once more: names, fields, numbers, and ops that give the same each time. */
function isLight(node: ts.Node): boolean {
  let light = node.end - node.getStart() <= MOST_REPEATED;
  visit(node, (inner) => {
    if (ts.isAwaitExpression(inner) || ts.isYieldExpression(inner) || ts.isNewExpression(inner))
      light = false;
    if (ts.isFunctionLike(inner) && inner !== node) light = false;
    if (!ts.isCallExpression(inner)) return;
    const called = inner.expression;
    const name = ts.isPropertyAccessExpression(called)
      ? called.name.text
      : ts.isIdentifier(called)
        ? called.text
        : '';
    const row = opNamed(name) ?? opChained(name)?.row;
    if (row === undefined || /random|dropout|multinomial|truncated/i.test(row.name)) light = false;
  });
  return light;
}

const MOST_REPEATED = 60;

function withoutMissing(args: readonly (Term | undefined)[]): readonly (Term | undefined)[] {
  const last = args.findLastIndex((arg) => arg !== undefined);
  return args.slice(0, last + 1);
}

/** Comments that the new text would lose, on one line: a line break behind `return` would end the statement. */
function commentsOutside(source: ts.SourceFile, site: ts.Node, taken: readonly ts.Node[]): string {
  const { text } = source;
  const comments = new Map<number, string>();
  const collect = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end, kind } of ranges ?? []) {
      if (pos < site.getStart(source) || end > site.end) continue;
      if (taken.some((node) => pos >= node.getStart(source) && end <= node.end)) continue;
      const inside = text.slice(pos + 2, kind === SyntaxKind.MultiLineCommentTrivia ? end - 2 : end);
      comments.set(pos, `/* ${inside.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim()} */ `);
    }
  };
  visitTokens(site, source, (token) => {
    collect(ts.getLeadingCommentRanges(text, token.getFullStart()));
    collect(ts.getTrailingCommentRanges(text, token.end));
  });
  return [...comments]
    .sort(([a], [b]) => a - b)
    .map(([, comment]) => comment)
    .join('');
}

function visitTokens(node: ts.Node, source: ts.SourceFile, body: (token: ts.Node) => void): void {
  body(node);
  for (const child of node.getChildren(source)) visitTokens(child, source, body);
}
