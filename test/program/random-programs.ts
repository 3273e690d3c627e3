/**
 * The oracle of the front end: random programs are lowered, and run by TensorFlow.js. Whatever a watched expression
 * gives in a run must have the shape and lie in the range of a node that stands for it there.
 */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { concreteShape } from '../../src/facts/shape.js';
import { operandNodes, type Node } from '../../src/program/node.js';
import type { Value } from '../../src/program/values.js';
import type { Span } from '../../src/source/span.js';
import { showRange, valueDifference } from '../ops/compare.js';
import { lower } from './lower.js';
import {
  drawProgram,
  RECURSIVE,
  type InputRange,
  type RandomProgram,
  type Statement,
} from './random-source.js';
import type { LoweredUnit } from '../../src/program/lowered-unit.js';

export interface Comparison {
  readonly programs: number;
  /** Programs that TensorFlow.js refuses to run to the end; what they did until then is compared. */
  readonly thrown: number;
  readonly counts: Counts;
  readonly violations: readonly Violation[];
}

/** Of results of operations. */
export interface Counts {
  /** Compared with the node that stands for them. */
  compared: number;
  /** Of these, with a shape that is known, if only in symbols. */
  shaped: number;
  /** Of these, with a range that has an end, and with one that has two. */
  bounded: number;
  enclosed: number;
  /** There was no node: calls on values that were not followed. */
  unseen: number;
}

const noCounts = (): Counts => ({ compared: 0, shaped: 0, bounded: 0, enclosed: 0, unseen: 0 });

export interface Violation {
  readonly reason: string;
  /** The smallest part of the program that shows it. */
  readonly program: string;
}

/** Draws, lowers, runs and compares `count` programs. */
export async function compareRandomPrograms(count: number, seed: number, runs = RUNS): Promise<Comparison> {
  await tf.setBackend('cpu');
  const programs = fc.sample(
    fc.gen().map((g) => ({ program: drawProgram(g), seed: g(fc.integer, { min: 1, max: 2 ** 30 }) })),
    { numRuns: count, seed },
  );
  const total = {
    programs: programs.length,
    thrown: 0,
    counts: noCounts(),
    violations: [] as Violation[],
  };
  for (const { program, seed: inputs } of programs) {
    const result = compareProgram(program, inputs, total.counts, runs);
    total.thrown += result.thrown ? 1 : 0;
    if (result.violation !== undefined) total.violations.push(shrunk(program, inputs, result.violation));
  }
  return total;
}

interface Result {
  readonly thrown: boolean;
  readonly violation: string | undefined;
}

/** Inputs that a program is run with, one after the other. */
const RUNS = 3;

function compareProgram(program: RandomProgram, seed: number, counts = noCounts(), runs = RUNS): Result {
  const { files, marks } = plain(program);
  const lowered = lower(files, { everything: false });
  const [problem] = lowered.problems;
  if (problem !== undefined) return { thrown: false, violation: problem };
  // A program without a single op is not lowered.
  if (!lowered.has('f')) return { thrown: false, violation: undefined };
  const predicted = new Predictions(lowered.unit('f'), marks, program.shapes);
  const run = compiled(written(program));
  if (run === undefined) return { thrown: true, violation: 'broken program' };
  let thrown = false;
  let violation: string | undefined;
  for (let round = 0; round < runs && violation === undefined; round += 1) {
    tf.engine().startScope();
    const stack: number[] = [];
    const see = (mark: number, value: unknown): unknown => {
      if (violation !== undefined || stack.includes(RECURSIVE)) return value;
      violation = predicted.compare(mark, stack, value, counts);
      return value;
    };
    const call = (mark: number, body: () => unknown): unknown => {
      stack.push(mark);
      try {
        return body();
      } finally {
        stack.pop();
      }
    };
    try {
      const result = run(see, call, inputsOf(program, seed + round));
      violation ??= predicted.compareResult(result);
    } catch (error) {
      thrown = true;
      if (!(error instanceof Error) || error instanceof ReferenceError || error instanceof TypeError)
        violation ??= `broken program: ${String(error)}`;
    } finally {
      tf.engine().endScope();
    }
  }
  return { thrown, violation };
}

