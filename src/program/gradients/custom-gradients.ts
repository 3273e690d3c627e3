import { assumedInput, interval } from '../../facts/range.js';
import { ts } from '../../source/typescript.js';
import { input } from '../claims/inputs.js';
import { iterate } from '../control/joins.js';
import type { Lowering } from '../lowering.js';
import { array, UNDEFINED, type FunctionValue, type Value } from '../values.js';
import { spanOf } from '../../source/span.js';

/**
 * `tf.customGrad(f)`: called, f runs with a `save` callback and gives `{value, gradFunc}`. The gradient is run on what was
 * saved, as the backward pass does.
 */
export function customGradient(lowering: Lowering, fn: Value | undefined, place: ts.Node): Value {
  if (fn?.kind === 'function') lowering.customCalls.made(fn);
  return {
    kind: 'native',
    name: 'customGrad',
    call: (args) => {
      if (fn?.kind !== 'function') return lowering.unknown('unresolved call');
      lowering.customCalls.called(fn, args);
      let saved: readonly Value[] = [];
      const save = ([list]: readonly Value[]): Value => {
        saved = list === undefined ? [] : iterate(lowering, list).elements;
        return UNDEFINED;
      };
      const given: Value[] = [...args, { kind: 'native', name: 'save', call: save }];
      const result = lowering.untaped(() => lowering.callFunction(fn, given, place));
      if (result.kind !== 'object') return lowering.unknown('unresolved call');
      const value = result.fields.get('value') ?? lowering.unknown('unknown element');
      const gradient = result.fields.get('gradFunc');
      if (gradient?.kind === 'function') runBackward(lowering, gradient, value, saved, place);
      return value;
    },
  };
}

/** What the gradient computes is itself under no gradient. */
function runBackward(
  lowering: Lowering,
  gradient: FunctionValue,
  value: Value,
  saved: readonly Value[],
  place: ts.Node,
): void {
  const shape = value.kind === 'tensor' ? value.node.shape : undefined;
  const node = lowering.builder.input(
    gradient.declaration.parameters[0]?.name.getText() ?? 'dy',
    { shape, dtype: 'float32', range: assumedInput() },
    spanOf(gradient.declaration.parameters[0] ?? gradient.declaration),
  );
  lowering.untaped(() => lowering.callFunction(gradient, [{ kind: 'tensor', node }, array(saved)], place));
}

/** A gradient is asked for where the op itself was finite: exp and its like are, up to here. */
const FINITE = interval(-88, 88, 'assumed');

/**
 * What the gradient of a kernel is handed: `{kernelName, inputsToSave: ['x'], gradFunc: (dy, saved) => …}` gets the
 * inputs of the op, then outputs of it, which may be anything. Undefined for every other function.
 */
export function kernelGradientArguments(
  lowering: Lowering,
  { declaration }: FunctionValue,
): readonly Value[] | undefined {
  const { parent } = declaration;
  if (!ts.isPropertyAssignment(parent) || parent.name.getText() !== 'gradFunc') return undefined;
  const [dy, saved] = declaration.parameters;
  if (dy === undefined) return undefined;
  const gradient = input(dy.name.getText(), { kind: 'tensor' }, dy.name);
  if (saved === undefined) return [gradient];
  const inputs = savedInputs(parent.parent).map((name) => {
    const facts = { shape: undefined, dtype: undefined, range: FINITE };
    return { kind: 'tensor' as const, node: lowering.builder.input(name, facts, spanOf(saved.name)) };
  });
  return [gradient, array(inputs, lowering.unknown('unknown element'))];
}

function savedInputs(config: ts.ObjectLiteralExpression): string[] {
  for (const property of config.properties) {
    if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'inputsToSave') continue;
    if (ts.isArrayLiteralExpression(property.initializer))
      return property.initializer.elements.filter(ts.isStringLiteral).map(({ text }) => text);
  }
  return [];
}
