/**
 * Where the bare text of a file may hold sites: where it uses the namespace of TensorFlow.js or an op by name, and where
 * it calls a method by the name of a tensor's or a model's. It errs on the side of yes, for it decides what is not parsed and not run.
 */
import { allOps } from '../../ops/table.js';
import { BlockComments, callsIn, type TextCall } from '../../source/call-scan.js';
import { asPattern } from '../../source/words.js';

/** The places, in the order of the text. */
export class SitesInText {
  private readonly places: readonly number[];
  /** Whether what it exports may handle tensors: it has sites other than those of `Math`, or hands on what others have. */
  readonly mayGiveSites: boolean;
  /** Names that stand before a call anywhere; only used to decide what is lowered first. */
  readonly called = new Set<string>();

  constructor(text: string) {
    const given = namesIn(text);
    const tensors = [...mentionsIn(text, given), ...this.methodCallsIn(text)];
    this.mayGiveSites = tensors.length > 0 || given.ops || REEXPORT.test(text);
    const others = [...mathIn(text), ...shareOfCountIn(text), ...gradientsIn(text), ...emissionsIn(text)];
    this.places = [...tensors, ...others].sort((a, b) => a - b);
  }

  private *methodCallsIn(text: string): Iterable<number> {
    for (const call of callsIn(text)) {
      if (isTensorMethod(call, text)) yield call.at;
      if (!this.called.has(call.name) && !isDeclared(call, text)) this.called.add(call.name);
    }
  }

  get any(): boolean {
    return this.places.length > 0;
  }

