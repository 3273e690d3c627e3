import { elementsIn } from '../facts/concrete-shape.js';
import { concreteShape, type Shape } from '../facts/shape.js';
import { isShapeAttribute } from '../ops/build.js';
import { operandNodes, type Node } from '../program/node.js';
import { openShapeOf } from '../program/shapes/open-shape.js';
import { freeNames } from '../program/shapes/size-formulas.js';
import { type Choice, reductions, withShape, withSizesOf, chosen } from './shape-choice.js';
import { shapeNow, numbered, shapeOfNode } from './chosen-shapes.js';

/** Concrete shapes for the inputs of a unit, by the id of their nodes, and the numbers for the names of sizes. */
export interface LikelyShapes {
  readonly shapes: ReadonlyMap<number, readonly number[]>;
  readonly sizes: ReadonlyMap<string, number>;
}

/** So many ops are evaluated in the whole of a search: a few milliseconds. */
const MOST_EVALUATIONS = 60_000;
const MOST_MOVES = 12;
const FIRST_SIZES = [2, 3, 5, 7, 11, 13, 17, 19];
const USUAL_SIZES = [1, 2, 3, 4, 8, 16, 28, 32, 64];
const MOST_ELEMENTS = 300_000;
/** More than these are made fewer, if that goes. */
const MANY_ELEMENTS = 10_000;
const MUCH_LESS = 0.9;

/**
 * Shapes with which the unit runs, as far as its own constants and weights tell: `x` of `tf.matMul(x, W)` has as many
 * columns as `W` has rows, and the labels that meet its result have the shape of the result. A hill climb over the shape
 * functions of the op table: the first op that would throw says what has to change.
 *
 * `free` are the inputs that the caller provides; `nodes` all ops of the unit, in the order in which they run.
 */
export function likelyShapes(free: readonly Node[], nodes: readonly Node[]): LikelyShapes {
  const search = new ShapeSearch(free, nodes);
  return search.solve();
}

interface Outcome {
  /** How many ops ran before one would throw; all of them if none does. */
  readonly passed: number;
  readonly failed: Node | undefined;
  readonly shapes: ReadonlyMap<Node, Shape | undefined>;
}

class ShapeSearch {
  private evaluations = 0;
  private readonly free: ReadonlySet<Node>;
  private readonly nodes: readonly Node[];
  private readonly reached = new Map<Node, readonly Node[]>();
  /** Of `tf.randomUniform(x.shape)` for an x of any rank: x. */
  private readonly shapedLike: ReadonlyMap<Node, Node>;

  constructor(free: readonly Node[], nodes: readonly Node[]) {
    this.free = new Set(free);
    this.nodes = nodes;
    this.shapedLike = new Map(
      nodes.filter(isCreated).flatMap((node) => {
        const base = wholeBase(node);
        const like = free.find(({ shape, attributes }) => shape === undefined && attributes['path'] === base);
        return base === undefined || like === undefined ? [] : [[node, like]];
      }),
    );
  }

  solve(): LikelyShapes {
    let choice = this.first();
    let outcome = this.evaluate(choice);
    for (let move = 0; move < MOST_MOVES && outcome.failed !== undefined; move += 1) {
      const better = this.better(choice, outcome);
      if (better === undefined) break;
      [choice, outcome] = better;
    }
    if (this.elements(outcome) > MANY_ELEMENTS) [choice, outcome] = this.smaller(choice, outcome);
    const shapes = new Map<number, readonly number[]>();
    for (const node of this.free) {
      const shape = concreteShape(outcome.shapes.get(node));
      if (shape !== undefined && elementsIn(shape) <= MOST_ELEMENTS) shapes.set(node.id, shape);
    }
    return { shapes, sizes: this.sizesWith(choice) };
  }

  /** Sizes that need not be what they are are 2; 1 where that is not enough and saves much, for of one class every softmax is 1. */
  private smaller(choice: Choice, outcome: Outcome): [Choice, Outcome] {
    let best: [Choice, Outcome] = [choice, outcome];
    for (const least of [2, 1]) {
      for (const reduce of reductions(choice, least)) {
        const next = reduce(best[0]);
        const tried = this.evaluate(next);
        const saves = least > 1 || this.elements(tried) <= MUCH_LESS * this.elements(best[1]);
        if (tried.passed >= outcome.passed && saves) best = [next, tried];
      }
      if (this.elements(best[1]) <= MANY_ELEMENTS) break;
    }
    return best;
  }

  private first(): Choice {
    const names = new Set<string>();
    const shapes = new Map<number, readonly number[]>();
    const rank = this.rankRead();
    for (const node of this.free) {
      if (node.shape === undefined) shapes.set(node.id, Array<number>(rank).fill(2));
      for (const { size } of node.shape ?? []) for (const name of freeNames(size)) names.add(name);
    }
    for (const node of this.nodes) for (const name of namesIn(node)) names.add(name);
    const sizes = new Map([...names].map((name, index) => [name, FIRST_SIZES[index] ?? 2]));
    return { sizes, shapes };
  }