// Text

/** The program as gradlint reads it. */
function plain(program: RandomProgram): {
  files: Record<string, string>;
  marks: ReadonlyMap<string, number>;
} {
  const { main, lib } = written(program);
  const files: Record<string, string> = {};
  const marks = new Map<string, number>();
  for (const [name, text] of Object.entries({
    'main.ts': main,
    ...(lib === undefined ? {} : { 'lib.ts': lib }),
  })) {
    const unmarked = withoutMarks(text);
    files[name] = unmarked.text;
    for (const [place, mark] of unmarked.marks) marks.set(`${name}:${place}`, mark);
  }
  return { files, marks };
}

/** The file with `f`, and that with what stands in front of it, if that is one of its own. */
interface Texts {
  readonly main: string;
  readonly lib: string | undefined;
}

const IMPORT = `import * as tf from '@tensorflow/tfjs';`;

function written({ top, body, shapes, ranges, twoFiles }: RandomProgram): Texts {
  const parameters = shapes.map(
    (shape, index) =>
      `a${index}: ${['tf.Tensor', 'any', `tf.Tensor${shape.length === 0 ? '' : `${shape.length}D`}`][index % 3]}`,
  );
  const documented = [
    ...shapes.flatMap((shape, index) => (index % 2 === 0 ? [` * @shape a${index} [${shape}]`] : [])),
    ...Object.entries(ranges).map(
      ([name, { low, high, openLow, openHigh }]) =>
        ` * @range ${name} ${openLow ? '(' : '['}${low}, ${high}${openHigh ? ')' : ']'}`,
    ),
  ];
  const head = `export function f(${parameters.join(', ')}, n: number, m: number, reps: number, c: boolean, d: boolean, mode: string) {`;
  const f = ['/**', ...documented, ' */', head, ...lines(body, '  '), '}', ''];
  const before = lines(top, '');
  if (!twoFiles) return { main: [IMPORT, ...before, ...f].join('\n'), lib: undefined };
  const names = before.flatMap(
    (line) => /^(?:export )?(?:const|let|function|class) (\w+)/.exec(line)?.[1] ?? [],
  );
  const renamed = [
    ...(before.join('\n').match(/^const \{ .* \} = tf;$/m)?.[0] ?? '').matchAll(/: (\w+)/g),
  ].map(([, name]) => name!);
  const exported = before.map((line) => line.replace(/^(?=(?:const|let|function|class) )/, 'export '));
  return {
    main: [IMPORT, `import { ${[...names, ...renamed].join(', ')} } from './lib';`, ...f].join('\n'),
    lib: [IMPORT, ...exported, ''].join('\n'),
  };
}

function lines(statements: readonly Statement[], indent: string): string[] {
  return statements.flatMap((statement) =>
    statement.flatMap((part) => (typeof part === 'string' ? [indent + part] : lines(part, `${indent}  `))),
  );
}

const MARK = /([«‹])(\d+)\||[»›]/g;

/** The text as gradlint reads it, and which places are watched. */
function withoutMarks(text: string): { text: string; marks: ReadonlyMap<string, number> } {
  const marks = new Map<string, number>();
  const open: { mark: number; start: number }[] = [];
  let plain = '';
  let position = 0;
  for (const match of text.matchAll(MARK)) {
    plain += text.slice(position, match.index);
    position = match.index + match[0].length;
    if (match[2] !== undefined) open.push({ mark: Number(match[2]), start: plain.length });
    else {
      const { mark, start } = open.pop()!;
      marks.set(`${start}-${plain.length}`, mark);
    }
  }
  return { text: plain + text.slice(position), marks };
}

type Run = (
  see: (mark: number, value: unknown) => unknown,
  call: (mark: number, body: () => unknown) => unknown,
  inputs: Inputs,
) => unknown;

