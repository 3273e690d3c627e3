/**
 * What a run would have been, had one place not broken: wherever something that is not finite comes of numbers that were, a
 * finite number is put in its place. Whether that mends the result says whether the place is to blame for it.
 */
import { operandsOf, type CpuBackend, type KernelArguments, type TensorInfo } from '../float64/engine.js';
import { broadcastSource, sameShape } from '../facts/concrete-shape.js';
import { LARGEST } from '../float64/rounding.js';

/** Which breakages are mended: those of the site, those of everything else, or all; and the number that takes their place. */
export interface Mending {
  readonly of: 'site' | 'others' | 'all';
  /** `largest`: what is infinite becomes the largest number of its sign, and NaN stays. */
  readonly by: number | 'largest';
  /** What is mended is that the site lets the gradient fade, not what breaks. */
  readonly faded?: boolean | undefined;
}

export const isMended = ({ of, faded }: Mending, atSite: boolean): boolean =>
  faded !== true && (of === 'all' || (of === 'site') === atSite);

/** Elements that are not finite. */
export function brokenIn(output: TensorInfo, backend: CpuBackend): number[] {
  const values = floatsOf(output, backend) ?? [];
  const broken: number[] = [];
  for (let element = 0; element < values.length; element += 1)
    if (!Number.isFinite(values[element])) broken.push(element);
  return broken;
}

/**
 * Elements of an output that are not finite although what flows into them is. With `ofInfinite`, where an Infinity that goes
 * in is meant, NaN that comes of it counts too.
 */
export function bornIn(
  output: TensorInfo,
  args: KernelArguments,
  backend: CpuBackend,
  ofInfinite: boolean,
): number[] {
  const broken = brokenIn(output, backend);
  if (broken.length === 0) return broken;
  const values = floatsOf(output, backend)!;
  const ofFinite = flow(output, args, backend, Number.isFinite);
  const born = broken.filter(ofFinite);
  if (!ofInfinite || born.length > 0) return born;
  const ofNumbers = flow(output, args, backend, (value) => !Number.isNaN(value));
  return broken.filter((element) => Number.isNaN(values[element]) && ofNumbers(element));
}

/** Whether everything that flows into an element is sound: of other than elementwise ops, all of their operands. */
function flow(
  output: TensorInfo,
  args: KernelArguments,
  backend: CpuBackend,
  isSound: (value: number) => boolean,
): (element: number) => boolean {
  const unsound = operandsOf(args).flatMap((operand) => {
    const values = floatsOf(operand, backend);
    if (values === undefined || values.every(isSound)) return [];
    return [{ shape: operand.shape, values, isAlike: sameShape(operand.shape, output.shape) }];
  });
  return (element) =>
    unsound.every(({ shape, values, isAlike }) => {
      const source = isAlike ? element : broadcastSource(shape, output.shape, element);
      return source !== undefined && isSound(values[source]!);
    });
}

/** Puts a finite number in place of these elements, so that whatever reads the tensor next reads that. */
export function mend(
  output: TensorInfo,
  elements: readonly number[],
  mending: Mending,
  backend: CpuBackend,
): void {
  const values = floatsOf(output, backend);
  if (values !== undefined)
    for (const element of elements) values[element] = mendedNumber(values[element]!, mending);
}

export function mendedNumber(broken: number, { by }: Mending): number {
  if (by !== 'largest') return by;
  return Number.isNaN(broken) ? broken : Math.sign(broken) * LARGEST.float32;
}

/** A gradient that the site hands on, no smaller than that, wherever one comes in. */
export function revived(
  given: readonly number[],
  shape: readonly number[],
  dys: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[],
  by: number,
): number[] {
  return given.map((value, element) => {
    const came = dys.some((dy) =>
      sameShape(dy.shape, shape) ? dy.values[element] !== 0 : dy.values.some((one) => one !== 0),
    );
    // Not all alike, for a softmax takes a gradient that is the same everywhere for none.
    return came && Math.abs(value) < by ? by * (1 + (element % 5) / 4) : value;
  });
}

function floatsOf(
  { dtype, dataId }: TensorInfo,
  backend: CpuBackend,
): Float64Array | Float32Array | undefined {
  const values = dtype === 'float32' ? backend.data.get(dataId)?.values : undefined;
  return values instanceof Float64Array || values instanceof Float32Array ? values : undefined;
}
