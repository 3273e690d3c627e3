/**
 * Shapes that comments tell, as people write them: `x: [B, T, D]`, `labels [N]`, `scores (N, K)`, `patches, N x D`. Square
 * brackets hold intervals, indices and lists of values too: unless the comment calls it a shape, a list is one where its
 * names are those of sizes.
 */

/** `?`: a size that nobody names. */
export type Sizes = readonly (string | number)[];

const NO_RANKS: ReadonlyMap<string, number> = new Map();

/** The shapes of what has these names. `ranks`: those that types tell. */
export function shapesInProse(
  text: string,
  names: readonly string[],
  ranks = NO_RANKS,
): ReadonlyMap<string, Sizes> {
  const described = new Map<string, Sizes>();
  const nameless: Sizes[] = [];
  const shapes = shapesIn(text);
  shapes.forEach((shape, index) => {
    const before = text.slice(shapes[index - 1]?.end ?? 0, shape.start);
    const phrase = before.replace(BREAK, '');
    const behind = text.slice(shape.end, shapes[index + 1]?.start);
    const sizes = sizesOf(shape, SHAPE_WORD.test(phrase));
    if (sizes === undefined) return;
    const told = [
      ...namesFor(phrase, behind, names),
      ...listedBefore(before.slice(0, before.length - phrase.length), phrase, names),
      ...labelled(before, phrase, names),
    ];
    if (told.length === 0 && IS_BESIDE.test(before)) nameless.push(sizes);
    for (const name of told) if (!described.has(name)) described.set(name, sizes);
  });
  const left = [...ranks.keys()].filter((name) => !described.has(name));
  const name = described.size > 0 ? leftOver(nameless, left, ranks) : undefined;
  if (name !== undefined) described.set(name, nameless[0]!);
  return described;
}

/** `an ensemble [B, M] against observations [B]`: the one parameter that is left has the one shape that is, if that is its rank. */
function leftOver(
  nameless: readonly Sizes[],
  left: readonly string[],
  ranks: ReadonlyMap<string, number>,
): string | undefined {
  const [name, ...others] = left;
  const isOnly = name !== undefined && others.length === 0 && nameless.length === 1;
  return isOnly && ranks.get(name) === nameless[0]!.length ? name : undefined;
}

/** What leads from one parameter to the next; what a function gives is told otherwise. */
const IS_BESIDE = /^\s*,?\s*(?:and|against|with|beside|versus|vs\.?)\b[^.;:=>]*$/i;

/** What a comment that stands beside one thing says of it: `// [B, T, D]`, `// shape: [N, 2]`. */
export function shapeInFront(text: string): Sizes | undefined {
  const [shape] = shapesIn(text);
  if (shape === undefined) return undefined;
  const before = text.slice(0, shape.start);
  return IN_FRONT.test(before) ? sizesOf(shape, SHAPE_WORD.test(before)) : undefined;
}

/** A description that begins with a shape, or calls one so: `- [batch, 4]`, `A batch of shape [B, 4].` Of two ranks it is neither. */
export function shapeInDescription(text: string): Sizes | undefined {
  const told = shapesIn(text).flatMap((shape) => {
    const before = text.slice(0, shape.start);
    const isCalled = SHAPE_WORD.test(before);
    const isFirst = !SENTENCE_END.test(before) && isShort(before.replace(BREAK, ''));
    const sizes = isCalled || isFirst ? sizesOf(shape, isCalled) : undefined;
    return sizes === undefined ? [] : [sizes];
  });
  const [first] = told;
  return told.every(({ length }) => length === first?.length) ? first : undefined;
}

interface Written {
  readonly start: number;
  readonly end: number;
  readonly sizes: Sizes;
  /** Whether it is written as a list, `number[]`, which is nothing else. */
  readonly isList: boolean;
}

const NAME = '[A-Za-z_]\\w*';
const TERM = `(?:\\d+|${NAME})`;
const SIZE = `(?:\\?|${TERM}(?:\\s*[-+*/·]\\s*${TERM})?)`;
/** In parentheses, or between crosses, only these are unmistakable. */
const CAPITAL = '(?:\\d+|[A-Z][A-Z\\d_]*)';

const SHAPES = new RegExp(
  [
    // Neither an element, `x[i, j]`, nor a call, `f(A, B)`.
    `(?<![\\w\\])])\\[\\s*(${SIZE}(?:\\s*,\\s*${SIZE})*)\\s*,?\\s*\\](?![\\w[(])`,
    `(?<![\\w\\])])\\(\\s*(${CAPITAL}(?:\\s*,\\s*${CAPITAL})*\\s*,|${CAPITAL}(?:\\s*,\\s*${CAPITAL})+)\\s*\\)`,
    `\\b(${CAPITAL}(?:(?:\\s+x\\s+|\\s*×\\s*|x)${CAPITAL})+)\\b`,
    // A list of numbers, and one of lists of one each.
    `\\b(number(?:\\[\\]){1,3})`,
    `(\\[\\s*(?:\\[\\s*\\w+\\s*\\]\\s*,\\s*)+(?:\\.\\.\\.|…)\\s*\\])`,
  ].join('|'),
  'g',
);

