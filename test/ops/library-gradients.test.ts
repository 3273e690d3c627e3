import { describe, expect, test } from 'vitest';
import { MEASURED } from '../../src/ops/library-gradients-measured.js';
import { NEWEST } from '../../src/ops/library-gradients.js';
import { opNamed } from '../../src/ops/table.js';

/** `op by operand, condition` of everything the census found with this defect in the newest version. */
const found = (order: 1 | 2, defect: string): Set<string> =>
  new Set(
    MEASURED.filter(
      (row) => row.order === order && row.defect === defect && row.versions.includes(NEWEST),
    ).map(
      ({ op, operand, condition }) => `${op} by ${operand}${condition === undefined ? '' : `, ${condition}`}`,
    ),
  );

describe('what the census measured', () => {
  test('speaks of rows of the op table, and of their operands', () => {
    const unknown = MEASURED.filter(({ op }) => opNamed(op) === undefined).map(({ op }) => op);
    expect([...new Set(unknown)]).toEqual([]);
  });

  test.each([
    'mirrorPad by x',
    'avgPool by x, padding',
    'avgPool3d by x, padding',
    'cumsum by x, axis is not the last, sizes are equal',
    'floorDiv by a',
    'cast by x, to int32',
    'image.resizeBilinear by images, half pixel centers',
    'image.resizeNearestNeighbor by images, half pixel centers',
    'losses.softmaxCrossEntropy by onehotLabels, labels differentiated',
    'losses.softmaxCrossEntropy by logits, labels do not sum to 1',
  ])('wrong: %s', (defect) => expect(found(1, 'wrong')).toContain(defect));

  test.each(['max by x, equal elements', 'min by x, equal elements'])('no sub-gradient: %s', (defect) =>
    expect(found(1, 'invalid-subgradient')).toContain(defect),
  );

  test.each([
    'maximum by b, broadcast operand',
    'squaredDifference by a, broadcast operand',
    'prelu by x, broadcast operand',
    'matMul by b, broadcast operand',
    'divNoNan by a',
    'logSigmoid by x, computed operand',
    'greater by a',
    'conv2d by x, dilated',
    'prod by x, negative axis',
    'losses.computeWeightedLoss by weights, weights differentiated',
    'einsum by a',
  ])('throws: %s', (defect) => expect(found(1, 'throws')).toContain(defect));

  test.each([
    'exp by x',
    'tanh by x',
    'sigmoid by x',
    'softmax by x',
    'losses.sigmoidCrossEntropy by predictions',
  ])('wrong second derivative: %s', (defect) => expect(found(2, 'wrong')).toContain(defect));
});
