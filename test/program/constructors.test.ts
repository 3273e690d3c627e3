/** Classes and modules as they were written before the language had them. */
import { describe, expect, it } from 'vitest';
import { found, formula, lower } from './lower.js';

const logs = (program: string, unit: string): string[] =>
  lower(program)
    .unit(unit)
    .nodes.filter(({ op }) => op === 'log')
    .map(formula);

describe('a function that is called with new', () => {
  const constructor = `function Network(rate) { this.rate = rate; this.scale = 2; this.weights = tf.ones([3, 2]); }`;

  it.each([
    [
      'methods are assigned one by one',
      `Network.prototype.forward = function (x) { return tf.softmax(x.matMul(this.weights)); };
       Network.prototype.loss = function (x) { return this.forward(x).log(); };`,
    ],
    [
      'the prototype is assigned as a whole',
      `Network.prototype = {
         forward: function (x) { return tf.softmax(x.matMul(this.weights)); },
         loss(x) { return this.forward(x).log(); },
       };`,
    ],
    [
      'methods are copied to it',
      `Object.assign(Network.prototype, {
         forward(x) { return tf.softmax(x.matMul(this.weights)); },
         loss(x) { return this.forward(x).log(); },
       });`,
    ],
    [
      'methods are inherited',
      `function Base() {}
       Base.prototype.forward = function (x) { return tf.softmax(x.matMul(this.weights)); };
       Network.prototype = Object.create(Base.prototype);
       Network.prototype.loss = function (x) { return this.forward(x).log(); };`,
    ],
  ])('%s', (_, methods) => {
    const program = `${constructor}\n${methods}`;
    const unit = lower(program).lowered.units.find(({ unit }) => /\bloss$/.test(unit.name))!.unit.name;
    expect(logs(program, unit)).toEqual(['log(softmax(matMul(x, ones())))']);
  });

  it('an object that is made has the methods', () => {
    const program = `${constructor}
      Network.prototype.forward = function (x) { return tf.softmax(x.matMul(this.weights)); };
      export function f(x) { return new Network(0.1).forward(x).log(); }`;
    expect(logs(program, 'f')).toEqual(['log(softmax(matMul(x, ones())))']);
  });

  it('a field is what the constructor left, unless other code assigns it', () => {
    const program = `${constructor}
      Network.prototype.step = function (x) { this.rate *= 0.5; return tf.mul(x, this.rate * this.scale).log(); };`;
    const unit = lower(program).unit('Network.prototype.step');
    expect(
      unit.unit.inputs.filter(({ source }) => source === 'this').map(({ name, form }) => [name, form.kind]),
    ).toEqual([
      ['this.rate', 'number'],
      ['this.scale', 'constant'],
    ]);
  });
});

describe('a module that is handed what it needs', () => {
  const factory = `function (tf) {
    function zscore(x) { var m = tf.moments(x); return x.sub(m.mean).div(m.variance.sqrt()); }
    return { zscore: zscore };
  }`;

  it.each([
    [
      'UMD',
      `(function (root, factory) {
         if (typeof define === 'function' && define.amd) define(['@tensorflow/tfjs'], factory);
         else if (typeof module === 'object' && module.exports) module.exports = factory(require('@tensorflow/tfjs'));
         else root.Metrics = factory(root.tf);
       })(typeof self !== 'undefined' ? self : this, ${factory});`,
    ],
    [
      'UMD as bundlers write it',
      `(function (global, factory) {
         typeof exports === 'object' && typeof module !== 'undefined' ? (module.exports = factory(require('@tensorflow/tfjs'))) :
         typeof define === 'function' && define.amd ? define(['@tensorflow/tfjs'], factory) :
         (global = global || self, global.Metrics = factory(global.tf));
       }(this, ${factory}));`,
    ],
    ['AMD', `define(['@tensorflow/tfjs'], ${factory});`],
    ['an expression that is called', `var Metrics = (${factory})(window.tf);`],
  ])('%s', (_, program) => {
    expect(found(program)).toEqual(['division-near-zero warning: x.sub(m.mean).div(m.variance.sqrt())']);
  });
});
