/** What a member that is asked for tells of the value: only tensors have it, or only lists. */
import { opChained, type ChainedSpelling } from '../../ops/table.js';
import { ts } from '../../source/typescript.js';
import { asPattern } from '../../source/words.js';
import type { InputValue } from '../values.js';

/** Names that arrays, sets, models and strings share with tensors: they do not show that an input is a tensor. */
const AMBIGUOUS_METHODS: ReadonlySet<string> = new Set([
  'add',
  'concat',
  'slice',
  'reverse',
  'includes',
  'toString',
  'print',
  'dispose',
  'buffer',
  'all',
  'any',
  'pad',
  'data',
  'read',
  'assign',
  'array',
  'bytes',
  'split',
  'equal',
  'stack',
  'step',
  'pow',
  'cast',
]);

export const isCallee = (place: ts.Node): boolean =>
  ts.isCallExpression(place.parent) && place.parent.expression === place;

/** Methods of arrays that take a function, and that tensors have not. */
export const GOES_THROUGH: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'reduce',
  'filter',
  'some',
  'every',
  'find',
  'flatMap',
  'sort',
]);

/** What arrays have and tensors have not. */
export const LIST_MEMBERS: ReadonlySet<string> = new Set([
  ...GOES_THROUGH,
  'length',
  'findIndex',
  'indexOf',
  'push',
  'join',
]);

/** What texts have and lists have not. */
const OF_TEXTS_ONLY = [
  'split',
  'trim',
  'charAt',
  'charCodeAt',
  'replace',
  'startsWith',
  'endsWith',
  'substring',
];

/**
 * Whether a value whose method is called is a list by what the function does with it otherwise, or the one that was handed it:
 * `rewards.slice(0, n)` beside `rewards.length`.
 */
export function isUsedAsList({ name, place }: InputValue, call: ts.Node): boolean {
  const { expression } = call as ts.CallExpression;
  const written = ts.isPropertyAccessExpression(expression) ? expression.expression.getText() : name;
  const uses = [usesOf(written, call), usesOf(name, place)];
  return uses.includes('list') && !uses.includes('text');
}

const known = new WeakMap<ts.Node, Map<string, 'list' | 'text' | undefined>>();

/** What the function that stands around a place does with a name. */
function usesOf(name: string, place: ts.Node): 'list' | 'text' | undefined {
  let around = place;
  while (!ts.isFunctionLike(around) && !ts.isSourceFile(around)) around = around.parent;
  const names = known.get(around) ?? new Map<string, 'list' | 'text' | undefined>();
  known.set(around, names);
  if (!names.has(name)) names.set(name, usedIn(around.getText(), name));
  return names.get(name);
}

function usedIn(text: string, name: string): 'list' | 'text' | undefined {
  if (!/^[\w$.]+$/.test(name)) return undefined;
  const has = (members: Iterable<string>): boolean =>
    new RegExp(String.raw`(?<![\w$])${asPattern(name)}\s*\.\s*(?:${[...members].join('|')})\b`).test(text);
  return has(OF_TEXTS_ONLY) ? 'text' : has(LIST_MEMBERS) ? 'list' : undefined;
}

export const OF_TENSORS_ONLY: ReadonlySet<string> = new Set(['shape', 'dataSync', 'arraySync']);

/** A method that only tensors have, with no more arguments than it takes: `x.log()`, not `logger.log(x)`. */
export function isEvidentlyChained(name: string, place: ts.Node): boolean {
  const spelling = opChained(name);
  if (spelling === undefined) return false;
  const given = isCallee(place) ? (place.parent as ts.CallExpression).arguments : [];
  if (given.length >= spelling.parameters.length) return false;
  if (given.some((argument, index) => isNoOperand(argument) && takesOperand(spelling, index + 1)))
    return false;
  return !AMBIGUOUS_METHODS.has(name) || isChainedOn(place);
}

/** `ui.div('a text')`, `scale.pow({ base: 2 })`, `list.sum((row) => row.price)`: no tensor is computed with these. */
const isNoOperand = (argument: ts.Expression): boolean =>
  ts.isStringLiteralLike(argument) ||
  ts.isTemplateExpression(argument) ||
  ts.isObjectLiteralExpression(argument) ||
  ts.isArrowFunction(argument) ||
  ts.isFunctionExpression(argument);

const takesOperand = ({ row, parameters }: ChainedSpelling, index: number): boolean =>
  row.parameters.some(({ name, kind }) => name === parameters[index] && kind === 'tensor');

/** `x.add(1).sub(y)`: what a set or an array gives has no `sub`. */
function isChainedOn(place: ts.Node): boolean {
  const next = isCallee(place) ? place.parent.parent : undefined;
  return (
    next !== undefined &&
    ts.isPropertyAccessExpression(next) &&
    isCallee(next) &&
    isEvidentlyChained(next.name.text, next)
  );
}
