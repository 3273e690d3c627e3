import { roundoffOn, storedOn, type Backend } from '../src/facts/backend.js';
import { SMALLEST_NORMAL } from '../src/float64/rounding.js';
import { choiceBehind, type Choice } from '../src/rule/chosen-values.js';
import { dangersReached, GUARDED_TOO_LATE, whereGradient, type Met } from '../src/rule/danger.js';
import {
  arithmeticChain,
  constantOf,
  exactConstant,
  isOp,
  operandOf,
  producer,
  sameValue,
} from '../src/rule/patterns.js';
import type { FixCandidate, Term } from '../src/rule/finding.js';
import { guardNumbers } from '../src/rule/guard-numbers.js';
import { discardedGuard } from '../src/rule/guards.js';
import { floored, inPlaceOf } from '../src/rule/guard-fixes.js';
import { inWords, Rewriter, together } from '../src/rule/rewrite.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import type { Node } from '../src/program/node.js';

export default defineRule({
  name: 'ineffective-guard',
  category: 'numerical',
  claim: 'A guard stands there, but in float32, or under a gradient, it guards nothing.',
  reason:
    '1 - 1e-8 is 1 in float32, and so is 1 + 1e-8: a bound or epsilon below 2.98e-8 beside 1 is rounded away. A clip after log or sqrt bounds the value, not the gradient. A clip whose result nobody takes does nothing, because tensors are immutable.',
  remedy:
    'Guard the operand of the dangerous op, before it, by something float32 keeps: at least 1e-7 beside 1.',
  ops: [...GUARDED_TOO_LATE],
  check(site) {
    const met = dangersReached(site, ['value', 'gradient']).filter(
      ({ region, reach }) =>
        region.failure !== 'vanished-gradient' && (reach === 'manifest' || reach === 'assumed'),
    );
    const [first] = met;
    if (first === undefined) return undefined;
    return (
      roundedAway(site, first) ??
      addedAfterwards(site, first) ??
      afterwards(site, met) ??
      discarded(site, first) ??
      whereOnly(site, met)
    );
  },
  examples: {
    hazardous: [
      {
        title: 'a bound that rounds to 1',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {\n  const p = tf.sigmoid(logits).clipByValue(1e-8, 1 - 1e-8);\n  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();\n}`,
      },
      {
        title: 'an epsilon absorbed by the 1 beside it',
        code: `export const survival = (logits: tf.Tensor1D) => tf.log(tf.sub(1 + 1e-10, tf.sigmoid(logits)));`,
      },
      {
        title: 'an epsilon added to the logarithm',
        code: `export const logPrices = (prices: tf.Tensor1D) => prices.log().add(1e-6);`,
      },
      {
        title: 'a clip after the singular op',
        code: `export const entropy = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => tf.maximum(tf.log(tf.relu(t)), -50).sum())(x);`,
      },
      {
        title: 'a floor under the logarithm of what is handed in',
        code: `const crossEntropy = (labels: tf.Tensor, p: tf.Tensor) => labels.mul(tf.maximum(tf.log(p), -100)).mean().neg();\nexport function train(model: tf.LayersModel, x: tf.Tensor, labels: tf.Tensor) {\n  return tf.train.sgd(0.1).minimize(() => crossEntropy(labels, model.apply(x) as tf.Tensor) as tf.Scalar);\n}`,
      },
      {
        title: 'a floor under a name that is never read',
        code: `export function logRatio(target: tf.Tensor, depth: tf.Tensor) {\n  const safeTarget = tf.maximum(target, 1e-6);\n  const safeDepth = tf.maximum(depth, 1e-6);\n  const ratio = tf.log(depth).sub(tf.log(safeTarget));\n  safeDepth.dispose();\n  return ratio.abs().mean();\n}`,
      },
      {
        title: 'a clip that nobody takes',
        code: `export function compress(x: tf.Tensor) {\n  const power = tf.relu(x);\n  tf.clipByValue(power, 1e-6, 1e6);\n  return tf.log(power);\n}`,
      },
    ],
    safe: [
      {
        title: 'a bound that float32 keeps',
        code: `export function loss(labels: tf.Tensor1D, logits: tf.Tensor1D) {\n  const p = tf.sigmoid(logits).clipByValue(1e-7, 1 - 1e-7);\n  return labels.mul(p.log()).add(tf.sub(1, labels).mul(tf.log(tf.sub(1, p)))).mean().neg();\n}`,
      },
      {
        title: 'an epsilon added last',
        code: `export const survival = (logits: tf.Tensor1D) => tf.log(tf.sub(1, tf.sigmoid(logits)).add(1e-7));`,
      },
      {
        title: 'a floor before the logarithm',
        code: `export const entropy = (x: tf.Tensor1D) => tf.grad((t: tf.Tensor) => tf.log(tf.maximum(tf.relu(t), 1e-6)).sum())(x);`,
      },
    ],
  },
});

/** A constant that rounds to what it was meant to keep away from: to 0, or to the number beside it. */
interface Lost {
  readonly why: string;
  readonly vanished: boolean;
}

/** An epsilon or bound on the operand's way that the backend rounds away. */
function roundedAway(site: Site, met: Met): Suspicion | undefined {
  for (const guard of guardsOn(met.operand)) {
    const lost = lostConstant(guard, met, site.backend);
    if (lost === undefined) continue;
    return suspicion(site, met, {
      fixes: effective(site, guard),
      what: `The guard in \`${site.text(guard)}\` does nothing: ${lost.why} in ${site.backend.format}, so \`${met.text}\` is still reached and \`${site.text()}\` ${consequence(site, met)}.`,
      fix: advice(lost, site.backend),
      guard,
    });
  }
  return undefined;
}

