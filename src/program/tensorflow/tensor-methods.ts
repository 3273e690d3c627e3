/** Chained calls: `x.log()`. */
import { opChained, opNamed } from '../../ops/table.js';
import type { ts } from '../../source/typescript.js';
import { callArrayMethod } from '../javascript/array-methods.js';
import { noteFlat } from '../read-back.js';
import { iterate } from '../control/joins.js';
import { positional } from '../javascript/lists.js';
import { MAX_ELEMENTS } from '../budget.js';
import { isReadUnawaited } from '../javascript/promise-misuse.js';
import { isSurelyTensor, misuse } from '../javascript/tensor-misuse.js';
import type { Lowering } from '../lowering.js';
import { noteAssigned } from '../moving-squares.js';
import type { Node } from '../node.js';
import { array, UNDEFINED, type TensorValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import { isLayerResult } from '../layers/model-results.js';
import { type Spelling, callOp, MAX_ARGUMENTS } from './op-calls.js';
import { noteChained } from './by-name.js';
import { TENSOR_METHODS } from './tensor-properties.js';

/** `variable.assign(value)`, which changes what is held and gives nothing. */
const ASSIGN: Spelling = {
  row: opNamed('variable.assign')!,
  order: ['x', 'value'],
  fixed: {},
  chained: true,
};

/** Whether a tensor holds the same for ever, so that a copy is as good as itself. What was lost may be a variable. */
export function isOneValue({ op, attributes }: Node): boolean {
  return op === 'input' ? attributes['trained'] === false : op !== 'variable' && op !== 'unknown';
}

/** In what `tf.customGrad` is given: a clone is another tensor to the tape, and the operand itself is not. */
export const leavesTape = ({ builder }: Lowering, { differentiated }: Node): boolean =>
  builder.position.differentiated === 'no' && differentiated !== 'no';

const ASYNCHRONOUS: ReadonlySet<string> = new Set(['data', 'array']);

/** A chained call: `x.log()`. */
export function callTensorMethod(
  lowering: Lowering,
  receiver: TensorValue,
  name: string,
  given: readonly Value[],
  place: ts.Node,
): Value {
  const { node } = receiver;
  const args = positional(lowering, given, MAX_ARGUMENTS, place);
  const isTensor = isSurelyTensor(receiver) || node.shape !== undefined;
  if (ASYNCHRONOUS.has(name) && isTensor && given.length === 0 && isReadUnawaited(place))
    misuse(lowering, node, 'promise', place);
  if (name === 'dataSync' || name === 'data' || name === 'bytes') {
    const element = lowering.builder.element(node, spanOf(place));
    noteFlat(element, node);
    return {
      kind: 'array',
      elements: [],
      rest: { kind: 'number', node: element },
      typed: node.dtype === 'int32' ? 'Int32Array' : 'Float32Array',
    };
  }
  if (name === 'array' || name === 'arraySync')
    return nestedElements(lowering, node, node.shape?.length, place);
  if (name === 'assign') {
    if (args[0]?.kind === 'tensor') {
      callOp(lowering, ASSIGN, [receiver, args[0]], place);
      noteAssigned(node, args[0].node);
    }
    return UNDEFINED;
  }
  if (name === 'clone' && isOneValue(node) && !leavesTape(lowering, node)) return receiver;
  // What is set in a buffer is not followed: its values are anything.
  if (name === 'read' || name === 'toTensor') return receiver;
  if (TENSOR_METHODS.has(name)) return UNDEFINED;
  const spelling = opChained(name);
  // A model of several outputs gives a list: `model.predict(x).map(…)`.
  if (spelling === undefined && isLayerResult(node)) {
    const { elements, rest } = iterate(lowering, receiver);
    return callArrayMethod(lowering, array(elements, rest), name, args, place);
  }
  if (spelling === undefined) return lowering.unknownFunction(`Tensor.${name}`, place);
  const result = callOp(
    lowering,
    { row: spelling.row, order: spelling.parameters, fixed: spelling.attributes ?? {}, chained: true },
    [receiver, ...args],
    place,
  );
  if (result.kind === 'tensor') noteChained(result.node, place);
  return result;
}

/** `arraySync` keeps the rank: `[B, 1]` gives a list of lists. */
function nestedElements(lowering: Lowering, node: Node, rank: number | undefined, place: ts.Node): Value {
  if (rank === undefined) return lowering.unknown('unknown element');
  let build = (): Value => ({ kind: 'number', node: lowering.builder.element(node, spanOf(place)) });
  let room = MAX_ELEMENTS;
  for (const { size } of [...node.shape!].reverse()) {
    const inner = build;
    const isShort = typeof size === 'number' && size <= room;
    if (isShort && size > 0) room /= size;
    build = isShort ? () => array(Array.from({ length: size }, inner)) : () => array([], inner());
  }
  return build();
}
