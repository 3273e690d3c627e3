import { describe, expect, it } from 'vitest';
import { constantOf, facts, formula, formulas, lower, type Files, found } from './lower.js';

/** Values are followed through the code: each program says how its `f` makes what it returns. */

/** Title, program, what `f` gives as an expression over its inputs. */
type Case = readonly [title: string, program: string, expected: string];

function follows(cases: readonly Case[]): void {
  it.each(cases.map(([title, program, expected]) => ({ title, program, expected })))(
    '$title',
    ({ program, expected }) => {
      expect(formulas(program)).toBe(expected);
    },
  );
}

describe('variables', () => {
  follows([
    ['a local', `function f(a: tf.Tensor) { const b = tf.exp(a); return tf.log(b); }`, 'log(exp(a))'],
    [
      'a local that is reassigned',
      `function f(a: tf.Tensor) { let b = tf.exp(a); b = tf.log(b); b = tf.abs(b); return b; }`,
      'abs(log(exp(a)))',
    ],
    [
      'a local of an inner block hides an outer one',
      `function f(a: tf.Tensor) { const b = tf.exp(a); { const b = tf.log(a); b.print(); } return b; }`,
      'exp(a)',
    ],
    [
      'var belongs to the function',
      `function f(a: tf.Tensor) { { var b = tf.exp(a); } return b; }`,
      'exp(a)',
    ],
    [
      'var in a branch that is taken',
      `function f(a: tf.Tensor) { if (true) { var b = tf.exp(a); } return b; }`,
      'exp(a)',
    ],
    [
      'an assignment as a value',
      `function f(a: tf.Tensor) { let b, c; b = c = tf.exp(a); return tf.sub(b, c); }`,
      'sub(exp(a), exp(a))',
    ],
    [
      'swapping',
      `function f(a: tf.Tensor, b: tf.Tensor) { [a, b] = [b, a]; return tf.sub(a, b); }`,
      'sub(b, a)',
    ],
    [
      'a module constant',
      `const EPS = 1e-7; function f(a: tf.Tensor) { return tf.add(a, EPS); }`,
      'add(a, 1e-7)',
    ],
    [
      'a constant that is computed',
      `const A = 2; const B = A ** 3 - 1; function f(a: tf.Tensor) { return tf.add(a, B % 4); }`,
      'add(a, 3)',
    ],
    [
      'Math constants',
      `function f(a: tf.Tensor) { return tf.add(a, Math.floor(Math.PI) + Math.max(1, 2, 3)); }`,
      'add(a, 6)',
    ],
    [
      'as const',
      `const C = { eps: 1e-7 } as const; function f(a: tf.Tensor) { return tf.add(a, C.eps); }`,
      'add(a, 1e-7)',
    ],
    [
      'an enum',
      `enum Axis { Batch, Time, Feature = 5 } function f(a: tf.Tensor) { return tf.add(a, Axis.Feature + Axis.Time); }`,
      'add(a, 6)',
    ],
    [
      'an enum whose members use each other',
      `enum E { A = 2, B = A * 3 } function f(a: tf.Tensor) { return tf.add(a, E.B); }`,
      'add(a, 6)',
    ],
    [
      'bitwise operators',
      `function f(a: tf.Tensor) { let n = 3; n |= 4; n <<= 1; return tf.add(a, n & ~1); }`,
      'add(a, 14)',
    ],
    [
      'a bitwise assignment of a number nobody knows',
      `function f(a: tf.Tensor, k: number) { let n = 3; n |= k; return tf.add(a, n); }`,
      'add(a, ?)',
    ],
    [
      '++ and --',
      `function f(a: tf.Tensor) { let n = 3; const old = n++; --n; n += 2; return tf.add(tf.mul(a, old), n); }`,
      'add(mul(a, 3), 5)',
    ],
    [
      'unary plus makes a number',
      `function f(a: tf.Tensor) { return tf.add(a, +'3' + Number('4')); }`,
      'add(a, 7)',
    ],
    ['a template', 'function f(a: tf.Tensor) { const k = `${"lo"}${"g"}`; return tf[k](a); }', 'log(a)'],
  ]);
});

