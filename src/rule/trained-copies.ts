/** What stays as it is while a model learns: target networks, teachers, averages of weights. A step may train it all the same. */
import { declaredName } from '../program/declared-name.js';
import { isMadeBefore, onTape } from '../program/gradient.js';
import { isOfModel, isOfTrainedModel } from '../program/layers/model-results.js';
import { isTrainable, operandNodes, tensorSlice, type Gradient, type Node } from '../program/node.js';
import type { Span } from '../source/span.js';
import { asPattern, wordsOf } from '../source/words.js';
import { isOp, operandOf } from './patterns.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Whether all gradients are applied: `minimize` does, and `applyGradients(grads)` of the map that `variableGrads` gave. */
export function appliesAll(site: Site): boolean {
  if (!/\bvariableGrads\(/.test(site.text())) return true;
  const { file, start, end } = site.node.span;
  const before = site.textAt({ file, start: Math.max(0, start - LINE), end: start });
  const [, fields, whole] = /(?:\{([^{}]*)\}|\b([\w$]+))\s*=\s*$/.exec(before) ?? [];
  const map = whole === undefined ? /\bgrads\b(?:\s*:\s*([\w$]+))?/.exec(fields ?? '') : undefined;
  const name = whole === undefined ? map && (map[1] ?? 'grads') : `${whole}.grads`;
  const { span } = site.unit.unit;
  const isInside = span.file === file && span.start <= start && span.end >= end;
  const after = site.textAt({ file, start: end, end: isInside ? span.end : end + FURTHER });
  return (
    typeof name === 'string' &&
    new RegExp(`applyGradients\\(\\s*${asPattern(name)}\\s*\\)`).test(after) &&
    !new RegExp(`\\bdelete\\s+${asPattern(name)}\\b`).test(after)
  );
}

/** As long as a declaration, and as what a helper does after it. */
const LINE = 120;
const FURTHER = 800;

/** What one model, or one set of weights, has in a loss. */
export interface Trained {
  /** `this.target`, as the source calls what has the weights; of a variable that nothing holds its own name. */
  readonly name: string;
  readonly isHeld: boolean;
  /** Where it gets into the loss. */
  readonly place: Node;
  /** What it gave, where it is a model that was not followed; else undefined. */
  readonly result: Node | undefined;
  /** Its weight, where that is known. */
  readonly variable: Node | undefined;
}

/** All that a step trains if it is handed no list, as far as a gradient that is not 0 gets there. */
export function trainedBy(site: Site, gradient: Gradient, losses: readonly Node[]): readonly Trained[] {
  return onTape(gradient, losses).flatMap((node): Trained[] => {
    if (isMadeBefore(gradient, node)) return [];
    if (isOfModel(node)) {
      if (!isOfTrainedModel(node)) return [];
      const name = receiverIn(String(node.attributes['path']));
      return name === undefined
        ? []
        : [{ name, isHeld: true, place: node, result: node, variable: undefined }];
    }
    return operandNodes(node)
      .filter(isWeight)
      .map((variable) => ({ ...holderOf(site, node, variable), place: node, result: undefined, variable }));
  });
}

const isWeight = (node: Node): boolean =>
  isTrainable(node) || (node.op === 'input' && node.attributes['trained'] === true && !isOfModel(node));

/** By which name the source gets to a weight: whose method uses it, where it lies, or where it is made. */
function holderOf(site: Site, user: Node, variable: Node): Pick<Trained, 'name' | 'isHeld'> {
  const { path } = variable.attributes;
  const [made] = variable.chain;
  const held = [
    ...user.chain.map((call) => receiverIn(site.textAt(call))),
    typeof path === 'string' ? /^(.+)\.[^.]*$/.exec(path)?.[1] : made && nameBefore(site, made),
  ].filter((name) => name !== undefined && name !== 'this');
  const name = held.find((one) => modelNamed(one!) !== undefined) ?? held[0];
  return name === undefined
    ? { name: declaredName(variable) ?? site.text(variable), isHeld: false }
    : { name, isHeld: true };
}

/** `this.target` of `this.target = new Net(…)`. */
export function nameBefore(site: Site, { file, start }: Span): string | undefined {
  const before = site.textAt({ file, start: Math.max(0, start - 80), end: start });
  return /([\w$.]+)(?:\s*:\s*[\w$.<>]+)?\s*[:=]\s*(?:await\s+)?$/.exec(before)?.[1];
}

/** `this.target` of `this.target.predict(x)` and of `(this.target.predict(x) as tf.Tensor)`. */
const receiverIn = (call: string): string | undefined =>
  /^[\s(]*(?:await\s+)?((?:this\.)?[\w$]+(?:[!?]?\.[\w$]+|\[[^\]]*\])*?)[!?]?\.[\w$]+\(/.exec(call)?.[1];

/**
 * Whether it is there to follow another model: by its name, where that says nothing but so and what kind of model it is; or as a
 * copy of variables that is set again.
 */
export function isCopy(site: Site, all: readonly Trained[], one: Trained): boolean {
  if (feedsOthers(all, one)) return false;
  if (isMadeOfVariable(one.variable) && /\.assign\(/.test(site.fileText())) return true;
  const named = one.isHeld ? modelNamed(one.name) : undefined;
  if (named === undefined) return false;
  return (
    named.isCertain || all.some(({ name }) => isCounterpart(name, named.of)) || isFollowing(site, one.name)
  );
}

/** `a`, `b` and `c`, each once. */
export const listed = (some: readonly Trained[]): string =>
  new Intl.ListFormat('en').format([...new Set(some.map(({ name }) => `\`${name}\``))]);

/** Each of them once, where it gets into the loss. */
export const relatedTo = (some: readonly Trained[], what: string): NonNullable<Suspicion['related']> =>
  [...new Map(some.map((one) => [one.name, one])).values()].map((one) => ({
    node: placeInLoss(one),
    message: `\`${one.name}\` ${what}`,
  }));

/** Where the loss has it: of what a helper computes, where the loss calls that. */
const placeInLoss = ({ place }: Trained): Node =>
  place.chain[0] === undefined ? place : { ...place, span: place.chain[0] };

/** What reads on: a target sentence that is embedded, and then decoded. */
const feedsOthers = (all: readonly Trained[], { name, place }: Trained): boolean =>
  all.some(
    (other) =>
      other.name !== name &&
      modelNamed(other.name) === undefined &&
      other.result !== undefined &&
      tensorSlice(other.result).some(({ id }) => id === place.id),
  );

/**
 * Whether the file says of it that it is not to be trained, or loads it as a graph, which has no variables. `trainable: false`
 * among the options of a layer is no such word: `minimize` looks at the variables, which it leaves as they are (tfjs-layers 4.22).
 */
export function isKept(site: Site, { name }: Trained): boolean {
  const text = site.fileText();
  const last = /[\w$]+$/.exec(name)?.[0];
  if (last === undefined) return false;
  const named = new RegExp(`(?<![\\w$])${asPattern(last)}(?![\\w$])`);
  return Array.from(text.matchAll(KEEPING)).some(({ index }) =>
    named.test(text.slice(Math.max(0, index - NEAR), index + NEAR)),
  );
}

const KEEPING =
  /\.trainable\s*=\s*(?:false|!)|(?<!\bObject\.)\b\w*[fF]reez\w*|\bloadGraphModel\b|\bGraphModel\b/g;

/** As far as a loop over layers is from the model that they are of. */
const NEAR = 200;

interface Named {
  /** `critic` of `criticSlow`. */
  readonly of: string;
  /** Whether the word for it has no other meaning. */
  readonly isCertain: boolean;
}

/** A model that is called a copy, `this.target1`, `oldPolicy`, `criticSlow`; not `targetEmbedding`, which is another thing. */
function modelNamed(name: string): Named | undefined {
  const words = lastWords(name);
  const at = words.findIndex((word) => COPIES.has(word) || EARLIER.has(word));
  if (at < 0) return undefined;
  const rest = words.filter((_, index) => index !== at);
  return rest.every((word) => MODELS.has(word))
    ? { of: rest.join(' '), isCertain: COPIES.has(words[at]!) }
    : undefined;
}

/** `critic` and `target` of `this.nets.criticTarget2`. */
const lastWords = (name: string): readonly string[] =>
  wordsOf(name.split('.').at(-1) ?? '')
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '');

const COPIES: ReadonlySet<string> = new Set(['target', 'teacher', 'ema', 'polyak', 'lagged']);

/** Of a model that has a counterpart, or is set again. */
const EARLIER: ReadonlySet<string> = new Set(
  'old previous prev slow delayed averaged shadow momentum reference ref frozen fixed copy'.split(' '),
);

const MODELS: ReadonlySet<string> = new Set(
  'model net nets network policy actor critic encoder student q qf value agent dqn a b'.split(' '),
);

/** `critic` and `critic1` beside `criticSlow`. */
const isCounterpart = (name: string, of: string): boolean => of !== '' && lastWords(name).join(' ') === of;

/** `slow.update()`, `slow.setWeights(…)`, `copyTo(slow, …)`. */
function isFollowing(site: Site, name: string): boolean {
  const named = /[\w$]+$/.exec(name)?.[0];
  if (named === undefined) return false;
  const last = asPattern(named);
  return new RegExp(
    `\\b${last}\\.(?:setWeights|assign|copy|follow|update|sync|load)\\w*\\(|\\b(?:sync|copy|polyak|soft|update|blend)\\w*\\([^()]*\\b${last}\\b`,
  ).test(site.fileText());
}

/** `tf.variable(online.kernel)`, `tf.variable(online.kernel.clone())`. */
function isMadeOfVariable(variable: Node | undefined): boolean {
  const initial = variable?.op === 'variable' ? operandOf(variable, 'initialValue') : undefined;
  const copied = isOp(initial, 'clone') ? operandOf(initial, 'x') : initial;
  return copied !== undefined && isWeight(copied);
}

/** Whether it learns by itself too: a term of the loss has it, and nothing else that is trained. */
export function hasOwnTerm(
  site: Site,
  gradient: Gradient,
  losses: readonly Node[],
  { name }: Trained,
): boolean {
  const terms = losses.flatMap((loss) => summands(loss));
  if (terms.length < 2) return false;
  return terms.some((term) => {
    const trained = trainedBy(site, gradient, [term]);
    return trained.length > 0 && trained.every((one) => one.name === name);
  });
}

/** What is added up, also under a mean: of what else is done to it no term is told. */
const summands = (node: Node, depth = 0): readonly Node[] => {
  if (depth > MOST_TERMS) return [node];
  const { a, b, x } = node.operands as Record<string, Node | undefined>;
  if (isOp(node, 'add', 'sub') && a !== undefined && b !== undefined)
    return [...summands(a, depth + 1), ...summands(b, depth + 1)];
  if (isOp(node, 'mean', 'sum') && x !== undefined) return summands(x, depth + 1);
  return [node];
};

const MOST_TERMS = 8;

/** Two that are trained in turn, towards opposite ends: what one makes, the other one judges. */
export function playersIn(all: readonly Trained[]): readonly [maker: Trained, judge: Trained] | undefined {
  for (const judge of all) {
    if (!isNamed(judge, JUDGES) || isNamed(judge, MAKERS)) continue;
    const seen = judge.result ?? judge.place;
    const behind = new Set(tensorSlice(seen).map(({ id }) => id));
    const maker = all.find(
      (one) => one !== judge && isNamed(one, MAKERS) && behind.has((one.result ?? one.place).id),
    );
    if (maker !== undefined) return [maker, judge];
  }
  return undefined;
}

const isNamed = ({ name }: Trained, words: ReadonlySet<string>): boolean =>
  words.has(name.split('.').at(-1)!) || lastWords(name).some((word) => words.has(word));

/** Single letters as papers write them. */
const MAKERS: ReadonlySet<string> = new Set(['generator', 'gen', 'netg', 'netG', 'G', 'actor', 'policy']);
const JUDGES: ReadonlySet<string> = new Set([
  'discriminator',
  'disc',
  'netd',
  'netD',
  'D',
  'critic',
  'critics',
]);

/**
 * `const picture = tf.variable(content)`, made for the length of a function, and the models that it goes through: what is drawn,
 * inverted or attacked is the picture, and not the model.
 */
export function seenThrough(
  site: Site,
  all: readonly Trained[],
): readonly [learner: Node, models: readonly Trained[]] | undefined {
  const own = site.unit.unit.span;
  const isOwn = (node: Node): boolean =>
    isTrainable(node) &&
    node.chain.length === 0 &&
    node.span.file === own.file &&
    node.span.start >= own.start &&
    node.span.end <= own.end;
  // A model that is made here learns here.
  const text = site.textAt(own);
  const isMadeHere = (name: string): boolean =>
    new RegExp(String.raw`(?:const|let|var)\s+${asPattern(rootOf(name))}(?![\w$])`).test(text);
  const models = all.flatMap((one) => {
    const learner = one.result && tensorSlice(one.result).find(isOwn);
    return learner === undefined || isMadeHere(one.name) ? [] : [{ learner, one }];
  });
  const [first] = models;
  return first && [first.learner, models.map(({ one }) => one)];
}

/** `nets` of `nets.encoder`. */
const rootOf = (name: string): string => /^(?:this\.)?([A-Za-z_]\w*)/.exec(name)?.[1] ?? '';
