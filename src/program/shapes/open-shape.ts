/**
 * What is known of the shape of a node of unknown rank: that it is that of a parameter, or what an op makes of it. No op has
 * a second description for this: TensorFlow.js has no tensors of more than six axes, so its row is asked once for each rank
 * that the parameter may have. Worked out when it is asked for, not while a program is lowered.
 */
import {
  axisOfBase,
  broadcastOfBases,
  commonForm,
  derivedBase,
  isOpen,
  isSameOpen,
  MAX_RANK,
  ofRank,
  openShape,
  rankOffset,
  showAnyShape,
  unknownBase,
  whereRank,
  withBack,
  type Base,
  type OpenShape,
} from '../../facts/open-shape.js';
import {
  asClaimed,
  broadcastShapes,
  dim,
  symbol,
  type Shape,
  type Size,
  type SymbolicSize,
} from '../../facts/shape.js';
import { isThrown, isUnknown } from '../../ops/build.js';
import type { AttributeValue, OpCall, Operand, OpRow } from '../../ops/row.js';
import { matrixProduct } from '../../ops/shapes/contractions.js';
import { opNamed } from '../../ops/table.js';
import { mapOperands, operandNodes, type Node } from '../node.js';
import { rankBehind, sizesBehind } from '../tensorflow/operands.js';
import { isLayerResult } from '../layers/model-results.js';

type FormOf = (node: Node) => Shape | OpenShape | undefined;
type Known = WeakMap<Node, Shape | OpenShape | null>;

const known: Known = new WeakMap();
const knownOfAnything: Known = new WeakMap();

/** The shape of a node; or, where its rank is not known, its form; undefined where that is not known either. */
export const formOf: FormOf = (node) => remembered(node, known, () => found(node, formOf));

/**
 * The same, where what could not be followed has a form too: it has some shape, `[...?]`, and what is made of it has that of
 * the op. `lost.matMul(weights)` has as many columns as the weights, whatever else it has.
 */
export const formOfAnything: FormOf = (node) =>
  remembered(
    node,
    knownOfAnything,
    () => (isFollowed(node) ? formOf(node) : found(node, formOfAnything)) ?? lostForm(node),
  );

/** Whether nothing that it is made of was lost: then its form is the same in both ways. */
const isFollowed = (node: Node): boolean =>
  operandNodes(node).every((operand) => {
    const form = formOf(operand);
    return form !== undefined && form === formOfAnything(operand);
  });

const lostForm = (node: Node): OpenShape | undefined =>
  node.dtype === 'number' ? undefined : openShape(unknownBase(node.id));

function remembered(node: Node, known: Known, find: () => Shape | OpenShape | undefined): ReturnType<FormOf> {
  if (node.shape !== undefined || node.throws !== undefined) return node.shape;
  const before = known.get(node);
  if (before !== undefined) return before ?? undefined;
  // A loop may lead back here.
  known.set(node, null);
  const form = find();
  known.set(node, form ?? null);
  return form;
}

/** The form of a node whose rank is that of a parameter, or follows from it. */
export function openShapeOf(node: Node): OpenShape | undefined {
  const form = formOf(node);
  return form !== undefined && isOpen(form) ? form : undefined;
}

/** The size along an axis of a node of unknown rank, under the name that it has as that of a parameter. */
export function sizeAt(node: Node, axis: number): Size | undefined {
  const form = openShapeOf(node);
  if (form === undefined) return undefined;
  const { front, rest, back } = form;
  if (axis < 0) return withBack(form, -axis)?.back.at(axis)?.size;
  if (axis < front.length) return front[axis]!.size;
  return back.length === 0 ? axisOfBase(rest.base, rest.first + axis - front.length).size : undefined;
}

function found(node: Node, of: FormOf): Shape | OpenShape | undefined {
  if (node.op === 'input') return inputForm(node);
  if (node.op === 'join') return joinedForm(operandNodes(node).map(of));
  const row = opNamed(node.op);
  if (row === undefined || node.op.startsWith('js.')) return undefined;
  const forms = new Map(operandNodes(node).map((operand) => [operand, of(operand)]));
  const given = basesOf(sizesGiven(node));
  const bases = basesOf([...forms.values(), ...sizesGiven(node)]);
  // `x.reshape(y.shape)`: what x is like does not matter.
  if (given.length === 1 && bases.length > 1) return overRanks(node, row, new Map(), given[0]!);
  if (bases.length === 1) {
    const form = overRanks(node, row, forms, bases[0]!);
    if (form !== undefined) return form;
  }
  if (bases.length === 0) return undefined;
  return node.op === 'matMul' ? productForm(node, forms) : broadcastForm(node, row, forms);
}

