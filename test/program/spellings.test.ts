import { describe, expect, it } from 'vitest';
import { formulas, type Files } from './lower.js';

/** All spellings of one op are one op: each of these programs has a function `f` that takes the logarithm of `p`. */

const CORE = '@tensorflow/tfjs-core';
const TF = `import * as tf from '@tensorflow/tfjs';`;

/** A program is one file, or several with `main.ts` among them. */
type Program = string | Files;

const calls: Record<string, string> = {
  'function of the namespace': `export const f = (p: tf.Tensor) => tf.log(p);`,
  chained: `export const f = (p: tf.Tensor) => p.log();`,
  'chained, of a parameter without a type': `export const f = (p) => p.log();`,
  'optional chaining': `export const f = (p?: tf.Tensor) => p?.log();`,
  'optional call': `export const f = (p: tf.Tensor) => p.log?.();`,
  'non-null assertion': `export const f = (p: tf.Tensor | null) => p!.log();`,
  'element access': `export const f = (p: tf.Tensor) => tf['log'](p);`,
  'element access by a constant': `const op = 'log'; export const f = (p: tf.Tensor) => tf[op](p);`,
  'element access, chained': `export const f = (p: tf.Tensor) => p['log']();`,
  'template as a name': 'export const f = (p: tf.Tensor) => tf[`log`](p);',
  call: `export const f = (p: tf.Tensor) => tf.log.call(null, p);`,
  apply: `export const f = (p: tf.Tensor) => tf.log.apply(undefined, [p]);`,
  bind: `export const f = (p: tf.Tensor) => tf.log.bind(null)(p);`,
  'bind with the argument': `export const f = (p: tf.Tensor) => tf.log.bind(null, p)();`,
  'Reflect.apply': `export const f = (p: tf.Tensor) => Reflect.apply(tf.log, undefined, [p]);`,
  'spread argument': `export const f = (p: tf.Tensor) => tf.log(...[p]);`,
  cast: `export const f = (p: tf.Tensor) => (tf.log as any)(p as any);`,
  satisfies: `export const f = (p: tf.Tensor) => (tf satisfies object).log(p satisfies tf.Tensor);`,
  'parentheses and comma': `export const f = (p: tf.Tensor) => (0, tf.log)(p);`,
  await: `export async function f(p: tf.Tensor) { return await tf.log(await p); }`,
  then: `export const f = (p: tf.Tensor) => Promise.resolve(p).then((q) => tf.log(q));`,
  'then with the function itself': `export const f = (p: tf.Tensor) => Promise.resolve(p).then(tf.log);`,
  'then and catch and finally': `export const f = (p: tf.Tensor) => Promise.resolve(p).catch(() => p).then((q) => q.log()).finally(() => {});`,
  'alias of the function': `const ln = tf.log; export const f = (p: tf.Tensor) => ln(p);`,
  'alias of the namespace': `const t = tf; export const f = (p: tf.Tensor) => t.log(p);`,
  'alias inside the function': `export function f(p: tf.Tensor) { const ln = tf.log; return ln(p); }`,
  'destructured namespace': `const { log } = tf; export const f = (p: tf.Tensor) => log(p);`,
  'destructured and renamed': `const { log: ln } = tf; export const f = (p: tf.Tensor) => ln(p);`,
  'destructured by an assignment': `let ln; ({ log: ln } = tf); export const f = (p: tf.Tensor) => ln(p);`,
  'destructured with a default': `const { log = null } = tf; export const f = (p: tf.Tensor) => log(p);`,
  'destructured parameter': `const g = ({ log }, p) => log(p); export const f = (p: tf.Tensor) => g(tf, p);`,
  'field of an object': `const ops = { ln: tf.log }; export const f = (p: tf.Tensor) => ops.ln(p);`,
  'element of a list': `const ops = [tf.exp, tf.log]; export const f = (p: tf.Tensor) => ops[1](p);`,
  'argument of a function': `const on = (op, p) => op(p); export const f = (p: tf.Tensor) => on(tf.log, p);`,
  'callback of map': `export const f = (p: tf.Tensor) => [p].map(tf.log)[0];`,
  'callback of map, of a wrapper': `export const f = (p: tf.Tensor) => [p].map((q) => q.log())[0];`,
  'result of a function': `const pick = () => tf.log; export const f = (p: tf.Tensor) => pick()(p);`,
  curried: `const lift = (op) => (p) => op(p); const ln = lift(tf.log); export const f = (p: tf.Tensor) => ln(p);`,
  composed: `const compose = (...fs) => (x) => fs.reduce((y, op) => op(y), x);
    const ln = compose((x) => x, tf.log); export const f = (p: tf.Tensor) => ln(p);`,
  reassigned: `let op = tf.exp; op = tf.log; export const f = (p: tf.Tensor) => op(p);`,
  'chosen by a constant': `const op = true ? tf.log : tf.exp; export const f = (p: tf.Tensor) => op(p);`,
  'fallback of ??': `const op = undefined ?? tf.log; export const f = (p: tf.Tensor) => op(p);`,
  'static member': `class Ops { static ln = tf.log; } export const f = (p: tf.Tensor) => Ops.ln(p);`,
  method: `class Ops { ln(p: tf.Tensor) { return tf.log(p); } } export const f = (p: tf.Tensor) => new Ops().ln(p);`,
  'private method': `class Ops { #ln(p) { return tf.log(p); } run(p) { return this.#ln(p); } } export const f = (p: tf.Tensor) => new Ops().run(p);`,
  'inside tidy': `export const f = (p: tf.Tensor) => tf.tidy(() => tf.log(p));`,
  'inside a named tidy': `export const f = (p: tf.Tensor) => tf.tidy('ln', () => tf.log(p));`,
  'immediately called': `export const f = (p: tf.Tensor) => (() => tf.log(p))();`,
  'namespace of TypeScript': `namespace ops { export const ln = (p: tf.Tensor) => tf.log(p); } export const f = (p: tf.Tensor) => ops.ln(p);`,
  'void in front of the call': `export function f(p: tf.Tensor) { let q; void (q = tf.log(p)); return q; }`,
  'a global of the browser': `export const f = (p: tf.Tensor) => globalThis.tf.log(p);`,
  window: `export const f = (p: tf.Tensor) => window.tf.log(p);`,
};

