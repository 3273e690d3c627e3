/** Layers, models, optimizers, datasets and the like, as they are made. */
import type { ts } from '../../source/typescript.js';
import { lowerOptimizer, lowerSoftmaxOfOne } from '../tensorflow/implied.js';
import type { Lowering } from '../lowering.js';
import { checkSequence } from './model-checks.js';
import { Fields, nextNumber } from '../scope.js';
import { asSize, asSizes } from '../tensorflow/number-roles.js';
import type { Value } from '../values.js';

const FACTORIES =
  /^(layers\.\w+|sequential|model|input|loadLayersModel|loadGraphModel|train\.\w+|data\.\w+|initializers\.\w+|regularizers\.\w+|constraints\.\w+|callbacks\.\w+)$/;

export const isLayerFactory = (path: string): boolean => FACTORIES.test(path);

let nextId = 1;

export function createLayer(lowering: Lowering, path: string, args: readonly Value[], place: ts.Node): Value {
  lowerOptimizer(lowering, path, args, place);
  const config = args[0];
  const layers =
    path === 'sequential' && config?.kind === 'object' ? listed(config.fields.get('layers')) : [];
  if (path === 'sequential') checkSequence(lowering, layers, place);
  if (config?.kind === 'object') lowerSoftmaxOfOne(lowering, path, config, place);
  return {
    kind: 'layer',
    type: path === 'layers.input' ? 'input' : path,
    config: asGiven(lowering, config),
    layers,
    id: nextId++,
    made: nextNumber(),
    settings: args[1],
    place,
  };
}

/** A layer reads its configuration when it is made: what is written into the object later is for the next one. */
function asGiven(lowering: Lowering, config: Value | undefined): Value | undefined {
  if (config?.kind !== 'object') return config;
  const fields = new Fields(config.fields);
  for (const name of SIZES) {
    const value = fields.get(name);
    if (value === undefined) continue;
    fields.set(name, value.kind === 'array' ? asSizes(lowering, value) : asSize(lowering, value));
  }
  return { ...config, fields };
}

/** What says how long an axis is: a number that callers give there is the size of every axis that it is given for. */
const SIZES = [
  'units',
  'filters',
  'outputDim',
  'inputDim',
  'inputShape',
  'batchInputShape',
  'shape',
  'batchShape',
  'targetShape',
  'n',
];

const listed = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'array' ? value.elements : [];
