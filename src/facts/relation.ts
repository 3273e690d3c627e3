/** How two numbers stand to each other, neither of which is NaN. */
export type Relation = '<' | '<=' | '>' | '>=' | '=' | '≠';

/** What holds where a relation does not. */
export const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '=': '≠',
  '≠': '=',
};

/** What holds of the second number and the first. */
export const MIRRORED: Readonly<Record<Relation, Relation>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '≠': '≠',
};
