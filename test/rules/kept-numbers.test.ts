/** Numbers and lists that an object keeps between the calls of its methods: what these leave there is what others find. */
import { describe, expect, it } from 'vitest';
import { facts, reported } from '../program/lower.js';

const told = (code: string): string[] =>
  reported({ 'main.ts': `import * as tf from '@tensorflow/tfjs';\n${code}` })
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule }) => rule);

describe('a deviation that `fit` leaves and `transform` divides by', () => {
  const scaler = (deviation: string): string => `export class Scaler {
  private mean = 0;
  private deviation = 1;
  fit(values: number[]): void {
    this.mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const variance = values.reduce((sum, one) => sum + (one - this.mean) ** 2, 0) / values.length;
    this.deviation = ${deviation};
  }
  transform(values: number[]) {
    return tf.tensor1d(values.map((one) => (one - this.mean) / this.deviation));
  }
}`;

  it('is 0 of data all alike', () => {
    expect(told(scaler('Math.sqrt(variance)'))).toEqual(['division-near-zero']);
  });

  it.each([
    'Math.sqrt(variance) || 1',
    'Math.sqrt(variance + 1e-8)',
    'variance > 1e-12 ? Math.sqrt(variance) : 1',
  ])('is not where `fit` has %s', (deviation) => {
    expect(told(scaler(deviation))).toEqual([]);
  });

  it('is one of several, in a list that is made anew, filled in place, or empty until then', () => {
    const columns = (start: string, fit: string): string => `export class Scaler {
  private deviations: number[]${start};
  constructor(private readonly width: number) {
    ${start === '' ? 'this.deviations = new Array(width).fill(0);' : ''}
  }
  fit(rows: number[][]): void {
    const deviation = (column: number[]) => {
      const mean = column.reduce((sum, one) => sum + one, 0) / column.length;
      return Math.sqrt(column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / column.length);
    };
    ${fit}
  }
  transform(row: number[]) {
    return tf.tensor1d(row.map((one, i) => one / this.deviations[i]));
  }
}`;
    const anew = 'this.deviations = rows[0].map((_, i) => deviation(rows.map((row) => row[i])));';
    const inPlace = (value: string): string =>
      `for (let i = 0; i < this.width; i++) this.deviations[i] = ${value};`;
    const ofColumn = 'deviation(rows.map((row) => row[i]))';
    expect(told(columns(' = []', anew))).toEqual(['division-near-zero']);
    expect(told(columns('', inPlace(ofColumn)))).toEqual(['division-near-zero']);
    // The zeros that the constructor puts there are not meant to be found.
    expect(told(columns('', inPlace(`${ofColumn} + 1e-6`)))).toEqual([]);
  });

  it('is nothing that is followed where a pattern sets it', () => {
    const loaded = scaler('Math.sqrt(variance)').replace(
      'transform(',
      'load(state: { deviation: number }): void {\n    ({ deviation: this.deviation } = state);\n  }\n  transform(',
    );
    expect(told(loaded)).toEqual([]);
  });
});

describe('the extremes that `fit` leaves', () => {
  const scaler = (range: string): string => `export class Scaler {
  private low: number[] = [];
  private high: number[] = [];
  fit(rows: number[][]): void {
    const columns = rows[0].map((_, i) => rows.map((row) => row[i]));
    this.low = columns.map((column) => Math.min(...column));
    this.high = columns.map((column) => Math.max(...column));
  }
  transform(row: number[]) {
    return tf.tensor1d(row.map((one, i) => (one - this.low[i]) / ${range}));
  }
}`;

  it('are alike for a column of one value', () => {
    expect(told(scaler('(this.high[i] - this.low[i])'))).toEqual(['division-near-zero']);
    expect(told(scaler('(this.high[i] - this.low[i] || 1)'))).toEqual([]);
    expect(told(scaler('(this.high[i] - this.low[0])'))).toEqual([]);
  });
});

