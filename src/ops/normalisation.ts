/** Normalisation with given statistics, and by neighbouring channels. */
import { absolute, add, divide, multiply, subtract } from '../facts/arithmetic.js';
import { sqrt } from '../facts/functions.js';
import { constantRange, interval, joinRanges, stored, unknownRange, withNaN } from '../facts/range.js';
import { elementCount, showShape } from '../facts/shape.js';
import {
  attributeRange,
  danger,
  numberOf,
  operand,
  optional,
  optionalOperand,
  optionalTensor,
  refusal,
  tensor,
  tensorRange,
  tensorType,
  throws,
} from './build.js';
import { noBackward } from './moving.js';
import type { OpRow } from './row.js';

const STATISTICS = ['mean', 'variance', 'offset', 'scale'] as const;

/** The kernel walks the statistics in a circle: their length is not checked. */
function batchNorm(name: string, rank?: number): OpRow {
  const parameters = [
    ...['x', 'mean', 'variance'].map(tensor),
    ...['offset', 'scale'].map(optionalTensor),
    optional('varianceEpsilon', 'number', 0.001),
  ];
  return {
    name,
    parameters,
    chained: rank === undefined ? parameters.map((parameter) => parameter.name) : undefined,
    shape: (call) => {
      const x = operand(call, 'x');
      const given = STATISTICS.flatMap((each) => optionalOperand(call, each) ?? []);
      const reason = [x, ...given].map((each) => refusal(each, 'numeric')).find((text) => text !== undefined);
      if (reason !== undefined) return throws(reason);
      const ranks = given.flatMap(({ shape }) => shape?.length ?? []);
      if (new Set(ranks).size > 1) return throws('the statistics must have one rank');
      if (x.shape && rank !== undefined && x.shape.length !== rank)
        return throws(`${showShape(x.shape)} has not rank ${rank}`);
      const odd = rank !== undefined && ranks.some((each) => each !== 1 && each !== rank);
      return odd ? throws(`the statistics must have rank 1 or ${rank}`) : x.shape;
    },
    dtype: (call) => tensorType(operand(call, 'x')),
    range: (call) => {
      const value = (each: string, otherwise: number) => {
        const given = optionalOperand(call, each);
        // Of an empty one nothing is read.
        const empty = given?.shape !== undefined && elementCount(given.shape) === 0;
        return given ? withNaN(tensorRange(given), empty) : constantRange(otherwise);
      };
      const epsilon =
        call.attributes['varianceEpsilon'] === null
          ? constantRange(0.001)
          : attributeRange(call, 'varianceEpsilon');
      const deviation = sqrt(add(value('variance', 1), epsilon));
      const centred = multiply(subtract(value('x', 0), value('mean', 0)), value('scale', 1));
      // Computed in float32 whatever the type is called.
      const result = stored(add(value('offset', 0), divide(centred, deviation)), 'float32');
      const type = tensorType(operand(call, 'x'));
      // Read back it is what its type can hold; other kernels see it as it was computed.
      return type === 'float32' ? result : joinRanges(stored(result, type), result);
    },
    gradient: 'flows',
    dangers: [
      danger('variance', 'value', 'nan', [-Infinity, -0.0011], 'variance < -varianceEpsilon'),
      // The backward pass looks at offset and scale whether they are there or not.
      noBackward('x', 'offset or scale is left out', (call) =>
        ['offset', 'scale'].some((each) => optionalOperand(call, each) === undefined),
      ),
      {
        ...danger('variance', 'value', 'infinity', [0, 0], 'variance = 0'),
        when: (call) => numberOf(call, 'varianceEpsilon') === 0,
      },
    ],
  };
}

/** x (bias + alpha Σ x²)^-beta: with a positive bias no larger than x bias^-beta. */
const localResponseNormalization: OpRow = {
  name: 'localResponseNormalization',
  parameters: [
    tensor('x'),
    optional('depthRadius', 'integer', 5),
    optional('bias', 'number', 1),
    optional('alpha', 'number', 1),
    optional('beta', 'number', 0.5),
  ],
  chained: ['x', 'depthRadius', 'bias', 'alpha', 'beta'],
  shape: (call) => {
    const x = operand(call, 'x');
    const radius = numberOf(call, 'depthRadius');
    const reason = refusal(x, 'numeric');
    if (reason !== undefined) return throws(reason);
    if (radius !== undefined && !Number.isInteger(radius))
      return throws(`the depth radius must be whole, it is ${radius}`);
    const flat = x.shape && x.shape.length !== 3 && x.shape.length !== 4;
    return flat ? throws(`${showShape(x.shape)} has not rank 3 or 4`) : x.shape;
  },
  dtype: (call) => tensorType(operand(call, 'x')),
  range: (call) => {
    const x = tensorRange(operand(call, 'x'));
    const [bias, alpha, beta] = ['bias', 'alpha', 'beta'].map((name) => numberOf(call, name));
    if (bias === undefined || alpha === undefined || beta === undefined) return unknownRange();
    if (!(bias > 0 && alpha >= 0 && beta >= 0)) return unknownRange();
    const most = absolute(x).high;
    const shrunk = multiply(x, interval(0, bias ** -beta * (1 + 1e-6), 'bound'));
    // An int32 result is read as whole numbers, but holds fractions: a cast to float32 shows them.
    const kept = stored(withNaN(shrunk, !isFinite(most)), 'float32');
    return { ...kept, integer: false };
  },
  gradient: 'flows',
  dangers: [],
};

export const normalisation: readonly OpRow[] = [
  batchNorm('batchNorm'),
  ...[2, 3, 4].map((rank) => batchNorm(`batchNorm${rank}d`, rank)),
  localResponseNormalization,
];
