import { concreteShape, type Shape } from '../facts/shape.js';
import type { ts } from '../source/typescript.js';
import { nodesIn, type FunctionValue, type Value } from './values.js';

/** The shapes of one call, parameter by parameter. */
export type CallShapes = readonly (readonly number[])[];

/** So many different calls of one function tell what it is used for. */
const MOST_CALLS = 4;

/** Functions that `tf.customGrad` was given, and the shapes with which what it makes of them is called. */
export class CustomCalls {
  private readonly waiting: FunctionValue[] = [];
  private readonly known = new Set<ts.Node>();
  private readonly shapes = new Map<ts.Node, CallShapes[]>();

  made(fn: FunctionValue): void {
    this.waiting.push(fn);
    this.known.add(fn.declaration);
  }

  has({ declaration }: FunctionValue): boolean {
    return this.known.has(declaration);
  }

  /** A call counts if all that it hands over are tensors of known shapes. */
  called({ declaration }: FunctionValue, args: readonly Value[]): void {
    const shapes = args.map(shapeOf);
    if (shapes.length === 0 || !shapes.every((shape) => shape !== undefined)) return;
    const calls = this.shapes.get(declaration) ?? [];
    this.shapes.set(declaration, calls);
    const isNew = !calls.some((other) => JSON.stringify(other) === JSON.stringify(shapes));
    if (isNew && calls.length < MOST_CALLS) calls.push(shapes);
  }

  of({ declaration }: FunctionValue): readonly CallShapes[] {
    return this.shapes.get(declaration) ?? [];
  }

  /** Those that were not taken yet. */
  take(): readonly FunctionValue[] {
    return this.waiting.splice(0);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }
}

function shapeOf(value: Value): readonly number[] | undefined {
  const shape: Shape | undefined = value.kind === 'array' ? undefined : nodesIn(value)[0]?.shape;
  return concreteShape(shape);
}
