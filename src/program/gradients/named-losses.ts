/** Functions that give a loss by their name: what they give is for a gradient, though none is seen to be taken. */
import { ts } from '../../source/typescript.js';
import { wordsOf } from '../../source/words.js';
import { nameGivenTo } from '../declared-name.js';
import { functionName } from '../javascript/function-name.js';
import type { Lowering } from '../lowering.js';
import { isExpected, type Gradient, type Node } from '../node.js';
import { nodesIn, type FunctionValue, type Value } from '../values.js';

/** `contrastiveLoss`, `gradient_penalty`, `l2Regularizer`: training makes it less. */
const MINIMISED = new Set([
  ...['loss', 'losses', 'penalty', 'regularizer', 'regulariser'],
  // `ntXent`, `infoNCE`, `gaussianNll`
  ...['xent', 'nce', 'nll'],
]);

/** `evaluateLoss`, `validation_loss`, `plotLoss`: it is measured or shown, and nothing is trained by it. */
const MEASURED = new Set([
  'eval',
  'evaluate',
  'evaluation',
  'test',
  'val',
  'validate',
  'validation',
  'metric',
  'plot',
  'print',
  'show',
  'display',
  'report',
  // Rates of mistakes, which are flat.
  'hamming',
  'zero',
  'accuracy',
  'recall',
  'top',
]);

const named = new WeakMap<ts.Node, boolean>();

export function givesLoss(fn: FunctionValue): boolean {
  const known = named.get(fn.declaration);
  if (known !== undefined) return known;
  const maker = makerOf(fn.declaration);
  const is =
    isNamedLoss(fn) ||
    isAmongLosses(fn) ||
    (maker !== undefined && (isNamedLoss(maker) || isTypedLoss(maker)));
  named.set(fn.declaration, is);
  return is;
}

type FunctionLike = Pick<FunctionValue, 'declaration' | 'owner'>;

const isNamedLoss = (fn: FunctionLike): boolean =>
  isNameOfLoss(wordsOf(lastWord(functionName(fn)))) || isMemberOfLoss(fn);

/** What a class or a record that is named for a loss is there for: `TripletLoss.compute`, `const losses = { dice: … }`. */
function isMemberOfLoss(fn: FunctionLike): boolean {
  const name = lastWord(functionName(fn));
  const holder = fn.owner?.declaration.name?.text ?? recordOf(fn.declaration);
  if (holder === undefined || wordsOf(name).some((word) => MEASURED.has(word))) return false;
  const words = wordsOf(holder);
  // Of several losses each one compares something with something.
  const isOneOfThem = words.at(-1) === 'losses' && fn.declaration.parameters.length > 1;
  return isNameOfLoss(words) && (COMPUTES.test(name) || isOneOfThem);
}

/** `siLog(pred, depth)` of a file `losses/depth.ts`: what a file of losses exports that takes a prediction and something beside it. */
function isAmongLosses({ declaration }: FunctionLike): boolean {
  const { fileName } = declaration.getSourceFile();
  if (!OF_LOSSES.test(fileName) || !ts.isFunctionDeclaration(declaration)) return false;
  const words = wordsOf(declaration.name?.text ?? '');
  const names = declaration.parameters.map(({ name }) => wordsOf(name.getText()));
  return (
    names.length > 1 &&
    names.some((name) => name.some((word) => PREDICTED.test(word))) &&
    names.some((name) => name.some((word) => LABELS.test(word))) &&
    !words.some((word) => MEASURED.has(word) || METRICS.test(word))
  );
}

/** `losses.ts`, `focal-loss.js`, `losses/boxes.js`. */
const OF_LOSSES = /(?:^|[/_.-])loss(?:es)?(?:\/[^/]+)?\.[cm]?[jt]sx?$/i;

const METRICS =
  /^(?:accuracy|iou|psnr|ssim|precision|recall|auc|rmse|mae|mape|score|error|decode|encode|read|logits?|hits?|rate|correct|counts?|f1|dice|jaccard|argmax|labels?|thresholds?|is|has)$/;

const COMPUTES = /^(?:call|compute|forward|apply)$/;

/** The name of the record that a function stands in. */
function recordOf({ parent }: ts.FunctionLikeDeclaration): string | undefined {
  const record = ts.isPropertyAssignment(parent) ? parent.parent : parent;
  return ts.isObjectLiteralExpression(record) ? nameGivenTo(record) : undefined;
}

/** `function focal(gamma): Loss { return (labels, probs) => …; }` */
const isTypedLoss = ({ declaration: { type } }: FunctionLike): boolean =>
  type !== undefined &&
  ts.isTypeReferenceNode(type) &&
  isNameOfLoss(wordsOf(lastWord(type.typeName.getText())));

const lastWord = (name: string): string => name.split('.').at(-1)!;

/** What is named stands last, as in `tripletLoss`, or before a link: `lossHistory`, `gradientOfLoss` and `withLoss` give no loss. */
function isNameOfLoss(words: readonly string[]): boolean {
  const link = words.findIndex((word) => LINKS.has(word));
  const named = link === -1 ? words : words.slice(0, link);
  const what = named
    .filter((word) => !APPENDED.test(word))
    .at(-1)
    ?.replace(/\d+$/, '');
  return what !== undefined && MINIMISED.has(what) && !words.some((word) => MEASURED.has(word));
}

