/** What stays as it is while a model learns: target networks, teachers, averages of weights. A step may train it all the same. */
import { isMadeBefore, onTape } from '../program/gradient.js';
import { isOfModel } from '../program/layers/model-results.js';
import { operandNodes, tensorSlice, type Gradient, type Node } from '../program/node.js';
import type { Span } from '../source/span.js';
import { wordsOf } from '../source/words.js';
import type { Site } from './site.js';

/** What one model, or one set of weights, has in a loss. */
export interface Trained {
  /** `this.target`, as the source calls it. */
  readonly name: string;
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
      const name = receiverIn(String(node.attributes['path']));
      return name === undefined ? [] : [{ name, place: node, result: node, variable: undefined }];
    }
    return operandNodes(node)
      .filter(isWeight)
      .map((variable) => ({
        name: holderOf(site, node, variable),
        place: node,
        result: undefined,
        variable,
      }));
  });
}

const isWeight = (node: Node): boolean => {
  const { op, attributes } = node;
  if (op === 'variable') return attributes['trainable'] !== false;
  return op === 'input' && attributes['trained'] === true && !isOfModel(node);
};

/** The names by which the source gets to a weight: where it lies, where it is made, and whose method uses it. */
function holderOf(site: Site, user: Node, variable: Node): string {
  const { path } = variable.attributes;
  const made = variable.chain[0] ?? variable.span;
  const held = [
    ...user.chain.map((call) => receiverIn(site.textAt(call))),
    typeof path === 'string' ? path.replace(/\.[^.]*$/, '') : nameBefore(site, made),
  ].filter((name) => name !== undefined);
  return held.find(isNameOfCopy) ?? held[0] ?? site.text(variable);
}

/** `this.target` of `this.target = new Net(…)`. */
function nameBefore(site: Site, { file, start }: Span): string | undefined {
  const before = site.textAt({ file, start: Math.max(0, start - 80), end: start });
  return /([\w$.]+)(?:\s*:\s*[\w$.<>]+)?\s*[:=]\s*(?:await\s+)?$/.exec(before)?.[1];
}

/** `this.target` of `this.target.predict(x)` and of `(this.target.predict(x) as tf.Tensor)`. */
const receiverIn = (call: string): string | undefined =>
  /^[\s(]*(?:await\s+)?((?:this\.)?[\w$]+(?:[!?]?\.[\w$]+|\[[^\]]*\])*?)[!?]?\.[\w$]+\(/.exec(call)?.[1];

/** Whether it is meant to follow another model, by its name or as a copy of variables. */
export const isCopy = ({ name, variable }: Trained): boolean =>
  isNameOfCopy(name) || isMadeOfVariable(variable);

const isNameOfCopy = (name: string): boolean => has(name, COPIES) && !name.endsWith('.current');

/** Of what has weights or is asked as a model is: `this.target1`, `oldPolicy`, `criticSlow`. */
const COPIES: ReadonlySet<string> = new Set(
  `target targets teacher ema frozen polyak old older previous prev slow lagged delayed averaged shadow momentum reference
  ref fixed`.split(/\s+/),
);

/** Whether one of its words is among these, with or without a number: `target`, `target1`. */
const has = (name: string, words: ReadonlySet<string>): boolean =>
  wordsOf(name).some((word) => words.has(word) || words.has(word.replace(/\d+$/, '')));

/** `tf.variable(online.kernel)`. */
const isMadeOfVariable = (variable: Node | undefined): boolean =>
  variable?.op === 'variable' &&
  tensorSlice(variable).some((one) => one !== variable && (isWeight(one) || one.op === 'variable'));

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

const isNamed = ({ name }: Trained, words: ReadonlySet<string>): boolean => has(name, words);

const MAKERS: ReadonlySet<string> = new Set('generator gen g netg actor policy pi mu'.split(' '));
const JUDGES: ReadonlySet<string> = new Set('discriminator disc d netd critic critics q qf value'.split(' '));

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
    node.op === 'variable' &&
    isWeight(node) &&
    node.chain.length === 0 &&
    node.span.file === own.file &&
    node.span.start >= own.start &&
    node.span.end <= own.end;
  // A model that is made here learns here.
  const text = site.textAt(own);
  const isMadeHere = (name: string): boolean =>
    new RegExp(`(?:const|let|var)\\s+${rootOf(name)}\\b`).test(text);
  const models = all.flatMap((one) => {
    const learner = one.result && tensorSlice(one.result).find(isOwn);
    return learner === undefined || isMadeHere(one.name) ? [] : [{ learner, one }];
  });
  const [first] = models;
  return first && [first.learner, models.map(({ one }) => one)];
}

/** `nets` of `nets.encoder`. */
const rootOf = (name: string): string => /^(?:this\.)?([A-Za-z_]\w*)/.exec(name)?.[1] ?? '';