function advice({ vanished }: Lost, backend: Backend): string {
  return vanished && backend.format === 'float16'
    ? `Use an epsilon that float16 keeps: \`tf.backend().epsilon()\` is ${backend.epsilon} there`
    : `Use an epsilon of at least ${guardNumbers(backend).besideOne}, and add it after the subtraction`;
}

/** The same guard with numbers that the backend keeps. */
function effective(site: Site, guard: Node): FixCandidate[] {
  const write = new Rewriter(site);
  const { besideOne, floor } = guardNumbers(site.backend);
  const rounded = (value: number): number => storedOn(site.backend, value);
  const [low, high] = [guard.attributes['clipValueMin'], guard.attributes['clipValueMax']];
  if (isOp(guard, 'clipByValue') && typeof low === 'number') {
    const kept =
      typeof high === 'number' && rounded(high) === 1 && high < 1
        ? `1 - ${besideOne}`
        : write.argument(guard, 'clipValueMax');
    return replaced(guard, write.op('clipByValue', write.argument(guard, 'x'), Math.max(low, floor), kept));
  }
  // `1 + 1e-10 - p`: first the difference, then the epsilon.
  const [one, p] = [constantOf(operandOf(guard, 'a')), operandOf(guard, 'b')];
  if (!isOp(guard, 'sub') || one === undefined || p === undefined) return [];
  return replaced(
    guard,
    write.op('add', write.op('sub', rounded(one), write.argument(guard, 'b') ?? p), besideOne),
  );
}

const replaced = (guard: Node, by: Term): FixCandidate[] => [
  together(`Use \`${inWords(by)}\``, 'guard', [{ span: guard.span, by }]),
];

/** Constants that round to the number they were meant to keep away from. */
function lostConstant(guard: Node, { operand, region }: Met, backend: Backend): Lost | undefined {
  for (const operand of Object.values(guard.operands).flat() as Node[]) {
    const lost = absorbed(exactConstant(operand), backend);
    if (lost !== undefined) return lost;
  }
  const bounds = [guard.attributes['clipValueMin'], guard.attributes['clipValueMax']];
  for (const bound of bounds) {
    // Of a clip of the operand itself, only one bound is on the side of the danger.
    const stored = typeof bound === 'number' ? storedOn(backend, bound) : NaN;
    if (guard === operand && !(stored >= region.low && stored <= region.high)) continue;
    const lost = absorbed(bound, backend);
    if (lost !== undefined) return lost;
  }
  // `x.add(1e-10)` where x is 1 at the end that matters.
  const epsilon = isOp(guard, 'add')
    ? [operandOf(guard, 'a'), operandOf(guard, 'b')]
        .map(constantOf)
        .find((value) => value !== undefined && Math.abs(value) < 16 * roundoffOn(backend))
    : undefined;
  if (epsilon === undefined || epsilon === 0) return undefined;
  const other =
    constantOf(operandOf(guard, 'b')) === undefined ? operandOf(guard, 'b') : operandOf(guard, 'a');
  if (other !== undefined && other.range.high === 1 && storedOn(backend, 1 + epsilon) === 1)
    return { why: `${epsilon} added to 1 leaves 1`, vanished: false };
  return undefined;
}

/** A number that is further from what it is rounded to was no guard. */
const MOST_OF_A_GUARD = 1e-2;

