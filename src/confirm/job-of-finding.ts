/** What a job is told of a finding, whatever it runs. */
import { concreteShape } from '../facts/shape.js';
import { dependsOn, takenBy } from '../program/gradient.js';
import type { Node } from '../program/node.js';
import type { Finding } from '../rule/finding.js';
import type { Job } from './job.js';

/** What a job is told beside the finding. */
export type JobOptions = Pick<Job, 'seed' | 'backend'>;

export function commonParts(
  finding: Finding,
  { seed, backend }: JobOptions,
): Omit<Job, 'unit' | 'inputs' | 'calls'> {
  const { danger, site } = finding;
  const operand = danger.region && site.operands[danger.region.operand];
  return {
    id: `${finding.rule} ${site.span.file}:${site.span.start}`,
    site: {
      op: site.op,
      region: danger.region,
      harm: danger.harm,
      failures: danger.failures,
      expansion: danger.expansion,
      claimed: danger.claimed,
      moved: danger.moved,
      without: danger.without,
      leftOut: danger.leftOut?.map(({ shape }) => concreteShape(shape)),
      unconnected: danger.unconnected,
      alongside: danger.alongside && {
        results: danger.alongside.results.map(({ id }) => id),
        variables: danger.alongside.variables.map(({ shape }) => concreteShape(shape)),
        trained: danger.alongside.trained.map(({ shape }) => concreteShape(shape)),
      },
      moving: danger.moving && {
        operand: danger.moving.operand,
        results: danger.moving.results.map(({ id }) => id),
      },
      inVain: danger.inVain?.map(({ id }) => id),
      formula: danger.formula,
    },
    operandRange: operand !== undefined && 'range' in operand ? rangeOf(operand) : undefined,
    gradient: danger.harm === 'gradient' || (danger.harm !== 'shape' && site.differentiated !== 'no'),
    by: differentiatedBy(site),
    seed,
    backend,
  };
}

/** Whatever comes in, where the place is not seen to depend on what the gradient is taken by. */
function differentiatedBy(site: Node): Job['by'] {
  const { gradient } = site;
  const isTaken =
    gradient !== undefined && (Array.isArray(gradient.by) || dependsOn(gradient, site) === 'yes');
  const by = isTaken ? takenBy(gradient) : [];
  return by.length === 0 ? undefined : by.map(({ id }) => id);
}

const rangeOf = ({ range: { low, high } }: Node): Job['operandRange'] => ({ low, high });
