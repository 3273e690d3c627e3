import type { DType } from '../../facts/dtype.js';
import { assumedInput, interval, stored, type Range } from '../../facts/range.js';
import { asClaimed, isClaimed, type Shape } from '../../facts/shape.js';
import type { ts } from '../../source/typescript.js';
import type { NodeMaker } from '../builder.js';
import { untypedNamespace } from '../tensorflow/handed-namespace.js';
import { countOf, startsAt } from './counts.js';
import { declaredRange, documentedShape, namedShape } from './documented.js';
import { shapeAbove, shapeBeside, type DocumentedParameter } from './documentation.js';
import type { Sizes } from './prose-shapes.js';
import { claimOf, type TypeClaim } from './type-claims.js';
import {
  array,
  type InputUse,
  type InputValue,
  type NumberValue,
  type TensorValue,
  type Value,
} from '../values.js';
import { spanOf } from '../../source/span.js';

const documentation = new WeakMap<InputValue, DocumentedParameter>();

/** A value that the caller provides and that nobody described yet. */
export function input(
  name: string,
  claim: TypeClaim | undefined,
  place: ts.Node,
  documented?: DocumentedParameter,
  given?: boolean,
): InputValue {
  const value: InputValue = {
    kind: 'input',
    name,
    claim,
    place,
    given,
    form: { kind: 'undetermined' },
    asked: new Set(),
  };
  if (documented !== undefined) documentation.set(value, documented);
  return value;
}

/** What a comment says of fields, of which it gives the path, `@range options.rate [0, 1]`, or of `{ rate }` the name. */
interface DescribedFields {
  readonly documented: ReadonlyMap<string, DocumentedParameter>;
  readonly path: string;
}

const describedFields = new WeakMap<InputValue, DescribedFields>();

/** `path`: of the input; empty where the parameter has no name of its own. */
export function describeFields(
  value: InputValue,
  documented: ReadonlyMap<string, DocumentedParameter>,
  path: string,
): void {
  if (documented.size > 0) describedFields.set(value, { documented, path });
}

function describeFromAbove(field: InputValue, above: InputValue, name: string): void {
  const described = describedFields.get(above);
  if (described === undefined) return;
  const path = described.path === '' ? name : `${described.path}.${name}`;
  const own = described.documented.get(path);
  if (own !== undefined) documentation.set(field, own);
  describedFields.set(field, { ...described, path });
}

const shapeAround = (declaration: ts.Node): Sizes | undefined =>
  shapeBeside(declaration) ?? shapeAbove(declaration);

/** `private weights!: tf.Tensor2D; // [N, 1]`: the field, with the shape that a comment tells. */
export function describedBeside(field: InputValue, declaration: ts.Node): InputValue {
  const claimed = shapeAround(declaration);
  if (claimed !== undefined) documentation.set(field, { claimed });
  return field;
}

/** `interface Batch { states: tf.Tensor2D; // [B, D] }` */
function describeByType(field: InputValue, { claim }: InputValue, name: string): void {
  const type = claim?.kind === 'object' ? claim.fields.get(name) : undefined;
  const claimed = type && shapeAround(type.parent);
  const known = documentation.get(field);
  if (claimed !== undefined && (known === undefined || known.recorded !== undefined))
    documentation.set(field, { claimed, ...known });
}

/** What a call of an input gives: as little is known of it as of a parameter. */
export const answer = (call: ts.Node): InputValue => input(nameOfAnswer(call), undefined, call);

export const nameOfAnswer = (call: ts.Node): string =>
  call.getText().slice(0, LONGEST_NAME).replaceAll(/\s+/g, ' ');

const LONGEST_NAME = 60;

/** The claim of an input that its uses so far agree with. */
export const mayBeTensor = (value: InputValue): boolean =>
  value.form.kind === 'tensor' ||
  (value.form.kind === 'undetermined' &&
    (value.claim === undefined || value.claim.kind === 'tensor' || value.claim.kind === 'list'));

