/** Code around tensors that has methods, names and numbers like theirs, and is none of theirs. */
import { describe, expect, it } from 'vitest';
import { reported } from './lower.js';

const TENSORFLOW = `import * as tf from '@tensorflow/tfjs';\n`;

const found = (code: string): string[] =>
  reported({ 'main.ts': TENSORFLOW + code }).map(({ rule, severity }) => `${severity} ${rule}`);

describe('vectors of another library', () => {
  it('have dot products that are numbers', () => {
    const program = `import { Vector3 } from 'three';
const axis = new Vector3(0, 1, 0);
export function facing(normal, light) {
  const amount = normal.dot(light);
  return amount > 0 ? amount * normal.dot(axis) / axis.dot(axis) : 0;
}`;
    expect(found(program)).toEqual([]);
  });

  it('are no tensors where `new` makes them', () => {
    const program = `import * as THREE from 'three';
const ray = new THREE.Vector3();
export const along = (x: tf.Tensor1D, scale: number) => {
  const length = ray.sub(ray).square();
  return x.mul(scale * length);
};`;
    expect(found(program)).toEqual([]);
  });

  it('but a tensor beside the namespace is one, whatever the name of its method', () => {
    const program = `export function facing(normal, light) {
  const amount = normal.dot(light);
  return tf.relu(amount).sum() > 0 ? amount * 2 : 0;
}`;
    expect(found(program)).toEqual(['warning tensor-as-array', 'warning tensor-arithmetic']);
  });
});

describe('a method that is handed what no op takes', () => {
  it.each([`ui.div('Commands:')`, 'ui.div({ text: "Commands:", width: 8 })', 'ui.sum((row) => row.price)'])(
    'is that of something else: %s',
    (call) => {
      expect(found(`export function help(ui, x: tf.Tensor) {\n  ${call};\n  return tf.relu(x);\n}`)).toEqual(
        [],
      );
    },
  );
});

describe('places of a list that was made of what callers hand in', () => {
  it.each(['Array.from(given, Number)', 'given.map(parse)', '[...given]', 'given.slice()'])(
    'hold two numbers: %s',
    (list) => {
      const program = `export function scaled(x: number, given: any, parse: any) {
  const ends = ${list};
  return Math.log1p(Math.abs((x - ends[0]) / (ends[1] - ends[0])));
}`;
      expect(found(program)).not.toContain('warning division-near-zero');
    },
  );
});

describe('names that JavaScript gives to other things', () => {
  it('of a class that takes one of its own kind', () => {
    const program = `export class Box {
  constructor({ inner, scale }: Box) {
    this.scale = inner.scale * scale;
  }
  scale: number;
  apply(x: tf.Tensor) { return x.exp().mul(this.scale); }
}`;
    expect(found(program)).toEqual(['warning exp-overflow']);
  });

  it('of a file, and of a field of a map', () => {
    const program = `import { add } from './constructor';
const kept = new Map([['a', 1]]);
kept.set = kept.get;
export function total(x: tf.Tensor) {
  let sum = 0;
  for (const [, value] of kept) sum += value;
  return add(x, sum);
}`;
    expect(found(program)).toEqual([]);
  });
});
