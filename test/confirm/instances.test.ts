/** Inputs whose type is a class of the project are made as objects of it, without their constructors. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.js';
import { Confirmer } from '../../src/confirm/confirm.js';
import type { Verdict } from '../../src/report/report.js';
import { folder } from '../folder.js';

const closing: Confirmer[] = [];
afterAll(() => closing.forEach((confirmer) => confirmer.close()));

const AGENT = `import * as tf from '@tensorflow/tfjs';
export class Net {
  kernel: tf.Tensor2D;
  constructor(units: number) {
    this.kernel = tf.zeros([units, units]);
  }
  forward(x: tf.Tensor2D) {
    return tf.matMul(x, this.kernel);
  }
}
export class Agent {
  temperature = 1;
  calls = 0;
  scaled(x: tf.Tensor) {
    this.calls = 1;
    return x.div(this.temperature).mul(this.calls);
  }
  cool(temperature: number) {
    this.temperature = temperature;
  }
}
export abstract class Policy {
  scaled(x: tf.Tensor) {
    return x;
  }
}
`;

/** The verdict on the only finding of a file, beside `agent.ts`; undefined if there is none. */
async function verdictOn(code: string, file = 'main.ts'): Promise<Verdict | undefined> {
  const root = folder({
    'agent.ts': AGENT,
    'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
    [file]: `import * as tf from '@tensorflow/tfjs';\n${code}\n`,
  });
  const main = path.join(root, file);
  const findings = new Analyser(root, {}).analyse([main]).filter(({ manifest }) => manifest);
  expect(findings.length).toBeLessThanOrEqual(1);
  const confirmer = new Confirmer({ root, mode: 'function' });
  closing.push(confirmer);
  return findings[0] && (await confirmer.confirm(findings[0]));
}

const byFunction = { status: 'confirmed', evidence: 'function', failure: 'overflow' };

describe('the methods of an input are followed, and run', () => {
  it('of a parameter, whose class is imported as a type only', async () => {
    const verdict = await verdictOn(`import type { Agent } from './agent';
export function loss(agent: Agent, x: tf.Tensor2D) {
  return tf.exp(agent.scaled(x)).sum();
}`);
    expect(verdict).toMatchObject(byFunction);
    // What the method writes before it reads it is no input.
    expect(verdict?.witness?.inputs.map(({ name }) => name)).toEqual(['agent.temperature', 'x']);
  });

  it('of a field of the class that the method stands in', async () => {
    const verdict = await verdictOn(`import { Agent } from './agent';
export class Trainer {
  constructor(private readonly agent: Agent) {}
  step(x: tf.Tensor2D) {
    return tf.exp(this.agent.scaled(x));
  }
}`);
    expect(verdict).toMatchObject(byFunction);
  });

  it('of an object that the constructor makes', async () => {
    const verdict = await verdictOn(`import { Net } from './agent';
export class Model {
  private readonly net = new Net(3);
  step(x: tf.Tensor2D) {
    return tf.exp(this.net.forward(x).add(x));
  }
}`);
    expect(verdict).toMatchObject(byFunction);
  });

  it.each([
    ['imported', `import { Agent } from './agent';\n/** @param {Agent} agent */`],
    ['imported by an alias', `import { Agent } from '@/agent';\n/** @param {Agent} agent */`],
    ['named in the comment alone', `/** @param {import('./agent').Agent} agent */`],
  ])('of a parameter of JavaScript, whose class is %s', async (_, above) => {
    const loss = 'export const loss = (agent, x) => tf.exp(agent.scaled(x)).sum();';
    expect(await verdictOn(`${above}\n${loss}`, 'main.js')).toMatchObject(byFunction);
  });

  it('of a class of the same file that is not exported', async () => {
    const verdict = await verdictOn(`
class Scale {
  apply(x: tf.Tensor) {
    return x.mul(2);
  }
}
export const f = (scale: Scale, x: tf.Tensor) => tf.exp(scale.apply(x));`);
    expect(verdict).toMatchObject(byFunction);
  });
});

it('a method of an abstract class is run on an object of the class that fills it in', async () => {
  const verdict = await verdictOn(`
abstract class Graph {
  protected abstract infer(x: tf.Tensor2D): tf.Tensor2D;
  entropy(labels: tf.Tensor2D, x: tf.Tensor2D) {
    return labels.mul(tf.log(this.infer(x))).sum().neg();
  }
}
export class Linear extends Graph {
  private readonly kernel = tf.variable(tf.zeros([2, 3])) as tf.Variable<tf.Rank.R2>;
  protected infer(x: tf.Tensor2D) {
    return tf.softmax(x.matMul(this.kernel));
  }
}`);
  expect(verdict).toMatchObject({ ...byFunction, failure: 'infinity' });
});

it('of an abstract class there are no objects: nothing is said of what its methods give', async () => {
  const verdict = await verdictOn(`import { Policy } from './agent';
export const f = (policy: Policy, x: tf.Tensor) => tf.log(tf.softmax(policy.scaled(x)));`);
  expect(verdict?.evidence).toBe('slice');
});
