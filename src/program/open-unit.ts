import { spanOf } from '../source/span.js';
import { STEPS_PER_UNIT } from './budget.js';
import { Past } from './control/later.js';
import type { Discarded, LoweredUnit, UnitRequest } from './lowered-unit.js';
import type { Node } from './node.js';
import type { Scope } from './scope.js';
import type { Unit } from './unit.js';
import { UnitInputs, type Answers, type UsedFields } from './unit-inputs.js';
import type { FunctionValue, InputValue, LayerValue, ObjectValue, UnknownCause, Value } from './values.js';

/** So many times its share may a function be long, and is read to its end. */
const MOST_OF_ITS_OWN = 30;

/** The unit that is being lowered, and what it reads from outside itself. */
export class OpenUnit {
  readonly nodes: Node[] = [];
  /** What its parameters are. */
  readonly inputs = new Map<string, Value>();
  /** What its ways give, one by one, where it has several. */
  readonly alternatives: Value[] = [];
  self: Value | undefined;
  readonly captured = new Map<string, Value>();
  readonly past = new Past();
  readonly boundary: Scope | undefined;
  /** The scope of the module, if the unit is its top level. */
  readonly top: Scope | undefined;
  readonly created: FunctionValue[] = [];
  readonly discarded: Discarded[] = [];
  /** What stands in tensors by itself, `tf.tensor1d([width, height])`. */
  readonly listed: InputValue[] = [];
  private readonly unknowns = new Map<UnknownCause, number>();
  /** Of `self`, and of objects that the caller hands over. */
  private readonly fields = new Map<ObjectValue, UsedFields>();
  private readonly answers: Answers = new Map();
  private readonly share: number;
  private steps = 0;
  private ownSteps = 0;
  /** Of a long function: what is evaluated once, and costs no more than it is long. */
  private longSteps = 0;

  constructor(private readonly request: UnitRequest) {
    this.boundary = request.boundary;
    this.top = request.kind === 'module' ? request.module.scope : undefined;
    this.share = request.share ?? STEPS_PER_UNIT;
  }

  /**
   * Before an expression of its own text, or of a function that it calls, is evaluated: whether the unit goes on at all. `isOnce`:
   * it is of its own text, and in no loop.
   */
  goesOn(isOwn: boolean, isOnce: boolean): boolean {
    if (isOnce && this.ownSteps >= this.share) return (this.longSteps += 1) <= MOST_OF_ITS_OWN * this.share;
    if (isOwn && this.ownSteps < this.share) this.ownSteps += 1;
    else this.steps += 1;
    return this.steps + this.ownSteps <= 3 * this.share;
  }

  /** Whether it has had its share. */
  get isSpent(): boolean {
    return this.steps > this.share;
  }

  /** Counts something that could not be followed. */
  lost(cause: UnknownCause): void {
    this.unknowns.set(cause, (this.unknowns.get(cause) ?? 0) + 1);
  }

  /** Notes what a model gave that the unit was handed: a tensor, or a list of them. */
  answered(model: LayerValue | InputValue, answer: Node | readonly Node[]): void {
    this.answers.set(model, [...(this.answers.get(model) ?? []), answer]);
  }

  reads(object: ObjectValue, name: string, value: Value): void {
    const used = this.fieldsOf(object);
    if (used === undefined || used.writes.has(name) || used.reads.has(name)) return;
    if (value.kind !== 'function') used.reads.set(name, value);
  }

  writes(object: ObjectValue, name: string): void {
    const used = this.fieldsOf(object);
    if (used?.reads.has(name) === false) used.writes.add(name);
  }

  /** What the unit reads and writes of an object that its caller provides. */
  private fieldsOf(object: ObjectValue): UsedFields | undefined {
    if (object !== this.self && object.given !== true) return undefined;
    const used = this.fields.get(object) ?? { reads: new Map<string, Value>(), writes: new Set<string>() };
    this.fields.set(object, used);
    return used;
  }

  /** The unit as it stands after its body was run. */
  closed(result: Value | undefined): LoweredUnit {
    const { declaration, module } = this.request;
    return {
      unit: this.described(),
      declaration,
      module,
      nodes: this.nodes,
      returned: result === undefined ? [] : [result, ...this.alternatives],
      discarded: this.discarded,
      unknowns: this.unknowns,
    };
  }

  private described(): Unit {
    const { request, nodes, answers, fields, inputs, captured, self } = this;
    return {
      name: request.name,
      kind: request.kind,
      span: spanOf(request.declaration),
      className: request.className,
      receiver: request.receiver,
      methodName: request.methodName,
      static: request.static,
      differentiated: request.differentiated,
      custom: request.custom,
      kernel: request.kernel,
      calls: request.calls,
      // Only a unit with a finding is asked for them.
      get inputs() {
        return new UnitInputs(nodes, answers, fields).of(inputs, captured, self);
      },
    };
  }
}
