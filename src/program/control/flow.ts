import type { Lowering } from '../lowering.js';
import { conditionally } from '../builder.js';
import { metCount } from '../growth.js';
import { join } from './joins.js';
import { isMadeSince, Variables, type Changes, type Scope } from '../scope.js';
import type { Frame, Exit, Completion } from '../frame.js';
import { ts } from '../../source/typescript.js';
import { contentsOf } from '../javascript/syntax.js';

/** Takes both ways. A way that stops contributes nothing to what follows. */
export function branch(
  lowering: Lowering,
  one: () => Completion,
  other: () => Completion,
  isByData?: () => boolean,
): Completion {
  const ways: Changes[] = [];
  const { builder } = lowering;
  const { position } = builder;
  if (position.chain.length > 0) builder.position = conditionally(position);
  for (const way of [one, other]) {
    let completion = 'stop' as Completion;
    const changes = lowering.journal.attempt(() => (completion = way()));
    if (completion === 'next') ways.push(changes);
  }
  builder.position = position;
  return meet(lowering, ways, isByData);
}

/** What a piece of code gives that may be run. */
export function maybe<T>(lowering: Lowering, body: () => T): T {
  let value!: T;
  branch(
    lowering,
    () => {
      value = body();
      return 'next';
    },
    () => 'next',
  );
  return value;
}

let meetings = 0;

/** Of a place where ways meet, each time that they do. */
export const nameOfMeeting = (): string => String(meetings++);

/** Goes on with what any of the ways left. */
export function meet(lowering: Lowering, ways: readonly Changes[], isByData?: () => boolean): Completion {
  if (ways.length === 0) return 'stop';
  const name = nameOfMeeting();
  joinWays(lowering, isByData, () => {
    lowering.journal.combine(ways, (a, b, way) => metCount(join(lowering, a, b), a, b, `${name}.${way}`));
  });
  return 'next';
}

/** Joins what ways left, of which `isByData` tells whether data decide which one is taken. */
export function joinWays(
  lowering: Lowering,
  isByData: (() => boolean) | undefined,
  joining: () => void,
): void {
  const before = lowering.isByData;
  lowering.isByData = isByData;
  try {
    joining();
  } finally {
    lowering.isByData = before;
  }
}

/** Runs code that can be left early; what holds afterwards is what any way out of it left. */
export function withExit(
  lowering: Lowering,
  exit: Omit<Exit, 'mark' | 'ways'>,
  body: () => Completion,
): Completion {
  const { exits } = lowering.frame!;
  const { kind, labels, needsLabel } = exit;
  const open: Exit = { kind, labels, needsLabel, mark: 0, ways: [] };
  let completion = 'stop' as Completion;
  exits.push(open);
  try {
    const changes = lowering.journal.attempt(() => {
      open.mark = lowering.journal.mark;
      completion = body();
    });
    if (completion === 'next') open.ways.unshift(changes);
  } finally {
    exits.pop();
  }
  return meet(lowering, open.ways);
}

/** Goes to where `kind` leads. */
export function leave(lowering: Lowering, kind: Exit['kind'], label?: string): Completion {
  const leads = (exit: Exit): boolean =>
    exit.kind === kind && (label === undefined ? exit.needsLabel !== true : exit.labels.includes(label));
  const exit = lowering.frame?.exits.findLast(leads);
  exit?.ways.push(lowering.journal.since(exit.mark));
  return 'stop';
}

/**
 * Runs the body of a function that may return early. Its own variables, those made since its scope was, end with it,
 * unless a closure keeps them.
 */
export function withReturns(
  lowering: Lowering,
  frame: Frame,
  { variables }: Scope,
  body: () => Completion,
): void {
  const since = variables.number;
  const functions = lowering.functionsMade;
  const exit: Exit = { kind: 'return', labels: [], needsLabel: undefined, mark: 0, ways: [] };
  const { journal } = lowering;
  let completion = 'stop' as Completion;
  frame.exits.push(exit);
  try {
    const changes = journal.attempt(() => {
      exit.mark = journal.mark;
      completion = body();
    }, since);
    if (completion === 'next') exit.ways.unshift(changes);
  } finally {
    frame.exits.pop();
  }
  const kept =
    lowering.functionsMade > functions ? exit.ways : exit.ways.map((way) => withoutVariables(way, since));
  meet(lowering, kept);
}

const withoutVariables = (changes: Changes, since: number): Changes =>
  new Map([...changes].filter(([place]) => !(place instanceof Variables && isMadeSince(place, since))));

/** Runs a statement that `break` may end. */
export function leavable(
  lowering: Lowering,
  statement: ts.Statement,
  labels: readonly string[],
  run: () => Completion,
): Completion {
  const exit: Pick<Exit, 'kind' | 'labels' | 'needsLabel'> = { kind: 'break', labels };
  return contentsOf(statement).jumps ? withExit(lowering, exit, run) : run();
}
