/** Formulas that compute the same without forming what overflows or cancels (facts: numerics, 3). */
import type { Node } from '../program/node.js';
import type { Term } from './finding.js';
import { Rewriter } from './rewrite.js';
import type { Site } from './site.js';

/** log(exp(x) - 1) = x + log(1 - exp(-x)). */
export function inverseSoftplus(site: Site, x: Node): Term {
  const write = new Rewriter(site);
  return write.op('add', x, write.op('log', write.op('neg', write.op('expm1', write.op('neg', x)))));
}

/** log(cosh(x)) = |x| + log((1 + exp(-2|x|)) / 2), which is log1p(expm1(-2|x|) / 2): exact at 0, and without a constant. */
export function logCosh(site: Site, x: Node): Term {
  const write = new Rewriter(site);
  const size = write.op('abs', x);
  const rest = write.op('div', write.op('expm1', write.op('mul', size, -2)), 2);
  return write.op('add', size, write.op('log1p', rest));
}

/** sqrt(exp(x)) = exp(x / 2). */
export function rootOfExp(site: Site, x: Node): Term {
  const write = new Rewriter(site);
  return write.op('exp', write.op('mul', x, 0.5));
}

/** log(sigmoid(x)) = -softplus(-x), log(1 - sigmoid(x)) = -softplus(x). */
export function logSigmoid(site: Site, x: Node, isComplement: boolean): Term {
  const write = new Rewriter(site);
  return write.op('neg', write.op('softplus', isComplement ? x : write.op('neg', x)));
}

/** 1 - cos x = 2 sin²(x / 2). */
export function halfAngle(site: Site, x: Node): Term {
  const write = new Rewriter(site);
  return write.op('mul', write.op('square', write.op('sin', write.op('div', x, 2))), 2);
}

/** sqrt(1 + y) - 1 = y / (sqrt(1 + y) + 1). */
export function conjugate(site: Site, y: Node): Term {
  const write = new Rewriter(site);
  return write.op('div', y, write.op('add', write.op('sqrt', write.op('add', y, 1)), 1));
}