  /** Where `x.shape[2]` is read, of whatever x: 3. The others go with it as if they were of its rank. */
  private rankRead(): number {
    const read = this.nodes
      .flatMap(operandNodes)
      .flatMap(({ op, attributes: { axis } }) =>
        op === 'js.size' && typeof axis === 'number' ? [axis + 1] : [],
      );
    return Math.max(2, ...read);
  }

  /** The move that gets farthest, if one gets farther than the shapes so far. */
  private better(choice: Choice, outcome: Outcome): [Choice, Outcome] | undefined {
    // The shape of what an input meets is the natural one: labels are shaped like predictions.
    const natural = this.farthest(this.alike(choice, outcome), outcome);
    const other =
      this.farthest(this.moves(choice, outcome), natural?.[1] ?? outcome) ??
      (natural === undefined ? this.farthest(this.otherRanks(choice, outcome), outcome) : undefined);
    return other ?? natural;
  }

  /** The move that gets farther than `sofar`, and farthest; of two that get equally far, the one with smaller inputs. */
  private farthest(moves: Iterable<Choice>, sofar: Outcome): [Choice, Outcome] | undefined {
    let best: [Choice, Outcome] | undefined;
    for (const next of moves) {
      if (this.evaluations > MOST_EVALUATIONS) break;
      const tried = this.evaluate(next);
      const most = best?.[1] ?? sofar;
      const smaller = best !== undefined && this.elements(tried) < this.elements(most);
      if (tried.passed > most.passed || (tried.passed === most.passed && smaller)) best = [next, tried];
    }
    return best;
  }

  private *alike(choice: Choice, { failed, shapes }: Outcome): Generator<Choice> {
    if (failed === undefined) return;
    for (const input of this.inputsOf(failed)) {
      for (const operand of operandNodes(failed)) {
        const shape = concreteShape(shapeNow(operand, shapes, choice));
        if (shape !== undefined && operand !== input) yield* withShape(choice, input, shape);
      }
    }
  }

  private *moves(choice: Choice, { failed, shapes }: Outcome): Generator<Choice> {
    if (failed === undefined) return;
    const attributes = this.attributesOf(failed, choice);
    const sizes = this.sizesAt(failed, choice, shapes);
    for (const name of namesIn(failed))
      for (const size of sizes) yield { ...choice, sizes: new Map([...choice.sizes, [name, size]]) };
    for (const input of this.inputsOf(failed)) {
      const current = concreteShape(shapes.get(input)) ?? [];
      for (const target of attributes.flatMap(shapesAsked))
        yield* withSizesOf(choice, input, current, target);
      for (const size of sizes) {
        yield* withShape(choice, input, [...current.slice(0, -1), size]);
        for (let axis = 0; axis < current.length - 1; axis += 1)
          yield* withShape(choice, input, current.with(axis, size));
        // Height and width of images.
        if (current.length >= 3) {
          const first = current.length - 3;
          yield* withShape(choice, input, current.with(first, size).with(first + 1, size));
          // What is flattened has as many elements as the weights behind it have rows.
          yield* withShape(choice, input, [current[0]!, ...current.slice(2).map(() => 1), size]);
        }
      }
    }
  }

  /** An input that is laid out along more or fewer axes than so far: what has the right size as it is, is better left so. */
  private *otherRanks(choice: Choice, { failed, shapes }: Outcome): Generator<Choice> {
    if (failed === undefined) return;
    const sizes = this.sizesAt(failed, choice, shapes);
    for (const input of this.inputsOf(failed)) {
      if (input.shape !== undefined) continue;
      // What an op before this one asked of a size holds along other axes too.
      const current = concreteShape(shapes.get(input)) ?? [];
      for (const size of new Set([...sizes, ...current])) {
        yield* withShape(choice, input, [2, size]);
        yield* withShape(choice, input, [size]);
        yield* withShape(choice, input, [2, 3, size]);
        yield* withShape(choice, input, [1, size, size, 1]);
        yield* withShape(choice, input, [1, 4, 4, size]);
      }
      for (const shape of [[], [3], [2, 3, 4], [1, 4, 4, 3]]) yield* withShape(choice, input, shape);
    }
  }

  private attributesOf({ attributes }: Node, choice: Choice): unknown[] {
    const given = this.sizesWith(choice);
    return Object.values(attributes).map((value) => numbered(value, given));
  }

  private sizesAt(failed: Node, choice: Choice, shapes: Outcome['shapes']): number[] {
    const others = operandNodes(failed).map((operand) => concreteShape(shapeNow(operand, shapes, choice)));
    return this.sizesOfInterest(others, this.attributesOf(failed, choice));
  }

