/**
 * What a loss takes for given and a gradient gets to all the same: targets that are made with the network that is fitted to
 * them, and advantages. TensorFlow.js has no op that stops a gradient; what was computed before the function that it is taken of
 * is given.
 */
import { dependsOn, onTape } from '../program/gradient.js';
import { isOfModel } from '../program/layers/model-results.js';
import { isTrainable, operandNodes, type Gradient, type Node } from '../program/node.js';
import { wordsOf } from '../source/words.js';
import { constantOf, eitherOrder, isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';
import { isCopy, isKept, nameBefore, trainedBy, type Trained } from './trained-copies.js';

export interface MovingTarget {
  readonly kind: 'target' | 'advantage' | 'twice';
  /** The operand of the site that is to be given. */
  readonly operand: string;
  readonly node: Node;
  /** What is trained behind it. */
  readonly trained: readonly Trained[];
}

/** The operand of an op that compares or weighs which is to be given, and is on the tape. */
export function movingTarget(site: Site): MovingTarget | undefined {
  const { gradient } = site.node;
  if (gradient === undefined || !site.leadsToLoss() || site.isCustom()) return undefined;
  // Of what a gradient is taken by that is no variable nobody says that it is a network.
  if (gradient.by === 'inputs') return undefined;
  const kind = site.node.op === 'mul' ? 'advantage' : 'target';
  for (const [operand, node, other] of pairsOf(site.node)) {
    if (!isOnTape(gradient, node) || !isOnTape(gradient, other)) continue;
    const isMeant =
      kind === 'target'
        ? isTarget(site, gradient, node)
        : isAdvantage(site, gradient, node) && isLogProbability(site, gradient, other);
    const trained = isMeant ? trainedWith(site, gradient, node, other) : [];
    if (trained.length > 0) return { kind, operand, node, trained };
  }
  return kind === 'target' ? comparedTwice(site, gradient) : undefined;
}

/**
 * A loss with one distance twice, `mse(e, z) + 0.25 * mse(z, e)`: in the first term z was to be given, in the second one e (van
 * den Oord et al. 2017, "Neural discrete representation learning", equation 3).
 */
function comparedTwice(site: Site, gradient: Gradient): MovingTarget | undefined {
  const [[operand, node, other] = []] = pairsOf(site.node);
  if (operand === undefined || !isOnTape(gradient, node!) || !isOnTape(gradient, other!)) return undefined;
  const steps = stepsAfter(site, site.node);
  if (steps === undefined || !DISTANCE.test(steps)) return undefined;
  const isSame = (one: Node): boolean =>
    one.id > site.node.id &&
    one.op === site.node.op &&
    pairsOf(one).some(([, a, b]) => a.id === node!.id && b.id === other!.id) &&
    stepsAfter(site, one) === steps &&
    site.at(one).leadsToLoss();
  const [trained, against] = [trainedBy(site, gradient, [node!]), trainedBy(site, gradient, [other!])];
  const areTwo = trained.length > 0 && against.some((one) => !trained.some(({ name }) => name === one.name));
  return areTwo && site.nodes.some(isSame) ? { kind: 'twice', operand, node: node!, trained } : undefined;
}

const DISTANCE = /\b(?:square|abs|squaredDifference|losses\.\w+)\b/;

/** What is made of it before it is scaled or added: two of one name are the same function. */
function stepsAfter(site: Site, node: Node, depth = 0): string | undefined {
  if (node.op === 'mul' || node.op === 'add' || node.op === 'div') return '';
  const users = site.users(node);
  const after = users.length === 1 && depth < FEW ? stepsAfter(site, users[0]!, depth + 1) : undefined;
  return after === undefined ? undefined : `${node.op} ${after}`;
}

/** Of a loss by its name nobody is seen to take the gradient: whoever does takes it by the weights. */
const isOnTape = (gradient: Gradient, node: Node): boolean =>
  isByName(gradient)
    ? onTape(gradient, [node]).some((one) => isOfModel(one) || isTrainable(one))
    : dependsOn(gradient, node) === 'yes';

const isGiven = (gradient: Gradient, node: Node): boolean =>
  isByName(gradient) ? !isOnTape(gradient, node) : dependsOn(gradient, node) === 'no';

const isByName = ({ by }: Gradient): boolean => typeof by === 'object' && !Array.isArray(by);

/** Each of two operands that are compared or multiplied, beside the other one. */
function pairsOf(node: Node): readonly (readonly [name: string, node: Node, other: Node])[] {
  const names = COMPARED.find(
    ([one, other]) => node.operands[one] !== undefined && node.operands[other] !== undefined,
  );
  if (names === undefined) return [];
  const [first, second] = names;
  const [a, b] = [operandOf(node, first), operandOf(node, second)];
  return a === undefined || b === undefined
    ? []
    : [
        [first, a, b],
        [second, b, a],
      ];
}

const COMPARED = [
  ['a', 'b'],
  ['labels', 'predictions'],
] as const;

/**
 * What a gradient gets to behind it: the weights of what is fitted, or of any network where a step is handed no list. What is
 * there to stay is told by another rule.
 */
function trainedWith(site: Site, gradient: Gradient, node: Node, other: Node): readonly Trained[] {
  const [own, fitted] = [trainedBy(site, gradient, [node]), trainedBy(site, gradient, [other])];
  const trainsAll = site.nodes.some(
    ({ op, operands }) =>
      op === 'optimizer.withoutList' &&
      (operands['losses'] as readonly Node[])[0]?.gradient?.ran === gradient.ran,
  );
  return own.filter((one) => {
    if (isCopy(site, [...own, ...fitted], one) || isKept(site, one)) return false;
    if (one.variable !== undefined && Array.isArray(gradient.by)) return isOnTape(gradient, one.variable);
    return trainsAll || fitted.some(({ name }) => name === one.name);
  });
}

/** `r + γ · q(next)`, as far as it is not told from a target by its name. */
function isTarget(site: Site, gradient: Gradient, node: Node): boolean {
  return behind(node).some(
    (one) => isBootstrapped(gradient, one) || wordsBefore(site, one).some((words) => isTargetName(words)),
  );
}

/** Sutton and Barto, "Reinforcement Learning", 2nd edition, 6.1: the estimate of what is to come is discounted. */
const isBootstrapped = (gradient: Gradient, node: Node): boolean =>
  isOp(node, 'add') &&
  eitherOrder(node).some(
    ([given, ahead]) =>
      constantOf(given) === undefined &&
      isGiven(gradient, given) &&
      isOnTape(gradient, ahead) &&
      factorsOf(ahead).some(isDiscount),
  );

const factorsOf = (node: Node, depth = 0): readonly Node[] =>
  depth < FEW && (node.op === 'mul' || CARRYING.has(node.op))
    ? operandNodes(node).flatMap((one) => factorsOf(one, depth + 1))
    : [node];

/** No discount that anybody uses is further from 1. */
const LEAST_DISCOUNT = 0.8;

function isDiscount(node: Node): boolean {
  const number = constantOf(node);
  if (number !== undefined) return number >= LEAST_DISCOUNT && number < 1;
  const named = isOp(node, 'scalar') ? operandOf(node, 'value') : node;
  const { path } = named?.attributes ?? {};
  return typeof path === 'string' && /(?:gamma|discounts?(?:_?factor)?)$/i.test(path);
}

/** A difference of what came of it and what a value network expected; or what is called so. */
function isAdvantage(site: Site, gradient: Gradient, node: Node): boolean {
  return behind(node).some((one) => {
    if (wordsBefore(site, one).some((words) => words.some((word) => ADVANTAGE.has(word)))) return true;
    const [came, expected] = [operandOf(one, 'a'), operandOf(one, 'b')];
    return (
      isOp(one, 'sub') &&
      came !== undefined &&
      expected !== undefined &&
      constantOf(came) === undefined &&
      (isGiven(gradient, came) || isBootstrapped(gradient, came)) &&
      isOnTape(gradient, expected) &&
      isValue(expected)
    );
  });
}

const ADVANTAGE: ReadonlySet<string> = new Set(['advantage', 'advantages', 'adv', 'advs']);

/** What a network gives as it is, and no probability. */
const isValue = (node: Node): boolean =>
  behind(node).every((one) => !NO_VALUE.has(one.op) && one.attributes['shares'] !== true);

const NO_VALUE: ReadonlySet<string> = new Set(
  'softmax logSoftmax sigmoid log logSigmoid exp mean min max'.split(' '),
);

/** A logarithm of probabilities of which perhaps some were picked; a ratio of two of them; or what is called so. */
function isLogProbability(site: Site, gradient: Gradient, node: Node, depth = 0): boolean {
  if (depth > MANY) return false;
  if (LOGARITHMS.has(node.op) || wordsBefore(site, node).some(isNameOfLogs)) return true;
  const goOn = (name: string): boolean => {
    const operand = operandOf(node, name);
    return (
      operand !== undefined &&
      isOnTape(gradient, operand) &&
      isLogProbability(site, gradient, operand, depth + 1)
    );
  };
  const { op } = node;
  if (op === 'mul' || op === 'minimum') return goOn('a') || goOn('b');
  return op === 'sub' ? goOn('a') : (CARRYING.has(op) || PICKING.has(op)) && goOn('x');
}

const LOGARITHMS: ReadonlySet<string> = new Set([
  'log',
  'logSoftmax',
  'logSigmoid',
  'losses.softmaxCrossEntropy',
  'losses.sigmoidCrossEntropy',
]);
const PICKING: ReadonlySet<string> = new Set('sum mean max gather gatherND exp clipByValue slice'.split(' '));

const isNameOfLogs = (words: readonly string[]): boolean =>
  words.includes('ratio') ||
  words.includes('ratios') ||
  /(?:^| )log ?(?:p|ps|pi|pis|probs?|probabilit(?:y|ies))(?:$| )/.test(words.join(' '));

/** `tdTarget`, `targetQ`, `pseudoLabels`; not `target` alone, which may be one of two that are learned together. */
const isTargetName = (words: readonly string[]): boolean =>
  words.every((word) => CERTAIN.has(word) || TARGET.has(word) || OF_TARGET.has(word)) &&
  (words.some((word) => CERTAIN.has(word)) || (words.length > 1 && words.some((word) => TARGET.has(word))));

const CERTAIN: ReadonlySet<string> = new Set(['td', 'bootstrap', 'bootstrapped', 'pseudo', 'bellman']);
const TARGET: ReadonlySet<string> = new Set(['target', 'targets']);
const OF_TARGET: ReadonlySet<string> = new Set('q qs value values v label labels y ys next'.split(' '));

/** The names that it is written for, where it is made and where the helper that makes it is called. */
const wordsBefore = (site: Site, { span, chain }: Node): readonly (readonly string[])[] =>
  [span, ...chain.slice(0, 1)].flatMap((place) => {
    const name = nameBefore(site, place);
    return name === undefined ? [] : [wordsOf(name.split('.').at(-1)!).filter((word) => word !== '')];
  });

/** A tensor, and what it was before it was laid out anew, scaled, or moved to a mean of 0 and a deviation of 1. */
function behind(node: Node, depth = 0): readonly Node[] {
  const { a, b, x } = node.operands as Record<string, Node | undefined>;
  const { op } = node;
  const isMoved = op === 'div' || (op === 'sub' && isOp(b, 'mean', 'moments'));
  const isScaled = op === 'mul' || op === 'add';
  const before = CARRYING.has(op) ? x : isMoved ? a : isScaled ? scaledOf(a, b) : undefined;
  return before === undefined || depth > FEW ? [node] : [node, ...behind(before, depth + 1)];
}

/** Of two operands the one that is no number. */
const scaledOf = (a: Node | undefined, b: Node | undefined): Node | undefined =>
  isNumber(b) ? a : isNumber(a) ? b : undefined;

const isNumber = (node: Node | undefined): boolean =>
  node !== undefined && (node.dtype === 'number' || constantOf(node) !== undefined);

/** Ops of one tensor that leave each element what it was, but for its sign. */
const CARRYING: ReadonlySet<string> = new Set(
  'reshape squeeze expandDims cast clone identity neg flatten transpose tile'.split(' '),
);

/** A target is laid out, masked and scaled; a probability is taken of logits, picked, summed and clipped besides. */
const FEW = 6;
const MANY = 10;