const imports: Record<string, string> = {
  namespace: `import * as anything from '@tensorflow/tfjs'; export const f = (p: any) => anything.log(p);`,
  'by name': `import { log } from '@tensorflow/tfjs'; export const f = (p: any) => log(p);`,
  'by another name': `import { log as ln } from '@tensorflow/tfjs'; export const f = (p: any) => ln(p);`,
  'by a string name': `import { "log" as ln } from '@tensorflow/tfjs'; export const f = (p: any) => ln(p);`,
  default: `import tf from '@tensorflow/tfjs'; export const f = (p: any) => tf.log(p);`,
  'default and names': `import tf, { Tensor } from '@tensorflow/tfjs'; export const f = (p: Tensor) => tf.log(p);`,
  'default by name': `import { default as tf } from '@tensorflow/tfjs'; export const f = (p: any) => tf.log(p);`,
  'import equals': `import tf = require('@tensorflow/tfjs'); export const f = (p: any) => tf.log(p);`,
  require: `const tf = require('@tensorflow/tfjs'); exports.f = (p) => tf.log(p);`,
  'require in place': `exports.f = (p) => require('@tensorflow/tfjs').log(p);`,
  'destructured require': `const { log } = require('@tensorflow/tfjs'); exports.f = (p) => log(p);`,
  'require with interop': `const tf = require('@tensorflow/tfjs').default; exports.f = (p) => tf.log(p);`,
  'dynamic import': `export async function f(p: any) { const tf = await import('@tensorflow/tfjs'); return tf.log(p); }`,
  'dynamic import, destructured': `export async function f(p: any) { const { log } = await import('@tensorflow/tfjs'); return log(p); }`,
  'dynamic import with then': `export const f = (p: any) => import('@tensorflow/tfjs').then((tf) => tf.log(p));`,
  'dynamic import with then, destructured': `export const f = (p: any) => import('@tensorflow/tfjs').then(({ log }) => log(p));`,
  'dynamic import into a variable of the module': `let lib; export async function load() { lib = await import('@tensorflow/tfjs'); } export const f = (p: any) => lib.log(p);`,
  'dynamic import that is kept': `let lib; const load = () => (lib ??= import('@tensorflow/tfjs')); export async function f(p: any) { return (await load()).log(p); }`,
  'tfjs-core': `import { log } from '${CORE}'; export const f = (p: any) => log(p);`,
  'a file of tfjs-core': `import { log } from '${CORE}/dist/ops/ops'; export const f = (p: any) => log(p);`,
  'the bundle of tfjs': `import * as tf from '@tensorflow/tfjs/dist/tf.esm.js'; export const f = (p: any) => tf.log(p);`,
  'tfjs-node': `import * as tf from '@tensorflow/tfjs-node'; export const f = (p: any) => tf.log(p);`,
  'tfjs-node-gpu': `import * as tf from '@tensorflow/tfjs-node-gpu'; export const f = (p: any) => tf.log(p);`,
  'tfjs from a network': `import * as tf from 'https://cdn.jsdelivr.net/npm/@tensorflow/tfjs@4.22.0/+esm'; export const f = (p: any) => tf.log(p);`,
  'tfjs of Deno': `import * as tf from 'npm:@tensorflow/tfjs@4.22.0'; export const f = (p: any) => tf.log(p);`,
  'a global, as script tags give it': `function f(p) { return tf.log(p); }`,
  'type import beside it': `import type { Tensor } from '@tensorflow/tfjs'; import { log } from '@tensorflow/tfjs'; export const f = (p: Tensor) => log(p);`,
};

