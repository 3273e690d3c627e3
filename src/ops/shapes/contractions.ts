/** Shapes of matrix products and of einsum. */
import { broadcastShapes, dim, showShape, showSize, type Dim, type Shape } from '../../facts/shape.js';
import { throws } from '../build.js';
import type { OpCall, ShapeResult } from '../row.js';
import { addSizes, resized, sizesDiffer } from './sizes.js';

/** The rows of a by the columns of b, for each pair of matrices of the broadcast leading axes. */
export function matrixProduct(
  a: Shape | undefined,
  b: Shape | undefined,
  transposeA: boolean,
  transposeB: boolean,
): ShapeResult {
  const flat = [a, b].find((shape) => shape !== undefined && shape.length < 2);
  if (flat) return throws(`matMul needs matrices, ${showShape(flat)} has rank ${flat.length}`);
  if (a === undefined || b === undefined) return undefined;
  const [rows, innerA] = matrixOf(a, transposeA);
  const [innerB, columns] = matrixOf(b, transposeB);
  if (sizesDiffer(innerA.size, innerB.size)) {
    return throws(
      `the inner sizes ${showSize(innerA.size)} and ${showSize(innerB.size)} of ${showShape(a)} and ${showShape(b)} differ`,
    );
  }
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  return 'throws' in batch ? batch : [...batch, unit(rows), unit(columns)];
}

function matrixOf(shape: Shape, transposed: boolean): readonly [Dim, Dim] {
  const [rows, columns] = [shape[shape.length - 2]!, shape[shape.length - 1]!];
  return transposed ? [columns, rows] : [rows, columns];
}

/** One row or column is there because the other matrix has that form. */
function unit(d: Dim): Dim {
  return d.size === 1 ? { ...d, one: 'structural' } : d;
}

/** The product of vectors and matrices, without the axes that a vector has not. */
export function dotProduct(a: Shape | undefined, b: Shape | undefined): ShapeResult {
  const other = [a, b].find((shape) => shape && (shape.length < 1 || shape.length > 2));
  if (other) return throws(`dot takes vectors and matrices, ${showShape(other)} is neither`);
  if (a === undefined || b === undefined) return undefined;
  if (sizesDiffer(a.at(-1)!.size, b[0]!.size))
    return throws(`the inner sizes of ${showShape(a)} and ${showShape(b)} differ`);
  return [...a.slice(0, -1), ...b.slice(1)].map(unit);
}

export interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** `ij,jk->ik`, or why TensorFlow.js does not take it. */
export function parseEquation(equation: string, count: number): Equation | { readonly throws: string } {
  const sides = equation.replace(/\s/g, '').split('->');
  const [left = '', output = ''] = sides;
  if (sides.length !== 2) return throws(`'${equation}' must have one arrow`);
  if (left.includes('...')) return throws('an ellipsis is not supported');
  const inputs = left.split(',');
  if (inputs.length !== count)
    return throws(`'${equation}' is for ${inputs.length} tensors, there are ${count}`);
  if (inputs.length > 2) return throws('more than two tensors are not supported');
  const unbound = [...output].find((letter) => !left.includes(letter));
  if (unbound) return throws(`'${unbound}' of the result is on no input`);
  const repeated = inputs.find((letters) => new Set(letters).size !== letters.length);
  return repeated ? throws(`'${repeated}' repeats an axis`) : { inputs, output };
}

/** The dims of the letters, bound to these shapes; sizes of one letter must be equal, 1 does not stretch. */
export function bindLetters(
  { inputs }: Equation,
  shapes: readonly (Shape | undefined)[],
): ReadonlyMap<string, Dim> | undefined | { readonly throws: string } {
  const bound = new Map<string, Dim>();
  for (const [index, letters] of inputs.entries()) {
    const shape = shapes[index];
    if (shape === undefined) return undefined;
    // The rank is not checked: what comes of letters that do not fit is an accident.
    if (shape.length !== letters.length) return undefined;
    for (const [axis, letter] of [...letters].entries()) {
      const d = shape[axis]!;
      const before = bound.get(letter);
      if (before && sizesDiffer(before.size, d.size)) {
        return throws(`'${letter}' is ${showSize(before.size)} and ${showSize(d.size)}`);
      }
      bound.set(letter, before ?? d);
    }
  }
  return bound;
}

/**
 * The tensors that the cpu kernel takes in, in its order: for each summed letter those that hold it. With a summed
 * letter, a tensor that holds none is forgotten: `ik,j->ij` gives what `ik->i` does.
 */
export function termsOf({ inputs, output }: Equation): readonly number[] {
  const summed = [...new Set(inputs.join(''))].filter((letter) => !output.includes(letter));
  const all = inputs.map((_, index) => index);
  if (summed.length === 0) return all;
  return [
    ...new Set(
      summed.flatMap((letter) =>
        all.filter((index) => inputs[index] === '' || inputs[index]!.includes(letter)),
      ),
    ),
  ];
}

/** The dims of the result; along an axis that only a forgotten tensor has it is 1. */
export function einsumShape(equation: Equation, bound: ReadonlyMap<string, Dim>): Shape {
  const taken = termsOf(equation)
    .map((index) => equation.inputs[index]!)
    .join('');
  return [...equation.output].map((letter) =>
    taken.includes(letter) ? bound.get(letter)! : dim(1, { one: 'structural' }),
  );
}

/** The data beside the state of the step before, example by example, is what the kernel multiplies. */
function besideFault(data: Shape, state: Shape, kernel: Shape): string | undefined {
  if (state.length !== 2 || sizesDiffer(data[0]!.size, state[0]!.size))
    return `the data of ${showShape(data)} is put beside a state of ${showShape(state)}: both need one row an example`;
  const both = addSizes([data[1]!.size, state[1]!.size]);
  return both !== undefined && sizesDiffer(both, kernel[0]!.size)
    ? `the data and the state have ${showSize(both)} columns together, the kernel ${showShape(kernel)} has other rows`
    : undefined;
}

/** Cell and hidden state of an LSTM step: a quarter of the columns of the kernel. */
export function cellState(call: OpCall, data: Shape, kernel: Shape, state: Shape | undefined): ShapeResult {
  const columns = kernel[1]?.size;
  if (columns === undefined || data.length !== 2) return throws('the data and the kernel must be matrices');
  const fault = state && besideFault(data, state, kernel);
  if (fault !== undefined) return throws(fault);
  if (typeof columns !== 'number') return [data[0]!, dim(call.freshSize('units'))];
  return columns % 4 === 0
    ? [data[0]!, resized(kernel[1]!, columns / 4, 'structural')]
    : throws('the kernel has not four gates');
}