/** What a model gives is an input too, under the text of the call: that is no parameter. */
function inputForm(node: Node): OpenShape | undefined {
  const path = String(node.attributes['path']);
  if (isLayerResult(node) || !/^[\w$.[\]]+$/.test(path)) return undefined;
  return openShape({ id: path, label: path });
}

function joinedForm(forms: readonly (Shape | OpenShape | undefined)[]): OpenShape | undefined {
  const [first] = forms;
  const isOne = (form: Shape | OpenShape | undefined): boolean =>
    form !== undefined && isOpen(form) && isSameOpen(form, first as OpenShape);
  return first !== undefined && isOpen(first) && forms.every(isOne) ? first : undefined;
}

/** Shapes of unknown rank that an op is given as lists of sizes. */
const sizesGiven = ({ attributes }: Node): OpenShape[] =>
  Object.values(attributes).flatMap((value) => {
    const form = value !== undefined && isUnknown(value) ? sizesBehind(value) : undefined;
    return form === undefined ? [] : [form];
  });

function basesOf(forms: readonly (Shape | OpenShape | undefined)[]): Base[] {
  const bases = new Map<string, Base>();
  for (const form of forms)
    if (form !== undefined && isOpen(form)) bases.set(form.rest.base.id, form.rest.base);
  return [...bases.values()];
}

type Forms = ReadonlyMap<Node, Shape | OpenShape | undefined>;

/** Asks the row for the shape at every rank of the base. */
function overRanks(node: Node, row: OpRow, forms: Forms, base: Base): Shape | OpenShape | undefined {
  const sizes = new Map<string, SymbolicSize>();
  const freshSize = (key: string): SymbolicSize => {
    const size = sizes.get(key) ?? symbol(`?${node.id}.${sizes.size}`);
    sizes.set(key, size);
    return size;
  };
  const least = Math.max(
    ...[...forms.values()].map((form) => (form !== undefined && isOpen(form) ? form.least : 0)),
  );
  const family = Array.from({ length: MAX_RANK + 1 }, (_, rank): Shape | 'unknown' | undefined => {
    if (rank < least) return undefined;
    const shape = row.shape(callAt(node, forms, base, rank, freshSize));
    if (shape === undefined) return 'unknown';
    return isThrown(shape) ? undefined : shape.map(({ size, axis, one }) => dim(size, { axis, one }));
  });
  if (family.includes('unknown')) return undefined;
  const shapes = family as (Shape | undefined)[];
  // At every other rank the call throws.
  const possible = shapes.filter((shape) => shape !== undefined);
  if (possible.length === 1) return possible[0];
  // Of an axis that depends on the rank of something else only is known that there is one.
  const form = countsOthers(node, forms) ? undefined : commonForm(base, shapes);
  if (form !== undefined) return form;
  const isBroadcast = broadcasts(row) !== undefined;
  return isBroadcast || rankOffset(shapes) === undefined ? undefined : opaque(node, forms);
}

function callAt(node: Node, forms: Forms, base: Base, rank: number, freshSize: OpCall['freshSize']): OpCall {
  const at = (operand: Node): Operand => {
    const form = forms.get(operand);
    if (form === undefined) return operand;
    // As where a type tells the rank, any of the axes may be 1.
    return {
      ...operand,
      shape: isOpen(form) ? asClaimed(ofRank(form, rank)) : whereRank(form, base, rank),
    };
  };
  const operands = mapOperands(node.operands, at);
  const { output, named } = node;
  return { operands, attributes: attributesAt(node, forms, rank), output, named, freshSize };
}

/** Numbers that are computed from the rank of a tensor, and sizes of unknown rank, are known where that is. */
function attributesAt({ attributes }: Node, forms: Forms, rank: number): Node['attributes'] {
  const told = Object.entries(attributes).flatMap(([name, value]): [string, AttributeValue][] => {
    if (value === undefined || !isUnknown(value)) return [];
    const form = sizesBehind(value);
    if (form !== undefined) return [[name, { shape: ofRank(form, rank) }]];
    const node = rankBehind(value);
    return node === undefined ? [] : [[name, numberAt(node, forms, rank) ?? SOME_AXIS]];
  });
  return told.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(told) };
}