describe('destructuring', () => {
  follows([
    [
      'an object',
      `function f(a: tf.Tensor) { const { x, y } = { x: tf.exp(a), y: tf.log(a) }; return tf.sub(x, y); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'with other names and defaults',
      `function f(a: tf.Tensor) { const { x: u = tf.abs(a), y: v = tf.abs(a) } = { x: tf.exp(a) } as any; return tf.sub(u, v); }`,
      'sub(exp(a), abs(a))',
    ],
    [
      'nested',
      `function f(a: tf.Tensor) { const { x: { y: [, z] } } = { x: { y: [1, tf.exp(a)] } }; return z; }`,
      'exp(a)',
    ],
    [
      'rest of an object',
      `function f(a: tf.Tensor) { const { x, ...others } = { x: 1, y: tf.exp(a), z: tf.log(a) }; return tf.sub(others.y, others.z); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'rest of a list',
      `function f(a: tf.Tensor) { const [first, ...others] = [tf.exp(a), tf.log(a), tf.abs(a)]; return tf.sub(others[1], first); }`,
      'sub(abs(a), exp(a))',
    ],
    [
      'a computed name',
      `const key = 'y'; function f(a: tf.Tensor) { const { [key]: z } = { x: 1, y: tf.exp(a) }; return z; }`,
      'exp(a)',
    ],
    [
      'parameters',
      `function g({ x, y = 2 }, [z]) { return tf.add(tf.mul(x, y), z); } function f(a: tf.Tensor) { return g({ x: a }, [3]); }`,
      'add(mul(a, 2), 3)',
    ],
    [
      'the result of an op',
      `function f(a: tf.Tensor) { const { mean, variance } = tf.moments(a); return tf.sub(mean, variance); }`,
      'sub(moments(a).mean, moments(a).variance)',
    ],
    [
      'a list of tensors',
      `function f(a: tf.Tensor) { const [x, y] = tf.split(a, 2); return tf.sub(y, x); }`,
      'sub(split(a).1, split(a).0)',
    ],
    [
      'a Map by its keys',
      `const units = new Map([['exp', tf.exp], ['log', tf.log]]); function f(a: tf.Tensor) { return units.get('log')!(a); }`,
      'log(a)',
    ],
    [
      'a Map, entry by entry',
      `function f(a: tf.Tensor, b: tf.Tensor) { let sum = a; for (const [name, x] of new Map([['exp', a], ['log', b]])) sum = name === 'exp' ? sum.add(tf.exp(x)) : sum.add(tf.log(x)); return sum; }`,
      'add(add(a, exp(a)), log(b))',
    ],
    [
      'a Map with numbers for keys',
      `function f(a: tf.Tensor, b: tf.Tensor) { let sum = a; for (const [axis, x] of new Map([[1, a], [2, b]])) sum = axis === 1 ? sum.add(tf.exp(x)) : sum.add(tf.log(x)); return sum; }`,
      'add(add(a, exp(a)), log(b))',
    ],
    [
      'a Map that is one of two',
      `function f(a: tf.Tensor, x: tf.Tensor) { const m = a.rank > 1 ? new Map([['x', x]]) : new Map([['x', x]]); return tf.exp(m.get('x')!); }`,
      'exp(x)',
    ],
    [
      'a Map that is written under a key which nobody knows',
      `function f(a: tf.Tensor, b: tf.Tensor, name: string) { const m = new Map([['a', a]]); m.set(name, b); return tf.exp(m.get('a')!); }`,
      'exp(either(a, b))',
    ],
    [
      'a Map of which something was deleted',
      `function f(a: tf.Tensor, b: tf.Tensor) { const m = new Map([['a', a], ['b', b]]); m.delete('a'); return tf.sub(m.get('b')!, m.get('a')!); }`,
      'sub(b, ?)',
    ],
    [
      'places of a list of which the length is not known',
      `function f(a: tf.Tensor2D) { const [x, y] = tf.unstack(a, 1); return tf.sub(y, x); }`,
      'sub(unstack(a).1, unstack(a).0)',
    ],
    [
      'rows of a tensor that is long',
      `function f(a: tf.Tensor2D) { const rows = tf.unstack(a.pad([[0, 600000], [0, 0]])); return tf.sub(rows[5]!, rows[0]!); }`,
      'sub(unstack(pad(a)).5, unstack(pad(a)).0)',
    ],
    [
      'parts without end',
      `function f(a: tf.Tensor2D) { const [x, y] = tf.split(a, 1e400); return tf.sub(y, x); }`,
      'sub(split(a).1, split(a).0)',
    ],
    [
      'an assignment to fields',
      `function f(a: tf.Tensor) { const o: any = {}; ({ x: o.u, y: o.v } = { x: tf.exp(a), y: tf.log(a) }); return tf.sub(o.u, o.v); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'an assignment with a default',
      `function f(a: tf.Tensor) { let x, y; [x = tf.abs(a), y = tf.exp(a)] = [tf.log(a)]; return tf.sub(x, y); }`,
      'sub(log(a), exp(a))',
    ],
    [
      'an assignment with a rest',
      `function f(a: tf.Tensor) { let x, y; [x, ...y] = [tf.log(a), tf.exp(a)]; return tf.sub(x, y[0]); }`,
      'sub(log(a), exp(a))',
    ],
    [
      'the rest of an object that a call gives',
      `const g = ({ x, ...rest }: any) => tf.mul(x, rest.scale ?? 2); function f(a: tf.Tensor, n: number) { return g({ x: a, scale: n }); }`,
      'mul(a, n)',
    ],
    [
      'a default for what may be missing',
      `const g = ({ x = tf.abs(tf.ones([2])) }: any) => x; function f(a: tf.Tensor, c: boolean) { return g({ x: c ? a : undefined }); }`,
      'either(a, abs(ones()))',
    ],
    [
      'a method that others have too, of what then is used as a tensor',
      `function f(a) { return a.add(1).exp(); }`,
      'exp(add(a, 1))',
    ],
    [
      'objects that hold each other',
      `function f(a: tf.Tensor, c: boolean) { const p: any = { t: tf.exp(a) }; const q: any = { t: tf.log(a), other: p }; p.other = q; return (c ? p : q).other.t; }`,
      'either(exp(a), log(a))',
    ],
  ]);
});

describe('objects and lists', () => {
  follows([
    ['a field', `function f(a: tf.Tensor) { const o = { x: tf.exp(a) }; return o.x; }`, 'exp(a)'],
    [
      'a field that is assigned',
      `function f(a: tf.Tensor) { const o = { x: tf.exp(a) }; o.x = tf.log(o.x); return o['x']; }`,
      'log(exp(a))',
    ],
    ['a shorthand field', `function f(a: tf.Tensor) { const x = tf.exp(a); return { x }.x; }`, 'exp(a)'],
    [
      'a computed field',
      `const K = 'x'; function f(a: tf.Tensor) { return { [K]: tf.exp(a) }.x; }`,
      'exp(a)',
    ],
    [
      'two names for one object',
      `function f(a: tf.Tensor) { const o = { x: a }; const p = o; p.x = tf.exp(a); return o.x; }`,
      'exp(a)',
    ],
    [
      'a method that uses this',
      `const o = { k: 2, scale(x) { return tf.mul(x, this.k); } }; function f(a: tf.Tensor) { return o.scale(a); }`,
      'mul(a, 2)',
    ],
    [
      'a getter',
      `const o = { get k() { return 2; } }; function f(a: tf.Tensor) { return tf.mul(a, o.k); }`,
      'mul(a, 2)',
    ],
    [
      'a setter',
      `function f(a: tf.Tensor) { const o = { v: a, set x(y) { this.v = tf.exp(y); } }; o.x = a; return o.v; }`,
      'exp(a)',
    ],
    [
      'a spread with overrides',
      `function f(a: tf.Tensor) { const o = { x: tf.exp(a), y: tf.log(a) }; const p = { ...o, y: tf.abs(a) }; return tf.sub(p.x, p.y); }`,
      'sub(exp(a), abs(a))',
    ],
    [
      'defaults under given options',
      `function g(x, options = {}) { const { eps, k } = { eps: 1e-7, k: 1, ...options } as any; return tf.add(tf.mul(x, k), eps); }
      function f(a: tf.Tensor) { return g(a, { k: 3 }); }`,
      'add(mul(a, 3), 1e-7)',
    ],
    [
      'Object.assign',
      `function f(a: tf.Tensor) { const o: any = Object.assign({}, { x: tf.exp(a) }, { y: 2 }); return tf.mul(o.x, o.y); }`,
      'mul(exp(a), 2)',
    ],
    [
      'Object.entries',
      `function f(a: tf.Tensor) { return Object.entries({ x: 2, y: 3 }).reduce((sum, [, value]) => tf.mul(sum, value), a); }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'optional chaining into an object',
      `function f(a: tf.Tensor) { const o: any = { x: { y: tf.exp(a) } }; return o?.x?.y; }`,
      'exp(a)',
    ],
    ['a list element', `function f(a: tf.Tensor) { return [tf.exp(a), tf.log(a)][1]; }`, 'log(a)'],
    [
      'an element that is replaced',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a), tf.log(a)]; xs[1] = tf.abs(a); return tf.sub(xs[0], xs[1]); }`,
      'sub(exp(a), abs(a))',
    ],
    [
      'an element that is replaced by an index nobody knows',
      `function f(a: tf.Tensor, i: number) { const xs = [tf.exp(a), tf.log(a)]; xs[i] = tf.abs(a); return xs[0]; }`,
      'either(abs(a), exp(a))',
    ],
    [
      'a field that is replaced by a name nobody knows',
      `function f(a: tf.Tensor, k: string) { const o = { x: tf.exp(a) }; o[k] = tf.abs(a); return o.x; }`,
      'either(abs(a), exp(a))',
    ],
    ['at', `function f(a: tf.Tensor) { return [tf.exp(a), tf.log(a)].at(-1); }`, 'log(a)'],
    [
      'a spread between elements',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a)]; return [1, ...xs, tf.log(a)][1]; }`,
      'exp(a)',
    ],
    [
      'concat',
      `function f(a: tf.Tensor) { return [1].concat([2, 3], 4).reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(mul(mul(a, 1), 2), 3), 4)',
    ],
    [
      'push, pop, shift and unshift',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a)]; xs.push(tf.log(a)); xs.unshift(tf.abs(a)); const last = xs.pop(); return tf.sub(last, xs.shift()); }`,
      'sub(log(a), abs(a))',
    ],
    [
      'a list after shift',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a), tf.log(a)]; xs.shift(); return xs[0]; }`,
      'log(a)',
    ],
    [
      'splice',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a), tf.log(a), tf.abs(a)]; const [x] = xs.splice(1, 1, tf.neg(a)); return tf.sub(x, xs[1]); }`,
      'sub(log(a), neg(a))',
    ],
    [
      'reverse',
      `function f(a: tf.Tensor) { const xs = [tf.exp(a), tf.log(a)]; xs.reverse(); return xs[0]; }`,
      'log(a)',
    ],
    [
      'sort of written numbers, by what a function says of two of them',
      `function f(a: tf.Tensor) { const xs = [2, 10, 1].sort((p, q) => q - p); return tf.mul(tf.mul(a, xs[0]), xs[2]); }`,
      'mul(mul(a, 10), 1)',
    ],
    [
      'sort of others, after which every place may hold any',
      `function f(a: tf.Tensor, b: number) { const xs = [2, b]; xs.sort(); return tf.mul(a, xs[0]); }`,
      'mul(a, ?)',
    ],
    ['fill', `function f(a: tf.Tensor) { return tf.mul(a, new Array(3).fill(2)[1]); }`, 'mul(a, 2)'],
    [
      'slice',
      `function f(a: tf.Tensor) { return [1, 2, 3, 4].slice(-3, -1).reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'map',
      `function f(a: tf.Tensor) { const [x, y] = [2, 3].map((k, i) => tf.mul(a, k + i)); return tf.sub(x, y); }`,
      'sub(mul(a, 2), mul(a, 4))',
    ],
    [
      'flatMap',
      `function f(a: tf.Tensor) { return [2, 3].flatMap((k) => [k, -k]).reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(mul(mul(a, 2), -2), 3), -3)',
    ],
    [
      'flat',
      `function f(a: tf.Tensor) { return [[2], [3]].flat().reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'filter by what is known',
      `function f(a: tf.Tensor) { return [1, 2, 3].filter((k) => k !== 2).reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(a, 1), 3)',
    ],
    [
      'forEach with an outer variable',
      `function f(a: tf.Tensor) { let x = a; [2, 3].forEach((k) => { x = x.mul(k); }); return x; }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'reduce',
      `function f(a: tf.Tensor) { return [tf.exp(a), tf.log(a), tf.abs(a)].reduce((x, y) => x.add(y)); }`,
      'add(add(exp(a), log(a)), abs(a))',
    ],
    [
      'reduce over many numbers',
      `function f(a: tf.Tensor) { return tf.mul(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((x, y) => x + y, 0)); }`,
      'mul(a, 55)',
    ],
    [
      'reduceRight',
      `function f(a: tf.Tensor) { return [2, 3].reduceRight((x, k) => x.mul(k), a); }`,
      'mul(mul(a, 3), 2)',
    ],
    [
      'Array.from with a mapper',
      `function f(a: tf.Tensor) { return Array.from({ length: 2 }, (_, i) => i + 2).reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'keys of a new list',
      `function f(a: tf.Tensor) { return [...Array(3).keys()].reduce((x, k) => x.mul(k), a); }`,
      'mul(mul(mul(a, 0), 1), 2)',
    ],
    [
      'entries',
      `function f(a: tf.Tensor) { let x = a; for (const [i, k] of [5, 7].entries()) x = x.mul(i + k); return x; }`,
      'mul(mul(a, 5), 8)',
    ],
    [
      'includes and join',
      `function f(a: tf.Tensor) { return [1, 2].includes(2) ? tf[['l', 'o', 'g'].join('')](a) : a; }`,
      'log(a)',
    ],
    [
      'the length of a list',
      `function f(a: tf.Tensor) { const xs = [1, 2, 3]; return tf.div(a, xs.length); }`,
      'div(a, 3)',
    ],
    [
      'elements of a list nobody knows are told apart',
      `function f(xs: tf.Tensor[]) { return tf.sub(xs[0], xs[1]); }`,
      'sub(xs[0], xs[1])',
    ],
  ]);

  it('tells elements apart that are taken out by a pattern', () => {
    const program = `function f(a: tf.Tensor, n: number) { const xs = []; for (let i = 0; i < n; i++) xs.push(tf.exp(a)); const [x, y] = xs; return tf.sub(x, y); }`;
    expect(facts(program)).toBe('[?] any');
  });

  it('tells the numbers of a tensor apart', () => {
    expect(
      facts(
        `/** @shape a [2] */ function f(a: tf.Tensor1D) { const v = a.arraySync(); return v[0] - v[1]; }`,
      ),
    ).toBe('[] [-200, 200]');
    expect(facts(`function f(a: tf.Tensor1D) { const [x, y] = a.dataSync(); return x - y; }`)).toBe(
      '[] [-200, 200]',
    );
  });
});

