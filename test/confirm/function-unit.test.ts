import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Bundler } from '../../src/confirm/bundle.js';
import type { InputForm } from '../../src/confirm/job.js';
import { RealmPool } from '../../src/confirm/realm-pool.js';
import {
  captured,
  FLOAT32,
  FLOAT64,
  jobFor,
  numberForm,
  parameter,
  root,
  Runs,
  scalar,
  seen,
  spanIn,
  tensorForm,
  unitIn,
  vector,
} from './units.js';

const pool = new RealmPool({ root, realms: 1 });
afterAll(() => pool.close());
const runs = new Runs(pool, (overlay) => new Bundler(overlay));
const observe = (example: Parameters<Runs['observe']>[0]) => runs.observe(example).then(seen);

const IMPORT = `import * as tf from '@tensorflow/tfjs';\n`;
const LOG2 = Math.fround(Math.log(2));

describe('ways to write a function', () => {
  it.each([
    [
      'exported',
      `${IMPORT}export function loss(x: tf.Tensor) { return tf.log(x).sum(); }`,
      'export function loss',
      'tf.log(x)',
    ],
    [
      'not exported',
      `${IMPORT}function loss(x: tf.Tensor) { return tf.log(x).sum(); }`,
      'function loss',
      'tf.log(x)',
    ],
    [
      'default export without a name',
      `${IMPORT}export default function (x: tf.Tensor) { return tf.log(x).sum(); }`,
      'export default',
      'tf.log(x)',
    ],
    ['arrow constant', `${IMPORT}const loss = (x: tf.Tensor) => x.log().sum();`, '(x: tf.Tensor)', 'x.log()'],
    [
      'in an object',
      `${IMPORT}const losses = { scale: 1, loss(x: tf.Tensor) { return x.log().sum(); } };`,
      'loss(x',
      'x.log()',
    ],
    ['callback', `${IMPORT}tf.tidy(() => tf.grad((x) => x.log().sum())(tf.scalar(2)));`, '(x) =>', 'x.log()'],
    [
      'named import',
      `import { log, sum, type Tensor } from '@tensorflow/tfjs';\nconst f = (x: Tensor) => sum(log(x));`,
      '(x: Tensor)',
      'log(x)',
    ],
    [
      'deep package',
      `import * as tfc from '@tensorflow/tfjs-core';\nconst f = (x: tfc.Tensor) => tfc.log(x).sum();`,
      '(x: tfc',
      'tfc.log(x)',
    ],
    ['global of a script tag', `function loss(x) { return tf.log(x).sum(); }`, 'function loss', 'tf.log(x)'],
  ])('%s', async (_, text, unit, site) => {
    const observation = await observe({ text, unit, site });
    expect(observation.thrown).toBeUndefined();
    expect(observation.siteCalls).toEqual([{ operands: { x: vector(1, 2) }, output: vector(0, LOG2) }]);
    expect(observation.outputs).toEqual([scalar(LOG2)]);
    expect(observation.gradients.get(1)).toEqual(vector(1, 0.5));
  });

  it('CommonJS', async () => {
    const text = `const tf = require('@tensorflow/tfjs-node');\nmodule.exports = { loss: function loss(x) { return tf.log(x); } };`;
    const observation = await observe({
      file: 'example.cjs',
      text,
      unit: 'function loss',
      site: 'tf.log(x)',
    });
    expect(observation.outputs).toEqual([vector(0, LOG2)]);
  });

  it('in a TSX file', async () => {
    const text = `import * as tf from '@tensorflow/tfjs';
      import { useState } from 'react';
      import './style.css';
      export const View = () => { const [x] = useState(1); return <p>{loss(tf.scalar(x)).dataSync()[0]}</p>; };
      const loss = <T extends tf.Tensor>(x: T) => tf.log(x);`;
    const observation = await observe({ file: 'example.tsx', text, unit: '<T extends', site: 'tf.log(x)' });
    expect(observation.outputs).toEqual([vector(0, LOG2)]);
  });

  it('a method, with the fields that it reads', async () => {
    const text = `${IMPORT}
      import { Session } from 'not-installed';
      export class Agent extends Session {
        private scale = 1;
        constructor() { super(); throw new Error('not constructed'); }
        half(x: tf.Tensor) { return x.div(2); }
        loss(x: tf.Tensor) { return tf.log(this.half(x).mul(this.scale).add(this.config.epsilon)); }
      }`;
    const observation = await observe({
      text,
      unit: 'loss(x',
      site: 'tf.log(this.half(x).mul(this.scale).add(this.config.epsilon))',
      more: { kind: 'method', className: 'Agent', methodName: 'loss' },
      inputs: [
        parameter('x', tensorForm(1)),
        { name: 'this.scale', source: 'this', form: tensorForm(2, []) },
        { name: 'this.config', source: 'this', form: { kind: 'object', fields: { epsilon: numberForm(3) } } },
      ],
      values: [
        [1, vector(2)],
        [2, scalar(3)],
        [3, scalar(0.5)],
      ],
    });
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(3.5) });
    expect([...observation.gradients.keys()]).toEqual([1, 2]);
  });

  it.each([
    ['of a class', 'class Model { get loss() { return tf.log(x).sum(); } }', 'method', undefined],
    ['of the class itself', 'class Model { static get loss() { return tf.log(x).sum(); } }', 'method', true],
    ['of an object', 'const model = { get loss() { return tf.log(x).sum(); } };', 'closure', undefined],
  ] as const)('a property %s that is computed when it is read', async (_, code, kind, isStatic) => {
    const observation = await observe({
      text: `${IMPORT}const x = tf.tensor1d([1, 2]);\n${code}`,
      unit: isStatic === true ? 'static get loss' : 'get loss',
      site: 'tf.log(x)',
      more: { kind, className: 'Model', methodName: 'loss', static: isStatic },
      inputs: [],
      values: [],
    });
    expect(observation.thrown).toBeUndefined();
    expect(observation.outputs).toEqual([scalar(LOG2)]);
  });

  it('a method that trains the weights it holds', async () => {
    const text = `${IMPORT}
      class Layer extends tf.layers.Layer {
        call(x: tf.Tensor) {
          tf.train.sgd(1).minimize(() => this.w.square().sum(), false, [this.w]);
          return tf.log(x.mul(this.kernel.read()));
        }
      }`;
    const observation = await observe({
      text,
      unit: 'call(x',
      site: 'tf.log(x.mul(this.kernel.read()))',
      more: { kind: 'method', className: 'Layer', methodName: 'call' },
      inputs: [
        parameter('x', tensorForm(1)),
        { name: 'this.kernel', source: 'this', form: tensorForm(2, []) },
        { name: 'this.w', source: 'this', form: tensorForm(3, []) },
      ],
      values: [
        [1, vector(1)],
        [2, scalar(4)],
        [3, scalar(1)],
      ],
    });
    expect(observation.thrown).toBeUndefined();
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(4) });
    expect(observation.gradients.get(2)).toEqual(scalar(0.25));
  });

  it('a parameter that is a variable, trained by the function', async () => {
    const text = `${IMPORT}
      export function train(x: tf.Tensor, w: tf.Variable) {
        tf.train.sgd(1).minimize(() => tf.log(x.mul(w)).sum());
      }`;
    const observation = await observe({
      text,
      unit: 'export function train',
      site: 'tf.log(x.mul(w))',
      inputs: [
        parameter('x', tensorForm(1)),
        parameter('w', { ...tensorForm(2), trained: true } as InputForm),
      ],
      values: [
        [1, vector(1)],
        [2, vector(4)],
      ],
    });
    expect(observation.thrown).toBeUndefined();
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(4) });
  });

  it('a static method, and one of a class inside a function', async () => {
    const text = `${IMPORT}
      function make() {
        const two = 2;
        class Inner { static loss(x: tf.Tensor) { return tf.log(x.mul(two)); } }
        return Inner;
      }`;
    const observation = await observe({
      text,
      unit: 'static loss',
      site: 'tf.log(x.mul(two))',
      more: { kind: 'method', static: true },
    });
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(2, 4) });
  });

  it('a closure: captured values are handed in, helpers come along', async () => {
    const text = `${IMPORT}
      export function makeLoss(epsilon: number, options: { unused: string }) {
        const two = 2;
        const shift = (x: tf.Tensor) => x.add(epsilon);
        return (x: tf.Tensor) => {
          const nothing = () => options.unused;
          return tf.log(shift(x).mul(two));
        };
      }`;
    const observation = await observe({
      text,
      unit: `(x: tf.Tensor) => {`,
      site: 'tf.log(shift(x).mul(two))',
      more: {
        kind: 'closure',
        inputs: [captured('epsilon', 'number'), captured('shift', 'opaque'), captured('options', 'opaque')],
      },
      inputs: [parameter('x', tensorForm(1)), { name: 'epsilon', source: 'captured', form: numberForm(2) }],
      values: [
        [1, vector(1)],
        [2, scalar(0.5)],
      ],
    });
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(3) });
  });

  it('takes arrays where it makes the tensors itself', async () => {
    const text = `${IMPORT}const loss = (rows: number[][]) => tf.log(tf.tensor2d(rows));`;
    const form = { ...tensorForm(1, [2, 1]), as: 'array' } as const;
    const x = { shape: [2, 1], dtype: 'float32', values: [1, 2] };
    const observation = await observe({
      text,
      unit: '(rows',
      site: 'tf.log(tf.tensor2d(rows))',
      inputs: [parameter('rows', form)],
      values: [[1, x]],
    });
    expect(observation.siteCalls[0]?.operands).toEqual({ x });
  });

  it('an asynchronous function, with its gradient', async () => {
    const text = `${IMPORT}
      async function loss(x: tf.Tensor) {
        await tf.nextFrame();
        const [first] = await x.data();
        return tf.log(x).mul(first);
      }`;
    const observation = await observe({
      text,
      unit: 'async function',
      site: 'tf.log(x)',
      values: [[1, vector(3, 2)]],
    });
    expect(observation.siteCalls).toHaveLength(1);
    expect(observation.gradients.get(1)).toEqual(vector(1, 1.5));
  });

  it('destructured parameters, lists and defaults', async () => {
    const text = `${IMPORT}function loss({ logits, temperature = 2 }, [first, second]: tf.Tensor[]) { return tf.log(logits.div(temperature)).add(first).sub(second); }`;
    const list = { kind: 'list' as const, elements: [tensorForm(2), tensorForm(3)] };
    const observation = await observe({
      text,
      unit: 'function loss',
      site: 'tf.log(logits.div(temperature))',
      inputs: [
        parameter('{ logits }', {
          kind: 'object',
          fields: { logits: tensorForm(1), temperature: { kind: 'unused' } },
        }),
        parameter('list', list),
      ],
      values: [
        [1, vector(2)],
        [2, vector(5)],
        [3, vector(4)],
      ],
    });
    expect(observation.outputs).toEqual([vector(1)]);
    expect(observation.gradients.get(3)).toEqual(vector(-1));
  });

  it('in a module that awaits', async () => {
    const text = `${IMPORT}await tf.setBackend('webgl');\nconst two = await Promise.resolve(2);\nexport const loss = (x: tf.Tensor) => tf.log(x.mul(two));`;
    const observation = await observe({ text, unit: '(x', site: 'tf.log(x.mul(two))' });
    expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(2, 4) });
  });

  it.each(['experimental', 'standard'])(
    'in a class with %s decorators that are not installed',
    async (kind) => {
      const parameters = kind === 'experimental' ? '@Inject() private x: number' : '';
      const text = `${IMPORT}
      import { Component, Inject, Input } from '@angular/core';
      @Component({ selector: 'app' })
      export class App {
        @Input() scale = 1;
        constructor(${parameters}) {}
        @Input() loss(x: tf.Tensor) { return tf.log(x); }
      }`;
      const observation = await observe({
        text,
        unit: '@Input() loss',
        site: 'tf.log(x)',
        more: { kind: 'method', className: 'App', methodName: 'loss' },
      });
      expect(observation.siteCalls[0]?.operands).toEqual({ x: vector(1, 2) });
    },
  );

  it('a module', async () => {
    const file = `${root}/test/confirm/module.ts`;
    const text = `${IMPORT}tf.log(tf.tensor1d([1, 0])).print();`;
    const bundled = await new Bundler(() => text).bundle(
      {
        name: '<module>',
        kind: 'module',
        span: { file, start: 0, end: text.length },
        differentiated: 'no',
        inputs: [],
      },
      { file, start: text.indexOf('tf.log'), end: text.indexOf('.print') },
    );
    const observation = seen(await pool.observe(jobFor(bundled, 'log', []), [], FLOAT32));
    expect(observation.siteCalls).toEqual([{ operands: { x: vector(1, 0) }, output: vector(0, -Infinity) }]);
  });
});