const shapesIn = (text: string): readonly Written[] =>
  [...text.matchAll(SHAPES)].map(
    ({ 0: whole, 1: brackets, 2: parentheses, 3: crossed, 4: numbers, index }) => ({
      start: index,
      end: index + whole.length,
      sizes:
        (brackets ?? parentheses)?.split(',').flatMap(sizeOf) ??
        crossed?.split(/\s*[x×]\s*/).map(readSize) ??
        (numbers === undefined ? ['?', 1] : numbers.match(/\[/g)!.map(() => '?')),
      isList: brackets === undefined && parentheses === undefined && crossed === undefined,
    }),
  );

const sizeOf = (text: string): (string | number)[] => (text.trim() === '' ? [] : [readSize(text)]);

function readSize(text: string): string | number {
  const size = text.trim().replaceAll(/\s*([-+*/·])\s*/g, ' $1 ');
  if (/^\d+$/.test(size)) return Number(size);
  return UNNAMED.has(size) ? '?' : size;
}

const UNNAMED: ReadonlySet<string> = new Set(['?', 'null', 'None', 'undefined', 'any']);

/** `isCalled`: the comment says that it is a shape. */
function sizesOf({ sizes, isList }: Written, isCalled: boolean): Sizes | undefined {
  if (isList) return sizes;
  const named = sizes.filter((size) => typeof size === 'string' && size !== '?').map(String);
  if (named.length === 0 || sizes.includes(0) || named.some((name) => ENDS.has(name.toLowerCase())))
    return undefined;
  if (isCalled) return sizes;
  const isPair = FIRST_LETTERS.has(sizes.join(''));
  return !isPair && (named.some(isNameOfSize) || LETTERS.test(sizes.join(' '))) ? sizes : undefined;
}

/** `[b, t, k]`, `[h, w]`: letters that sizes have, the batch or a side first. `[a, b]`, `[i, j]` and `[w, b]` are others. */
const LETTERS = /^[bhnqst](?: [cdfhklmnqstvw])+$/;

/** `[A, B]` and `[X, Y, Z]` are things, in an order. */
const FIRST_LETTERS: ReadonlySet<string> = new Set(['AB', 'ABC', 'XY', 'XYZ']);

/** `B`, `Nq`, `BATCH`, `batchSize`, `numSteps`, `rows`: what things are counted by has a plural. */
const isNameOfSize = (name: string): boolean =>
  /^(?:[A-Z][a-z]?\d?|[A-Z][A-Z\d_]+|[nm])(?: [-+*/·] \w+)?$/.test(name) ||
  /^(?:num|n)_?[A-Z]\w*$|(?:size|count|dims?|len|length)s?\b/i.test(name) ||
  COUNTED.has(name.toLowerCase()) ||
  /[a-rt-z]{2}s(?: [-+] \d+)?$/.test(name.replace(/(?:[iuao]s|ss)\b/, ''));

const COUNTED: ReadonlySet<string> = new Set(
  'batch time height width depth vocab hidden latent embed features channels units steps heads'.split(' '),
);

/** `x [low, high]` and `x [0, N]` are intervals, `x [start, stop]` a stretch, `x [top, left, bottom, right]` a box. */
const ENDS: ReadonlySet<string> = new Set(
  'min max low high lower upper start end stop from to first last infinity inf x y x1 y1 top bottom left right lows highs mins maxs starts ends true false number string boolean'.split(
    ' ',
  ),
);

const SENTENCE_END = /[.;](?=\s)/;

/** What a phrase ends with; the part of a comment in front of it is about something else. */
const BREAK = /^[^]*(?:[.;,)](?=\s|$)|\band\b|\n\s*-\s)/;

