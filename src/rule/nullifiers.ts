/** Factors that make a whole formula 0: `sum(t · m) + sum((1 - t) · m)` is 0 where m is, whatever t is. */
import type { Node } from '../program/node.js';
import { constantOf, eitherOrder, isOp, operandOf, sameValue } from './patterns.js';
import { reach } from './reach.js';

/** Whether a value is 0 because something that the code itself makes 0 is a factor of all its terms. */
export const isNullified = (node: Node): boolean => nullifiers(node, false, 0).length > 0;

/** Formulas are followed this deep. */
const DEPTH = 8;

/**
 * The tensors of which a zero makes the value 0, and which are 0 for ordinary inputs; at `all` their elements, where the
 * value is a sum of them.
 */
function nullifiers(node: Node | undefined, all: boolean, depth: number): readonly Node[] {
  if (node === undefined || depth > DEPTH) return [];
  if (all ? canBeAllZero(node) : canBeZero(node)) return [node];
  const { op } = node;
  if (SPECTRA.has(op)) return [node];
  const summed = all || SUMMING.has(op);
  const of = (name: string): readonly Node[] => nullifiers(operandOf(node, name), summed, depth + 1);
  if (op === 'mul' || op === 'matMul') return [...of('a'), ...of('b')];
  if (op === 'dot') return [...of('t1'), ...of('t2')];
  if (op === 'div') return of('a');
  if (op === 'real' || op === 'imag') return of('input');
  if (op === 'add' || op === 'sub') {
    const others = of('b');
    return others.length === 0 ? [] : of('a').filter((one) => others.some((other) => sameValue(one, other)));
  }
  return KEEPING_ZERO.has(op) || SUMMING.has(op) ? of('x') : [];
}

const SUMMING: ReadonlySet<string> = new Set([
  'sum',
  'mean',
  'cumsum',
  'norm',
  'euclideanNorm',
  'matMul',
  'dot',
]);

const KEEPING_ZERO: ReadonlySet<string> = new Set([
  ...['neg', 'abs', 'square', 'sqrt', 'relu', 'sin', 'tan', 'tanh', 'asin', 'atan', 'expm1', 'log1p'],
  ...['cast', 'reshape', 'squeeze', 'expandDims', 'transpose', 'slice', 'tile', 'reverse'],
]);

/** Silence is ordinary, and has a spectrum of zeros. */
const SPECTRA: ReadonlySet<string> = new Set(['signal.stft', 'spectral.rfft', 'spectral.fft']);

const canBeZero = ({ range }: Node): boolean => reach(range, 0, 0) === 'manifest';

/** No score may pass a threshold; all of a relu, or of what only underflows, may be 0. */
function canBeAllZero(node: Node): boolean {
  if (node.range.holds !== undefined || !canBeZero(node) || constantOf(node) !== undefined) return false;
  if (isOp(node, 'relu', 'exp', 'sigmoid')) return true;
  return isOp(node, ...THRESHOLDS) && eitherOrder(node).some(([limit]) => constantOf(limit) !== undefined);
}

const THRESHOLDS = ['greater', 'greaterEqual', 'less', 'lessEqual'];
