import { describe, expect, it } from 'vitest';
import type { NumericTensor, Observation, SiteCall } from '../../../src/confirm/evaluation.js';
import type { Job, SuspectSite } from '../../../src/confirm/job.js';
import { judge } from '../../../src/confirm/search/judge.js';

/** Verdicts on single runs that were made up: what counts as this failure at this site, and what does not. */

const vector = (...values: number[]): NumericTensor => ({ shape: [values.length], dtype: 'float32', values });
const LOG: SuspectSite = {
  op: 'log',
  region: { operand: 'x', low: -Infinity, high: 0 },
  harm: 'value',
  failures: ['infinity', 'nan'],
};

function jobOf(site: Partial<SuspectSite>, gradient = false): Job {
  return {
    id: 'x',
    unit: { kind: 'slice', nodes: [] },
    inputs: [],
    site: { ...LOG, ...site },
    gradient,
    seed: 1,
  };
}

function run(call: SiteCall, more: Partial<Observation> = {}): Observation {
  return { siteCalls: [call], outputs: [call.output], gradients: new Map(), kernels: 1, ...more };
}

const logOf = (x: number[], output: number[]): SiteCall => ({
  operands: { x: vector(...x) },
  output: vector(...output),
});

describe('a value', () => {
  it('fails by an element that breaks in the region', () => {
    const float32 = run(logOf([1, 0], [0, -Infinity]));
    expect(judge(jobOf({}), { float32, gradient: false })).toEqual({
      kind: 'fails',
      failure: 'infinity',
      call: 0,
      element: 1,
    });
  });

  it('fails by that element beside an Infinity that is meant', () => {
    const masked: SiteCall = {
      operands: { a: vector(1, 0), b: vector(Infinity) },
      output: vector(Infinity, NaN),
    };
    const job = jobOf({ op: 'mul', region: undefined, formula: true, failures: ['nan'] });
    expect(judge(job, { float32: run(masked), gradient: false })).toEqual({
      kind: 'fails',
      failure: 'nan',
      call: 0,
      element: 1,
    });
  });

  it('outside the region it is another mechanism', () => {
    const site = { region: { operand: 'x', low: -1, high: -0.5 } };
    const float32 = run(logOf([0], [-Infinity]));
    expect(judge(jobOf(site), { float32, gradient: false })).toEqual({ kind: 'passes', why: 'outside' });
  });

  it('with a broken operand it is another op', () => {
    const float32 = run(logOf([NaN], [NaN]));
    expect(judge(jobOf({}), { float32, gradient: false })).toEqual({ kind: 'passes', why: 'upstream' });
  });

  it('unless the op that broke is a part of the formula that is under suspicion', () => {
    const float32 = run(logOf([Infinity], [Infinity]));
    const job = jobOf({ formula: true, region: undefined, failures: ['overflow'] });
    expect(judge(job, { float32, gradient: false })).toMatchObject({ kind: 'fails', failure: 'overflow' });
  });

  it('NaN in both precisions is no pass', () => {
    const float32 = run(logOf([-1], [NaN]));
    expect(judge(jobOf({}), { float32, float64: float32, gradient: false })).toMatchObject({
      failure: 'nan',
    });
  });

  it('that is not in the result has to be compared with float64 first', () => {
    const masked = run(logOf([0], [-Infinity]), { outputs: [vector(2)] });
    expect(judge(jobOf({}), { float32: masked, gradient: false })).toEqual({
      kind: 'undecided',
      needs: 'float64',
    });
    expect(judge(jobOf({}), { float32: masked, float64: masked, gradient: false })).toEqual({
      kind: 'passes',
      why: 'masked',
    });
    const exact = run(logOf([1e-50], [-115]), { outputs: [vector(3)] });
    expect(judge(jobOf({}), { float32: masked, float64: exact, gradient: false }).kind).toBe('fails');
  });

  it('NaN that goes in and does not come out is hidden', () => {
    const site: SuspectSite = { op: 'argMax', harm: 'value', failures: ['wrong-value'] };
    const call: SiteCall = {
      operands: { x: vector(NaN, 1) },
      output: { shape: [], dtype: 'int32', values: [0] },
    };
    const job = { ...jobOf({}), site };
    expect(judge(job, { float32: run(call), gradient: false })).toMatchObject({ failure: 'wrong-value' });
  });
});

describe('a gradient', () => {
  const SQRT: SuspectSite = {
    op: 'sqrt',
    region: { operand: 'x', low: 0, high: 0 },
    harm: 'gradient',
    failures: ['nan-gradient', 'inf-gradient', 'vanished-gradient'],
  };
  const gradients = (...values: number[]) => new Map([[7, vector(...values)]]);

  it('fails where it is not finite though the value is', () => {
    const float32 = run(logOf([0], [0]), { gradients: gradients(Infinity) });
    expect(judge(jobOf(SQRT, true), { float32, gradient: true })).toMatchObject({
      failure: 'inf-gradient',
      node: 7,
    });
  });

  it('does not count where the value breaks as well', () => {
    const float32 = run(logOf([0], [NaN]), { gradients: gradients(NaN) });
    expect(judge(jobOf(SQRT, true), { float32, gradient: true })).toEqual({
      kind: 'passes',
      why: 'elsewhere',
    });
  });

  it('vanishes if float64 still has one', () => {
    const float32 = run(logOf([0], [0]), { gradients: gradients(0, 1) });
    const with64 = (...values: number[]) => run(logOf([0], [0]), { gradients: gradients(...values) });
    const verdict = (...values: number[]) =>
      judge(jobOf(SQRT, true), { float32, float64: with64(...values), gradient: true });
    expect(verdict(0.01, 1)).toMatchObject({ failure: 'vanished-gradient', element: 0 });
    expect(verdict(1e-9, 1)).toEqual({ kind: 'passes', why: 'held' });
  });
});

describe('digits', () => {
  const SUB: SuspectSite = { op: 'sub', harm: 'accuracy', failures: ['cancellation'] };
  const sub = (a: number, b: number, result: number): Observation =>
    run({ operands: { a: vector(a), b: vector(b) }, output: vector(result) });
  const verdict = (float32: Observation, float64: Observation) =>
    judge({ ...jobOf({}), site: SUB }, { float32, float64, gradient: false });

  it('are lost at the site if its operands are good and its result is not', () => {
    expect(verdict(sub(1, 0.99999994, 5.96e-8), sub(1, 0.99999995, 5e-8))).toMatchObject({
      failure: 'cancellation',
    });
  });

  it('were lost before if its operands are as bad', () => {
    expect(verdict(sub(1, 0.5, 0.5), sub(1, 0.6, 0.4))).toEqual({ kind: 'passes', why: 'upstream' });
  });

  it('are not lost by half an ulp', () => {
    expect(verdict(sub(1, 0.5, 0.5), sub(1, 0.5, 0.50000001))).toEqual({ kind: 'passes', why: 'held' });
  });
});