  /** Numbers that a size may have to be: those written at the op that fails, and their square roots. */
  private sizesOfInterest(
    others: readonly (readonly number[] | undefined)[],
    attributes: readonly unknown[],
  ): number[] {
    const written = [...others.flatMap((shape) => shape ?? []), ...attributes.flatMap(numbersIn)];
    const large = written.filter((size) => Number.isInteger(size) && size > 0 && size <= 100_000);
    const roots = large.flatMap((size) => [Math.sqrt(size), 2 * Math.sqrt(size)]).filter(Number.isInteger);
    // A pooled image: 1568 = 14 · 14 · 8.
    const pooled = large.flatMap((size) =>
      others.flatMap((shape) => {
        const side = Math.sqrt(size / (shape?.at(-1) ?? 1));
        return Number.isInteger(side) ? [side, 2 * side, 4 * side] : [];
      }),
    );
    return [...new Set([...large, ...roots, ...pooled, ...USUAL_SIZES])];
  }

  /** The free inputs that flow into an op, nearest first. */
  private inputsOf(node: Node): readonly Node[] {
    const known = this.reached.get(node);
    if (known !== undefined) return known;
    const found = new Set<Node>();
    const seen = new Set<Node>();
    let level: readonly Node[] = operandNodes(node);
    while (level.length > 0) {
      const next: Node[] = [];
      for (const one of level) {
        if (seen.has(one)) continue;
        seen.add(one);
        if (this.free.has(one)) found.add(this.shapedLike.get(one) ?? one);
        else next.push(...operandNodes(one));
      }
      level = next;
    }
    const inputs = [...found];
    this.reached.set(node, inputs);
    return inputs;
  }

  /** Also those that the code asks for by place, of inputs whose rank is not known: `x.shape[0]` is `x.0`. */
  private sizesWith({ sizes, shapes }: Choice): ReadonlyMap<string, number> {
    const all = new Map(sizes);
    for (const { id, attributes } of this.free)
      shapes.get(id)?.forEach((size, axis) => all.set(`${String(attributes['path'])}.${axis}`, size));
    return all;
  }

  private elements({ shapes }: Outcome): number {
    return [...this.free].reduce((sum, node) => sum + elementsIn(concreteShape(shapes.get(node)) ?? []), 0);
  }

  private evaluate(choice: Choice): Outcome {
    const shapes = new Map<Node, Shape | undefined>();
    let passed = 0;
    for (const node of this.free) shapes.set(node, chosen(this.shapedLike.get(node) ?? node, choice));
    const given = { ...choice, sizes: this.sizesWith(choice) };
    for (const node of this.nodes) {
      if (this.free.has(node)) continue;
      this.evaluations += 1;
      const like = this.shapedLike.get(node);
      const shape = like === undefined ? shapeOfNode(node, shapes, given) : chosen(like, choice);
      // An empty tensor is no input that anybody means: it fits everywhere, and tells nothing.
      if (shape === 'throws' || shape?.some(({ size }) => size === 0) === true)
        return { passed, failed: node, shapes };
      shapes.set(node, shape);
      passed += 1;
    }
    return { passed, failed: undefined, shapes };
  }
}

/** A tensor of a shape that the program asks for, of which not even the rank is known. */
const isCreated = ({ op, shape, operands, attributes }: Node): boolean =>
  shape === undefined && 'shape' in attributes && op !== 'input' && Object.keys(operands).length === 0;

/** The name of the input whose shape a node of unknown rank has, as it is. */
function wholeBase(node: Node): string | undefined {
  const form = openShapeOf(node);
  if (form === undefined || form.front.length + form.back.length > 0) return undefined;
  return form.rest.first + form.rest.last > 0 ? undefined : form.rest.base.id;
}

/** The names of sizes that an op is given. */
function namesIn({ attributes }: Node): string[] {
  return Object.values(attributes).flatMap((value) =>
    isShapeAttribute(value) ? value.shape.flatMap(({ size }) => freeNames(size)) : [],
  );
}

/** Of an op that is asked for a shape: that shape, for what is to be laid out in it. */
function shapesAsked(attribute: unknown): (readonly number[])[] {
  const dims = isShapeAttribute(attribute) ? concreteShape(attribute.shape) : attribute;
  if (
    !Array.isArray(dims) ||
    dims.length === 0 ||
    !dims.every((size) => Number.isInteger(size) && size >= -1)
  )
    return [];
  return [dims.map((size: number) => (size === -1 ? 2 : size))];
}

/**
 * Numbers, and the sum and the product of each list of them: that of `tf.split(x, [3, 120])` is 123 long, a row of
 * `x.reshape([-1, 28, 28, 1])` has 784.
 */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) {
    const numbers = value.flatMap(numbersIn);
    return [
      ...numbers,
      numbers.reduce((sum, number) => sum + number, 0),
      elementsIn(numbers.filter((n) => n > 0)),
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return 'size' in value ? numbersIn(value.size) : Object.values(value).flatMap(numbersIn);
}
