import { elementsIn } from '../facts/concrete-shape.js';
import { isTensor, type RealmTensor } from '../float64/engine.js';
import { roundAll, type Precision } from '../float64/rounding.js';
import { GradientCheckError } from './errors.js';
import type { Domain } from './report.js';
import type { InputForm, Point } from './subject.js';

export interface Inputs {
  readonly forms: readonly InputForm[];
  /** Values of all inputs, rounded to the precision they are used in. */
  readonly point: Point;
}

/** Reads inputs as `checkGradient` documents them. @throws GradientCheckError */
export async function readInputs(
  fn: (...args: never[]) => unknown,
  given: unknown,
  precision: Precision,
): Promise<Inputs> {
  const list = listOf(fn, given);
  if (list.length === 0)
    throw new GradientCheckError(
      'bad-call',
      'There are no inputs.',
      'Pass one for each parameter of the function.',
    );
  const read = [];
  for (const [index, input] of list.entries()) read.push(await readInput(input, `Input ${index}`));
  const forms: InputForm[] = [];
  let total = 0;
  for (const { shape, values } of read) {
    forms.push({ shape, size: values.length, offset: total });
    total += values.length;
  }
  const point = new Float64Array(total);
  for (const [index, { values }] of read.entries()) point.set(values, forms[index]!.offset);
  const finite = roundAll(point, precision);
  if (!finite) refuseNonFinite(point, forms, precision);
  return { forms, point };
}

/** A list with one entry a parameter. A lone tensor, number or typed array is one. */
function listOf(fn: (...args: never[]) => unknown, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) return [given];
  const bare = given.length > 1 && given.every((entry) => !isTensor(entry));
  if (bare && fn.length === 1 && !takesMore(fn)) {
    throw new GradientCheckError(
      'bad-call',
      `The function takes 1 tensor, and there are ${given.length} inputs.`,
      'Inputs are a list with one entry a parameter: write [[1, 2, 3]] for one vector.',
    );
  }
  if (fn.length > 0 && given.length > fn.length && !mayTakeMore(fn)) {
    const taken = fn.length === 1 ? '1 tensor' : `${fn.length} tensors`;
    throw new GradientCheckError(
      'bad-call',
      `The function takes ${taken}, and there are ${given.length} inputs.`,
      'Pass one for each parameter of the function: the gradient of what it ignores is no question.',
    );
  }
  return given as readonly unknown[];
}

/** `length` counts neither a rest parameter nor what has a default. */
function takesMore(fn: (...args: never[]) => unknown): boolean {
  const text = Function.prototype.toString.call(fn);
  if (BARE_PARAMETER.test(text)) return false;
  const [head = ''] = text.split(')');
  return head.includes('...') || head.includes('=') || /\barguments\b/.test(text);
}

/** `x => …` */
const BARE_PARAMETER = /^[\w$]+\s*=>/;