const files: Record<string, Files> = {
  'export *': {
    'tf.ts': `export * from '@tensorflow/tfjs';`,
    'main.ts': `import { log } from './tf'; export const f = (p: any) => log(p);`,
  },
  'export * through two files': {
    'a.ts': `export * from '@tensorflow/tfjs';`,
    'b.ts': `export * from './a';`,
    'main.ts': `import * as b from './b'; export const f = (p: any) => b.log(p);`,
  },
  'export * as': {
    'tf.ts': `export * as tf from '@tensorflow/tfjs';`,
    'main.ts': `import { tf } from './tf'; export const f = (p: any) => tf.log(p);`,
  },
  'export {x as y}': {
    'ops.ts': `export { log as ln } from '@tensorflow/tfjs';`,
    'main.ts': `import { ln } from './ops'; export const f = (p: any) => ln(p);`,
  },
  'export of an import': {
    'tf.ts': `${TF} export { tf };`,
    'main.ts': `import { tf } from './tf'; export const f = (p: any) => tf.log(p);`,
  },
  'export default of the namespace': {
    'tf.ts': `${TF} export default tf;`,
    'main.ts': `import tf from './tf'; export const f = (p: any) => tf.log(p);`,
  },
  'export default of a wrapper': {
    'ln.ts': `${TF} export default function (p: tf.Tensor) { return tf.log(p); }`,
    'main.ts': `import ln from './ln.js'; export const f = (p: any) => ln(p);`,
  },
  'export default by name': {
    'ln.ts': `${TF} const ln = (p: tf.Tensor) => tf.log(p); export { ln as default };`,
    'main.ts': `import { default as ln } from './ln'; export const f = (p: any) => ln(p);`,
  },
  'exported alias': {
    'ops.ts': `${TF} export const ln = tf.log;`,
    'main.ts': `import { ln } from './ops'; export const f = (p: any) => ln(p);`,
  },
  'wrapper in another file': {
    'ops.ts': `${TF} export function ln(p: tf.Tensor) { return tf.log(p); }`,
    'main.ts': `import { ln } from './ops'; export const f = (p: any) => ln(p);`,
  },
  'wrapper in another folder, through its index': {
    'ops/index.ts': `export * from './math';`,
    'ops/math.ts': `${TF} export const ln = (p: tf.Tensor) => p.log();`,
    'main.ts': `import * as ops from './ops'; export const f = (p: any) => ops.ln(p);`,
  },
  'wrapper in a file that never names TensorFlow.js': {
    'ln.js': `export const ln = (x) => x.log();`,
    'main.ts': `${TF} import { ln } from './ln.js'; export const f = (p: tf.Tensor) => ln(p);`,
  },
  'wrapper called by a long function': {
    'ops.ts': `${TF} export function ln(p: tf.Tensor) { return tf.log(p); }`,
    'main.ts': `import * as ops from './ops';
      // A function of some length, which names neither TensorFlow.js nor an op: whether it has to do with tensors shows
      export function f(p: any) { /* ${'only in the file that its calls lead to. '.repeat(5)} */ return ops.ln(p); }`,
  },
  'CommonJS module.exports': {
    'ops.js': `const tf = require('@tensorflow/tfjs'); function ln(p) { return tf.log(p); } module.exports = { ln };`,
    'main.ts': `const { ln } = require('./ops'); exports.f = (p) => ln(p);`,
  },
  'CommonJS exports.x': {
    'ops.js': `const tf = require('@tensorflow/tfjs'); exports.ln = (p) => tf.log(p);`,
    'main.ts': `const ops = require('./ops'); module.exports.f = (p) => ops.ln(p);`,
  },
  'CommonJS module.exports = function': {
    'ln.js': `const tf = require('@tensorflow/tfjs'); module.exports = (p) => tf.log(p);`,
    'main.ts': `const ln = require('./ln.js'); exports.f = (p) => ln(p);`,
  },
  'CommonJS seen by import': {
    'ops.cjs': `const tf = require('@tensorflow/tfjs'); module.exports = { ln: tf.log };`,
    'main.ts': `import { ln } from './ops.cjs'; export const f = (p: any) => ln(p);`,
  },
  'export =': {
    'ln.ts': `import tf = require('@tensorflow/tfjs'); function ln(p: tf.Tensor) { return tf.log(p); } export = ln;`,
    'main.ts': `import ln = require('./ln'); export const f = (p: any) => ln(p);`,
  },
  'a class in another file': {
    'ops.ts': `${TF} export class Ops { ln(p: tf.Tensor) { return tf.log(p); } }`,
    'main.ts': `import { Ops } from './ops'; const ops = new Ops(); export const f = (p: any) => ops.ln(p);`,
  },
  'a file first needed inside a branch': {
    'ops.js': `const helper = (x) => x.log(); export const ln = (x) => helper(x);`,
    'main.ts': `${TF} import { ln } from './ops.js';
      export function g(p: tf.Tensor, c: boolean) { if (c) { return ln(p); } return p; }
      export const f = (p: tf.Tensor) => ln(p);`,
  },
  'cyclic imports': {
    'a.ts': `${TF} import { twice } from './main'; export const ln = (p: tf.Tensor) => tf.log(p); export const four = (p) => twice(twice(p));`,
    'main.ts': `import { ln } from './a'; export const twice = (p) => p.mul(2); export const f = (p: any) => ln(p);`,
  },
  'cyclic re-exports': {
    'a.ts': `${TF} export * from './b'; export const ln = tf.log;`,
    'b.ts': `export * from './a';`,
    'main.ts': `import { ln } from './b'; export const f = (p: any) => ln(p);`,
  },
  'a jsx file': {
    'main.jsx': `${TF} export const f = (p) => tf.log(p); export const View = () => <button onClick={() => f(tf.ones([2]))}>{'run'}</button>;`,
  },
  'a tsx file': {
    'main.tsx': `${TF} export const f = (p: tf.Tensor): tf.Tensor => tf.log(p); export const View = (): unknown => <></>;`,
  },
  'JSX in a .js file': {
    'main.js': `${TF} export const f = (p) => tf.log(p); export const view = <b title="x">{f}</b>;`,
  },
  mts: { 'main.mts': `${TF} export const f = (p: tf.Tensor) => tf.log(p);` },
  cjs: { 'main.cjs': `const tf = require('@tensorflow/tfjs'); module.exports = { f: (p) => tf.log(p) };` },
};

