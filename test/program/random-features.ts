/** Pieces of random programs that use one feature of the language each, on tensors that are at hand. */
import type { Draw, Shape, Statement } from './random-source.js';

/** What a piece is drawn with. */
export interface Drawing {
  readonly g: Draw;
  int(min: number, max: number): number;
  oneIn(often: number): boolean;
  pick<T>(from: readonly T[]): T;
  name(prefix: string): string;
  /** Marks an operation, or a call of a function of the program. */
  op(expression: string): string;
  called(expression: string): string;
  tensor(): { name: string; shape: Shape };
  ofShape(shape: Shape): string;
  /** An operation on what is at hand, of this shape. */
  expressionOf(shape: Shape): string;
  number(): string;
  condition(): string;
  /** A variable that may be assigned. */
  target(): { name: string; shape: Shape } | undefined;
  declareTensor(name: string, shape: Shape, mutable?: boolean): void;
  declareNumber(name: string): void;
}

type Feature = (draw: Drawing) => Statement;

const UNARY = [
  'exp',
  'log',
  'neg',
  'abs',
  'sqrt',
  'tanh',
  'square',
  'relu',
  'sigmoid',
  'reciprocal',
] as const;

const unary = (draw: Drawing, x: string): string => draw.op(`tf.${draw.pick(UNARY)}(${x})`);

const binary = (draw: Drawing, x: string, y: string): string =>
  draw.op(`tf.${draw.pick(['add', 'sub', 'mul', 'div', 'maximum', 'minimum'])}(${x}, ${y})`);

