import { runOp } from '../ops/call.js';
import { opNamed } from '../ops/table.js';
import type { Attributes, OpRow } from '../ops/row.js';
import { isTensor } from './engine.js';
import type {
  ConcreteInputs,
  EvaluationOptions,
  Evaluator,
  NumericTensor,
  Observation,
} from './evaluation.js';
import { buildSlots } from './inputs.js';
import type { Job, SliceNode, SliceUnit } from './job.js';
import { NotRunnable } from './not-runnable.js';
import { Runner, type Surroundings } from './run.js';
import { SiteRecorder } from './site.js';
import { bindSizes, withSizes, type Sizes } from './sizes.js';
import { readOperand } from './values.js';
import { narrow, wide, wideOp, type WideNumber } from './wide/decimal.js';

/** Runs the part of the tensor program that feeds the site, op by op, through the op table. Runs no user code. */
export class SliceEvaluator implements Evaluator {
  private readonly site: SiteRecorder;
  private readonly runner: Runner;
  /** What JavaScript numbers come to without rounding, by their nodes, where that is asked for. */
  private exact: Map<number, WideNumber> | undefined;

  constructor(
    private readonly around: Surroundings,
    private readonly job: Job & { readonly unit: SliceUnit },
  ) {
    this.site = new SiteRecorder(around.realm, job.site.op, job.site.formula);
    this.runner = new Runner(around, this.site, job.by);
  }

  evaluate(inputs: ConcreteInputs, options: EvaluationOptions): Observation | Promise<Observation> {
    const { realm } = this.around;
    const sizes = bindSizes(this.job.inputs, inputs);
    this.exact = options.numbers === 'exact' ? new Map() : undefined;
    return this.runner.run(options, () => {
      const { values, tensors } = buildSlots(this.job.inputs, inputs, realm, options.precision);
      return { tensors, call: () => this.runNodes(values, sizes) };
    });
  }

  private runNodes(values: Map<number, unknown>, sizes: Sizes): unknown {
    const { nodes } = this.job.unit;
    const last = nodes.at(-1);
    for (const node of nodes) {
      if (values.has(node.id)) continue;
      values.set(node.id, this.runNode(node, values, sizes, node === last));
    }
    return last === undefined ? undefined : values.get(last.id);
  }

  private runNode(
    node: SliceNode,
    values: ReadonlyMap<number, unknown>,
    sizes: Sizes,
    atSite: boolean,
  ): unknown {
    const operands = operandsOf(node, values);
    const { number } = this.site;
    const changed = atSite && number !== undefined ? { ...node.attributes, [number]: 0 } : node.attributes;
    const body = (): unknown => this.runForm({ ...node, attributes: changed }, operands, sizes);
    if (this.exact !== undefined && wideOp(node.op) !== undefined)
      return this.runExactly(this.exact, node, operands, body, atSite);
    return atSite ? this.site.runNamed(operands, () => readOperands(operands), body) : body();
  }

  /** Arithmetic on JavaScript numbers, in float64 and beside it with 50 digits; of the site the latter is told. */
  private runExactly(
    exact: Map<number, WideNumber>,
    node: SliceNode,
    operands: Record<string, unknown>,
    body: () => unknown,
    atSite: boolean,
  ): unknown {
    const value = body();
    const given = Object.entries(node.operands).map(
      ([name, from]) => exact.get(from as number) ?? wide(Number(operands[name])),
    );
    const result = wideOp(node.op)!(...given);
    exact.set(node.id, result);
    if (atSite) this.site.numbers(given.map(narrow), narrow(result));
    return value;
  }

  /** The forms that are no rows of the op table, then the rows. */
  private runForm(node: SliceNode, operands: Record<string, unknown>, sizes: Sizes): unknown {
    switch (node.op) {
      case 'constant':
        return node.attributes['value'];
      case 'join':
        return (operands['alternatives'] as readonly unknown[])[0];
      case 'input':
      case 'unknown':
        throw new NotRunnable(`a value that feeds the site could not be followed${why(node)}`);
      case 'js.size':
        return sizeOf(operands['x'], node.attributes['axis'] as number);
      case 'js.rank':
        return readOperand(operands['x'])?.shape.length;
      case 'js.element':
        return readOperand(operands['x'])?.values[0];
      default: {
        const row = opNamed(node.op);
        if (row === undefined) throw new NotRunnable(`there is no way to run \`${node.op}\` on its own`);
        return pick(this.runRow(row, operands, withSizes(node.attributes, sizes)), node);
      }
    }
  }

  private runRow(row: OpRow, operands: Record<string, unknown>, attributes: Attributes): unknown {
    return runOp(this.around.realm.tf, row, { operands, attributes });
  }
}

function operandsOf(node: SliceNode, values: ReadonlyMap<number, unknown>): Record<string, unknown> {
  const operands: Record<string, unknown> = {};
  for (const [name, from] of Object.entries(node.operands)) {
    operands[name] = typeof from === 'number' ? values.get(from) : from.map((id) => values.get(id));
  }
  return operands;
}

function readOperands(operands: Readonly<Record<string, unknown>>): Record<string, NumericTensor> {
  const read: Record<string, NumericTensor> = {};
  for (const [name, value] of Object.entries(operands)) {
    if (Array.isArray(value) && value.some(isTensor))
      value.forEach((item, index) => add(read, `${name}[${index}]`, item));
    else add(read, name, value);
  }
  return read;
}

function add(read: Record<string, NumericTensor>, name: string, value: unknown): void {
  const operand = readOperand(value);
  if (operand !== undefined) read[name] = operand;
}

/** One output of an op with several: `moments` gives a record, `split` a list. */
function pick(result: unknown, { output }: SliceNode): unknown {
  if (output === undefined) return result;
  // Of a list of which nobody knows the length, the last stands for any.
  return Array.isArray(result)
    ? result.at(Number(output))
    : (result as Record<string | number, unknown>)[output];
}

function sizeOf(value: unknown, axis: number): number | undefined {
  const { shape } = value as { readonly shape: readonly number[] };
  return shape[axis < 0 ? axis + shape.length : axis];
}

function why(node: SliceNode): string {
  const cause = node.attributes['cause'];
  return typeof cause === 'string' ? ` (${cause})` : '';
}