/** As `takesMore`, and where the text leaves a doubt: that of what is bound or built in is not there, and comments hold anything. */
function mayTakeMore(fn: (...args: never[]) => unknown): boolean {
  const text = Function.prototype.toString.call(fn);
  return takesMore(fn) || text.includes('...') || /\[native code\]|^[^)]*\/[/*]/.test(text);
}

interface ReadInput {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

async function readInput(input: unknown, name: string): Promise<ReadInput> {
  if (isTensor(input)) return await readTensor(input, name);
  const shape = shapeOf(input, name);
  const values: number[] = [];
  flatten(input, values, name);
  const size = elementsIn(shape);
  if (values.length !== size)
    throw new GradientCheckError(
      'bad-input',
      `${name} has rows of different lengths.`,
      'Nested arrays have to be rectangular.',
    );
  return checkedSize({ shape, values }, name);
}

async function readTensor(tensor: RealmTensor, name: string): Promise<ReadInput> {
  if (tensor.isDisposed) throw new GradientCheckError('bad-input', `${name} has been disposed.`);
  if (tensor.dtype !== 'float32') {
    throw new GradientCheckError(
      'bad-input',
      `${name} is a tensor of ${tensor.dtype}, which has no gradient.`,
      tensor.dtype === 'string' || tensor.dtype === 'complex64'
        ? 'Let the function capture it, and pass the float inputs.'
        : "Let the function capture it; or, if it is meant to be differentiated, pass it as 'float32'.",
    );
  }
  const values = await (tensor as unknown as { data(): Promise<ArrayLike<number>> }).data();
  return checkedSize({ shape: [...tensor.shape], values }, name);
}

function checkedSize(input: ReadInput, name: string): ReadInput {
  if (input.values.length > 0) return input;
  throw new GradientCheckError(
    'bad-input',
    `${name} has no elements (shape [${input.shape.join(', ')}]): there is nothing to differentiate by.`,
  );
}

function shapeOf(input: unknown, name: string): number[] {
  if (typeof input === 'number') return [];
  if (ArrayBuffer.isView(input) && !(input instanceof DataView)) return [(input as Float64Array).length];
  if (Array.isArray(input)) return input.length === 0 ? [0] : [input.length, ...shapeOf(input[0], name)];
  const isNothing = input === null || input === undefined;
  const what = isNothing ? String(input) : typeof input === 'object' ? 'an object' : `a ${typeof input}`;
  throw new GradientCheckError(
    'bad-input',
    `${name} is ${what}.`,
    'Pass a tensor, a number, or nested arrays of numbers.',
  );
}

function flatten(input: unknown, into: number[], name: string): void {
  if (typeof input === 'number') into.push(input);
  else if (Array.isArray(input) || ArrayBuffer.isView(input))
    for (const each of input as Iterable<unknown>) flatten(each, into, name);
  else shapeOf(input, name);
}

function refuseNonFinite(point: Point, forms: readonly InputForm[], precision: Precision): never {
  const at = point.findIndex((value) => !Number.isFinite(value));
  const { input, index } = placeOf(at, forms);
  const what = Number.isNaN(point[at]) ? 'NaN' : `not finite in ${precision}`;
  throw new GradientCheckError(
    'bad-input',
    `Input ${input} is ${what} at [${index.join(', ')}]: a function has no slope there.`,
    'Check the gradient at finite inputs.',
  );
}

export interface Place {
  readonly input: number;
  readonly index: readonly number[];
}

/** Where an element of a point is. */
export function placeOf(element: number, forms: readonly InputForm[]): Place {
  const input = forms.findLastIndex(({ offset, size }) => element >= offset && size > 0);
  const { shape, offset } = forms[input]!;
  let rest = element - offset;
  const index = shape.toReversed().map((size) => {
    const own = rest % size;
    rest = Math.floor(rest / size);
    return own;
  });
  return { input, index: index.reverse() };
}

/** One domain an input. @throws GradientCheckError where an input lies outside of its own */
export function readDomains(
  given: Domain | readonly (Domain | undefined)[] | undefined,
  { forms, point }: Inputs,
): (Domain | undefined)[] {
  const list = given === undefined || isList(given) ? (given ?? []) : forms.map(() => given);
  return forms.map(({ offset, size }, input) => {
    const domain = list[input];
    if (domain === undefined) return undefined;
    const { low = -Infinity, high = Infinity } = domain;
    const at = point.subarray(offset, offset + size).findIndex((value) => value < low || value > high);
    if (at < 0) return domain;
    const { index } = placeOf(offset + at, forms);
    const place = index.length === 0 ? '' : ` at [${index.join(', ')}]`;
    throw new GradientCheckError(
      'bad-call',
      low > high
        ? `The domain [${low}, ${high}] of input ${input} is empty.`
        : `Input ${input} is ${point[offset + at]}${place}, outside of its domain [${low}, ${high}].`,
    );
  });
}

function isList(given: Domain | readonly (Domain | undefined)[]): given is readonly (Domain | undefined)[] {
  return Array.isArray(given);
}