interface Inputs {
  readonly tensors: readonly tf.Tensor[];
  readonly others: readonly unknown[];
  readonly state: number;
}

/** The text as it is run: what is watched is handed to `see`, calls are noted by `call`. */
function compiled({ main, lib = '' }: Texts): Run | undefined {
  const watched = (lib + main).replace(MARK, (mark, kind: string | undefined, number: string | undefined) => {
    if (number === undefined) return mark === '»' ? ')' : ')';
    return kind === '«' ? `see(${number}, ` : `call(${number}, () => `;
  });
  const body = watched.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const script = withoutTypes(body);
  if (script === undefined) return undefined;
  const make = functionOf(`${script}\nreturn { f, setState };`);
  if (make === undefined) return undefined;
  return (see, call, { tensors, others, state }) => {
    const { f, setState } = make(WITHOUT_TIDY, see, call);
    if (state !== 1) setState(state);
    return f(...tensors, ...others);
  };
}

/** Undefined where shrinking left something that is no program. */
function withoutTypes(text: string): string | undefined {
  try {
    return transformSync(text, { loader: 'ts', target: 'es2022' }).code;
  } catch {
    return undefined;
  }
}

/** Tensors that a tidied function hands to outer variables are used later on. */
const WITHOUT_TIDY = { ...tf, tidy: (body: () => unknown) => body() };

type Make = (...environment: unknown[]) => {
  f: (...args: unknown[]) => unknown;
  setState: (k: number) => void;
};

/** Undefined where shrinking left something that is no program. */
function functionOf(script: string): Make | undefined {
  try {
    return new Function('tf', 'see', 'call', script) as Make;
  } catch {
    return undefined;
  }
}

/** Inputs in the domain that is assumed of what nobody describes. */
function inputsOf({ shapes, ranges }: RandomProgram, seed: number): Inputs {
  let next = seed;
  const random = (): number => {
    // A linear congruential generator: the low bits are poor, and dropped.
    next = (Math.imul(next, 1664525) + 1013904223) >>> 0;
    return next / 2 ** 32;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const number = (): number => {
    const style = Math.floor(random() * 6);
    if (style === 0) return pick([0, 1, -1, 100, -100, 0.5, 1e-8, -0]);
    if (style === 1) return Math.round(random() * 20 - 10);
    return style <= 3 ? random() * 2 - 1 : random() * 200 - 100;
  };
  const inside = (name: string): number => {
    const range = ranges[name];
    if (range === undefined) return number();
    const value = pick([range.low, range.high, range.low + random() * (range.high - range.low), number()]);
    return within(value, range);
  };
  const tensors = shapes.map((shape, index) =>
    tf.tensor(
      Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => inside(`a${index}`)),
      [...shape],
      'float32',
    ),
  );
  const others = [
    inside('n'),
    inside('m'),
    Math.floor(random() * 4),
    random() < 0.5,
    random() < 0.5,
    pick(['a', 'b', 'c']),
  ];
  return { tensors, others, state: random() < 0.5 ? 1 : number() };
}

/** The float32 next to a value that lies in the range. */
function within(value: number, { low, high, openLow, openHigh }: InputRange): number {
  const least = openLow ? next(low, 1) : low;
  const most = openHigh ? next(high, -1) : high;
  return Math.min(most, Math.max(least, Math.fround(value)));
}

/** The next float32. */
function next(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * 2 ** -149;
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0]! += direction * Math.sign(value);
  return new Float32Array(bits.buffer)[0]!;
}

// Comparing

class Predictions {
  /** By mark, with the calls on the way. */
  private readonly nodes = new Map<
    number,
    { readonly node: Node; readonly calls: readonly (number | undefined)[] }[]
  >();
  private readonly sizes = new Map<string, number>();
  /** Calls or rounds were left out for want of budget: what they do cannot be told from what others do. */
  private readonly isCut: boolean;
  /** Numbers that were folded: of arithmetic in a round of a loop in which all is known, no node is left. */
  private readonly folded = new Set<unknown>();

