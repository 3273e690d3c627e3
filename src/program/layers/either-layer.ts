/** Models and layers where two ways meet: `if (deep) model.add(…)`, `deep ? first : second`, `h = layer.apply(h)` in a loop. */
import type { LayerValue, Value } from '../values.js';

/** One of two; of two states of a model only what was added behind their common layers differs. */
export function eitherLayer(a: LayerValue, b: LayerValue): LayerValue {
  if (sameLayer(a, b)) return a;
  if (a.type !== 'sequential' || b.type !== 'sequential' || a.id !== b.id) return oneOf(a, b);
  const length = a.layers.findIndex((layer, index) => layer !== b.layers[index]);
  const common = length < 0 ? a.layers : a.layers.slice(0, length);
  const rest = ({ layers }: LayerValue): LayerValue => part(a.id, layers.slice(common.length));
  return { ...a, layers: [...common, oneOf(rest(a), rest(b))] };
}

const oneOf = (a: LayerValue, b: LayerValue): LayerValue => ({
  kind: 'layer',
  type: 'either',
  config: undefined,
  layers: [a, b],
  id: a.id,
});

/** Some layers of a model, perhaps none: they give what they are given. */
const part = (id: number, layers: readonly Value[]): LayerValue => ({
  kind: 'layer',
  type: 'part',
  config: undefined,
  layers,
  id,
});

/** Whether two are one model, as it was at two times. */
const sameLayer = (a: LayerValue, b: LayerValue): boolean =>
  a.type === b.type &&
  a.config === b.config &&
  a.output === b.output &&
  a.of === b.of &&
  a.layers.length === b.layers.length &&
  a.layers.every((layer, index) => layer === b.layers[index]);

/** Whether `after`, which a round of a loop left, is the head of the loop itself, or built on what any round leaves. */
export const isLayerWithin = (head: LayerValue, after: LayerValue): boolean =>
  sameLayer(head, after) ||
  (head.type === 'sequential' ? isLonger(head, after) : isEither(head) && isMadeOf(after, head));

const isEither = (value: Value | undefined): boolean => value?.kind === 'layer' && value.type === 'either';

const isLonger = (head: LayerValue, after: LayerValue): boolean =>
  isEither(head.layers.at(-1)) && head.layers.every((layer, index) => layer === after.layers[index]);

/** What layers made of symbols that they were given, one behind the other. */
function isMadeOf(value: Value | undefined, symbol: LayerValue): boolean {
  if (value === symbol) return true;
  if (value?.kind === 'array') return value.elements.some((element) => isMadeOf(element, symbol));
  return value?.kind === 'layer' && value.type === 'symbolic' && isMadeOf(value.layers[0], symbol);
}
