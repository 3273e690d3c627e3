/** Choices of shapes: numbers for the names of sizes, and whole shapes for inputs whose rank is not known. */
import { dim, multiplySizes, symbol, type Shape, type Size } from '../facts/shape.js';
import type { Node } from '../program/node.js';
import { numberOfSize } from '../program/shapes/size-formulas.js';

/** Names of sizes and the numbers chosen for them; whole shapes for inputs whose rank is not known. */
export interface Choice {
  readonly sizes: ReadonlyMap<string, number>;
  readonly shapes: ReadonlyMap<number, readonly number[]>;
}

/** Ways to have one size less: by its name, or an axis of an input whose rank is not known. */
export function* reductions({ sizes, shapes }: Choice, least: number): Generator<(choice: Choice) => Choice> {
  for (const [name, size] of sizes)
    if (size > least) yield (choice) => ({ ...choice, sizes: new Map([...choice.sizes, [name, least]]) });
  for (const [id, shape] of shapes)
    for (const [axis, size] of shape.entries())
      if (size > least)
        yield (choice) => ({
          ...choice,
          shapes: new Map([...choice.shapes, [id, choice.shapes.get(id)!.with(axis, least)]]),
        });
}

/** The input with the target as its shape, or as some of its axes. */
export function* withSizesOf(
  choice: Choice,
  input: Node,
  current: readonly number[],
  target: readonly number[],
) {
  yield* withShape(choice, input, target);
  for (let first = 0; first <= current.length - target.length; first += 1)
    yield* withShape(choice, input, current.toSpliced(first, target.length, ...target));
}

export function* withShape(choice: Choice, input: Node, shape: readonly number[]): Generator<Choice> {
  if (input.shape === undefined) {
    yield { ...choice, shapes: new Map([...choice.shapes, [input.id, shape]]) };
    return;
  }
  if (input.shape.length !== shape.length) return;
  const sizes = new Map(choice.sizes);
  for (const [axis, { size }] of input.shape.entries()) {
    if (typeof size === 'number') {
      if (size !== shape[axis]) return;
    } else if (size.symbols.length === 1 && size.coefficient === 1) sizes.set(size.symbols[0]!, shape[axis]!);
  }
  yield { ...choice, sizes };
}

export function chosen(node: Node, { sizes, shapes }: Choice): Shape | undefined {
  const whole = shapes.get(node.id);
  if (whole !== undefined) return whole.map((size) => dim(size));
  return node.shape?.map((d) => dim(withSizes(d.size, sizes)));
}

export function withSizes(size: Size, sizes: ReadonlyMap<string, number>): Size {
  if (typeof size === 'number') return size;
  const number = numberOfSize(size, sizes);
  if (number !== undefined) return number;
  return multiplySizes([size.coefficient, ...size.symbols.map((name) => sizes.get(name) ?? symbol(name))]);
}