describe('ways to write a site', () => {
  it.each([
    [
      'with await and spread',
      'async (x) => { const args = [Promise.resolve(x)]; return tf.log(...[await args[0]]); }',
      'tf.log(...[await args[0]])',
    ],
    ['optional call', '(x) => x?.log()', 'x?.log()'],
    ['optional call in a chain', '(x) => x?.log().mul(1)', 'x?.log()'],
    ['element access', `(x) => tf['log'](x)`, `tf['log'](x)`],
    ['non-null assertion', '(x: tf.Tensor | undefined) => x!.log()', 'x!.log()'],
    ['a function in a variable', '(x) => { const f = tf.log; return f(x); }', 'f(x)'],
    ['call and apply', '(x) => tf.log.apply(null, [x])', 'tf.log.apply(null, [x])'],
    ['through apply', '(x) => Reflect.apply(tf.log, null, [x])', 'Reflect.apply(tf.log, null, [x])'],
  ])('%s', async (_, expression, site) => {
    const text = `${IMPORT}const unit = ${expression};`;
    const observation = await observe({ text, unit: expression.slice(0, 6), site });
    expect(observation.thrown).toBeUndefined();
    expect(observation.siteCalls).toEqual([{ operands: { x: vector(1, 2) }, output: vector(0, LOG2) }]);
  });

  it('tells the ops in the operands of the site from the site', async () => {
    const text = `${IMPORT}const unit = (x) => tf.sqrt(tf.log(x).exp());`;
    const inner = await observe({
      text,
      unit: '(x)',
      site: 'tf.sqrt(tf.log(x).exp())',
      op: 'sqrt',
      values: [[1, vector(0)]],
    });
    expect(inner.origin).toEqual({ kernel: 'Log', during: 'forward', atSite: false });
    const outer = await observe({ text, unit: '(x)', site: 'tf.log(x)', values: [[1, vector(0)]] });
    expect(outer.origin).toEqual({ kernel: 'Log', during: 'forward', atSite: true });
  });

  it('a layer', async () => {
    const text = `${IMPORT}const unit = (x: tf.Tensor) => tf.layers.reLU().apply(x);`;
    const observation = await observe({
      text,
      unit: '(x',
      site: 'tf.layers.reLU().apply(x)',
      op: 'relu',
      inputs: [parameter('x', tensorForm(1, [1, 2]))],
    });
    expect(observation.siteCalls).toEqual([{ operands: { x: vector(1, 2) }, output: vector(1, 2) }]);
  });

  it('in another file than the function', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gradlint-'));
    const [file, helper] = [path.join(folder, 'main.ts'), path.join(folder, 'helper.ts')];
    const text = `import { safeLog } from './helper.js';\nexport const unit = (x) => safeLog(x).sum();`;
    const helperText = `${IMPORT}export const safeLog = (x) => tf.log(x);`;
    writeFileSync(file, text);
    writeFileSync(helper, helperText);
    const bundled = await new Bundler().bundle(
      unitIn(file, text, '(x)'),
      spanIn(helper, helperText, 'tf.log(x)'),
    );
    const observation = seen(
      await pool.observe(jobFor(bundled, 'log', [parameter('x', tensorForm(1))]), [[1, vector(1)]], FLOAT32),
    );
    expect(observation.siteCalls).toEqual([{ operands: { x: vector(1) }, output: vector(0) }]);
    rmSync(folder, { recursive: true });
  });

  it('JavaScript arithmetic', async () => {
    const text = `${IMPORT}const unit = (x: number) => 1 / x;`;
    const observation = await observe({
      text,
      unit: '(x',
      site: '1 / x',
      op: 'js.div',
      inputs: [parameter('x', numberForm(1))],
      values: [[1, scalar(0)]],
    });
    const number = { shape: [], dtype: 'number', values: [Infinity] };
    expect(observation.siteCalls.map((call) => call.output)).toEqual([number]);
    expect(observation.outputs).toEqual([number]);
  });

  it('several tensors at once', async () => {
    const text = `${IMPORT}const unit = (x: tf.Tensor) => tf.moments(x).variance;`;
    const observation = await observe({ text, unit: '(x', site: 'tf.moments(x)', op: 'moments' });
    expect(observation.siteCalls.map((call) => call.output)).toEqual([scalar(1.5), scalar(0.25)]);
  });
});

