import { elementsIn } from '../facts/concrete-shape.js';
import type { Engine, RealmTensor } from './engine.js';
import type { AuditedGradient, AuditedLine } from './evaluation.js';
import { measureSlope } from './gradient-check.js';

/** Elements that are measured for one gradient: each costs a ladder of evaluations. */
const MOST_LINES = 8;
const MOST_MS = 2500;

interface Taken {
  readonly f: () => RealmTensor;
  readonly xs: readonly RealmTensor[];
  readonly dy: RealmTensor | null | undefined;
  readonly grads: readonly (RealmTensor | null | undefined)[];
}

/**
 * Measures what a gradient was taken of, by running it again with the tensors it was taken by moved a little. They are
 * moved in place, as the closures that compute the loss hold on to them.
 */
export function auditGradient(
  engine: Engine,
  { f, xs, dy, grads }: Taken,
  before: () => void,
): AuditedGradient {
  const started = performance.now();
  const value = (): number => {
    before();
    engine.startScope('gradlint audit');
    try {
      const y = f();
      const weights = dy === null || dy === undefined ? undefined : Array.from(dy.dataSync());
      return Array.from(y.dataSync()).reduce((sum, one, index) => sum + one * (weights?.[index] ?? 1), 0);
    } catch {
      return NaN;
    } finally {
      engine.endScope();
    }
  };
  const centre = value();
  const lines: AuditedLine[] = [];
  let moves = false;
  for (const { x, index, element } of elementsOf(xs)) {
    if (performance.now() - started > MOST_MS) break;
    const claimed = Number(grads[index]?.dataSync()[element] ?? 0);
    const at = Number(x.dataSync()[element]);
    const moved = (offset: number): number => withElement(engine, x, element, at + offset, value);
    const scale = Math.abs(at) || 1;
    moves ||= [scale, -scale, 3 * scale].some((offset) => {
      return differs(moved(offset), centre);
    });
    const slope = measureSlope(moved, { scale, magnitude: Math.abs(centre) });
    lines.push({ name: `${nameOf(x, index)}[${element}]`, claimed, slope });
  }
  moves ||= xs.some((x) => MOVES.some((move) => differs(withValues(engine, x, move, value), centre)));
  const isReached = (_: RealmTensor, index: number): boolean =>
    Array.from(grads[index]?.dataSync() ?? []).some((one) => one !== 0);
  const shapesOf = (some: readonly RealmTensor[]): (readonly number[])[] => some.map(({ shape }) => shape);
  const reached = shapesOf(xs.filter(isReached));
  const missed = shapesOf(xs.filter((x, index) => !isReached(x, index)));
  const lengths = xs.map((x, index) => ({
    name: 'name' in x ? `a variable of shape [${x.shape.join(', ')}]` : nameOf(x, index),
    length: lengthOf(grads[index]),
  }));
  return { lines, lengths, dead: reached.length === 0 && moves, reached, missed };
}

const lengthOf = (gradient: RealmTensor | null | undefined): number =>
  Math.hypot(...Array.from(gradient?.dataSync() ?? []));

const differs = (there: number, centre: number): boolean => Number.isFinite(there) && there !== centre;

/** Ways to move a whole tensor far, for functions that are flat around it. */
const MOVES: readonly ((value: number, index: number) => number)[] = [
  (value) => -value,
  (value, index) => value + ((index * 5) % 7) - 3,
  (value, index) => (index % 2 === 0 ? 3 : -3) * (value + 1),
  (_, index) => ((index * 11) % 13) - 6,
];

function elementsOf(xs: readonly RealmTensor[]): { x: RealmTensor; index: number; element: number }[] {
  const all = xs.flatMap((x, index) => {
    const size = elementsIn(x.shape);
    const count = Math.min(size, Math.max(1, Math.floor(MOST_LINES / xs.length)));
    return x.dtype === 'float32'
      ? Array.from({ length: count }, (_, turn) => ({ x, index, element: Math.floor((turn * size) / count) }))
      : [];
  });
  return all.slice(0, MOST_LINES);
}

const nameOf = (x: RealmTensor, index: number): string =>
  'name' in x && typeof x.name === 'string' ? `variable ${x.name}` : `argument ${index + 1}`;

function withElement<T>(engine: Engine, x: RealmTensor, element: number, value: number, body: () => T): T {
  const values = engine.backend.data.get(x.dataId)?.values as Float64Array;
  const before = values[element]!;
  values[element] = value;
  try {
    return body();
  } finally {
    values[element] = before;
  }
}

function withValues<T>(
  engine: Engine,
  x: RealmTensor,
  move: (value: number, index: number) => number,
  body: () => T,
): T {
  const values = engine.backend.data.get(x.dataId)?.values as Float64Array;
  const before = Float64Array.from(values);
  values.set(before.map(move));
  try {
    return body();
  } finally {
    values.set(before);
  }
}
