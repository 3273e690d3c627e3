/** The kinds of guards that code has against numbers and shapes that break, and the same code without each. */
import { ts } from '../../src/source/typescript.js';
import {
  inPlaceOf,
  isDivisor,
  isNumber,
  isSmall,
  meetsEdge,
  opCall,
  written,
  type OpCall,
} from './syntax.js';

/** A node of the source, and the text that stands there once the guard is gone. */
export interface Change {
  readonly node: ts.Node;
  readonly text: string;
}

export interface Kind {
  readonly name: string;
  /** The code without the guard that `node` is; undefined if it is none of this kind. */
  readonly without: (node: ts.Node) => Change | undefined;
}

/** By name of a function that keeps its digits and its range, what it is written out. */
const NAIVE: Readonly<Record<string, (op: OpCall['written'], operands: readonly string[]) => string>> = {
  log1p: (op, [x]) => op('log', op('add', x!, '1')),
  expm1: (op, [x]) => op('sub', op('exp', x!), '1'),
  softplus: (op, [x]) => op('log', op('add', op('exp', x!), '1')),
  logSigmoid: (op, [x]) => op('log', op('sigmoid', x!)),
  logSoftmax: (op, [x, ...axis]) => op('log', op('softmax', x!, ...axis)),
  logSumExp: (op, [x, ...axes]) => op('log', op('sum', op('exp', x!), ...axes)),
  sigmoidCrossEntropy: (op, [labels, logits, ...others]) =>
    op('losses.logLoss', labels!, op('sigmoid', logits!), ...others),
  softmaxCrossEntropy: (op, [labels, logits, ...others]) =>
    op('losses.logLoss', labels!, op('softmax', logits!), ...others),
  sigmoidCrossEntropyWithLogits: (op, [labels, logits]) =>
    op('losses.logLoss', labels!, op('sigmoid', logits!)),
};

export const kinds: readonly Kind[] = [
  ofCalls('epsilon added', ['add'], ({ operands: [a, b], node }) => {
    if (a === undefined || b === undefined) return undefined;
    if (isSmall(b)) return inPlaceOf(node, a);
    return isSmall(a) ? inPlaceOf(node, b) : undefined;
  }),
  {
    name: 'epsilon added to a number',
    without: (node) => {
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken)
        return undefined;
      if (!isSmall(node.right) || !meetsEdge(node)) return undefined;
      return { node, text: inPlaceOf(node, node.left) };
    },
  },
  ofCalls('maximum with a number', ['maximum'], ({ operands: [a, b], node }) => {
    if (a === undefined || b === undefined) return undefined;
    if (isNumber(b) || isSmall(written(b))) return inPlaceOf(node, a);
    return isNumber(a) ? inPlaceOf(node, b) : undefined;
  }),
  {
    name: 'Math.max with a number',
    without: (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'Math.max') return undefined;
      if (node.arguments.length !== 2 || !meetsEdge(node)) return undefined;
      const guarded = node.arguments.find((argument) => !isNumber(argument));
      const bound = node.arguments.find(isNumber);
      return guarded === undefined || bound === undefined || bound.getText() === '0'
        ? undefined
        : { node, text: inPlaceOf(node, guarded) };
    },
  },
  ofCalls('clip', ['clipByValue'], ({ operands: [x], node }) => x && inPlaceOf(node, x)),
  ofCalls('keepDims', ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp', 'norm'], ({ operands }) => {
    const last = operands.at(-1);
    const isKept = last?.kind === ts.SyntaxKind.TrueKeyword && operands.length >= 2;
    return isKept ? { node: last, text: 'false' } : undefined;
  }),
  ofCalls('expandDims', ['expandDims'], ({ operands: [x], node }) => x && inPlaceOf(node, x)),
  ofCalls('reshape to a column or a row', ['reshape', 'as2D'], ({ name, operands, node }) => {
    const [x, ...sizes] = operands;
    const text = (name === 'as2D' ? sizes : sizes.slice(0, 1)).map((size) => size.getText()).join(', ');
    return x !== undefined && COLUMN.test(text) ? inPlaceOf(node, x) : undefined;
  }),
  ofCalls('axis of squeeze', ['squeeze'], ({ operands: [x, axis], written }) =>
    x && axis ? written('squeeze', x.getText()) : undefined,
  ),
  ofCalls('axis of a reduction', ['sum', 'mean', 'max', 'min', 'prod', 'logSumExp', 'any', 'all'], (call) => {
    const [x, axis, keepDims] = call.operands;
    if (x === undefined || axis === undefined || axis.getText() === 'null') return undefined;
    // Sliders and queries have methods of these names too.
    const isClear = /^(?:-1|\[.*\])$/.test(axis.getText()) || ['sum', 'mean'].includes(call.name);
    if (call.isMethod && !isClear) return undefined;
    return call.written(call.name, x.getText(), ...(keepDims ? ['undefined', keepDims.getText()] : []));
  }),
  ofCalls('axis of softmax', ['softmax', 'logSoftmax'], withoutAxis('-1')),
  ofCalls('axis of argMax', ['argMax', 'argMin'], withoutAxis('0')),
  ofCalls('axis of a scan', ['cumsum', 'cumprod'], withoutAxis('0')),
  ofCalls('stable function', Object.keys(NAIVE), ({ name, operands, written }) =>
    NAIVE[name]!(
      written,
      operands.map((operand) => operand.getText()),
    ),
  ),
  {
    name: 'fromLogits',
    without: (node) =>
      ts.isPropertyAssignment(node) && node.getText().replace(/\s/g, '') === 'fromLogits:true'
        ? { node, text: 'fromLogits: false' }
        : undefined,
  },
  ofCalls('subtracted maximum', ['sub'], ({ operands: [x, shift], node }) =>
    x && shift && isMaximum(shift) ? inPlaceOf(node, x) : undefined,
  ),
  {
    name: 'subtracted maximum of numbers',
    without: (node) => {
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.MinusToken)
        return undefined;
      const { parent } = node;
      const isExponent = ts.isCallExpression(parent) && parent.expression.getText() === 'Math.exp';
      return isExponent && /max/i.test(node.right.getText())
        ? { node, text: node.left.getText() }
        : undefined;
    },
  },
  ofCalls('divNoNan', ['divNoNan'], ({ operands: [a, b], written }) =>
    a && b ? written('div', a.getText(), b.getText()) : undefined,
  ),
  ofCalls('where', ['where'], ({ operands, node }) => {
    const [a, b] = operands.slice(-2);
    if (operands.length !== 3 || a === undefined || b === undefined) return undefined;
    if (isFill(a) && isFill(b)) return undefined;
    if (isFill(a)) return inPlaceOf(node, b);
    return isFill(b) ? inPlaceOf(node, a) : undefined;
  }),
  {
    name: '|| of a number',
    without: (node) => {
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.BarBarToken)
        return undefined;
      return isNumber(node.right) && node.right.getText() !== '0' && meetsEdge(node)
        ? { node, text: inPlaceOf(node, node.left) }
        : undefined;
    },
  },
  {
    name: '?: for 0',
    without: (node) => {
      if (!ts.isConditionalExpression(node)) return undefined;
      const name = heldAgainstZero(node.condition);
      if (name === undefined) return undefined;
      const [divides, other] = isDivisor(name, node.whenTrue)
        ? [node.whenTrue, node.whenFalse]
        : [node.whenFalse, node.whenTrue];
      return isDivisor(name, divides) && !isDivisor(name, other)
        ? { node, text: inPlaceOf(node, divides) }
        : undefined;
    },
  },
  {
    name: 'if for 0',
    without: (node) => {
      if (!ts.isIfStatement(node) || node.elseStatement !== undefined || !ts.isBlock(node.parent))
        return undefined;
      const name = heldAgainstZero(node.expression);
      if (name === undefined) return undefined;
      const inside = isDivisor(name, node.thenStatement);
      if (inside) return { node, text: node.thenStatement.getText() };
      const leaves = /^\{?\s*(?:return|continue|throw|break)\b/.test(node.thenStatement.getText());
      const sets = new RegExp(String.raw`^\{?\s*${name.replaceAll('.', String.raw`\.`)}\s*=[^=]`).test(
        node.thenStatement.getText(),
      );
      return (leaves || sets) && isDivisor(name, node.parent, node.end) ? { node, text: ';' } : undefined;
    },
  },
];