function expectLogarithm(program: Program): void {
  // Only what reaches a site is run, so the site has to be seen in the bare text, too.
  expect(formulas(program, 'f', { everything: false })).toBe('log(p)');
}

describe('a call is the op, however it is written', () => {
  it.each(Object.keys(calls))('%s', (title) => expectLogarithm(calls[title]!));
});

describe('TensorFlow.js is TensorFlow.js, however it is imported', () => {
  it.each(Object.keys(imports))('%s', (title) => expectLogarithm({ 'main.ts': imports[title]! }));
});

/** As it is handed in, by those who leave the choice of a package to others. */
const handed: Record<string, string> = {
  'a parameter': `export const f = (tf, p) => tf.log(p);`,
  'a parameter of the function around it': `export default (tf) => { const f = (p) => tf.log(p); return { f }; };`,
  'what that function took from it': `export default (tf) => { const { log } = tf; return { f: function f(p) { return log(p); } }; };`,
  'a property of a parameter': `export const f = ({ tf }, p) => tf.log(p);`,
  'a property that is read': `export const f = (deps, p) => deps.tf.log(p);`,
  'a parameter of type any': `export const f = (tf: any, p) => tf.log(p);`,
  'a parameter by its type': `import type * as TF from '@tensorflow/tfjs'; export const f = (lib: typeof TF, p) => lib.log(p);`,
  'a parameter by the type of an import': `export const f = (lib: typeof import('@tensorflow/tfjs'), p: any) => lib.log(p);`,
  'a property that the constructor makes': `import type * as TF from '@tensorflow/tfjs';
    export class Ops { constructor(private lib: typeof TF) {} f(p: TF.Tensor) { return this.lib.log(p); } }`,
  'a field that the constructor fills': `export class Ops { constructor(tf) { this.tf = tf; } f(p) { return this.tf.log(p); } }`,
  'a module of AMD': `define(['@tensorflow/tfjs'], (tf) => { const f = (p) => tf.log(p); return { f }; });`,
};

describe('TensorFlow.js is TensorFlow.js, where it is handed in', () => {
  it.each(Object.keys(handed))('%s', (title) =>
    expect(
      formulas({ 'main.ts': handed[title]! }, handed[title]!.includes('class') ? 'Ops.f' : 'f', {
        everything: false,
      }),
    ).toBe('log(p)'),
  );
});

describe('the op is found through other files of the project', () => {
  it.each(Object.keys(files))('%s', (title) => expectLogarithm(files[title]!));
});

describe('what only looks like TensorFlow.js is not', () => {
  it.each([
    ['another package', `import * as tf from 'something-else'; export const f = (p: any) => tf.log(p);`],
    ['tf, the frequency of a term', `export const f = (tf, p) => Math.max(tf, p);`],
    ['a typed parameter called tf', `export const f = (tf: Logger, p) => tf.log(p);`],
    ['a local called tf', `const tf = { log: (x) => x }; export const f = (p: any) => tf.log(p);`],
    ['Math.log', `export const f = (p: any) => Math.log(2);`],
    ['console.log', `export const f = (p: any) => console.log(p);`],
  ])('%s', (_title, text) => {
    expect(formulas({ 'main.ts': text })).not.toContain('log(');
  });
});
