import { listed, relatedTo } from '../src/rule/trained-copies.js';
import { movingTarget, type MovingTarget } from '../src/rule/moving-targets.js';
import { defineRule } from '../src/rule/rule.js';
import type { Site } from '../src/rule/site.js';

export default defineRule({
  name: 'moving-target',
  category: 'gradient',
  claim:
    'A gradient also flows through what the loss takes for given: the target of a temporal difference, an advantage.',
  reason:
    'What a network is fitted to is data, also where the network itself estimates it: a Q-learner steps towards `r + γ · max q(next)`, not away from it. With the target on the tape each step also moves the estimate of what comes next towards what is now, the wrong way round in time; with an advantage on the tape the critic learns to make the policy look good. TensorFlow.js has no op that stops a gradient.',
  remedy:
    'Compute the target before, outside of the function that the gradient is taken of. Or stop the gradient there: `tf.customGrad((x) => ({ value: x.clone(), gradFunc: (dy) => tf.zerosLike(dy) }))`, where `clone` matters: what is given back as it is stays on the tape.',
  ops: [
    'sub',
    'squaredDifference',
    'mul',
    'losses.meanSquaredError',
    'losses.huberLoss',
    'losses.absoluteDifference',
  ],
  check(site) {
    const found = movingTarget(site);
    if (found === undefined) return undefined;
    const { operand, node, trained } = found;
    return {
      message: messageOf(site, found),
      danger: {
        text: `a gradient gets through ${site.text(node)}`,
        harm: 'gradient',
        failures: ['wrong-value'],
        moving: { operand, results: trained.flatMap(({ result }) => result ?? []) },
        whole: true,
      },
      manifest: true,
      covers: site.users(node),
      related: relatedTo(trained, 'gets into it here'),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a Q-learner without a target network',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const learn = (q: tf.LayersModel, states: tf.Tensor2D, actions: tf.Tensor2D, rewards: tf.Tensor1D, next: tf.Tensor2D, alive: tf.Tensor1D) =>\n  optimizer.minimize(() => {\n    const chosen = (q.apply(states) as tf.Tensor2D).mul(actions).sum(1);\n    const best = (q.predict(next) as tf.Tensor2D).max(1);\n    const target = rewards.add(best.mul(0.99).mul(alive));\n    return tf.losses.meanSquaredError(target, chosen) as tf.Scalar;\n  });`,
      },
      {
        title: 'the advantage of an actor and a critic',
        code: `export function learn(actor: tf.LayersModel, critic: tf.LayersModel, states: tf.Tensor2D, actions: tf.Tensor2D, returns: tf.Tensor2D) {\n  const optimizer = tf.train.adam(1e-3);\n  optimizer.minimize(() => {\n    const advantage = returns.sub(critic.apply(states) as tf.Tensor2D);\n    const chosen = tf.logSoftmax(actor.apply(states) as tf.Tensor2D).mul(actions).sum(1, true);\n    return chosen.mul(advantage).mean().neg().add(advantage.square().mean()) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'two heads of one network',
        code: `const trunk = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 8]));\nconst policy = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 3]));\nconst value = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 1]));\nexport const learn = (states: tf.Tensor2D, actions: tf.Tensor2D, returns: tf.Tensor2D) =>\n  tf.train.adam(1e-3).minimize(() => {\n    const features = states.matMul(trunk).tanh() as tf.Tensor2D;\n    const expected = features.matMul(value);\n    const surprise = tf.sub(returns, expected);\n    const chosen = tf.logSoftmax(features.matMul(policy)).mul(actions).sum(1, true);\n    return tf.mean(tf.mul(chosen, surprise)).neg().add(surprise.square().mean()) as tf.Scalar;\n  }, true, [trunk, policy, value]);`,
      },
    ],
    safe: [
      {
        title: 'a target that is computed before',
        code: `const optimizer = tf.train.adam(1e-3);\nexport function learn(q: tf.LayersModel, states: tf.Tensor2D, actions: tf.Tensor2D, rewards: tf.Tensor1D, next: tf.Tensor2D, alive: tf.Tensor1D) {\n  const target = tf.tidy(() => rewards.add((q.predict(next) as tf.Tensor2D).max(1).mul(0.99).mul(alive)));\n  return optimizer.minimize(() => {\n    const chosen = (q.apply(states) as tf.Tensor2D).mul(actions).sum(1);\n    return tf.losses.meanSquaredError(target, chosen) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'a gradient that is stopped',
        code: `const stopped = tf.customGrad((x) => ({ value: (x as tf.Tensor).clone(), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }));\nexport function learn(actor: tf.LayersModel, critic: tf.LayersModel, states: tf.Tensor2D, actions: tf.Tensor2D, returns: tf.Tensor2D) {\n  const optimizer = tf.train.adam(1e-3);\n  optimizer.minimize(() => {\n    const surprise = returns.sub(critic.apply(states) as tf.Tensor2D);\n    const chosen = tf.logSoftmax(actor.apply(states) as tf.Tensor2D).mul(actions).sum(1, true);\n    return chosen.mul(stopped(surprise)).mean().neg().add(surprise.square().mean()) as tf.Scalar;\n  });\n}`,
      },
      {
        title: 'the variables of the policy alone',
        code: `const policy = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 3]));\nconst value = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 1]));\nexport const learn = (states: tf.Tensor2D, actions: tf.Tensor2D, returns: tf.Tensor2D) =>\n  tf.train.adam(1e-3).minimize(() => {\n    const chosen = tf.logSoftmax(states.matMul(policy)).mul(actions).sum(1, true);\n    return tf.mean(tf.mul(chosen, tf.sub(returns, states.matMul(value)))).neg() as tf.Scalar;\n  }, true, [policy]);`,
      },
      {
        title: 'two views of one thing, both of which learn',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const align = (encoder: tf.LayersModel, one: tf.Tensor2D, other: tf.Tensor2D) =>\n  optimizer.minimize(() => tf.losses.meanSquaredError(encoder.apply(one) as tf.Tensor2D, encoder.apply(other) as tf.Tensor2D) as tf.Scalar);`,
      },
      {
        title: 'a weight that falls as the probability rises',
        code: `const optimizer = tf.train.adam(1e-3);\nexport const focal = (model: tf.LayersModel, x: tf.Tensor2D, y: tf.Tensor2D) =>\n  optimizer.minimize(() => {\n    const log = tf.logSoftmax(model.apply(x) as tf.Tensor2D);\n    return tf.sub(1, log.exp()).square().mul(log).mul(y).sum(1).mean().neg() as tf.Scalar;\n  });`,
      },
    ],
  },
});

function messageOf(site: Site, { kind, node, trained }: MovingTarget): string {
  const text = site.text(node);
  const names = listed(trained);
  const cure =
    'Compute it before, outside of the function that the gradient is taken of, or stop the gradient with `tf.customGrad`.';
  switch (kind) {
    case 'target':
      return `\`${text}\` is what the loss is fitted to, and a gradient flows through it: a step moves ${names} towards making the target look right. ${cure}`;
    case 'advantage':
      return `\`${text}\` weighs the logarithm of a probability, and a gradient flows through it: a step moves ${names} towards making the policy look good. ${cure}`;
    case 'twice':
      return `\`${site.text()}\` is in the loss twice, and a gradient flows through both sides of it each time, so that the second term only scales the first one. In each of them one side is to be given: stop its gradient with \`tf.customGrad\`.`;
  }
}
