import type { Node } from './node.js';
import { roleOf } from './tensorflow/number-roles.js';
import { ts } from '../source/typescript.js';
import type { ClassReference, UnitInput, UnitInputForm } from './unit.js';
import {
  asNumber,
  type ArrayValue,
  type ClassValue,
  type InputValue,
  type LayerValue,
  type NumberValue,
  type ObjectValue,
  type Primitive,
  type Value,
} from './values.js';
import { elementsOfResult } from './layers/model-results.js';

/** What the models gave that a unit was handed, call by call. */
export type Answers = Map<LayerValue | InputValue, readonly (Node | readonly Node[])[]>;

/** What a caller of a unit has to provide, read off after its body was lowered. */
export class UnitInputs {
  constructor(
    private readonly nodes: readonly Node[],
    private readonly answers: Answers,
    private readonly used: ReadonlyMap<ObjectValue, UsedFields>,
  ) {}

  of(
    parameters: ReadonlyMap<string, Value>,
    captured: ReadonlyMap<string, Value>,
    self: Value | undefined,
  ): UnitInput[] {
    const selfReads = this.readOf(self);
    return [
      ...this.list(parameters, 'parameter', ''),
      ...this.list(captured, 'captured', ''),
      ...this.list(selfReads, 'this', 'this.'),
    ];
  }

  private readOf(object: Value | undefined): ReadonlyMap<string, Value> {
    return (object?.kind === 'object' ? this.used.get(object)?.reads : undefined) ?? new Map<string, Value>();
  }

  private list(values: ReadonlyMap<string, Value>, source: UnitInput['source'], prefix: string): UnitInput[] {
    return [...values].map(([name, value]) => ({ name: prefix + name, source, form: this.formOf(value, 0) }));
  }

  private formOf(value: Value, depth: number): UnitInputForm {
    if (depth > 4) return { kind: 'opaque', why: 'nested too deep' };
    switch (value.kind) {
      case 'constant':
        return choiceOf([value.value, ...(value.asked ?? [])]);
      case 'tensor':
        return { kind: 'tensor', node: value.node };
      case 'number':
        return numberForm(value);
      case 'array': {
        if (value.rest !== undefined) return openListForm(value, value.rest);
        return { kind: 'list', elements: value.elements.map((element) => this.formOf(element, depth + 1)) };
      }
      case 'object':
        return this.objectForm(value.given === true ? this.readOf(value) : value.fields, depth, value);
      case 'input':
        return this.inputForm(value, depth);
      case 'tensorflow':
        return { kind: 'tensorflow', path: value.path };
      case 'function':
        return value.byDefault === true ? choiceOf([undefined]) : { kind: 'opaque', why: 'a function' };
      case 'native':
      case 'module':
        return { kind: 'unused' }; // part of the environment, not of the inputs
      case 'layer':
        return value.type.startsWith('train.')
          ? { kind: 'optimizer' }
          : (this.modelForm(value) ?? { kind: 'opaque', why: `a ${value.type}` });
      case 'unknown':
        return { kind: 'opaque', why: value.cause };
      default:
        return { kind: 'opaque', why: `a ${value.kind}` };
    }
  }

  private inputForm(value: InputValue, depth: number): UnitInputForm {
    const { form } = value;
    switch (form.kind) {
      case 'undetermined':
        // Nothing uses it but conditions: what it is decides which way is taken.
        return value.asked.size === 0 ? { kind: 'unused' } : choiceOf([...value.asked, undefined]);
      case 'tensor':
        return {
          kind: 'tensor',
          node: form.value.node,
          claimedRank: value.claim?.kind === 'tensor' ? value.claim.rank : undefined,
        };
      case 'data':
        return { kind: 'tensor', node: form.value.node, as: 'array' };
      case 'number':
        return numberForm(form.value);
      case 'optimizer':
        return { kind: 'optimizer' };
      case 'object':
        return this.objectForm(form.fields, depth);
      case 'instance':
        return this.objectForm(this.readOf(form.object), depth, form.object);
      case 'list': {
        const element = this.formOf(form.element, depth + 1);
        const others = [...form.by.values()].filter((one) => one !== form.element);
        const asked = [...form.at.values(), ...others].map((one) => this.formOf(one, depth + 1));
        // A loop asks for the first one by its index, and for the others by an index that is not known.
        if (element.kind === 'number' && asked.every(({ kind }) => kind === 'number' || kind === 'unused'))
          return { kind: 'numbers', node: element.node, atLeast: Math.max(0, ...form.at.keys()) + 1 };
        const listed = this.listForms(form.at, form.element, depth);
        return {
          kind: 'list',
          elements: [...listed, ...others.map((one) => this.formOf(one, depth + 1))],
        };
      }
      case 'opaque':
        return this.modelForm(value) ?? { kind: 'opaque', why: form.why };
    }
  }

