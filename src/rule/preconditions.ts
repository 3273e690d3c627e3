/**
 * What a function asks of the numbers that callers hand over. Nearly every number that something is divided by is asked not
 * to be 0, and callers keep to that unasked: of a width, a height or a number of steps nobody wants to hear it. It is listed,
 * and a note only where the code says that the number gets there in ordinary use.
 */
import { operandNodes, type Node } from '../program/node.js';
import { isOfCallers } from './danger.js';
import type { Danger } from './finding.js';
import { constantOf, eitherOrder, isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';
import { asPattern } from '../source/words.js';

/** The suspicion as it is told: as a note, or listed. What a tensor held, and what is manifest, is left as it is. */
export function asPrecondition(site: Site, suspicion: Suspicion): Suspicion {
  const { danger, manifest } = suspicion;
  const operand = danger.region && operandOf(site.node, danger.region.operand);
  if (manifest || operand === undefined || !isOfCallers(site.node, operand)) return suspicion;
  const evidence = evidenceFor(site, operand, danger.region!);
  return evidence === undefined || isTheOpItself(site)
    ? { ...suspicion, listed: true }
    : { ...suspicion, message: `${suspicion.message}${evidence}` };
}

type Region = NonNullable<Danger['region']>;

/** Why the number gets there in ordinary use, as a sentence; empty where the message says enough. */
function evidenceFor(site: Site, operand: Node, { low, high }: Region): string | undefined {
  // Half of all numbers have no logarithm. Of roots callers know that, but rounding takes a difference below 0.
  if (LOGARITHMS.has(site.node.op)) return '';
  if (low !== high && !isOp(site.node, 'js.sqrt', 'js.pow')) return '';
  if (low !== high && isOp(operand, 'js.sub')) return '';
  if (!isOp(site.node, 'js.div', 'js.pow')) return undefined;
  if (isCountedUp(operand)) return undefined;
  if (isScale(site)) return ' It is 0 where all values are alike, or where there is one.';
  if (leadsToExponent(site, site.node))
    return ' It scales an exponent, as a temperature does, of which 0 is the sharpest.';
  const afterOne = isOneLess(operand) ? afterFirst(site, operandOf(operand, 'a')!) : undefined;
  if (afterOne !== undefined) return afterOne;
  const name = lastName(site.text(operand));
  if (name === undefined) return undefined;
  // `n` is another number in each function.
  const isLetter = site.text(operand).length === 1;
  const elsewhere = isLetter
    ? undefined
    : (askedElsewhere(site, name) ?? byDefault(site, name) ?? atFirst(site, operand));
  return elsewhere ?? documented(site, name);
}

const LOGARITHMS: ReadonlySet<string> = new Set(['js.log', 'js.log2', 'js.log10', 'js.log1p']);

/** `this.count++` and then `/ this.count`: who counts from 0 has at least 1 there. */
const isCountedUp = (operand: Node): boolean =>
  isOp(operand, 'js.add') && eitherOrder(operand).some(([, step]) => (constantOf(step) ?? 0) > 0);

/** `(x - low) / (high - low)`, `(x - mean) / deviation`: what was shifted by a number that is not written down. */
function isScale(site: Site): boolean {
  const numerator = site.operand('a');
  return (
    isOp(numerator, 'js.sub') &&
    operandNodes(numerator).every((node) => constantOf(node) === undefined && !isOp(node, 'js.mul'))
  );
}

/** Whether the quotient becomes an exponent: `Math.exp(score / temperature)`, `logits.mul(1 / temperature)` before a softmax. */
function leadsToExponent(site: Site, node: Node, depth = 0): boolean {
  return site.users(node).some((user) => {
    if (EXPONENTIAL.has(user.op)) return true;
    if (isPowerOf(user, node)) return true;
    return depth < 6 && HANDING_ON.has(user.op) && leadsToExponent(site, user, depth + 1);
  });
}

/** `p ** (1 / temperature)`. Powers of a number that is written down are schedules: `0.5 ** (step / every)`. */
const isPowerOf = (power: Node, exponent: Node): boolean =>
  (isOp(power, 'pow') && operandOf(power, 'exp') === exponent) ||
  (isOp(power, 'js.pow') &&
    operandOf(power, 'b') === exponent &&
    constantOf(operandOf(power, 'a')) === undefined);

const EXPONENTIAL: ReadonlySet<string> = new Set([
  'js.exp',
  'exp',
  'softmax',
  'logSoftmax',
  'logSumExp',
  'multinomial',
]);

const HANDING_ON: ReadonlySet<string> = new Set([
  ...['js.neg', 'js.mul', 'js.add', 'js.sub', 'js.max', 'js.min'],
  ...['neg', 'mul', 'add', 'sub', 'scalar', 'tensor1d', 'tensor2d', 'tensor'],
]);

/** The file asks of a number of this name whether it is 0, at another place, and goes on. */
function askedElsewhere(site: Site, name: string): string | undefined {
  const text = site.fileText();
  for (const { index } of text.matchAll(questionsOf(name))) {
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (REFUSED.test(before + text.slice(index, index + 80))) continue;
    return ` Line ${lineOf(text, index)} asks whether \`${name}\` is 0.`;
  }
  return undefined;
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** An option or a parameter of this name is 0 where it is left out: `priority = 0)`, `options.every ?? 0`. */
function byDefault(site: Site, name: string): string | undefined {
  const text = site.fileText();
  const pattern = String.raw`(?<![\w$])${asPattern(name)}(?:\s*:\s*number)?\s*(?:=\s*0\s*[,)}]|\?\?\s*0(?![\w.]))`;
  const found = new RegExp(pattern).exec(text);
  return found === null
    ? undefined
    : ` Line ${lineOf(text, found.index)} makes \`${name}\` 0 where it is left out.`;
}

/** A field of this object, or a variable outside of the function, that starts at 0: `this.count = 0`, `let seen = 0`. */
function atFirst(site: Site, operand: Node): string | undefined {
  const name = site.text(operand);
  const bare = name.replace(/^this\./, '');
  if (bare.includes('.')) return undefined;
  const before =
    bare === name ? String.raw`\b(?:let|var)\s+` : String.raw`(?<![\w$.]|let |var |const )(?:this\.)?`;
  const start = new RegExp(
    String.raw`${before}${asPattern(bare)}(?:\s*:\s*number)?\s*=\s*0(?:\.0*)?\s*[;\n,]`,
  );
  const text = site.fileText();
  const found = start.exec(text);
  return found === null ? undefined : ` Line ${lineOf(text, found.index)} starts \`${bare}\` at 0.`;
}

/** `n - 1` */
const isOneLess = (node: Node): boolean => isOp(node, 'js.sub') && constantOf(operandOf(node, 'b')) === 1;

/** Of a count, `this.n += 1`, that starts at 0: it is 1 once. */
function afterFirst(site: Site, count: Node): string | undefined {
  const start = atFirst(site, count);
  if (start === undefined) return undefined;
  const name = asPattern(site.text(count));
  const isCounted = new RegExp(`${name}\\s*(?:\\+\\+|\\+=\\s*1\\b)|\\+\\+${name}`).test(site.fileText());
  return isCounted ? `${start.slice(0, -1)} and counts it up: after the first it is 1.` : undefined;
}

/** `n === 0`, `n > 0`, `n < 1e-6`, `n || 1`, `Math.max(n, 1e-6)`. */
const questionsOf = (name: string): RegExp =>
  new RegExp(
    [
      String.raw`(?<![\w$])${asPattern(name)}\s*(?:(?:[!=]==?|[<>]=?)\s*(?:0(?![.\d])|1e-|Number\.EPSILON)|\|\|\s*[\d(])`,
      String.raw`Math\.max\(\s*(?:[\w$]+\.)*${asPattern(name)}\s*,\s*(?:1e-|0\.0)`,
    ].join('|'),
    'g',
  );

/** What throws at 0 says that nobody passes it. */
const REFUSED = /\bassert|\bthrow\b|\bexpect\(/;

/** The comment on the parameter or field says that 0 is among its values. */
function documented(site: Site, name: string): string | undefined {
  const text = site.fileText();
  const found = [...text.matchAll(commentsOn(name))].map(([, tag, above]) => tag ?? above ?? '');
  return found.some((comment) => WITH_ZERO.test(comment))
    ? ` The comment on \`${name}\` has 0 among its values.`
    : undefined;
}

/** `@param rate …` as far as the next tag, and a comment above a field. */
const commentsOn = (name: string): RegExp =>
  new RegExp(
    String.raw`@param\s+(?:\{[^}]*\}\s*)?\[?${asPattern(name)}(?![\w$])([^@]{0,400}?)(?=@|\*\/)|\/\*\*((?:(?!\*\/)[^]){0,400})\*\/\s*(?:(?:private|public|protected|readonly)\s+){0,3}${asPattern(name)}\??\s*[:=]`,
    'g',
  );

const WITH_ZERO =
  /\b(?:zero|non-?negative|probability|between 0|from 0|0 (?:for|means|is|disables|turns|to)|>= ?0)\b|\[0\s*,|>= ?0|≥ ?0/i;

/** `count` of `this.count`; undefined of an expression. */
const lastName = (text: string): string | undefined => /^(?:[\w$]+\.)*([A-Za-z_$][\w$]*)$/.exec(text)?.[1];

/** `(a, b) => a / b`: a function that is the op has its domain, whoever calls it. */
function isTheOpItself(site: Site): boolean {
  const { span } = site.node;
  const before = site.textAt({ ...span, start: Math.max(0, span.start - 80), end: span.start });
  const after = site.textAt({ ...span, start: span.end, end: span.end + 20 });
  const [, several, one] = HEAD.exec(before) ?? [];
  const parameters = (several ?? one ?? '').split(',').map((parameter) => /[\w$]+/.exec(parameter)?.[0]);
  return (
    /^\s*[;,)}]/.test(after) && operandNodes(site.node).every((node) => parameters.includes(site.text(node)))
  );
}

/** `(a: number, b) =>`, `x => { return`, `(x): number { return`. */
const HEAD = /(?:\(([^()]*)\)|([\w$]+))(?:\s*:\s*[\w<>[\]]+)?\s*(?:=>\s*)?(?:\{\s*return\s+)?$/;
