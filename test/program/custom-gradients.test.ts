/** `tf.customGrad` is run forward and backward: its gradient gets what the forward pass saved. */
import { expect, test } from 'vitest';
import { formula, lower } from './lower.js';

const nodesOf = (program: string, op: string, name = 'f'): string[] =>
  lower(program)
    .unit(name)
    .nodes.filter((node) => node.op === op)
    .map(formula);

test('the gradient is run on what was saved', () => {
  const program = `
    const softplus = tf.customGrad((x, save) => {
      save([x]);
      return { value: tf.softplus(x), gradFunc: (dy, [saved]) => tf.mul(dy, tf.sigmoid(saved)) };
    });
    function f(a: tf.Tensor1D) { return softplus(a); }`;
  expect(nodesOf(program, 'mul')).toEqual(['mul(dy, sigmoid(a))']);
});

test('a saved result is in its range: the exponential of a log-softmax cannot overflow', () => {
  const program = `
    const nll = tf.customGrad((x, save) => {
      const logs = tf.sub(tf.cast(x, 'float32'), tf.logSumExp(x, [-1], true));
      save([logs]);
      return { value: tf.neg(logs), gradFunc: (dy, saved) => tf.mul(dy, tf.exp(saved[0])) };
    });
    function f(a: tf.Tensor2D) { return nll(a); }`;
  const [exp] = lower(program)
    .unit('f')
    .nodes.filter((node) => node.op === 'exp');
  expect(exp?.range).toMatchObject({ low: 0, high: 1 });
});

test('the gradient of a kernel is handed the inputs of its op, then what the op gave', () => {
  const program = `
    export const config = {
      kernelName: 'Asin',
      inputsToSave: ['x'],
      outputsToSave: [true],
      gradFunc: (dy, saved) => { const [x, y] = saved; return tf.mul(dy, tf.add(x, y)); },
    };`;
  expect(nodesOf(program, 'mul', 'gradFunc')).toEqual(['mul(dy, add(x, ?))']);
});

test.each([
  ['an arrow function in its place', `return { value: x.exp(), gradFunc: (dy) => dy };`, '(dy) => dy'],
  [
    'a function of that name',
    `const gradFunc = (dy) => dy.mul(2);\n      return { value: x.exp(), gradFunc };`,
    '(dy) => dy.mul(2)',
  ],
  [
    'a function of another name',
    `function back(dy) { return dy; }\n      return { value: x.exp(), gradFunc: back };`,
    'function back(dy) { return dy; }',
  ],
  ['a method', `return { value: x.exp(), gradFunc(dy) { return dy; } };`, 'gradFunc(dy) { return dy; }'],
])('the gradient stands where it is written: %s', (_, body, text) => {
  const program = `
    export const op = tf.customGrad((x) => {
      ${body}
    });`;
  const lowered = lower(program);
  const [marker] = lowered.unit('callback of tf.customGrad').nodes.filter((node) => node.op === 'customGrad');
  expect(lowered.textOf(marker!.span)).toBe(text);
});

/** The nodes that stand for the functions of gradients of kernels: the kernel, the input, what runs it. */
const formulas = (program: string): string[] =>
  lower(program)
    .lowered.units.filter(({ unit }) => unit.kernel !== undefined)
    .flatMap(({ unit, nodes }) =>
      nodes.map(({ attributes }) => {
        const caller = unit.inputs.filter(({ source }) => source === 'parameter').map(({ name }) => name);
        return `${String(attributes['kernel'])} by ${String(attributes['input'])}: ${unit.kernel!.op?.name ?? 'own'}(${caller.join(', ')})`;
      }),
    );

test('the functions that a gradient of a kernel gives are run one by one, behind the op that runs the kernel', () => {
  const program = `
    const divide = (dy, saved) => {
      const [a, b] = saved;
      const byB = () => tf.neg(tf.div(tf.mul(dy, a), tf.square(b)));
      return { a: () => tf.div(dy, b), b: byB };
    };
    export const config = { kernelName: tf.RealDiv, inputsToSave: ['a', 'b'], gradFunc: divide };`;
  expect(formulas(program)).toEqual(['RealDiv by a: div(a, b)', 'RealDiv by b: div(a, b)']);
});

test('an own kernel is run by its own code, which says what it is handed', () => {
  const program = `
    export function register() {
      tf.registerGradient({
        kernelName: 'Gate',
        inputsToSave: ['x'],
        gradFunc: (dy, [x], attrs) => ({ x: () => tf.mul(dy, attrs.scale) }),
      });
      tf.registerKernel({
        kernelName: 'Gate',
        backendName: 'webgl',
        kernelFunc: ({ inputs, attrs }) => tf.add(tf.mul(inputs.x, attrs.scale), inputs.bias),
      });
    }`;
  expect(formulas(program)).toEqual(['Gate by x: own(x, bias, attrs)']);
});

test('every way out of a gradient has its functions', () => {
  const program = `
    export const config = {
      kernelName: 'BatchMatMul',
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, saved, attrs) => {
        const [a, b] = saved;
        if (attrs.transposeA) return { a: () => tf.matMul(b, dy, false, true) };
        return { a: () => tf.matMul(dy, b, false, true) };
      },
    };`;
  expect(formulas(program)).toEqual(Array(2).fill('BatchMatMul by a: matMul(a, b, transposeA, transposeB)'));
});
