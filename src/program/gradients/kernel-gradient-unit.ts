/**
 * The gradient of a kernel as a unit: what its caller provides are the inputs of the kernel, which is run first. In it
 * stands one node for every function of `{x: () => …, y: () => …}` that `gradFunc` gives.
 */
import { assumedInput, interval } from '../../facts/range.js';
import type { DType } from '../../facts/dtype.js';
import { opOfKernel, type KernelOp } from '../../ops/kernels.js';
import type { Attributes, AttributeValue } from '../../ops/row.js';
import { forEachChild, ts } from '../../source/typescript.js';
import type { GradientConfiguration } from './kernels.js';
import type { Lowering } from '../lowering.js';
import type { Node } from '../node.js';
import type { KernelGradient, UnitInput, UnitInputForm } from '../unit.js';
import type { FunctionValue, Primitive } from '../values.js';
import { spanOf } from '../../source/span.js';
import type { LoweredUnit } from '../lowered-unit.js';
import { lowerFunction } from '../javascript/function-units.js';
import { functionName } from '../javascript/function-name.js';

/** Inputs that hold no floats. */
const DTYPES: Readonly<Record<string, DType>> = {
  condition: 'bool',
  indices: 'int32',
  segmentIds: 'int32',
  boxInd: 'int32',
};
const INDICES = interval(0, 1, 'assumed');

/** Of segments, a negative one says that the row is left out. */
const SEGMENTS = interval(-1, 1, 'assumed');

export function lowerKernelGradient(lowering: Lowering, configuration: GradientConfiguration): void {
  const { gradient } = configuration;
  const own = unitOf(lowering, gradient);
  const formulas = own === undefined ? [] : formulasOf(own, gradient);
  const kernel = kernelOf(lowering, configuration);
  if (own === undefined || formulas.length === 0 || kernel === undefined) return;
  const request = {
    name: functionName(gradient),
    kind: own.unit.kind,
    declaration: gradient.declaration,
    module: gradient.module,
    boundary: gradient.scope,
    differentiated: 'no',
    kernel: kernel.told,
  } as const;
  const unit = lowering.unit(request, () => undefined);
  const { builder } = lowering;
  const names = kernel.operands ?? [
    ...new Set([...kernel.inputs, ...configuration.inputsToSave, ...formulas.map(({ input }) => input)]),
  ];
  const inputs = new Map(
    names.map((name) => {
      const dtype = DTYPES[name] ?? 'float32';
      const range = dtype === 'float32' ? assumedInput() : name === 'segmentIds' ? SEGMENTS : INDICES;
      return [name, builder.input(name, { shape: undefined, dtype, range }, unit.unit.span)];
    }),
  );
  for (const { input, place } of formulas) {
    const by = inputs.get(kernel.parameterOf(input));
    if (by === undefined) continue;
    const marker = builder.marker('kernelGradient', { by }, spanOf(place), {
      kernel: configuration.kernel,
      input,
    });
    (unit.nodes as Node[]).push({ ...marker, gradient: { by: [by], losses: [], outer: undefined } });
  }
  const given: UnitInput[] = [
    ...[...inputs].map(([name, node]): UnitInput => ({
      name,
      source: 'parameter',
      form: { kind: 'tensor', node },
    })),
    ...kernel.attributes(own),
    ...own.unit.inputs.filter(({ source }) => source !== 'parameter'),
  ];
  Object.defineProperty(unit.unit, 'inputs', { value: given });
}

const unitOf = (lowering: Lowering, fn: FunctionValue): LoweredUnit | undefined =>
  lowering.lowered.get(fn.declaration) ?? lowerFunction(lowering, fn, 'no');

interface Kernel {
  readonly told: KernelGradient;
  /** The names of what its caller hands over: those of the op that runs it, where there is one. */
  readonly operands?: readonly string[] | undefined;
  /** The inputs that its own code asks for. */
  readonly inputs: readonly string[];
  parameterOf(input: string): string;
  attributes(gradient: LoweredUnit): UnitInput[];
}

