import type { Places } from './places.js';
import { together, type Coverage, type LostCause } from './program/coverage.js';
import { shapesTogether, type ShapeCoverage } from './program/shapes/shape-coverage.js';
import { shorten } from './rule/site.js';

/** How much of the tensor code was followed, in the words of the report. */
export interface FollowedReport {
  /** Places where a tensor operation is called, and those of which every operand was followed. */
  readonly operations: number;
  readonly followed: number;
  readonly lost: readonly LostReport[];
  readonly shapes: ShapesReport;
  /** Functions under `tf` that gradlint does not know, with the number of places that call them. */
  readonly unmodelled: readonly { readonly name: string; readonly calls: number }[];
}

/** How much is known of the shapes of tensors. */
export interface ShapesReport {
  /** Places whose value is a tensor; those of known rank; those of which every size has a number or a name. */
  readonly expressions: number;
  readonly ranked: number;
  readonly shaped: number;
  /** Those of which the rank is only known as that of a parameter, or by how much it differs from it. */
  readonly relative: number;
  /** What the rank of the others is lost to. */
  readonly lost: readonly LostReport[];
}

export interface LostReport {
  readonly cause: string;
  readonly operations: number;
  readonly places: readonly {
    readonly file: string;
    readonly line: number;
    readonly expression: string;
    readonly operations: number;
  }[];
}

/** What could be followed, and why the rest could not. `unmodelled`: calls of functions that the op table lacks, by name. */
export function followedReport(
  places: Places,
  followed: readonly Coverage[],
  shapesOf: readonly ShapeCoverage[],
  unmodelled: ReadonlyMap<string, number>,
): FollowedReport {
  const told = (causes: readonly LostCause[]): LostReport[] =>
    causes.map((cause) => lostReport(places, cause));
  const { lost, ...counts } = together(followed);
  const shapes = shapesTogether(shapesOf);
  return {
    ...counts,
    lost: told(lost),
    shapes: { ...shapes, lost: told(shapes.lost) },
    unmodelled: [...unmodelled].map(([name, calls]) => ({ name, calls })).sort((a, b) => b.calls - a.calls),
  };
}

const lostReport = (places: Places, { cause, operations, places: lostAt }: LostCause): LostReport => ({
  cause,
  operations,
  places: lostAt.map(({ span, operations }) => ({
    file: places.relative(span.file),
    line: places.positions(span).start.line,
    expression: shorten(places.textOf(span)),
    operations,
  })),
});
