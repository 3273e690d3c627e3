/**
 * Axes that the code itself says are one: `w.expandDims(1).mul(particles)` puts a 1 by hand so that the weights lie along the
 * particles, and there are as many of both. Where `d.mul(w)` lays them along the other axis, one of the two is wrong.
 */
import { alternativesOf, isSymbolic, symbol, type Dim, type Shape } from '../facts/shape.js';
import { slice, type Node } from '../program/node.js';
import { areApart, nameOf } from './apart-sizes.js';
import { reducedOf, REDUCTIONS, sameAxes } from './axes.js';
import { BROADCASTING } from './broadcast.js';
import { operandOf, sameValue } from './patterns.js';
import type { Site } from './site.js';
import { strayIn, type Stray } from './stray-axes.js';

/** An op that lays `given` along `whole` by hand, and the sizes that are one there. */
interface Laid {
  readonly node: Node;
  readonly given: Node;
  readonly whole: Node;
  readonly pairs: readonly (readonly [string, string])[];
}

export interface LaidElsewhere extends Stray {
  /** Where the axis lies as it belongs. */
  readonly laid: Node;
}

/** Where `given` lies along another axis of `whole` than the one that the code lays it along elsewhere. */
export function laidElsewhere(site: Site, given: Node, whole: Node): LaidElsewhere | undefined {
  const [a, b] = [given.shape, whole.shape];
  if (a === undefined || b === undefined || !mayBeStray(a, b)) return undefined;
  const here = laidIn(site.nodes).filter((laid) => !isOtherSide(site, whole, laid));
  for (const laid of [...here, ...laidBeside(site, given, whole)]) {
    const sizes = new Sizes(laid.pairs);
    const stray = strayIn(a.map(sizes.named), b.map(sizes.named));
    if (stray !== undefined && !mayBeOneSize(site, a[stray.axis]!, b[stray.meets]!))
      return { ...stray, given: a, whole: b, laid: laid.node };
  }
  return undefined;
}

/** Where the rest of the code lays the two along each other too, they are equally long. */
function mayBeOneSize(site: Site, held: Dim, met: Dim): boolean {
  const others = site.nodes.filter((node) => node !== site.node);
  const sizes = new Sizes([...laidIn(others).flatMap(({ pairs }) => pairs), ...others.flatMap(alike)]);
  return nameOf(sizes.named(held)) === nameOf(sizes.named(met));
}

/** Axes that meet and have two names: else nothing can be learned of them. */
const mayBeStray = (given: Shape, whole: Shape): boolean =>
  given.length <= whole.length &&
  given.some((d, axis) => areApart(d, whole[axis + whole.length - given.length]!));

const known = new WeakMap<readonly Node[], readonly Laid[]>();

function laidIn(nodes: readonly Node[]): readonly Laid[] {
  const before = known.get(nodes);
  if (before !== undefined) return before;
  const laid = nodes.flatMap(laidBy);
  known.set(nodes, laid);
  return laid;
}

function laidBy(node: Node): Laid[] {
  if (node.throws !== undefined) return [];
  const [a, b] = (BROADCASTING[node.op] ?? []).map((name) => operandOf(node, name));
  if (a?.shape === undefined || b?.shape === undefined) return [];
  return [laidAlong(node, a, b), laidAlong(node, b, a)].flatMap((laid) => laid ?? []);
}

function laidAlong(node: Node, given: Node, whole: Node): Laid | undefined {
  if (!given.shape!.some(({ one }) => one === 'explicit')) return undefined;
  const pairs = meeting(given.shape!, whole.shape!);
  return pairs.length === 0 ? undefined : { node, given, whole, pairs };
}

function meeting(a: Shape, b: Shape): (readonly [string, string])[] {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, at) => at + 1).flatMap((fromEnd) => {
    const [left, right] = [a.at(-fromEnd)!, b.at(-fromEnd)!];
    return areApart(left, right) ? [[nameOf(left)!, nameOf(right)!] as const] : [];
  });
}

