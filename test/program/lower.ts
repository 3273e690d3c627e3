/** Small programs through the whole front end, for the tests of this folder. */
import path from 'node:path';
import { Analyser } from '../../src/analyser.js';
import type { Node } from '../../src/program/node.js';
import { printUnit, showRange } from '../../src/program/print.js';
import {
  lowerProject,
  Project,
  type LoweredProject,
  type LoweringOptions,
} from '../../src/program/project.js';
import { nodesIn, type Value } from '../../src/program/values.js';
import type { ReportedFinding } from '../../src/report/report.js';
import { showShape } from '../../src/facts/shape.js';
import type { Span } from '../../src/source/span.js';
import type { LoweredUnit } from '../../src/program/lowered-unit.js';

export type Files = Readonly<Record<string, string>>;

const ROOT = '/project';
const IMPORT = `import * as tf from '@tensorflow/tfjs';\n`;

/** A program of one file has `tf`; one of several files says how it gets it. */
function absolute(program: string | Files): Map<string, string> {
  const files = typeof program === 'string' ? { 'main.ts': IMPORT + program } : program;
  return new Map(Object.entries(files).map(([name, text]) => [path.join(ROOT, name), text]));
}

/** `everything`: code without tensors too, of which the tests of values are full. */
export function lower(program: string | Files, { everything = true }: LoweringOptions = {}): Lowered {
  const texts = absolute(program);
  const project = new Project({ readFile: (file) => texts.get(file) });
  return new Lowered(project, lowerProject(project, [...texts.keys()], { everything }), texts);
}

/** The static pass with its rules, which must never throw. */
export function analyse(program: string | Files): Analyser {
  const texts = absolute(program);
  const analyser = new Analyser(ROOT, { readFile: (file) => texts.get(file) });
  analyser.analyse([...texts.keys()]);
  return analyser;
}

/** Findings of the static pass, as they are reported. */
export function reported(program: string | Files): ReportedFinding[] {
  const texts = absolute(program);
  const analyser = new Analyser(ROOT, { readFile: (file) => texts.get(file) });
  return analyser.report(analyser.analyse([...texts.keys()]), new Map());
}

/** The same, as `rule severity: code`. */
export const found = (program: string | Files): string[] =>
  reported(program).map(({ rule, severity, expression }) => `${rule} ${severity}: ${expression}`);

export class Lowered {
  constructor(
    readonly project: Project,
    readonly lowered: LoweredProject,
    private readonly texts: ReadonlyMap<string, string>,
  ) {}

  get problems(): string[] {
    const failures = this.lowered.failures.map(({ message }) => message);
    return [...this.project.problems.values(), ...failures];
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  private find(name: string): LoweredUnit | undefined {
    return this.lowered.units.find(({ unit }) => unit.name === name || unit.name.endsWith(`.${name}`));
  }

  unit(name: string): LoweredUnit {
    const found = this.find(name);
    const known = this.lowered.units.map(({ unit }) => unit.name).join(', ');
    if (found === undefined)
      throw new Error(`There is no unit ${name}, only ${known}. ${this.problems.join('; ')}`);
    return found;
  }

  /** The printed program of a unit, columns run together. */
  print(name: string): string {
    const text = printUnit(this.unit(name), {
      textOf: (span) => this.textOf(span),
      placeOf: (span) => this.placeOf(span),
    });
    return text.replace(/(\S) {2,}(?=\S)/g, '$1  ');
  }

  textOf({ file, start, end }: Span): string {
    return this.texts.get(file)?.slice(start, end) ?? '';
  }

  private placeOf({ file, start }: Span): string {
    const line = (this.texts.get(file) ?? '').slice(0, start).split('\n').length;
    return `${path.relative(ROOT, file)}:${line}`;
  }

  /** What a unit gives. */
  returned(name: string): Value {
    return this.unit(name).returned[0] ?? { kind: 'constant', value: undefined };
  }

  /** The tensors and numbers in what a unit gives. */
  nodes(name: string): Node[] {
    return nodesIn(this.returned(name));
  }
}

/** How a value was made, as an expression over inputs: `log(add(p, 1e-7))`. */
export function formula(node: Node): string {
  const operands = Object.values(node.operands).map((operand) =>
    Array.isArray(operand) ? operand.map(formula).join(', ') : formula(operand as Node),
  );
  if (node.op === 'input') return String(node.attributes['path']);
  if (node.op === 'unknown') return '?';
  if (node.op === 'constant') return JSON.stringify(node.attributes['value']);
  if (node.op === 'join')
    return `either(${(node.operands['alternatives'] as Node[]).map(formula).sort().join(', ')})`;
  const output = node.output === undefined ? '' : `.${node.output}`;
  return `${node.op}(${operands.join(', ')})${output}`;
}

/** What the function `f` of a program gives, as formulas. */
export function formulas(program: string | Files, name = 'f', options?: LoweringOptions): string {
  return lower(program, options).nodes(name).map(formula).join(' ');
}

/** Shapes and ranges of what the function `f` gives: `[3, 4] [-100, 100]`. */
export function facts(program: string | Files, name = 'f'): string {
  const described = lower(program)
    .nodes(name)
    .map(({ shape, range }) => `${showShape(shape)} ${showRange(range)}`);
  return described.join(', ');
}

/** The constant that the function `f` gives. */
export function constantOf(program: string | Files, name = 'f'): unknown {
  const value = lower(program).returned(name);
  return value.kind === 'constant' ? value.value : `a ${value.kind}`;
}
