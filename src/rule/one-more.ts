/** Sizes of which one is a number more than the other: the steps of a series beside the differences between them. */
import { namesOf, shareName, symbol, type Shape, type Size } from '../facts/shape.js';
import { differByNumber, offsetOf } from '../facts/size-offsets.js';
import type { Node } from '../program/node.js';
import { BROADCASTING } from './broadcast.js';
import type { Suspicion } from './rule.js';
import { shown } from './shown-shape.js';
import type { Site } from './site.js';

/** Such sizes never fit, but by accident where the smaller one is 1. */
export function besideOneMore(site: Site): Suspicion | undefined {
  const operands = BROADCASTING[site.node.op]!.map((name) => site.operand(name)).filter(
    (operand) => operand?.shape !== undefined,
  ) as Node[];
  const [a, b] = operands.length === 2 ? operands : [];
  const met = a && b && meetingOf(a.shape!, b.shape!).flatMap(([one, other]) => oneMoreOf(one, other))[0];
  if (met === undefined) return undefined;
  const [ofA, ofB] = [shown(a!.shape), shown(b!.shape)];
  return {
    message: `\`${site.text()}\` throws, or broadcasts where one is 1: ${met.join(' and ')} are never equal. \`${site.text(a)}\` is ${ofA}, \`${site.text(b)}\` is ${ofB}. Cut the longer one, or pad the other.`,
    danger: { text: `${ofA} meets ${ofB}`, harm: 'shape', failures: ['throws'], expansion: 'throws' },
    manifest: true,
    related: [
      { node: a!, message: `${ofA} comes from here` },
      { node: b!, message: `${ofB} comes from here` },
    ],
  };
}

/** Two names, of which the one is a number more than the other. Of a size that was broadcast against another one either tells. */
function oneMoreOf(one: Size, other: Size): (readonly [string, string])[] {
  const [names, others] = [namesOf(one), namesOf(other)];
  if (shareName(one, other)) return [];
  return names.flatMap((name) =>
    others
      .filter((met) => differByNumber(symbol(name), symbol(met)))
      .filter((met) => (names.length === 1 || isWhole(name)) && (others.length === 1 || isWhole(met)))
      .map((met): readonly [string, string] => [name, met]),
  );
}

/** Of one less than a size that met another one, that may have been 1, nobody knows whose it is. */
const isWhole = (name: string): boolean => offsetOf(symbol(name)).by === 0;

/** Sizes of the axes that meet. */
const meetingOf = (a: Shape, b: Shape): (readonly [Size, Size])[] =>
  a.flatMap(({ size }, index) => {
    const met = b[b.length - a.length + index];
    return met === undefined ? [] : [[size, met.size] as const];
  });