/** Sizes that have to agree for another reason: tables of one rank, and the inner sizes of a product. */
function alike(node: Node): (readonly [string, string])[] {
  const [a, b] = (node.op === 'matMul' ? ['a', 'b'] : (BROADCASTING[node.op] ?? [])).map(
    (name) => operandOf(node, name)?.shape,
  );
  if (a === undefined || b === undefined) return [];
  if (node.op !== 'matMul') return a.length === b.length && a.length > 1 ? meeting(a, b) : [];
  const { transposeA, transposeB } = node.attributes;
  const [left, right] = [a.at(transposeA === true ? -2 : -1), b.at(transposeB === true ? -1 : -2)];
  return left && right && areApart(left, right) ? [[nameOf(left)!, nameOf(right)!]] : [];
}

/** `adjacency.mul(s.expandDims(1)).mul(s)`: both sides of one table are scaled, which is as long as it is wide. */
function isOtherSide(site: Site, whole: Node, laid: Laid): boolean {
  return (
    laid.node === site.node ||
    sameValue(laid.whole, whole) ||
    flow(whole).has(laid.node) ||
    flow(laid.whole).has(site.node)
  );
}

/** What a table was computed from, element by element. */
const flow = (table: Node): ReadonlySet<Node> => new Set(sameAxes(table));

/**
 * The same of another function of the file, whose parameters have the same names: where both go on to reduce one axis, and
 * only there it is the axis along which the operand lies. What lies elsewhere selects nothing of what is reduced.
 */
function laidBeside(site: Site, given: Node, whole: Node): Laid[] {
  const axis = reducedBehind(site.users());
  if (axis === undefined || liesAlong(given, whole, axis)) return [];
  const paths = pathsOf([given, whole]);
  return site.beside.flatMap(({ nodes }) =>
    laidIn(nodes).filter((laid) => {
      const users = nodes.filter((user) => operandOf(user, 'x') === laid.node);
      const isSame = reducedBehind(users) === axis && liesAlong(laid.given, laid.whole, axis);
      return isSame && isOneSet(pathsOf([laid.given, laid.whole]), paths);
    }),
  );
}

function reducedBehind(users: readonly Node[]): number | undefined {
  const [user, ...others] = users;
  if (user === undefined || others.length > 0 || !REDUCTIONS.has(user.op)) return undefined;
  const [axis, ...more] = reducedOf(user) ?? [];
  return more.length > 0 ? undefined : axis;
}

function liesAlong({ shape }: Node, whole: Node, axis: number): boolean {
  const own = shape![axis - (whole.shape!.length - shape!.length)];
  return own !== undefined && own.size !== 1;
}

/** Inputs by name and rank. */
const pathsOf = (nodes: readonly Node[]): ReadonlySet<string> =>
  new Set(
    nodes
      .flatMap(slice)
      .filter(({ op }) => op === 'input')
      .map(({ attributes, shape }) => `${String(attributes['path'])} ${shape?.length}`),
  );

const isOneSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

/** Names that are said to be those of one size. */
class Sizes {
  private readonly parents = new Map<string, string>();

  constructor(pairs: readonly (readonly [string, string])[]) {
    for (const [a, b] of pairs) {
      const [one, other] = [this.first(a), this.first(b)];
      if (one !== other) this.parents.set(one, other);
    }
  }

  private first(name: string): string {
    const parent = this.parents.get(name);
    return parent === undefined ? name : this.first(parent);
  }

  /** The dim under the one name of its size. */
  readonly named = (dim: Dim): Dim => {
    const { size } = dim;
    if (!isSymbolic(size) || size.symbols.length > 1 || size.coefficient !== 1) return dim;
    const names = new Set(alternativesOf(size.symbols[0]!).map((name) => this.first(name)));
    const [name] = names;
    return names.size === 1 ? { ...dim, size: symbol(name!) } : dim;
  };
}
