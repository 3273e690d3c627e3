/** The kernels of TensorFlow.js that have a gradient or could be given one: which op runs each, and how it is called for a look. */
import type { AttributeValue, OpRow, Parameter } from './row.js';
import { opNamed } from './table.js';

export interface KernelOp {
  readonly row: OpRow;
  /** The parameter of the op that an input of the kernel comes from. */
  parameterOf(input: string): string;
  /** Attributes of calls to look at: each list has what the attribute is in each of the calls. */
  readonly calls: Readonly<Record<string, readonly AttributeValue[]>>;
  /** Parameters that are vectors along an axis of the first one, with that axis: the op itself does not see to it. */
  readonly vectors: Readonly<Record<string, number>>;
}

/** Where the op is not called like its kernel, or its inputs are not. */
const UNLIKE: Readonly<
  Record<string, { readonly op: string; readonly inputs?: Readonly<Record<string, string>> }>
> = {
  AvgPool3D: { op: 'avgPool3d' },
  BatchMatMul: { op: 'matMul' },
  Conv2D: { op: 'conv2d' },
  Conv3D: { op: 'conv3d' },
  CropAndResize: { op: 'image.cropAndResize' },
  DepthwiseConv2dNative: { op: 'depthwiseConv2d' },
  Dilation2D: { op: 'dilation2d' },
  ExpandDims: { op: 'expandDims', inputs: { input: 'x' } },
  FusedBatchNorm: { op: 'batchNorm' },
  GatherNd: { op: 'gatherND', inputs: { params: 'x' } },
  GatherV2: { op: 'gather' },
  Identity: { op: 'clone' },
  IsNan: { op: 'isNaN' },
  LRN: { op: 'localResponseNormalization' },
  MaxPool3D: { op: 'maxPool3d' },
  Multiply: { op: 'mul' },
  PadV2: { op: 'pad' },
  Pow: { op: 'pow', inputs: { a: 'base', b: 'exp' } },
  RealDiv: { op: 'div' },
  ResizeBilinear: { op: 'image.resizeBilinear' },
  ResizeNearestNeighbor: { op: 'image.resizeNearestNeighbor' },
  ScatterNd: { op: 'scatterND' },
  Select: { op: 'where', inputs: { t: 'a', e: 'b' } },
  SplitV: { op: 'split' },
  TopK: { op: 'topk' },
  Unpack: { op: 'unstack', inputs: { value: 'x' } },
};

const VECTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  batchNorm: { mean: -1, variance: -1, offset: -1, scale: -1 },
  unsortedSegmentSum: { segmentIds: 0 },
};

/** Arguments without a default, as an ordinary call has them: for images of a few pixels, else for tables of two rows. */
const ORDINARY: Readonly<Record<string, AttributeValue>> = {
  filterSize: 2,
  strides: 1,
  clipValueMin: -0.5,
  clipValueMax: 0.5,
  depth: 3,
  numSegments: 3,
  size: [3, 3],
  numOrSizeSplits: 2,
  blockSize: 2,
  mode: 'reflect',
};

/** Of a table. */
const PADDINGS: AttributeValue = [
  [1, 0],
  [0, 1],
];

/** Of some ops the same parameter wants something else. */
const OWN: Readonly<Record<string, Readonly<Record<string, AttributeValue>>>> = {
  broadcastTo: { shape: [2, 3] },
  cast: { dtype: 'float32' },
  mirrorPad: { paddings: PADDINGS },
  pad: { paddings: PADDINGS },
  reshape: { shape: [-1] },
  slice: { begin: [0, 1], size: [2, 1] },
  stridedSlice: { begin: [0, 1], end: [2, 3] },
  tile: { reps: [2, 1] },
};

/** So many calls: as many as two switches make. */
const CALLS = 4;

/** Undefined where the table has no op for the kernel, or it takes lists of tensors or what no ordinary call shows. */
export function opOfKernel(kernel: string): KernelOp | undefined {
  const { op = kernel.charAt(0).toLowerCase() + kernel.slice(1), inputs = {} } = UNLIKE[kernel] ?? {};
  const row = opNamed(op);
  if (row === undefined || row.parameters.some(({ kind }) => kind === 'tensors' || kind === 'function'))
    return undefined;
  const calls: Record<string, readonly AttributeValue[]> = {};
  let switches = 0;
  for (const parameter of row.parameters) {
    if (parameter.kind === 'tensor') continue;
    const values = valuesOf(row, parameter, switches);
    if (values === undefined) return undefined;
    if (parameter.kind === 'boolean') switches += 1;
    calls[parameter.name] = values;
  }
  return { row, parameterOf: (input) => inputs[input] ?? input, calls, vectors: VECTORS[row.name] ?? {} };
}

function valuesOf(row: OpRow, parameter: Parameter, switches: number): readonly AttributeValue[] | undefined {
  const { name, kind, optional } = parameter;
  const own = OWN[row.name]?.[name] ?? (optional === true ? undefined : ORDINARY[name]);
  const usual = own ?? parameter.default;
  const inEach = (value: (call: number) => AttributeValue): AttributeValue[] =>
    Array.from({ length: CALLS }, (_, call) => value(call));
  if (name === 'pad') return inEach((call) => (call % 2 === 0 ? 'valid' : 'same'));
  if (kind === 'boolean') return inEach((call) => (call >> (switches % 2)) % 2 === 1);
  if (kind === 'axes' || name === 'axis') return inEach((call) => (call === 1 ? 0 : call === 2 ? -1 : usual));
  return usual === undefined && optional !== true ? undefined : inEach(() => usual);
}
