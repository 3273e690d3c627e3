/** Random tensors. Ranges are those of the generators themselves, not of the distributions: they end. */
import { add, multiply, subtract } from '../facts/arithmetic.js';
import {
  constantRange,
  indexRange,
  interval,
  joinRanges,
  stored,
  unknownRange,
  type Range,
} from '../facts/range.js';
import { dim, elementCount, showShape } from '../facts/shape.js';
import { attributeRange, operand, optional, refusal, required, stringOf, tensor, throws } from './build.js';
import { namedType, storedAsNamed } from './creation.js';
import type { OpCall, OpRow, Parameter } from './row.js';
import { newShape, sizeOf } from './shapes/sizes.js';

const shape = required('shape', 'shape');
const seed = optional('seed', 'any');
const dtype = optional('dtype', 'dtype', 'float32');

/** The polar method of `rand_util.ts` draws from 32 random bits: it cannot get further than 9.3 deviations. */
const MOST_DEVIATIONS = 9.5;

function generated(
  name: string,
  parameters: readonly Parameter[],
  range: (call: OpCall) => Range,
  fault: (call: OpCall) => string | undefined = () => undefined,
): OpRow {
  return {
    name,
    parameters: [shape, ...parameters],
    anyShape: true,
    shape: (call) => {
      const reason = fault(call);
      return reason === undefined ? newShape(call, 'shape') : throws(reason);
    },
    dtype: (call) => namedType(call, 'float32'),
    range: (call) => range(call),
    gradient: {},
    dangers: [],
  };
}

/** mean + z stdDev for z up to `most` either way, rounded where whole numbers are asked for. */
function normal(call: OpCall, most: number): Range {
  const given = (name: string, otherwise: number): Range =>
    call.attributes[name] === undefined ? constantRange(otherwise) : attributeRange(call, name);
  const deviation = multiply(given('stdDev', 1), interval(-most, most, 'bound'));
  const sum = add(given('mean', 0), deviation);
  const dtype = namedType(call, 'float32');
  return dtype === 'float32'
    ? stored(sum, 'float32')
    : dtype === undefined
      ? storedAsNamed(call, sum, dtype)
      : rounded(sum, call);
}

/** Rounded to the nearest whole number before it is stored. */
function rounded(x: Range, call: OpCall): Range {
  return stored({ ...x, low: Math.floor(x.low), high: Math.ceil(x.high), integer: true }, namedType(call));
}

const noBool = (call: OpCall): string | undefined =>
  stringOf(call, 'dtype') === 'bool' ? 'there are no normal numbers of type bool' : undefined;

const normalParameters = [optional('mean', 'number', 0), optional('stdDev', 'number', 1), dtype, seed];

/** From minval up to maxval, which float32 rounding reaches, and whole numbers, which are cut off, do not. */
function uniform(call: OpCall, dtype = namedType(call, 'float32')): Range {
  const [low, high] = [attributeRange(call, 'minval'), attributeRange(call, 'maxval')];
  const span = joinRanges(low, high);
  const finite = Number.isFinite(subtract(high, low).low) && Number.isFinite(subtract(high, low).high);
  const drawn = { ...span, integer: false, mayBeNaN: span.mayBeNaN || !finite };
  return storedAsNamed(call, dtype === 'int32' ? cutOff(drawn) : drawn, dtype);
}

/** What lies below `high`, without its fraction: at most the whole number before it. */
function cutOff(drawn: Range): Range {
  const last = Math.ceil(drawn.high) - 1;
  return drawn.high > 0 && last >= drawn.low ? { ...drawn, high: last } : drawn;
}

const randomUniformInt: OpRow = {
  ...generated(
    'randomUniformInt',
    [required('minval', 'number'), required('maxval', 'number'), seed],
    (call) => stored({ ...uniform(call, 'int32'), integer: true }, 'int32'),
  ),
  dtype: () => 'int32',
};

/** Sums and powers of normal numbers: never below 0. */
const randomGamma = generated(
  'randomGamma',
  [required('alpha', 'number'), optional('beta', 'number', 1), dtype, seed],
  (call) => storedAsNamed(call, interval(0, Infinity, 'bound'), namedType(call, 'float32')),
  (call) => {
    const given = stringOf(call, 'dtype');
    return given === undefined || given === 'float32' || given === 'int32'
      ? undefined
      : `there are no gamma numbers of type ${given}`;
  },
);

/** The function that is drawn from is not known. */
const rand: OpRow = {
  ...generated('rand', [required('randFunction', 'function'), dtype], (call) =>
    storedAsNamed(call, unknownRange(), namedType(call, 'float32')),
  ),
  shape: (call) => {
    const given = namedType(call, 'float32');
    const known = given === undefined || ['float32', 'int32', 'bool'].includes(given);
    return known ? newShape(call, 'shape') : throws(`there are no random numbers of type ${given}`);
  },
};

/** Draws of events, by their logits or their probabilities. */
const multinomial: OpRow = {
  name: 'multinomial',
  parameters: [
    tensor('logits'),
    required('numSamples', 'integer'),
    seed,
    optional('normalized', 'boolean', false),
  ],
  shape: (call) => {
    const logits = operand(call, 'logits');
    const reason = refusal(logits, 'numeric');
    if (reason !== undefined) return throws(reason);
    if (logits.shape === undefined) return undefined;
    const count = elementCount(logits.shape);
    if (typeof count === 'number' && count < 2)
      return throws(`there must be two outcomes, ${showShape(logits.shape)} has ${count}`);
    if (logits.shape.length === 0 || logits.shape.length > 2)
      return throws(`${showShape(logits.shape)} is no list of logits`);
    return [...logits.shape.slice(0, -1), dim(sizeOf(call, 'numSamples'))];
  },
  dtype: () => 'int32',
  range: (call) => {
    const last = operand(call, 'logits').shape?.at(-1)?.size;
    return typeof last === 'number' ? indexRange(Math.max(0, last - 1)) : indexRange(2 ** 31 - 1, 'bound');
  },
  gradient: 'throws',
  dangers: [],
};

export const random: readonly OpRow[] = [
  generated('randomNormal', normalParameters, (call) => normal(call, MOST_DEVIATIONS), noBool),
  generated('randomStandardNormal', [dtype, seed], (call) => normal(call, MOST_DEVIATIONS), noBool),
  generated('truncatedNormal', normalParameters, (call) => normal(call, 2), noBool),
  generated(
    'randomUniform',
    [optional('minval', 'number', 0), optional('maxval', 'number', 1), dtype, seed],
    (call) => uniform(call),
  ),
  randomUniformInt,
  randomGamma,
  rand,
  multinomial,
];