  /** Whether one stands from `start` to `end`. */
  within(start: number, end: number): boolean {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.places[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < this.places.length && this.places[low]! < end;
  }
}

/** Where the namespace is used, or an op that was imported or destructured. */
function* mentionsIn(text: string, { names, lists }: Names): Iterable<number> {
  const comments = new BlockComments(text);
  const pattern = new RegExp(
    String.raw`(?<![\w$.'"/-])(?:${[...names].map(asPattern).join('|')})(?![\w$'":-])`,
    'g',
  );
  for (const { index, 0: name } of text.matchAll(pattern)) {
    while (lists.length > 0 && lists[0]!.end <= index) lists.shift();
    const isGiven = lists.length > 0 && lists[0]!.start <= index;
    if (
      !isGiven &&
      !comments.has(index) &&
      !NO_USE.test(text.slice(index + name.length, index + name.length + 40))
    )
      yield index;
  }
}

/** What follows the name of the namespace where no tensor is made: its own import, types, and what sets things up. */
const NO_USE = new RegExp(
  String.raw`^\s*(?:from\b|=\s*(?:await\s|require\b|import\b)|!?\??\.\s*(?:[A-Z]\w*\b(?!\()|` +
    String.raw`(?:dispose|disposeVariables|memory|ready|setBackend|getBackend|env|engine|util|nextFrame|enable\w+|version\w*|register\w+|serialization|io)\b))`,
);

const isDeclared = ({ at }: TextCall, text: string): boolean =>
  /function\s*$/.test(text.slice(Math.max(0, at - 10), at));

function isTensorMethod({ at, name, owner, member }: TextCall, text: string): boolean {
  if (!member || owner === 'Math') return false;
  if (owner !== undefined && PARTS.has(owner)) return true;
  if (owner !== undefined && FOREIGN.has(owner)) return false;
  const end = at + name.length;
  if (OF_PLACES.has(name)) return /^\(\s*\[/.test(text.slice(end, end + 20));
  return METHODS.has(name) || (READ_BACK.has(name) && /^\(\s*\)/.test(text.slice(end, end + 20)));
}

/** The gradient of a kernel is one even where it hands on what it is given: `gradFunc: (dy) => ({ x: () => dy })`. */
function* gradientsIn(text: string): Iterable<number> {
  for (const { index } of text.matchAll(/\bgradFunc\s*:/g)) yield index;
}

/** `sum * this.emission[j][o]`, in the recursions of a hidden Markov model. */
function* emissionsIn(text: string): Iterable<number> {
  for (const { index } of text.matchAll(/\*\s*(?:[\w$]{1,32}\.)?(?:emi\w{0,32}|B)\[/g)) yield index;
}

function* mathIn(text: string): Iterable<number> {
  for (let at = text.indexOf('Math.'); at >= 0; at = text.indexOf('Math.', at + 5)) {
    const [name] = /^\w+/.exec(text.slice(at + 5, at + 16)) ?? [];
    if (name !== undefined && MATH.has(name)) yield at;
  }
}

/**
 * Where something is divided by what the text counts somewhere, or may leave at 0, `hits / (hits + misses)`, `sum / kept.length`;
 * and where that is counted.
 */
function* shareOfCountIn(text: string): Iterable<number> {
  let counts: ReadonlyMap<string, readonly number[]> | undefined;
  const told = new Set<string>();
  const thins = text.includes('.filter(');
  for (const { 0: whole, index, 1: divisor } of text.matchAll(DIVISION)) {
    counts ??= countsIn(text);
    const words: readonly string[] = divisor!.match(/[\w$]+/g) ?? [];
    const counted = words.filter((word) => counts!.has(word));
    const isOfList = thins && (words.includes('length') || words.includes('filter'));
    const isOfSpread = text[index + whole.length] === '(' && SPREAD.test(words.at(-1)!);
    const isKnown =
      counted.length > 0 ||
      isOfList ||
      isOfSpread ||
      words.includes('Math') ||
      OR_ZERO.test(divisor!) ||
      CONFUSION.test(divisor!) ||
      IDEAL.test(divisor!);
    if (isKnown || UNION.test(divisor!) || isInNumerator(text, index, divisor!)) yield index;
    for (const word of counted) if (!told.has(word)) yield* counts.get(word)!;
    for (const word of counted) told.add(word);
  }
}

/** `total / (counts.get(key) || 0)` */
const OR_ZERO = /(?:\|\||\?\?)\s*0\b/;

/** `dcg / idcg`, `gain / idealGain` */
const IDEAL = /^(?:i_?dcg|ideal\w*)$/i;

/** `(tp + fp)`, `(c.tp + c.fn)` */
const CONFUSION = /^\([\w$.]*(?:[tf][pn]|true|false)[\w$]*\s*\+/i;

/** `residual / variance(y)`: helpers whose result is 0 for data all alike, or for none. */
const SPREAD =
  /^(?:variance|std(?:dev|ev)?|deviation|norm|mad|energy|power|sum|total|mean|average|avg|dcg)$/i;

/** `overlap / (area(a) + area(b) - overlap)`, `overlap / union`. */
const UNION = /^\(.*\+.*[^(,\s]\s*-\s*[\w$]+\s*\)$|^union\w*$/i;

/** `2 * p * r / (p + r)`, `(truth - guess) / truth`: what something is divided by is part of that itself. */
function isInNumerator(text: string, index: number, divisor: string): boolean {
  const [, a, b] = SUM_OF_TWO.exec(divisor) ?? [];
  const numerator = text.slice(Math.max(0, index - BEFORE_DIVISOR), index);
  if (a !== undefined && b !== undefined)
    return [a, b].every(
      (name) =>
        numerator.includes(name) &&
        new RegExp(String.raw`(?<![\w$.])${asPattern(name)}(?![\w$])`).test(numerator),
    );
  // Most are not there at all, which needs no pattern to tell.
  if (!numerator.includes(divisor)) return false;
  const name = asPattern(divisor);
  return new RegExp(String.raw`(?<![\w$.])${name}(?:\[\w+\])?\s*-(?!\s*\d)|-\s*${name}(?![\w$])`).test(
    numerator,
  );
}

/** `(p + r)`, `(beta * beta * p + r)` */
const SUM_OF_TWO = /^\((?:[\w$.]+\s*\*\s*){0,3}([\w$.]{1,64})\s*\+\s*([\w$.]{1,64})\)$/;
const BEFORE_DIVISOR = 60;

/** The names of counts, with the places where they are counted. */
function countsIn(text: string): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const match of text.matchAll(COUNT)) {
    const { index } = match;
    const name = match.slice(1).find((one) => one !== undefined)!;
    places.set(name, [...(places.get(name) ?? []), index]);
  }
  for (const [, sum, a, b] of text.matchAll(SUM_OF_COUNTS)) {
    const parts = [a!, b!].flatMap((part) => places.get(part) ?? []);
    if (parts.length > 0) places.set(sum!, parts);
  }
  return places;
}

/** `const found = hits + alarms;`, `const range = high - low;`, `const width = (high - low) / bins;` */
const SUM_OF_COUNTS =
  /\b(?:const|let)\s+([\w$]{1,64})\s*=\s*\(?([\w$]{1,64})\s*[-+]\s*([\w$]{1,64})\)?(?:\s*[*/]\s*[\w$]{1,64})?\s*;/g;

// A source map is one word of megabytes: both look for an operator first, and then no farther than a line of code is long.
const DIVISION =
  /(?<![/*<])\/(?![/*])=?\s*(\((?:[^()\n]|\((?:[^()\n]|\([^()\n]{0,80}\)){0,80}\)){0,200}\)|[\w$][\w$.]*)/g;
/**
 * `hits++`, `counts[label] += 1`, `++hits`, an option that is 0 where it is left out, `{ warmup = 0 }`, `list.indexOf(item) + 1`,
 * what a `reduce` adds up, `counts.get(label) || 0`, how many a filter leaves, the length of a vector, and the extremes of a list, which are alike where all
 * of it is.
 */
const COUNT = new RegExp(
  [
    String.raw`(?:\+\+|\+=)(?<=([\w$]{1,64})(?:\[[^\]\n]{0,64}\])?\s*..)`,
    String.raw`\+\+\s*(?:this\.)?([\w$]{1,64})`,
    String.raw`=\s*0\s*[,;})](?<=([\w$]{1,64})\s*=\s*0\s*.)`,
    String.raw`ndex(?:Of)?\((?<=([\w$]{1,64})\s*=[^=;\n]{0,120}\.(?:findI|i|lastI)ndex(?:Of)?\()`,
    String.raw`\.reduce\((?<=([\w$]{1,64})\s*=\s[^;\n]{0,160}\.reduce\()`,
    String.raw`Math\.(?:max|min|hypot|sqrt)\((?<=([\w$]{1,64})(?:\[[^\]\n]{0,64}\])?\s*=\s*(?:[^;=\n]{0,80}=>\s*)?Math\.(?:max|min|hypot|sqrt)\()`,
    String.raw`Infinity\b(?<=([\w$]{1,64})\s*=\s*-?Infinity)`,
    String.raw`(?:\|\||\?\?)\s*0\b(?<=([\w$]{1,64})\s*=\s[^;\n]{0,160}[|?]\s*0)`,
    String.raw`\)\.length\b(?<=([\w$]{1,64})\s*=\s[^;\n]{0,200}\.filter\([^;\n]{0,160}\)\.length)`,
  ].join('|'),
  'g',
);

const rows = allOps.filter(({ name }) => !name.startsWith('js.'));

/** The names of functions: `resizeBilinear` for `image.resizeBilinear`. */
const OPS: ReadonlySet<string> = new Set([
  ...rows.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map((name) => name.split('.').at(-1)!),
  ...['grad', 'grads', 'valueAndGrad', 'valueAndGrads', 'variableGrads', 'customGrad', 'backend'],
]);

const MATH: ReadonlySet<string> = new Set(
  allOps
    .filter(({ name, dangers }) => name === 'js.cos' || (name.startsWith('js.') && dangers.length > 0))
    .map(({ name }) => name.slice(3)),
);

/** Methods that lists, strings, sets and promises have too, and those of models. */
const SHARED = [
  'all',
  'any',
  'concat',
  'fill',
  'pad',
  'print',
  'reverse',
  'slice',
  'split',
  'clone',
  'range',
  'array',
  'buffer',
];

/** Those of lists and strings take numbers: `x.slice([0, 1])` is one of a tensor. */
const OF_PLACES: ReadonlySet<string> = new Set(['slice', 'pad']);

const METHODS: ReadonlySet<string> = new Set([
  ...[...OPS].filter((name) => !SHARED.includes(name)),
  ...rows.flatMap(({ chainedAliases = [] }) => chainedAliases.map(({ name }) => name)),
  ...[
    'predict',
    'predictOnBatch',
    'apply',
    'minimize',
    'computeGradients',
    'compile',
    'fit',
    'fitDataset',
    'trainOnBatch',
    'assign',
  ],
  ...['addWeight', 'execute'],
]);

const READ_BACK: ReadonlySet<string> = new Set([
  'data',
  'dataSync',
  'array',
  'arraySync',
  'bufferSync',
  'buffer',
]);

/** Parts of the namespace, however it is called. */
const PARTS: ReadonlySet<string> = new Set([
  'layers',
  'losses',
  'metrics',
  'train',
  'linalg',
  'spectral',
  'fused',
]);

const FOREIGN: ReadonlySet<string> = new Set([
  'console',
  'logger',
  'util',
  'JSON',
  'Object',
  'Array',
  'Promise',
  'Number',
  'String',
  'path',
  'fs',
]);

const REEXPORT = /^export\b[^;]*\bfrom\b/m;

interface Names {
  readonly names: ReadonlySet<string>;
  /** Whether single ops are among them. */
  readonly ops: boolean;
  /** Where they are imported or destructured. */
  readonly lists: { readonly start: number; readonly end: number }[];
}

/**
 * Names that scripts know the namespace by, that imports and `require` give it, and those of ops that are imported one by one,
 * also by `import('…').then(({ log }) => …)`.
 */
function namesIn(text: string): Names {
  const names = new Set(['tf', 'tfc']);
  for (let at = text.indexOf(PACKAGE); at >= 0; at = text.indexOf(PACKAGE, at + 1)) {
    const [, name] = NAMESPACE.exec(text.slice(Math.max(0, at - BEFORE_PACKAGE), at)) ?? [];
    if (name !== undefined) names.add(name);
  }
  const namespaces = names.size;
  const lists: { start: number; end: number }[] = [];
  for (const { index, 0: all, 1: named, 2: alone, 3: resolved } of text.matchAll(NAMES_GIVEN)) {
    const list = named ?? resolved;
    if (alone !== undefined && OPS.has(alone)) names.add(alone);
    for (const [, name, alias] of (list ?? '').matchAll(NAME_GIVEN))
      if (OPS.has(name!) || name === 'default') names.add(alias ?? name!);
    lists.push({ start: index, end: index + all.length });
  }
  return { names, ops: names.size > namespaces, lists };
}

const PACKAGE = '@tensorflow/tfjs';
const BEFORE_PACKAGE = 80;
const NAMESPACE = /([\w$]+)\s*(?:=\s*(?:await\s+)?(?:require|import)\s*\(|from)\s*['"]$/;
const NAMES_GIVEN =
  /\{([^{}();]*)\}\s*(?:=|from\b)|\bimport\s+([\w$]+)\s+from\b|\.then\(\s*(?:async\s*)?\(\s*\{([^{}();]*)\}/g;
const NAME_GIVEN = /['"]?([\w$]+)['"]?(?:\s*(?::|\bas\b)\s*([\w$]+))?/g;
