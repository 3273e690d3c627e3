import { elementsIn } from '../../src/facts/concrete-shape.js';
import type { RealmTensor } from '../../src/confirm/engine.js';
import { judgeSlope, measureSlope, type Slope } from '../../src/confirm/gradient-check.js';
import type { Realm } from '../../src/confirm/realm.js';
import type { Condition } from '../../src/ops/gradient-conditions.js';
import type { TensorFlow } from '../../src/ops/row.js';
import type { Case } from './case.js';

/** What is true of the gradient with respect to one operand. */
export type Verdict =
  'right' | 'wrong' | 'invalid-subgradient' | 'throws' | 'not-smooth' | 'inconclusive' | 'not-run';

export interface Inspected {
  readonly op: string;
  readonly title: string;
  readonly condition: Condition | undefined;
  readonly operand: string;
  readonly order: 1 | 2;
  readonly verdict: Verdict;
  /** What was thrown, or what no verdict could be had for. */
  readonly message?: string | undefined;
  /** The element shown: the first bad one, else the first. */
  readonly element?: number | undefined;
  readonly claimed?: number | undefined;
  readonly measured?: number | undefined;
  readonly error?: number | undefined;
}

/** Elements of an operand that are measured: each costs a ladder of evaluations. */
const MOST_ELEMENTS: Readonly<Record<1 | 2, number>> = { 1: 9, 2: 4 };

type Arrays = readonly (readonly number[])[];

/** Checks the first and second derivative of one call with respect to each of its operands. */
export function inspect(realm: Realm, one: Case): Inspected[] {
  const at = one.operands.map(({ values }) => values);
  const failure = failureOf(() => valueOf(realm, one, at, loss(realm, one)));
  if (failure !== undefined)
    return one.operands.map(({ name }) => ({ ...label(one, name, 1), verdict: 'not-run', message: failure }));
  return one.operands.flatMap(({ name }, index): Inspected[] => {
    const first = inspectOrder(realm, one, index, 1);
    // Differences of a gradient that is wrong tell nothing of the next one.
    if (first.verdict !== 'right')
      return [{ ...label(one, name, 1), ...onlyComputed(realm, one, index, first) }];
    const second = inspectOrder(realm, one, index, 2);
    return [
      { ...label(one, name, 1), ...first },
      { ...label(one, name, 2), ...second },
    ];
  });
}

/** Some gradients throw only for results of other ops, not for the inputs that the gradient is taken by. */
function onlyComputed(
  realm: Realm,
  one: Case,
  index: number,
  answer: Answer,
): Answer & { condition?: Condition } {
  if (answer.verdict !== 'throws' || one.condition !== undefined) return answer;
  const at = one.operands.map(({ values }) => values);
  const direct: Scalar = (...operands) => weighted(realm.tf, one.run(realm.tf, ...operands));
  const failure = failureOf(() => gradientOf(realm, one, at, direct, index));
  return failure === undefined ? { ...answer, condition: 'computed operand' } : answer;
}

function conditionFor(
  operand: string,
  order: 1 | 2,
  { condition, conditionOf }: Pick<Case, 'condition' | 'conditionOf'>,
): Condition | undefined {
  if (conditionOf === undefined) return condition;
  // The second derivative by one operand goes through the first ones by the others.
  if (order === 2) return conditionOf.length === 0 ? undefined : 'one operand is broadcast';
  return conditionOf.includes(operand) ? condition : undefined;
}

const label = ({ op, title, condition, conditionOf }: Case, operand: string, order: 1 | 2) => ({
  op,
  title,
  condition: conditionFor(operand, order, { condition, conditionOf }),
  operand,
  order,
});

type Answer = Omit<Inspected, 'op' | 'title' | 'condition' | 'operand' | 'order'>;
type Scalar = (...operands: TensorFlow[]) => TensorFlow;

function inspectOrder(realm: Realm, one: Case, index: number, order: 1 | 2): Answer {
  const at = one.operands.map(({ values }) => values);
  const scalar =
    order === 1 ? loss(realm, one) : gradientProduct(realm, curved(realm, one), index, one.operands.length);
  let claimed: readonly number[];
  try {
    claimed = gradientOf(realm, one, at, scalar, index);
  } catch (error) {
    return { verdict: 'throws', message: messageOf(error) };
  }
  let shown: Answer = { verdict: 'inconclusive' };
  for (const element of elementsOf(claimed.length, MOST_ELEMENTS[order])) {
    const slope = measure(realm, one, at, scalar, index, element);
    const verdict = judgeSlope(slope, claimed[element]!);
    const answer: Answer = {
      verdict,
      element,
      claimed: claimed[element],
      measured: slope.kind === 'kink' ? slope.forward : slope.value,
      error: slope.error,
    };
    if (verdict === 'wrong' || verdict === 'invalid-subgradient') return answer;
    if (shown.verdict === 'inconclusive' || verdict === 'not-smooth') shown = answer;
  }
  if (shown.verdict === 'right' && one.condition === 'equal elements')
    return alongAll(realm, one, at, scalar, index, claimed) ?? shown;
  return shown;
}