/** What runs the kernel: code of the project, or an op of TensorFlow.js. */
function kernelOf(lowering: Lowering, configuration: GradientConfiguration): Kernel | undefined {
  const { kernel, gradient, inputsToSave, outputsToSave, saveAllInputs } = configuration;
  const told = { name: kernel, inputsToSave, outputsToSave, saveAllInputs };
  const code = lowering.kernels.codeOf(kernel);
  if (code !== undefined) {
    const asked = unitOf(lowering, code)?.unit.inputs.find(({ source }) => source === 'parameter')?.form;
    return {
      told: { ...told, code: spanOf(code.declaration) },
      inputs: Object.keys(fieldOf(asked, 'inputs')),
      parameterOf: (input) => input,
      attributes: (own) => ownAttributes(fieldOf(asked, 'attrs'), third(own, gradient)),
    };
  }
  const op = opOfKernel(kernel);
  if (op === undefined) return undefined;
  const { row, vectors } = op;
  return {
    told: { ...told, op: { name: row.name, attributes: fixedAttributes(op), vectors } },
    operands: row.parameters.filter(({ kind }) => kind === 'tensor').map(({ name }) => name),
    inputs: [],
    parameterOf: (input) => op.parameterOf(input),
    attributes: () => choices(op, gradient.module.source.text),
  };
}

interface Formula {
  /** The input of the kernel. */
  readonly input: string;
  /** The expression that gives the function of its gradient. */
  readonly place: ts.Node;
}

/** The functions in what `gradFunc` returns, however many ways it has to return. */
function formulasOf({ returned }: LoweredUnit, { declaration }: FunctionValue): Formula[] {
  const formulas = new Map<ts.Node, Formula>();
  for (const value of returned) {
    if (value.kind !== 'object') continue;
    for (const [input, formula] of value.fields) {
      if (formula.kind !== 'function') continue;
      const place = expressionOf(formula.declaration, input, declaration);
      formulas.set(place, { input, place });
    }
  }
  return [...formulas.values()];
}

/** Where a function is an expression it is that; else where the result names it, or all that gives the result. */
function expressionOf(formula: ts.Node, input: string, gradient: ts.FunctionLikeDeclaration): ts.Node {
  if (ts.isArrowFunction(formula) || ts.isFunctionExpression(formula)) return formula;
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === input) found ??= node.initializer;
    forEachChild(node, visit);
  };
  if (gradient.body !== undefined) visit(gradient.body);
  if (found !== undefined) return found;
  for (let around = formula.parent; around !== gradient; around = around.parent)
    if (ts.isObjectLiteralExpression(around)) return around;
  return gradient;
}

const isPrimitive = (value: AttributeValue): value is Primitive =>
  value === null || value === undefined || typeof value !== 'object';

/** Attributes that are lists, which is to say the same in all calls. */
function fixedAttributes({ calls }: KernelOp): Attributes {
  const fixed = Object.entries(calls).filter(([, values]) => !values.every(isPrimitive));
  return Object.fromEntries(fixed.map(([name, [value]]) => [name, value]));
}

/**
 * The others, as something that a caller chooses. A switch that the file of the gradient does not name is left as it is:
 * whoever gives a kernel a gradient of his own need not mean all that the kernel can do.
 */
function choices({ row, calls }: KernelOp, text: string): UnitInput[] {
  return Object.entries(calls).flatMap(([name, values]): UnitInput[] => {
    if (!values.every(isPrimitive)) return [];
    const isSwitch = row.parameters.some(
      (parameter) => parameter.name === name && parameter.kind === 'boolean',
    );
    const isOne = values.every((value) => value === values[0]) || (isSwitch && !text.includes(name));
    const form: UnitInputForm = isOne ? { kind: 'constant', value: values[0] } : { kind: 'choice', values };
    return [{ name, source: 'parameter', form }];
  });
}

type Fields = Readonly<Record<string, UnitInputForm>>;

const fieldsOf = (form: UnitInputForm | undefined): Fields => (form?.kind === 'object' ? form.fields : {});

const fieldOf = (form: UnitInputForm | undefined, name: string): Fields => fieldsOf(fieldsOf(form)[name]);

/** What `gradFunc` asks of its third argument. */
function third({ unit }: LoweredUnit, { declaration }: FunctionValue): Fields {
  const name = declaration.parameters[2]?.name.getText();
  return fieldsOf(unit.inputs.find((input) => input.source === 'parameter' && input.name === name)?.form);
}

/** Attributes of a kernel are no tensors: what is only multiplied by is a number. */
function ownAttributes(...asked: readonly Fields[]): UnitInput[] {
  const fields = Object.fromEntries(
    asked.flatMap((one) =>
      Object.entries(one).map(([name, form]): [string, UnitInputForm] => [
        name,
        form.kind === 'tensor' ? { kind: 'number', node: form.node } : form,
      ]),
    ),
  );
  return [{ name: 'attrs', source: 'parameter', form: { kind: 'object', fields } }];
}