describe('functions', () => {
  follows([
    [
      'a function declared later',
      `function f(a: tf.Tensor) { return g(a); function g(x) { return tf.exp(x); } }`,
      'exp(a)',
    ],
    [
      'a default argument',
      `function g(x, eps = 1e-7) { return tf.add(x, eps); } function f(a: tf.Tensor) { return g(a); }`,
      'add(a, 1e-7)',
    ],
    [
      'a default that uses an earlier parameter',
      `function g(x, y = tf.exp(x)) { return tf.sub(x, y); } function f(a: tf.Tensor) { return g(a, undefined); }`,
      'sub(a, exp(a))',
    ],
    [
      'rest arguments',
      `function g(...xs) { return tf.sub(xs[0], xs[1]); } function f(a: tf.Tensor) { return g(tf.exp(a), tf.log(a)); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'spread arguments',
      `function g(x, y) { return tf.sub(x, y); } function f(a: tf.Tensor) { return g(...[tf.exp(a), tf.log(a)]); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'arguments bound beforehand',
      `function g(x, y) { return tf.sub(x, y); } function f(a: tf.Tensor) { return g.bind(null, tf.exp(a))(a); }`,
      'sub(exp(a), a)',
    ],
    [
      'a closure over a parameter',
      `const scaled = (k) => (x) => tf.mul(x, k); function f(a: tf.Tensor) { return scaled(3)(a); }`,
      'mul(a, 3)',
    ],
    [
      'a closure that changes what it closes over',
      `function f(a: tf.Tensor) { let x = a; const step = () => { x = tf.exp(x); }; step(); step(); return x; }`,
      'exp(exp(a))',
    ],
    [
      'each call has variables of its own',
      `const g = (x) => { const y = tf.exp(x); return y; }; function f(a: tf.Tensor) { return tf.sub(g(a), g(tf.abs(a))); }`,
      'sub(exp(a), exp(abs(a)))',
    ],
    [
      'an early return',
      `function g(x) { if (true) return tf.exp(x); return tf.log(x); } function f(a: tf.Tensor) { return g(a); }`,
      'exp(a)',
    ],
    [
      'an early return that may happen',
      `function f(a: tf.Tensor, c: boolean) { if (c) return tf.exp(a); return tf.log(a); }`,
      'either(exp(a), log(a))',
    ],
    [
      'what was changed before an early return stays changed',
      `function f(a: tf.Tensor, c: boolean) { let x = a; const g = () => { if (c) { x = tf.exp(a); return; } x = tf.log(a); }; g(); return x; }`,
      'either(exp(a), log(a))',
    ],
    [
      'a field changed before an early return',
      `function g(o, c) { if (c) { o.x = tf.exp(o.x); return; } o.y = 1; } function f(a: tf.Tensor, c: boolean) { const o: any = { x: a }; g(o, c); return o.x; }`,
      'either(a, exp(a))',
    ],
    [
      'a list grown before an early return',
      `function g(xs, x, c) { if (c) { xs.push(tf.exp(x)); return; } xs.push(tf.log(x)); } function f(a: tf.Tensor, c: boolean) { const xs = []; g(xs, a, c); return xs[0]; }`,
      'either(exp(a), log(a))',
    ],
    [
      'recursion is cut',
      `function g(x, n) { return n === 0 ? x : g(tf.exp(x), n - 1); } function f(a: tf.Tensor, n: number) { return tf.log(g(a, n)); }`,
      'log(either(?, a))',
    ],
    [
      'an option that nobody chose may be chosen',
      `function f(a: tf.Tensor, exact = true, mode = 'log') { if (exact) return tf.abs(a); return mode === 'log' ? tf.log(a) : tf.exp(a); }`,
      'either(abs(a), exp(a), log(a))',
    ],
    [
      'a call that leaves an option out has its default',
      `function g(x, exact = true) { return exact ? tf.log(x) : tf.exp(x); } function f(a: tf.Tensor) { return g(a); }`,
      'log(a)',
    ],
    [
      'every way that a function may take is kept',
      `function f(a: tf.Tensor, n: number) { if (n > 1) return tf.log(a); return tf.exp(a); }`,
      'either(exp(a), log(a))',
    ],
    [
      'what recursion changed is not known any more',
      `function f(a: tf.Tensor, n: number) { let x = a; const g = (k) => { if (k <= 0) return; x = tf.exp(x); g(k - 1); }; g(n); return tf.log(x); }`,
      'log(either(?, a))',
    ],
    [
      'an async function',
      `async function g(x) { return tf.exp(x); } async function f(a: tf.Tensor) { const x = await g(a); return tf.log(x); }`,
      'log(exp(a))',
    ],
    [
      'Promise.all',
      `async function f(a: tf.Tensor) { const [x, y] = await Promise.all([tf.exp(a), tf.log(a)]); return tf.sub(x, y); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'a generator gives what it yields',
      `function* g(x) { yield tf.exp(x); } function f(a: tf.Tensor) { for (const x of g(a)) return tf.log(x); return a; }`,
      'either(a, log(exp(a)))',
    ],
    [
      'a callback of a function nobody knows',
      `declare function unknown(fn: () => void): void; function f(a: tf.Tensor) { let x = a; unknown(() => { x = tf.exp(a); }); return x; }`,
      'either(a, exp(a))',
    ],
    [
      'a timer',
      `function f(a: tf.Tensor) { let x = a; setTimeout(() => { x = tf.exp(a); }, 10); return x; }`,
      'either(a, exp(a))',
    ],
  ]);
});

describe('classes', () => {
  follows([
    [
      'a field',
      `class M { k = 2; run(x) { return tf.mul(x, this.k); } } function f(a: tf.Tensor) { return new M().run(a); }`,
      'mul(a, 2)',
    ],
    [
      'a private field',
      `class M { #k = 2; run(x) { return tf.mul(x, this.#k); } } function f(a: tf.Tensor) { return new M().run(a); }`,
      'mul(a, 2)',
    ],
    [
      'a field of the constructor',
      `class M { constructor(k) { this.k = k; } run(x) { return tf.mul(x, this.k); } } function f(a: tf.Tensor) { return new M(3).run(a); }`,
      'mul(a, 3)',
    ],
    [
      'a parameter property',
      `class M { constructor(private readonly k: number) {} run(x) { return tf.mul(x, this.k); } } function f(a: tf.Tensor) { return new M(3).run(a); }`,
      'mul(a, 3)',
    ],
    [
      'a field that a method changes',
      `class M { x; set(x) { this.x = tf.exp(x); } } function f(a: tf.Tensor) { const m = new M(); m.set(a); return m.x; }`,
      'exp(a)',
    ],
    [
      'an arrow function keeps this',
      `class M { k = 2; run = (x) => tf.mul(x, this.k); } function f(a: tf.Tensor) { const { run } = new M(); return run(a); }`,
      'mul(a, 2)',
    ],
    [
      'a getter',
      `class M { get k() { return 2; } } function f(a: tf.Tensor) { return tf.mul(a, new M().k); }`,
      'mul(a, 2)',
    ],
    [
      'a setter',
      `class M { v; set x(y) { this.v = tf.exp(y); } get x() { return this.v; } } function f(a: tf.Tensor) { const m = new M(); m.x = a; return m.x; }`,
      'exp(a)',
    ],
    [
      'a static field and method',
      `class M { static k = 2; static run(x) { return tf.mul(x, M.k); } } function f(a: tf.Tensor) { return M.run(a); }`,
      'mul(a, 2)',
    ],
    [
      'static this',
      `class M { static k = 2; static twice = this.k * 2; static run(x) { return tf.mul(x, this.twice); } } function f(a: tf.Tensor) { return M.run(a); }`,
      'mul(a, 4)',
    ],
    [
      'a static getter',
      `class M { static get k() { return 2; } } function f(a: tf.Tensor) { return tf.mul(a, M.k); }`,
      'mul(a, 2)',
    ],
    [
      'a static block',
      `class M { static k; static { M.k = 2; } } function f(a: tf.Tensor) { return tf.mul(a, M.k); }`,
      'mul(a, 2)',
    ],
    [
      'a method of the same name as a static one',
      `class M { static run(x) { return tf.exp(x); } run(x) { return tf.log(x); } } function f(a: tf.Tensor) { return tf.sub(M.run(a), new M().run(a)); }`,
      'sub(exp(a), log(a))',
    ],
    [
      'an inherited method',
      `class A { run(x) { return this.op(x); } op(x) { return tf.exp(x); } } class B extends A {} function f(a: tf.Tensor) { return new B().run(a); }`,
      'exp(a)',
    ],
    [
      'an overridden method',
      `class A { run(x) { return this.op(x); } op(x) { return tf.exp(x); } } class B extends A { op(x) { return tf.log(x); } } function f(a: tf.Tensor) { return new B().run(a); }`,
      'log(a)',
    ],
    [
      'super.method()',
      `class A { run(x) { return tf.exp(x); } } class B extends A { run(x) { return tf.log(super.run(x)); } } function f(a: tf.Tensor) { return new B().run(a); }`,
      'log(exp(a))',
    ],
    [
      'super of an object with fields',
      `class A { k = 2; run(x) { return tf.mul(x, this.k); } } class B extends A { run(x) { return super.run(x); } } function f(a: tf.Tensor) { return new B().run(a); }`,
      'mul(a, 2)',
    ],
    [
      'super(…)',
      `class A { constructor(k) { this.k = k; } } class B extends A { constructor() { super(2); this.j = this.k + 1; } } function f(a: tf.Tensor) { const b: any = new B(); return tf.mul(tf.add(a, b.k), b.j); }`,
      'mul(add(a, 2), 3)',
    ],
    [
      'fields come after those of the base class',
      `class A { k = 2; } class B extends A { k = 3; j = this.k + 1; constructor() { super(); } } function f(a: tf.Tensor) { const b = new B(); return tf.mul(tf.add(a, b.k), b.j); }`,
      'mul(add(a, 3), 4)',
    ],
    [
      'an inherited static',
      `class A { static k = 2; } class B extends A {} function f(a: tf.Tensor) { return tf.mul(a, B.k); }`,
      'mul(a, 2)',
    ],
    [
      'a class expression',
      `const M = class { run(x) { return tf.exp(x); } }; function f(a: tf.Tensor) { return new M().run(a); }`,
      'exp(a)',
    ],
    [
      'a mixin',
      `const Logs = (Base) => class extends Base { ln(x) { return tf.log(x); } }; class M extends Logs(Object) {} function f(a: tf.Tensor) { return new M().ln(a); }`,
      'log(a)',
    ],
    [
      'a function with a prototype of its own',
      `function M(k) { this.k = k; } function f(a: tf.Tensor) { const m = new M(2); return tf.mul(a, m.k); }`,
      'mul(a, 2)',
    ],
    [
      'instances are told apart',
      `class M { constructor(k) { this.k = k; } } function f(a: tf.Tensor) { const m = new M(2), n = new M(3); m.k = 5; return tf.mul(tf.mul(a, m.k), n.k); }`,
      'mul(mul(a, 5), 3)',
    ],
    [
      'a method handed on, bound',
      `class M { k = 2; run(x) { return tf.mul(x, this.k); } } function f(a: tf.Tensor) { const m = new M(); const run = m.run.bind(m); return run(a); }`,
      'mul(a, 2)',
    ],
    [
      'a class that is made anew in every round, and counts its instances',
      `function f(a: tf.Tensor) { let x = a; for (let i = 0; i < 9; i++) { class M { static made = 0; constructor() { M.made += 1; } run(y: any) { return tf.add(y, M.made); } } x = new M().run(x); } return x; }`,
      'either(add(?, 1), add(a, 1))',
    ],
    [
      'one of two classes',
      `class A { get k() { return 1; } } class B { get k() { return 2; } } function f(a: tf.Tensor, c: boolean) { const o = c ? new A() : new B(); return o.k === undefined ? tf.exp(a) : tf.abs(a); }`,
      'either(abs(a), exp(a))',
    ],
  ]);
});

describe('branches', () => {
  follows([
    [
      'a default for what one way leaves out',
      `function f(a: tf.Tensor, c: boolean) { const o = c ? { t: tf.exp(a) } : undefined; return o?.t ?? tf.abs(a); }`,
      'either(abs(a), exp(a))',
    ],
    [
      'a field that only one way makes',
      `function f(a: tf.Tensor, c: boolean) { const o: any = c ? { t: tf.exp(a) } : {}; return o.t ?? tf.abs(a); }`,
      'either(abs(a), exp(a))',
    ],
    [
      'what is there is not missing',
      `function f(a: tf.Tensor, c: boolean) { let t: tf.Tensor | null = null; if (c) t = tf.exp(a); if (t !== null) return t ?? tf.abs(a); return a; }`,
      'either(a, exp(a))',
    ],
    [
      'a method of what may be missing',
      `function f(a: tf.Tensor, c: boolean) { let x = a; const o = c ? { step() { x = tf.exp(x); } } : undefined; o?.step(); return x; }`,
      'either(a, exp(a))',
    ],
    [
      'what may be missing spread over something',
      `function f(a: tf.Tensor, c: boolean) { const o = c ? { t: tf.exp(a) } : undefined; return { t: tf.abs(a), ...o }.t; }`,
      'either(abs(a), exp(a))',
    ],
    [
      'a comparison with what may be missing',
      `function f(a: tf.Tensor, c: boolean) { const k = c ? 1 : undefined; return k === undefined ? tf.abs(a) : tf.exp(a); }`,
      'either(abs(a), exp(a))',
    ],
    [
      'a number that the type says is given needs no default',
      `function f(a: tf.Tensor, n: number) { return tf.mul(a, n ?? 1); }`,
      'mul(a, n)',
    ],
    [
      'one that may be left out has it',
      `function f(a: tf.Tensor, n?: number) { return tf.mul(a, n ?? 1); }`,
      'mul(a, 1)',
    ],
    [
      'a block that runs on every way out sees what a return leaves',
      `function f(a: tf.Tensor, c: boolean) { let x = a, seen: any; const g = () => { try { x = tf.exp(a); if (c) return; x = tf.log(a); } finally { seen = tf.abs(x); } }; g(); return seen; }`,
      'either(abs(either(a, exp(a), log(a))), abs(log(a)))',
    ],
    [
      'what it changes is changed behind a return too',
      `function f(a: tf.Tensor) { let x = a; const g = () => { try { return 1; } finally { x = tf.exp(a); } }; g(); return x; }`,
      'exp(a)',
    ],
    [
      'one of two functions',
      `function f(a: tf.Tensor, c: boolean) { const act = c ? tf.relu : (x: tf.Tensor) => tf.tanh(x); return act(a); }`,
      'either(relu(a), tanh(a))',
    ],
    [
      'what one of several functions gives, in a branch that changes a variable',
      `function f(a: tf.Tensor, k: number) { let x = a; const exp = () => { x = tf.exp(x); return 1; }, log = () => { x = tf.log(x); return 2; }, none = () => 3; (k > 1 ? exp : k > 0 ? log : none)(); return x; }`,
      'either(a, exp(a), log(a))',
    ],
    [
      'if and else',
      `function f(a: tf.Tensor, c: boolean) { let x; if (c) x = tf.exp(a); else x = tf.log(a); return x; }`,
      'either(exp(a), log(a))',
    ],
    [
      'if without else',
      `function f(a: tf.Tensor, c: boolean) { let x = a; if (c) { x = tf.exp(a); } return x; }`,
      'either(a, exp(a))',
    ],
    [
      'a condition that is known',
      `const LOG = true; function f(a: tf.Tensor) { if (LOG) return tf.log(a); else return tf.exp(a); }`,
      'log(a)',
    ],
    [
      'the conditional operator',
      `function f(a: tf.Tensor, c: boolean) { return c ? tf.exp(a) : tf.log(a); }`,
      'either(exp(a), log(a))',
    ],
    [
      '&& with an effect',
      `function f(a: tf.Tensor, c: boolean) { let x = a; c && (x = tf.exp(x)); return x; }`,
      'either(a, exp(a))',
    ],
    [
      '|| with an effect',
      `function f(a: tf.Tensor, c: boolean) { let x = a; c || (x = tf.exp(x)); return x; }`,
      'either(a, exp(a))',
    ],
    [
      '&& of numbers keeps the zero',
      `function f(a: tf.Tensor, n: number) { return tf.mul(a, n && 5); }`,
      'mul(a, ?)',
    ],
    [
      '&&= and ||= and ??=',
      `function f(a: tf.Tensor) { let x: any = null; x ??= tf.exp(a); x ||= a; x &&= tf.log(x); return x; }`,
      'log(exp(a))',
    ],
    [
      '??= of an unknown',
      `function f(a: tf.Tensor, b?: tf.Tensor) { let x = b; x ??= tf.exp(a); return x; }`,
      'b',
    ],
    [
      'else if',
      `function f(a: tf.Tensor, n: number) { let x; if (n > 2) x = tf.exp(a); else if (n > 1) x = tf.log(a); else x = tf.abs(a); return x; }`,
      'either(abs(a), exp(a), log(a))',
    ],
    [
      'switch',
      `function f(a: tf.Tensor, k: string) { switch (k) { case 'exp': return tf.exp(a); case 'log': return tf.log(a); default: return a; } }`,
      'either(a, exp(a), log(a))',
    ],
    [
      'switch with break',
      `function f(a: tf.Tensor, k: string) { let x = a; switch (k) { case 'exp': x = tf.exp(a); break; case 'log': x = tf.log(a); break; } return x; }`,
      'either(a, exp(a), log(a))',
    ],
    [
      'switch that falls through',
      `function f(a: tf.Tensor, k: string) { let x = a; switch (k) { case 'exp': x = tf.exp(x); case 'log': x = tf.log(x); } return x; }`,
      'either(a, log(a), log(exp(a)))',
    ],
    [
      'switch with several names of one way, and of the default',
      `function f(a: tf.Tensor, k: string) { switch (k) { case 'exp': case 'power': return tf.exp(a); case 'log': default: return tf.log(a); } }`,
      'either(exp(a), log(a))',
    ],
    [
      'switch over a constant',
      `const KIND: string = 'log'; function f(a: tf.Tensor) { switch (KIND) { case 'exp': return tf.exp(a); case 'log': return tf.log(a); default: return a; } }`,
      'log(a)',
    ],
    [
      'switch with only the default left',
      `const KIND: string = 'abs'; function f(a: tf.Tensor) { switch (KIND) { case 'exp': return tf.exp(a); default: return a; } }`,
      'a',
    ],
    [
      'switch with a break inside an if',
      `function f(a: tf.Tensor, k: string, c: boolean) { let x = a; switch (k) { case 'exp': if (c) { x = tf.log(a); break; } x = tf.exp(a); } return x; }`,
      'either(a, exp(a), log(a))',
    ],
    [
      'a throw leaves',
      `function f(a: tf.Tensor, c: boolean) { let x = a; if (c) { x = tf.exp(a); throw new Error('no'); } return x; }`,
      'a',
    ],
    [
      'try and catch',
      `function f(a: tf.Tensor) { let x = a; try { x = tf.exp(a); risky(); } catch { x = tf.log(a); } return x; }`,
      'either(exp(a), log(a))',
    ],
    [
      'what is caught may have happened half way',
      `function f(a: tf.Tensor) { let x = a; try { x = tf.exp(a); risky(); x = tf.log(a); } catch { return x; } return tf.abs(a); }`,
      'either(a, abs(a), exp(a), log(a))',
    ],
    [
      'what is caught inside a branch',
      `function f(a: tf.Tensor, c: boolean) { let x = a; try { if (c) { x = tf.exp(a); throw new Error('no'); } } catch { } return x; }`,
      'either(a, exp(a))',
    ],
    [
      'finally',
      `function f(a: tf.Tensor) { let x = a; try { x = tf.exp(a); } finally { x = tf.log(x); } return x; }`,
      'log(exp(a))',
    ],
    [
      'a labelled block',
      `function f(a: tf.Tensor, c: boolean) { let x = a; out: { if (c) { x = tf.exp(a); break out; } x = tf.log(a); } return x; }`,
      'either(exp(a), log(a))',
    ],
    [
      'arrays changed in a branch',
      `function f(a: tf.Tensor, c: boolean) { const xs = [a]; if (c) xs[0] = tf.exp(a); return xs[0]; }`,
      'either(a, exp(a))',
    ],
    [
      'two untyped parameters',
      `function f(a, b, c) { const x = c ? a : b; return tf.sub(x, a); }`,
      'sub(either(a, b), a)',
    ],
  ]);

  it('narrows numbers by what was tested', () => {
    expect(
      facts(`function f(a: tf.Tensor, n: number) { if (n > 0) return Math.log(n); return 0; }`),
    ).toContain('4.6052]');
    expect(facts(`function f(n: number) { const m = n > 1 ? n : 1; return Math.log(m); }`)).toBe(
      '[] [0, 4.6052]',
    );
    expect(facts(`function f(n: number) { if (n <= 1) { return 0; } return Math.log(n); }`)).toBe(
      '[] [0, 4.6052]',
    );
  });

  it('does not take NaN for smaller or larger', () => {
    expect(
      facts(`function f(n: number) { const m = Math.sqrt(n); if (m >= 0) { return 0; } return m; }`),
    ).toContain('NaN');
  });

  it('what was lost is no input of the function that it is handed to', () => {
    const program = `function f(c: boolean) { const g = c ? { run: tf.exp } : 1; const h = (y: tf.Tensor) => tf.tanh(tf.abs(y)); return h((g as any)(1)); }`;
    expect(facts(program)).toBe('[?] [0, 1] or NaN');
  });

  it.each([
    ['what an order says of a number that may be NaN', 'if (k > 1) k *= 1;', '[] [0, 3.1416] or NaN'],
    ['what it says behind a return', 'if (!(k > 1)) return 0.5;', '[] [0.5, 3.1416]'],
    ['what truth says', 'if (k) return 0.5;', '[] [0, 0.5] or NaN'],
  ])('%s', (_title, guard, expected) => {
    expect(facts(`function f(n: number) { let k = Math.acos(n); ${guard} return k; }`)).toBe(expected);
  });

  it('the first of two numbers that is not true may be what `&&` gives', () => {
    expect(facts(`/** @range n [1, 2] */ function f(m: number, n: number) { return (m && n) * 1; }`)).toBe(
      '[] [-100, 100]',
    );
  });
});

describe('loops', () => {
  follows([
    [
      'values whose range is given up are followed all the same',
      `function f(a: tf.Tensor) { let s: any = { t: tf.fill([2], 0.5), k: 2 }; for (let i = 0; i < 9; i++) s = { ...s, t: tf.mul(s.t, s.k), k: s.k - 0.5 }; return s.t; }`,
      'either(mul(?, ?), mul(fill(), 2))',
    ],
    [
      'a short list is gone through',
      `function f(a: tf.Tensor) { let x = a; for (const k of [2, 3]) x = tf.mul(x, k); return x; }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'continue in a short list',
      `function f(a: tf.Tensor) { let x = a; for (const k of [2, 3]) { if (k === 2) continue; x = tf.mul(x, k); } return x; }`,
      'mul(a, 3)',
    ],
    [
      'break in a short list',
      `function f(a: tf.Tensor) { let x = a; for (const k of [2, 3]) { x = tf.mul(x, k); if (k === 2) break; } return x; }`,
      'mul(a, 2)',
    ],
    [
      'a break that may happen',
      `function f(a: tf.Tensor, c: boolean) { let x = a; for (const k of [2]) { if (c) { x = tf.exp(a); break; } x = tf.log(a); } return x; }`,
      'either(exp(a), log(a))',
    ],
    [
      'for…in over an object',
      `function f(a: tf.Tensor) { const o = { x: 2, y: 3 }; let z = a; for (const k in o) z = tf.mul(z, o[k]); return z; }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'for…in over a list',
      `function f(a: tf.Tensor) { const o = [2, 3]; let z = a; for (const k in o) z = tf.mul(z, o[k]); return z; }`,
      'mul(mul(a, 2), 3)',
    ],
    [
      'a loop that never runs',
      `function f(a: tf.Tensor) { let x = a; for (let i = 0; i < 0; i++) x = tf.exp(x); return x; }`,
      'a',
    ],
    [
      'while (true) is left by its break alone',
      `function f(a: tf.Tensor, c: boolean) { let x = a; while (true) { x = tf.exp(a); if (c) break; } return x; }`,
      'either(exp(a), exp(a))',
    ],
    [
      'do runs at least once',
      `function f(a: tf.Tensor) { let x = a; do { x = tf.exp(a); } while (false); return x; }`,
      'exp(a)',
    ],
  ]);

  it('allows for no round at all', () => {
    expect(
      facts(
        `function f(a: tf.Tensor, n: number) { let x = a; for (let i = 0; i < n; i++) x = tf.relu(x); return x; }`,
      ),
    ).toBe('[?] [-100, 100]');
  });

  it('knows that a loop from 0 to 3 runs', () => {
    expect(
      facts(`function f(a: tf.Tensor) { let x = a; for (let i = 0; i < 3; i++) x = tf.relu(x); return x; }`),
    ).toBe('[?] [0, 100]');
  });

  it('widens what grows', () => {
    expect(
      facts(
        `function f(a: tf.Tensor, n: number) { let x = tf.abs(a); while (n-- > 0) x = tf.mul(x, 2); return x; }`,
      ),
    ).toBe('[?] [0, inf]');
    expect(facts(`function f(n: number) { let k = 1; for (let i = 0; i < n; i++) k *= 2; return k; }`)).toBe(
      '[] whole [1, inf]',
    );
    expect(
      facts(
        `function f(a: tf.Tensor) { let x = tf.abs(a); for (const k of [2, 3, 4, 5, 6, 7, 8, 9, 10]) x = tf.mul(x, k); return x; }`,
      ),
    ).toBe('[?] [0, inf]');
    expect(
      facts(
        `function f(xs: tf.Tensor[]) { return xs.reduce((x, y) => tf.add(x, tf.abs(y)), tf.scalar(1)); }`,
      ),
    ).toContain('[1, inf]');
    expect(
      facts(
        `function f(xs: tf.Tensor[]) { let x = tf.scalar(1); xs.forEach((y) => { x = tf.add(x, tf.abs(y)); }); return x; }`,
      ),
    ).toContain('[1, inf]');
  });

  it('follows what only later rounds change', () => {
    expect(
      facts(
        `function f(n: number) { let k = 1; for (let i = 0; i < n; i++) { if (i >= 1) k = k * 2; } return k; }`,
      ),
    ).toMatch(/inf\]|any/);
    expect(
      facts(
        `function f(n: number) { let a = 0, b = 0, c = 1; for (let i = 0; i < n; i++) { a = b; b = c; c = c * 2; } return a; }`,
      ),
    ).toMatch(/inf\]|any/);
    expect(
      facts(
        `function f(n: number) { let x; for (let i = 0; i < n; i++) { x = x === undefined ? 1 : x * 2; } return x; }`,
      ),
    ).toMatch(/inf\]|any/);
    expect(
      facts(
        `function f(n: number) { const o = { x: 1 }; for (let i = 0; i < n; i++) { o.x = o.x * 2; } return o.x; }`,
      ),
    ).toMatch(/inf\]|any/);
    expect(
      facts(
        `function f(n: number) { const xs = [1]; for (let i = 0; i < n; i++) { xs.push(xs[xs.length - 1] * 2); } return xs[xs.length - 1]; }`,
      ),
    ).toMatch(/inf\]|any/);
    expect(
      facts(
        `function f(n: number) { let s = { x: 1 }; for (let i = 0; i < n; i++) { s = { ...s, x: s.x * 2 }; } return s.x; }`,
      ),
    ).toMatch(/inf\]|any/);
  });

  it('gives up shapes that change', () => {
    expect(
      facts(
        `/** @shape a [2, 3] */ function f(a: tf.Tensor2D, n: number) { let x = a; for (let i = 0; i < n; i++) x = tf.concat([x, a]); return x; }`,
      ),
    ).toMatch(/^\[\?\d+, 3\] /);
    expect(
      facts(
        `/** @shape a [2, 3] */ function f(a: tf.Tensor2D, n: number) { let x: tf.Tensor = a; for (let i = 0; i < n; i++) x = tf.expandDims(x); return x; }`,
      ),
    ).toMatch(/^\[\?\] /);
    expect(
      facts(`/** @shape a [2, 3]
      * @shape b [2] */ function f(a: tf.Tensor, b: tf.Tensor, n: number) { let x = a, y = a; for (let i = 0; i < n; i++) { y = x; x = b; } return y; }`),
    ).toMatch(/^\[\?\] /);
  });

  it('takes the state at a break or continue with it', () => {
    expect(
      facts(
        `function f(a: tf.Tensor, n: number) { let x = tf.relu(a); while (true) { if (n > 3) { x = tf.neg(x); break; } n += 1; } return x; }`,
      ),
    ).toBe('[?] [-100, -0]');
    expect(
      facts(
        `function f(a: tf.Tensor, c: boolean, n: number) { let x = a; for (let i = 0; i < n; i++) { x = a; if (c) continue; x = tf.relu(a); } return x; }`,
      ),
    ).toBe('[?] [-100, 100]');
    expect(
      facts(
        `function f(a: tf.Tensor, k: string) { let x = tf.relu(a); for (const y of [a, a]) { switch (k) { case 'no': x = y; continue; } x = tf.relu(a); } return x; }`,
      ),
    ).toBe('[?] [-100, 100]');
    expect(
      facts(
        `function f(a: tf.Tensor, c: boolean, n: number) { let x = tf.relu(a); out: for (let i = 0; i < n; i++) { for (let j = 0; j < n; j++) { if (c) { x = a; break out; } } x = tf.relu(a); } return x; }`,
      ),
    ).toBe('[?] [-100, 100]');
    expect(
      facts(
        `function f(a: tf.Tensor, c: boolean, n: number) { let x = tf.relu(a); out: for (let i = 0; i < n; i++) { for (let j = 0; j < n; j++) { x = tf.relu(a); if (c) { x = a; continue out; } } x = tf.relu(a); } return x; }`,
      ),
    ).toBe('[?] [-100, 100]');
  });

  it('returns from inside a loop', () => {
    expect(
      formulas(
        `function f(a: tf.Tensor, n: number) { for (let i = 0; i < n; i++) { if (i > 2) return tf.exp(a); } return tf.log(a); }`,
      ),
    ).toBe('either(exp(a), log(a))');
  });

  it('knows that the test of a loop came out false behind it', () => {
    const program = (loop: string): string =>
      `function f(a: tf.Tensor1D) { let n = tf.norm(a).dataSync()[0]; ${loop} return n; }`;
    const draw = `n = tf.norm(tf.randomNormal([3])).dataSync()[0];`;
    expect(facts(program(`while (n < 1) { ${draw} }`))).toContain('[1, ');
    expect(facts(program(`do { ${draw} } while (n < 1);`))).toContain('[1, ');
    expect(facts(program(`while (n < 1) { ${draw} if (n > 0.5) break; }`))).toContain('[0.5, ');
  });

  it('does not mistake deep loops for endless ones', () => {
    const program = `function f(a: tf.Tensor, n: number) { let x = a; ${'for (let i = 0; i < n; i++) '.repeat(6)} x = tf.relu(x); return x; }`;
    expect(facts(program.replace(/let i/g, 'let i'))).toBe('[?] [-100, 100]');
  });
});