describe('gradients', () => {
  it('names the gradient of the site when it breaks first', async () => {
    const text = `${IMPORT}const unit = (x) => tf.sqrt(x).mul(0);`;
    const observation = await observe({
      text,
      unit: '(x)',
      site: 'tf.sqrt(x)',
      op: 'sqrt',
      values: [[1, vector(0)]],
    });
    expect(observation.gradients.get(1)).toEqual(vector(NaN));
    expect(observation.origin).toEqual({ kernel: 'RealDiv', during: 'backward', atSite: true });
  });

  it('and the gradient of another op when that one does', async () => {
    const text = `${IMPORT}const unit = (x) => tf.sqrt(x).mul(x.square().log().exp());`;
    const observation = await observe({
      text,
      unit: '(x)',
      site: 'x.square().log().exp()',
      op: 'exp',
      values: [[1, vector(0)]],
    });
    expect(observation.origin).toEqual({ kernel: 'Log', during: 'forward', atSite: false });
  });

  it('of a custom gradient', async () => {
    const text = `${IMPORT}const unit = (x) => tf.customGrad((y) => ({ value: y.square(), gradFunc: (dy) => dy.div(0) }))(x);`;
    const observation = await observe({
      text,
      unit: '(x)',
      site: 'tf.customGrad((y) => ({ value: y.square(), gradFunc: (dy) => dy.div(0) }))(x)',
    });
    expect(observation.origin).toEqual({ kernel: 'RealDiv', during: 'backward', atSite: true });
  });

  it('that TensorFlow.js does not have', async () => {
    const text = `${IMPORT}const unit = (x) => tf.where(x.greater(0), tf.log(x), x);`;
    const observation = await observe({ text, unit: '(x)', site: 'tf.log(x)' });
    expect(observation.thrown?.during).toBe('backward');
    expect(observation.thrown?.message).toContain('gradient function not found for Greater');
    expect(observation.thrown?.atSite).toBe(false);
    expect(observation.siteCalls).toHaveLength(1);
  });

  it('that throws at the site, or elsewhere', async () => {
    const text = `${IMPORT}const unit = (x) => tf.log(tf.maximum(x, tf.ones([2, 2])));`;
    const maximum = await observe({
      text,
      unit: '(x)',
      site: 'tf.maximum(x, tf.ones([2, 2]))',
      op: 'maximum',
    });
    expect(maximum.thrown).toMatchObject({ during: 'backward', atSite: true });
    const log = await observe({ text, unit: '(x)', site: 'tf.log(tf.maximum(x, tf.ones([2, 2])))' });
    expect(log.thrown).toMatchObject({ during: 'backward', atSite: false });
  });

  it('are not asked for where the site throws', async () => {
    const text = `${IMPORT}const unit = (x) => tf.log(x.add(tf.ones([3])));`;
    const add = await observe({ text, unit: '(x)', site: 'x.add(tf.ones([3]))', op: 'add' });
    expect(add.thrown).toMatchObject({ during: 'forward', atSite: true });
    const log = await observe({ text, unit: '(x)', site: 'tf.log(x.add(tf.ones([3])))' });
    expect(log.thrown).toMatchObject({ during: 'forward', atSite: false });
  });

  it('of the site, where the unit trains by itself', async () => {
    const text = `${IMPORT}
      function step(x: tf.Tensor) {
        const w = tf.variable(tf.scalar(2), true, 'w');
        tf.train.sgd(0.1).minimize(() => tf.log(x.mul(w)).sum());
        return w.dataSync()[0];
      }`;
    for (let time = 0; time < 2; time += 1) {
      const observation = await observe({ text, unit: 'function step', site: 'tf.log(x.mul(w))' });
      expect(observation.thrown).toBeUndefined();
      expect(observation.gradients.get(1)).toEqual(vector(1, 0.5));
    }
  });
});

