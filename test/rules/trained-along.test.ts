/** What a step without a list of variables trains, and was to leave alone. */
import { describe, expect, it } from 'vitest';
import { reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` }).map(
    ({ rule, severity, message }) =>
      rule === 'trained-along'
        ? `${severity}: ${message.replace(/^[^`]*(?:the weights of|both) (.*?)(?: are moved|, which) .*$/, '$1')}`
        : rule,
  );

const step = (loss: string, before = '', list = ''): string => `
const optimizer = tf.train.sgd(0.1);
export function step(net: tf.LayersModel, targetNet: tf.LayersModel, x: tf.Tensor2D) {
  ${before}
  return optimizer.minimize(() => ${loss} as tf.Scalar${list});
}`;

const LOSS = '(net.apply(x) as tf.Tensor).sub(targetNet.apply(x) as tf.Tensor).square().mean()';

describe('a target network in a loss', () => {
  it('is trained along, whatever it is called', () => {
    expect(told(step(LOSS))).toEqual(['warning: `targetNet`']);
    const named = (one: string, other: string): string[] =>
      told(step(LOSS).replaceAll('targetNet', other).replaceAll('net', one));
    expect(named('policy', 'oldPolicy')).toEqual(['warning: `oldPolicy`']);
    expect(named('net', 'oldPolicy')).toEqual([]);
    expect(told(step(LOSS).replaceAll('targetNet', 'critic_ema'))).toEqual(['warning: `critic_ema`']);
    expect(told(step(LOSS).replaceAll('targetNet', 'target2'))).toEqual(['warning: `target2`']);
  });

  it('not where it has another part in the game', () => {
    expect(told(step(LOSS).replaceAll('targetNet', 'encoder'))).toEqual([]);
  });

  it('not with a list, nor with one that nobody knows', () => {
    expect(told(step(LOSS, '', ', true, net.trainableWeights.map((w) => w.read() as tf.Variable)'))).toEqual(
      [],
    );
    const given = step(LOSS, '', ', true, list').replace(
      'x: tf.Tensor2D)',
      'x: tf.Tensor2D, list?: tf.Variable[])',
    );
    expect(told(given)).toEqual([]);
  });

  it('not where its result is no more than numbers', () => {
    const read = LOSS.replace(
      'targetNet.apply(x) as tf.Tensor',
      'tf.tensor2d((targetNet.predict(x) as tf.Tensor2D).arraySync())',
    );
    expect(told(step(read))).toEqual([]);
    expect(
      told(
        step(
          '(net.apply(x) as tf.Tensor).sub(wanted).square().mean()',
          'const wanted = targetNet.apply(x) as tf.Tensor;',
        ),
      ),
    ).toEqual([]);
  });

  it('not where the file says that it stays', () => {
    expect(told(step(LOSS, 'targetNet.trainable = false;'))).toEqual([]);
    expect(told(step(LOSS, 'for (const layer of targetNet.layers) layer.trainable = false;'))).toEqual([]);
    expect(told(step(LOSS, 'freeze(targetNet);'))).toEqual([]);
  });

  it('though the file says so of another model', () => {
    const other = `export function probe(trunk: tf.LayersModel) {\n  trunk.trainable = false;\n  return trunk;\n}\n${'// and so on\n'.repeat(20)}`;
    expect(told(other + step(LOSS))).toEqual(['warning: `targetNet`']);
  });

  it('not where it is what learns', () => {
    expect(told(step('(targetNet.apply(x) as tf.Tensor).sub(x).square().mean()'))).toEqual([]);
  });
});

describe('what only sounds like a copy', () => {
  const both = (one: string, other: string): string[] =>
    told(step(LOSS).replaceAll('targetNet', other).replaceAll('net', one));

  it('is named for what it is of', () => {
    for (const name of [
      'targetHead',
      'targetEmbedding',
      'referencePoints',
      'slowPathway',
      'fixedEffects',
      'previousDayWeights',
    ])
      expect(both('context', name), name).toEqual([]);
  });

  it('reads for another model', () => {
    expect(
      told(step('(net.apply(targetNet.apply(x) as tf.Tensor) as tf.Tensor).sub(x).square().mean()')),
    ).toEqual([]);
  });

  it('learns by itself too', () => {
    const own = '(targetNet.apply(x) as tf.Tensor).sub(x).square().mean()';
    expect(told(step(`${LOSS}.add(${own})`))).toEqual([]);
  });

  it('is kept off the tape by a gradient of 0', () => {
    const stop =
      'const stop = tf.customGrad((y) => ({ value: (y as tf.Tensor).clone(), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }));';
    expect(
      told(
        stop + step(LOSS.replace('targetNet.apply(x) as tf.Tensor', 'stop(targetNet.apply(x) as tf.Tensor)')),
      ),
    ).toEqual([]);
  });

  it('is a graph, whose weights are no variables', () => {
    expect(told(step(LOSS).replace('targetNet: tf.LayersModel', 'targetNet: tf.GraphModel'))).toEqual([]);
    const picked = (model: string): string => `
const table = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 3]));
const optimizer = tf.train.sgd(0.1);
export const step = (scores: ${model}, x: tf.Tensor2D) =>
  optimizer.minimize(() => table.gather((scores.predict(x) as tf.Tensor2D).argMax(1).toInt()).square().mean() as tf.Scalar);`;
    expect(told(picked('tf.GraphModel'))).toEqual([]);
    expect(told(picked('tf.LayersModel'))).toEqual(['broken-backward']);
  });

  it('is a variable of its own', () => {
    const pair = (name: string): string =>
      `const context = tf.variable(tf.zeros([4]));\nconst ${name} = tf.variable(tf.zeros([4]));\nconst optimizer = tf.train.sgd(0.1);\nexport const step = (x: tf.Tensor1D) => optimizer.minimize(() => x.mul(context).sub(${name}).square().mean() as tf.Scalar);`;
    expect(told(pair('target'))).toEqual([]);
    expect(told(pair('momentum'))).toEqual([]);
  });
});

describe('gradients by name', () => {
  const named = (apply: string): string => `
const optimizer = tf.train.sgd(0.1);
export function step(net: tf.LayersModel, teacher: tf.LayersModel, x: tf.Tensor2D) {
  const { grads } = tf.variableGrads(() => ${LOSS.replace('targetNet', 'teacher')} as tf.Scalar);
  ${apply}
}`;

  it('are applied as they are', () => {
    expect(told(named('optimizer.applyGradients(grads);'))).toEqual(['warning: `teacher`']);
  });

  it('or clipped first', () => {
    const clipped = 'for (const name of Object.keys(grads)) grads[name] = grads[name]!.clipByValue(-1, 1);';
    expect(told(named(`${clipped}\n  optimizer.applyGradients(grads);`))).toEqual(['warning: `teacher`']);
  });

  it('or go to nobody', () => {
    expect(told(named('return grads;'))).toEqual([]);
  });

  it('or are those of another step', () => {
    const other = `export const other = (list: tf.Variable[], x: tf.Tensor2D) => {\n  const { grads } = tf.variableGrads(() => x.mean() as tf.Scalar, list);\n  optimizer.applyGradients(grads);\n};`;
    expect(told(named('return Object.keys(grads);') + other)).toEqual([]);
  });

  it('or picked first', () => {
    const mine = 'const mine = { w: grads["w"]! };\n  optimizer.applyGradients(mine);';
    expect(told(named(mine))).toEqual([]);
    const picked = 'for (const name of Object.keys(grads)) if (name.startsWith("t_")) delete grads[name];';
    expect(told(named(`${picked}\n  optimizer.applyGradients(grads);`))).toEqual([]);
  });
});

describe('objects of a class with variables of their own', () => {
  const agent = (list: string, made = 'tf.zeros([4, 2])'): string => `
class Net {
  w = tf.variable(${made});
  forward(x: tf.Tensor2D) { return tf.matMul(x, this.w as unknown as tf.Tensor2D).tanh(); }
}
export class Agent {
  online = new Net();
  target = new Net();
  optimizer = tf.train.sgd(0.1);
  learn(x: tf.Tensor2D, y: tf.Tensor2D) {
    return this.optimizer.minimize(() => {
      const wanted = this.target.forward(y);
      return this.online.forward(x).sub(wanted).square().mean() as tf.Scalar;
    }${list});
  }
}`;

  it('are told by the field that holds them', () => {
    expect(told(agent(''))).toEqual(['warning: `this.target`']);
    expect(told(agent(', true, [this.online.w]'))).toEqual([]);
    expect(told(agent('', 'tf.zeros([4, 2]), false'))).toEqual([]);
  });
});

describe('two players', () => {
  const game = (dList: string, gList: string, more = true): string => `
export class Game {
  constructor(private generator: tf.LayersModel, private discriminator: tf.LayersModel, private opt: tf.Optimizer) {}
  judge(x: tf.Tensor, wanted: number) {
    return tf.sub(wanted, this.discriminator.apply(x) as tf.Tensor).square().mean();
  }
  ${more ? `forDiscriminator(real: tf.Tensor2D) { return this.opt.minimize(() => this.judge(real, 1) as tf.Scalar${dList}); }` : ''}
  forGenerator(z: tf.Tensor2D) {
    return this.opt.minimize(() => this.judge(this.generator.apply(z) as tf.Tensor, 1) as tf.Scalar${gList});
  }
}`;

  it('are both trained by the step of one', () => {
    expect(told(game('', ''))).toEqual(['warning: `this.generator` and `this.discriminator`']);
  });

  it('not with a list', () => {
    const list = ', true, this.generator.trainableWeights.map((w) => w.read() as tf.Variable)';
    expect(told(game('', list))).toEqual([]);
  });

  it('not where there is one step for both', () => {
    expect(told(game('', '', false))).toEqual([]);
  });
});