  constructor(
    private readonly unit: LoweredUnit,
    marks: ReadonlyMap<string, number>,
    shapes: RandomProgram['shapes'],
  ) {
    this.isCut = unit.unknowns.has('budget');
    const markOf = ({ file, start, end }: Span): number | undefined =>
      marks.get(`${path.basename(file)}:${start}-${end}`);
    for (const node of unit.nodes) {
      for (const attribute of Object.values(node.attributes)) this.folded.add(attribute);
      for (const operand of operandNodes(node))
        if (operand.op === 'constant') this.folded.add(operand.attributes['value']);
      const mark = markOf(node.span);
      if (mark === undefined) continue;
      const known = this.nodes.get(mark) ?? [];
      known.push({ node, calls: node.chain.map(markOf) });
      this.nodes.set(mark, known);
    }
    shapes.forEach((shape, index) =>
      shape.forEach((size, axis) => this.sizes.set(`a${index}.${axis}`, size)),
    );
  }

  /** Why a result is not what was predicted; undefined if it is, or if nothing was predicted. */
  compare(mark: number, calls: readonly number[], result: unknown, counts: Counts): string | undefined {
    // Calls of functions that stand inside the caller are not told.
    const nodes = (this.nodes.get(mark) ?? [])
      .filter((known) => isPartOf(known.calls, calls))
      .map(({ node }) => node);
    const outputs = outputsOf(result);
    for (const [output, value] of outputs) {
      const fitting = nodes.filter((node) => node.output === output);
      if (fitting.length === 0) {
        counts.unseen += 1;
        return undefined;
      }
      count(fitting, counts);
      const reasons = fitting.map((node) => this.difference(node, value));
      const isFolded = typeof value === 'number' && this.folded.has(value);
      if (reasons.every((reason) => reason !== undefined) && (this.isCut || isFolded)) {
        counts.unseen += 1;
        return undefined;
      }
      if (reasons.every((reason) => reason !== undefined))
        return `${mark}: ${fitting[0]!.op}${output === undefined ? '' : `.${output}`} ${reasons.join(', nor ')}`;
    }
    return undefined;
  }

  /** The result of the whole function. */
  compareResult(result: unknown): string | undefined {
    const [predicted] = this.unit.returned;
    return predicted === undefined ? undefined : this.valueDifference(predicted, result, 'the result');
  }

  private valueDifference(predicted: Value, actual: unknown, what: string): string | undefined {
    switch (predicted.kind) {
      case 'constant':
        return Object.is(predicted.value, actual) || predicted.value === actual
          ? undefined
          : `${what} is ${String(actual)}, not the constant ${String(predicted.value)}`;
      case 'tensor':
      case 'number': {
        const reason = this.difference(predicted.node, actual);
        return reason === undefined ? undefined : `${what} ${reason}`;
      }
      case 'object':
        for (const [name, field] of predicted.fields) {
          const reason = this.valueDifference(
            field,
            (actual as Record<string, unknown>)[name],
            `${what}.${name}`,
          );
          if (reason !== undefined) return reason;
        }
        return undefined;
      default:
        return undefined;
    }
  }

  private difference(node: Node, value: unknown): string | undefined {
    if (node.throws !== undefined) return `should throw: ${node.throws}`;
    if (typeof value === 'number') {
      const difference = valueDifference(node.range, { shape: [], dtype: 'number', values: [value] });
      return difference && `has ${difference.actual}, predicted ${difference.predicted}`;
    }
    if (!(value instanceof tf.Tensor)) return `is ${typeof value}`;
    const shape = concreteShape(node.shape);
    if (node.shape !== undefined && !this.fits(node.shape, value.shape))
      return `has shape [${value.shape}], predicted [${shape ?? JSON.stringify(node.shape.map(({ size }) => size))}]`;
    if (node.dtype !== undefined && node.dtype !== 'number' && node.dtype !== value.dtype)
      return `is ${value.dtype}, predicted ${node.dtype}`;
    const values = Array.from(value.dataSync());
    const difference = valueDifference(node.range, {
      shape: value.shape,
      dtype: value.dtype as 'float32',
      values,
    });
    if (difference !== undefined) return `has ${difference.actual}, predicted ${difference.predicted}`;
    const { holds } = node.range;
    const held =
      holds === undefined ||
      holds.axes !== undefined ||
      values.length === 0 ||
      values.some((one) => one === holds.value || Number.isNaN(one));
    return held ? undefined : `does not hold ${holds.value}, predicted ${showRange(node.range)}`;
  }

