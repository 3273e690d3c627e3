import { declaredName } from '../src/program/declared-name.js';
import type { Node } from '../src/program/node.js';
import { defineRule, type Suspicion } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';
import {
  appliesAll,
  hasOwnTerm,
  isCopy,
  isKept,
  listed,
  playersIn,
  relatedTo,
  seenThrough,
  trainedBy,
  type Trained,
} from '../src/rule/trained-copies.js';

export default defineRule({
  name: 'trained-along',
  category: 'gradient',
  claim:
    'A step without a list of variables also trains what is to stay as it is: a target network, a teacher, the other player.',
  reason:
    '`minimize(loss)` and `tf.variableGrads(loss)` take the gradient by every trainable variable there is. What a target network or a teacher gives in the loss is on the tape as all else is, so its weights are moved too: towards what makes the loss small, which is what it is there to prevent. In a game of two, each step undoes what the other player has learned.',
  remedy:
    'Hand over what is to be trained: `minimize(loss, true, variables)`. Or compute what the target gives before, outside of the function; or set `trainable = false` on the model that is to stay, once it is built.',
  ops: ['optimizer.withoutList'],
  check(site) {
    const losses = site.node.operands['losses'] as readonly Node[];
    const [first] = losses;
    if (first?.gradient?.ran === undefined || !appliesAll(site)) return undefined;
    const gradient = { ...first.gradient, losses };
    const all = trainedBy(site, gradient, losses);
    const copies = all.filter((one) => isCopy(site, all, one));
    if (copies.length > 0) {
      const moved = copies.filter((one) => !isKept(site, one) && !hasOwnTerm(site, gradient, losses, one));
      return moved.length > 0 && copies.length < all.length ? ofCopies(all, moved) : undefined;
    }
    const seen = seenThrough(site, all);
    if (seen?.[1].some((one) => isKept(site, one)) === false) return ofModels(site, all, seen);
    const players = stepsIn(site) > 1 ? playersIn(all) : undefined;
    return players?.some((one) => isKept(site, one)) === false ? ofPlayers(all, players) : undefined;
  },
  examples: {
    hazardous: [
      {
        title: 'the target network of a Q-learner',
        code: `export class Learner {\n  private readonly optimizer = tf.train.adam(1e-3);\n  constructor(private readonly online: tf.LayersModel, private readonly target: tf.LayersModel) {}\n  step(states: tf.Tensor2D, actions: tf.Tensor2D, rewards: tf.Tensor1D, next: tf.Tensor2D) {\n    return this.optimizer.minimize(() => {\n      const chosen = (this.online.apply(states) as tf.Tensor2D).mul(actions).sum(1);\n      const best = (this.target.predict(next) as tf.Tensor2D).max(1);\n      return rewards.add(best.mul(0.99)).sub(chosen).square().mean() as tf.Scalar;\n    });\n  }\n}`,
      },
      {
        title: 'a teacher that learns from its student',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const distil = (student: tf.LayersModel, teacher: tf.LayersModel, x: tf.Tensor2D) =>\n  optimizer.minimize(() => {\n    const wanted = tf.tanh(teacher.apply(x) as tf.Tensor2D);\n    return tf.tanh(student.apply(x) as tf.Tensor2D).sub(wanted).square().mean() as tf.Scalar;\n  });`,
      },
      {
        title: 'a copy of the weights',
        code: `const online = { kernel: tf.variable(tf.randomNormal<tf.Rank.R2>([3, 2])) };\nconst slow = { kernel: tf.variable(online.kernel.clone() as tf.Tensor2D) };\nconst optimizer = tf.train.sgd(0.1);\nexport function step(one: tf.Tensor2D, other: tf.Tensor2D) {\n  optimizer.minimize(() => {\n    const wanted = other.matMul(slow.kernel).tanh();\n    return one.matMul(online.kernel).tanh().sub(wanted).square().mean() as tf.Scalar;\n  });\n}\nexport const follow = () => slow.kernel.assign(slow.kernel.mul(0.99).add(online.kernel.mul(0.01)));`,
      },
      {
        title: 'a picture that is changed until a model sees what is wanted',
        code: `export function attack(model: tf.LayersModel, image: tf.Tensor2D, wanted: tf.Tensor2D) {\n  const picture = tf.variable(image);\n  const optimizer = tf.train.adam(0.01);\n  for (let i = 0; i < 20; i++)\n    optimizer.minimize(() => (model.apply(picture) as tf.Tensor).sub(wanted).square().mean() as tf.Scalar);\n  return picture;\n}`,
      },
      {
        title: 'the critic in the step of the actor',
        code: `export function steps(actor: tf.LayersModel, critic: tf.LayersModel) {\n  const forActor = tf.train.adam(1e-4);\n  const forCritic = tf.train.adam(1e-3);\n  const value = (s: tf.Tensor2D, a: tf.Tensor2D) => critic.apply(tf.concat([s, a], 1)) as tf.Tensor2D;\n  return {\n    learn: (s: tf.Tensor2D, a: tf.Tensor2D, wanted: tf.Tensor2D) =>\n      forCritic.minimize(() => value(s, a).sub(wanted).square().mean() as tf.Scalar),\n    improve: (s: tf.Tensor2D) => forActor.minimize(() => value(s, actor.apply(s) as tf.Tensor2D).mean().neg() as tf.Scalar),\n  };\n}`,
      },
    ],
    safe: [
      {
        title: 'a target that is computed before',
        code: `export class Learner {\n  private readonly optimizer = tf.train.adam(1e-3);\n  constructor(private readonly online: tf.LayersModel, private readonly target: tf.LayersModel) {}\n  step(states: tf.Tensor2D, actions: tf.Tensor2D, rewards: tf.Tensor1D, next: tf.Tensor2D) {\n    const wanted = rewards.add((this.target.predict(next) as tf.Tensor2D).max(1).mul(0.99));\n    return this.optimizer.minimize(() => {\n      const chosen = (this.online.apply(states) as tf.Tensor2D).mul(actions).sum(1);\n      return wanted.sub(chosen).square().mean() as tf.Scalar;\n    });\n  }\n}`,
      },
      {
        title: 'the variables of the student',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const distil = (student: tf.LayersModel, teacher: tf.LayersModel, x: tf.Tensor2D) =>\n  optimizer.minimize(() => {\n    const wanted = tf.tanh(teacher.apply(x) as tf.Tensor2D);\n    return tf.tanh(student.apply(x) as tf.Tensor2D).sub(wanted).square().mean() as tf.Scalar;\n  }, true, student.trainableWeights.map((weight) => weight.read() as tf.Variable));`,
      },
      {
        title: 'a picture, and nothing else',
        code: `export function attack(model: tf.LayersModel, image: tf.Tensor2D, wanted: tf.Tensor2D) {\n  const picture = tf.variable(image);\n  const optimizer = tf.train.adam(0.01);\n  for (let i = 0; i < 20; i++)\n    optimizer.minimize(() => (model.apply(picture) as tf.Tensor).sub(wanted).square().mean() as tf.Scalar, false, [picture]);\n  return picture;\n}`,
      },
      {
        title: 'uncertainties that are learned beside a model',
        code: `export function fit(model: tf.LayersModel, x: tf.Tensor2D, y: tf.Tensor2D) {\n  const weight = tf.variable(tf.scalar(1));\n  const optimizer = tf.train.adam(0.01);\n  for (let i = 0; i < 20; i++)\n    optimizer.minimize(() => (model.apply(x) as tf.Tensor).sub(y).square().mean().mul(weight) as tf.Scalar);\n  return weight;\n}`,
      },
      {
        title: 'a teacher that says it is not to be trained',
        code: `const optimizer = tf.train.adam(1e-3);\nexport function distil(student: tf.LayersModel, teacher: tf.LayersModel, x: tf.Tensor2D) {\n  teacher.trainable = false;\n  return optimizer.minimize(() => {\n    const wanted = tf.tanh(teacher.apply(x) as tf.Tensor2D);\n    return tf.tanh(student.apply(x) as tf.Tensor2D).sub(wanted).square().mean() as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a teacher that learns itself',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const prepare = (teacher: tf.LayersModel, x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, teacher.apply(x) as tf.Tensor2D) as tf.Scalar);`,
      },
      {
        title: 'a policy and its value, learned together',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const learn = (policy: tf.LayersModel, value: tf.LayersModel, s: tf.Tensor2D, chosen: tf.Tensor2D, gains: tf.Tensor2D) =>\n  optimizer.minimize(() => {\n    const fit = gains.sub(value.apply(s) as tf.Tensor2D).square().mean();\n    return tf.losses.softmaxCrossEntropy(chosen, policy.apply(s) as tf.Tensor2D).add(fit) as tf.Scalar;\n  });`,
      },
    ],
  },
});

function ofCopies(all: readonly Trained[], copies: readonly Trained[]): Suspicion {
  const names = listed(copies);
  const [{ name, result }] = copies as readonly [Trained, ...Trained[]];
  const remedy =
    result === undefined
      ? `compute what depends on ${names} before the step, or make ${names} not trainable`
      : `compute what \`${name}\` gives before the step, or set its \`trainable\` to false`;
  return {
    message: `This step is handed no variables, so it trains all there are: the weights of ${names} are moved too, which are to stay as they are during a step. Hand over the ones to train; or ${remedy}.`,
    danger: danger(all, copies),
    manifest: true,
    related: relatedTo(copies, GETS_IN),
  };
}

function ofModels(
  site: Site,
  all: readonly Trained[],
  [learner, models]: readonly [Node, readonly Trained[]],
): Suspicion {
  const name = declaredName(learner) ?? site.text(learner);
  return {
    message: `This step is handed no variables, so it trains all there are: beside \`${name}\` also the weights of ${listed(models)}, which it is seen through. Hand over what is to change: \`minimize(loss, true, [${name}])\`.`,
    danger: danger(all, models),
    manifest: true,
    related: relatedTo(models, GETS_IN),
  };
}

function ofPlayers(all: readonly Trained[], players: readonly Trained[]): Suspicion {
  return {
    message: `This step is handed no variables, so it trains both ${listed(players)}, which are trained in turn and towards opposite ends: each step undoes what the other one learned. Hand over the variables of the one that it is for.`,
    danger: danger(all, players),
    manifest: true,
    related: relatedTo(players, GETS_IN),
  };
}

const danger = (all: readonly Trained[], kept: readonly Trained[]): Suspicion['danger'] => ({
  text: `a gradient gets to ${listed(kept).replaceAll('`', '')}`,
  harm: 'gradient',
  failures: ['wrong-value'],
  alongside: {
    results: kept.flatMap(({ result }) => result ?? []),
    variables: kept.flatMap(({ variable }) => variable ?? []),
    trained: all.flatMap(({ variable }) => variable ?? []),
  },
  whole: true,
});

const GETS_IN = 'gets into the loss here';

/** How many steps the file takes. */
const stepsIn = (site: Site): number => site.fileText().match(STEPS)?.length ?? 0;

const STEPS = /\.minimize\(|\bvariableGrads\(/g;