describe('runs', () => {
  it('start from the same state, whatever the run before did', async () => {
    const text = `${IMPORT}
      const w = tf.variable(tf.scalar(1));
      const unit = (x) => { w.assign(w.add(1)); tf.keep(tf.ones([1000])); setInterval(() => {}, 1); return tf.log(x.mul(w)).add(tf.randomNormal([1])).add(Math.random()); };`;
    const example = { text, unit: '(x)', site: 'tf.log(x.mul(w))' };
    const first = await observe(example);
    expect(await observe(example)).toEqual(first);
    expect(first.siteCalls[0]?.operands).toEqual({ x: vector(2, 4) });
  });

  it('see the same random numbers in both precisions', async () => {
    const text = `${IMPORT}const unit = (x) => tf.log(tf.randomUniform([2])).add(x);`;
    const example = { text, unit: '(x)', site: 'tf.log(tf.randomUniform([2]))' };
    const [float32, float64] = [await observe(example), await observe({ ...example, options: FLOAT64 })];
    expect(float64.siteCalls[0]?.operands).toEqual(float32.siteCalls[0]?.operands);
    expect(float64.siteCalls[0]?.output).not.toEqual(float32.siteCalls[0]?.output);
  });
});

it('is called though its module throws further down, as a program that is wrong may', async () => {
  const text = `${IMPORT}const unit = (x) => tf.log(x);\nthrow new Error('Shapes 8,1 and 8 do not fit');`;
  const { siteCalls, thrown } = await observe({ text, unit: '(x)', site: 'tf.log(x)' });
  expect(thrown).toBeUndefined();
  expect(siteCalls).toHaveLength(1);
});