describe('counts in a list', () => {
  const counts = (start: number, share: string): string => `export class Counts {
  private readonly counts: number[];
  private readonly sums: number[];
  constructor(size: number) {
    this.counts = new Array(size).fill(${String(start)});
    this.sums = new Array(size).fill(0);
  }
  add(at: number, value: number): void {
    this.counts[at] += 1;
    this.sums[at] += value;
  }
  means() {
    ${share}
  }
}`;

  const means = 'return tf.tensor1d(this.counts.map((count, i) => this.sums[i] / count));';

  it('begin with 0', () => {
    expect(told(counts(0, means))).toEqual(['division-near-zero']);
    expect(told(counts(1, means))).toEqual([]);
  });

  it.each([
    'for (let i = 0; i < this.counts.length; i++) if (this.counts[i] === 0) return undefined;',
    'for (const count of this.counts) if (count === 0) throw new Error("nothing yet");',
    'for (let i = 0; i < this.counts.length; i++) {\n      const count = this.counts[i];\n      if (count < 1) return undefined;\n    }',
    'this.counts.forEach((count) => { if (count === 0) throw new Error("nothing yet"); });',
  ])('are above 0 behind %s', (guard) => {
    expect(told(counts(0, `${guard}\n    ${means}`))).toEqual([]);
  });

  it.each([
    // The first is not asked about.
    'for (let i = 1; i < this.counts.length; i++) if (this.counts[i] === 0) return undefined;',
    // A callback that returns leaves itself.
    'this.counts.forEach((count) => { if (count === 0) return; });',
    'for (const count of this.counts) { if (count === 0) return undefined; break; }',
    'for (const count of this.counts) { if (this.sums.length > 3) continue; if (count === 0) return undefined; }',
    'for (const count of this.counts) if (count > 0) return undefined;',
  ])('may be 0 behind %s', (guard) => {
    expect(told(counts(0, `${guard}\n    ${means}`))).toEqual(['division-near-zero']);
  });

  it('of one method are not found by another one that is run for itself', () => {
    const reset = counts(0, means).replace(
      'means() {',
      'reset(): void { this.counts[0] = 1; tf.scalar(1); }\n  means() {',
    );
    expect(told(reset)).toEqual(['division-near-zero']);
  });
});

describe('a variance that is updated value by value', () => {
  const running = (update: string, divisor: string): string => `export class Running {
  private n = 0;
  private mean = 0;
  private squares = 0;
  scale(value: number) {
    this.n += 1;
    const delta = value - this.mean;
    this.mean += delta / this.n;
    this.squares += ${update};
    return tf.scalar(value / ${divisor});
  }
}`;

  it('is 0 for the first value, and as long as nothing differs', () => {
    const root = 'Math.sqrt(this.squares / this.n)';
    expect(told(running('delta * (value - this.mean)', root))).toEqual(['division-near-zero']);
    expect(told(running('delta * (value - this.mean)', `(${root} + 1e-8)`))).toEqual([]);
  });

  it('is one of each column, and in one function', () => {
    const columns = `export function scores(rows: number[][]) {
  const width = rows[0].length;
  const [means, squares] = [new Array(width).fill(0), new Array(width).fill(0)];
  let n = 0;
  for (const row of rows) {
    n++;
    for (let i = 0; i < width; i++) {
      const delta = row[i] - means[i];
      means[i] += delta / n;
      squares[i] += delta * (row[i] - means[i]);
    }
  }
  return tf.tensor2d(rows.map((row) => row.map((one, i) => (one - means[i]) / Math.sqrt(squares[i] / n))));
}`;
    expect(told(columns)).toEqual(['division-near-zero']);
  });

  it('in one pass is negative where the rounding has it so', () => {
    const sums = (root: string): string => `export class Sums {
  private n = 0;
  private readonly sums: number[];
  private readonly squares: number[];
  constructor(size: number) {
    this.sums = new Array(size).fill(0);
    this.squares = new Array(size).fill(0);
  }
  add(row: number[]): void {
    this.n += 1;
    row.forEach((one, i) => {
      this.sums[i] += one;
      this.squares[i] += one * one;
    });
  }
  deviations() {
    const n = Math.max(1, this.n);
    return tf.tensor1d(this.sums.map((sum, i) => Math.sqrt(${root})));
  }
}`;
    expect(told(sums('this.squares[i] / n - (sum / n) ** 2'))).toEqual(['cancellation']);
    expect(told(sums('(this.squares[i] - (sum * sum) / n) / n'))).toEqual(['cancellation']);
    expect(told(sums('Math.max(0, this.squares[i] / n - (sum / n) ** 2)'))).toEqual([]);
  });
});

describe('the overlap of two boxes', () => {
  const overlap = (side: string): string => `type Box = [number, number, number, number];
const area = ([top, left, bottom, right]: Box) => ${side.replace('?', 'bottom - top')} * ${side.replace('?', 'right - left')};
export function overlap(a: Box, b: Box) {
  const both = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return both / (area(a) + area(b) - both);
}
export const overlaps = (a: Box[], b: Box[]) => tf.tensor2d(a.map((one) => b.map((other) => overlap(one, other))));`;

  it('is 0 / 0 where sides are kept from being negative, and are 0', () => {
    expect(told(overlap('Math.max(0, ?)'))).toEqual(['division-near-zero']);
    expect(told(overlap('Math.max(1, ?)'))).toEqual([]);
  });
});