describe('shapes as values', () => {
  it.each([
    [
      'a size',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([a.shape[0], a.shape[1] * 2]); }`,
      '[B, 20]',
    ],
    [
      'destructured sizes',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { const [n, d] = a.shape; return tf.zeros([d, n]); }`,
      '[10, B]',
    ],
    [
      'all sizes',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros(a.shape); }`,
      '[B, 10]',
    ],
    [
      'spread sizes',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([...a.shape, 3]); }`,
      '[B, 10, 3]',
    ],
    [
      'a slice of the sizes',
      `/** @shape a [B, T, 10] */ function f(a: tf.Tensor3D) { return tf.zeros([...a.shape.slice(0, -1), 1]); }`,
      '[B, T, 1]',
    ],
    [
      'the last size',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([a.shape[a.shape.length - 1], a.shape.at(-1)]); }`,
      '[10, 10]',
    ],
    [
      'rank',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([a.rank, a.shape.length]); }`,
      '[2, 2]',
    ],
    [
      'products',
      `/** @shape a [B, T, 4] */ function f(a: tf.Tensor3D) { const [b, t, d] = a.shape; return tf.reshape(a, [b * t, d]); }`,
      '[B·T, 4]',
    ],
    [
      'quotients',
      `/** @shape a [B, 8] */ function f(a: tf.Tensor2D) { return tf.reshape(a, [a.shape[0], 2, a.shape[1] / 2]); }`,
      '[B, 2, 4]',
    ],
    [
      'map over the sizes',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros(a.shape.map(() => 1)); }`,
      '[1, 1]',
    ],
    [
      'reversed',
      `/** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([...a.shape].reverse()); }`,
      '[10, B]',
    ],
    [
      'in another function',
      `const rows = (x) => x.shape[0];\n /** @shape a [B, 10] */ function f(a: tf.Tensor2D) { return tf.zeros([rows(a)]); }`,
      '[B]',
    ],
  ])('%s', (_title, program, shape) => {
    expect(facts(program).split('] ')[0] + ']').toBe(shape);
  });

  it('sizes of a tensor of unknown rank are told apart', () => {
    const shape = (program: string): string => facts(program).split('] ')[0] + ']';
    expect(shape(`function f(a: tf.Tensor) { const [b, n] = a.shape; return tf.zeros([b, n, b]); }`)).toBe(
      '[a.0, a.1, a.0]',
    );
    expect(
      shape(`function f(a: tf.Tensor) { const [h, w] = a.shape.slice(1, 3); return tf.zeros([w, h]); }`),
    ).toBe('[a.2, a.1]');
    expect(
      shape(`function f(a: tf.Tensor) { const [b, n] = a.squeeze().shape; return tf.zeros([b, n, b]); }`),
    ).toMatch(/^\[(\?\d+), (?!\1)\?\d+, \1\]$/);
    expect(
      shape(
        `function f(a: tf.Tensor) { const tail = a.shape.slice(1); return tf.zeros([a.shape[0], tail[0]]); }`,
      ),
    ).toMatch(/^\[(\S+), (?!\1\]).*\]$/);
  });

  it('padding that is not known leaves the length of a convolved sequence open', () => {
    const program = `function f(pad: any) { return tf.conv1d(tf.ones([2, 9, 3]), tf.ones([3, 3, 4]), 1, pad); }`;
    expect(facts(program)).toMatch(/^\[2, \?\d+, 4\]/);
  });

  it('a grid of one list has one result', () => {
    expect(facts(`function f() { const [x] = tf.meshgrid(tf.ones([2])); return x; }`)).toMatch(/^\[2\]/);
    expect(
      facts(
        `function f() { const [x] = tf.meshgrid(tf.ones([2]), undefined, { indexing: 'ij' }); return x; }`,
      ),
    ).toMatch(/^\[2\]/);
  });

  it('a documented range of a tensor is one of float32', () => {
    expect(facts(`/** @range a [0, 0.1] */ function f(a: tf.Tensor) { return tf.sub(a, 0.1); }`)).toBe(
      '[?] [-0.1, 0]',
    );
  });
});

describe('TensorFlow.js calls functions', () => {
  follows([
    [
      'tidy',
      `function f(a: tf.Tensor) { return tf.tidy(() => { const b = tf.exp(a); return tf.log(b); }); }`,
      'log(exp(a))',
    ],
    ['keep', `function f(a: tf.Tensor) { return tf.keep(tf.exp(a)); }`, 'exp(a)'],
    ['a copy', `function f(a: tf.Tensor) { return tf.clone(tf.exp(a).clone()); }`, 'exp(a)'],
    [
      'a copy of what changes',
      `function f() { const w = tf.variable(tf.zeros([2])); return w.clone(); }`,
      'clone(variable(zeros()))',
    ],
    [
      'a copy of what was lost, and may be trained',
      `function f(model: tf.LayersModel) { const [w] = load(model).getWeights(); return tf.sub(w, w.clone()); }`,
      'sub(?, clone(?))',
    ],
    [
      'customGrad',
      `function f(a: tf.Tensor) { return tf.customGrad((x, save) => { save([x]); return { value: tf.exp(x), gradFunc: (dy) => dy }; })(a); }`,
      'exp(a)',
    ],
    [
      'customGrad made beforehand',
      `const e = tf.customGrad((x) => ({ value: tf.exp(x), gradFunc: (dy) => dy })); function f(a: tf.Tensor) { return e(a); }`,
      'exp(a)',
    ],
    [
      'valueAndGrad',
      `function f(a: tf.Tensor) { return tf.valueAndGrad((x) => tf.exp(x).sum())(a).value; }`,
      'sum(exp(a))',
    ],
    [
      'valueAndGrads',
      `function f(a: tf.Tensor, b: tf.Tensor) { const { value } = tf.valueAndGrads((x, y) => tf.mul(x, y).sum())([a, b]); return value; }`,
      'sum(mul(a, b))',
    ],
    [
      'variableGrads',
      `function f(a: tf.Tensor) { return tf.variableGrads(() => tf.exp(a).sum()).value; }`,
      'sum(exp(a))',
    ],
    [
      'minimize that returns its cost',
      `function f(a: tf.Tensor) { return tf.train.adam(0.1).minimize(() => tf.exp(a).mean(), true); }`,
      'mean(exp(a))',
    ],
  ]);

  /** The ops of `name` that are differentiated. */
  const differentiated = (program: string | Files, name = 'f'): string[] =>
    lower(program)
      .unit(name)
      .nodes.filter((node) => node.differentiated === 'yes')
      .map(({ op }) => op);

  it.each([
    ['grad', `function f(a: tf.Tensor) { tf.abs(a); return tf.grad((x) => tf.exp(x))(a); }`],
    ['grad of the op itself', `function f(a: tf.Tensor) { return tf.grad(tf.exp)(a); }`],
    ['grads', `function f(a: tf.Tensor, b: tf.Tensor) { return tf.grads((x, y) => tf.exp(x))([a, b]); }`],
    [
      'grad made beforehand',
      `const g = tf.grad((x: tf.Tensor) => tf.exp(x)); function f(a: tf.Tensor) { return g(a); }`,
    ],
    [
      'minimize',
      `const optimizer = tf.train.sgd(0.1); function f(a: tf.Tensor) { optimizer.minimize(() => { const y = tf.exp(a); return y as tf.Scalar; }); }`,
    ],
    ['variableGrads', `function f(a: tf.Tensor) { return tf.variableGrads(() => tf.exp(a)); }`],
    [
      'computeGradients',
      `function f(a: tf.Tensor, o: tf.Optimizer) { return o.computeGradients(() => tf.exp(a)); }`,
    ],
  ])('%s differentiates', (_title, program) => {
    expect(differentiated(program)).toEqual(['exp']);
  });

  it('a constant that is made when it is first needed is that constant in every round of a loop', () => {
    const program = `let EPSILON: number = null;
      function guard(x) { if (EPSILON == null) { EPSILON = 1e-7; } return tf.add(x, EPSILON); }
      function f(a: tf.Tensor, n: number) { for (let i = 0; i < n; i++) guard(a).print(); }`;
    const sums = lower(program)
      .unit('f')
      .nodes.filter(({ op }) => op === 'add');
    expect(new Set(sums.map(formula))).toEqual(new Set(['add(a, 1e-7)']));
  });

  it('an option that is nothing where it is left out is something where it is not', () => {
    const program = `function f(a: tf.Tensor, { mask = null }: any = {}) { return mask ? tf.mul(a, tf.exp(mask)) : a; }`;
    const { nodes } = lower(program).unit('f');
    expect(nodes.filter(({ op }) => op === 'mul').map(formula)).toEqual(['mul(a, exp(argument 2.mask))']);
  });

  it('a gradient has the shape of what it is taken by', () => {
    expect(
      facts(`/** @shape a [B, 3] */ function f(a: tf.Tensor2D) { return tf.grad((x) => tf.exp(x))(a); }`),
    ).toBe('[B, 3] [-100, 100]');
  });

  it('compile takes a loss, whose arguments have the shape of the output', () => {
    const program = `
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 8, inputShape: [4] }));
      model.add(tf.layers.dense({ units: 1 }));
      const loss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.squaredDifference(yTrue, yPred).mean();
      const metric = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.abs(yTrue.sub(yPred)).mean();
      model.compile({ optimizer: 'sgd', loss, metrics: [metric] });`;
    expect(differentiated(program, 'loss')).toEqual(['squaredDifference', 'mean']);
    expect(differentiated(program, 'metric')).toEqual([]);
    expect(lower(program).print('loss')).toContain(', 1]');
  });

  it('labels of a loss may be of another length than the output', () => {
    const program = `
      const mixture = (yTrue: tf.Tensor, yPred: tf.Tensor) => {
        const [means, scales] = tf.split(yPred, 2, 1);
        return yTrue.sub(means).div(tf.softplus(scales).add(0.1)).square().mean();
      };
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 6, inputShape: [4] })] });
      model.compile({ optimizer: 'sgd', loss: mixture });`;
    expect(found(program)).toEqual([]);
  });

  it('a layer is built before it is called', () => {
    const program = `
      class Scale extends tf.layers.Layer {
        build(inputShape) { this.k = this.addWeight('k', [3], 'float32'); }
        call(inputs) { return tf.mul(inputs, this.k.read()); }
        computeOutputShape(shape) { return shape; }
        getConfig() { return { ...super.getConfig(), k: 1 }; }
        static get className() { return 'Scale'; }
      }`;
    expect(formulas(program, 'Scale.call')).toBe('mul(inputs, k)');
    expect(differentiated(program, 'Scale.call')).toEqual(['mul']);
  });

  it.each([
    ['map', `tf.data.array([1]).map((x) => tf.log(x));`],
    ['mapAsync', `tf.data.csv('x').mapAsync(async (x) => tf.log(x));`],
    ['forEachAsync', `tf.data.csv('x').batch(3).forEachAsync((x) => tf.log(x));`],
    ['filter', `tf.data.csv('x').filter((x) => tf.log(x).dataSync()[0] > 0);`],
    ['generator', `tf.data.generator(function* () { yield tf.log(tf.ones([2])); });`],
    [
      'a callback of fit',
      `const m = tf.sequential(); m.fit(1 as any, 2 as any, { callbacks: { onEpochEnd: async (n) => { tf.log(n as any).print(); } } });`,
    ],
  ])('a dataset or model calls its callback: %s', (_title, program) => {
    const ops = lower(program).lowered.units.flatMap((unit) => unit.nodes.map(({ op }) => op));
    expect(ops).toContain('log');
  });
});

describe('over files', () => {
  it.each<[string, Files, string]>([
    [
      'a constant of another file',
      {
        'main.ts': `import * as tf from '@tensorflow/tfjs'; import { EPS } from './constants'; export function f(a: tf.Tensor) { return tf.add(a, EPS); }`,
        'constants.ts': `export const EPS = 1e-7;`,
      },
      'add(a, 1e-7)',
    ],
    [
      'a constant of a cyclic import',
      {
        'main.ts': `import * as tf from '@tensorflow/tfjs'; import { scaled } from './other'; export const K = 3; export function f(a: tf.Tensor) { return scaled(a); }`,
        'other.ts': `import { K } from './main'; export const scaled = (x: any) => x.mul(K);`,
      },
      'mul(a, 3)',
    ],
    [
      'a constant in JSON',
      {
        'main.ts': `import * as tf from '@tensorflow/tfjs'; import config from './config.json'; export function f(a: tf.Tensor) { return tf.add(a, config.eps); }`,
        'config.json': `{ "eps": 1e-7 }`,
      },
      'add(a, 1e-7)',
    ],
    [
      'a class and its base in two files',
      {
        'main.ts': `import * as tf from '@tensorflow/tfjs'; import { Base } from './base'; class M extends Base { run(x) { return tf.log(this.scale(x)); } } export function f(a: tf.Tensor) { return new M(2).run(a); }`,
        'base.ts': `import * as tf from '@tensorflow/tfjs'; export class Base { constructor(protected k: number) {} scale(x: tf.Tensor) { return tf.mul(x, this.k); } }`,
      },
      'log(mul(a, 2))',
    ],
    [
      'a variable of another file that functions there assign',
      {
        'lib.ts': `export let scale = 1; export function setScale(k: number) { scale = k; }`,
        'main.ts': `import * as tf from '@tensorflow/tfjs'; import { scale } from './lib'; import * as lib from './lib'; export function f(a: tf.Tensor) { return tf.mul(tf.mul(a, scale), lib.scale); }`,
      },
      'mul(mul(a, scale), scale)',
    ],
  ])('%s', (_title, files, expected) => {
    expect(formulas(files)).toBe(expected);
  });
});

describe('what runs at another time', () => {
  it.each([
    [
      'a variable that another function sets',
      `let k = 1; export function set(v: number) { k = v; } export function f(a: tf.Tensor) { return tf.mul(a, k); }`,
      'mul(a, k)',
    ],
    [
      'a variable that another function sets, beside a way on which a recursion was cut',
      `let state = 1; export function set(k: number) { state = k; } function f(a: tf.Tensor, m: number, d: boolean) { if (d) { if (m === 1) { const w = (depth: number) => { if (depth <= 0) return; a = tf.neg(a); w(depth - 1); }; w(2); } return tf.exp(a); } return tf.mul(a, state); }`,
      'either(exp(either(?, a)), mul(a, state))',
    ],
    [
      'a list that another function fills',
      `const xs: tf.Tensor[] = []; export function add(x: tf.Tensor) { xs.push(x); } export function f() { return tf.log(xs[0]); }`,
      'log(xs[0])',
    ],
    [
      'a list with a start that another function grows',
      `const xs = [1]; export function add(x: number) { xs.push(x); } export function f(a: tf.Tensor) { return tf.mul(a, xs.length); }`,
      'mul(a, ?)',
    ],
    [
      'a field that another function sets',
      `const state = { k: 1 }; export function step() { state.k += 1; } export function f(a: tf.Tensor) { return tf.mul(a, state.k); }`,
      'mul(a, state.k)',
    ],
    [
      'a field that another method sets',
      `class M { k = 1; step() { this.k += 1; } f(a: tf.Tensor) { return tf.mul(a, this.k); } }`,
      'mul(a, this.k)',
    ],
    [
      'a list that another method fills',
      `class M { xs = [1]; add(x: number) { this.xs.push(x); } f(a: tf.Tensor) { return tf.mul(a, this.xs.length); } }`,
      'mul(a, ?)',
    ],
  ])('%s', (_title, program, expected) => {
    expect(formulas(program).replace(/\bjs\.size\(\?\)/, '?')).toBe(expected);
  });
});

describe('printed', () => {
  it('a program is a line a node, behind a head that says what goes in and out', () => {
    const program = `