export function claimsTensor(value: InputValue): boolean {
  return (
    value.form.kind === 'tensor' || (value.form.kind === 'undetermined' && value.claim?.kind === 'tensor')
  );
}

interface Counted {
  readonly source: ts.SourceFile;
  /** Of a variable, or of a field, `.name`. */
  readonly name: string;
  /** What it starts with. */
  readonly from: number;
  /** Where an own field is read. */
  readonly read?: ts.Node | undefined;
}

const counts = new WeakMap<InputValue, Counted>();

/** Notes what a file may do nothing with but count it up. */
export function noteCounted(value: InputValue, counted: Counted): InputValue {
  counts.set(value, counted);
  return value;
}

/** Where a count goes, as long as nobody says how far. */
function rangeOfCount(value: InputValue): Range | undefined {
  const counted = counts.get(value);
  const count = counted && countOf(counted.source, counted.name);
  if (count === undefined) return undefined;
  const { high, highBy } = assumedInput();
  const from = Math.min(counted!.from, count.from);
  const integer = count.isWhole && Number.isInteger(from);
  const { read } = counted!;
  const lowBy = read !== undefined && startsAt(count, read) ? 'declared' : 'assumed';
  return interval(from, Math.max(high, from), [lowBy, highBy], { integer });
}

const elements = new WeakSet<InputValue>();

/** Whether it is an element of a list that the caller provides, or of something in one. */
export const isElement = (value: InputValue): boolean =>
  elements.has(value) || value.either?.some(isElement) === true;

function elementInput(name: string, claim: TypeClaim | undefined, place: ts.Node): InputValue {
  const element = input(name, claim, place);
  elements.add(element);
  return element;
}

const atPlaces = new WeakMap<InputValue, Map<number, InputValue>>();

/** What stands at a place of a list that was made of a list of inputs: at two places stand two of them. */
export function inputAt(like: InputValue, position: number): InputValue {
  const places = atPlaces.get(like) ?? new Map([[position, like]]);
  atPlaces.set(like, places);
  const known =
    places.get(position) ?? (isElement(like) ? elementInput : input)(like.name, like.claim, like.place);
  places.set(position, known);
  return known;
}

/** From here on the input is a tensor: it is used as an operand. */
export function asTensor(
  lowering: NodeMaker,
  value: InputValue,
  claimedRank?: number,
): TensorValue | undefined {
  if (value.form.kind === 'tensor' || value.form.kind === 'data') return value.form.value;
  if (value.form.kind === 'number') return value.form.value as unknown as TensorValue;
  // An array of numbers is a TensorLike: where an operand is wanted, it is one.
  if (value.form.kind === 'list' && isNumberList(value)) return makeTensor(lowering, value, claimedRank);
  if (isOnlySized(value)) return makeTensor(lowering, value, claimedRank);
  if (value.form.kind !== 'undetermined') return undefined;
  if (value.claim?.kind === 'number') return asNumberInput(lowering, value) as unknown as TensorValue;
  return makeTensor(lowering, value, claimedRank);
}

/** `x.size` alone does not tell a tensor from a set. */
export const isOnlySized = ({ form, claim }: InputValue): boolean =>
  form.kind === 'object' &&
  claim?.kind !== 'object' &&
  [...form.fields.keys()].every((name) => OF_TENSORS.has(name));

const OF_TENSORS: ReadonlySet<string> = new Set(['size', 'rank', 'dtype', 'id']);

function isNumberList(value: InputValue): boolean {
  if (value.form.kind !== 'list') return false;
  const element = value.form.element;
  return (
    element.kind === 'number' ||
    (element.kind === 'input' && (element.form.kind === 'number' || element.claim?.kind === 'number'))
  );
}

