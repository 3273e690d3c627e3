import path from 'node:path';
import { expect } from 'vitest';
import type { Bundler } from '../../src/confirm/bundle.js';
import type { EvaluationOptions, NumericTensor, Observation } from '../../src/confirm/evaluation.js';
import type { InputForm, Job, NamedInput } from '../../src/confirm/job.js';
import type { RealmPool } from '../../src/confirm/realm-pool.js';
import type { Unit, UnitInput } from '../../src/program/unit.js';
import type { Span } from '../../src/source/span.js';
import { parse, ts } from '../../src/source/typescript.js';

/** Makes units, spans and jobs from source text, as the lowering of a project would. */

export const root = path.resolve(import.meta.dirname, '../..');

/** The span of the only place where `part` occurs in `text`. */
export function spanIn(file: string, text: string, part: string): Span {
  const start = text.indexOf(part);
  expect(start, `${part} in ${file}`).toBeGreaterThanOrEqual(0);
  return { file, start, end: start + part.length };
}

/** The function whose text begins with `beginning`. */
export function unitIn(file: string, text: string, beginning: string, more: Partial<Unit> = {}): Unit {
  const source = parse(file, text);
  const at = text.indexOf(beginning);
  expect(at, `${beginning} in ${file}`).toBeGreaterThanOrEqual(0);
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(source) === at && ts.isFunctionLike(node)) found ??= node;
    ts.forEachChild(node, visit);
  };
  visit(source);
  expect(found, `a function at ${beginning}`).toBeDefined();
  return {
    name: beginning,
    kind: 'function',
    span: { file, start: at, end: found!.end },
    differentiated: 'yes',
    inputs: [],
    ...more,
  };
}

export const tensorForm = (
  node: number,
  dims: readonly (number | string)[] | undefined = ['N'],
): InputForm => ({
  kind: 'tensor',
  node,
  dims,
  dtype: 'float32',
  low: -100,
  high: 100,
  integer: false,
});

export const numberForm = (node: number): InputForm => ({
  kind: 'number',
  node,
  low: -100,
  high: 100,
  integer: false,
});

export const parameter = (name: string, form: InputForm): NamedInput => ({ name, source: 'parameter', form });

/** A captured variable of a unit, so far as bundling looks at it. */
export const captured = (name: string, kind: 'number' | 'opaque'): UnitInput =>
  ({
    name,
    source: 'captured',
    form: kind === 'opaque' ? { kind, why: 'a function' } : { kind, node: {} },
  }) as UnitInput;

export const vector = (...values: number[]): NumericTensor => ({
  shape: [values.length],
  dtype: 'float32',
  values,
});
export const scalar = (value: number): NumericTensor => ({ shape: [], dtype: 'float32', values: [value] });

export function jobFor(
  unit: Job['unit'],
  op: string,
  inputs: readonly NamedInput[],
  more: Partial<Job['site']> = {},
): Job {
  const site = { op, harm: 'value' as const, failures: ['infinity', 'nan', 'overflow'] as const, ...more };
  return { id: 'test', unit, inputs, site, gradient: true, seed: 1 };
}

export const FLOAT32: EvaluationOptions = { precision: 'float32', gradient: true };
export const FLOAT64: EvaluationOptions = { precision: 'float64', gradient: true };

/** Bundles a function out of a text that need not be on disk, and runs it once. */
export class Runs {
  constructor(
    readonly pool: RealmPool,
    readonly bundler: (overlay: (file: string) => string | undefined) => Bundler,
  ) {}

  async observe(example: Example): Promise<Observation | string> {
    const file = path.join(root, 'test', 'confirm', example.file ?? 'example.ts');
    const unit = unitIn(file, example.text, example.unit, example.more);
    const bundler = this.bundler((name) => (name === file ? example.text : undefined));
    const bundled = await bundler.bundle(unit, spanIn(file, example.text, example.site));
    const job = jobFor(bundled, example.op ?? 'log', example.inputs ?? [parameter('x', tensorForm(1))]);
    return await this.pool.observe(job, example.values ?? [[1, vector(1, 2)]], example.options ?? FLOAT32);
  }
}

export interface Example {
  readonly text: string;
  /** How the text of the function begins. */
  readonly unit: string;
  readonly site: string;
  readonly file?: string;
  readonly op?: string;
  readonly more?: Partial<Unit>;
  readonly inputs?: readonly NamedInput[];
  readonly values?: readonly (readonly [number, NumericTensor])[];
  readonly options?: EvaluationOptions;
}

/** The run, which must have taken place. */
export function seen(observation: Observation | string): Observation {
  expect(observation).toBeTypeOf('object');
  return observation as Observation;
}
