import type { Rule } from '../src/rule/rule.js';
import axisMismatch from './axis-mismatch.js';
import axisOfOne from './axis-of-one.js';
import brokenBackward from './broken-backward.js';
import cancellation from './cancellation.js';
import domainEdge from './domain-edge.js';
import deadGradient from './dead-gradient.js';
import detachedGradient from './detached-gradient.js';
import cutFraction from './cut-fraction.js';
import defaultAxis from './default-axis.js';
import divisionNearZero from './division-near-zero.js';
import emptyMean from './empty-mean.js';
import expOverflow from './exp-overflow.js';
import expThenClip from './exp-then-clip.js';
import float16Range from './float16-range.js';
import hardCodedAxis from './hard-coded-axis.js';
import hiddenNan from './hidden-nan.js';
import incompatibleShapes from './incompatible-shapes.js';
import ineffectiveGuard from './ineffective-guard.js';
import integerDivision from './integer-division.js';
import leftOutVariable from './left-out-variable.js';
import logNearOne from './log-near-one.js';
import logOfZero from './log-of-zero.js';
import loopShape from './loop-shape.js';
import lossActivation from './loss-activation.js';
import lostInSoftmax from './lost-in-softmax.js';
import lossShape from './loss-shape.js';
import maskedInfinity from './masked-infinity.js';
import movingTarget from './moving-target.js';
import multinomialLogits from './multinomial-logits.js';
import divergingStep from './diverging-step.js';
import optimizerEpsilon from './optimizer-epsilon.js';
import probabilityProduct from './probability-product.js';
import randomLogZero from './random-log-zero.js';
import shaderFormula from './shader-formula.js';
import shapeClaim from './shape-claim.js';
import silentBroadcast from './silent-broadcast.js';
import sqrtAtZero from './sqrt-at-zero.js';
import squeezeBatch from './squeeze-batch.js';
import sumOfSoftmax from './sum-of-softmax.js';
import tensorArithmetic from './tensor-arithmetic.js';
import tensorAsArray from './tensor-as-array.js';
import trainedAlong from './trained-along.js';
import unknownClass from './unknown-class.js';
import unstableComposite from './unstable-composite.js';
import wrongCount from './wrong-count.js';
import wrongCustomGradient from './wrong-custom-gradient.js';
import wrongLibraryGradient from './wrong-library-gradient.js';
import wrongSecondOrder from './wrong-second-order.js';
import wrongValueBroadcast from './wrong-value-broadcast.js';

/**
 * All rules, in the order in which they are asked. A rule that names the cause comes before those that would only see a
 * symptom of it: what it covers, they leave alone.
 */
export const allRules: readonly Rule[] = [
  axisMismatch,
  silentBroadcast,
  lossShape,
  wrongValueBroadcast,
  squeezeBatch,
  axisOfOne,
  lostInSoftmax,
  sumOfSoftmax,
  wrongCount,
  defaultAxis,
  hardCodedAxis,
  loopShape,
  incompatibleShapes,
  shapeClaim,
  trainedAlong,
  movingTarget,
  unknownClass,
  lossActivation,
  unstableComposite,
  ineffectiveGuard,
  cancellation,
  maskedInfinity,
  multinomialLogits,
  integerDivision,
  cutFraction,
  probabilityProduct,
  emptyMean,
  divisionNearZero,
  randomLogZero,
  logOfZero,
  logNearOne,
  sqrtAtZero,
  domainEdge,
  expThenClip,
  expOverflow,
  float16Range,
  shaderFormula,
  deadGradient,
  optimizerEpsilon,
  divergingStep,
  tensorArithmetic,
  tensorAsArray,
  hiddenNan,
  brokenBackward,
  detachedGradient,
  leftOutVariable,
  wrongCustomGradient,
  wrongLibraryGradient,
  wrongSecondOrder,
];

export const ruleNamed = (name: string): Rule | undefined => allRules.find((rule) => rule.name === name);
