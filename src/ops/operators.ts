/** The arithmetic operators of JavaScript: the sign of each, its row in the op table, and what it does. */
export interface Operator {
  readonly sign: string;
  /** `js.add` */
  readonly row: string;
  /** Of texts `+` makes a text. */
  readonly run: (a: number, b: number) => number;
}

const OPERATORS: readonly Operator[] = [
  { sign: '+', row: 'js.add', run: (a, b) => a + b },
  { sign: '-', row: 'js.sub', run: (a, b) => a - b },
  { sign: '*', row: 'js.mul', run: (a, b) => a * b },
  { sign: '/', row: 'js.div', run: (a, b) => a / b },
  { sign: '%', row: 'js.mod', run: (a, b) => a % b },
  { sign: '**', row: 'js.pow', run: (a, b) => a ** b },
];

export const operatorBySign: ReadonlyMap<string, Operator> = new Map(
  OPERATORS.map((operator) => [operator.sign, operator]),
);

export const operatorByRow: ReadonlyMap<string, Operator> = new Map(
  OPERATORS.map((operator) => [operator.row, operator]),
);
