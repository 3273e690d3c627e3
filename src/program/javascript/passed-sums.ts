/** Sums over what passed a test, `kept.reduce((sum, one) => sum + one.weight, 0)`: they are 0 where nothing did. */
import { ts } from '../../source/typescript.js';
import { asPattern } from '../../source/words.js';
import { NON_ZERO } from '../apart.js';
import { COUNTED, FILTERED } from '../growth.js';
import { withFacts, type Node } from '../node.js';
import { asNumber, type List, type NumberValue, type Value } from '../values.js';
import { countsWhateverComes, ofSomeCounts } from './filled-counts.js';

/** The sum that a call of `reduce` gives. Who asks how many there are has thought of that. */
export function ofWhatPassed(sum: Value, start: Value | undefined, list: List, place: ts.Node): Value {
  if (sum.kind === 'number' && isTotalOfCounts(sum, place)) return { ...sum, node: ofSomeCounts(sum.node) };
  const isThinned = list.passed !== undefined && list.passed === list.rest && list.elements.length === 0;
  const name = isThinned && ts.isCallExpression(place) ? nameOfThinned(place) : undefined;
  if (name === undefined || asNumber(start) !== 0 || sum.kind !== 'number') return sum;
  const attributes = { ...sum.node.attributes, ...COUNTED, ...FILTERED, passed: name };
  return { ...sum, node: withFacts(sum.node, { attributes }) };
}

/** What a list of counts adds up to, `counts.reduce((a, b) => a + b)`: as many as there were to count. */
function isTotalOfCounts({ node }: NumberValue, place: ts.Node): boolean {
  const list = ts.isCallExpression(place) ? listOf(place) : undefined;
  return node.range.low === 0 && list !== undefined && countsWhateverComes(list);
}

/** The list of a call, where the function around says itself what is kept, and does not ask how many are. */
function nameOfThinned(call: ts.CallExpression): string | undefined {
  const list = listOf(call);
  if (list === undefined) return undefined;
  if (ts.isCallExpression(list))
    return list.expression.getText().endsWith('.filter') ? list.getText() : undefined;
  if (!ts.isIdentifier(list)) return undefined;
  const around = (ts.findAncestor(call, ts.isFunctionLike) ?? call.getSourceFile()).getText();
  const name = asPattern(list.text);
  const isAsked = new RegExp(String.raw`(?<![\w$.])${name}\??\.length\b`).test(around);
  const isThinned = new RegExp(String.raw`\b(?:const|let|var)\s+${name}\s*=[^;]*\.filter\(`).test(around);
  return isThinned && !isAsked ? list.text : undefined;
}

const listOf = ({ expression }: ts.CallExpression): ts.Expression | undefined =>
  ts.isPropertyAccessExpression(expression) ? expression.expression : undefined;

/** The sum where it divides: within a round through the same list there is something in it. */
export function besideWhatPassed(sum: Node, place: ts.Node): Node {
  const { passed } = sum.attributes;
  if (typeof passed !== 'string' || !isInRoundOf(passed, place)) return sum;
  return withFacts(sum, { attributes: { ...sum.attributes, ...NON_ZERO } });
}

/** Whether a place stands in a callback that is run for each element of the list, or in a loop through it. */
const isInRoundOf = (list: string, place: ts.Node): boolean =>
  ts.findAncestor(place, (node) => {
    if (ts.isForOfStatement(node)) return node.expression.getText() === list;
    return (
      ts.isCallExpression(node) && node.arguments.some(ts.isFunctionLike) && listOf(node)?.getText() === list
    );
  }) !== undefined;
