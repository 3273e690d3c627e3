/** Guards that rules offer: they change values near the danger on purpose, and float32 keeps them. */
import { CPU } from '../facts/backend.js';
import type { Node } from '../program/node.js';
import type { FixCandidate, Term } from './finding.js';
import { isJavaScript } from './danger.js';
import { guardNumbers } from './guard-numbers.js';
import { isOp, operandOf, producer } from './patterns.js';
import { inWords, Rewriter, sameBy, together } from './rewrite.js';
import type { Site } from './site.js';

/** Into the root where the divisor is one: a guard behind it leaves the gradient of the root infinite. */
export function guardedDivisor(site: Site, divisor: Node): FixCandidate[] {
  const root = producer(divisor);
  if (isRoot(root)) return guardedRoot(site, root);
  if (isNorm(root)) return guardedNorm(site, root);
  return floored(site, divisor);
}

/** An epsilon under the root keeps the gradient alive; a floor is for what may be negative too. */
export function guardedRoot(site: Site, root: Node): FixCandidate[] {
  const operand = operandOf(root, 'x') ?? operandOf(root, 'base');
  if (operand === undefined) return [];
  const { insideRoot } = guardNumbers(site.backend);
  const floored = inPlaceOf(site, root, operand, (x, write) => write.op('maximum', x, insideRoot));
  if (operand.range.low < 0) return floored;
  return [...inPlaceOf(site, root, operand, (x, write) => write.op('add', x, insideRoot)), ...floored];
}

/** The norm written out, with an epsilon under its root: outside of it none keeps the gradient finite. */
export function guardedNorm(site: Site, norm: Node): FixCandidate[] {
  const order = norm.attributes['ord'] ?? 'euclidean';
  const x = operandOf(norm, 'x');
  if (x === undefined || !['euclidean', 'fro', 2].includes(order as string)) return [];
  const write = new Rewriter(site);
  const [axis, keepDims] = [write.argument(norm, 'axis'), write.argument(norm, 'keepDims')];
  const squares = write.op('sum', write.op('square', write.argument(norm, 'x') ?? x), axis, keepDims);
  const by = write.op('sqrt', write.op('add', squares, guardNumbers(site.backend).insideRoot));
  if (norm === site.node) return [{ ...sameBy(site, by), claim: 'guard' }];
  return [together(`Put an epsilon under the root: \`${inWords(by)}\``, 'guard', [{ span: norm.span, by }])];
}

/** JavaScript computes in float64 wherever the tensors are. */
function smallGuard(site: Site): number {
  const { floor, denominator } = guardNumbers(isJavaScript(site.node) ? CPU : site.backend);
  return isOp(site.node, 'log', 'log1p') ? floor : denominator;
}

/** What stands under something that cannot be negative. Counts are 0 or at least 1: there it is 1. */
export const floorUnder = (site: Site, operand: Node): number =>
  operand.range.integer ? 1 : smallGuard(site);

/** A floor under something that cannot be negative. */
export function floored(site: Site, operand: Node): FixCandidate[] {
  if (operand.range.low < 0) return [];
  const floor = floorUnder(site, operand);
  const maximum = isJavaScript(site.node) ? 'js.max' : 'maximum';
  return inPlaceOf(site, site.node, operand, (x, write) => write.op(maximum, x, floor));
}

/** An epsilon that is added: the gradient lives on below it. */
export function lifted(site: Site, operand: Node): FixCandidate[] {
  if (operand.range.low < 0 || isJavaScript(site.node)) return [];
  return inPlaceOf(site, site.node, operand, (x, write) => write.op('add', x, smallGuard(site)));
}

/** The operand of the site kept within bounds, as numbers or code. */
export function clipped(
  site: Site,
  operand: Node,
  low: number | string,
  high: number | string,
): FixCandidate[] {
  return inPlaceOf(site, site.node, operand, (x, write) =>
    isJavaScript(site.node)
      ? write.op('js.max', low, write.op('js.min', high, x))
      : write.op('clipByValue', x, low, high),
  );
}

/** The operand of the site kept above a bound. */
export function keptAbove(site: Site, operand: Node, bound: number | string): FixCandidate[] {
  const maximum = isJavaScript(site.node) ? 'js.max' : 'maximum';
  return inPlaceOf(site, site.node, operand, (x, write) => write.op(maximum, x, bound));
}

/** The operand of a call replaced by what is made of it, where the call has it written. */
export function inPlaceOf(
  site: Site,
  call: Node,
  operand: Node,
  made: (x: Term, write: Rewriter) => Term,
  title = 'Guard the operand',
): FixCandidate[] {
  const write = new Rewriter(site);
  const name = Object.entries(call.operands).find(([, given]) => given === operand)?.[0];
  const written = name === undefined ? undefined : write.argument(call, name);
  if (written?.kind !== 'source') return [];
  const by = made(written, write);
  return [together(`${title}: \`${inWords(by)}\``, 'guard', [{ span: written.span, by }])];
}

/** Whether a node is a root whose operand a guard has to go into. */
export const isRoot = (node: Node | undefined): node is Node => isOp(node, 'sqrt');
export const isNorm = (node: Node | undefined): node is Node => isOp(node, 'norm', 'euclideanNorm');