function absorbed(value: unknown, backend: Backend): Lost | undefined {
  if (typeof value !== 'number' || Number.isInteger(value)) return undefined;
  const rounded = storedOn(backend, value);
  if (!Number.isInteger(rounded)) return undefined;
  if (rounded === 0) return { why: `${value} is 0`, vanished: true };
  const epsilon = Number((value - rounded).toPrecision(2));
  if (Math.abs(epsilon) > MOST_OF_A_GUARD) return undefined;
  const why = `${rounded} ${epsilon < 0 ? '-' : '+'} ${Math.abs(epsilon)} is ${rounded}`;
  return { why, vanished: false };
}

/** `tf.log(p).add(1e-7)`: the epsilon was meant for the operand. */
function addedAfterwards(site: Site, met: Met): Suspicion | undefined {
  if (!isOp(site.node, 'log') || met.region.harm !== 'value') return undefined;
  for (const guard of site.users().filter((user) => isOp(user, 'add'))) {
    const epsilon = constantOf(operandOf(guard, 'a')) ?? constantOf(operandOf(guard, 'b'));
    if (epsilon === undefined || epsilon <= 0 || epsilon > MOST_OF_AN_EPSILON) continue;
    const name = site.text(met.operand);
    return suspicion(site, met, {
      what: `\`${site.text(guard)}\` adds its epsilon to the logarithm, which is -Infinity by then when \`${met.text}\``,
      fix: `Add it to the operand: \`tf.log(tf.add(${name}, ${epsilon}))\``,
      guard,
      fixes: floored(site, met.operand),
    });
  }
  return undefined;
}

/** What is added to a number of the size of a logarithm, and is more, changes it. */
const MOST_OF_AN_EPSILON = 1e-3;

/** A clip, minimum or maximum of the result: it bounds the value, and lets the infinite gradient through as 0 · Infinity. */
function afterwards(site: Site, met: readonly Met[]): Suspicion | undefined {
  if (site.gradient() === 'no' || !isOp(site.node, 'log', 'sqrt')) return undefined;
  const guard = site.users().find((user) => isOp(user, 'clipByValue', 'maximum', 'minimum'));
  // Who bounds the result expects the operand to get there, whoever passes it.
  const surest = met.find(({ reach }) => reach === 'manifest') ?? (isFloor(guard) ? met[0] : undefined);
  if (guard === undefined || surest === undefined) return undefined;
  const name = site.text(surest.operand);
  return {
    ...suspicion(site, surest, {
      what: `\`${site.text(guard)}\` bounds the value of \`${site.text()}\` but not its gradient, which is NaN when \`${surest.text}\`${whereGradient(site)}`,
      fix: `Bound the operand instead: \`tf.${site.node.op}(tf.maximum(${name}, ${guardNumbers(site.backend).floor}))\``,
      guard,
      fixes: movedInside(site, surest.operand, guard),
    }),
    danger: {
      text: surest.text,
      harm: 'gradient',
      region: { operand: 'x', low: surest.region.low, high: surest.region.high },
      failures: ['nan-gradient', 'inf-gradient', 'infinity', 'nan'],
    },
  };
}

/** A number below which nothing comes. */
const isFloor = (guard: Node | undefined): boolean =>
  isOp(guard, 'clipByValue') ||
  (isOp(guard, 'maximum') && ['a', 'b'].some((name) => constantOf(operandOf(guard, name)) !== undefined));

/** max(log x, c) = log(max(x, exp c)), max(sqrt x, c) = sqrt(max(x, c²)): the bound on the operand that the author had in mind. */
function movedInside(site: Site, operand: Node, guard: Node): FixCandidate[] {
  const clipped = guard.attributes['clipValueMin'];
  const bound =
    guard.op === 'maximum'
      ? (constantOf(operandOf(guard, 'a')) ?? constantOf(operandOf(guard, 'b')))
      : clipped;
  if (typeof bound !== 'number') return floored(site, operand);
  const inside = isOp(site.node, 'log') ? Math.exp(bound) : bound ** 2;
  if (inside < SMALLEST_NORMAL[site.backend.format] || (isOp(site.node, 'sqrt') && bound <= 0))
    return floored(site, operand);
  return inPlaceOf(site, site.node, operand, (x, write) =>
    write.op('maximum', x, Number(inside.toPrecision(3))),
  );
}