function makeTensor(lowering: NodeMaker, value: InputValue, claimedRank: number | undefined): TensorValue {
  if (value.either !== undefined) return makeEither(lowering, value, value.either, claimedRank);
  const documented = documentation.get(value);
  const { claim } = value;
  const rank = (claim?.kind === 'tensor' ? claim.rank : listDepth(claim)) ?? claimedRank;
  const shape =
    documentedShapeOf(value, documented, rank) ??
    (rank === undefined ? undefined : namedShape(value.name, rank));
  const node = lowering.builder.input(
    value.name,
    { shape, dtype: undefined, range: stored(rangeOf(documented), undefined) },
    spanOf(value.place),
    {
      // A type says whether it is one that is trained.
      ...(claim?.kind === 'tensor' ? { trained: claim.variable === true } : {}),
      prose: isClaimed(shape),
    },
  );
  const tensor: TensorValue = { kind: 'tensor', node };
  value.form = { kind: 'tensor', value: tensor };
  return tensor;
}

/** One of two inputs, of which nothing is known yet. */
export function eitherInput(a: InputValue, b: InputValue): InputValue {
  const claim = a.claim?.kind === b.claim?.kind ? a.claim : undefined;
  return {
    kind: 'input',
    name: eitherName(a.name, b.name),
    claim,
    place: b.place,
    form: { kind: 'undetermined' },
    asked: new Set(),
    either: [a, b],
  };
}

const OR = ' or ';

/** As many as a reader keeps apart: of one that a loop chooses again and again the name would grow for ever. */
const MOST_NAMES = 3;

function eitherName(a: string, b: string): string {
  const names = [...new Set([...a.split(OR), ...b.split(OR)])];
  return names.slice(0, MOST_NAMES).join(OR);
}

function makeEither(
  lowering: NodeMaker,
  value: InputValue,
  either: readonly [InputValue, InputValue],
  claimedRank: number | undefined,
): TensorValue {
  const [a, b] = either.map(
    (one) =>
      asTensor(lowering, one, claimedRank)?.node ??
      lowering.builder.unknown('branches disagree', spanOf(one.place)),
  );
  const tensor: TensorValue = { kind: 'tensor', node: lowering.builder.join(a!, b!, spanOf(value.place)) };
  value.form = { kind: 'tensor', value: tensor };
  return tensor;
}

const rangeOf = (documented: DocumentedParameter | undefined): Range =>
  declaredRange(documented) ?? documented?.recordedRange ?? assumedInput();

/** What the comment above the function says, in a tag or in prose, or a call; prose that contradicts the type is wrong. */
function documentedShapeOf(
  value: InputValue,
  documented: DocumentedParameter | undefined,
  rank: number | undefined,
): Shape | undefined {
  if (documented?.shape !== undefined) return documentedShape(value.name, documented.shape);
  const handed = documented?.handed;
  if (handed !== undefined && (rank === undefined || rank === handed.length)) return handed;
  const claimed = documented?.claimed ?? (value.claim?.kind === 'tensor' ? value.claim.sizes : undefined);
  const recorded = documented?.recorded;
  if (claimed === undefined || (rank !== undefined && rank !== claimed.length))
    return rank === undefined || rank === recorded?.length ? recorded : undefined;
  const shape = documentedShape(value.name, claimed);
  return rank === undefined ? asClaimed(shape) : shape;
}

/** From here on the input is a JavaScript number: it is used in arithmetic. */
export function asNumberInput(
  lowering: NodeMaker,
  value: InputValue,
  integer = false,
): NumberValue | undefined {
  if (value.form.kind === 'number') return value.form.value;
  if (value.form.kind !== 'undetermined') return undefined;
  if (value.either !== undefined) {
    const [a, b] = value.either.map(
      (one) =>
        asNumberInput(lowering, one)?.node ??
        lowering.builder.unknown('branches disagree', spanOf(one.place), 'number'),
    );
    const joined: NumberValue = { kind: 'number', node: lowering.builder.join(a!, b!, spanOf(value.place)) };
    value.form = { kind: 'number', value: joined };
    return joined;
  }
  const facts = {
    shape: [],
    dtype: 'number' as const,
    range: rangeOfNumber(value, integer),
  };
  const number: NumberValue = {
    kind: 'number',
    node: lowering.builder.input(value.name, facts, spanOf(value.place), { element: isElement(value) }),
  };
  value.form = { kind: 'number', value: number };
  return number;
}

