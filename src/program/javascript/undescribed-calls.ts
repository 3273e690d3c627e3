/** Calls of methods of what nobody described: how it is called shows what it is. */
import { symbol, type Size } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import { opChained } from '../../ops/table.js';
import { asTensor, makeOpaque, mayBeTensor } from '../claims/inputs.js';
import { claimOf } from '../claims/type-claims.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { callArrayMethod } from './array-methods.js';
import { position } from './lists.js';
import type { ArrayValue, InputValue, LayerValue, UnknownCause, UnknownValue, Value } from '../values.js';
import { spanOf } from '../../source/span.js';
import { usedAsTensor } from '../tensorflow/used-as-tensor.js';
import { callTensorMethod } from '../tensorflow/tensor-methods.js';
import { callLayer } from '../layers/layer-methods.js';
import { GOES_THROUGH, isEvidentlyChained, isUsedAsList } from './telling-members.js';
import { lossOf, callOfGiven, unresolvedCall } from './unfollowed-calls.js';

/** `(x) => …`, `Math.exp`, `tf.tensor1d`. */
const CALLABLE: ReadonlySet<Value['kind']> = new Set<Value['kind']>(['function', 'native', 'tensorflow']);

/** Of a list or a text alike. */
const POSITIONS: ReadonlySet<string> = new Set(['indexOf', 'lastIndexOf', 'findIndex', 'findLastIndex']);

/** A method of a value nobody described: a list, a tensor, a model, a promise or something else. */
export function callUndescribed(
  lowering: Lowering,
  receiver: InputValue | UnknownValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const grows = name === 'add' && receiver.kind === 'input' && args[0]?.kind === 'layer';
  if (grows || MODEL_METHODS.has(name)) {
    if (receiver.kind === 'input') makeOpaque(receiver, 'a model');
    return callLayer(lowering, undescribedModel(receiver, grows), name, args, place);
  }
  if (receiver.kind === 'input') return callInput(lowering, receiver, name, args, place);
  if (POSITIONS.has(name)) return position(lowering, place);
  if (OPTIMIZER_METHODS.has(name)) return callLayer(lowering, optimizer(), name, args, place);
  // What was lost on the way is a tensor all the same where only tensors have such a method.
  if (
    !FOREIGN.has(receiver.cause) &&
    ts.isCallExpression(place) &&
    (isEvidentlyChained(name, place.expression) || takesPositions(name, args))
  ) {
    const node = usedAsTensor(lowering, receiver, spanOf(place.expression));
    return callTensorMethod(lowering, { kind: 'tensor', node }, name, args, place);
  }
  const [callback] = args;
  if (name === 'map' && callback !== undefined && CALLABLE.has(callback.kind))
    return callArrayMethod(lowering, lostList(lowering, receiver), name, args, place);
  // `ray.sub(origin)` of another library is what that has, too.
  const isForeign = FOREIGN.has(receiver.cause) && opChained(name) !== undefined;
  return unresolvedCall(lowering, args, place, isForeign ? receiver.cause : lossOf(receiver));
}

/** What was lost on the way, and has a `map`, is a list: what the callback gives is known all the same, once for each. */
function lostList(lowering: Lowering, receiver: UnknownValue): ArrayValue {
  const size = sizesOfLost.get(receiver) ?? lowering.builder.freshSize();
  sizesOfLost.set(receiver, size);
  return { kind: 'array', elements: [], rest: lowering.unknown(receiver.cause), size };
}

/** However often it is gone through, it is as long. */
const sizesOfLost = new WeakMap<UnknownValue, Size>();