/** `tf.clipByValue(p, …);` on a line of its own, or under a name that is never read: tensors are immutable, so p is as it was. */
function discarded(site: Site, met: Met): Suspicion | undefined {
  const found = discardedGuard(site, met.operand);
  if (found === undefined) return undefined;
  const { node: guard, name } = found;
  const what =
    name === undefined ? `The result of \`${site.text(guard)}\` is thrown away` : `\`${name}\` is never read`;
  return suspicion(site, met, {
    what: `${what}: tensors are immutable, so \`${met.text}\` is still reached and \`${site.text()}\` ${consequence(site, met)}`,
    fix: name === undefined ? 'Assign the result and use it' : `Use \`${name}\` here`,
    guard,
    fixes: name === undefined ? usedAfterAll(site, met.operand, guard) : [],
  });
}

/** The guard where the operand is, and the statement that threw it away gone. */
function usedAfterAll(site: Site, operand: Node, guard: Node): FixCandidate[] {
  const guarded = operandOf(guard, 'x') ?? operandOf(guard, 'a');
  if (!sameValue(operand, guarded)) return [];
  const by: Term = { kind: 'source', span: guard.span, text: site.textAt(guard.span), isTensor: true };
  return [
    together(`Use what \`${inWords(by)}\` gives`, 'guard', [
      { span: site.place(operand), by: by },
      { span: guard.span, by: 'nothing' },
    ]),
  ];
}

/** `tf.where(mask, sqrt(x), 0)`: the branch not taken still gets 0 · Infinity from the gradient. */
function whereOnly(site: Site, met: readonly Met[]): Suspicion | undefined {
  if (site.gradient() === 'no') return undefined;
  // Code that asks whether the operand is there takes it to get there.
  const surest =
    met.find(({ reach }) => reach === 'manifest') ??
    met.find(({ operand, region }) => choiceBehind(site, operand, region) !== undefined);
  if (surest === undefined || isOp(producer(surest.operand), 'where')) return undefined;
  const choice = choiceBehind(site, surest.operand, surest.region) ?? choiceBeside(site);
  if (choice === undefined) return undefined;
  const operand = site.text(surest.operand);
  return {
    ...suspicion(site, surest, {
      what: `\`tf.where\` chooses the value but not the gradient: \`${site.text()}\` still gets 0 times an infinite derivative when \`${surest.text}\`${whereGradient(site)}, which is NaN`,
      fix: `Make the operand safe before the op: \`${choice.holds ? `tf.where(mask, ${operand}, tf.onesLike(${operand}))` : `tf.where(mask, tf.onesLike(${operand}), ${operand})`}\` in its place`,
      guard: choice.where,
      fixes: whereInside(site, surest.operand, choice),
    }),
    danger: {
      text: surest.text,
      harm: 'gradient',
      region: { operand: surest.region.operand, low: surest.region.low, high: surest.region.high },
      failures: ['nan-gradient', 'inf-gradient'],
    },
  };
}

/** A `tf.where` that takes the result, whatever it asks for. */
function choiceBeside(site: Site): Choice | undefined {
  const where = site.users().find((user) => isOp(user, 'where'));
  return where && { where, holds: operandOf(where, 'a') === site.node };
}

/** The branch that is not chosen gets a 1 to compute with. */
function whereInside(site: Site, operand: Node, { where, holds }: Choice): FixCandidate[] {
  const write = new Rewriter(site);
  const condition = write.argument(where, 'condition');
  if (condition === undefined) return [];
  return inPlaceOf(site, site.node, operand, (x) => {
    const one = write.op('onesLike', x);
    return write.op('where', condition, ...(holds ? [x, one] : [one, x]));
  }).map((fix) => ({ ...fix, claim: 'equal' }));
}

const guardsOn = (operand: Node): Node[] =>
  arithmeticChain(operand).filter((node) => isOp(node, 'add', 'sub', 'clipByValue', 'maximum', 'minimum'));

function consequence(site: Site, met: Met): string {
  if (met.region.harm === 'gradient') return `has an infinite or NaN gradient${whereGradient(site)}`;
  return isOp(site.node, 'log', 'log1p') ? 'is -Infinity' : 'is Infinity or NaN';
}

function suspicion(
  site: Site,
  met: Met,
  { what, fix, guard, fixes }: { what: string; fix: string; guard: Node; fixes: readonly FixCandidate[] },
): Suspicion {
  const sentence = what.endsWith('.') ? what : `${what}.`;
  return {
    message: `${sentence} ${fix}.`,
    danger: {
      text: met.text,
      harm: met.region.harm,
      region: { operand: met.region.operand, low: met.region.low, high: met.region.high },
      failures: ['infinity', 'nan', 'overflow', 'inf-gradient', 'nan-gradient'],
    },
    manifest: true,
    isOwnFault: guard.within?.start === site.node.within?.start,
    covers: [site.node],
    related: [{ node: guard, message: 'the guard that guards nothing' }],
    fixes,
  };
}
