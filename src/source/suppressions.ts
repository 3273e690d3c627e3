import { SyntaxKind, ts } from './typescript.js';

/** A comment that silences findings. */
export interface Suppression {
  /** Where the comment stands. */
  readonly start: number;
  readonly end: number;
  /** Empty: all rules. */
  readonly rules: readonly string[];
  /** What stands behind `--`; empty where nobody said why. */
  readonly reason: string;
  /** The lines it is about, counted from 1, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Whose comment it is: those of ESLint silence gradlint's rules in ESLint, and so they do here. */
  readonly by: 'gradlint' | 'eslint';
}

const DIRECTIVE = /^\s*(gradlint|eslint)-(disable-next-line|disable-line|disable|enable)(?![\w-])([\s\S]*)$/;

/**
 * The suppressions of a file: `gradlint-disable-next-line rule -- reason`, `gradlint-disable-line`, and
 * `gradlint-disable` up to `gradlint-enable` or the end; the same words of ESLint where they name rules of gradlint, or
 * no rule at all.
 */
export function suppressionsIn(source: ts.SourceFile): Suppression[] {
  if (!/(?:gradlint|eslint)-disable/.test(source.text)) return [];
  const found: Suppression[] = [];
  const line = (offset: number): number => source.getLineAndCharacterOfPosition(offset).line + 1;
  for (const { pos, end, kind } of commentsOf(source)) {
    const isBlock = kind === SyntaxKind.MultiLineCommentTrivia;
    const match = DIRECTIVE.exec(source.text.slice(pos + 2, isBlock ? end - 2 : end));
    if (match === null) continue;
    const [, by, word, rest] = match as unknown as [string, Suppression['by'], string, string];
    const [listed, ...reasons] = rest.split(/\s-{2,}\s/);
    const names = listed!
      .split(/[\s,]+/)
      .map((name) => name.trim())
      .filter(Boolean);
    const rules = names.flatMap((name) => ruleOf(name, by));
    // Comments that name rules of others only, and blocks that ESLint does not read.
    if (names.length > 0 && rules.length === 0) continue;
    if (by === 'eslint' && !isBlock && !word.endsWith('line')) continue;
    const common = { start: pos, end, rules, reason: reasons.join(' -- ').replace(/\s+/g, ' ').trim(), by };
    if (word === 'disable-next-line') found.push({ ...common, from: line(end) + 1, to: line(end) + 1 });
    else if (word === 'disable-line') found.push({ ...common, from: line(pos), to: line(pos) });
    else if (word === 'disable') found.push({ ...common, from: line(pos), to: Infinity });
    else enable(found, common, line(pos));
  }
  return found;
}

function ruleOf(name: string, by: Suppression['by']): string[] {
  const own = name.startsWith('gradlint/');
  return own ? [name.slice('gradlint/'.length)] : by === 'gradlint' ? [name] : [];
}

/** Ends the blocks that are open: all, or of each what it names. */
function enable(found: Suppression[], { rules, by }: Pick<Suppression, 'rules' | 'by'>, line: number): void {
  const open = found.filter((one) => one.by === by && one.to === Infinity);
  for (const one of open) {
    const ended = rules.length === 0 ? one.rules : one.rules.filter((rule) => rules.includes(rule));
    const left = one.rules.filter((rule) => !ended.includes(rule));
    if (rules.length > 0 && ended.length === 0) continue;
    found[found.indexOf(one)] = { ...one, rules: ended, to: line };
    if (left.length > 0) found.push({ ...one, rules: left });
  }
}

function commentsOf(source: ts.SourceFile): ts.CommentRange[] {
  const comments = new Map<number, ts.CommentRange>();
  const collect = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const range of ranges ?? []) comments.set(range.pos, range);
  };
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length === 0 && node.kind !== SyntaxKind.JsxText) {
      collect(ts.getLeadingCommentRanges(source.text, node.getFullStart()));
      collect(ts.getTrailingCommentRanges(source.text, node.end));
    }
    children.forEach(visit);
  };
  visit(source);
  return [...comments.values()].sort((a, b) => a.pos - b.pos);
}

/** The suppressions of a file, and which of them have silenced something. */
export class Suppressions {
  private readonly all: readonly Suppression[];
  private readonly used = new Set<Suppression>();

  constructor(source: ts.SourceFile, by: readonly Suppression['by'][]) {
    this.all = suppressionsIn(source).filter((one) => by.includes(one.by));
  }

  /** The suppression of a rule on a line, which counts as used from then on. */
  of(rule: string, line: number): Suppression | undefined {
    const found = this.all.filter(
      ({ rules, from, to }) => line >= from && line <= to && (rules.length === 0 || rules.includes(rule)),
    );
    // The one with a reason says more.
    const best = found.find(({ reason }) => reason !== '') ?? found[0];
    if (best !== undefined) this.used.add(best);
    return best;
  }

  /** Those that silenced nothing. ESLint tells of its own. */
  get unused(): readonly Suppression[] {
    return this.all.filter((one) => one.by === 'gradlint' && !this.used.has(one));
  }
}
