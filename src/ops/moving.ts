/** The word that rows are written in whose result holds values of their first operand, and no others. */
import { rearranged, selected } from '../facts/range.js';
import type { Shape } from '../facts/shape.js';
import { danger, operand, refusal, tensor, tensorRange, tensorType, throws, type Accepts } from './build.js';
import type { DangerRegion, OpCall, OpRow, Parameter, ShapeResult } from './row.js';

export interface MovingRow {
  readonly name: string;
  /** The operand whose values are moved; default `x`. */
  readonly of?: string;
  /** `real`: everything but complex64. Default `any`. */
  readonly accepts?: Accepts | 'real';
  /** Parameters after the first. */
  readonly more?: readonly Parameter[];
  /** `true`: the parameters in their order. */
  readonly chained?: OpRow['chained'] | true;
  readonly chainedAliases?: OpRow['chainedAliases'];
  readonly aliases?: OpRow['aliases'];
  readonly result?: OpRow['result'];
  /** Only asked where the shape of the operand is known. */
  readonly shape: (call: OpCall, x: Shape) => ShapeResult;
  /** Where the shape of the operand is not known; default: nothing is known of the result. */
  readonly blindShape?: (call: OpCall) => ShapeResult;
  /** True when the result may lack some of the values. */
  readonly drops?: boolean;
  readonly range?: OpRow['range'];
  readonly dtype?: OpRow['dtype'];
  readonly gradient?: OpRow['gradient'];
  readonly dangers?: readonly DangerRegion[];
  readonly run?: OpRow['run'];
}

/** The backward pass throws for such calls, whatever the values are. */
export function noBackward(of: string, text: string, when: (call: OpCall) => boolean): DangerRegion {
  return { ...danger(of, 'gradient', 'throws', [-Infinity, Infinity], text), when };
}

/** The backward pass gives wrong numbers for such calls, whatever the values are. */
export function wrongBackward(of: string, text: string, when: (call: OpCall) => boolean): DangerRegion {
  return { ...danger(of, 'gradient', 'wrong-value', [-Infinity, Infinity], text), when };
}

export function moving(row: MovingRow): OpRow {
  const name = row.of ?? 'x';
  const accepts = row.accepts ?? 'any';
  const taken = accepts === 'real' ? 'all' : accepts;
  const parameters = [tensor(name), ...(row.more ?? [])];
  const arrange = row.drops ? selected : rearranged;
  return {
    name: row.name,
    aliases: row.aliases,
    parameters,
    chained: row.chained === true ? parameters.map((parameter) => parameter.name) : row.chained,
    chainedAliases: row.chainedAliases,
    result: row.result,
    shape: (call) => {
      const x = operand(call, name);
      const complex =
        accepts === 'real' && x.dtype === 'complex64' ? 'complex64 is not supported' : undefined;
      const reason = refusal(x, taken) ?? complex;
      if (reason !== undefined) return throws(reason);
      return x.shape === undefined ? row.blindShape?.(call) : row.shape(call, x.shape);
    },
    dtype: row.dtype ?? ((call) => tensorType(operand(call, name), taken)),
    range: row.range ?? ((call) => arrange(tensorRange(operand(call, name), taken))),
    gradient: row.gradient ?? 'flows',
    dangers: row.dangers ?? [],
    run: row.run,
  };
}