export const FEATURES: readonly Feature[] = [
  function getterAndSetter(draw) {
    const { shape } = draw.tensor();
    const [o, v] = [draw.name('o'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${o} = { inner: ${draw.ofShape(shape)}, get half() { return ${draw.op('tf.mul(this.inner, 0.5)')}; }, set half(y: any) { this.inner = ${unary(draw, 'y')}; } };`,
      ...(draw.oneIn(2)
        ? [`${o}.half = ${draw.ofShape(shape)};`]
        : [`if (${draw.condition()}) ${o}.half = ${draw.ofShape(shape)};`]),
      `const ${v} = ${o}.half;`,
    ];
  },

  function restAndSpread(draw) {
    const { shape } = draw.tensor();
    const [fn, v, list] = [draw.name('all'), draw.name('v'), draw.name('args')];
    draw.declareTensor(v, shape);
    const some = Array.from({ length: draw.int(1, 3) }, () => draw.ofShape(shape)).join(', ');
    return [
      `const ${fn} = (first: any, ...more: any[]) => more.reduce((x, y) => ${binary(draw, 'x', 'y')}, first);`,
      `const ${list} = [${some}];`,
      ...(draw.oneIn(2)
        ? [`for (let i = 0; i < ${draw.int(0, 2)}; i++) ${list}.push(${draw.ofShape(shape)});`]
        : []),
      `const ${v} = ${draw.called(`${fn}(...${list}${draw.oneIn(2) ? `, ${draw.ofShape(shape)}` : ''})`)};`,
    ];
  },

  function patternsAsParameters(draw) {
    const { shape } = draw.tensor();
    const [fn, v, k] = [draw.name('g'), draw.name('v'), draw.name('k')];
    draw.declareTensor(v, shape);
    const given = draw.oneIn(2) ? `, [${draw.ofShape(shape)}]` : '';
    return [
      `const ${fn} = ({ x, k: ${k} = ${draw.number()}, ...rest }: any, [y = ${draw.ofShape(shape)}]: any[] = []) => ${draw.op(`tf.mul(${binary(draw, 'x', 'y')}, rest.scale ?? ${k})`)};`,
      `const ${v} = ${draw.called(`${fn}({ x: ${draw.ofShape(shape)}${draw.oneIn(2) ? `, scale: ${draw.number()}` : ''} }${given})`)};`,
    ];
  },

  function generator(draw) {
    const target = draw.target() ?? draw.tensor();
    const fn = draw.name('gen');
    const use =
      draw.target() === undefined
        ? `${unary(draw, 'e')};`
        : `${target.name} = ${binary(draw, target.name, 'e')};`;
    // What a generator reads when it goes on is read, as far as gradlint knows, when it is called.
    return [
      `function* ${fn}(p: any, q: any, more: boolean) { yield p; if (more) yield ${unary(draw, 'q')}; }`,
      `for (const e of ${fn}(${draw.ofShape(target.shape)}, ${draw.ofShape(target.shape)}, ${draw.condition()})) { ${use} }`,
    ];
  },

  function higherOrder(draw) {
    const { shape } = draw.tensor();
    const [fn, v] = [draw.name('twice'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${fn} = (h: any) => (x: any) => h(h(x));`,
      `const ${v} = ${fn}((x: any) => ${unary(draw, 'x')})(${draw.ofShape(shape)});`,
    ];
  },

  function listChangedByAnother(draw) {
    const { shape } = draw.tensor();
    const [fn, list, v] = [draw.name('grow'), draw.name('zs'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${fn} = (list: any[], x: any) => { list.push(x); if (${draw.condition()}) return; list[0] = ${unary(draw, 'x')}; };`,
      `const ${list} = [${draw.ofShape(shape)}];`,
      `${draw.called(`${fn}(${list}, ${draw.ofShape(shape)})`)};`,
      `const ${v} = ${binary(draw, `${list}[0]`, `${list}[1]`)};`,
    ];
  },

  function numbersInLists(draw) {
    const [list, sum, top] = [draw.name('ns'), draw.name('k'), draw.name('k')];
    draw.declareNumber(sum);
    draw.declareNumber(top);
    return [
      `const ${list} = [${draw.number()}, ${draw.number()}, ${draw.number()}];`,
      ...(draw.oneIn(2)
        ? [`for (let i = 0; i < 3; i++) ${list}[i] ${draw.pick(['+=', '*=', '-='])} ${draw.number()};`]
        : []),
      ...(draw.oneIn(3) ? [`if (${draw.condition()}) ${list}.push(${draw.number()});`] : []),
      ...(draw.oneIn(3) ? [`${list}.sort((p, q) => p - q);`] : []),
      `const ${sum} = ${list}.reduce((p, q) => p + q, 0);`,
      `const ${top} = ${draw.pick(['Math.max', 'Math.min'])}(...${list});`,
    ];
  },

  function fieldsByName(draw) {
    const target = draw.target();
    const shape = target?.shape ?? draw.tensor().shape;
    const o = draw.name('o');
    const use =
      target === undefined
        ? `${unary(draw, `${o}[key]`)};`
        : `${target.name} = ${binary(draw, target.name, `${o}[key]`)};`;
    const loop = draw.pick([
      `for (const key in ${o})`,
      `for (const key of Object.keys(${o}))`,
      `for (const [key] of Object.entries(${o}))`,
    ]);
    return [
      `const ${o}: any = { p: ${draw.ofShape(shape)}, q: ${draw.ofShape(shape)} };`,
      `${loop} { ${use} }`,
    ];
  },

  function listMethods(draw) {
    const { shape } = draw.tensor();
    const [list, v] = [draw.name('zs'), draw.name('v')];
    draw.declareTensor(v, shape);
    const any = (): string => draw.ofShape(shape);
    const method = draw.pick([
      () => `${list}.slice(${draw.int(-2, 1)})`,
      () => `${list}.filter((_, i) => i !== ${draw.int(0, 1)} || ${draw.condition()})`,
      () => `${list}.flatMap((x) => [x, ${unary(draw, 'x')}])`,
      () => `${list}.concat([${any()}])`,
      () => `[...${list}, ${any()}].reverse()`,
      () => `${list}.fill(${any()}, 1)`,
      () => `[${list}, [${any()}]].flat()`,
      () => `[...${list}.entries()].map(([i, x]) => ${draw.op('tf.mul(x, i)')})`,
      () => `Array.from(${list}, (x, i) => ${draw.op('tf.add(x, i)')})`,
    ]);
    return [
      `let ${list} = [${any()}, ${any()}, ${any()}];`,
      ...(draw.oneIn(2) ? [`${list}.splice(1, ${draw.int(0, 1)}, ${any()});`] : []),
      ...(draw.oneIn(2)
        ? [
            `if (${draw.condition()}) ${list}.${draw.pick(['shift()', 'reverse()', `push(${any()})`, `unshift(${any()})`])};`,
          ]
        : []),
      `${list} = ${method()};`,
      `const ${v} = ${draw.pick([`${list}[0]`, `${list}.at(-1)!`, `${list}.find(() => ${draw.condition()}) ?? ${list}[0]`, `${list}.pop()!`])};`,
      `${unary(draw, v)};`,
    ];
  },

  function inheritance(draw) {
    const { shape } = draw.tensor();
    const [base, derived, v, k] = [draw.name('Base'), draw.name('Derived'), draw.name('v'), draw.name('k')];
    draw.declareTensor(v, shape);
    draw.declareNumber(k);
    // There is no `this` before the call of super.
    const number = draw.number();
    const first = number.includes('this.') ? '2' : number;
    return [
      `class ${base} { k = ${draw.number()}; #own = ${draw.number()}; constructor(k: number) { this.k += k; } run(x: any) { return ${binary(draw, 'x', 'this.k')}; } get own() { return this.#own * this.k; } }`,
      `class ${derived} extends ${base} { j = this.k + 1; static made = 0; constructor() { super(${first}); this.k *= 2; ${derived}.made += 1; } run(x: any) { const y = super.run(x); return ${binary(draw, 'y', 'this.j')}; } static make() { return new ${derived}(); } }`,
      `const ${v} = ${derived}.make().run(${draw.ofShape(shape)});`,
      `const ${k} = new ${derived}().own + ${derived}.made;`,
    ];
  },

  function counter(draw) {
    const [count, next, k] = [draw.name('count'), draw.name('next'), draw.name('k')];
    draw.declareNumber(k);
    return [
      `let ${count} = 0;`,
      `const ${next} = () => { if (${draw.condition()}) { ${count} += ${draw.number()}; return ${count}; } return ++${count}; };`,
      `${next}();`,
      ...(draw.oneIn(2) ? [`[1, 2].forEach(${next});`] : []),
      `const ${k} = ${next}() * ${count};`,
    ];
  },

  function returnsFromTry(draw) {
    const { shape } = draw.tensor();
    const [fn, v] = [draw.name('guarded'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${fn} = (x: any): any => { let y = x; try { y = ${unary(draw, 'y')}; if (${draw.condition()}) throw new Error('no'); return ${unary(draw, 'y')}; } catch { y = ${binary(draw, 'y', draw.number())}; } finally { ${unary(draw, 'y')}; } return ${unary(draw, 'y')}; };`,
      `const ${v} = ${draw.called(`${fn}(${draw.ofShape(shape)})`)};`,
    ];
  },

  function oneOfTwoObjects(draw) {
    const { shape } = draw.tensor();
    const [o, v, k] = [draw.name('o'), draw.name('v'), draw.name('k')];
    draw.declareTensor(v, shape);
    draw.declareNumber(k);
    return [
      `const ${o} = ${draw.condition()} ? { t: ${draw.ofShape(shape)}, k: ${draw.number()} } : { t: ${draw.expressionOf(shape)}, k: ${draw.number()} };`,
      `const ${v} = ${binary(draw, `${o}.t`, `${o}.k`)};`,
      `const ${k} = ${o}.k;`,
    ];
  },

  function nestedLists(draw) {
    const target = draw.target();
    const shape = target?.shape ?? draw.tensor().shape;
    const use =
      target === undefined ? `${unary(draw, 'e')};` : `${target.name} = ${binary(draw, target.name, 'e')};`;
    const rows = `[[${draw.ofShape(shape)}, ${draw.ofShape(shape)}], [${draw.ofShape(shape)}]]`;
    return [
      `for (const row of ${rows}) for (const e of row) { if (${draw.condition()}) ${draw.pick(['continue', 'break'])}; ${use} }`,
    ];
  },

  function optional(draw) {
    const { shape } = draw.tensor();
    const [o, v] = [draw.name('o'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${o}: any = ${draw.condition()} ? { t: ${draw.ofShape(shape)} } : undefined;`,
      `const ${v} = ${o}?.t ?? ${draw.ofShape(shape)};`,
      `${unary(draw, v)};`,
    ];
  },

  function unusualLoops(draw) {
    const target = draw.target();
    if (target === undefined) return [`${unary(draw, draw.tensor().name)};`];
    const step = `${target.name} = ${draw.expressionOf(target.shape)};`;
    const j = draw.name('j');
    return draw.pick<() => Statement>([
      () => [`let ${j} = 3; while ((${j} -= 1) > 0) { ${step} }`],
      () => [
        `for (let i = 0, ${j} = 3; i < ${j}; i++, ${j}--) { ${step} if (${draw.condition()}) continue; ${target.name} = ${binary(draw, target.name, 'i')}; }`,
      ],
      () => [`let ${j} = 0; for (;;) { if (${j}++ > 1) break; ${step} }`],
      () => [
        `let ${j} = 0; do { if (${draw.condition()}) { ${j} += 2; continue; } ${step} ${j}++; } while (${j} < 3);`,
      ],
      () => [
        `outer${j}: for (const i of [1, 2, 3]) { for (const ${j} of [1, 2]) { if (${draw.condition()}) continue outer${j}; if (${draw.condition()}) break outer${j}; ${step} } ${target.name} = ${binary(draw, target.name, 'i')}; }`,
      ],
      () => [
        `block${j}: { ${step} if (${draw.condition()}) break block${j}; ${target.name} = ${draw.expressionOf(target.shape)}; }`,
      ],
    ])();
  },

  function switchOnTruth(draw) {
    const target = draw.target();
    if (target === undefined) return [`${unary(draw, draw.tensor().name)};`];
    const step = (): string => `${target.name} = ${draw.expressionOf(target.shape)};`;
    return [
      `switch (true) { case ${draw.condition()}: ${step()} break; case ${draw.condition()}: ${step()} default: ${step()} }`,
    ];
  },

  function callApplyBind(draw) {
    const { shape } = draw.tensor();
    const [fn, v] = [draw.name('h'), draw.name('v')];
    draw.declareTensor(v, shape);
    const call = draw.pick([
      `${fn}.call(null, ${draw.ofShape(shape)}, 2)`,
      `${fn}.apply(null, [${draw.ofShape(shape)}, 3])`,
      `${fn}.bind(null, ${draw.ofShape(shape)})(4)`,
    ]);
    return [`const ${fn} = (x: any, k: number) => ${binary(draw, 'x', 'k')};`, `const ${v} = ${call};`];
  },

  function swapInList(draw) {
    const { shape } = draw.tensor();
    const [list, v] = [draw.name('zs'), draw.name('v')];
    draw.declareTensor(v, shape);
    const swap = `[${list}[0], ${list}[1]] = [${list}[1], ${list}[0]];`;
    return [
      `const ${list} = [${draw.ofShape(shape)}, ${draw.ofShape(shape)}];`,
      draw.oneIn(2) ? swap : `if (${draw.condition()}) { ${swap} }`,
      `const ${v} = ${binary(draw, `${list}[0]`, `${list}[1]`)};`,
    ];
  },

  function recursionThatChanges(draw) {
    const target = draw.target();
    if (target === undefined) return [`${unary(draw, draw.tensor().name)};`];
    const walk = draw.name('walk');
    const step = draw.pick(['abs', 'neg', 'tanh']);
    return [
      `const ${walk} = (depth: number) => { if (depth <= 0) return; ${target.name} = tf.${step}(${target.name}); ${walk}(depth - 1); };`,
      `${walk}(2);`,
    ];
  },

  function readBack(draw) {
    const { name, shape } = draw.tensor();
    const [a, b, v] = [draw.name('k'), draw.name('k'), draw.name('v')];
    draw.declareNumber(a);
    draw.declareNumber(b);
    draw.declareTensor(v, [2]);
    const many = shape.reduce((product, size) => product * size, 1) > 1;
    const read = many
      ? `const [${a}, ${b}] = ${name}.dataSync();`
      : `const ${a} = ${name}.dataSync()[0]!; const ${b} = ${draw.number()};`;
    return [read, `const ${v} = ${draw.op(`tf.tensor1d([${a}, ${draw.op(`${a} - ${b}`)}])`)};`];
  },

  function nestedRead(draw) {
    const { name, shape } = draw.tensor();
    const k = draw.name('k');
    draw.declareNumber(k);
    const index = shape.map((size) => `[${draw.int(0, size - 1)}]`).join('');
    const other = shape.map((size) => `[${draw.int(0, size - 1)}]`).join('');
    if (shape.length === 0) return [`const ${k} = ${name}.arraySync();`];
    return [
      // The rank has to be known: of a list of unknown depth nothing is followed.
      `const all${k}: any = tf.reshape(${name}, [${shape}]).arraySync();`,
      `const ${k} = ${draw.op(`all${k}${index} - all${k}${other}`)};`,
    ];
  },

  function shapesAsValues(draw) {
    const { name, shape } = draw.tensor();
    const v = draw.name('v');
    draw.declareTensor(v, shape);
    const made = draw.pick([
      `tf.fill(${name}.shape, ${draw.number()})`,
      `tf.ones([...${name}.shape])`,
      `tf.reshape(${name}, ${name}.shape)`,
      `tf.zeros(${name}.shape.map((size: number) => size))`,
      `tf.ones(${name}.shape.slice())`,
      `tf.reshape(${name}, [${shape.map((_, axis) => `${name}.shape[${axis}]`).join(', ')}])`,
    ]);
    return [`const ${v} = ${draw.op(made)};`];
  },

  function logicalAssignment(draw) {
    const { shape } = draw.tensor();
    const [v, k] = [draw.name('v'), draw.name('k')];
    draw.declareTensor(v, shape, true);
    draw.declareNumber(k);
    return [
      `let ${v}: any = ${draw.pick(['null', 'undefined', draw.ofShape(shape)])};`,
      `${v} ??= ${draw.expressionOf(shape)};`,
      `let ${k}: any = ${draw.op(`${draw.number()} * 1`)}; ${k} ${draw.pick(['||=', '&&=', '??='])} ${draw.number()};`,
    ];
  },

  function conditionalMethod(draw) {
    const { shape } = draw.tensor();
    const [op, v] = [draw.name('op'), draw.name('v')];
    draw.declareTensor(v, shape);
    const [one, other] = [draw.pick(UNARY), draw.pick(UNARY)];
    return [
      `const ${op} = ${draw.condition()} ? (x: any) => ${draw.op(`tf.${one}(x)`)} : (x: any) => ${draw.op(`tf.${other}(x)`)};`,
      `const ${v} = ${draw.condition()} ? ${op}(${draw.ofShape(shape)}) : ${draw.ofShape(shape)};`,
    ];
  },

  function fieldsThatChange(draw) {
    const { shape } = draw.tensor();
    const [o, v, k] = [draw.name('o'), draw.name('v'), draw.name('k')];
    draw.declareTensor(v, shape);
    draw.declareNumber(k);
    return [
      `const ${o}: any = { t: ${draw.ofShape(shape)}, k: ${draw.number()}, step() { this.k += ${draw.number()}; if (${draw.condition()}) return this; this.t = ${unary(draw, 'this.t')}; return this; } };`,
      draw.oneIn(2) ? `${o}.step().step();` : `for (let i = 0; i < ${draw.int(0, 3)}; i++) ${o}.step();`,
      ...(draw.oneIn(3) ? [`delete ${o}.k; ${o}.k ??= ${draw.number()};`] : []),
      `const ${v} = ${binary(draw, `${o}.t`, `${o}.k`)};`,
      `const ${k} = ${o}['k'];`,
    ];
  },

  function objectsRebuilt(draw) {
    const { shape } = draw.tensor();
    const [s, v] = [draw.name('s'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `let ${s}: any = { t: ${draw.ofShape(shape)}, k: ${draw.number()} };`,
      `for (let i = 0; i < ${draw.pick(['2', '3', 'EPS * 30'])}; i++) { ${s} = { ...${s}, t: ${binary(draw, `${s}.t`, `${s}.k`)}, k: ${s}.k ${draw.pick(['+', '*', '-'])} ${draw.number()} }; if (${draw.condition()}) break; }`,
      `const ${v} = ${unary(draw, `${s}.t`)};`,
    ];
  },

  function nodesInAList(draw) {
    const { shape } = draw.tensor();
    const [list, v] = [draw.name('cells'), draw.name('v')];
    draw.declareTensor(v, shape);
    return [
      `const ${list}: any[] = []; let last${list}: any;`,
      `for (let i = 0; i < 3; i++) { const cell: any = { t: ${draw.ofShape(shape)} }; if (last${list}) cell.t = ${binary(draw, 'cell.t', `last${list}.t`)}; cell.k = i; ${list}.push(cell); last${list} = cell; }`,
      `const ${v} = ${unary(draw, `${list}[${list}.length - 1].t`)};`,
    ];
  },
];