/** Where elements are tied, single coordinates show kinks only; all of them moved together show the slope. */
function alongAll(
  realm: Realm,
  one: Case,
  at: Arrays,
  scalar: Scalar,
  index: number,
  claimed: readonly number[],
): Answer | undefined {
  const slope = measure(realm, one, at, scalar, index, undefined);
  const total = claimed.reduce((sum, value) => sum + value, 0);
  const verdict = judgeSlope(slope, total);
  return verdict === 'wrong'
    ? { verdict: 'invalid-subgradient', claimed: total, measured: slope.value, error: slope.error }
    : undefined;
}

const elementsOf = (size: number, most: number): number[] =>
  Array.from({ length: Math.min(size, most) }, (_, turn) => Math.floor((turn * size) / Math.min(size, most)));

/** Weights of the elements of a result: signed, none like the other, so that no sum hides a difference. */
function weighted(tf: TensorFlow, result: TensorFlow): TensorFlow {
  const size = elementsIn(result.shape as number[]);
  const weights = Array.from(
    { length: size },
    (_, index) => (0.3 + ((index * 0.618034) % 0.9)) * (-1) ** index,
  );
  return tf.sum(tf.mul(result, tf.tensor(weights, result.shape)));
}

/** The op is fed an intermediate result, as in a network: some gradients work for inputs only. */
function loss({ tf }: Realm, one: Case): Scalar {
  return (...operands) => weighted(tf, one.run(tf, ...operands.map((x) => tf.mul(x, 1))));
}

/** For second derivatives, a loss in which the gradient that comes in depends on the operand as well. */
function curved({ tf }: Realm, one: Case): Scalar {
  return (...operands) => {
    const result = one.run(tf, ...operands.map((x) => tf.mul(x, 1)));
    return weighted(tf, tf.add(result, tf.mul(0.5, tf.square(result))));
  };
}

/**
 * A weighted sum of the first gradient, whose gradient is the second. The square keeps it connected to the operand: where a
 * gradient lost its connection, TensorFlow.js would throw otherwise, and in a larger loss it is silent.
 */
function gradientProduct({ tf }: Realm, inner: Scalar, index: number, count: number): Scalar {
  return (...operands) => {
    const gradients = tf.grads(inner)(operands) as TensorFlow[];
    const all = count === 1 ? gradients[0] : gradients[index];
    return tf.add(weighted(tf, all), tf.mul(0.5, tf.sum(tf.square(operands[index]))));
  };
}

function valueOf(realm: Realm, one: Case, at: Arrays, scalar: Scalar): number {
  return realm.tf.tidy(() => Number((scalar(...tensorsOf(realm, one, at)) as RealmTensor).dataSync()[0]));
}

function gradientOf(realm: Realm, one: Case, at: Arrays, scalar: Scalar, index: number): number[] {
  const { tf } = realm;
  return tf.tidy(() => {
    const operands = tensorsOf(realm, one, at);
    const along = (x: TensorFlow): TensorFlow => scalar(...operands.with(index, x));
    return Array.from((tf.grad(along)(operands[index]) as RealmTensor).dataSync());
  }) as number[];
}

function tensorsOf(realm: Realm, one: Case, at: Arrays): TensorFlow[] {
  // Moved by less than float32 can tell: these numbers are not rounded.
  realm.trace.takesInputs = true;
  const tensors = one.operands.map(({ shape }, index) =>
    realm.tf.tensor([...at[index]!], [...shape], 'float32'),
  );
  realm.trace.takesInputs = false;
  return tensors;
}

function measure(
  realm: Realm,
  one: Case,
  at: Arrays,
  scalar: Scalar,
  index: number,
  element: number | undefined,
): Slope {
  const scale = (element === undefined ? undefined : Math.abs(at[index]![element]!)) || 1;
  const value = (offset: number): number => {
    const moved = at[index]!.map((each, place) =>
      element === undefined || place === element ? each + offset : each,
    );
    return valueOf(realm, one, at.with(index, moved), scalar);
  };
  return measureSlope(value, { scale, magnitude: Math.max(1, Math.abs(value(0)) || 1) });
}

function failureOf(body: () => unknown): string | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 160);

/** The first gradients of a case in whatever precision the realm has, for comparison with another one. */
export function gradientsOf(realm: Realm, one: Case): readonly (readonly number[] | undefined)[] {
  const at = one.operands.map(({ values }) => values);
  return one.operands.map((_, index) => {
    try {
      return gradientOf(realm, one, at, loss(realm, one), index);
    } catch {
      return undefined;
    }
  });
}