/** @shape y [B, 10]
 *  @range y [0, 1] */
export function loss(y: tf.Tensor2D, p: tf.Tensor2D, weights = [[1, 2]]) {
  tf.relu(p);
  const { mean } = tf.moments(safeLog(p), -1, true);
  return { loss: tf.mul(y, mean).mul(weights), k: external() };
}
const safeLog = (x: tf.Tensor) => tf.log(tf.add(x, 1e-7));
`;
    expect(lower(program).print('loss')).toMatchInlineSnapshot(`
      "function loss  (main.ts:5, a loss)
        y: tensor %7
        p: tensor %1
        weights: tensor %9
        returns { loss: %10, k: unknown (unresolved call) }

      %1 = input p  [p.0, p.1]  [-100, 100]  | p
      %2 = relu(%1)  [p.0, p.1]  [0, 100]  | tf.relu(p)
      %3 = add(%1, 1e-7)  [p.0, p.1]  float32  [-100, 100]  | tf.add(x, 1e-7)  (called at main.ts:7)
      %4 = log(%3)  [p.0, p.1]  float32  [-inf, 4.6052] or NaN  | tf.log(tf.add(x, 1e-7))  (called at main.ts:7)
      %5 = moments(%4, axis: -1, keepDims: true).mean  [p.0, 1]  float32  [-inf, 4.6052] or NaN  | tf.moments(safeLog(p), -1, true)
      %6 = moments(%4, axis: -1, keepDims: true).variance  [p.0, 1]  float32  [0, inf] or NaN  | tf.moments(safeLog(p), -1, true)
      %7 = input y  [B, 10]  [0, 1]  | y
      %8 = mul(%7, %5)  [(B|p.0), 10]  float32  [-inf, 4.6052] or NaN  | tf.mul(y, mean)
      %9 = input weights  [...weights]  [-100, 100]  | weights
      %10 = mul(%8, %9)  [...weights[:-2], ((B|p.0)|weights.-2), 10]  float32  any  | tf.mul(y, mean).mul(weights)

      discarded: %2
      not followed: 1 unresolved name, 1 unresolved call
      "
    `);
  });
});

it('constants are computed', () => {
  expect(
    constantOf(
      `function f() { let s = 0; for (const x of [1, 2, 3]) { if (x === 2) continue; s += x; } return s; }`,
    ),
  ).toBe(4);
});

it('a condition whose names have other values since says nothing of them', () => {
  expect(
    facts(`export function f(n: number, m: number) {
      let above = n > 0;
      above = above || m > 0;
      if (!above) return 0;
      n = m - 5;
      return above ? n : 0;
    }`),
  ).toContain('[-');
});

it.each([
  ['if', 'for (const v of values) if (v > m) m = v;'],
  [
    'if, the other way round',
    'for (let i = 0; i < values.length; i++) { if (m < values[i]) { m = values[i]; } }',
  ],
  ['a choice', 'for (const v of values) m = v > m ? v : m;'],
  ['forEach', 'values.forEach((v) => { if (v > m) m = v; });'],
])('a running maximum is among the values that it ran over: %s', (_, loop) => {
  const program = `export function f(x: tf.Tensor1D) {
    const values = x.dataSync();
    let m = -Infinity;
    ${loop}
    return values.map((v) => Math.exp(v - m));
  }`;
  expect(found(program)).toEqual([]);
});

it('Infinity that is asked for by its name may be there', () => {
  expect(
    facts(`export function f(x: tf.Tensor1D) {
      const [v] = x.dataSync();
      return v > -Infinity ? v : 7000;
    }`),
  ).toContain('7000');
});
