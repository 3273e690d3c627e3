/** `x.div(x.sum(1))`: a statistic that lies along another axis than the one it was made for. */
import { showAnyShape } from '../facts/open-shape.js';
import { opNamed } from '../ops/table.js';
import { flowsInto, type Node } from '../program/node.js';
import { formOfAnything } from '../program/shapes/open-shape.js';
import { crossedAxes, reducedAxes, sameAxes, statisticOf, type Crossed } from './axes.js';
import { BROADCASTING } from './broadcast.js';
import type { Danger, FixCandidate } from './finding.js';
import { constantOf, operandOf } from './patterns.js';
import { inWords, Rewriter, together } from './rewrite.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** `x.div(x.sum(1))`: what is left of the rows lies along the columns. It throws, or the sizes agree by accident. */
export function crossing(site: Site, x: Node, other: Node): Suspicion | undefined {
  for (const whole of sameAxes(x)) {
    const statistic = statisticOf(other, whole);
    const crossed = statistic && crossedAxes(statistic, x.shape?.length ?? 2);
    if (statistic === undefined || crossed === undefined) continue;
    if (isMetElsewhere(site, whole, statistic.reduction)) return undefined;
    return suspicion(site, whole, other, statistic.reduction, crossed);
  }
  return undefined;
}

function suspicion(site: Site, x: Node, other: Node, reduction: Node, crossed: Crossed): Suspicion {
  const [name, statistic] = [site.text(x), site.text(reduction)];
  const { throws, shape } = site.node;
  const shapes = [site.operand('a'), site.operand('b')].map(
    (operand) => operand && showAnyShape(formOfAnything(operand)),
  );
  const [holds, meets] = [crossed.holds, crossed.meets].map((axis) => axis - countedBack(x, reduction));
  const outcome =
    throws === undefined
      ? `it throws, or where both have one size${shape === undefined ? '' : `, as in ${shapes.join(' against ')},`} every element meets the statistic of another one`
      : `${shapes.join(' against ')} is certain to throw`;
  return {
    message: `\`${site.text()}\` lays axis ${holds} of \`${name}\`, which \`${statistic}\` leaves, along axis ${meets}: ${outcome}. Keep the axis: ${remedy(reduction, statistic, holds! + 1)}.`,
    danger: {
      text: `axis ${holds} of ${name} meets axis ${meets}`,
      harm: 'shape',
      failures: ['throws', 'wrong-shape'],
      ...(throws === undefined ? squareOf(site, x, crossed.holds) : { expansion: 'throws' as const }),
    },
    manifest: true,
    // What was to be kept in bounds by a statistic of its own row is not.
    covers: site.users(),
    fixes: keptAxis(site, reduction, other),
    related: [{ node: reduction, message: `leaves axis ${holds}` }],
  };
}

/**
 * Where a square of written sizes lets it pass, the program can only be tried with another one: the axis that the statistic
 * holds gets a size of its own where the tensor is made.
 */
function squareOf(site: Site, x: Node, holds: number): Pick<Danger, 'expansion' | 'apartAt'> {
  const isSquare = x.shape !== undefined && x.shape.every(({ size }) => typeof size === 'number');
  const made = isSquare ? sameAxes(x).find(takesAnyShape) : undefined;
  if (made?.shape?.length !== x.shape?.length || made === undefined) return {};
  return {
    expansion: 'apart',
    apartAt: { node: made, axis: holds, label: `axis ${holds} of ${site.text(x)}` },
  };
}

/** Another size may be asked for: of an op that fills a shape, and of those who call. */
const takesAnyShape = ({ op }: Node): boolean => op === 'input' || opNamed(op)?.anyShape === true;

/** Of a tensor of any rank, reduced along an axis that is counted from the end, so are the others: as if it had two. */
function countedBack(x: Node, reduction: Node): number {
  const axes = reducedAxes(reduction);
  return x.shape === undefined && axes?.every((axis) => Number(axis) < 0) === true ? 2 : 0;
}

/** `moments` and `norm` keep an axis too; `argMax` has no such parameter. */
function remedy({ op }: Node, statistic: string, axis: number): string {
  const expand = `\`expandDims(${axis})\` on it`;
  return op === 'argMax' || op === 'argMin' ? expand : `\`keepDims\` true in \`${statistic}\`, or ${expand}`;
}

/** Where nothing lies between the statistic and the op, its axis is kept. */
function keptAxis(site: Site, reduction: Node, other: Node): FixCandidate[] {
  const write = new Rewriter(site);
  const [x, axis] = [write.argument(reduction, 'x'), write.argument(reduction, 'axis')];
  if (reduction !== other || x === undefined || axis === undefined || !KEEPING.has(reduction.op)) return [];
  const by = write.op(reduction.op, x, axis, 'true');
  return [together(`Keep the axis: \`${inWords(by)}\``, 'shape', [{ span: reduction.span, by }])];
}

/** Reductions whose third parameter is keepDims. */
const KEEPING: ReadonlySet<string> = new Set(['sum', 'mean', 'max', 'min', 'prod', 'logSumExp']);

/**
 * Scaling rows and columns by the same sums is the normalisation of a graph: its matrix is symmetric. A use that lays the
 * statistic along another axis too (`max.sub(min)` of two that lost the same axis) is no such scaling.
 */
function isMetElsewhere(site: Site, x: Node, reduction: Node): boolean {
  return site.nodes.some((node) => {
    const operands = BROADCASTING[node.op]?.map((name) => operandOf(node, name)) ?? [];
    if (node === site.node || operands.some((operand) => constantOf(operand) !== undefined)) return false;
    // What goes on with the result of the site is no other use of the statistic.
    return operands.some((operand) => {
      const statistic = operand && statisticOf(operand, x);
      return (
        statistic?.reduction === reduction &&
        crossedAxes(statistic, x.shape?.length ?? 2) === undefined &&
        !flowsInto(site.node, operand!)
      );
    });
  });
}