/** A kind that is a call of some ops. */
function ofCalls(
  name: string,
  ops: readonly string[],
  without: (call: OpCall) => Change | string | undefined,
): Kind {
  const wanted = new Set(ops);
  return {
    name,
    without: (node) => {
      const call = opCall(node);
      const change = call !== undefined && wanted.has(call.name) ? without(call) : undefined;
      return typeof change === 'string' ? { node, text: change } : change;
    },
  };
}

/** The call without its axis, unless that is the one the op takes anyhow. */
function withoutAxis(byDefault: string): (call: OpCall) => string | undefined {
  return ({ name, operands: [x, axis, ...others], written }) =>
    x === undefined || axis === undefined || axis.getText() === byDefault
      ? undefined
      : written(
          name,
          x.getText(),
          ...(others.length > 0 ? ['undefined'] : []),
          ...others.map((one) => one.getText()),
        );
}

const COLUMN = /^\[?\s*(?:-1|[\w.]+)\s*,\s*1\s*\]?$|^\[?\s*1\s*,\s*(?:-1|[\w.]+)\s*\]?$/;

function isMaximum(shift: ts.Expression): boolean {
  const call = opCall(written(shift));
  return call !== undefined && ['max', 'logSumExp'].includes(call.name);
}

/** What is filled in where there is nothing to compute. */
function isFill(node: ts.Expression): boolean {
  const call = opCall(written(node));
  return (
    isNumber(node) ||
    (call !== undefined && ['zeros', 'zerosLike', 'ones', 'onesLike', 'fill', 'scalar'].includes(call.name))
  );
}

/** The name that a condition holds against 0, or against something small. */
function heldAgainstZero(condition: ts.Expression): string | undefined {
  if (ts.isIdentifier(condition) || ts.isPropertyAccessExpression(condition)) return condition.getText();
  if (ts.isPrefixUnaryExpression(condition)) return condition.operand.getText();
  if (!ts.isBinaryExpression(condition)) return undefined;
  const isEdge = isSmall(condition.right) || /^[01]$/.test(condition.right.getText());
  const compares = /^(?:[=!]==?|[<>]=?)$/.test(condition.operatorToken.getText());
  return isEdge && compares ? condition.left.getText() : undefined;
}
