import { operatorByRow } from '../../ops/operators.js';
import type { EvaluationOptions } from '../evaluation.js';
import { Perturbation } from '../perturbation.js';
import { narrow, wide, wideOp, type WideNumber } from './decimal.js';

/** A number as float64 has it, and as it would be if nothing had been rounded. */
interface Shadow {
  readonly value: number;
  readonly exact: WideNumber;
}

/** Where a value was read: an operation by its place, a variable by its name; undefined elsewhere. */
export type Source = number | string | undefined;

/** The place of the site. */
export const SITE = 0;

/** Told what the operation at the site was given, in the order of its row, and what came out. */
export type Observer = (operands: readonly number[], output: number) => void;

/**
 * Runs the arithmetic of instrumented source, and beside it the same with 50 digits. A JavaScript number has no room for
 * those, so they are kept apart: what each operation and each variable last came to. Whoever reads another number there
 * than the one that is kept has it from elsewhere, and goes on with the number as it is.
 */
export class Shadows {
  /** Whether the exact numbers are computed, and told of the site in place of those of float64. */
  private on = false;
  private perturbation: Perturbation | undefined;
  private readonly kept = new Map<Source, Shadow>();
  private returned: Shadow | undefined;

  constructor(private readonly observe: Observer) {}

  begin({ numbers, precision }: Pick<EvaluationOptions, 'numbers' | 'precision'>): void {
    this.on = numbers === 'exact';
    this.perturbation = precision === 'perturbed' ? new Perturbation() : undefined;
    this.kept.clear();
    this.returned = undefined;
  }

  /** An operator or a function of `Math`, by the name of its row. */
  op(place: number, name: string, operands: readonly unknown[], sources: readonly Source[]): unknown {
    const result = run(name, operands);
    if (typeof result !== 'number') return result;
    const numbers = operands.map(Number);
    const value = this.perturbation?.ofNumber(result, numbers) ?? result;
    if (!this.on) {
      if (place === SITE) this.observe(numbers, value);
      return value;
    }
    const exact = numbers.map((number, index) => this.exactly(sources[index], number));
    const shadow = { value, exact: wideOp(name)?.(...exact) ?? wide(value) };
    this.kept.set(place, shadow);
    if (place === SITE) this.observe(exact.map(narrow), narrow(shadow.exact));
    return value;
  }

  /** A variable is given a value. */
  keep(name: string, value: unknown, source: Source): unknown {
    if (this.on) this.remember(name, this.shadowOf(source, value));
    return value;
  }

  /** A function gives a value. */
  returns(value: unknown, source: Source): unknown {
    if (this.on) this.returned = this.shadowOf(source, value);
    return value;
  }

  /** A call has given a value. */
  call(place: number, value: unknown): unknown {
    if (this.on) this.remember(place, this.returned?.value === value ? this.returned : undefined);
    return value;
  }

  private remember(source: Source, shadow: Shadow | undefined): void {
    if (shadow === undefined) this.kept.delete(source);
    else this.kept.set(source, shadow);
  }

  private shadowOf(source: Source, value: unknown): Shadow | undefined {
    const shadow = source === undefined ? undefined : this.kept.get(source);
    return Object.is(shadow?.value, value) ? shadow : undefined;
  }

  private exactly(source: Source, value: number): WideNumber {
    return this.shadowOf(source, value)?.exact ?? wide(value);
  }
}

type Run = (a: number, b: number) => unknown;

function run(name: string, operands: readonly unknown[]): unknown {
  const [a, b] = operands as [number, number];
  if (name === 'js.neg') return -a;
  // `Math.pow` is the same row as `**`.
  const operator = operatorByRow.get(name);
  if (operator !== undefined) return operator.run(a, b);
  return (Math as unknown as Record<string, Run>)[name.slice('js.'.length)]!(a, b);
}
