/** Functions that give a loss by their name: what they give is for a gradient, though none is seen to be taken. */
import { ts } from '../../source/typescript.js';
import { functionName } from '../javascript/function-name.js';
import type { Lowering } from '../lowering.js';
import { isExpected, type Gradient } from '../node.js';
import { nodesIn, type FunctionValue, type Value } from '../values.js';

/** `contrastiveLoss`, `gradient_penalty`, `l2Regularizer`: training makes it less. */
const MINIMISED = new Set(['loss', 'losses', 'penalty', 'regularizer', 'regulariser']);

/** `evaluateLoss`, `validation_loss`: it is measured, and nothing is trained by it. */
const MEASURED = new Set([
  'eval',
  'evaluate',
  'evaluation',
  'test',
  'val',
  'validate',
  'validation',
  'metric',
]);

const named = new WeakMap<ts.Node, boolean>();

export function givesLoss(fn: FunctionValue): boolean {
  const known = named.get(fn.declaration);
  if (known !== undefined) return known;
  const is = isNamedLoss(lastWord(functionName(fn))) || isMadeByLoss(fn.declaration);
  named.set(fn.declaration, is);
  return is;
}

function isNamedLoss(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => MINIMISED.has(word)) && !words.some((word) => MEASURED.has(word));
}

/** `const focalLoss = (gamma) => (labels, probs) => …`, `function focal(gamma): Loss { return (labels, probs) => …; }` */
function isMadeByLoss({ parent }: FunctionValue['declaration']): boolean {
  const around = ts.isReturnStatement(parent) ? parent.parent.parent : parent;
  if (!isFunction(around) || (ts.isReturnStatement(parent) && around.body !== parent.parent)) return false;
  const { type } = around;
  const isTyped =
    type !== undefined && ts.isTypeReferenceNode(type) && isNamedLoss(lastWord(type.typeName.getText()));
  return isTyped || isNamedLoss(nameAround(around));
}

const isFunction = (
  node: ts.Node,
): node is ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction =>
  ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);

function nameAround({
  name,
  parent,
}: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction): string {
  if (name !== undefined) return name.getText();
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : '';
}

const lastWord = (name: string): string => name.split('.').at(-1)!;

const PREDICTED = /^(?:pred(?:s|icted|ictions?)?|logits?|probs?|probabilit(?:y|ies)|outputs?|hat)$/;

/**
 * The gradient of a loss is that of what it gives, by what a model predicts: `yPred`, `logits`. Labels are data, and of a
 * parameter of another name it is not known whether it is trained.
 */
export function noteLoss(
  gradient: Gradient,
  { parameters }: ts.FunctionLikeDeclaration,
  valueOf: (name: string, index: number) => Value | undefined,
  result: Value,
): void {
  const predicted = parameters.flatMap(({ name }, index) =>
    ts.isIdentifier(name) && wordsOf(name.text).some((word) => PREDICTED.test(word))
      ? nodesIn(valueOf(name.text, index))
      : [],
  );
  gradient.by = predicted.length > 0 ? predicted : 'unknown';
  gradient.losses = nodesIn(result);
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

const wordsOf = (name: string): string[] =>
  name.split(/_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase());
