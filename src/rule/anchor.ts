/** Where a finding is reported. */
import { placeOf } from '../source/span.js';
import { isExpected, operandNodes, type Node } from '../program/node.js';
import { Calls } from './calls.js';
import { isJavaScript } from './danger.js';
import type { Finding } from './finding.js';
import { type Raised, toFinding } from './raised.js';
import { JudgedAlone } from './judged-alone.js';

/**
 * Where a finding is reported. In the unit's own body: there. In a function the unit calls: there too, if it is wrong
 * however it is called, or however the project calls it; else at the call that broke the function's promise, with the
 * promise beside it.
 */
export function anchored(raised: Raised, calls: Calls, judged: JudgedAlone): Finding[] {
  const { site, suspicion, unit } = raised;
  const [call] = site.chain;
  if (call === undefined || site.within === undefined) return [toFinding(raised, site.span, unit, [])];
  const { name, raised: others, nodes } = judged.judge(site.within);
  const place = placeOf(site.span);
  const alone = others.find(
    (other) =>
      other.rule === raised.rule && placeOf(other.site.span) === place && !isOfGradientAlone(other, raised),
  );
  if (alone === undefined && suspicion.isOfFunction === true) return [];
  // A gradient is wrong where the op stands, and shows where it is taken: in the function itself, or where it is called.
  if (raised.rule.category === 'gradient') {
    const shown = alone?.suspicion.manifest === suspicion.manifest ? alone : raised;
    return [toFinding(shown, site.span, shown.unit, [])];
  }
  if (alone?.suspicion.manifest === true || (alone !== undefined && !suspicion.manifest)) {
    const { differentiated } = isExpected(site) ? site : alone.site;
    return [
      {
        ...toFinding(alone, site.span, alone.unit, []),
        site: { ...alone.site, differentiated },
      },
    ];
  }
  const promise = alone === undefined ? [] : [toFinding(alone, site.span, alone.unit, [])];
  // Shapes tell certain things, and of two ways through a function the caller may know that one is never taken.
  if (site.conditional === true && suspicion.danger.harm === 'shape') return promise;
  const through = site.chain.slice(1).map((span) => ({ span, message: 'through this call' }));
  // What no call of the project keeps to is no promise: the function is wrong as the project has it.
  const isAtHome = suspicion.isOwnFault === true || site.span.file === call.file;
  const isWritten = nodes.some((node) => placeOf(node.span) === place && isPromised(node));
  const isNoPromise =
    raised.rule.category === 'numerical' && isAtHome && !isWritten && !calls.someKeeps(raised);
  if (isNoPromise) {
    const chain = [{ span: call, message: 'with what this call hands over' }, ...through];
    return [{ ...toFinding(raised, site.span, unit, chain), name }];
  }
  // What is asked of the function as such is known; that a call might not keep to it is nothing new.
  if (isJavaScript(site) && !suspicion.manifest && name !== undefined) return [];
  const chain = [...through, { span: site.span, message: 'breaks here' }];
  return [toFinding(raised, call, unit, chain), ...promise];
}

/** Of what callers promise a gradient may still be infinite; that a call hands over what makes the value so is another matter. */
const isOfGradientAlone = (alone: Raised, called: Raised): boolean =>
  alone.suspicion.danger.harm === 'gradient' && called.suspicion.danger.harm === 'value';

/** `@range p (0, 1]`: who hands over something else breaks it, however many do. */
const isPromised = (node: Node): boolean =>
  operandNodes(node).some(({ range }) => range.lowBy === 'declared' || range.highBy === 'declared');