/** `lossFromLogits`, `lossAndGradients`. */
const LINKS = new Set([
  'of',
  'for',
  'from',
  'with',
  'without',
  'per',
  'by',
  'and',
  'on',
  'at',
  'in',
  'given',
]);

/** `lossFn`, `loss_2`, `lossG`, `penaltyTerm`, `lossIndexed`. */
const APPENDED = /^(?:fn|func|function|term|tensor|op|sum|mean|impl|[a-z]?\d*|v\d+|fast|naive|[a-z]{3,}ed)$/;

/** The function that gives this one: `const marginLoss = (margin) => (left, right) => …`. */
function makerOf({ parent }: ts.FunctionLikeDeclaration): FunctionLike | undefined {
  if (ts.isArrowFunction(parent)) return { declaration: parent };
  const maker = ts.isReturnStatement(parent) ? ts.findAncestor(parent, ts.isFunctionLike) : undefined;
  return maker === undefined ? undefined : { declaration: maker as ts.FunctionLikeDeclaration };
}

const PREDICTED =
  /^(?:pred(?:s|icted|ictions?)?|logits?|probs?|probabilit(?:y|ies)|outputs?|hat|est(?:imates?|imated)?|recons?|reconstruct(?:ed|ions?)|generated|fakes?|forecasts?|guess(?:es)?)$/;

/** Labels, and what was gathered before the step: of `ppoLoss(logp, oldLogp, adv)` the last two. */
const LABELS =
  /^(?:labels?|targets?|true|truth|actual|expected|refs?|references?|old|advs?|advantages?|returns?|rewards?|dones?|masks?)$/;

/** `diceLoss(y, p)`: of two letters the one is what was expected, and then the other one is what was predicted. */
const LABEL_LETTER = /^(?:y|ys|t|gt)$/;
const PREDICTED_LETTER = /^(?:p|ps|q)$/;

/** What is drawn together and apart: `tripletLoss(anchor, positive, negative)`, `contrastiveLoss(images, texts)`. */
const EMBEDDED =
  /^(?:anchors?|positives?|negatives?|quer(?:y|ies)|keys?|emb|embeddings?|images?|texts?|left|right|z[aijp12]?|[abuv]|student)$/;

/**
 * The gradient of a loss is that of what it gives, by what a model predicts: `yPred`, `logits`, or by embeddings of which there
 * are two or more. Labels are data, and of a parameter of another name it is not known whether it is trained.
 */
export function noteLoss(
  gradient: Gradient,
  { parameters }: ts.FunctionLikeDeclaration,
  valueOf: (name: string, index: number) => Value | undefined,
  result: Value,
): void {
  const withWord = (word: RegExp): Node[] =>
    parameters.flatMap(({ name }, index) =>
      ts.isIdentifier(name) ? nodesCalled(word, name.text, valueOf(name.text, index)) : [],
    );
  const [predicted, labels, embedded] = [PREDICTED, LABELS, EMBEDDED].map(withWord) as [
    Node[],
    Node[],
    Node[],
  ];
  const withLetter = (letter: RegExp): Node[] =>
    parameters.flatMap(({ name }, index) =>
      ts.isIdentifier(name) && letter.test(name.text) ? nodesIn(valueOf(name.text, index)) : [],
    );
  labels.push(...withLetter(LABEL_LETTER));
  if (labels.length > 0) predicted.push(...withLetter(PREDICTED_LETTER));
  // Beside labels or a prediction a picture is data.
  const isOfPairs = result.kind === 'tensor' && predicted.length + labels.length === 0 && embedded.length > 1;
  gradient.by = { predicted: isOfPairs ? embedded : predicted, labels };
  gradient.losses = nodesIn(result);
}

/** What goes by such a word: a parameter, or a field of one, `batch.advantages`. */
function nodesCalled(word: RegExp, name: string, value: Value | undefined): Node[] {
  if (wordsOf(name).some((one) => word.test(one))) return nodesIn(value);
  return fieldsOf(value).flatMap(([field, held]) =>
    wordsOf(field).some((one) => word.test(one)) ? nodesIn(held) : [],
  );
}

function fieldsOf(value: Value | undefined): readonly (readonly [string, Value])[] {
  if (value?.kind === 'object') return [...value.fields];
  return value?.kind === 'input' && value.form.kind === 'object' ? [...value.form.fields] : [];
}

/** A call of such a function, under a gradient of its own where there is none around it. */
export function calledForLoss(
  lowering: Lowering,
  fn: FunctionValue,
  args: readonly Value[],
  call: () => Value,
): Value {
  if (isExpected(lowering.builder.position) || !givesLoss(fn)) return call();
  return lowering.expectingGradient(call, (gradient, result) =>
    noteLoss(gradient, fn.declaration, (_name, index) => args[index], result),
  );
}
