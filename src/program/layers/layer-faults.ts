/**
 * Shapes that a layer refuses: too many or too few axes (`inputSpec`, measured on TensorFlow.js 4.22), or another number of
 * elements than a reshape is to lay out anew.
 */
import { elementCount, showShape, type Shape } from '../../facts/shape.js';
import { sizesDiffer } from '../../ops/shapes/sizes.js';
import { field, sizes, type LayerCall } from './layer-call.js';

/** The ranks with the batch. Of layers that are not listed any will do. */
const RANKS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    conv: { 1: 3, 2: 4, 3: 5 },
    maxPooling: { 1: 3, 2: 4, 3: 5 },
    averagePooling: { 1: 3, 2: 4, 3: 5 },
    globalAveragePooling: { 1: 3, 2: 4 },
    globalMaxPooling: { 1: 3, 2: 4 },
    separableConv: { 2: 4 },
    depthwiseConv: { 2: 4 },
    upSampling: { 2: 4 },
    zeroPadding: { 2: 4 },
  }).flatMap(([name, byAxes]) =>
    Object.entries(byAxes).map(([axes, rank]): [string, number] => [`layers.${name}${axes}d`, rank]),
  ),
);

const OTHER_RANKS: Readonly<Record<string, number>> = {
  'layers.conv2dTranspose': 4,
  'layers.conv3dTranspose': 5,
  'layers.convLstm2d': 5,
  'layers.cropping2D': 4,
  'layers.repeatVector': 2,
  'layers.lstm': 3,
  'layers.gru': 3,
  'layers.simpleRNN': 3,
};

/** Why a layer of this type cannot be put behind something of this shape; undefined where it can, or nobody knows. */
export function layerFault(type: string, call: LayerCall, input: Shape): string | undefined {
  const rank = RANKS.get(type) ?? OTHER_RANKS[type];
  const name = `\`tf.${type}\``;
  if (rank !== undefined && input.length !== rank)
    return `${name} takes tensors of rank ${rank} with the batch, and is given ${showShape(input)}`;
  if (type === 'layers.flatten' && input.length < 3)
    return `${name} takes tensors of rank 3 at the least, and is given ${showShape(input)}`;
  return type === 'layers.reshape' ? reshapeFault(name, call, input) : undefined;
}

function reshapeFault(name: string, call: LayerCall, [, ...inner]: Shape): string | undefined {
  const target = sizes(call, field(call, 'targetShape'));
  const isOpen = target?.some(({ size }) => size === -1) ?? true;
  if (target === undefined || isOpen || !sizesDiffer(elementCount(inner), elementCount(target)))
    return undefined;
  return `${name} is to make ${showShape(target)} of the ${String(elementCount(inner))} elements of ${showShape(inner)}`;
}