function rangeOfNumber(value: InputValue, integer: boolean): Range {
  const range = declaredRange(documentation.get(value)) ?? rangeOfCount(value) ?? assumedInput();
  return integer ? { ...range, integer } : range;
}

/** From here on the input is numbers in nested arrays, of which the unit makes a tensor. */
export function asData(
  lowering: NodeMaker,
  value: InputValue,
  facts: { rank: number | undefined; shape: Shape | undefined; dtype: DType },
): TensorValue | undefined {
  if (value.form.kind === 'data') return value.form.value;
  if (value.form.kind !== 'undetermined' && value.form.kind !== 'list') return undefined;
  const documented = documentation.get(value);
  const rank = facts.rank ?? listDepth(value.claim);
  const named =
    documentedShapeOf(value, documented, rank) ??
    (rank === undefined ? undefined : namedShape(value.name, rank));
  const node = lowering.builder.input(
    value.name,
    { shape: facts.shape ?? named, dtype: facts.dtype, range: stored(rangeOf(documented), facts.dtype) },
    spanOf(value.place),
    { numbers: listDepth(value.claim) !== undefined },
  );
  const tensor: TensorValue = { kind: 'tensor', node };
  value.form = { kind: 'data', value: tensor };
  return tensor;
}

/** `number[][]` is 2 deep. */
function listDepth(claim: TypeClaim | undefined): number | undefined {
  if (claim?.kind === 'number') return 0;
  if (claim?.kind !== 'list') return undefined;
  const inner = listDepth(claim.element);
  return inner === undefined ? undefined : inner + 1;
}

/** A field of an input: from here on the input is an object. */
export function inputField(value: InputValue, name: string): Value | undefined {
  if (value.form.kind === 'undetermined') value.form = { kind: 'object', fields: new Map() };
  if (value.form.kind !== 'object') return undefined;
  const known = value.form.fields.get(name);
  if (known !== undefined) return known;
  const claim = fieldClaim(value, name);
  const [a, b] = value.either?.map((one) => inputField(one, name)) ?? [];
  const field =
    a?.kind === 'input' && b?.kind === 'input'
      ? eitherInput(a, b)
      : (untypedNamespace(name, value.place.getSourceFile()) ??
        noteCounted((isElement(value) ? elementInput : input)(`${value.name}.${name}`, claim, value.place), {
          source: value.place.getSourceFile(),
          name: `.${name}`,
          from: 0,
        }));
  if (field.kind === 'input') {
    describeFromAbove(field, value, name);
    describeByType(field, value, name);
  }
  value.form.fields.set(name, field);
  return field;
}

function fieldClaim({ claim }: InputValue, name?: string): TypeClaim | undefined {
  if (claim?.kind !== 'object') return undefined;
  const type = (name === undefined ? undefined : claim.fields.get(name)) ?? claim.every;
  return type && claimOf(type, type.getSourceFile());
}

/** Numbers that were used as an operand, and are now used as the array they are. */
export function asNumbers(value: InputValue): void {
  if (value.form.kind === 'tensor' && value.claim?.kind !== 'tensor')
    value.form = { kind: 'data', value: value.form.value };
}

/** `const [mean, deviation] = inputs`, where that is a tensor or a list of them: from here on it is a list. */
export function asListOfTensors(value: InputValue): void {
  const { claim } = value;
  if (value.form.kind !== 'undetermined' || claim?.kind !== 'tensor' || claim.orList !== true) return;
  asList(value);
}

