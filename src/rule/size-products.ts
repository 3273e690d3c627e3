/** Sizes as products of names, each to a power: `c / (r * r)` is c · r⁻². */
import { isSymbolic, type Size } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { quotientOf } from '../program/shapes/size-formulas.js';
import { constantOf, operandOf } from './patterns.js';

export interface Product {
  readonly coefficient: number;
  /** Never 0. */
  readonly powers: ReadonlyMap<string, number>;
}

export const ONE: Product = { coefficient: 1, powers: new Map() };

const named = (name: string): Product => ({ coefficient: 1, powers: new Map([[name, 1]]) });

const number = (coefficient: number): Product => ({ coefficient, powers: new Map() });

export const productOf = (size: Size): Product =>
  isSymbolic(size) ? size.symbols.map(productOfName).reduce(times, number(size.coefficient)) : number(size);

/** Of a size that is computed from others, those. */
function productOfName(name: string): Product {
  const [of, by] = quotientOf(name) ?? [];
  return of === undefined || by === undefined ? named(name) : over(productOf(of), productOf(by));
}

/** The same of a number that the code computes from sizes; of everything else it is a name of its own. */
export function productOfNumber(
  node: Node,
  sizeRead: (node: Node) => Product | undefined,
  depth = 0,
): Product {
  const value = constantOf(node);
  if (value !== undefined) return number(value);
  const of = (name: string): Product => productOfNumber(operandOf(node, name)!, sizeRead, depth + 1);
  if (depth < DEPTH && node.op === 'js.mul') return times(of('a'), of('b'));
  if (depth < DEPTH && node.op === 'js.div') return over(of('a'), of('b'));
  const power = node.op === 'js.pow' ? constantOf(operandOf(node, 'b')) : undefined;
  if (depth < DEPTH && power !== undefined && power > 0 && power <= MOST_POWER && Number.isInteger(power))
    return productOfAll(Array.from({ length: power }, () => of('a')));
  if (depth < DEPTH && ROUNDING.has(node.op)) return of('x');
  return sizeRead(node) ?? named(nameOf(node));
}

/** A number that is handed in has the name of the size that it is elsewhere. */
const nameOf = ({ id, op, attributes: { path } }: Node): string =>
  op === 'input' && typeof path === 'string' ? path : `node ${id}`;

/** Who rounds the quotient of two sizes expects it to be whole. */
const ROUNDING: ReadonlySet<string> = new Set(['js.floor', 'js.round', 'js.trunc', 'js.ceil']);

/** Nobody writes sizes that are more deeply nested, nor of a higher power. */
const DEPTH = 8;
const MOST_POWER = 4;

export const times = (a: Product, b: Product): Product => combined(a, b, 1);

export const over = (a: Product, b: Product): Product => combined(a, b, -1);

function combined(a: Product, b: Product, sign: 1 | -1): Product {
  const powers = new Map(a.powers);
  for (const [name, power] of b.powers) {
    const sum = (powers.get(name) ?? 0) + sign * power;
    if (sum === 0) powers.delete(name);
    else powers.set(name, sum);
  }
  const coefficient = sign === 1 ? a.coefficient * b.coefficient : a.coefficient / b.coefficient;
  return { coefficient, powers };
}

export const productOfAll = (all: readonly Product[]): Product => all.reduce(times, ONE);

export const isSameProduct = (a: Product, b: Product): boolean => {
  const { coefficient, powers } = over(a, b);
  return Math.abs(coefficient - 1) < SLACK && powers.size === 0;
};

/** The name that it is, and nothing else. */
export const onlyName = ({ coefficient, powers }: Product): string | undefined => {
  const [[name, power] = [undefined, 0], ...others] = powers;
  return coefficient === 1 && power === 1 && others.length === 0 ? name : undefined;
};

/** Whether some of the factors of `whole` make up `part`: r of r · s, and of r⁻² · s the r⁻¹. */
export function isMadeOfFactors(part: Product, whole: Product): boolean {
  const isWithin = [...part.powers].every(([name, power]) => {
    const most = whole.powers.get(name) ?? 0;
    return Math.sign(most) === Math.sign(power) && Math.abs(power) <= Math.abs(most);
  });
  return isWithin && isFactor(part.coefficient, whole.coefficient);
}

/** Of 6 the 3, of 1/4 the 1/2. */
const isFactor = (part: number, whole: number): boolean => {
  const [larger, smaller] = whole >= 1 ? [whole, part] : [part, whole];
  return (whole >= 1 ? part >= 1 - SLACK : part <= 1 + SLACK) && isWhole(larger / smaller);
};

const isWhole = (quotient: number): boolean => Math.abs(quotient - Math.round(quotient)) < SLACK;

/** Quotients of sizes are rounded as all numbers are. */
const SLACK = 1e-9;
