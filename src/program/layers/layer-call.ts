/** A layer as the rows of its shapes see it, and what they read off its configuration. */
import { dim, type Dim, type Shape, type SymbolicSize } from '../../facts/shape.js';
import { asNumber, type LayerValue, type ObjectValue, type Value } from '../values.js';

/** A layer, as its row sees it. */
export interface LayerCall {
  readonly id: number;
  readonly config: ObjectValue | undefined;
  /** What it is given: one shape, or several in a list. */
  readonly inputs: readonly (Shape | undefined)[];
  freshSize(): SymbolicSize;
  /** What a layer within this one does. */
  inner(layer: LayerValue, input: Shape | undefined): Shape | undefined;
  /** The same of one that gives several tensors. */
  innerOutputs(layer: LayerValue, input: Shape | undefined): readonly (Shape | undefined)[] | undefined;
  /** A field of an object of the configuration: the state size of a cell of one's own. */
  property(object: Value, name: string): Value | undefined;
}

export interface LayerRow {
  shape(call: LayerCall): Shape | undefined;
  /** What each is of several tensors that it gives; undefined where it gives one, and where even that is not known. */
  readonly outputs?: (call: LayerCall) => readonly (Shape | undefined)[] | undefined;
  /** It only moves, selects or averages elements. */
  readonly keepsRange?: boolean;
}

// The configuration

export const field = ({ config }: LayerCall, name: string): Value | undefined => config?.fields.get(name);

export const number = (call: LayerCall, name: string): number | undefined => asNumber(field(call, name));

export function sizeOf(
  call: Pick<LayerCall, 'freshSize'>,
  value: Value | undefined,
  more: Omit<Dim, 'size'> = {},
): Dim {
  const size = asNumber(value) ?? (value?.kind === 'number' ? value.size : undefined);
  return size === undefined ? dim(call.freshSize()) : dim(size, more);
}

/** `[28, 28, null]`: how many there are is known, if not what they are. */
export function sizes(call: Pick<LayerCall, 'freshSize'>, value: Value | undefined): Dim[] | undefined {
  if (value?.kind !== 'array' || value.rest !== undefined) return undefined;
  return value.elements.map((element) => sizeOf(call, element));
}

/** `3` or `[3, 3]`, one for each axis; undefined where one is not known. */
export function each(call: LayerCall, name: string, rank: number, standard: number): (number | undefined)[] {
  const value = field(call, name);
  const given = value === undefined ? standard : asNumber(value);
  return Array.from({ length: rank }, (_, axis) =>
    value?.kind === 'array' ? asNumber(value.elements[axis]) : given,
  );
}

/** The shape of what a model is to be given, where it is written as one: with the batch, or with a batch of its own. */
export function declaredExample(call: LayerCall): Shape | undefined {
  const whole = sizes(call, field(call, 'batchInputShape') ?? field(call, 'batchShape'));
  if (whole !== undefined) return whole;
  const inner = sizes(call, field(call, 'inputShape') ?? field(call, 'shape'));
  return inner && [dim(call.freshSize()), ...inner];
}

/** The shape that the first layer of a model is told, with a batch of its own. */
export function declaredInput(call: LayerCall): Shape | undefined {
  const example = declaredExample(call);
  if (example !== undefined) return example;
  const features = field(call, 'inputDim');
  return features === undefined ? undefined : [dim(call.freshSize()), sizeOf(call, features)];
}

export const inputOf = (call: LayerCall): Shape | undefined => call.inputs[0] ?? declaredInput(call);

/** Units, filters: what a layer makes of the last axis. One is there because the layer is so built. */
export function made(call: LayerCall, name: string, what: string): Dim {
  return sizeOf(call, field(call, name), {
    axis: { id: `${name} of layer ${call.id}`, label: `the ${name} of ${what}` },
    one: number(call, name) === 1 ? 'structural' : undefined,
  });
}

/** False unless it is set; undefined where it is not known. */
export function flag(call: LayerCall, name: string): boolean | undefined {
  const value = field(call, name);
  if (value === undefined) return false;
  return value.kind === 'constant' ? Boolean(value.value) : undefined;
}

/** The layer that is called for each step, or in both directions. */
export const wrapped = ({ config }: LayerCall): LayerValue | undefined => {
  const layer = config?.fields.get('layer');
  return layer?.kind === 'layer' ? layer : undefined;
};