  /** As many elements as were asked for by index, else one. */
  private listForms(at: ReadonlyMap<number, Value>, element: Value, depth: number): UnitInputForm[] {
    const length = at.size === 0 ? 1 : Math.max(...at.keys()) + 1;
    return Array.from({ length: Math.min(length, 16) }, (_, index) =>
      this.formOf(at.get(index) ?? element, depth + 1),
    );
  }

  private objectForm(fields: ReadonlyMap<string, Value>, depth: number, object?: ObjectValue): UnitInputForm {
    return {
      kind: 'object',
      fields: Object.fromEntries([...fields].map(([name, field]) => [name, this.formOf(field, depth + 1)])),
      of: object?.prototype && classReference(object.prototype),
    };
  }

  /** A model that was called: what it gives is as free as an input, within the range of its last activation. */
  private modelForm(model: LayerValue | InputValue): UnitInputForm | undefined {
    const answers = this.answers.get(model);
    if (answers === undefined) return undefined;
    return {
      kind: 'model',
      answers: answers.map((answer): UnitInputForm => {
        const elements = elementsOf(answer);
        return elements === undefined
          ? this.answerForm(answer as Node)
          : { kind: 'list', elements: elements.map((element) => this.answerForm(element)) };
      }),
    };
  }

  private answerForm(node: Node): UnitInputForm {
    // A cast may have told its rank since.
    return { kind: 'tensor', node: this.nodes.find(({ id }) => id === node.id) ?? node };
  }
}

/** A class that a module has at its top level under its own name. */
function classReference({ declaration, module }: ClassValue): ClassReference | undefined {
  const name = declaration.name?.text;
  return name !== undefined && ts.isSourceFile(declaration.parent) ? { name, file: module.file } : undefined;
}

/** Numbers of which nobody knows how many there are, as what a class gathers in a list. */
function openListForm({ elements }: ArrayValue, rest: Value): UnitInputForm {
  if (elements.length > 0) return { kind: 'opaque', why: 'an array of unknown length' };
  if (rest.kind === 'number') return { kind: 'numbers', node: rest.node, atLeast: 1 };
  if (asNumber(rest) === undefined) return { kind: 'opaque', why: 'an array of unknown length' };
  return { kind: 'list', elements: Array.from({ length: A_FEW }, () => choiceOf([asNumber(rest)])) };
}

/** As many as a list of numbers has that is chosen. */
const A_FEW = 3;

const numberForm = ({ node, size }: NumberValue): UnitInputForm => ({
  kind: 'number',
  node,
  role: size === undefined ? roleOf(node) : { kind: 'size', size },
});

/** The tensors of an answer that is a list, or was used as one. */
function elementsOf(answer: Node | readonly Node[]): readonly Node[] | undefined {
  if (!('op' in answer)) return answer;
  const elements = Array.from(elementsOfResult(answer), (element) => element ?? answer);
  return elements.length === 0 ? undefined : elements;
}

/** Several constants, the likeliest first. Of a switch that is on or off both are likely. */
function choiceOf(values: readonly Primitive[]): UnitInputForm {
  const [first] = values;
  const all = [...new Set(typeof first === 'boolean' ? [first, !first, ...values] : values)];
  return all.length === 1 ? { kind: 'constant', value: first } : { kind: 'choice', values: all };
}

/** What a unit reads of an object that was there before it, and what it writes before it reads it. */
export interface UsedFields {
  readonly reads: Map<string, Value>;
  readonly writes: Set<string>;
}
