/** Pictures that are given their width before their height: in TensorFlow.js they are [height, width, channels]. */
import { isSymbolic, showShape, showSize, type Dim, type Shape } from '../facts/shape.js';
import { sameAxes } from './axes.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** Ops that read a picture [..., height, width, channels] and give one of another size, by the operand that it is. */
export const SCALING: Readonly<Record<string, string>> = {
  'image.resizeBilinear': 'images',
  'image.resizeNearestNeighbor': 'images',
  'image.cropAndResize': 'image',
};

/**
 * `tf.image.resizeBilinear(picture, [size.width, size.height])`: names of both sides say that they are exchanged. Where those
 * of the picture are exchanged too, it lies on its side, and is right.
 */
export function exchangedSides(site: Site): Suspicion | undefined {
  const picture = site.operand(SCALING[site.node.op]!);
  const [given, asked] = [picture?.shape && sidesOf(picture.shape), sidesOf(site.node.shape ?? [])];
  if (picture === undefined || given?.order === asked?.order) return undefined;
  const isTurned = given?.order === 'width first';
  if (!isTurned && asked?.order !== 'width first') return undefined;
  const wrong = isTurned ? given! : asked!;
  const others = isTurned ? asked : given;
  const shape = showShape(isTurned ? picture.shape : site.node.shape);
  const [words, what] = isTurned ? [picture, 'reads a picture of'] : [site.node, 'makes a picture of'];
  const isFromPixels = sameAxes(picture).some(({ op }) => op === 'browser.fromPixels');
  const beside =
    others === undefined
      ? isFromPixels && !isTurned
        ? ` \`${site.text(picture)}\` has its height first, as \`tf.browser.fromPixels\` gives it.`
        : ''
      : ` Beside it ${others.words} stand in the other order.`;
  return {
    message: `\`${site.text()}\` ${what} ${shape}: pictures have their height first, [height, width, channels], and ${wrong.words} are exchanged by their names.${beside} Nothing tells until a picture is not square: then its rows are torn, or it is stretched. Write ${wrong.wanted}.`,
    danger: {
      text: `the picture is not square`,
      harm: 'shape',
      failures: ['wrong-shape'],
    },
    // Names that agree with each other are told of a picture of which nothing else is known, too.
    manifest: beside !== '',
    advice: beside === '',
    related: [{ node: words, message: `${shape} comes from here` }],
  };
}

interface Sides {
  readonly order: 'height first' | 'width first';
  readonly words: string;
  /** The sides in the order in which they belong. */
  readonly wanted: string;
}

/** The two sides of a picture, where names say which is which; undefined where they do not, or where it is a square. */
function sidesOf(shape: Shape): Sides | undefined {
  if (shape.length < 3) return undefined;
  const [first, second] = shape.slice(-3);
  const [one, other] = [nameOf(first!), nameOf(second!)];
  if (one === undefined || other === undefined || first!.size === second!.size) return undefined;
  const order = isPair(one, other) ? 'height first' : isPair(other, one) ? 'width first' : undefined;
  return order && { order, words: `\`${one}\` and \`${other}\``, wanted: `\`[${other}, ${one}]\`` };
}

/** What a size is called; of a name in an object, `video.width`, the whole. */
function nameOf({ size, axis }: Dim): string | undefined {
  if (isSymbolic(size))
    return size.coefficient === 1 && size.symbols.length === 1 ? showSize(size) : undefined;
  return axis?.constant === true ? axis.label.replaceAll('`', '') : undefined;
}

/** Whether two names are one but for the side: `imgHeight` and `imgWidth`, `this.rows` and `this.cols`. */
const isPair = (height: string, width: string): boolean =>
  SIDES.some(([high, wide]) => {
    const [a, b] = [height.match(high), width.match(wide)];
    return a !== null && b !== null && height.slice(0, a.index) === width.slice(0, b.index);
  });

const SIDES: readonly (readonly [RegExp, RegExp])[] = [
  [/height$/i, /width$/i],
  [/rows$/i, /col(umn)?s$/i],
  [/(?<![a-z0-9])h$|(?<=[a-z0-9])H$/, /(?<![a-z0-9])w$|(?<=[a-z0-9])W$/],
];
