import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { PageScripts } from '../../src/source/page-scripts.js';
import { folder, type Files } from '../folder.js';

async function told(files: Files): Promise<string[]> {
  const root = folder(files);
  const { findings } = await audit([root], { root });
  return findings.map(
    ({ rule, file, verdict }) => `${rule} in ${path.basename(file)}: ${verdict?.status ?? 'not asked'}`,
  );
}

/** Scripts that a page loads one after the other share their top-level names. */
describe('scripts of one folder', () => {
  it('use what the others declare, and are run with it', async () => {
    const files = {
      'helpers.js': `const FLOOR = 0;\nclass Scale {\n  constructor(by) { this.by = by; }\n  of(x) { return x.relu().mul(this.by); }\n}`,
      'main.js': `const scale = new Scale(2);\nfunction loss(x) {\n  return tf.log(scale.of(x).add(FLOOR));\n}`,
    };
    expect(await told(files)).toContain('log-of-zero in main.js: confirmed');
  });

  it('are seen as they are called from another one', async () => {
    const files = {
      'helpers.js': `function energy(x) {\n  return tf.sqrt(x.square().sum());\n}`,
      'main.js': `const optimizer = tf.train.sgd(0.1);\nconst w = tf.variable(tf.zeros([3]));\nfunction train() {\n  optimizer.minimize(() => energy(w));\n}`,
    };
    expect(await told(files)).toEqual(['sqrt-at-zero in main.js: confirmed']);
  });

  it('use what another one puts into the global object', async () => {
    const files = {
      'helpers.js': `(function (root) {\n  const FLOOR = 0;\n  root.Helpers = { floored: (x) => x.relu().add(FLOOR) };\n})(window);`,
      'main.js': `function loss(x) {\n  return tf.log(Helpers.floored(x));\n}\nfunction other(x) {\n  return tf.sqrt(window.Helpers.floored(x));\n}`,
    };
    expect(await told(files)).toEqual([
      'log-of-zero in main.js: confirmed',
      'sqrt-at-zero in main.js: confirmed',
    ]);
  });

  it('use what another one gives to modules, where there are any', async () => {
    const files = {
      'helpers.js': `(function (root) {\n  const helpers = { floored: (x) => x.relu() };\n  if (typeof module !== 'undefined' && module.exports) module.exports = helpers;\n  else root.Helpers = helpers;\n})(typeof self !== 'undefined' ? self : this);`,
      'main.js': `function loss(x) {\n  return tf.log(Helpers.floored(x));\n}`,
    };
    expect(await told(files)).toEqual(['log-of-zero in main.js: confirmed']);
  });

  it('may declare what they put into the global object, and read it before', async () => {
    const files = {
      'helpers.js': `const { floored, start } = { floored: (x) => x.relu().add(start), start: 0 };\nwindow.floored = floored;\nwindow.first = 1;\nconst second = first + 1;`,
      'main.js': `function loss(x) {\n  return tf.log(floored(x).mul(first));\n}`,
    };
    const root = folder(files);
    const { findings } = await audit([root], { root });
    expect(findings.map(({ rule, verdict }) => `${rule} by ${verdict?.evidence}`)).toEqual([
      'log-of-zero by function',
    ]);
  });

  it('find in the global object what their functions put there since', async () => {
    const script = `window.scale = 0;\nwindow.model = null;\nfunction choose(scale) {\n  window.scale = scale;\n}\nfunction scaled() {\n  return tf.div(tf.ones([2]), window.scale);\n}\nfunction predict() {\n  if (!window.model) return undefined;\n  return tf.log(tf.zeros([2]));\n}`;
    expect(await told({ 'main.js': script })).toEqual([
      'division-near-zero in main.js: not-run',
      'log-of-zero in main.js: confirmed',
    ]);
  });

  it('do not take a name that two of them declare', async () => {
    const files = {
      'one.js': `function shifted(x) {\n  return x.add(1);\n}`,
      'two.js': `function shifted(x) {\n  return x.sub(1);\n}`,
      'main.js': `function loss(x) {\n  return tf.log(shifted(x.abs()));\n}`,
    };
    expect(await told(files)).toEqual([]);
  });

  it('modules share nothing', async () => {
    const files = {
      'one.js': `export const unit = 1;\nfunction spread(x) {\n  return x.abs().add(unit);\n}`,
      'main.js': `function loss(x) {\n  return tf.log(spread(x));\n}`,
    };
    expect(await told(files)).toEqual([]);
  });

  it('declare nothing in a comment', () => {
    const text = `/*\nclass labels are numbers\n*/\nconst unit = 1;`;
    const file = path.join(folder({ 'main.js': text }), 'main.js');
    const scripts = new PageScripts((name) => readFileSync(name, 'utf8'));
    expect(scripts.asModule(file, text)).toBe(`${text}\n;export { unit };\n`);
  });

  it('share no event and no other TensorFlow.js', () => {
    const text = `window.onload = start;\nwindow.tf = tf;\nwindow.unit = 1;\nif (window.zero === 0) start();`;
    const file = path.join(folder({ 'main.js': text }), 'main.js');
    const scripts = new PageScripts((name) => readFileSync(name, 'utf8'));
    expect(scripts.asModule(file, text)).toBe(
      `${text}\n;export {  };const shared$unit = globalThis.unit;export { shared$unit as unit };\n`,
    );
  });

  it.each([
    ['a tree', 'insert', 'function insert(root, value) {\n  root.unit = value;\n}'],
    ['what an object calls itself', 'Scale', 'function Scale() {\n  const self = this;\n  self.unit = 1;\n}'],
  ])('are not the fields of %s', (_, declared, text) => {
    const file = path.join(folder({ 'tree.js': text }), 'tree.js');
    const scripts = new PageScripts((name) => readFileSync(name, 'utf8'));
    expect(scripts.asModule(file, text)).toBe(`${text}\n;export { ${declared} };\n`);
  });
});
