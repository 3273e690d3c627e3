/** Guards as people write them around numbers and tensors: in helpers, in options, in fields, and by leaving early. */
import type { Drawing } from './random-features.js';
import type { Statement } from './random-source.js';

const limit = (draw: Drawing): string => draw.pick(['EPS', '1e-6', '1', '0', '2']);

export const GUARDS: readonly ((draw: Drawing) => Statement)[] = [
  /** `if (!(k > 0)) return x;` in front of the division. */
  function leavesEarly(draw) {
    const { shape } = draw.tensor();
    const [fn, v] = [draw.name('safe'), draw.name('v')];
    draw.declareTensor(v, shape);
    const test = draw.pick([
      '!(k > 0)',
      'k === 0',
      'k <= 0 || k > 100',
      '!Number.isFinite(k)',
      'Math.abs(k) < EPS',
      '!k',
    ]);
    const divided = draw.pick([
      'tf.div(x, k)',
      'tf.mul(x, 1 / k)',
      'tf.pow(x, 1 / k)',
      'tf.add(x, Math.log(k))',
    ]);
    const otherwise = draw.pick(['return x;', 'return tf.zerosLike(x);', 'k = 1;']);
    return [
      `const ${fn} = (x: any, k: number) => { if (${test}) ${otherwise} return ${draw.op(divided)}; };`,
      `const ${v} = ${draw.called(`${fn}(${draw.ofShape(shape)}, ${draw.number()})`)};`,
    ];
  },

  /** What is refused is thrown, and whoever calls goes on without it. */
  function refuses(draw) {
    const { shape } = draw.tensor();
    const [fn, v] = [draw.name('checked'), draw.name('v')];
    draw.declareTensor(v, shape, true);
    const test = draw.pick(['k < 0', 'k === 0', 'k < 1e-3 || k > 50', 'x.rank > 5', 'Number.isNaN(k)']);
    return [
      `function ${fn}(x: any, k: number) { if (${test}) throw new RangeError('no'); return ${draw.op(`tf.div(x, ${draw.op('k + 1')})`)}; }`,
      `let ${v}: any = ${draw.ofShape(shape)};`,
      `try { ${v} = ${draw.called(`${fn}(${v}, ${draw.number()})`)}; } catch { ${v} = ${draw.op(`tf.neg(${v})`)}; }`,
    ];
  },

  /** An epsilon among options: of the caller, of the defaults, or switched off. */
  function options(draw) {
    const { shape } = draw.tensor();
    const [fn, v, defaults] = [draw.name('scaled'), draw.name('v'), draw.name('DEFAULTS')];
    draw.declareTensor(v, shape);
    const given = draw.pick([
      '',
      `, { eps: ${limit(draw)} }`,
      ', undefined',
      `, { clip: ${limit(draw)} }`,
      ', {}',
    ]);
    const settled = draw.pick([
      `const { eps, clip } = { ...${defaults}, ...given };`,
      `const { eps = 1e-3, clip = ${limit(draw)} } = given;`,
      `const eps = given.eps ?? ${defaults}.eps; const clip = given.clip || 1;`,
      `const o = Object.assign({}, ${defaults}, given); const eps = o.eps; const clip = Math.max(o.clip, EPS);`,
    ]);
    return [
      `const ${defaults} = { eps: ${limit(draw)}, clip: ${draw.pick(['1', '5', '0.5'])} };`,
      `function ${fn}(x: any, given: any = {}) { ${settled} return ${draw.op(`tf.div(${draw.op('tf.clipByValue(x, -clip, clip)')}, ${draw.op(`tf.add(${draw.op('tf.abs(x)')}, eps)`)})`)}; }`,
      `const ${v} = ${draw.called(`${fn}(${draw.ofShape(shape)}${given})`)};`,
    ];
  },

  /** Bounds of a number that keep its sign, its order, or its limits. */
  function boundedNumbers(draw) {
    const [a, b, c] = [draw.name('k'), draw.name('k'), draw.name('k')];
    for (const name of [b, c]) draw.declareNumber(name);
    const bounded = draw.pick([
      `Math.abs(${a}) < EPS ? EPS : ${a}`,
      `Math.min(Math.max(${a}, ${limit(draw)}), 10)`,
      `${a} || 1`,
      `Number.isFinite(${a}) ? ${a} : 1`,
      `Math.sign(${a}) * Math.max(Math.abs(${a}), EPS)`,
      `(${a} > 0 ? Math.max : Math.min)(${a}, 1)`,
    ]);
    const used = draw.pick([
      `1 / ${b}`,
      `Math.log(${b})`,
      `Math.sqrt(${b})`,
      `Math.exp(-${b})`,
      `${b} ** 2 - 1`,
    ]);
    return [
      `const ${a} = ${draw.op(`${draw.number()} * 1`)};`,
      `const ${b} = ${bounded};`,
      `const ${c} = ${draw.op(used)};`,
    ];
  },

  /** Running statistics in a class: the first call is another one than those after it. */
  function runningStatistics(draw) {
    const { shape } = draw.tensor();
    const [type, stats, v] = [draw.name('Stats'), draw.name('stats'), draw.name('v')];
    draw.declareTensor(v, shape);
    const first = draw.pick(['this.count === 0', 'this.mean == null', '!this.mean']);
    const rounds = draw.pick(['1', '2', '3']);
    return [
      `class ${type} { count = 0; mean: any = null; m2: any; push(x: any) { if (${first}) { this.mean = x; this.m2 = ${draw.op('tf.zerosLike(x)')}; } else { const d = ${draw.op('tf.sub(x, this.mean)')}; this.mean = ${draw.op(`tf.add(this.mean, ${draw.op('tf.div(d, this.count + 1)')})`)}; this.m2 = ${draw.op(`tf.add(this.m2, ${draw.op('tf.square(d)')})`)}; } this.count += 1; return this; } get std() { return this.count > 1 ? ${draw.op(`tf.sqrt(${draw.op('tf.div(this.m2, this.count - 1)')})`)} : ${draw.op('tf.onesLike(this.mean)')}; } }`,
      `const ${stats} = new ${type}();`,
      `for (let i = 0; i < ${rounds}; i++) ${stats}.push(${draw.ofShape(shape)});`,
      `const ${v} = ${draw.op(`tf.div(${draw.ofShape(shape)}, ${draw.op(`tf.add(${stats}.std, EPS)`)})`)};`,
    ];
  },

  /** Masks: of what is not there, of what is too far away, and a mean over what is left. */
  function maskedMean(draw) {
    const { shape } = draw.tensor();
    const [mask, total, v] = [draw.name('mask'), draw.name('total'), draw.name('v')];
    const x = draw.ofShape(shape);
    draw.declareTensor(v, []);
    const test = draw.pick([`tf.greater(${x}, 0)`, `tf.lessEqual(tf.abs(${x}), 1)`, `tf.isFinite(${x})`]);
    const under = draw.pick([
      draw.op(`tf.maximum(${total}, 1)`),
      draw.op(`tf.add(${total}, 1e-3)`),
      total,
      draw.op(`tf.where(tf.equal(${total}, 0), tf.onesLike(${total}), ${total})`),
    ]);
    return [
      `const ${mask} = ${draw.op(`tf.cast(${test}, 'float32')`)};`,
      `const ${total} = ${draw.op(`tf.sum(${mask})`)};`,
      `const ${v} = ${draw.op(`tf.div(${draw.op(`tf.sum(${draw.op(`tf.mul(${x}, ${mask})`)})`)}, ${under})`)};`,
    ];
  },
];
