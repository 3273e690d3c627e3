/** Exponents that whoever wrote them takes to be small: decays, logarithms of probabilities, targets in log space. */
import { isSymbolic } from '../facts/shape.js';
import { declaredName } from '../program/declared-name.js';
import { operandNodes, type Node } from '../program/node.js';
import { flatSource } from '../program/read-back.js';
import { SUM } from '../ops/loss-reduction.js';
import { nameOfInput } from './input-names.js';
import {
  arithmeticChain,
  constantOf,
  eitherOrder,
  isLabel,
  isOp,
  isTrained,
  operandOf,
  producer,
  sameValue,
} from './patterns.js';
import type { Site } from './site.js';
import { crossFactors, signedTerms, type Term } from './terms.js';

/** Whether the code takes it for granted that this stays below `most`, though nothing here makes it so. */
export function isMeantSmall(exponent: Node, most: number): boolean {
  const name = nameOfInput(exponent) ?? '';
  return (
    isLabel(exponent) ||
    LABEL.test(name) ||
    LOG_PROBABILITY.test(name) ||
    meantSign(exponent) === -1 ||
    isTrainedLogarithm(exponent) ||
    isEntropy(exponent) ||
    isCrossEntropy(exponent) ||
    isLogDensity(exponent) ||
    isScaledBack(exponent) ||
    isOfLogarithms(exponent) ||
    isPowerOfGuarded(exponent, most)
  );
}

