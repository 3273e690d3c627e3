/** Calls of any row of the op table as pieces of random programs: on tensors that are at hand, and on literals. */
import * as tf from '@tensorflow/tfjs';
import { runOp } from '../../src/ops/call.js';
import type { AttributeValue, OpRow } from '../../src/ops/row.js';
import { TAKES_OBJECT, TAKES_REST } from '../../src/ops/spelling.js';
import { allOps } from '../../src/ops/table.js';
import { DATA_DEPENDENT, drawCall } from '../ops/generators.js';
import type { DrawnCall, DrawnTensor } from '../ops/random-values.js';
import type { Drawing } from './random-features.js';
import type { Shape, Statement } from './random-source.js';

/** What one program can spell, and what gives the same twice. */
const SPELLED: readonly OpRow[] = allOps.filter(
  ({ name }) =>
    !/^(js|browser)\.|^rand|Random|Async$|^(truncatedNormal|multinomial|dropout|buffer|variable|complex)$/.test(
      name,
    ) && !DATA_DEPENDENT.test(name),
);

const MAX_SIZE = 40;

/** `const v = tf.op(…);` of a row of the table. */
export function tableOp(draw: Drawing): Statement {
  const row = draw.pick(SPELLED);
  const call = drawCall(draw.g, row);
  const result = call === undefined || !isPlain(row, call) ? undefined : resultOf(row, call);
  if (call === undefined || result === undefined) return [`${draw.op(`tf.abs(${draw.tensor().name})`)};`];
  const name = draw.name('v');
  const text = draw.op(spelled(draw, row, call));
  if (result.shape === undefined) return [`const ${name} = ${text};`];
  draw.declareTensor(name, result.shape);
  return [`const ${name} = ${result.dtype === 'float32' ? text : draw.op(`tf.cast(${text}, 'float32')`)};`];
}

/** Numbers, and tensors of numbers that are not large; a method needs a tensor to be called on. */
const isPlain = (row: OpRow, { operands }: DrawnCall): boolean =>
  (isFunction(row.name) || isTensor(operands[row.chained?.[0] ?? ''])) &&
  Object.values(operands)
    .flat()
    .every((operand) => {
      const { dtype, values } = operand as DrawnTensor;
      return dtype !== 'complex64' && dtype !== 'string' && values.length <= MAX_SIZE;
    });

interface Result {
  readonly dtype: string;
  /** Undefined if there is no use of it: of several results, and of large ones. */
  readonly shape: Shape | undefined;
}

/** Undefined where TensorFlow.js throws. */
function resultOf(row: OpRow, call: DrawnCall): Result | undefined {
  tf.engine().startScope();
  try {
    const operands = Object.fromEntries(
      Object.entries(call.operands).map(([name, given]) => [
        name,
        Array.isArray(given) ? given.map(real) : real(given as DrawnTensor),
      ]),
    );
    const result = runOp(tf, row, { operands, attributes: call.attributes });
    if (!(result instanceof tf.Tensor) || result.size > MAX_SIZE || result.rank > 4 || result.size === 0)
      return { dtype: 'float32', shape: undefined };
    // A shape that holds no numbers is a defect of TensorFlow.js: nothing is computed with it.
    if (!result.shape.every(Number.isInteger)) return undefined;
    return result.dtype === 'complex64' || result.dtype === 'string'
      ? { dtype: result.dtype, shape: undefined }
      : { dtype: result.dtype, shape: result.shape };
  } catch {
    return undefined;
  } finally {
    tf.engine().endScope();
  }
}

const real = ({ dtype, values, shape }: DrawnTensor): unknown =>
  dtype === 'number' ? values[0] : tf.tensor([...values], [...shape], dtype as 'float32');

function spelled(draw: Drawing, row: OpRow, { operands, attributes }: DrawnCall): string {
  const argument = (name: string): string => {
    const given = operands[name];
    if (given === undefined) return literal(attributes[name]);
    return Array.isArray(given)
      ? `[${given.map((one: DrawnTensor) => operand(draw, one)).join(', ')}]`
      : operand(draw, given as DrawnTensor);
  };
  const names = row.parameters.map(({ name }) => name);
  if (TAKES_OBJECT.has(row.name)) {
    const fields = names.filter((name) => name in operands || attributes[name] !== undefined);
    return `tf.${row.name}({ ${fields.map((name) => `${name}: ${argument(name)}`).join(', ')} })`;
  }
  const args = withoutMissing(names.map(argument));
  if (TAKES_REST.has(row.name)) {
    const last = args.pop()!;
    return `tf.${row.name}(${[...args, `...${last}`].join(', ')})`;
  }
  const receiver = row.chained === undefined ? undefined : operands[row.chained[0]!];
  // `x.as3D()` is a method only.
  if (isTensor(receiver) && (!isFunction(row.name) || draw.oneIn(3))) {
    const [first, ...others] = row.chained!.map(argument);
    return `${first}.${row.name.split('.').at(-1)}(${withoutMissing(others).join(', ')})`;
  }
  return `tf.${row.name}(${args.join(', ')})`;
}

const isTensor = (given: DrawnCall['operands'][string] | undefined): boolean =>
  given !== undefined && !Array.isArray(given) && (given as DrawnTensor).dtype !== 'number';

const isFunction = (name: string): boolean =>
  typeof name.split('.').reduce<unknown>((owner, part) => (owner as Record<string, unknown>)[part], tf) ===
  'function';

function withoutMissing(args: readonly string[]): string[] {
  const given = [...args];
  while (given.at(-1) === 'undefined') given.pop();
  return given;
}

/** A tensor at hand of the same shape, or one that is made of a literal. */
function operand(draw: Drawing, { dtype, shape, values }: DrawnTensor): string {
  if (dtype === 'number') return literal(values[0]);
  if (dtype === 'float32' && draw.oneIn(2)) return draw.ofShape(shape);
  const made = `tf.tensor([${values.map(literal).join(', ')}], [${shape}], '${dtype}')`;
  return values.length === 0 ? `tf.zeros([${shape}], '${dtype}')` : draw.op(made);
}

function literal(value: AttributeValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, field]) => `${key}: ${literal(field as AttributeValue)}`)
      .join(', ')} }`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}
