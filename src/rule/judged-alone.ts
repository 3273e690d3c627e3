/** Functions as if nobody called them. */
import type { Node } from '../program/node.js';
import type { LoweredProject } from '../program/project.js';
import { placeOf, type Span } from '../source/span.js';
import type { Raised } from './raised.js';
import { type CheckOptions, checkUnit } from './check-unit.js';

interface Alone {
  readonly name: string | undefined;
  readonly raised: readonly Raised[];
  readonly nodes: readonly Node[];
}

/** Functions of the project as if nobody called them, each judged once. */
export class JudgedAlone {
  private readonly known = new Map<string, Alone>();

  constructor(
    private readonly project: LoweredProject,
    private readonly options: CheckOptions,
  ) {}

  judge(within: Span): Alone {
    const key = placeOf(within);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const unit = this.project.standalone(within);
    const alone = {
      name: unit?.unit.name,
      raised: unit === undefined ? [] : checkUnit(unit, this.options),
      nodes: unit?.nodes ?? [],
    };
    this.known.set(key, alone);
    return alone;
  }
}