describe('units that cannot be called', () => {
  it.each([
    [
      'a private method',
      `${IMPORT}class A { #loss(x) { return tf.log(x); } }`,
      '#loss(x)',
      'private or computed name',
    ],
    ['a syntax error', `${IMPORT}const unit = (x) => tf.log(x); const const;`, '(x)', 'it cannot be bundled'],
  ])('%s', async (_, text, unit, reason) => {
    await expect(runs.observe({ text, unit, site: 'tf.log(x)' })).rejects.toThrow(reason);
  });

  it.each([
    [
      'it throws while it loads',
      `${IMPORT}throw new Error('not today'); const unit = (x) => tf.log(x);`,
      'its module cannot be loaded: not today',
    ],
    [
      'it uses what is not there',
      `${IMPORT}import { f } from 'not-installed'; const unit = (x) => { f(x); return tf.log(x); };`,
      'it uses `not-installed.f()`',
    ],
    [
      'it reads files',
      `${IMPORT}import fs from 'fs'; const unit = (x) => { fs.readFileSync('x'); return tf.log(x); };`,
      'it uses `fs.readFileSync()`',
    ],
  ])('%s', async (_, text, reason) => {
    expect(await runs.observe({ text, unit: '(x)', site: 'tf.log(x)' })).toContain(reason);
  });
});

it('kernels and gradients that a module registers go with it', async () => {
  const unit = '(x: tf.Tensor)';
  const site = 'tf.log(x)';
  const square = `const f = (x: tf.Tensor) => tf.log(x).square().sum();`;
  const gradient = `tf.registerGradient({ kernelName: 'Square', gradFunc: (dy) => ({ x: () => dy.mul(7) }) });`;
  const kernel = `tf.unregisterKernel('Square', 'cpu');
    tf.registerKernel({ kernelName: 'Square', backendName: 'cpu', kernelFunc: ({ inputs }) => tf.mul(inputs.x, 5) });`;
  const changed = await observe({ text: `${IMPORT}${gradient}\n${kernel}\n${square}`, unit, site });
  expect(changed.outputs[0]!.values[0]).toBeCloseTo(5 * LOG2);
  expect(changed.gradients.get(1)!.values).toEqual([7, 3.5]);
  const after = await observe({ text: `${IMPORT}${square}`, unit, site });
  expect(after.outputs[0]!.values[0]).toBeCloseTo(LOG2 ** 2);
  expect(after.gradients.get(1)!.values[1]).toBeCloseTo(LOG2);
});
