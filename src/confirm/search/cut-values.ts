/** Numbers that a whole type cuts off: float64 cuts them off in the same way, so that no comparison shows it. */
import { broadcastSource } from '../../facts/concrete-shape.js';
import type { SiteCall } from '../evaluation.js';
import type { SuspectSite } from '../job.js';

/** The element of the output of a site at which something was cut off. */
export const cutElement = (site: SuspectSite, call: SiteCall): number | undefined =>
  cutQuotient(site, call) ?? cutFraction(site, call);

/** An element of an int32 quotient that is not what it was divided to: float64 cuts it in the same way. */
function cutQuotient(site: SuspectSite, { operands, output }: SiteCall): number | undefined {
  const { a, b } = operands;
  if (site.op !== 'div' || a?.dtype !== 'int32' || b?.dtype !== 'int32') return undefined;
  const element = output.values.findIndex((value, at) => {
    const [dividend, divisor] = [a, b].map((operand) => {
      const source = broadcastSource(operand.shape, output.shape, at);
      return source === undefined ? NaN : operand.values[source]!;
    });
    return divisor !== 0 && Number.isFinite(dividend! / divisor!) && dividend! / divisor! !== value;
  });
  return element < 0 ? undefined : element;
}

/** A number between -1 and 1 of which a whole type keeps nothing, or as good as nothing: float64 keeps as little. */
function cutFraction(site: SuspectSite, { operands, output }: SiteCall): number | undefined {
  if (!CUTTING.test(site.op)) return undefined;
  const given = operands['x'] ?? operands['values'];
  // `out[i] = x` is x, whatever out keeps of it.
  const stored = given?.values.length === output.values.length ? given : output;
  const element = stored.values.findIndex((value) => value !== 0 && Math.abs(value) < 1);
  return element < 0 ? undefined : element;
}

const CUTTING = /^(cast|scalar|tensor\d?d?|js\.cut|js\.pixel)$/;