  /** Sizes with names of inputs are what those inputs have; others may be anything. */
  private fits(predicted: NonNullable<Node['shape']>, actual: readonly number[]): boolean {
    if (predicted.length !== actual.length) return false;
    return predicted.every(({ size }, axis) => {
      if (typeof size === 'number') return size === actual[axis];
      const factors = size.symbols.map((name) => this.sizes.get(name));
      if (factors.some((factor) => factor === undefined)) return true;
      return (
        (factors as number[]).reduce((product, factor) => product * factor, size.coefficient) === actual[axis]
      );
    });
  }
}

function count(nodes: readonly Node[], counts: Counts): void {
  counts.compared += 1;
  if (nodes.every(({ shape }) => shape !== undefined)) counts.shaped += 1;
  const ends = nodes.map(({ range }) => [range.low, range.high].filter(Number.isFinite).length);
  if (ends.every((finite) => finite > 0)) counts.bounded += 1;
  if (ends.every((finite) => finite > 1)) counts.enclosed += 1;
}

/** Whether all of `part` stand in `whole`, in this order. */
function isPartOf(part: readonly unknown[], whole: readonly unknown[]): boolean {
  let found = 0;
  for (const one of whole) if (found < part.length && one === part[found]) found += 1;
  return found === part.length;
}

function outputsOf(result: unknown): [string | number | undefined, unknown][] {
  if (Array.isArray(result)) return result.map((value, index) => [index, value]);
  if (typeof result === 'object' && result !== null && !(result instanceof tf.Tensor))
    return Object.entries(result);
  return [[undefined, result]];
}

// Shrinking

/** Leaves out statements as long as the same kind of violation stays. */
function shrunk(program: RandomProgram, seed: number, reason: string): Violation {
  const kind = (text: string): string => text.replace(/^\d+: /, '').split(' ')[0]!;
  let best = { program, reason };
  for (let shorter = true; shorter;) {
    shorter = false;
    for (const candidate of smaller(best.program)) {
      const { violation } = compareProgram(candidate, seed);
      if (violation === undefined || violation.startsWith('broken') || kind(violation) !== kind(reason))
        continue;
      best = { program: candidate, reason: violation };
      shorter = true;
      break;
    }
  }
  return { reason: best.reason, program: Object.values(plain(best.program).files).join('\n') };
}

function* smaller(program: RandomProgram): Iterable<RandomProgram> {
  if (program.twoFiles) yield { ...program, twoFiles: false };
  for (const name of Object.keys(program.ranges)) {
    const { [name]: _, ...ranges } = program.ranges;
    yield { ...program, ranges };
  }
  for (const body of without(program.body)) yield { ...program, body };
  for (const top of without(program.top)) yield { ...program, top };
}

/** The statements with one left out, somewhere, or with a block in place of the statement around it. */
function* without(statements: readonly Statement[]): Iterable<readonly Statement[]> {
  for (const [index, statement] of statements.entries()) {
    const before = statements.slice(0, index);
    const after = statements.slice(index + 1);
    yield [...before, ...after];
    for (const [at, part] of statement.entries()) {
      if (typeof part === 'string') continue;
      yield [...before, ...part, ...after];
      for (const inner of without(part))
        yield [...before, [...statement.slice(0, at), inner, ...statement.slice(at + 1)], ...after];
    }
  }
}