/**
 * An element of an input: from here on the input is a list. Without an index it stands for any of them; `by` is an index
 * that is not known, of which another one asks for another element.
 */
export function inputElement(
  lowering: NodeMaker,
  value: InputValue,
  index?: number,
  by?: Value,
): Value | undefined {
  if (value.claim?.kind === 'tensor' && value.claim.orList === true && value.form.kind !== 'list')
    return asTensor(lowering, value);
  if (value.form.kind === 'undetermined') asList(value);
  asNumbers(value);
  if (value.form.kind === 'data') return elementOfData(lowering, value, value.form.value);
  if (value.form.kind !== 'list') return undefined;
  if (index === undefined) return by === undefined ? value.form.element : elementBy(value, value.form, by);
  const known =
    value.form.at.get(index) ??
    elementInput(`${value.name}[${index}]`, elementClaim(value, index), value.place);
  value.form.at.set(index, known);
  return known;
}

/** A number; of what is declared to be rows a row. The rank of the tensor says nothing: it may be laid out by a shape. */
function elementOfData(lowering: NodeMaker, { claim, place }: InputValue, { node }: TensorValue): Value {
  const depth = listDepth(claim) ?? 1;
  let element: Value = { kind: 'number', node: lowering.builder.element(node, spanOf(place)) };
  for (let level = 1; level < depth; level += 1) element = array([], element);
  return element;
}

/** `points[i]` and `points[j]` are two elements, and `points[i]` is one however often it is read. */
function elementBy(value: InputValue, list: ListForm, index: Value): Value {
  const isFirst = list.by.size === 0;
  return kept(value, list, index.kind === 'number' ? index.node.id : index, isFirst);
}

function kept(value: InputValue, list: ListForm, key: number | Value, isFirst: boolean): Value {
  const known = list.by.get(key);
  if (known !== undefined) return known;
  const element = isFirst ? list.element : elementInput(`${value.name}[]`, elementClaim(value), value.place);
  // Behind so many places each reading is an element of its own: two of them differ, and no difference is 0 for that.
  if (list.by.size <= MOST_ELEMENTS) list.by.set(key, element);
  return element;
}

type ListForm = InputUse & { kind: 'list' };

/** Inputs that are lists, by the element that stands for any of theirs; and how many loops go through each. */
const listOf = new WeakMap<Value, InputValue>();
const loopsThrough = new WeakMap<InputValue, number>();

/** A loop through a list, within another one through the same: their elements are two, as of all pairs of points. */
export function goThrough<T>(element: Value, run: (element: Value) => T): T {
  const list = listOf.get(element);
  if (list?.form.kind !== 'list') return run(element);
  const loops = loopsThrough.get(list) ?? 0;
  loopsThrough.set(list, loops + 1);
  try {
    return run(loops === 0 ? element : kept(list, list.form, -loops, false));
  } finally {
    loopsThrough.set(list, loops);
  }
}

/** `...tensors`: whatever is done with it, it is a list. */
export function asRest(value: InputValue): void {
  if (value.form.kind === 'undetermined' && !isNumberList(value)) asList(value);
}

function asList(value: InputValue): void {
  const element = elementInput(`${value.name}[]`, elementClaim(value), value.place);
  value.form = { kind: 'list', element, at: new Map(), by: new Map() };
  listOf.set(element, value);
}

/** So many elements of one list are told apart by their indices. */
const MOST_ELEMENTS = 32;

function elementClaim(value: InputValue, index?: number): TypeClaim | undefined {
  const { claim } = value;
  if (claim?.kind === 'tensor' && claim.orList === true) return { ...claim, orList: undefined };
  if (claim?.kind !== 'list') return fieldClaim(value);
  return index !== undefined && claim.each !== undefined ? claim.each[index] : claim.element;
}

export function makeOpaque(value: InputValue, why: string): void {
  if (value.form.kind === 'undetermined') value.form = { kind: 'opaque', why };
}