/** `this.#logPi`, whatever was put there. */
export const isCalledSmall = (text: string): boolean =>
  LOG_PROBABILITY.test(/^(?:this\.)?[#_]*([\w$]+)$/.exec(text)?.[1] ?? '');

/**
 * `sign(x) · (exp(|x|) - 1)`, which undoes `sign(x) · log(1 + |x|)` (Hafner et al. 2023, "Mastering diverse domains through world
 * models"): what it is given was trained towards logarithms.
 */
export function isInverseOfSymlog(site: Site): boolean {
  const size = producer(site.operand('x'));
  const x = isOp(size, 'abs') ? operandOf(size, 'x') : undefined;
  const isSigned = (node: Node): boolean =>
    site
      .users(node)
      .some(
        (user) =>
          isOp(user, 'mul') &&
          eitherOrder(user).some(
            ([sign]) => isOp(producer(sign), 'sign') && sameValue(operandOf(producer(sign), 'x'), x),
          ),
      );
  const lessOne = (node: Node): boolean => isOp(node, 'sub') && constantOf(operandOf(node, 'b')) === 1;
  return isOp(site.node, 'expm1') ? isSigned(site.node) : site.users().filter(lessOne).some(isSigned);
}

/** `log(a) - log(b)`, whose exponential is a / b: where that is too large, b is 0, and its logarithm tells. */
export function isOfLogarithms(exponent: Node): boolean {
  const made = producer(exponent);
  const [a, b] = ['a', 'b'].map((name) => producer(operandOf(made, name)));
  const least = isOp(b, 'log') ? 0 : isOp(b, 'log1p') ? -1 : undefined;
  const tells = least !== undefined && (operandOf(b, 'x')?.range.low ?? Infinity) <= least;
  return isOp(made, 'sub') && isOp(a, 'log', 'log1p') && tells;
}

/** `standardised.mul(std).add(mean)`: what was standardised as a logarithm, as large as the data were. */
function isScaledBack(exponent: Node): boolean {
  const named = (node: Node, name: RegExp): boolean => name.test(nameOfInput(node) ?? '');
  return (
    isOp(exponent, 'add') &&
    eitherOrder(exponent).some(
      ([product, mean]) =>
        isOp(product, 'mul') &&
        eitherOrder(product).some(
          ([std]) => (named(mean, MEAN) && named(std, DEVIATION)) || areOfLogarithms(mean, std),
        ),
    )
  );
}

/** The mean and the deviation of one logarithm. */
function areOfLogarithms(mean: Node, deviation: Node): boolean {
  const [made, root] = [producer(mean), producer(deviation)];
  const variance = root?.op === 'sqrt' ? producer(operandOf(root, 'x')) : undefined;
  const isMean = made?.op === 'mean' || (made?.op === 'moments' && made.output === 'mean');
  const logarithm = producer(operandOf(made, 'x'));
  return (
    isMean &&
    variance?.output === 'variance' &&
    isOp(logarithm, 'log', 'log1p') &&
    sameValue(operandOf(variance, 'x'), operandOf(made, 'x'))
  );
}

const MEAN = /^(?:\w+_)?means?$|[a-z]Means?$/;

const DEVIATION = /^(?:\w+_)?(?:std|stdDev|deviation)s?$|[a-z](?:Std|StdDev|Deviation)s?$/;

/**
 * `logAlpha` of `tf.exp(logAlpha)`, `logStd.mul(-2)`: what is trained as a logarithm starts small, and moves by steps. What a
 * network gives is another matter: the next input may be anything.
 */
function isTrainedLogarithm(exponent: Node): boolean {
  const weights = arithmeticChain(exponent).filter(isTrained);
  return weights.some((weight) => LOGARITHM.test(nameOfInput(weight) ?? lastOf(declaredName(weight)) ?? ''));
}

const LOGARITHM =
  /^_?(?:log|ln)(?:_|[A-Z]|$)|^_?log(?:vars?|variances?|stds?|sigmas?|scales?|alpha|beta|tau|lambda|rates?|temp(?:erature)?)$/;

/** `logStd` of `this.logStd`. */
const lastOf = (name: string | undefined): string | undefined => name?.split('.').at(-1);

/** `x.mul(-1)`, `tf.sub(0, x)` */
const isNegative = (node: Node): boolean =>
  (isOp(node, 'mul', 'div') && eitherOrder(node).some(([factor]) => (constantOf(factor) ?? 0) < 0)) ||
  (isOp(node, 'sub') && constantOf(operandOf(node, 'a')) === 0);

/** `p.mul(p.add(1e-12).log()).sum().neg()`, whose exponential is a perplexity: whoever sums this up has shares. */
function isEntropy(exponent: Node): boolean {
  const chain = arithmeticChain(exponent);
  const sum = chain.at(-1);
  if (!chain.some((one) => isOp(one, 'neg') || isNegative(one))) return false;
  const product = isOp(sum, 'sum') ? producer(operandOf(sum, 'x')) : undefined;
  return (
    isOp(product, 'mul') &&
    eitherOrder(product).some(
      ([share, log]) =>
        isOp(producer(log), 'log') &&
        arithmeticChain(operandOf(producer(log), 'x')).some((one) => sameValue(one, share)),
    )
  );
}

/**
 * `z.square().mul(-0.5).sub(tf.log(scale)).sub(c)`, the logarithm of a density: what is not below 0 is one logarithm, whose
 * exponential is what it was taken of. Not of many together, the densities of which multiply.
 */
function isLogDensity(exponent: Node): boolean {
  const terms = signedTerms(exponent).filter(({ node }) => constantOf(node) === undefined);
  const [logarithm, ...more] = terms.filter(({ node }) => isOp(node, 'log', 'log1p'));
  const others = terms.filter((term) => term !== logarithm);
  return logarithm !== undefined && more.length === 0 && others.length > 0 && others.every(isNotAboveZero);
}

function isNotAboveZero({ sign, node }: Term): boolean {
  const factor =
    node.op === 'mul' ? (constantOf(operandOf(node, 'a')) ?? constantOf(operandOf(node, 'b'))) : 1;
  // Of a product with a negative number the sign is that of the other factor.
  const isAdded = (sign === 1) !== (factor !== undefined && factor < 0);
  return isAdded ? node.range.high <= 0 : node.range.low >= 0;
}

/** `Math.exp(tf.metrics.categoricalCrossentropy(labels, probs).mean().dataSync()[0])`: a perplexity too, of a mean and no sum. */
function isCrossEntropy(exponent: Node): boolean {
  const read = flatSource(exponent) ?? (isOp(exponent, 'js.element') ? operandOf(exponent, 'x') : exponent);
  let entropy = producer(read);
  while (entropy?.op === 'mean') entropy = producer(operandOf(entropy, 'x'));
  return entropy !== undefined && CROSS_ENTROPY.test(entropy.op) && entropy.attributes['reduction'] !== SUM;
}

const CROSS_ENTROPY = /cross_?entropy$|^losses\.logLoss$/i;

/** `m.add(1e-6).log().mul(-alpha)`: a power of what the guard keeps from 0, and of m nobody is to know that it is not below. */
function isPowerOfGuarded(exponent: Node, most: number): boolean {
  const product = producer(exponent);
  if (!isOp(product, 'mul')) return false;
  return eitherOrder(product).some(([one, factor]) => {
    const logarithm = producer(one);
    const sum = isOp(logarithm, 'log') ? producer(operandOf(logarithm, 'x')) : undefined;
    const guard = isOp(sum, 'add') ? constantOf(operandOf(sum, 'b')) : undefined;
    if (guard === undefined || guard <= 0) return false;
    const ends = [Math.log(guard), logarithm!.range.high];
    const { low, high } = factor.range;
    return Math.max(...ends.flatMap((end) => [end * low, end * high])) < most;
  });
}

/** What a model is trained towards: who takes its exponential has taken the logarithm before. */
const LABEL = /^(?:y_?true|labels?|targets?)$/i;

/** Of what is handed in under such a name nothing is far above 0. */
const LOG_PROBABILITY = /^(?:[a-z]+_)?log_?(?:p|pi|probs?|probabilit(?:y|ies)|posteriors?|priors?)$/i;

/**
 * The sign of `distances.mul(-gamma)` for a number that is handed in: who writes the minus takes gamma to be above 0. 0 where
 * a factor may have either sign.
 */
function meantSign(node: Node, depth = 0): number {
  const { op, range } = node;
  if (range.low >= 0) return 1;
  if (range.high <= 0) return -1;
  if (op === 'input') return node.dtype === 'number' || isNamedPositive(nameOfInput(node) ?? '') ? 1 : 0;
  if (isOp(node, 'sub') && areNeighbours(operandOf(node, 'a'), operandOf(node, 'b'))) return 1;
  if (isDistanceOfUnits(node)) return 1;
  if (isOp(node, 'concat', 'stack')) {
    const signs = new Set(
      (node.operands['tensors'] as readonly Node[]).map((part) => meantSign(part, depth + 1)),
    );
    return signs.size === 1 ? [...signs][0]! : 0;
  }
  if (depth > DEPTH) return 0;
  const of = (name: string): number => {
    const operand = operandOf(node, name);
    return operand === undefined ? 0 : meantSign(operand, depth + 1);
  };
  if (isOp(node, 'neg', 'js.neg')) return -of('x');
  if (isOp(node, 'mul', 'div', 'js.mul', 'js.div')) return of('a') * of('b');
  // `area + 1e-6`
  if (isOp(node, 'add', 'js.add')) return of('a') === of('b') ? of('a') : 0;
  return operandNodes(node).length === 1 && KEEPING_SIGNS.has(op) ? of('x') : 0;
}

/** What goes by, and how fast: `rate.mul(tau).neg()`. */
const PASSING =
  /^(?:t|dt|d_?t|tau|times?|ages?|lags?|delays?|elapsed|durations?|dist(?:ance)?s?|depths?|hours?|days?|years?|rates?)$/i;

/** `slabLosses`, `squared_errors`: sums of squares and the like, by their names. */
const NEVER_NEGATIVE =
  /(?:^|_)(?:loss(?:es)?|costs?|(?:squared|absolute|abs)_?errors?|distances?)$|[a-z](?:Loss(?:es)?|Costs?|(?:Squared|Absolute|Abs)Errors?|Distances?)$/;

/** What a policy is trained by has either sign, and so have the values of a critic. */
const OF_EITHER_SIGN = /policy|actor|critic|value|advantage|surrogate|reward/i;

const isNamedPositive = (name: string): boolean =>
  PASSING.test(name) || (NEVER_NEGATIVE.test(name) && !OF_EITHER_SIGN.test(name));

/** `tf.sub(2, dot.mul(2))`: what is the squared distance of vectors of length 1, and of no others. */
const isDistanceOfUnits = (node: Node): boolean =>
  crossFactors(node) !== undefined && constantOf(operandOf(node, 'a')) === 2;

/** `depths.slice(1)` and `depths.slice(0, n - 1)`: of what lies in its order the one is behind the other. */
function areNeighbours(a: Node | undefined, b: Node | undefined): boolean {
  if (!isOp(a, 'slice') || !isOp(b, 'slice') || !sameValue(operandOf(a, 'x'), operandOf(b, 'x')))
    return false;
  const [from, before] = [a, b].map((part) => [part.attributes['begin']].flat());
  const moved = Array.from({ length: Math.max(from!.length, before!.length) }, (_, axis) => axis).filter(
    (axis) => from![axis] !== before![axis],
  );
  const [along, ...others] = moved;
  if (along === undefined || others.length > 0) return false;
  const [one, other] = [from![along], before![along] ?? 0];
  const size = a.shape?.[along]?.size;
  const isLong = size === undefined || isSymbolic(size) || size > FEW;
  return isLong && typeof one === 'number' && typeof other === 'number' && Math.abs(one - other) === 1;
}

/** A column less the one beside it is a difference of two things. */
const FEW = 2;

const DEPTH = 8;

const KEEPING_SIGNS: ReadonlySet<string> = new Set([
  'sum',
  'mean',
  'cast',
  'reshape',
  'expandDims',
  'squeeze',
  'transpose',
  'slice',
  'cumsum',
  'tile',
]);
