/** Functions that say by their names that they are minimised: `contrastiveLoss`, `gradient_penalty`, `l2Regularizer`. */
const MINIMISED = new Set(['loss', 'losses', 'penalty', 'regularizer', 'regulariser']);

/** What is measured and not trained: `evaluateLoss`, `validation_loss`. */
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

/** Whether a function, by its name, gives what training makes less. A loss is for a gradient, wherever it is taken. */
export function isNamedLoss(name: string): boolean {
  const words = name
    .split('.')
    .at(-1)!
    .split(/_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => word.toLowerCase());
  return words.some((word) => MINIMISED.has(word)) && !words.some((word) => MEASURED.has(word));
}
