import { describe, expect, it } from 'vitest';
import { found } from './lower.js';

const VAE = `
  import * as tf from '@tensorflow/tfjs';
  export class Vae {
    constructor() { this.head = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [8] })] }); }
    encode(x) { return tf.clipByValue(this.head.apply(x), -8, 8); }
  }
  export class Vq { encode(x) { return x; } }`;

const spread = (name: string, imported = 'Vae', method = 'encode'): string[] =>
  found({
    'main.js': `
      import * as tf from '@tensorflow/tfjs';
      import { ${imported} } from './vae.js';
      export const spread = (${name}, x) => tf.exp(${name}.${method}(x));`,
    'vae.js': VAE,
  });

/** In JavaScript no type says what `vae` is; where one class of that name is imported, its name does. */
describe('parameters that are named after a class', () => {
  it.each(['vae', 'targetVae'])('are objects of it: %s', (name) => {
    expect(spread(name)).toEqual([]);
  });

  it.each([
    ['another name', spread('encoder')],
    ['no such class in sight', spread('vae', 'Vq')],
    ['no such method', spread('vae', 'Vae', 'embed')],
    ['a name that is anybody’s', spread('v')],
  ])('are not with %s', (_why, findings) => {
    expect(findings).toHaveLength(1);
  });
});