function callInput(
  lowering: Lowering,
  receiver: InputValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): Value {
  const { claim, form } = receiver;
  const callAsList = (): Value => {
    const { elements, rest } = iterate(lowering, receiver);
    // As many as `xs.length`, which has that name too.
    const size = elements.length === 0 ? symbol(`${receiver.name}.0`) : undefined;
    return callArrayMethod(lowering, { kind: 'array', elements, rest, size }, name, args, place);
  };
  if (claim?.kind === 'list' || form.kind === 'list' || form.kind === 'data') return callAsList();
  if (OPTIMIZER_METHODS.has(name)) {
    if (form.kind === 'undetermined') receiver.form = { kind: 'optimizer' };
    return callLayer(lowering, optimizer(), name, args, place);
  }
  const tensor = isCalledAsTensor(receiver, name, args, place) ? asTensor(lowering, receiver) : undefined;
  if (tensor?.kind === 'tensor') return callTensorMethod(lowering, tensor, name, args, place);
  // A tensor is sliced from somewhere: without a word of where, it is a list that is copied.
  const isCopied = name === 'slice' && (args.length === 0 || isUsedAsList(receiver, place));
  if (isCopied || (GOES_THROUGH.has(name) && args[0] !== undefined && CALLABLE.has(args[0].kind)))
    return callAsList();
  makeOpaque(receiver, `an object with a method ${name}`);
  if (POSITIONS.has(name)) return position(lowering, place);
  const type = methodType(receiver, name);
  // It may be a tensor all the same: then what comes out is what the op makes, and no input.
  if (type === undefined && opChained(name) !== undefined) return unresolvedCall(lowering, args, place);
  return callOfGiven(lowering, args, place, type);
}

/** `x.add(y)` where y is a tensor, `x.slice([0, 0], …)`, `x.add(1).exp()`: x is one too. */
function isCalledAsTensor(
  receiver: InputValue,
  name: string,
  args: readonly Value[],
  place: ts.Node,
): boolean {
  if (receiver.claim?.kind === 'object') return false;
  if (takesTensor(name) && args.some(({ kind }) => kind === 'tensor')) return true;
  if (takesPositions(name, args)) return true;
  return mayBeTensor(receiver) && opChained(name) !== undefined && goesOnAsTensor(place);
}

/** Not `step.forward(x)`, nor `cache.set('x', x)`. */
const takesTensor = (name: string): boolean => opChained(name) !== undefined || name === 'assign';

/** A model that nobody described; of one that layers are added to, these are known. */
function undescribedModel(receiver: Value, grows: boolean): LayerValue {
  const of = receiver.kind === 'input' ? receiver : undefined;
  const known = of && grown.get(of);
  if (known !== undefined) return known;
  const model = { kind: 'layer' as const, config: undefined, id: 0, of };
  if (of === undefined || !grows) return { ...model, type: 'unknown', layers: [] };
  const made: LayerValue = { ...model, type: 'sequential', layers: [receiver] };
  grown.set(of, made);
  return made;
}

const grown = new WeakMap<InputValue, LayerValue>();

const optimizer = (): LayerValue => ({ kind: 'layer', type: 'train', config: undefined, layers: [], id: 0 });

const OPTIMIZER_METHODS: ReadonlySet<string> = new Set(['minimize', 'computeGradients']);

/** What the interface of an input says that a method gives: `forward(x): y` or `forward: (x) => y`. */
function methodType({ claim }: InputValue, name: string): ts.TypeNode | undefined {
  if (claim?.kind !== 'object') return undefined;
  const method = claim.methods.get(name);
  const field = claim.fields.get(name);
  const fn = field && claimOf(field, field.getSourceFile());
  return method ?? (fn?.kind === 'function' ? fn.returns : undefined);
}

/** Causes of unknown values that may well be other libraries, which have methods of the same names. */
const FOREIGN: ReadonlySet<UnknownCause> = new Set<UnknownCause>([
  'unresolved import',
  'unresolved name',
  'unmodelled syntax',
  'no tensor code',
]);

/** Whether the result has a method called on it that only tensors have, perhaps after others. */
function goesOnAsTensor(call: ts.Node): boolean {
  const access = call.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== call) return false;
  if (!ts.isCallExpression(access.parent) || access.parent.expression !== access) return false;
  const { text } = access.name;
  return isEvidentlyChained(text, access) || (opChained(text) !== undefined && goesOnAsTensor(access.parent));
}

/** Methods that take a list of positions of a tensor, and something else of an array. */
const TAKES_POSITIONS: ReadonlySet<string> = new Set(['slice', 'pad', 'reverse']);

const takesPositions = (name: string, [first]: readonly Value[]): boolean =>
  TAKES_POSITIONS.has(name) && first?.kind === 'array';

/** What models and layers have, and hardly anything else. */
export const MODEL_METHODS: ReadonlySet<string> = new Set([
  'predict',
  'apply',
  'predictOnBatch',
  'execute',
  'fit',
  'fitDataset',
  'compile',
  'evaluate',
  'trainOnBatch',
]);