/** Of `x.shape.length - 1` as an index of `x.shape`: -1. */
export function fromTheBack({ op, operands }: Node, of: Node): number | undefined {
  const [a, b] = [operands['a'] as Node | undefined, operands['b'] as Node | undefined];
  const isRank = op === 'js.sub' && a?.op === 'js.rank' && a.operands['x'] === of;
  const value = isRank && b?.op === 'constant' ? Number(b.attributes['value']) : NaN;
  return Number.isInteger(value) && value > 0 ? -value : undefined;
}

/** Any axis does where only their number is asked for. */
const SOME_AXIS = 0;

const countsOthers = ({ attributes }: Node, forms: Forms): boolean =>
  Object.values(attributes).some((value) => {
    const node = value !== undefined && isUnknown(value) ? rankBehind(value) : undefined;
    return node !== undefined && numberAt(node, forms, MAX_RANK) === undefined;
  });

/** The rank of a tensor of the same base as the operands; or that and a constant, added or taken off. */
function numberAt(node: Node, forms: Forms, rank: number): number | undefined {
  const { op, operands, attributes } = node;
  if (op === 'constant') return typeof attributes['value'] === 'number' ? attributes['value'] : undefined;
  if (op === 'js.rank') {
    const form = formOf(operands['x'] as Node);
    if (form === undefined || !isOpen(form)) return form?.length;
    const isOfBase = basesOf([...forms.values()]).some(({ id }) => id === form.rest.base.id);
    return isOfBase ? ofRank(form, rank).length : undefined;
  }
  const [a, b] = [operands['a'], operands['b']].map((term) => term && numberAt(term as Node, forms, rank));
  if (a === undefined || b === undefined) return undefined;
  return op === 'js.sub' ? a - b : op === 'js.add' ? a + b : undefined;
}

/** A number of axes that follows from those of the base, but which is which is not told. */
function opaque(node: Node, forms: Forms): OpenShape {
  const given = [...forms.values()].filter((form) => form !== undefined && isOpen(form));
  const whole = given.map((form) => showAnyShape(form).replace(/^\[\.{3}([^,]*)\]$/, '$1'));
  return openShape(derivedBase(`node ${node.id}`, `${node.op}(${whole.join(', ')})`));
}

/** The operands that are broadcast against each other, where an op has several. */
const broadcasts = ({ aligned }: OpRow): readonly string[] | undefined =>
  aligned !== undefined && aligned.length > 1 ? aligned : undefined;

/** Tensors of several bases that are broadcast against each other. */
function broadcastForm(node: Node, row: OpRow, forms: Forms): OpenShape | undefined {
  const operands = broadcasts(row)?.map((name) => node.operands[name] as Node | undefined);
  const shapes = operands?.map((operand) => operand && forms.get(operand));
  return shapes === undefined || shapes.includes(undefined)
    ? undefined
    : broadcastOfBases(shapes as (Shape | OpenShape)[], broadcast);
}

function broadcast(a: Shape, b: Shape): Shape | undefined {
  const shape = broadcastShapes(a, b);
  return 'throws' in shape ? undefined : shape;
}

/** Matrices of which the leading axes are broadcast. */
function productForm(node: Node, forms: Forms): OpenShape | undefined {
  const [a, b] = ['a', 'b'].map((name) => {
    const form = forms.get(node.operands[name] as Node);
    return form !== undefined && isOpen(form) ? withBack(form, 2) : form;
  });
  if (a === undefined || b === undefined) {
    const isKnown = ['a', 'b'].every((name) => forms.get(node.operands[name] as Node) !== undefined);
    return isKnown ? opaque(node, forms) : undefined;
  }
  const { transposeA, transposeB } = node.attributes;
  const product = matrixProduct(matrix(a), matrix(b), transposeA === true, transposeB === true);
  const batch = broadcastOfBases([withoutMatrix(a), withoutMatrix(b)], broadcast);
  if (product === undefined || isThrown(product) || batch === undefined) return undefined;
  return { ...batch, back: [...batch.back, ...product] };
}

const matrix = (form: Shape | OpenShape): Shape => (isOpen(form) ? form.back : form).slice(-2);

const withoutMatrix = (form: Shape | OpenShape): Shape | OpenShape =>
  isOpen(form) ? { ...form, back: form.back.slice(0, -2) } : form.slice(0, -2);
