/**
 * What a loss takes for given and a gradient gets to all the same: targets that are made with the network that is fitted to
 * them, and advantages. TensorFlow.js has no op that stops a gradient; what was computed before the function that it is taken of
 * is given.
 */
import { dependsOn, onTape } from '../program/gradient.js';
import { isOfModel, isOfTrainedModel } from '../program/layers/model-results.js';
import { isTrainable, operandNodes, tensorSlice, type Gradient, type Node } from '../program/node.js';
import { wordsOf } from '../source/words.js';
import { constantOf, eitherOrder, isOp, operandOf } from './patterns.js';
import type { Site } from './site.js';
import { appliesAll, isCopy, isKept, nameBefore, trainedBy, type Trained } from './trained-copies.js';

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
  const [pair] = pairsOf(site.node);
  if (pair === undefined) return undefined;
  const [operand, node, other] = pair;
  if (!isOnTape(gradient, node) || !isOnTape(gradient, other)) return undefined;
  const steps = stepsAfter(site, site.node);
  if (steps === undefined || !DISTANCE.test(steps)) return undefined;
  const isSame = (one: Node): boolean =>
    one.id > site.node.id &&
    one.op === site.node.op &&
    pairsOf(one).some(([, a, b]) => a.id === node.id && b.id === other.id) &&
    stepsAfter(site, one) === steps &&
    site.at(one).leadsToLoss();
  const [trained, against] = [trainedBy(site, gradient, [node]), trainedBy(site, gradient, [other])];
  const areTwo = trained.length > 0 && against.some((one) => !trained.some(({ name }) => name === one.name));
  return areTwo && site.nodes.some(isSame) ? { kind: 'twice', operand, node, trained } : undefined;
}

const DISTANCE = /\b(?:square|abs|squaredDifference|losses\.\w+)\b/;

/** What is made of it before it is added, but for a scale: two of one name are the same function. Masks make them two. */
function stepsAfter(site: Site, node: Node, depth = 0): string | undefined {
  const { op, attributes } = node;
  if (op === 'add') return '';
  const [a, b] = [operandOf(node, 'a'), operandOf(node, 'b')];
  const isScale = op === 'mul' || op === 'div';
  if (isScale && scaledOf(a, b) === undefined) return undefined;
  const users = site.users(node);
  const after = users.length === 1 && depth < FEW ? stepsAfter(site, users[0]!, depth + 1) : undefined;
  if (after === undefined || isScale) return after;
  return `${op} ${JSON.stringify(attributes['axis'] ?? null)} ${after}`;
}

/** Of a loss by its name nobody is seen to take the gradient: whoever does takes it by the weights. */
const isOnTape = (gradient: Gradient, node: Node): boolean =>
  isByName(gradient)
    ? onTape(gradient, [node]).some((one) => isOfTrainedModel(one) || isTrainable(one))
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
    (step) =>
      step.op === 'optimizer.withoutList' &&
      (step.operands['losses'] as readonly Node[])[0]?.gradient?.ran === gradient.ran &&
      appliesAll(site.at(step)),
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
      factorsOf(ahead).some(isDiscount) &&
      (isNamedFor(given, REWARD) || isNamedFor(ahead, NEXT)),
  );

/** Other sums of that form are steps of solvers, averages and residuals: what is handed in says that it is a reward, or comes next. */
const isNamedFor = (node: Node, words: ReadonlySet<string>): boolean =>
  tensorSlice(node).some(
    ({ op, attributes }) =>
      op === 'input' && wordsOf(String(attributes['path'])).some((word) => words.has(word)),
  );

const REWARD: ReadonlySet<string> = new Set('r rs reward rewards payoff payoffs'.split(' '));
const NEXT: ReadonlySet<string> = new Set('next s2 ns after successor successors'.split(' '));

const factorsOf = (node: Node, depth = 0): readonly Node[] =>
  depth < FEW && (node.op === 'mul' || node.op === 'js.mul' || CARRYING.has(node.op))
    ? operandNodes(node).flatMap((one) => factorsOf(one, depth + 1))
    : [node];

/** No discount that anybody uses is further from 1. */
const LEAST_DISCOUNT = 0.5;

function isDiscount(node: Node): boolean {
  const number = constantOf(node);
  if (number !== undefined) return number >= LEAST_DISCOUNT && number < 1;
  const named = isOp(node, 'scalar') ? operandOf(node, 'value') : node;
  const { path } = named?.attributes ?? {};
  // `gamma` of a normalisation is a vector.
  return named?.shape?.length === 0 && typeof path === 'string' && DISCOUNT.test(path);
}

