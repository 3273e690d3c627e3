/** Sequences of operations as numerical code has them: what one of them guarantees, the next one relies on. */
import type { Drawing } from './random-features.js';
import type { Statement } from './random-source.js';

type Sequence = (draw: Drawing) => Statement;

/** Declares names for steps, each of them watched. */
function steps(
  draw: Drawing,
  shape: readonly number[],
  ...texts: ((before: readonly string[]) => string)[]
): string[] {
  const names: string[] = [];
  const lines = texts.map((text) => {
    const name = draw.name('s');
    const line = `const ${name} = ${draw.op(text(names))};`;
    names.push(name);
    return line;
  });
  draw.declareTensor(names.at(-1)!, shape);
  return lines;
}

const epsilon = (draw: Drawing): string => draw.pick(['1e-7', '1e-8', '1e-12', 'EPS', '1e-3', '0']);

/** A tensor with at least one axis; of a scalar, one that is made of it. */
function vector(draw: Drawing): { name: string; shape: readonly number[] } {
  const x = draw.tensor();
  return x.shape.length > 0 ? x : { name: draw.op(`tf.reshape(${x.name}, [1])`), shape: [1] };
}

export const SEQUENCES: readonly Sequence[] = [
  function softmaxByHand(draw) {
    const { name: x, shape } = vector(draw);
    const scaled = draw.oneIn(3) ? `tf.div(${x}, ${draw.pick(['0.1', '2', 'EPS'])})` : `tf.add(${x}, 0)`;
    const most = draw.pick(['tf.max', 'tf.max', 'tf.logSumExp', 'tf.mean']);
    return steps(
      draw,
      shape,
      () => scaled,
      ([z]) => `${most}(${z}, -1, true)`,
      ([z, m]) => `tf.sub(${z}, ${m})`,
      (s) => `tf.exp(${s[2]})`,
      (s) => `tf.sum(${s[3]}, -1, true)`,
      (s) => `tf.log(${s[4]})`,
      (s) =>
        draw.pick([
          `tf.sub(${s[2]}, ${s[5]})`,
          `tf.log(tf.div(${s[3]}, ${s[4]}))`,
          `tf.div(${s[3]}, ${s[4]})`,
        ]),
    );
  },

  function maskedSoftmax(draw) {
    const { name: x, shape } = vector(draw);
    const low = draw.pick(['-1e9', '-1e4', '-Infinity', '-100']);
    const mask = `tf.greater(${draw.ofShape(shape)}, ${draw.number()})`;
    return steps(
      draw,
      shape,
      () => mask,
      ([m]) =>
        draw.pick([
          `tf.where(${m}, ${x}, tf.fill([${shape}], ${low}))`,
          `tf.add(${x}, tf.mul(tf.sub(1, tf.cast(${m}, 'float32')), ${low}))`,
        ]),
      (s) => `tf.softmax(${s[1]})`,
      (s) => `tf.mul(${s[2]}, tf.cast(${s[0]}, 'float32'))`,
      (s) => `tf.sum(${s[3]}, -1, true)`,
      (s) =>
        draw.pick([`tf.div(${s[3]}, ${s[4]})`, `tf.div(${s[3]}, tf.maximum(${s[4]}, ${epsilon(draw)}))`]),
    );
  },

  function standardised(draw) {
    const { name: x, shape } = vector(draw);
    const eps = epsilon(draw);
    return steps(
      draw,
      shape,
      () => `tf.mean(${x}, -1, true)`,
      (s) => `tf.sub(${x}, ${s[0]})`,
      (s) =>
        draw.pick([
          `tf.square(${s[1]})`,
          `tf.mul(${s[1]}, ${s[1]})`,
          `tf.pow(${s[1]}, 2)`,
          `tf.squaredDifference(${x}, ${s[0]})`,
        ]),
      (s) => `tf.mean(${s[2]}, -1, true)`,
      (s) => draw.pick([`tf.sqrt(${s[3]})`, `tf.sqrt(tf.add(${s[3]}, ${eps}))`]),
      (s) => draw.pick([`tf.div(${s[1]}, ${s[4]})`, `tf.div(${s[1]}, tf.add(${s[4]}, ${eps}))`]),
    );
  },

  function onePassVariance(draw) {
    const { name: x, shape } = vector(draw);
    return steps(
      draw,
      [...shape.slice(0, -1), 1],
      () => `tf.mean(tf.square(${x}), -1, true)`,
      () => `tf.square(tf.mean(${x}, -1, true))`,
      (s) => `tf.sub(${s[0]}, ${s[1]})`,
      (s) =>
        draw.pick([
          `tf.sqrt(${s[2]})`,
          `tf.sqrt(tf.relu(${s[2]}))`,
          `tf.rsqrt(tf.add(${s[2]}, ${epsilon(draw)}))`,
        ]),
    );
  },

  function unitVector(draw) {
    const { name: x, shape } = vector(draw);
    return steps(
      draw,
      shape,
      () => draw.pick([`tf.sum(tf.square(${x}), -1, true)`, `tf.sum(tf.mul(${x}, ${x}), -1, true)`]),
      (s) => draw.pick([`tf.sqrt(${s[0]})`, `tf.norm(${x}, 2, -1, true)`, `tf.norm(${x}, 1, -1, true)`]),
      (s) =>
        draw.pick([
          `tf.div(${x}, ${s[1]})`,
          `tf.div(${x}, tf.maximum(${s[1]}, ${epsilon(draw)}))`,
          `tf.divNoNan(${x}, ${s[1]})`,
        ]),
      (s) => `tf.square(${s[2]})`,
      (s) => `tf.sum(${s[3]}, -1, true)`,
      (s) => `tf.mul(${s[2]}, ${s[4]})`,
    );
  },

  function crossEntropy(draw) {
    const { name: x, shape } = vector(draw);
    const eps = epsilon(draw);
    return steps(
      draw,
      shape,
      () =>
        draw.pick([
          `tf.sigmoid(${x})`,
          `tf.softmax(${x})`,
          `tf.clipByValue(${x}, 0, 1)`,
          `tf.tanh(tf.abs(${x}))`,
        ]),
      ([p]) =>
        draw.pick([
          `tf.clipByValue(${p}, ${eps}, 1 - ${eps})`,
          `tf.add(${p}, ${eps})`,
          `tf.maximum(${p}, ${eps})`,
        ]),
      (s) => `tf.log(${s[1]})`,
      (s) => `tf.log(tf.sub(1, ${s[0]}))`,
      (s) => `tf.mul(${s[0]}, ${s[2]})`,
      (s) => `tf.add(${s[4]}, tf.mul(tf.sub(1, ${s[0]}), ${s[3]}))`,
      (s) => `tf.neg(${s[5]})`,
    );
  },

  function guarded(draw) {
    const { name: x, shape } = draw.tensor();
    const y = draw.ofShape(shape);
    return steps(
      draw,
      shape,
      () =>
        draw.pick([
          `tf.where(tf.greater(${x}, 0), tf.log(${x}), tf.zerosLike(${x}))`,
          `tf.where(tf.equal(${y}, 0), tf.onesLike(${x}), tf.div(${x}, ${y}))`,
          `tf.div(${x}, tf.where(tf.equal(${y}, 0), tf.onesLike(${y}), ${y}))`,
          `tf.sqrt(tf.maximum(${x}, 0))`,
          `tf.log(tf.add(tf.relu(${x}), ${epsilon(draw)}))`,
          `tf.exp(tf.minimum(${x}, ${draw.pick(['88', '80', '50', '0'])}))`,
          `tf.acos(tf.clipByValue(${x}, -1, 1))`,
          `tf.atanh(tf.clipByValue(${x}, -0.999, 0.999))`,
          `tf.div(${x}, tf.add(tf.abs(${y}), ${epsilon(draw)}))`,
          `tf.log1p(tf.exp(tf.neg(tf.abs(${x}))))`,
        ]),
      ([g]) => `tf.mul(${g}, 0.5)`,
    );
  },

  function minMaxScaled(draw) {
    const { name: x, shape } = draw.tensor();
    return steps(
      draw,
      shape,
      () => `tf.min(${x})`,
      () => `tf.max(${x})`,
      (s) => `tf.sub(${s[1]}, ${s[0]})`,
      (s) => `tf.sub(${x}, ${s[0]})`,
      (s) =>
        draw.pick([
          `tf.div(${s[3]}, ${s[2]})`,
          `tf.divNoNan(${s[3]}, ${s[2]})`,
          `tf.div(${s[3]}, tf.maximum(${s[2]}, 1e-6))`,
        ]),
    );
  },

  function movingAverage(draw) {
    const { name: x, shape } = draw.tensor();
    const [average, scale] = [draw.name('ema'), draw.name('k')];
    draw.declareTensor(average, shape);
    draw.declareNumber(scale);
    const decay = draw.pick(['0.9', '0.99', '0.5', '1']);
    return [
      `let ${average}: any = ${draw.pick(['tf.zerosLike', 'tf.onesLike', 'tf.abs'])}(${x}); let ${scale} = 1;`,
      `for (let i = 0; i < ${draw.pick(['3', '2', '5'])}; i++) { ${average} = ${draw.op(`tf.add(tf.mul(${average}, ${decay}), tf.mul(${draw.pick([x, `tf.square(${x})`, `tf.tanh(${x})`])}, 1 - ${decay}))`)}; ${scale} *= ${draw.pick([decay, '2', '0.1'])}; }`,
      `const corrected${average} = ${draw.op(`tf.div(${average}, ${draw.op(`1 - ${scale}`)})`)};`,
    ];
  },

  function runningProduct(draw) {
    const { name: x, shape } = draw.tensor();
    const product = draw.name('prod');
    draw.declareTensor(product, shape);
    const factor = draw.pick([
      `tf.sigmoid(${x})`,
      `tf.softplus(${x})`,
      `tf.clipByValue(${x}, 0.1, 1)`,
      `tf.cos(${x})`,
    ]);
    return [
      `let ${product}: any = tf.onesLike(${x});`,
      `for (let i = 0; i < ${draw.pick(['2', '3', '4'])}; i++) ${product} = ${draw.op(`tf.mul(${product}, ${factor})`)};`,
      `${draw.op(`tf.log(${product})`)};`,
    ];
  },

  function guardedNumbers(draw) {
    const [a, b, c] = [draw.name('k'), draw.name('k'), draw.name('k')];
    for (const name of [a, b, c]) draw.declareNumber(name);
    const [x, y] = [draw.op(`${draw.number()} * 1`), draw.op(`${draw.number()} * 1`)];
    return [
      `const ${a} = ${x}; const d${a} = ${y};`,
      `const ${b} = d${a} ${draw.pick(['!==', '>'])} 0 ? ${draw.op(`${a} / d${a}`)} : 0;`,
      `let ${c} = 0; if (${a} > 0) { ${c} = ${draw.op(`Math.log(${a})`)}; } else if (${a} < 0) { ${c} = ${draw.op(`Math.sqrt(-${a})`)}; }`,
      `${draw.op(`Math.sqrt(${draw.op(`${a} * ${a} + d${a} * d${a}`)})`)};`,
      `${draw.op(`Math.exp(${draw.op(`Math.min(${a}, ${draw.pick(['0', '50', '700'])})`)})`)};`,
    ];
  },
];