describe('a field that something else may write to as well', () => {
  const level = (members: string, behind = ''): string => `export class Model {
  private level = 0;
  fit(value: number): void {
    this.level = Math.min(Math.max(value, 0), 1) / 2;
  }
  power() {
    return tf.exp(tf.scalar(this.level));
  }
  ${members}
}
${behind}`;

  it('is what the methods leave where nothing else does', () => {
    expect(told(level(''))).toEqual([]);
  });

  it.each([
    'load(state: object): void { Object.assign(this, state); }',
    'set(name: string, value: number): void { (this as any)[name] = value; this["level"] = value; }',
    'static of(state: any): Model { const made = new Model(); made.level = state.level; return made; }',
    'load(state: { level: number }): void { ({ level: this.level } = state); }',
    'load(state: any): void { (this as Model).level = state.level; }',
  ])('may be anything with %s', (member) => {
    expect(told(level(member))).toEqual(['exp-overflow']);
  });

  it('may be anything with a class that extends it', () => {
    const loud = 'export class Loud extends Model { shout(value: number): void { this.level = value; } }';
    expect(told(level('', loud.replace('this.level', '(this as any).level')))).toEqual(['exp-overflow']);
    expect(told(level('', loud))).toEqual(['exp-overflow']);
  });

  it('is what the constructor was handed, where that stays', () => {
    const handed = level('').replace('private level = 0;', 'constructor(private level: number) {}');
    expect(told(handed)).toEqual(['exp-overflow']);
  });
});

describe('a class whose methods take another one', () => {
  it('is followed all the same', () => {
    const stats = `export class Stats {
  private readonly counts = [0, 0];
  merge(other: Stats): void {
    this.counts[0] += other.counts[0];
  }
  shares() {
    return tf.tensor1d(this.counts.map((count) => 1 / count));
  }
}`;
    expect(told(stats)).toEqual(['division-near-zero']);
  });
});

describe('a deviation that `fit` asks about', () => {
  const scaler = (fit: string, transform = ''): string => `export class Scaler {
  private deviation = 1;
  private isFlat = false;
  fit(values: number[]): void {
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    this.deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
    ${fit}
  }
  transform(values: number[]) {
    ${transform}
    return tf.tensor1d(values.map((one) => one / this.deviation));
  }
}`;

  it.each([
    ['throws where it is 0', 'if (this.deviation === 0) throw new Error("flat");', ''],
    ['notes that it is 0', 'this.isFlat = this.deviation === 0;', 'if (this.isFlat) return tf.zeros([3]);'],
  ])('%s', (_, fit, transform) => {
    expect(told(scaler(''))).toEqual(['division-near-zero']);
    expect(told(scaler(fit, transform))).toEqual([]);
  });
});

describe('what a loop does not rule out', () => {
  const counts = (members: string): string => `export class Counts {
  private readonly counts: number[];
  constructor(private readonly size: number) {
    this.counts = new Array(size).fill(0);
  }
  add(at: number): void {
    this.counts[at] += 1;
  }
  ${members}
}`;
  const shares = 'return tf.tensor1d(this.counts.map((count) => 1 / count));';

  it.each([
    'for (let i = 0; i < this.counts.length - 1; i++) if (this.counts[i] === 0) return undefined;',
    'for (let i = 0; i < this.size / 2; i++) if (this.counts[i] === 0) return undefined;',
    'for (const count of this.counts) if (count === 0) { if (this.size > 3) continue; return undefined; }',
    'this.counts.forEach(async (count) => { if (count === 0) throw new Error("none"); });',
  ])('%s', (loop) => {
    expect(told(counts(`shares() {\n    ${loop}\n    ${shares}\n  }`))).toEqual(['division-near-zero']);
  });
});

describe('the product of two differences', () => {
  const step = (move: string): string =>
    facts(`export function f(x: number, mean: number, rate: number) {
  let n = 3;
  n++;
  const delta = x - mean;
  ${move}
  return tf.scalar(delta * (x - mean));
}`);

  it('is a square where the mean goes no farther than the value', () => {
    expect(step('mean += delta / n;')).toContain('[0, ');
    expect(step('mean = mean + 0.1 * delta;')).toContain('[0, ');
  });

  it.each(['mean += delta * rate;', 'mean += delta / 0.25;', 'mean += delta / n; mean = x + 1;'])(
    'may be below 0: %s',
    (move) => {
      expect(step(move)).not.toContain('[0, ');
    },
  );
});

describe('extremes of different lists', () => {
  it('do not meet for data all alike', () => {
    const gaps = (of: string): string => `export function gaps(asks: number[][], bids: number[][]) {
  const high = asks.map((book) => Math.max(...book));
  const low = ${of}.map((book) => Math.min(...book));
  return tf.tensor1d(high.map((_, i) => 1 / (high[i] - low[i])));
}`;
    expect(told(gaps('asks'))).toEqual(['division-near-zero']);
    expect(told(gaps('bids'))).toEqual([]);
  });
});

describe('a mean that is moved by a share of its distance', () => {
  it('is read whatever divides it, an element at a computed place too', () => {
    const mean = (counts: string): string => `export class Moved {
  private mean = 0;
  private squares = 0;
  private counts = [0, 0];
  private n = 0;
  push(value: number, z: number, a: number): void {
    this.n++;
    const delta = value - this.mean;
    this.mean += delta / ${counts};
    this.squares += delta * (value - this.mean);
  }
  scaled(x: tf.Tensor) {
    return tf.div(x, Math.sqrt(this.squares / this.n));
  }
}`;
    expect(told(mean('this.counts[z-a]'))).toEqual(['division-near-zero']);
  });
});