const SHAPE_WORD = /\b(?:shapes?|shaped|dimensions)\b:?\s*(?:of|is|are|=)?\s*[`'"]?\s*$/i;

const IN_FRONT =
  /^[/*\s]*(?:[-=]>|shapes?|of shape|is|an?|(?:tf\.)?tensor(?:\dd)?|one-?hot|(?:int|float)32|bool|vector|column|row|matrix|:|=|\s)*[`(]?$/i;

/** The parameters that a phrase in front of a shape is about, or the word behind it, where nothing is in front. */
function namesFor(phrase: string, behind: string, names: readonly string[]): readonly string[] {
  const words = phrase.replace(SHAPE_WORD, '').match(WORDS) ?? [];
  if (words.length === 0) return names.filter((name) => new RegExp(`^\`?[ \\t]+\`?${name}\\b`).test(behind));
  if (names.length === 2 && /^both\b/i.test(phrase.trim()) && isShort(words.slice(1).join(' '))) return names;
  const told = words.flatMap((word, at) => (names.some((name) => isWord(word, name, at)) ? [at] : []));
  if (told.length === 0 && OF_MODEL.test(phrase)) return names.filter((name) => PREDICTED.test(name));
  const [at, ...others] = told;
  // `scores of items [N]`, where both are parameters: one of them has this shape.
  if (at === undefined || others.length > 0) return [];
  // `the norm of x [N]` has this shape, `a batch of images [N, H, W, C]` is made of them.
  if (words[at - 1] === 'of' && !COLLECTIONS.has((words[at - 2] ?? '').toLowerCase())) return [];
  const between = words.slice(at + 1);
  const isLinked = LINKS.has(between[0] ?? ':') || SHAPE_WORD.test(phrase);
  const isSaid = isLinked || at === 0;
  return isSaid && isShort(between.join(' ')) ? names.filter((name) => isWord(words[at]!, name, at)) : [];
}

/** `the network gives [B, H, W, 1]`. */
const OF_MODEL =
  /^\s*(?:(?:the|a|our)\s+)?(?:network|net|model)\s+(?:gives|returns|outputs|predicts|emits|yields)\s*$/i;

const PREDICTED = /^(?:y_?)?(?:pred(?:s|icted|ictions?)?|outputs?|hat)$/i;

/** `x, y: [B, T]` and `a and b, both [1, D]`: the names that a list has in front of the one that stands with the shape. */
function listedBefore(before: string, phrase: string, names: readonly string[]): readonly string[] {
  const words = phrase.match(WORDS) ?? [];
  const isLast = names.includes(words[0] ?? '') && (words[1] === undefined || LINKS.has(words[1]));
  const isAll = /^(?:both|all(?:\s+\w+)?)$/i.test(phrase.trim());
  if (!isLast && !isAll) return [];
  const listed: string[] = [];
  for (let rest = before; ;) {
    const [whole, name] = LAST_OF_LIST.exec(rest) ?? [];
    if (name === undefined || !names.includes(name)) break;
    listed.push(name);
    rest = rest.slice(0, -whole!.length);
  }
  return isLast || listed.length > 1 ? listed : [];
}

/** `truth: 0 or 1 for each customer, [B]`: the name is in front of what it stands for, and the shape behind. */
function labelled(before: string, phrase: string, names: readonly string[]): readonly string[] {
  const [, label] = (phrase.trim() === '' && LABEL.exec(before)) || [];
  const told = label?.split(/\s*,\s*/) ?? [];
  return told.every((name) => names.includes(name)) ? told : [];
}

const LABEL = /(?:^|[;\n])[\s*]*([\w$]+(?:\s*,\s*[\w$]+)*)\s*:\s+[^;:.,\n]{1,60},\s*$/;

/** `a, `, `b and `, `b, and `: a name, and what leads on from it. */
const LAST_OF_LIST = /(?<![\w$.])([\w$]+)`?(?:\s*,\s*(?:and\s+)?|\s+and\s+)`?$/;

const WORDS = /[\w$]+(?:-\w+)*|[:=]/g;

/** `Logits are [B, K].`, and `probabilities [N, C]` of what the code calls `probs`. */
const isWord = (word: string, name: string, at: number): boolean => {
  const plain = at === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : word;
  // `targets [B, T]` of what the code calls `target`.
  const isPlural = name.length > 2 && plain === `${name}s`;
  return word === name || plain === name || isPlural || ABBREVIATED.get(name)?.test(word) === true;
};

/** What people write out, and shorten in code. */
const ABBREVIATED: ReadonlyMap<string, RegExp> = new Map([
  ['probs', /^probabilities$/i],
  ['preds', /^predictions$/i],
  ['pred', /^predictions?$/i],
  ['obs', /^observations?$/i],
  ['advs', /^advantages$/i],
  ['imgs', /^images$/i],
  ['img', /^image$/i],
  ['seqs', /^sequences$/i],
  ['lens', /^lengths$/i],
]);

const COLLECTIONS: ReadonlySet<string> = new Set(
  'batch batches set sets list stack table tensor sequence sequences matrix vector'.split(' '),
);

/** What says that the shape is that of the word in front. */
const LINKS: ReadonlySet<string> = new Set([':', '=', 'is', 'are', 'has', 'have', 'as', 'read']);

/** A few words, none of which makes an interval of the list, or a shape of something else. */
function isShort(words: string): boolean {
  const list = words.match(/[\w$-]+/g) ?? [];
  return list.length <= FEW && !list.some((word) => ELSEWHERE.has(word.toLowerCase()));
}

const FEW = 4;

const ELSEWHERE: ReadonlySet<string> = new Set(
  'in within from between range ranges interval to by against times like per at into onto index indices with plus minus over'.split(
    ' ',
  ),
);