const DISCOUNT = /(?:gamma|discount\w*)$/i;

/** A difference of what came of it and what a value network expected; or what is called so. */
function isAdvantage(site: Site, gradient: Gradient, node: Node): boolean {
  return behind(node).some((one) => {
    if (wordsBefore(site, one).some((words) => words.some((word) => ADVANTAGE.has(word)))) return true;
    // The other way round it is the same with another sign.
    return (
      isOp(one, 'sub') &&
      eitherOrder(one).some(
        ([came, expected]) =>
          constantOf(came) === undefined &&
          (isGiven(gradient, came) || isBootstrapped(gradient, came)) &&
          isOnTape(gradient, expected) &&
          isValue(expected),
      )
    );
  });
}

const ADVANTAGE: ReadonlySet<string> = new Set(['advantage', 'advantages']);

/** What the last layer of a network gives, with nothing behind it that makes it a probability. */
function isValue(node: Node, depth = 0): boolean {
  if (NO_VALUE.has(node.op) || node.attributes['shares'] === true) return false;
  if (depth > MANY || LAYERS.has(node.op)) return true;
  return tensorOperands(node).every((operand) => isValue(operand, depth + 1));
}

const tensorOperands = (node: Node): readonly Node[] =>
  node.op === 'input' ? [] : operandNodes(node).filter(({ dtype }) => dtype !== 'number');

const NO_VALUE: ReadonlySet<string> = new Set('softmax logSoftmax sigmoid log logSigmoid exp'.split(' '));

const LAYERS: ReadonlySet<string> = new Set('matMul dot conv1d conv2d'.split(' '));

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
  if (op === 'log') return isProbability(operandOf(node, 'x')!);
  if (op === 'mul' || op === 'minimum') return goOn('a') || goOn('b');
  // `exp(now - before)` is a ratio of two probabilities, and `exp(log p)` is p.
  const isRatio = op === 'exp' && operandNodes(node)[0]?.op === 'sub';
  return op === 'sub' ? goOn('a') : (CARRYING.has(op) || PICKING.has(op) || isRatio) && goOn('x');
}

/** What a model gave, or a softmax or a sigmoid, perhaps picked, clipped, or with an epsilon. */
function isProbability(node: Node, depth = 0): boolean {
  if (isOfModel(node) || node.op === 'softmax' || node.op === 'sigmoid') return true;
  if (depth > FEW || LAYERS.has(node.op)) return false;
  const isKept = PICKING.has(node.op) || CARRYING.has(node.op) || KEEPING.has(node.op);
  return isKept && tensorOperands(node).some((operand) => isProbability(operand, depth + 1));
}

const KEEPING: ReadonlySet<string> = new Set(['add', 'mul', 'sub', 'maximum', 'div']);

const LOGARITHMS: ReadonlySet<string> = new Set([
  'logSoftmax',
  'logSigmoid',
  'losses.softmaxCrossEntropy',
  'losses.sigmoidCrossEntropy',
]);
const PICKING: ReadonlySet<string> = new Set('sum mean max gather gatherND clipByValue slice'.split(' '));

const isNameOfLogs = (words: readonly string[]): boolean =>
  /(?:^| )log ?(?:p|ps|pi|pis|probs?|probabilit(?:y|ies))(?:$| )/.test(words.join(' '));

/** `tdTarget`, `targetQ`, `pseudoLabels`; not `target`, nor `targetValues`, which may be one of two that are learned together. */
const isTargetName = (words: readonly string[]): boolean =>
  words.every((word) => CERTAIN.has(word) || TARGET.has(word) || OF_TARGET.has(word)) &&
  (words.some((word) => CERTAIN.has(word)) || (words.length > 1 && words.some((word) => TARGET.has(word))));

const CERTAIN: ReadonlySet<string> = new Set(['td', 'bootstrap', 'bootstrapped', 'pseudo', 'bellman']);
const TARGET: ReadonlySet<string> = new Set(['target', 'targets']);
const OF_TARGET: ReadonlySet<string> = new Set('q qs label labels y ys'.split(' '));

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
  // `tf.where(done, r, r.add(ahead))`, and what a condition of JavaScript chooses.
  const ways = op === 'join' ? operandNodes(node) : op === 'where' ? [a!, b!] : [];
  if (ways.length > 0 && depth <= FEW) return [node, ...ways.flatMap((way) => behind(way, depth + 1))];
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
