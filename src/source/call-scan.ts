/** Calls as the bare text shows them. It is read before anything is parsed, to decide what is worth parsing and running. */

/** `owner.name(…)`, `name(…)`, `….name(…)`, `owner['name'](…)`. */
export interface TextCall {
  /** Where the name begins. */
  readonly at: number;
  readonly name: string;
  /** The word before the dot; undefined where something else stands there, or no dot. */
  readonly owner: string | undefined;
  /** Behind a dot, or in brackets. */
  readonly member: boolean;
}

/**
 * Every call in a text, in its order. Comments that have lines of their own are left out; strings are not told apart, and
 * `if (` is a call here too: the caller asks for names.
 */
export function* callsIn(text: string): Iterable<TextCall> {
  const comments = new BlockComments(text);
  const lines = new Lines(text);
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const end = nameEnd(text, backOverSpace(text, open));
    const at = backOverWord(text, end);
    if (at === end || isDigit(text.charCodeAt(at)) || comments.has(open) || lines.isComment(open)) continue;
    const before = backOverSpace(text, at) - 1;
    const quoted = QUOTES.includes(text[before]!) && text[before - 1] === '[';
    const dot = quoted ? before - 1 : before;
    const member = quoted || (text.charCodeAt(dot) === DOT && text.charCodeAt(dot - 1) !== DOT);
    const ownerEnd = member ? backOverSpace(text, backOverMark(text, dot)) : 0;
    const ownerAt = member ? backOverWord(text, ownerEnd) : 0;
    yield {
      at,
      name: text.slice(at, end),
      owner: ownerAt < ownerEnd ? text.slice(ownerAt, ownerEnd) : undefined,
      member,
    };
  }
}

const DOT = 46;

/** Where the name of a call ends, before `<T>`, `?.` or `']`. */
function nameEnd(text: string, end: number): number {
  const last = text[end - 1];
  if (last === '.') return text[end - 2] === '?' ? end - 2 : end;
  if (last === ']') return QUOTES.includes(text[end - 2]!) ? end - 2 : end;
  if (last !== '>' || text[end - 2] === '=') return end;
  const from = text.lastIndexOf('<', end - 2);
  return from > 0 && end - from <= LONGEST_TYPE_ARGUMENTS ? from : end;
}

const QUOTES = `'"\``;
const LONGEST_TYPE_ARGUMENTS = 60;

function backOverSpace(text: string, end: number): number {
  let at = end;
  while (at > 0 && text.charCodeAt(at - 1) <= 32) at -= 1;
  return at;
}

/** `x?.log()`, `x!.log()`. */
function backOverMark(text: string, end: number): number {
  const mark = text[end - 1];
  return mark === '?' || mark === '!' ? end - 1 : end;
}

function backOverWord(text: string, end: number): number {
  let at = end;
  while (at > 0 && isWord(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  isDigit(code) ||
  code === 95 ||
  code === 36 ||
  code > 127;

/** Lines that are comments. Asked in the order of the text. */
class Lines {
  private end = -1;
  private comment = false;

  constructor(private readonly text: string) {}

  isComment(at: number): boolean {
    const { text } = this;
    while (this.end < at) {
      let start = this.end + 1;
      const next = text.indexOf('\n', start);
      this.end = next < 0 ? Infinity : next;
      while (text.charCodeAt(start) <= 32 && start < this.end) start += 1;
      this.comment = text.startsWith('//', start);
    }
    return this.comment;
  }
}

/** Comments that begin their line: a `/*` elsewhere may stand in a string. Asked in the order of the text. */
export class BlockComments {
  private start = -1;
  private end = 0;

  constructor(private readonly text: string) {
    this.next();
  }

  has(at: number): boolean {
    while (this.end <= at) this.next();
    return this.start <= at;
  }

  private next(): void {
    const { text } = this;
    for (let from = this.end; ;) {
      const start = text.indexOf('/*', from);
      if (start < 0) {
        this.start = this.end = Infinity;
        return;
      }
      if (beginsLine(text, start)) {
        const end = text.indexOf('*/', start + 2);
        this.start = start;
        this.end = end < 0 ? Infinity : end + 2;
        return;
      }
      from = start + 2;
    }
  }
}

function beginsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === 32 || text.charCodeAt(before) === 9) before -= 1;
  return before < 0 || text[before] === '\n';
}
