/** Source with the shapes of its tensors beside them, as text for a terminal and as an object for editors. */
import picocolors from 'picocolors';
import { isOpen, showAnyShape, type OpenShape } from '../../facts/open-shape.js';
import { isSymbolic, showShape, type OneOrigin, type Shape, type Size } from '../../facts/shape.js';
import { SizeNames } from '../../facts/size-names.js';
import type { ShapeHint, ShapeWay } from '../../program/shapes/shape-hints.js';
import type { Position } from '../report.js';
import { printable } from './terminal-text.js';

/** As many ways are shown of a place that is reached on several. */
const WAYS = 3;

export interface InlaySource {
  /** The whole text of the file. */
  readonly text: string;
  /** The part that is shown. */
  readonly start: number;
  readonly end: number;
}

/**
 * The part of the source, with `[B, 2]` behind each tensor expression: in colour, or as a comment, which leaves it code that
 * runs. Of what is not known only the first expression is marked, `[?]`: what is made of it says nothing.
 */
export function inlayText(source: InlaySource, hints: readonly ShapeHint[], colour: boolean): string {
  const { cyan } = picocolors.createColors(colour);
  const names = new SizeNames();
  const mark = (text: string): string => (colour ? cyan(` ${text}`) : ` /* ${text} */`);
  const parts: string[] = [];
  let at = source.start;
  for (const { span, ways } of hints) {
    const text = ways
      .slice(0, WAYS)
      .map((way) => wayText(way, names))
      .filter((way) => way !== '')
      .join(' or ');
    if (text === '' || span.end < at) continue;
    parts.push(printable(source.text.slice(at, span.end)), mark(ways.length > WAYS ? `${text} or …` : text));
    at = span.end;
  }
  parts.push(printable(source.text.slice(at, source.end)));
  return `${parts.join('').replace(/\n+$/, '')}\n`;
}

function wayText({ node, outputs, isLost }: ShapeWay, names: SizeNames): string {
  if (node.throws !== undefined) return `throws: ${names.in(node.throws)}`;
  const [first] = outputs;
  if (outputs.every(({ shape }) => shape === undefined)) return isLost ? '[?]' : '';
  const type = node.dtype === undefined || node.dtype === 'float32' ? '' : `${node.dtype} `;
  const texts = outputs.map(({ shape }) => `${type}${names.in(showAnyShape(shape))}`);
  if (outputs.length === 1 || first === undefined) return texts[0] ?? '';
  if (typeof node.output === 'number' && new Set(texts).size === 1) return `${texts.length} × ${texts[0]}`;
  return outputs.map(({ name }, index) => `${name} ${texts[index]}`).join(', ');
}

// For editors

/** `gradlint shapes --format json`: what an editor needs to show shapes as inlay hints. */
export interface Inlay {
  readonly file: string;
  readonly expressions: readonly InlayExpression[];
}

export interface InlayExpression {
  readonly start: Position;
  readonly end: Position;
  readonly expression: string;
  /** One for each way on which the place is reached with other shapes. */
  readonly ways: readonly InlayWay[];
}

export interface InlayWay {
  /** The op that makes it; `input` for parameters and for what models give. */
  readonly origin: string;
  readonly dtype: string | null;
  /** Why the call is certain to throw. */
  readonly throws: string | null;
  readonly outputs: readonly {
    readonly name: string | null;
    /** Null: not even the rank is known. A size is a number, or a name. */
    readonly shape: readonly (number | string)[] | null;
    /** Where the rank is only known as that of a parameter: `[...x[:-1], 1]`, in the words of the text. */
    readonly form: string | null;
    /** In the words of messages where each axis came from, as far as that is known. */
    readonly axes: readonly (string | null)[] | null;
    /** The rank is what a type claims. */
    readonly claimed: boolean;
  }[];
}

export function inlay(
  file: string,
  hints: readonly ShapeHint[],
  textOf: (hint: ShapeHint) => string,
  positionOf: (offset: number) => Position,
): Inlay {
  const names = new SizeNames();
  return {
    file,
    expressions: hints.map((hint) => ({
      start: positionOf(hint.span.start),
      end: positionOf(hint.span.end),
      expression: textOf(hint),
      ways: hint.ways.map(({ node, outputs }) => ({
        origin: node.op,
        dtype: node.dtype ?? null,
        throws: node.throws ?? null,
        outputs: outputs.map(({ name, shape }) => ({
          name: name ?? null,
          ...factsOf(shape, names),
        })),
      })),
    })),
  };
}

function factsOf(
  shape: Shape | OpenShape | undefined,
  names: SizeNames,
): Omit<InlayWay['outputs'][number], 'name'> {
  if (shape === undefined || isOpen(shape))
    return {
      shape: null,
      form: shape === undefined ? null : names.in(showAnyShape(shape)),
      axes: null,
      claimed: false,
    };
  return {
    shape: shape.map(({ size }) => sizeOf(size, names)),
    form: null,
    axes: shape.map(axisText),
    claimed: shape.some(({ claimed }) => claimed === true),
  };
}

const sizeOf = (size: Size, names: SizeNames): number | string =>
  isSymbolic(size) ? names.in(showShape([{ size }]).slice(1, -1)) : size;

/** What made a size of 1 says more than the axis that it would be. */
const ONES: Readonly<Record<OneOrigin, string>> = {
  explicit: 'a 1 that is written there',
  kept: 'a 1 that a reduction kept',
  structural: 'a 1 by construction',
  sliced: 'one that was cut out',
  data: 'a 1 of the data',
};

const axisText = ({ axis, one }: Shape[number]): string | null =>
  axis?.label ?? (one === undefined ? null : ONES[one]);
