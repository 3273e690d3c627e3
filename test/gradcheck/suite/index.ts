/** All labelled cases, one file a family. */
import type { GradientCase } from './case.js';
import { edges, poles } from './edges.js';
import { hardButSmooth } from './hard-but-smooth.js';
import { notSmooth } from './kinks.js';
import { learning } from './learning.js';
import { missing } from './missing.js';
import { nonFinite } from './non-finite.js';
import { rounding } from './rounding.js';
import { secondOrder } from './second-order.js';
import { smooth } from './smooth.js';
import { tensors } from './tensors.js';
import { uncertain } from './uncertain.js';
import { wrongFormula } from './wrong-formula.js';
import { wrongLibrary } from './wrong-library.js';
import { wrongShape } from './wrong-shape.js';

export type { GradientCase } from './case.js';

export const families: Readonly<Record<string, readonly GradientCase[]>> = {
  smooth,
  'hard but smooth': hardButSmooth,
  tensors,
  learning,
  'wrong formula': wrongFormula,
  'wrong shape': wrongShape,
  'wrong in TensorFlow.js': wrongLibrary,
  'not smooth': notSmooth,
  edges: [...edges, ...poles],
  'not finite': nonFinite,
  rounding,
  missing,
  'second order': secondOrder,
  uncertain,
};

export const suite: readonly GradientCase[] = Object.values(families).flat();
